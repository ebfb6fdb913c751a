from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.intake.importer import Importer
from evaluation.intake.selectors import FileColumn, FileSheet

NONE = "-"
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

    def __init__(self, importer: Importer, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = importer.asked(user)
        self.fields = {**self.asked, **self.fields}
        if importer.takes_photos:
            self.fields["photos"] = forms.FileField(
                label=str(importer.photos_label),
                help_text=str(importer.photos_help),
                required=False,
                widget=forms.ClearableFileInput(attrs={"accept": ".zip"}),
            )

    def given(self) -> dict[str, str]:
        """Return what was filled in beside the file, as text; a row by its key."""
        values = {name: self.cleaned_data[name] for name in self.asked}
        return {name: str(getattr(value, "pk", value)) for name, value in values.items()}


class QuestionsForm(forms.Form):
    """A choice for everything that a file leaves open; ``questions`` as ``Plan.told`` has them."""

    def __init__(self, questions: list[dict[str, Any]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keys = {f"question-{place}": question["key"] for place, question in enumerate(questions)}
        for name, question in zip(self.keys, questions, strict=True):
            self.fields[name] = forms.ChoiceField(
                label=question["key"],
                choices=[*question["choices"], (NONE, _("Leave it out"))],
                initial=question["chosen"] or (None if question["chosen"] is None else NONE),
                widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
            )

    def answers(self) -> dict[str, str]:
        given = {key: self.cleaned_data[name] for name, key in self.keys.items()}
        return {key: "" if value == NONE else value for key, value in given.items()}


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
