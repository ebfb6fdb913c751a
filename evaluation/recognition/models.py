"""What results are used for (C27–C29, C31)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.roster.models import Appraisal
from evaluation.units.access import roles_of
from evaluation.units.models import CITY_ROLES, Role, Unit


class RecommendationQuerySet(models.QuerySet["Recommendation"]):
    def visible_to(self, user: User) -> "RecommendationQuerySet":
        if roles_of(user) & CITY_ROLES:
            return self
        return self.filter(unit__in=Unit.objects.acted_for_by(user, Role.UNIT_ADMIN, Role.APPROVER).values("pk"))

    def writable_by(self, user: User) -> "RecommendationQuerySet":
        if Role.OFFICE in roles_of(user):
            return self
        return self.filter(unit__in=Unit.objects.acted_for_by(user, Role.UNIT_ADMIN).values("pk"))

    def for_list(self) -> "RecommendationQuerySet":
        return self.select_related("unit", "cycle", "appraisal__cadre", "appraisal__home_unit", "selection").order_by(
            "unit__order", "pk"
        )


class Recommendation(models.Model):
    """The one best mid-level cadre of a unit, with deeds of about 2,000 characters (Annex 4, C27)."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Submitted")
        RETURNED = "returned", _("Returned")

    class EarlierGrade(models.TextChoices):
        EXCELLENT = "excellent", _("Excellent")
        COMPETENT = "competent", _("Competent")
        BASIC = "basic", _("Basically competent")
        INCOMPETENT = "incompetent", _("Incompetent")
        UNGRADED = "ungraded", _("No grade given")

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="recommendations")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="recommendations")
    appraisal = models.OneToOneField(Appraisal, on_delete=models.PROTECT, related_name="recommendation")
    resume = models.TextField(_("resumé"), blank=True)
    # {"2011": "excellent"}: what the annual assessments of the three years before gave; null while nothing is entered.
    earlier_grades = models.JSONField(_("grades of the last three years"), null=True, blank=True)
    honours = models.TextField(_("awards and commendations"), null=True, blank=True)  # noqa: DJ001
    deeds = models.TextField(_("deeds"), blank=True)
    status = models.CharField(_("state"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    return_reason = models.CharField(_("reason for returning"), max_length=200, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)

    objects = RecommendationQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(name="one_recommendation_per_unit", fields=["cycle", "unit"])]


class SelectionQuerySet(models.QuerySet["Selection"]):
    def published(self) -> "SelectionQuerySet":
        return self.filter(published_at__isnull=False)

    def for_list(self) -> "SelectionQuerySet":
        return self.select_related(
            "recommendation__unit", "recommendation__cycle", "recommendation__appraisal__home_unit"
        ).order_by("order", "pk")


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

    objects = SelectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="selection_published_by_both",
                condition=Q(published_at__isnull=True) | Q(office_by__isnull=False, organisation_by__isnull=False),
            ),
            models.CheckConstraint(
                name="selection_two_people",
                condition=Q(office_by__isnull=True)
                | Q(organisation_by__isnull=True)
                | ~Q(office_by=models.F("organisation_by")),
            ),
        ]


class CommendationQuerySet(models.QuerySet["Commendation"]):
    def visible_to(self, user: User) -> "CommendationQuerySet":
        if roles_of(user) & CITY_ROLES:
            return self
        units = Unit.objects.acted_for_by(user, Role.UNIT_ADMIN, Role.APPROVER).values("pk")
        return self.filter(appraisal__organising_unit__in=units)

    def writable_by(self, user: User) -> "CommendationQuerySet":
        return self.filter(appraisal__in=Appraisal.objects.writable_by(user))

    def approvable_by(self, user: User) -> "CommendationQuerySet":
        return self.filter(appraisal__in=Appraisal.objects.approvable_by(user))

    def published(self) -> "CommendationQuerySet":
        return self.filter(published_at__isnull=False)

    def of_cycle(self, cycle: Cycle) -> "CommendationQuerySet":
        return self.filter(appraisal__cycle=cycle)

    def for_list(self) -> "CommendationQuerySet":
        return self.select_related(
            "appraisal__home_unit", "appraisal__organising_unit", "appraisal__cycle", "commended_by"
        ).order_by("appraisal__organising_unit__order", "appraisal__home_unit__order", "appraisal__order", "pk")


class Commendation(models.Model):
    """An excellent village cadre, commended by the town (C29)."""

    appraisal = models.OneToOneField(Appraisal, on_delete=models.PROTECT, related_name="commendation")
    title = models.CharField(_("title"), max_length=80)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    commended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)

    objects = CommendationQuerySet.as_manager()


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
