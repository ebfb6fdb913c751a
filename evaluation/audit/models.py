"""The append-only record of who did what."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditHead(models.Model):
    """The one row that is locked while an event is appended: the end of the chain."""

    sequence = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        constraints = [models.CheckConstraint(name="audit_head_is_single", condition=models.Q(pk=1))]


class AuditEvent(models.Model):
    sequence = models.PositiveBigIntegerField(_("number"), unique=True)
    at = models.DateTimeField(_("time"))
    actor = models.CharField(_("who"), max_length=80)
    action = models.CharField(_("act"), max_length=60, db_index=True)
    target_kind = models.CharField(_("object"), max_length=60)
    target_id = models.CharField(max_length=60)
    detail = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["-sequence"]
        indexes = [models.Index(fields=["target_kind", "target_id"]), models.Index(fields=["at"])]
