from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluation.files.fields import SeveralFilesField
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
    """What a cadre objects to: a figure, one deduction, one award, or something else."""

    target = forms.ChoiceField(label=_("What do you object to?"))
    text = forms.CharField(
        label=_("Objection"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Which figure or fact is wrong, and what shows it."),
    )
    documents = SeveralFilesField(label=_("Documents"))

    def __init__(self, *args: Any, targets: Sequence[tuple[str, Any]], on_paper: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].choices = targets  # type: ignore[attr-defined]
        if on_paper:
            self.fields["documents"].required = True
            self.fields["documents"].label = _("Scan of the signed objection, and documents")

    @property
    def values(self) -> dict[str, Any]:
        """As the service takes them."""
        about, _colon, row = self.cleaned_data["target"].partition(":")
        return {
            "text": self.cleaned_data["text"],
            "about": about,
            "about_row": int(row) if row else None,
            "uploads": self.cleaned_data["documents"],
        }


class HandOverForm(forms.Form):
    """That slips were handed over; ``scan`` where it is one slip."""

    on = forms.DateField(label=_("Handed over on"), widget=forms.DateInput(attrs={"type": "date"}))
    scan = forms.FileField(
        label=_("Scan of the signed slip"), required=False, help_text=_("PDF, JPEG or PNG; may be left out on the day.")
    )


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


class CircularForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=120)
    addressee = forms.CharField(label=_("Addressee"), max_length=120, required=False)
    number = forms.CharField(
        label=_("Document number"),
        max_length=60,
        required=False,
        help_text=_("Like 市效能办〔2012〕18号. Blank where your own document system or this one gives it."),
    )
    text = forms.CharField(
        label=_("Text"),
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 24}),
        help_text=_("Lines that begin with 一、 or （一） are headings."),
    )
    copies_to = forms.CharField(label=_("Copies to"), max_length=200, required=False)
