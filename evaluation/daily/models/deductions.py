"""The 20 points of daily assessment, counted down (C19–C25): deductions, what cadres say to them, months."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.daily.models.complaints import Complaint
from evaluation.files.models import StoredFile
from evaluation.roster.models import Appraisal, Cadre
from evaluation.units.access import roles_of
from evaluation.units.models import CITY_ROLES, Role, Unit


class DailyDeductionQuerySet(models.QuerySet["DailyDeduction"]):
    def visible_to(self, user: User) -> "DailyDeductionQuerySet":
        """City roles see all; a unit those of cadres it organises or is home to; a cadre their own that were recorded.

        What is only proposed, or was not pursued, is no business of the cadre.
        """
        if roles_of(user) & CITY_ROLES:
            return self
        units = Unit.objects.acted_for_by(user, Role.UNIT_ADMIN, Role.APPROVER).values("pk")
        of_units = Q(appraisal__organising_unit__in=units) | Q(appraisal__home_unit__in=units)
        own = Q(cadre__user=user) & ~Q(status__in=["proposed", "declined"])
        return self.filter((of_units & ~Q(cadre__user=user)) | own)

    def counting(self) -> "DailyDeductionQuerySet":
        return self.filter(status="confirmed")

    def writable_by(self, user: User) -> "DailyDeductionQuerySet":
        """The organising unit writes, the office for any; the home unit of a window head only reads (C13)."""
        return self.filter(appraisal__in=Appraisal.objects.writable_by(user).values("pk"))

    def for_list(self) -> "DailyDeductionQuerySet":
        return self.select_related(
            *("cadre", "appraisal__organising_unit", "appraisal__home_unit", "recorded_by", "confirmed_by", "evidence"),
            *("complaint", "defence", "declined_by", "told_by", "cadre__user", "appraisal__cycle"),
        ).order_by("-found_on", "-pk")


class DailyDeduction(models.Model):
    """Belongs to a cadre and the date of the finding; attached to the cycle in which it is confirmed."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("Proposed by a rule")
        DECLINED = "declined", _("Not pursued")
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

    class Told(models.TextChoices):
        PAGE = "page", _("On their own page")
        SLIP = "slip", _("On paper, handed over")

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
    responsibility = models.CharField(_("responsibility of the leader at that time"), max_length=200, blank=True)
    to_rectify = models.CharField(_("what was to be rectified"), max_length=300, blank=True)
    rectify_by = models.DateField(_("to be rectified by"), null=True, blank=True)
    decision = models.CharField(_("decision or judgment"), max_length=200, blank=True)
    impropriety = models.CharField(_("improper performance, as established"), max_length=300, blank=True)
    harm = models.CharField(_("rights harmed or bad influence"), max_length=200, blank=True)
    amount_reason = models.CharField(_("reason for the amount"), max_length=200, blank=True)
    late_reason = models.CharField(_("reason for entering it late"), max_length=200, blank=True)
    incident_number = models.CharField(_("incident number"), max_length=40, blank=True)
    evidence = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    further_files = models.ManyToManyField(StoredFile, related_name="+", blank=True)
    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, null=True, blank=True, related_name="deductions")
    # What a rule proposed it for: once each ("complaint:12:upheld", "plan-item:7:overdue"), and why in words.
    proposal_key = models.CharField(max_length=80, null=True, blank=True, unique=True)
    proposal = models.CharField(_("why it is proposed"), max_length=300, blank=True)
    status = models.CharField(_("state"), max_length=10, choices=Status.choices, default=Status.RECORDED)
    by_office = models.BooleanField(_("recorded by the office"), default=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_at = models.DateTimeField(auto_now_add=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("reason for returning or withdrawing"), max_length=200, blank=True)
    declined_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    told_how = models.CharField(_("the cadre was told"), max_length=4, choices=Told.choices, blank=True)
    told_on = models.DateField(_("told on"), null=True, blank=True)
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    defence_due = models.DateField(_("defence until"), null=True, blank=True)

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
                | Q(
                    recorded_by__isnull=False,
                    confirmed_by__isnull=False,
                    confirmed_at__isnull=False,
                    cycle__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="deduction_author_or_proposal",
                condition=Q(recorded_by__isnull=False)
                | Q(status__in=["proposed", "declined"], proposal_key__isnull=False),
            ),
        ]


class DefenceQuerySet(models.QuerySet["Defence"]):
    def visible_to(self, user: User) -> "DefenceQuerySet":
        return self.filter(deduction__in=DailyDeduction.objects.visible_to(user))

    def for_list(self) -> "DefenceQuerySet":
        return self.select_related(
            "deduction__cadre", "deduction__appraisal__organising_unit", "made_by", "reviewed_by"
        ).order_by("status", "due", "pk")


class Defence(models.Model):
    """申辩: what the cadre says to a deduction, within the period; reviewed by somebody who had no part in it."""

    class Status(models.TextChoices):
        OPEN = "open", _("Under review")
        UPHELD = "upheld", _("Upheld")
        DISMISSED = "dismissed", _("Dismissed")

    deduction = models.OneToOneField(DailyDeduction, on_delete=models.PROTECT, related_name="defence")
    text = models.TextField(_("defence"))
    files = models.ManyToManyField(StoredFile, related_name="+", blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_on = models.DateField()
    on_paper = models.BooleanField(_("handed in on paper, by the unit"), default=False)
    due = models.DateField(_("review by"))
    status = models.CharField(_("state"), max_length=10, choices=Status.choices, default=Status.OPEN)
    answer = models.TextField(_("outcome of the review"), blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reviewed_on = models.DateField(null=True, blank=True)

    objects = DefenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="defence_reviewed_by_another",
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=models.F("made_by")),
            ),
            models.CheckConstraint(
                name="reviewed_defence_has_answer",
                condition=Q(status="open") | (Q(reviewed_by__isnull=False) & ~Q(answer="")),
            ),
        ]


class MonthSheetQuerySet(models.QuerySet["MonthSheet"]):
    def visible_to(self, user: User) -> "MonthSheetQuerySet":
        if roles_of(user) & CITY_ROLES:
            return self
        return self.filter(unit__in=Unit.objects.acted_for_by(user, Role.UNIT_ADMIN, Role.APPROVER).values("pk"))


class MonthSheet(models.Model):
    """The list of one unit and month as it was frozen: what stood then, by cadre. Never changed afterwards.

    ``rows``: ``[{"appraisal", "name", "cases", "used", "left"}]``, points as text; ``sha256`` of its canonical JSON.
    """

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="month_sheets")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="month_sheets")
    month = models.DateField(_("month"), help_text=_("its first day"))
    rows = models.JSONField(default=list)
    sha256 = models.CharField(max_length=64)
    frozen_at = models.DateTimeField()
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = MonthSheetQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="month_sheet_once", fields=["cycle", "unit", "month"]),
            models.CheckConstraint(name="month_sheet_first_day", condition=Q(month__day=1)),
        ]
