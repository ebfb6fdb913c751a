from django import forms
from django.utils.translation import gettext_lazy as _


class ObjectionForm(forms.Form):
    prefix = "objection"

    person = forms.CharField(label=_("Your name"), max_length=60)
    contact = forms.CharField(
        label=_("How to reach you"),
        max_length=80,
        help_text=_("Telephone or address. Name and contact are seen by the reviewing office only, never published."),
    )
    text = forms.CharField(label=_("Objection"), max_length=2000, widget=forms.Textarea(attrs={"rows": 6}))


class CommentForm(forms.Form):
    prefix = "opinion"

    name = forms.CharField(
        label=_("Your name"), max_length=40, required=False, help_text=_("It may stay empty. It is shown if given.")
    )
    text = forms.CharField(label=_("Your opinion"), max_length=500, widget=forms.Textarea(attrs={"rows": 4}))
