"""Shape only; what may be done is the services' question."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.cycle.models import Cycle, Track
from evaluation.roster.models import Appraisal
from evaluation.roster.selectors import units_on_roster, units_to_write_for
from evaluation.units.models import Unit

TEXTS = [
    "office",
    "nature",
    "post",
    "position",
    "appointed",
    "telephone",
    "leader",
    "note",
    "ledger_source",
    "approver",
]


class UnitChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Unit) -> str:
        return f"{obj.parent.name} {obj.name}" if obj.parent_id and obj.parent else obj.name


class RosterFilterForm(forms.Form):
    q = forms.CharField(label=_("Name, section or post"), required=False, max_length=60)
    unit = forms.ModelChoiceField(
        label=_("Unit"), queryset=Unit.objects.none(), required=False, empty_label=_("All units")
    )
    track = forms.ChoiceField(label=_("Track"), required=False)
    state = forms.ChoiceField(label=_("Show"), required=False)

    def __init__(self, user: User, cycle: Cycle, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units_on_roster(user, cycle)  # type: ignore[attr-defined]
        self.fields["track"].choices = [("", _("All tracks")), *Track.choices]  # type: ignore[attr-defined]
        states = [("", _("Everybody")), ("exempt", _("Exempt only")), ("window", _("Window heads only"))]
        states.append(("no_account", _("Without an account")))
        self.fields["state"].choices = states  # type: ignore[attr-defined]


class AppraisalForm(forms.ModelForm):
    appointed = forms.CharField(
        label=_("In post since"), required=False, max_length=20, help_text=_("For example 2011年6月 or 2011-06-25.")
    )

    ledger_source = forms.CharField(
        label=_("Source of the service ledger"), required=False, max_length=80, help_text=_("For Annex 1.")
    )
    approver = forms.CharField(
        label=_("Approved by"), required=False, max_length=60, help_text=_("Who approved the entry or the exemption.")
    )

    class Meta:
        model = Appraisal
        fields = ["name", *TEXTS, "is_window_head"]
        help_texts = {
            "nature": _("Enforcement, approval, or management and service."),
            "is_window_head": _("The administrative service centre organises the evaluation of its window heads."),
        }


class NewAppraisalForm(AppraisalForm):
    home_unit = UnitChoice(label=_("Unit"), queryset=Unit.objects.none())
    track = forms.ChoiceField(label=_("Track"), choices=Track.choices)

    field_order = ["home_unit", "track", "name"]

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["home_unit"].queryset = units_to_write_for(user)  # type: ignore[attr-defined]
        self.order_fields(["home_unit", "track", *AppraisalForm.Meta.fields])


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200)
