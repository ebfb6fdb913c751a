from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from evaluation.guard.citizen_numbers import no_citizen_number
from evaluation.recognition.counting import LEAST, LIMIT, MOST, TARGET
from evaluation.recognition.models import Recommendation


class RecommendationForm(forms.Form):
    """Deeds may be long while they are written; how long they may be submitted says the service, in its own count."""

    resume = forms.CharField(
        label=_("Resumé"),
        required=False,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6}),
        validators=[no_citizen_number],
    )
    deeds = forms.CharField(
        label=_("Deeds"),
        required=False,
        max_length=20000,
        widget=forms.Textarea(
            attrs={
                "rows": 24,
                "data-count": "deeds-count",
                "data-least": LEAST,
                "data-most": MOST,
                "data-limit": LIMIT,
                "aria-describedby": "deeds-count",
            }
        ),
        validators=[no_citizen_number],
        help_text=format_lazy(
            _("About {target} characters, not counting spaces; at most {limit}."), target=TARGET, limit=LIMIT
        ),
    )

    honours = forms.CharField(
        label=_("Awards and commendations of earlier years"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        validators=[no_citizen_number],
        help_text=_("One a line, with the year. Those recognised this year stand in the form by themselves."),
    )

    field_order = ["resume", "honours", "deeds"]

    def __init__(self, *args: Any, year: int, **kwargs: Any) -> None:
        """``year``: of the cycle; the grades of the three years before it are asked for."""
        super().__init__(*args, **kwargs)
        self.years = [year - 3, year - 2, year - 1]
        choices = [("", _("Not known")), *Recommendation.EarlierGrade.choices]
        for one in self.years:
            label = format_lazy(_("Grade of the annual assessment {year}"), year=one)
            self.fields[f"grade_{one}"] = forms.ChoiceField(label=label, required=False, choices=choices)
        self.order_fields([*(f"grade_{one}" for one in self.years), *(self.field_order or ())])

    def grades(self) -> dict[int, str]:
        """By year what was chosen."""
        return {one: self.cleaned_data[f"grade_{one}"] for one in self.years}


class CommendationForm(forms.Form):
    title = forms.CharField(label=_("Title of the commendation"), max_length=80)
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False, validators=[no_citizen_number])
