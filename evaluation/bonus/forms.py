from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluation.bonus.models import BonusClaim
from evaluation.cycle.choices import choices_by_track, code_for
from evaluation.cycle.models import BonusLevel
from evaluation.files.fields import SeveralFilesField
from evaluation.roster.choices import cadre_choices
from evaluation.roster.models import Appraisal, AppraisalQuerySet

ANOTHER = "another"


class ClaimForm(forms.Form):
    """The shape of a claim (Annex 2-2); ``appraisals`` are those that the user may claim for.

    ``kept``: the names of files that were taken in when the form was handed in before, and wait for an answer.
    """

    appraisal = forms.ModelChoiceField(queryset=Appraisal.objects.none(), label=_("Cadre"))
    award = forms.CharField(label=_("Award"), max_length=120, help_text=_("The full name, as on the certificate."))
    same_award = forms.CharField(
        label=_("Is it the same award?"), widget=forms.HiddenInput, required=False, max_length=30
    )
    issuer = forms.CharField(label=_("Issued by"), max_length=120)
    level = forms.ChoiceField(label=_("Level"), help_text=_("Of the same award only the highest level counts, once."))
    document_number = forms.CharField(label=_("Document number"), max_length=60, required=False)
    awarded_on = forms.DateField(label=_("Date of the award"), widget=forms.DateInput(attrs={"type": "date"}))
    is_department = forms.BooleanField(label=_("The award went to the department that the cadre heads"), required=False)
    department = forms.CharField(
        label=_("Department that was commended"),
        max_length=80,
        required=False,
        help_text=_(
            "Only for an award of a department; empty: the cadre's own. It goes to whoever headed it that day."
        ),
    )
    post_note = forms.CharField(
        label=_("Why this cadre is credited"),
        max_length=200,
        required=False,
        help_text=_("Only where the roster does not say who headed the department on that day."),
    )
    proof_file = forms.FileField(label=_("Proof (PDF, JPEG or PNG)"))
    further_files = SeveralFilesField(label=_("Further pages or documents"), help_text=_("At most four more files."))
    kept_files = forms.CharField(widget=forms.HiddenInput, required=False, max_length=500)
    unit_opinion = forms.CharField(label=_("Opinion of the unit"), max_length=200, required=False)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(
        self,
        *args: Any,
        appraisals: AppraisalQuerySet,
        levels: list[BonusLevel],
        for_unit: bool,
        kept: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["appraisal"].queryset = appraisals  # type: ignore[attr-defined]
        self.fields["appraisal"].choices = cadre_choices(appraisals)  # type: ignore[attr-defined]
        self.fields["level"].choices = [  # type: ignore[attr-defined]
            ("", "---------"),
            *choices_by_track(levels, lambda row: f"{row.label} (+{row.points})"),
        ]
        if not for_unit:
            del self.fields["unit_opinion"]
        if kept:
            self.fields["proof_file"].required = False
            self.fields["proof_file"].help_text = _("Kept: %(names)s. Choose only to replace it.") % {
                "names": "、".join(kept)
            }

    def clean_awarded_on(self) -> date:
        day: date = self.cleaned_data["awarded_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("The date of the award lies in the future. Enter the day on the document."))
        return day

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if "level" in data and "appraisal" in data:
            code = code_for(data["level"], data["appraisal"].track)
            if code is None:
                self.add_error("level", _("This level is not for this cadre. Choose one from the list of their track."))
            data["level"] = code
        return data

    def ask(self, claims: Sequence[BonusClaim], *, own: int, message: str, kept: str) -> None:
        """Ask whether it is one of ``claims``; names of cadres are those of ``own`` alone."""
        choices = [(f"same:{claim.pk}", _words(claim, own)) for claim in claims]
        self.fields["same_award"].widget = forms.RadioSelect(
            choices=[*choices, (ANOTHER, _("No, it is another award"))]
        )
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data["kept_files"] = kept  # type: ignore[index]
        self.add_error("same_award", message)


def _words(claim: BonusClaim, own: int) -> Any:
    values = {"award": claim.award, "issuer": claim.issuer, "day": claim.awarded_on}
    if claim.appraisal_id == own:
        return _("Yes: “%(award)s” (%(issuer)s, %(day)s), claimed for the same cadre") % values
    return _("Yes: “%(award)s” (%(issuer)s, %(day)s), claimed in the same unit") % values
