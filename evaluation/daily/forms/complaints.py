"""Shapes of what is entered about complaints. Every small form of the page of one has ids of its own (``auto_id``)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.cycle.forms import day_input
from evaluation.daily.models import Complaint, Finding
from evaluation.daily.services.complaints import CONTACT, LONGEST, SHORTEST
from evaluation.files.fields import SeveralFilesField
from evaluation.guard.citizen_numbers import no_citizen_number
from evaluation.roster.choices import cadre_choices
from evaluation.roster.models import Appraisal, AppraisalQuerySet
from evaluation.units.models import Unit, UnitQuerySet

Channel = Complaint.Channel
BY_STAFF = (Channel.TELEPHONE, Channel.LETTER, Channel.VISIT, Channel.TRANSFER)


def words(label: Any, *, rows: int = 4, required: bool = True, most: int = 2000, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=most,
        help_text=hint,
        validators=[no_citizen_number],
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def line(label: Any, *, required: bool = True, most: int = 300, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=most, help_text=hint, validators=[no_citizen_number]
    )


class ComplaintForm(forms.Form):
    """What came by telephone, letter or visit, or was passed on."""

    channel = forms.ChoiceField(label=_("How it came"), choices=[(way.value, way.label) for way in BY_STAFF])
    unit = forms.ModelChoiceField(queryset=Unit.objects.none(), label=_("Unit"))
    appraisal = forms.ModelChoiceField(
        queryset=Appraisal.objects.none(),
        label=_("Cadre, if one is named"),
        required=False,
        help_text=_("Leave it empty if you do not know; it can be named later with the reason."),
    )
    about = line(_("Whom or what it is about, in the complainant's words"), required=False, most=120)
    text = words(_("What is complained of"), rows=6, most=LONGEST)
    happened_on = forms.DateField(label=_("When it happened"), required=False, widget=day_input())
    uploads = SeveralFilesField(label=_("What was handed over"))
    person = line(
        _("Name of the complainant"),
        required=False,
        most=CONTACT["person"],
        hint=_("Empty if they do not give it. Kept sealed: the person who handles the complaint alone can open it."),
    )
    telephone = line(_("Telephone of the complainant"), required=False, most=CONTACT["telephone"])
    address = line(_("Address of the complainant"), required=False, most=CONTACT["address"])
    with_office = forms.BooleanField(
        label=_("The office keeps it"),
        required=False,
        help_text=_("The unit does not see it. For complaints about those who lead a unit."),
    )

    def __init__(
        self, *args: Any, units: UnitQuerySet, appraisals: AppraisalQuerySet, is_office: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["appraisal"].queryset = appraisals  # type: ignore[attr-defined]
        self.fields["appraisal"].choices = cadre_choices(appraisals)  # type: ignore[attr-defined]
        self.fields["text"].help_text = _("%(least)s to %(most)s characters; no citizen numbers.") % {
            "least": SHORTEST,
            "most": LONGEST,
        }
        if not is_office:
            del self.fields["with_office"]

    @property
    def contact(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in CONTACT}


class ReasonForm(forms.Form):
    reason = line(_("Reason"))


class HandlerForm(forms.Form):
    """``handlers`` are those who may; a change needs its reason."""

    handler = forms.ModelChoiceField(queryset=User.objects.none(), label=_("Handler"))

    def __init__(self, *args: Any, handlers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["handler"].queryset = handlers  # type: ignore[attr-defined]


class AssignForm(HandlerForm):
    reason = line(_("Reason for the change"), required=False)


class TransferForm(forms.Form):
    unit = forms.ModelChoiceField(
        queryset=Unit.objects.none(), label=_("To"), required=False, empty_label=_("The office")
    )
    reason = line(_("Reason"))

    def __init__(self, *args: Any, units: UnitQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]


class RecusalForm(forms.Form):
    """For oneself; ``others`` are those for whom the office may say it."""

    user = forms.ModelChoiceField(queryset=User.objects.none(), label=_("Who withdraws"), required=False)
    reason = line(_("What the interest is"), most=200)

    def __init__(self, *args: Any, others: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if others is None:
            del self.fields["user"]
            return
        self.fields["user"].queryset = others  # type: ignore[attr-defined]
        self.fields["user"].empty_label = _("I myself")  # type: ignore[attr-defined]


class NameForm(forms.Form):
    appraisal = forms.ModelChoiceField(queryset=Appraisal.objects.none(), label=_("Cadre"))
    reason = line(_("Reason"))

    def __init__(self, *args: Any, appraisals: AppraisalQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["appraisal"].queryset = appraisals  # type: ignore[attr-defined]
        self.fields["appraisal"].choices = cadre_choices(appraisals)  # type: ignore[attr-defined]


class FindingForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("Finding"), choices=[(row.value, row.label) for row in Finding.Outcome], widget=forms.RadioSelect
    )
    facts = words(_("Facts found"), rows=6, hint=_("What was checked, with whom, and what it showed."))
    basis = line(_("What the finding rests on"), hint=_("Records, statements, footage, documents with their numbers."))
    measures = words(_("What was done about it"), required=False)
    uploads = SeveralFilesField(label=_("Evidence"))


class ConfirmForm(forms.Form):
    concerns_nobody = forms.BooleanField(label=_("It concerns no single cadre"), required=False)


class AnswerForm(forms.Form):
    answer = words(
        _("Answer to the complainant"),
        rows=6,
        hint=_(
            "What was found and what was done about it, in plain words. It stands on the page of the receipt number."
        ),
    )
    way = forms.ChoiceField(label=_("How they are told"), choices=Finding.Way.choices)


class ExtensionDecisionForm(forms.Form):
    reason = line(_("Reason, if more time is refused"), required=False)


class CallBackForm(forms.Form):
    satisfaction = forms.ChoiceField(
        label=_("What the complainant says"),
        choices=[(row.value, row.label) for row in Finding.Satisfaction],
        widget=forms.RadioSelect,
    )
    note = line(_("Note"), required=False)
    again = forms.BooleanField(label=_("They ask that it is handled once more, by somebody else"), required=False)

    def __init__(self, *args: Any, may_ask_again: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_ask_again:
            del self.fields["again"]
