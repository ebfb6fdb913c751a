from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluation.intake.importer import Importer
from evaluation.intake.selectors import FileColumn, FileSheet

ACCEPTED = ".xlsx,.xlsm,.xls,.ods,.csv,.txt"


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            ".xlsx, .xls, .ods or .csv, as the office keeps it. "
            "Nothing is changed before you have seen what would change."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
    )


class PhotoUploadForm(UploadForm):
    photos = forms.FileField(
        label=_("Photos"),
        required=False,
        help_text=_("A .zip of photos, each named after the person: 姓名.jpg. It may be left out."),
        widget=forms.ClearableFileInput(attrs={"accept": ".zip"}),
    )


class ColumnsForm(forms.Form):
    """A choice for every column of a file: which of ours it is, or that it is not read."""

    def __init__(self, importer: Importer, sheets: list[FileSheet], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheets = sheets
        choices = [("", _("is not read")), *((column.name, column.label) for column in importer.columns)]
        for column in self.columns():
            self.fields[column.name] = forms.ChoiceField(
                label=_("“%(label)s” means") % {"label": column.label},
                choices=choices,
                required=False,
                initial=column.field,
            )

    def columns(self) -> list[FileColumn]:
        return [column for sheet in self.sheets for column in sheet.columns]

    def rows(self) -> list[tuple[FileSheet, list[tuple[FileColumn, forms.BoundField]]]]:
        return [(sheet, [(column, self[column.name]) for column in sheet.columns]) for sheet in self.sheets]

    def said(self) -> dict[str, dict[str, str]]:
        """Return {title of the sheet: {key of the label: column's name, or nothing}}."""
        said: dict[str, dict[str, str]] = {}
        for column in self.columns():
            said.setdefault(column.sheet, {})[column.key] = self.cleaned_data[column.name]
        return said
