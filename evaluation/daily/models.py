"""The 20 points of daily assessment, counted down (C19–C25)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.files.models import StoredFile
from evaluation.roster.models import Appraisal, Cadre
from evaluation.units.access import roles_of
from evaluation.units.models import CITY_ROLES, Role, Unit


class DailyDeductionQuerySet(models.QuerySet["DailyDeduction"]):
    def visible_to(self, user: User) -> "DailyDeductionQuerySet":
        """City roles see all; a unit those of cadres it organises or is home to; a cadre their own."""
        if roles_of(user) & CITY_ROLES:
            return self
        units = Unit.objects.acted_for_by(user, Role.UNIT_ADMIN, Role.APPROVER).values("pk")
        return self.filter(
            Q(appraisal__organising_unit__in=units) | Q(appraisal__home_unit__in=units) | Q(cadre__user=user)
        )

    def for_list(self) -> "DailyDeductionQuerySet":
        return self.select_related(
            "cadre", "appraisal__organising_unit", "appraisal__home_unit", "recorded_by", "confirmed_by", "evidence"
        ).order_by("-found_on", "-pk")


class DailyDeduction(models.Model):
    """Belongs to a cadre and the date of the finding; attached to the cycle in which it is confirmed."""

    class Status(models.TextChoices):
        RECORDED = "recorded", _("To be confirmed")
        CONFIRMED = "confirmed", _("Confirmed")
        RETURNED = "returned", _("Returned")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Source(models.TextChoices):
        COMPLAINT = "complaint", _("Complaint")
        OPINION = "opinion", _("Opinion of the public")
        INSPECTION = "inspection", _("Inspection")
        DISCIPLINE = "discipline", _("Discipline inspection")
        COURT = "court", _("Reconsideration or litigation")
        OTHER = "other", _("Other")

    cadre = models.ForeignKey(Cadre, on_delete=models.PROTECT, related_name="deductions")
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, null=True, blank=True, related_name="deductions")
    appraisal = models.ForeignKey(Appraisal, on_delete=models.PROTECT, null=True, blank=True, related_name="deductions")
    rule = models.CharField(_("rule"), max_length=10)
    found_on = models.DateField(_("date of the finding"))
    points = models.DecimalField(_("points each"), max_digits=5, decimal_places=2)
    count = models.PositiveSmallIntegerField(_("number of cases"), default=1)
    source = models.CharField(_("source"), max_length=12, choices=Source.choices)
    facts = models.TextField(_("facts"))
    basis = models.CharField(_("basis"), max_length=200)
    supervised_person = models.CharField(_("supervised person"), max_length=60, blank=True)
    harm = models.CharField(_("rights harmed or bad influence"), max_length=200, blank=True)
    incident_number = models.CharField(_("incident number"), max_length=40, blank=True)
    evidence = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    status = models.CharField(_("state"), max_length=10, choices=Status.choices, default=Status.RECORDED)
    by_office = models.BooleanField(_("recorded by the office"), default=False)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("reason for returning or withdrawing"), max_length=200, blank=True)

    objects = DailyDeductionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="deduction_positive", condition=Q(points__gt=0, count__gte=1)),
            models.CheckConstraint(
                name="deduction_two_people",
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=models.F("recorded_by")),
            ),
            models.CheckConstraint(
                name="deduction_confirmed_is_attached",
                condition=~Q(status="confirmed")
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False, cycle__isnull=False),
            ),
        ]
