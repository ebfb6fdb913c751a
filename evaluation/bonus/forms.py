from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluation.cycle.choices import choices_by_track, code_for
from evaluation.cycle.models import BonusLevel
from evaluation.roster.choices import cadre_choices
from evaluation.roster.models import Appraisal, AppraisalQuerySet


class ClaimForm(forms.Form):
    """The shape of a claim (Annex 2-2); ``appraisals`` are those that the user may claim for."""

    appraisal = forms.ModelChoiceField(queryset=Appraisal.objects.none(), label=_("Cadre"))
    award = forms.CharField(label=_("Award"), max_length=120, help_text=_("The full name, as on the certificate."))
    issuer = forms.CharField(label=_("Issued by"), max_length=120)
    level = forms.ChoiceField(label=_("Level"), help_text=_("Of the same award only the highest level counts, once."))
    document_number = forms.CharField(label=_("Document number"), max_length=60, required=False)
    awarded_on = forms.DateField(label=_("Date of the award"), widget=forms.DateInput(attrs={"type": "date"}))
    is_department = forms.BooleanField(label=_("The award went to the department that the cadre heads"), required=False)
    proof_file = forms.FileField(label=_("Proof (PDF, JPEG or PNG)"))
    unit_opinion = forms.CharField(label=_("Opinion of the unit"), max_length=200, required=False)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, appraisals: AppraisalQuerySet, levels: list[BonusLevel], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["appraisal"].queryset = appraisals  # type: ignore[attr-defined]
        self.fields["appraisal"].choices = cadre_choices(appraisals)  # type: ignore[attr-defined]
        self.fields["level"].choices = [  # type: ignore[attr-defined]
            ("", "---------"),
            *choices_by_track(levels, lambda row: f"{row.label} (+{row.points})"),
        ]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if "level" in data and "appraisal" in data:
            code = code_for(data["level"], data["appraisal"].track)
            if code is None:
                self.add_error("level", _("This level is not for this cadre. Choose one from the list of their track."))
            data["level"] = code
        return data
