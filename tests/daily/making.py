"""Rows and files of this room for tests."""

from datetime import date
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.models import User
from evaluation.daily.models import DailyDeduction
from evaluation.daily.services import confirm_deductions, record_deduction
from evaluation.files.models import StoredFile
from evaluation.roster.models import Appraisal

FACTS = {"source": "complaint", "facts": "窗口未一次性告知，群众往返三次。", "basis": "核查报告〔2012〕5号"}


def picture(name: str = "核查.png") -> SimpleUploadedFile:
    data = BytesIO()
    Image.new("RGB", (6, 8), "white").save(data, "PNG")
    return SimpleUploadedFile(name, data.getvalue(), content_type="image/png")


def kept_file() -> StoredFile:
    """A row about a file; nothing lies on the disk."""
    return StoredFile.objects.create(
        kind=StoredFile.Kind.EVIDENCE, name="核查.pdf", content_type="application/pdf", size=1, sha256="0" * 64,
        code=f"{StoredFile.objects.count():032x}",
    )  # fmt: skip


def recorded_for(appraisal: Appraisal, actor: User, **fields: Any) -> DailyDeduction:
    values: dict[str, Any] = {"rule": "1", "found_on": date(2012, 6, 1), "despite_doubles": True}
    if "evidence" not in fields:
        values["evidence"] = kept_file()
    return record_deduction(appraisal=appraisal, actor=actor, **{**values, **FACTS, **fields})


def confirmed_for(appraisal: Appraisal, actor: User, approver: User, **fields: Any) -> DailyDeduction:
    deduction = recorded_for(appraisal, actor, **fields)
    confirm_deductions(deductions=[deduction], approver=approver, despite_doubles=[deduction.pk])
    return DailyDeduction.objects.get(pk=deduction.pk)
