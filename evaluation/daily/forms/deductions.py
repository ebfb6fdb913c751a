from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluation.cycle.choices import choices_by_track, code_for
from evaluation.cycle.models import DeductionRule
from evaluation.daily.demands import DEMANDS, PARTICULARS
from evaluation.daily.models import Complaint, DailyDeduction
from evaluation.errors import DomainError
from evaluation.files.fields import SeveralFilesField
from evaluation.roster.choices import cadre_choices
from evaluation.roster.models import Appraisal, AppraisalQuerySet

DAY = {"type": "date"}
# What a refusal is about, where the code does not name the field itself.
FIELDS_OF = {
    "points_out_of_bounds": "points",
    "in_the_future": "found_on",
    "proof_missing": "files",
    "not_due_yet": "rectify_by",
    "one_case_each": "count",
    "other_complaint": "complaint",
    "month_frozen": "late_reason",
    "double_counting": "despite",
    "too_many_files": "files",
    "not_evidence": "files",
    "file_too_large": "files",
    "empty_file": "files",
}


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs=DAY, format="%Y-%m-%d")


def rule_choices(rules: Sequence[DeductionRule]) -> list[tuple[str, Any]]:
    return [("", "---------"), *choices_by_track(rules, lambda rule: f"{rule.code} · {rule.label}")]


class ChooseForm(forms.Form):
    """First step: whom, and under which rule. The second asks only for what that rule demands."""

    appraisal = forms.ModelChoiceField(queryset=Appraisal.objects.none(), label=_("Cadre"))
    rule = forms.ChoiceField(label=_("Rule"))

    def __init__(self, *args: Any, appraisals: AppraisalQuerySet, rules: list[DeductionRule], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["appraisal"].queryset = appraisals  # type: ignore[attr-defined]
        self.fields["appraisal"].choices = cadre_choices(appraisals)  # type: ignore[attr-defined]
        self.fields["rule"].choices = rule_choices(rules)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("appraisal") and data.get("rule"):
            code = code_for(data["rule"], data["appraisal"].track)
            if code is None:
                self.add_error("rule", _("This rule belongs to another track than the cadre. Choose one of theirs."))
            data["rule"] = code
        return data


def particulars() -> dict[str, forms.Field]:
    """The fields that single rules demand."""
    return {
        "to_rectify": forms.CharField(
            label=_("What was to be rectified"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
        ),
        "rectify_by": forms.DateField(label=_("To be rectified by"), widget=day_input()),
        "decision": forms.CharField(
            label=_("Decision or judgment"), max_length=200, help_text=_("Its number, who made it, and when.")
        ),
        "impropriety": forms.CharField(
            label=_("Improper performance, as established"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
        ),
        "harm": forms.CharField(label=_("Rights harmed or bad influence"), max_length=200),
        "supervised_person": forms.CharField(label=_("Supervised person"), max_length=60),
        "responsibility": forms.CharField(
            label=_("Responsibility of the leader at that time"),
            max_length=200,
            help_text=_("What the cadre was in charge of when it happened."),
        ),
        "amount_reason": forms.CharField(label=_("Reason for the amount"), max_length=200),
    }


class DeductionForm(forms.Form):
    """Second step: the shape of a deduction of one cadre under one rule."""

    points = forms.DecimalField(
        label=_("Points"), min_value=Decimal("0.01"), max_digits=5, decimal_places=2, required=False
    )
    count = forms.IntegerField(label=_("Number of cases or person-times"), min_value=1, max_value=20, initial=1)
    found_on = forms.DateField(label=_("Date of the finding"), widget=day_input())
    source = forms.ChoiceField(label=_("Source"), choices=DailyDeduction.Source.choices)
    complaint = forms.ModelChoiceField(
        label=_("Complaint"),
        queryset=Complaint.objects.none(),
        required=False,
        help_text=_("The complaint that it rests on, where it stands in the register. Otherwise attach the finding."),
    )
    facts = forms.CharField(label=_("Facts of the case"), widget=forms.Textarea(attrs={"rows": 4}), max_length=2000)
    basis = forms.CharField(
        label=_("Basis"), max_length=200, help_text=_("Document, decision or record that the finding rests on.")
    )
    incident_number = forms.CharField(
        label=_("Incident number"),
        max_length=40,
        required=False,
        help_text=_("The same number for one event under several rules, so that double counting is noticed."),
    )
    files = SeveralFilesField(label=_("Evidence"))  # type: ignore[assignment]
    late_reason = forms.CharField(label=_("Reason for entering it late"), max_length=200, required=False)
    despite = forms.BooleanField(label=_("I have checked: count it all the same"), required=False)

    def __init__(
        self,
        *args: Any,
        appraisal: Appraisal,
        rule: DeductionRule,
        complaints: Any,
        balance_url: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.appraisal, self.rule = appraisal, rule
        self.fields["complaint"].queryset = complaints  # type: ignore[attr-defined]
        self._shape()
        self._live(balance_url)
        for name, shown in (("late_reason", forms.TextInput()), ("despite", forms.CheckboxInput())):
            if not (self.is_bound and self.data.get(name)) and not self.initial.get(name):
                self.fields[name].widget = forms.HiddenInput()
            else:
                self.fields[name].widget = shown

    def _shape(self) -> None:
        """Only what the rule needs."""
        code = self.rule.code
        asked = particulars()
        for name in DEMANDS.get(code, ()):
            self.fields[name] = asked[name]
        if self.rule.points is None:
            del self.fields["count"]
            self.fields["points"].required = True
            self.fields["points"].help_text = _("From %(least)s to %(most)s.") % {
                "least": self.rule.minimum or "0.01",
                "most": self.rule.maximum,
            }
        else:
            del self.fields["points"]
        if code not in ("1", "2"):
            del self.fields["complaint"]
        order = ["found_on", "source", "complaint", *PARTICULARS, "facts", "basis", "count", "points"]
        self.order_fields([*order, "amount_reason", "incident_number", "files", "late_reason", "despite"])

    def _live(self, url: str) -> None:
        for name in ("count", "points"):
            if url and name in self.fields:
                self.fields[name].widget.attrs.update(
                    {"hx-get": url, "hx-trigger": "change, keyup delay:400ms", "hx-target": "#balance-change"}
                )

    def refuse(self, error: DomainError) -> None:
        """Show a refusal of the service beside the field that it is about, and the field that answers it."""
        name = FIELDS_OF.get(error.code) or error.code.removesuffix("_missing")
        if name == "late_reason":
            self.fields[name].widget = forms.TextInput(attrs={"maxlength": 200})
        if name == "despite":
            self.fields[name].widget = forms.CheckboxInput()
        self.add_error(name if name in self.fields else None, str(error))

    def values(self) -> dict[str, Any]:
        """Return the arguments of ``record_deduction`` that were typed."""
        out = ("files", "despite")
        return {name: value for name, value in self.cleaned_data.items() if name not in out}


class BatchCommonForm(forms.Form):
    """What holds for every row of a batch unless the row says otherwise."""

    rule = forms.ChoiceField(label=_("Rule"), required=False)
    found_on = forms.DateField(label=_("Date of the finding"), widget=day_input(), required=False)
    source = forms.ChoiceField(label=_("Source"), choices=DailyDeduction.Source.choices)
    facts = forms.CharField(
        label=_("Facts of the case"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000, required=False
    )
    basis = forms.CharField(label=_("Basis"), max_length=200, required=False)
    incident_number = forms.CharField(label=_("Incident number"), max_length=40, required=False)
    late_reason = forms.CharField(
        label=_("Reason for entering it late"),
        max_length=200,
        required=False,
        help_text=_("Only where the list of the month is frozen already."),
    )
    evidence_file = forms.FileField(
        label=_("Evidence for all rows (PDF, JPEG or PNG)"),
        required=False,
        help_text=_("Every cadre of the list can read it. What concerns one alone is added there afterwards."),
    )

    def __init__(self, *args: Any, rules: list[DeductionRule], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rule"].choices = rule_choices(rules)  # type: ignore[attr-defined]
        for name, field in particulars().items():
            field.required = False
            self.fields[name] = field

    def first(self) -> Iterator[forms.BoundField]:
        return (field for field in self if field.name not in PARTICULARS)

    def more(self) -> Iterator[forms.BoundField]:
        return (field for field in self if field.name in PARTICULARS)


class BatchRowForm(forms.Form):
    """One row; what is empty is as above."""

    appraisal = forms.ModelChoiceField(queryset=Appraisal.objects.none(), label=_("Cadre"), required=False)
    rule = forms.ChoiceField(label=_("Rule"), required=False)
    found_on = forms.DateField(label=_("Date of the finding"), widget=day_input(), required=False)
    count = forms.IntegerField(label=_("Number"), min_value=1, max_value=20, required=False)
    points = forms.DecimalField(
        label=_("Points (rule 6)"), min_value=Decimal("0.01"), max_digits=5, decimal_places=2, required=False
    )
    facts = forms.CharField(label=_("Facts of the case"), max_length=2000, required=False)
    basis = forms.CharField(label=_("Basis"), max_length=200, required=False)
    despite_doubles = forms.BooleanField(label=_("Count it all the same"), required=False)

    def __init__(self, *args: Any, cadres: list[Any], appraisals: AppraisalQuerySet, rules: list[Any], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["appraisal"].queryset = appraisals  # type: ignore[attr-defined]
        self.fields["appraisal"].choices = cadres  # type: ignore[attr-defined]
        self.fields["rule"].choices = rules  # type: ignore[attr-defined]
        for name, field in particulars().items():
            field.required = False
            self.fields[name] = field

    def first(self) -> Iterator[forms.BoundField]:
        return (self[name] for name in ("appraisal", "count"))

    def more(self) -> Iterator[forms.BoundField]:
        return (field for field in self if field.name not in ("appraisal", "count", "despite_doubles"))

    def is_open(self) -> bool:
        """Whether the further fields are shown at once."""
        data = getattr(self, "cleaned_data", {})
        return bool(self.errors) or any(data.get(field.name) for field in self.more())

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if any(data.get(name) for name in data if name != "appraisal") and not data.get("appraisal"):
            self.add_error("appraisal", _("Choose the cadre of this row, or empty the row."))
        return data


class DefenceForm(forms.Form):
    text = forms.CharField(
        label=_("What you have to say"), max_length=3000, widget=forms.Textarea(attrs={"rows": 8}), required=True
    )
    files = SeveralFilesField(label=_("Proofs"))  # type: ignore[assignment]


class PaperDefenceForm(DefenceForm):
    field_order = ["text", "files"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("What the cadre wrote")
        self.fields["files"].label = _("Scan of the signed paper, and proofs")
        self.fields["files"].required = True


class ReviewForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=[
            ("upheld", _("Upheld: the deduction is withdrawn")),
            ("dismissed", _("Dismissed: the deduction stands")),
        ],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("Reasons, as the cadre reads them"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
