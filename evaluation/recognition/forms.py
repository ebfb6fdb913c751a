from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from evaluation.guard.citizen_numbers import no_citizen_number
from evaluation.recognition.counting import LEAST, LIMIT, MOST, TARGET


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


class CommendationForm(forms.Form):
    title = forms.CharField(label=_("Title of the commendation"), max_length=80)
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False, validators=[no_citizen_number])
