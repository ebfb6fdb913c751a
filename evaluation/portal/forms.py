from django import forms
from django.utils.translation import gettext_lazy as _


class ObjectionForm(forms.Form):
    prefix = "objection"

    person = forms.CharField(label=_("Your name"), max_length=60)
    contact = forms.CharField(
        label=_("How to reach you"), max_length=80, help_text=_("Telephone or address. It is never published.")
    )
    text = forms.CharField(
        label=_("What you object to, and why"), max_length=1000, widget=forms.Textarea(attrs={"rows": 5})
    )


class CommentForm(forms.Form):
    prefix = "opinion"

    name = forms.CharField(
        label=_("Your name"), max_length=40, required=False, help_text=_("It may stay empty. It is shown if given.")
    )
    text = forms.CharField(label=_("Your opinion"), max_length=500, widget=forms.Textarea(attrs={"rows": 4}))
