"""Whom the offices served: the frames from which service recipients are drawn (C15)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from evaluation.cycle.models import Cycle
from evaluation.units.models import Unit


class ServiceRecord(models.Model):
    """One line of the service ledger. Contact details are for the draw alone and are never published."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="service_records")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="service_records")
    number = models.CharField(_("case number"), max_length=40)
    matter = models.CharField(_("matter"), max_length=120)
    office = models.CharField(_("section"), max_length=80, blank=True)
    handler = models.CharField(_("handled by"), max_length=60, blank=True)
    applicant = models.CharField(_("applicant"), max_length=120)
    applicant_kind = models.CharField(_("kind of applicant"), max_length=20, blank=True)
    telephone = models.CharField(_("telephone"), max_length=40, blank=True)
    accepted_on = models.DateField(_("accepted on"), null=True, blank=True)
    finished_on = models.DateField(_("finished on"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=20, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="service_record_once", fields=["cycle", "unit", "number"])]
        indexes = [models.Index(fields=["cycle", "unit", "office"])]
