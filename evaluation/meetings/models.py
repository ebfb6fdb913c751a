"""Step 2, 公开述职述廉, and the inquiry of step 3 (C7, C8)."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.cycle.models import Cycle, EvaluatorGroup
from evaluation.guard.codes import new_public_code
from evaluation.pledges.models import PledgeItem, ReviewedPaper
from evaluation.roster.models import Appraisal
from evaluation.units.access import roles_of
from evaluation.units.models import CITY_ROLES, Role, Unit


class Category(models.TextChoices):
    """Whom a meeting invites; each belongs to one evaluator group (service_recipient, own_unit, representative)."""

    RECIPIENT = "recipient", _("Service recipients")
    STAFF = "staff", _("Staff of the unit")
    PARTY_DELEGATE = "party_delegate", _("Delegates of the Party congress")
    PEOPLE_DEPUTY = "people_deputy", _("Deputies of the people's congress")
    CPPCC_MEMBER = "cppcc_member", _("Members of the political consultative conference")
    SUPERVISOR = "supervisor", _("Supervisors")
    SOCIETY = "society", _("Representatives of society")


GROUP_OF_CATEGORY: dict[str, EvaluatorGroup] = {
    Category.RECIPIENT: EvaluatorGroup.SERVICE_RECIPIENT,
    Category.STAFF: EvaluatorGroup.OWN_UNIT,
    Category.PARTY_DELEGATE: EvaluatorGroup.REPRESENTATIVE,
    Category.PEOPLE_DEPUTY: EvaluatorGroup.REPRESENTATIVE,
    Category.CPPCC_MEMBER: EvaluatorGroup.REPRESENTATIVE,
    Category.SUPERVISOR: EvaluatorGroup.REPRESENTATIVE,
    Category.SOCIETY: EvaluatorGroup.REPRESENTATIVE,
}


class DutyReportQuerySet(models.QuerySet["DutyReport"]):
    def visible_to(self, user: User) -> "DutyReportQuerySet":
        return self.filter(appraisal__in=Appraisal.objects.visible_to(user))

    def for_list(self) -> "DutyReportQuerySet":
        return self.select_related("appraisal__cadre", "appraisal__home_unit", "appraisal__organising_unit").order_by(
            "appraisal__organising_unit__order", "appraisal__order", "pk"
        )


class DutyReport(ReviewedPaper):
    appraisal = models.OneToOneField(Appraisal, on_delete=models.PROTECT, related_name="report")
    duty = models.TextField(_("performance of duty"), blank=True)
    commitments = models.TextField(_("service commitments"), blank=True)
    integrity = models.TextField(_("integrity"), blank=True)
    problems = models.TextField(_("problems and intentions"), blank=True)

    objects = DutyReportQuerySet.as_manager()


class ItemStatement(models.Model):
    """How far one pledge was kept; the source asks for it in detail (C7)."""

    class Completion(models.TextChoices):
        DONE = "done", _("Done")
        UNDER_WAY = "under_way", _("Under way")
        NOT_DONE = "not_done", _("Not done")

    report = models.ForeignKey(DutyReport, on_delete=models.CASCADE, related_name="statements")
    item = models.ForeignKey(PledgeItem, on_delete=models.PROTECT, related_name="statements")
    completion = models.CharField(_("completion"), max_length=10, choices=Completion.choices, blank=True)
    text = models.TextField(_("what was done"), blank=True)

    class Meta:
        ordering = ["item__order", "pk"]
        constraints = [models.UniqueConstraint(name="statement_once_per_item", fields=["report", "item"])]


class ReportMeetingQuerySet(models.QuerySet["ReportMeeting"]):
    def visible_to(self, user: User) -> "ReportMeetingQuerySet":
        """City roles and the scrutineers see all; a unit its own (a town those of its villages); a cadre where due."""
        roles = roles_of(user)
        if roles & CITY_ROLES or Role.SCRUTINEER in roles:
            return self
        units = Unit.objects.acted_for_by(user, Role.UNIT_ADMIN, Role.APPROVER, Role.CADRE).values("pk")
        reporting = Appraisal.objects.filter(cadre__user=user).values("organising_unit_id")
        return self.filter(Q(unit__in=units) | Q(unit__in=reporting))

    def writable_by(self, user: User) -> "ReportMeetingQuerySet":
        """The organising unit writes; the office for any."""
        if Role.OFFICE in roles_of(user):
            return self
        return self.filter(unit__in=Unit.objects.acted_for_by(user, Role.UNIT_ADMIN).values("pk"))

    def for_list(self) -> "ReportMeetingQuerySet":
        return self.select_related("unit", "cycle").order_by("starts_at", "pk")


class ReportMeeting(models.Model):
    class Status(models.TextChoices):
        DRAFT = "draft", _("Being prepared")
        ANNOUNCED = "announced", _("Announced")
        HELD = "held", _("Held")
        REPORTED = "reported", _("Reported")

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="meetings")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="meetings")
    title = models.CharField(_("title"), max_length=120)
    starts_at = models.DateTimeField(_("begins"))
    place = models.CharField(_("place"), max_length=120, blank=True)
    chair = models.CharField(_("chair"), max_length=60, blank=True)
    status = models.CharField(_("state"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    summary = models.TextField(_("report of the meeting"), blank=True)
    public_code = models.CharField(max_length=8, unique=True, default=new_public_code)
    announced_at = models.DateTimeField(null=True, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)

    objects = ReportMeetingQuerySet.as_manager()

    def __str__(self) -> str:
        return self.title


class AgendaItem(models.Model):
    meeting = models.ForeignKey(ReportMeeting, on_delete=models.CASCADE, related_name="agenda")
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    text = models.CharField(_("item"), max_length=200)
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    appraisal = models.ForeignKey(Appraisal, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["order", "pk"]


class AttendanceCount(models.Model):
    """应到 / 实到 / 请假 by category; walk-ins came without an invitation and stand within ``present``."""

    meeting = models.ForeignKey(ReportMeeting, on_delete=models.CASCADE, related_name="attendance")
    category = models.CharField(_("category"), max_length=20, choices=Category.choices)
    invited = models.PositiveIntegerField(_("invited"), default=0)
    present = models.PositiveIntegerField(_("present"), null=True, blank=True)
    on_leave = models.PositiveIntegerField(_("on leave"), null=True, blank=True)
    walk_ins = models.PositiveIntegerField(_("without invitation"), default=0)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="attendance_once_per_category", fields=["meeting", "category"]),
            models.CheckConstraint(
                name="walk_ins_are_present", condition=Q(present__isnull=True) | Q(walk_ins__lte=models.F("present"))
            ),
        ]


class Attendee(models.Model):
    """Attendance by name, where a unit keeps it so. Says that a person came; nothing relates a person to a pass."""

    class Status(models.TextChoices):
        INVITED = "invited", _("Invited")
        PRESENT = "present", _("Present")
        ON_LEAVE = "on_leave", _("On leave")

    meeting = models.ForeignKey(ReportMeeting, on_delete=models.CASCADE, related_name="attendees")
    category = models.CharField(_("category"), max_length=20, choices=Category.choices)
    name = models.CharField(_("name"), max_length=60)
    organisation = models.CharField(_("where from"), max_length=80, blank=True)
    status = models.CharField(_("state"), max_length=10, choices=Status.choices, default=Status.INVITED)
    is_walk_in = models.BooleanField(_("without invitation"), default=False)
    seat = models.CharField(_("seat"), max_length=20, null=True, blank=True)  # noqa: DJ001 (added to a kept table)

    class Meta:
        ordering = ["category", "name", "pk"]


class InquiryQuerySet(models.QuerySet["Inquiry"]):
    def visible_to(self, user: User) -> "InquiryQuerySet":
        """Those of meetings one may see, and those put to a cadre one may see."""
        return self.filter(
            Q(meeting__in=ReportMeeting.objects.visible_to(user).values("pk"))
            | Q(appraisal__in=Appraisal.objects.visible_to(user).values("pk"))
        )

    def answerable_by(self, user: User) -> "InquiryQuerySet":
        """The cadre asked, the organising unit for them, the office."""
        writable = Appraisal.objects.writable_by(user).values("pk")
        return self.filter(Q(appraisal__in=writable) | Q(appraisal__cadre__user=user))

    def owed(self) -> "InquiryQuerySet":
        """Those whose written answer is still awaited."""
        return self.filter(written_due__isnull=False, written_at__isnull=True)

    def overdue(self, today: date) -> "InquiryQuerySet":
        return self.owed().filter(written_due__lt=today)

    def for_list(self) -> "InquiryQuerySet":
        return self.select_related("meeting__unit", "meeting__cycle", "appraisal")


class Inquiry(models.Model):
    """A question (询问) or interpellation (质询), its answer, and what is owed in writing (C8)."""

    class Kind(models.TextChoices):
        QUESTION = "question", _("Question")
        INTERPELLATION = "interpellation", _("Interpellation")

    class Topic(models.TextChoices):
        STYLE = "style", _("Work style and efficiency")
        POLICY = "policy", _("Policy and law")
        HOT_ISSUE = "hot_issue", _("Issues that concern people")
        PLEDGE = "pledge", _("Pledges")

    meeting = models.ForeignKey(ReportMeeting, on_delete=models.CASCADE, related_name="inquiries")
    appraisal = models.ForeignKey(Appraisal, on_delete=models.PROTECT, related_name="inquiries")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    topic = models.CharField(_("topic"), max_length=20, choices=Topic.choices)
    asked_by = models.CharField(_("asked by"), max_length=20, choices=Category.choices)
    question = models.TextField(_("question"))
    answer = models.TextField(_("answer given"), blank=True)
    written_due = models.DateField(_("written answer by"), null=True, blank=True)
    written_answer = models.TextField(_("written answer"), blank=True)
    written_at = models.DateTimeField(null=True, blank=True)

    objects = InquiryQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "inquiries"
