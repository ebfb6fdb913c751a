"""What the audit record is searched by."""

from django import forms
from django.utils.translation import gettext_lazy as _


class EventFilterForm(forms.Form):
    actor = forms.CharField(label=_("Who (user name)"), max_length=60, required=False)
    action = forms.CharField(
        label=_("Act"), max_length=60, required=False, help_text=_("Its code, or a part of it, e.g. ballot.")
    )
    target = forms.CharField(
        label=_("Object"), max_length=60, required=False, help_text=_("Kind, or kind and number, e.g. unit 12.")
    )
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
