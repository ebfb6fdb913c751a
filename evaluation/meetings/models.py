"""Step 2, 公开述职述廉, and the inquiry of step 3 (C7, C8)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.guard.codes import new_public_code
from evaluation.pledges.models import PledgeItem
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


class DutyReport(models.Model):
    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Submitted")
        RETURNED = "returned", _("Returned")
        APPROVED = "approved", _("Approved")
        PUBLISHED = "published", _("Published")

    appraisal = models.OneToOneField(Appraisal, on_delete=models.PROTECT, related_name="report")
    duty = models.TextField(_("performance of duty"), blank=True)
    commitments = models.TextField(_("service commitments"), blank=True)
    integrity = models.TextField(_("integrity"), blank=True)
    problems = models.TextField(_("problems and intentions"), blank=True)
    status = models.CharField(_("state"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    return_reason = models.CharField(_("reason for returning"), max_length=200, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)


class ItemStatement(models.Model):
    """How far one pledge was kept; the source asks for it in detail (C7)."""

    class Completion(models.TextChoices):
        DONE = "done", _("Done")
        UNDER_WAY = "under_way", _("Under way")
        NOT_DONE = "not_done", _("Not done")

    report = models.ForeignKey(DutyReport, on_delete=models.CASCADE, related_name="statements")
    item = models.ForeignKey(PledgeItem, on_delete=models.PROTECT, related_name="statements")
    completion = models.CharField(_("completion"), max_length=10, choices=Completion.choices)
    text = models.TextField(_("what was done"))

    class Meta:
        ordering = ["item__order", "pk"]
        constraints = [models.UniqueConstraint(name="statement_once_per_item", fields=["report", "item"])]


class ReportMeetingQuerySet(models.QuerySet["ReportMeeting"]):
    def visible_to(self, user: User) -> "ReportMeetingQuerySet":
        """City roles and the scrutineers see all; a unit its own (a town those of its villages)."""
        roles = roles_of(user)
        if roles & CITY_ROLES or Role.SCRUTINEER in roles:
            return self
        return self.filter(unit__in=Unit.objects.acted_for_by(user, Role.UNIT_ADMIN, Role.APPROVER, Role.CADRE))

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
    place = models.CharField(_("place"), max_length=120)
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
    organisation = models.CharField(_("from"), max_length=80, blank=True)
    status = models.CharField(_("state"), max_length=10, choices=Status.choices, default=Status.INVITED)
    is_walk_in = models.BooleanField(_("without invitation"), default=False)

    class Meta:
        ordering = ["category", "name", "pk"]


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

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "inquiries"
