from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluation.results.models import Publication, ShortfallDecision


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))


class CorrectionForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason for the correction"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Published with the corrected result."),
    )


class ProposalForm(forms.Form):
    decision = forms.ChoiceField(
        label=_("Decision"), choices=ShortfallDecision.Decision.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Shown on the result."),
    )


class AnalysisForm(forms.Form):
    """The analysis of the unit and one of every cadre with a result."""

    unit = forms.CharField(label=_("Analysis of the unit"), max_length=5000, widget=forms.Textarea(attrs={"rows": 10}))

    def __init__(self, *args: Any, publication: Publication, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.results = list(publication.results.filter(status="scored").order_by("list_order", "pk"))
        self.fields["unit"].initial = publication.analysis
        for result in self.results:
            self.fields[f"cadre_{result.pk}"] = forms.CharField(
                label=result.name,
                max_length=2000,
                required=False,
                initial=result.analysis,
                widget=forms.Textarea(attrs={"rows": 5}),
            )

    def by_cadre(self) -> dict[int, str]:
        return {result.pk: self.cleaned_data[f"cadre_{result.pk}"] for result in self.results}


class CadreObjectionForm(forms.Form):
    text = forms.CharField(
        label=_("Objection"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Which figure or fact is wrong, and what shows it."),
    )


class PublicObjectionForm(forms.Form):
    """By a resident, on a page of the portal."""

    person = forms.CharField(label=_("Your name"), max_length=60)
    contact = forms.CharField(
        label=_("How to reach you"),
        max_length=80,
        help_text=_("Telephone or address. Name and contact are seen by the reviewing office only, never published."),
    )
    text = forms.CharField(label=_("Objection"), max_length=2000, widget=forms.Textarea(attrs={"rows": 6}))


class ReviewForm(forms.Form):
    upheld = forms.ChoiceField(
        label=_("Outcome"),
        choices=[("no", _("Dismissed: the result stands")), ("yes", _("Upheld: the result is corrected"))],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("Answer"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("What was checked, and what was found."),
    )
