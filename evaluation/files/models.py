"""Uploads: bytes under a random name outside the static tree, and the row that knows them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class StoredFile(models.Model):
    class Kind(models.TextChoices):
        PHOTO = "photo", _("Photo")
        EVIDENCE = "evidence", _("Evidence")
        WORKBOOK = "workbook", _("Workbook")
        SCAN = "scan", _("Scan")
        DOCUMENT = "document", _("Document")
        ARCHIVE = "archive", _("Zip file")

    kind = models.CharField(max_length=20, choices=Kind.choices)
    file = models.FileField(upload_to="stored/")
    name = models.CharField(_("file name"), max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64, db_index=True)
    code = models.CharField(max_length=32, unique=True)
    uploaded_by = models.CharField(max_length=80, blank=True)
    uploaded_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name
