from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluation.daily.models import Finding
from evaluation.files.fields import SeveralFilesField
from evaluation.guard.citizen_numbers import holds_citizen_number
from evaluation.rectification.models import FollowUpRating
from evaluation.results.models import Objection
from evaluation.roster.models import Appraisal


def no_citizen_number(value: str) -> None:
    if holds_citizen_number(value):
        raise ValidationError(_("Please take the citizen number out. It is not needed, and nobody here may keep it."))


class ObjectionForm(forms.Form):
    prefix = "objection"

    about = forms.ChoiceField(
        label=_("What do you object to?"), choices=Objection.About.choices, initial="other", widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=_("Objection"),
        max_length=2000,
        help_text=_("What is wrong, and how you know."),
        validators=[no_citizen_number],
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    uploads = SeveralFilesField(label=_("Files, if you have any"))
    person = forms.CharField(
        label=_("Your name"),
        max_length=60,
        validators=[no_citizen_number],
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    contact = forms.CharField(
        label=_("How to reach you"),
        max_length=80,
        help_text=_("Telephone or address. Name and contact are seen by the reviewer alone, never published."),
        validators=[no_citizen_number],
    )


class CommentForm(forms.Form):
    prefix = "opinion"

    name = forms.CharField(
        label=_("Your name"), max_length=40, required=False, help_text=_("It may stay empty. It is shown if given.")
    )
    text = forms.CharField(label=_("Your opinion"), max_length=500, widget=forms.Textarea(attrs={"rows": 4}))


class ComplaintForm(forms.Form):
    """What a resident writes of one unit. ``cadres`` are those of it whom the public pages name."""

    TO = (
        ("unit", _("The unit itself")),
        ("leaders", _("It is about the leaders of the unit: %(office)s takes it")),
        ("office", _("%(office)s, whatever it is about")),
    )
    NAMED = (("yes", _("By name: I want to be told and called back")), ("no", _("Without a name")))

    cadre = forms.ChoiceField(label=_("Whom is it about?"), required=False)
    about = forms.CharField(
        label=_("Somebody else, or a counter or office"),
        max_length=120,
        required=False,
        help_text=_("If nobody of the list fits. It may stay empty."),
        validators=[no_citizen_number],
    )
    text = forms.CharField(
        label=_("What happened?"),
        min_length=10,
        max_length=2000,
        help_text=_("Where, what was said or done, what you asked for. 10 to 2000 characters."),
        error_messages={"required": _("Please write what happened.")},
        validators=[no_citizen_number],
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    happened_on = forms.DateField(
        label=_("When? (may stay empty)"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    uploads = SeveralFilesField(label=_("Photographs or papers, if you have any"))
    to = forms.ChoiceField(label=_("Who should deal with it?"), choices=TO, initial="unit", widget=forms.RadioSelect)
    named = forms.ChoiceField(
        label=_("With your name?"),
        choices=NAMED,
        error_messages={"required": _("Please choose one of the two.")},
        widget=forms.RadioSelect,
    )
    person = forms.CharField(
        label=_("Your name"),
        max_length=60,
        required=False,
        validators=[no_citizen_number],
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    telephone = forms.CharField(
        label=_("Telephone"),
        max_length=40,
        required=False,
        validators=[no_citizen_number],
        widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel"}),
    )
    address = forms.CharField(label=_("Address"), max_length=120, required=False, validators=[no_citizen_number])

    def __init__(self, *args: Any, cadres: Iterable[Appraisal], office: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cadres = {row.public_code: row for row in cadres}
        named = [(code, f"{row.name}　{row.post_line}".strip()) for code, row in self.cadres.items()]
        self.fields["to"].choices = [(code, label % {"office": office}) for code, label in self.TO]  # type: ignore[attr-defined]
        self.fields["cadre"].choices = [("", _("Nobody in particular, or I do not know")), *named]  # type: ignore[attr-defined]

    def clean_happened_on(self) -> Any:
        day = self.cleaned_data["happened_on"]
        if day and day > timezone.localdate():
            raise ValidationError(_("This day has not come yet."))
        return day

    def clean(self) -> None:
        given = {key: self.cleaned_data.get(key, "").strip() for key in ("person", "telephone", "address")}
        named = self.cleaned_data.get("named")
        if named == "no" and any(given.values()):
            self.add_error("named", _("You chose to give no name. Empty the fields below, or choose “by name”."))
        if named == "yes" and not given["person"]:
            self.add_error("person", _("Give your name, or choose “without a name”."))
        if named == "yes" and not (given["telephone"] or given["address"]):
            self.add_error("telephone", _("Give a telephone number or an address, so that you can be reached."))

    def values(self) -> dict[str, Any]:
        """What the complaint is made of."""
        typed = self.cleaned_data
        contact = {key: typed[key] for key in ("person", "telephone", "address") if typed[key]}
        return {
            "appraisal": self.cadres.get(typed["cadre"]),
            "with_office": typed["to"] != "unit",
            "contact": contact if typed["named"] == "yes" else None,
            "uploads": typed["uploads"],
            **{key: typed[key] for key in ("text", "about", "happened_on")},
        }


class ReceiptForm(forms.Form):
    receipt = forms.CharField(
        label=_("Receipt number"),
        max_length=40,
        help_text=_("Twelve digits, as they stand on your receipt. Spaces do not matter."),
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "class": "form-control-lg"}),
    )


class AnswerForm(forms.Form):
    """What the complainant says to an answer."""

    satisfaction = forms.ChoiceField(
        label=_("Are you satisfied with the answer?"),
        error_messages={"required": _("Choose one of the three answers.")},
        choices=Finding.Satisfaction.choices[:3],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("Why? (may stay empty)"),
        max_length=300,
        required=False,
        validators=[no_citizen_number],
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    again = forms.BooleanField(
        label=_("I am not satisfied: please handle it once more, by somebody else"), required=False
    )

    def __init__(self, *args: Any, may_ask_again: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_ask_again:
            del self.fields["again"]

    def clean(self) -> None:
        typed = self.cleaned_data
        if typed.get("again") and typed.get("satisfaction") != Finding.Satisfaction.DISSATISFIED:
            self.add_error("again", _("It is handled once more only where you are not satisfied."))


class RatingForm(forms.Form):
    grade = forms.ChoiceField(choices=FollowUpRating.Grade.choices)
