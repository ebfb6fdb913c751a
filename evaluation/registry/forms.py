from django import forms
from django.utils.translation import gettext_lazy as _


class ScanForm(forms.Form):
    scan = forms.FileField(
        label=_("Scan of the signed and sealed paper"), help_text=_("PDF, JPEG or PNG. An earlier scan is kept.")
    )


class SeriesForm(forms.Form):
    sign = forms.CharField(
        label=_("Sign of the issuing body"),
        max_length=30,
        required=False,
        help_text=_("What stands before the year in brackets, e.g. 市效能办. Each kind of document has its own."),
    )
    is_automatic = forms.BooleanField(
        label=_("The system gives the number"),
        required=False,
        help_text=_("Left out: whoever issues types the number, or leaves it blank for your own document system."),
    )
