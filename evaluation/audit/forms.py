"""What the audit record is searched by."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluation.audit.words import ACTIONS, KINDS


def _in_words(words: dict[str, Any]) -> list[tuple[str, str]]:
    return [("", "—"), *sorted(((code, str(label)) for code, label in words.items()), key=lambda pair: pair[1])]


def acts() -> list[tuple[str, str]]:
    return _in_words(ACTIONS)


def kinds() -> list[tuple[str, str]]:
    return _in_words(KINDS)


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class EventFilterForm(forms.Form):
    actor = forms.CharField(label=_("Who (user name)"), max_length=60, required=False)
    act = forms.ChoiceField(label=_("Act"), choices=acts, required=False)
    action = forms.CharField(
        label=_("Code of the act"), max_length=60, required=False, help_text=_("Or a part of it, e.g. ballot.")
    )
    kind = forms.ChoiceField(label=_("Kind of object"), choices=kinds, required=False)
    number = forms.CharField(label=_("Number of the object"), max_length=60, required=False)
    why = forms.CharField(label=_("Words in the reason"), max_length=60, required=False)
    since = _day(_("From"))
    until = _day(_("Until"))
