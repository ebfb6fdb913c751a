"""The year, its calendar, its rules and the work plans. Shape only."""

from datetime import date
from typing import Any

from django import forms
from django.db import models
from django.forms import inlineformset_factory
from django.utils.translation import gettext_lazy as _

from evaluation.cycle.models import (
    AspectRule,
    BonusLevel,
    CalendarDay,
    Cycle,
    CycleStep,
    DeductionRule,
    GradeRule,
    GroupRule,
    TrackRules,
    WorkPlan,
)


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class NewCycleForm(forms.Form):
    city_name = forms.CharField(label=_("Name of the city"), max_length=40)
    title = forms.CharField(label=_("Title"), max_length=80)
    deadline = forms.DateField(
        label=_("Deadline of the year"), widget=day_input(), help_text=_("20 December by the rules of the source.")
    )

    def __init__(self, year: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].initial = f"{year}年度公述民评"
        self.fields["deadline"].initial = date(year, 12, 20)


class CycleForm(forms.ModelForm):
    class Meta:
        model = Cycle
        fields = [
            "title",
            "city_name",
            "campaign_name",
            "office_name",
            "deadline",
            "feedback_days",
            "notice_days",
            "objection_days",
            "comment_days",
            "answer_days",
            "rating_days",
            "complaint_accept_days",
            "complaint_days",
            "complaint_extended_days",
            "callback_days",
            "defence_days",
            "defence_review_days",
            "freeze_days",
            "ten_best_count",
        ]
        widgets = {"deadline": day_input()}
        help_texts = {"deadline": _("20 December by the rules of the source.")}

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        plain, extended = given.get("complaint_days"), given.get("complaint_extended_days")
        if plain is not None and extended is not None and extended < plain:
            self.add_error("complaint_extended_days", _("Extended, the time is not shorter than without."))
        return given


class StepForm(forms.ModelForm):
    class Meta:
        model = CycleStep
        fields = ["starts", "ends"]
        widgets = {"starts": day_input(), "ends": day_input()}

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("starts") and given.get("ends") and given["ends"] < given["starts"]:
            self.add_error("ends", _("The last day is before the first."))
        return given


class CalendarDayForm(forms.Form):
    day = forms.DateField(label=_("Day"), widget=day_input())
    is_working = forms.TypedChoiceField(
        label=_("What it is"),
        choices=[("0", _("Day off")), ("1", _("Working day"))],
        coerce=lambda value: value == "1",
        empty_value=None,
    )
    note = forms.CharField(label=_("Note"), max_length=CalendarDay._meta.get_field("note").max_length, required=False)


class TrackRulesForm(forms.ModelForm):
    class Meta:
        model = TrackRules
        fields = [
            "daily_base",
            "bonus_cap",
            "sheet_votes_own_unit",
            "quick_mark",
            "notice_when",
            "notice_below",
            "notice_opinions",
        ]
        help_texts = {
            "daily_base": _("20 by the rules of the source."),
            "bonus_cap": _("Empty: no limit. The source names none."),
            "sheet_votes_own_unit": _("By default nobody judges himself."),
            "notice_opinions": _("Empty: opinions alone never ask for a notice."),
        }


class DeductionForm(forms.ModelForm):
    """Fixed points, or a limit within which the points of a case are decided: exactly one of them."""

    class Meta:
        model = DeductionRule
        fields = ["label_zh", "label_en", "points", "minimum", "maximum", "asks_notice"]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if (given.get("points") is None) == (given.get("maximum") is None):
            self.add_error("points", _("Give either points or a maximum."))
        least, most = given.get("minimum"), given.get("maximum")
        if least is not None and (most is None or not 0 < least <= most):
            self.add_error("minimum", _("Give a minimum above 0 and not above the maximum, or leave it empty."))
        return given


def _rows(model: type[models.Model], fields: list[str], form: type[forms.ModelForm] = forms.ModelForm) -> Any:
    return inlineformset_factory(
        TrackRules,
        model,
        form=form,
        fields=fields,
        extra=0,
        can_delete=False,
        widgets={name: forms.Textarea(attrs={"rows": 4}) for name in fields if name.startswith("prompt")},
    )


NAMES = ["label_zh", "label_en"]
ROW_FORMS = {
    "groups": _rows(GroupRule, [*NAMES, "base", "min_valid", "on_shortfall"]),
    "aspects": _rows(AspectRule, [*NAMES, "weight", "prompt_zh", "prompt_en"]),
    "grades": _rows(GradeRule, [*NAMES, "value"]),
    "deductions": _rows(DeductionRule, [*NAMES, "points", "minimum", "maximum", "asks_notice"], DeductionForm),
    "bonus_levels": _rows(BonusLevel, [*NAMES, "points"]),
}
RowSets = dict[str, Any]  # formsets by kind of row


def row_sets(rules: TrackRules, data: Any = None) -> RowSets:
    """Return the formsets of all kinds of rows that ``rules`` has, by kind."""
    sets = {kind: made(data, instance=rules, prefix=kind) for kind, made in ROW_FORMS.items()}
    return {kind: rows for kind, rows in sets.items() if rows.queryset.exists()}


def row_changes(sets: RowSets) -> dict[str, dict[int, dict[str, Any]]]:
    """Return what valid formsets change: by kind and key, field and value."""
    return {
        kind: {
            form.instance.pk: {name: form.cleaned_data[name] for name in form.changed_data}
            for form in rows.forms
            if form.has_changed()
        }
        for kind, rows in sets.items()
    }


class PlanForm(forms.ModelForm):
    upload = forms.FileField(
        label=_("Signed plan (PDF or scan)"), required=False, help_text=_("PDF, JPEG or PNG; may be left out.")
    )

    class Meta:
        model = WorkPlan
        fields = ["text", "meeting_planned_on"]
        widgets = {"meeting_planned_on": day_input(), "text": forms.Textarea(attrs={"rows": 14})}
        help_texts = {"text": _("Steps, times and who is responsible, for all five steps.")}


class ReturnForm(forms.Form):
    reason = forms.CharField(label=_("Reason for returning"), max_length=200)
