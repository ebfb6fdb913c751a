from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluation.cycle.choices import choices_by_track, code_for
from evaluation.cycle.models import DeductionRule
from evaluation.daily.models import DailyDeduction
from evaluation.roster.choices import cadre_choices
from evaluation.roster.models import Appraisal, AppraisalQuerySet


class DeductionForm(forms.Form):
    """The shape of a deduction; ``appraisals`` are those that the user may record for."""

    appraisal = forms.ModelChoiceField(queryset=Appraisal.objects.none(), label=_("Cadre"))
    rule = forms.ChoiceField(label=_("Rule"))
    points = forms.DecimalField(
        label=_("Points (discretionary rule only)"),
        required=False,
        min_value=Decimal("0.01"),
        max_digits=5,
        decimal_places=2,
        help_text=_("The other rules have fixed points."),
    )
    count = forms.IntegerField(label=_("Number of cases or person-times"), min_value=1, max_value=20, initial=1)
    found_on = forms.DateField(label=_("Date of the finding"), widget=forms.DateInput(attrs={"type": "date"}))
    source = forms.ChoiceField(label=_("Source"), choices=DailyDeduction.Source.choices)
    facts = forms.CharField(label=_("Facts of the case"), widget=forms.Textarea(attrs={"rows": 4}), max_length=2000)
    basis = forms.CharField(
        label=_("Basis"), max_length=200, help_text=_("Document, decision or record that the finding rests on.")
    )
    supervised_person = forms.CharField(label=_("Supervised person (rule 5)"), max_length=60, required=False)
    harm = forms.CharField(
        label=_("Rights harmed or bad influence (rule 4)"),
        max_length=200,
        required=False,
        help_text=_("Say also which decision or judgment found the performance improper."),
    )
    incident_number = forms.CharField(
        label=_("Incident number"),
        max_length=40,
        required=False,
        help_text=_("The same number for one event under several rules, so that double counting is noticed."),
    )
    evidence_file = forms.FileField(label=_("Evidence (PDF, JPEG or PNG)"), required=False)

    def __init__(self, *args: Any, appraisals: AppraisalQuerySet, rules: list[DeductionRule], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["appraisal"].queryset = appraisals  # type: ignore[attr-defined]
        self.fields["appraisal"].choices = cadre_choices(appraisals)  # type: ignore[attr-defined]
        self.fields["rule"].choices = [  # type: ignore[attr-defined]
            ("", "---------"),
            *choices_by_track(rules, _words),
        ]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if "rule" in data and "appraisal" in data:
            code = code_for(data["rule"], data["appraisal"].track)
            if code is None:
                self.add_error("rule", _("This rule is not for this cadre. Choose one from the list of their track."))
            data["rule"] = code
        return data

    def clean_found_on(self) -> date:
        found_on: date = self.cleaned_data["found_on"]
        if found_on.year < 2000:
            raise forms.ValidationError(_("Check the year of the date."))
        return found_on


def _words(rule: DeductionRule) -> str:
    if rule.points is None:
        return _("%(code)s · %(label)s (up to %(most)s points)") % {
            "code": rule.code,
            "label": rule.label,
            "most": rule.maximum,
        }
    return _("%(code)s · %(label)s (−%(points)s each)") % {
        "code": rule.code,
        "label": rule.label,
        "points": rule.points,
    }
