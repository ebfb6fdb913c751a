"""A form field that takes several files."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from evaluation.files.services import MOST_FILES


class SeveralFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """Cleans to a list of uploads, empty where there are none; at most ``MOST_FILES``."""

    widget = SeveralFilesInput
    default_error_messages = {"too_many": _("At most %(most)s files. Take away some, or put pages into one PDF.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("PDF, JPEG or PNG; at most five files."))
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        uploads = data if isinstance(data, list | tuple) else [data] if data else []
        if not uploads and self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        if len(uploads) > MOST_FILES:
            raise forms.ValidationError(self.error_messages["too_many"], code="too_many", params={"most": MOST_FILES})
        return [one for upload in uploads if (one := super(SeveralFilesField, self).clean(upload, initial)) is not None]
