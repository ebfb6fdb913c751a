"""What results are used for (C27–C29, C31)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evaluation.cycle.models import Cycle
from evaluation.roster.models import Appraisal
from evaluation.units.models import Unit


class Recommendation(models.Model):
    """The one best mid-level cadre of a unit, with deeds of about 2,000 characters (Annex 4, C27)."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Submitted")
        RETURNED = "returned", _("Returned")

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="recommendations")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="recommendations")
    appraisal = models.OneToOneField(Appraisal, on_delete=models.PROTECT, related_name="recommendation")
    resume = models.TextField(_("resumé"), blank=True)
    deeds = models.TextField(_("deeds"), blank=True)
    status = models.CharField(_("state"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    return_reason = models.CharField(_("reason for returning"), max_length=200, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="one_recommendation_per_unit", fields=["cycle", "unit"])]


class Selection(models.Model):
    """十佳优秀科(室)长: chosen by the office together with the organisation department (C28)."""

    recommendation = models.OneToOneField(Recommendation, on_delete=models.PROTECT, related_name="selection")
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    office_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    organisation_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="selection_published_by_both",
                condition=Q(published_at__isnull=True) | Q(office_by__isnull=False, organisation_by__isnull=False),
            )
        ]


class Commendation(models.Model):
    """An excellent village cadre, commended by the town (C29)."""

    appraisal = models.OneToOneField(Appraisal, on_delete=models.PROTECT, related_name="commendation")
    title = models.CharField(_("title"), max_length=80)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    commended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)


class YearEndGrade(models.Model):
    """The entered year-end grade of a leading cadre: no box, no formula (C1, C31)."""

    class Grade(models.TextChoices):
        EXCELLENT = "excellent", _("Excellent")
        COMPETENT = "competent", _("Competent")
        BASIC = "basic", _("Basically competent")
        INCOMPETENT = "incompetent", _("Incompetent")

    appraisal = models.OneToOneField(Appraisal, on_delete=models.PROTECT, related_name="year_end_grade")
    grade = models.CharField(_("year-end grade"), max_length=12, choices=Grade.choices)
    remark = models.CharField(_("remark"), max_length=200, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
