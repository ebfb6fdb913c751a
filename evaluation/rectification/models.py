"""Step 5, 公开整改措施 (C11)."""

import secrets
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.files.models import StoredFile
from evaluation.roster.models import Appraisal
from evaluation.units.access import roles_of
from evaluation.units.models import CITY_ROLES, Role, Unit


class RectificationPlanQuerySet(models.QuerySet["RectificationPlan"]):
    def visible_to(self, user: User) -> "RectificationPlanQuerySet":
        return self.filter(appraisal__in=Appraisal.objects.visible_to(user))

    def writable_by(self, user: User) -> "RectificationPlanQuerySet":
        """The cadre, the administrator of the organising unit for them, or the office."""
        writable = Appraisal.objects.writable_by(user)
        return self.filter(Q(appraisal__cadre__user=user) | Q(appraisal__in=writable))

    def approvable_by(self, user: User) -> "RectificationPlanQuerySet":
        return self.filter(appraisal__in=Appraisal.objects.approvable_by(user))

    def of_cycle(self, cycle: Cycle) -> "RectificationPlanQuerySet":
        return self.filter(appraisal__cycle=cycle)

    def public(self) -> "RectificationPlanQuerySet":
        return self.filter(published_at__isnull=False)

    def for_list(self) -> "RectificationPlanQuerySet":
        return self.select_related(
            "appraisal__cadre", "appraisal__home_unit", "appraisal__organising_unit", "appraisal__cycle"
        ).order_by("appraisal__organising_unit__order", "appraisal__order", "pk")


class RectificationPlan(models.Model):
    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Submitted")
        RETURNED = "returned", _("Returned")
        PUBLISHED = "published", _("Published")
        COMPLETED = "completed", _("Reported as done")
        ACCEPTED = "accepted", _("Accepted")

    appraisal = models.OneToOneField(Appraisal, on_delete=models.PROTECT, related_name="plan")
    status = models.CharField(_("state"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    comments_until = models.DateField(_("opinions until"), null=True, blank=True)
    completed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    completed_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    rating_until = models.DateField(_("ratings until"), null=True, blank=True)
    return_reason = models.CharField(_("reason for returning"), max_length=200, blank=True)
    times_returned = models.PositiveSmallIntegerField(default=0)

    objects = RectificationPlanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="plan_accepted_by_another",
                condition=Q(accepted_by__isnull=True)
                | (~Q(accepted_by=models.F("submitted_by")) & ~Q(accepted_by=models.F("completed_by"))),
            )
        ]

    def __str__(self) -> str:
        return self.appraisal.name


class PlanItemQuerySet(models.QuerySet["PlanItem"]):
    def visible_to(self, user: User) -> "PlanItemQuerySet":
        return self.filter(plan__in=RectificationPlan.objects.visible_to(user))

    def writable_by(self, user: User) -> "PlanItemQuerySet":
        return self.filter(plan__in=RectificationPlan.objects.writable_by(user))

    def of_cycle(self, cycle: Cycle) -> "PlanItemQuerySet":
        return self.filter(plan__appraisal__cycle=cycle)

    def overdue(self, *, today: date) -> "PlanItemQuerySet":
        """Public, due before ``today``, not done: whether or not anybody wrote it down."""
        return self.filter(plan__status="published", due__lt=today, completed_on__isnull=True)

    def for_list(self) -> "PlanItemQuerySet":
        return self.select_related("plan__appraisal__organising_unit", "plan__appraisal__home_unit")


class PlanItem(models.Model):
    class Source(models.TextChoices):
        OPINION = "opinion", _("Opinion of the public")
        ASPECT = "aspect", _("Low aspect")
        DEDUCTION = "deduction", _("Deduction")
        OTHER = "other", _("Own finding")

    class State(models.TextChoices):
        OVERDUE = "overdue", _("Overdue")
        UNDER_WAY = "under_way", _("Under way")
        DONE = "done", _("Done")

    plan = models.ForeignKey(RectificationPlan, on_delete=models.CASCADE, related_name="items")
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices)
    problem = models.TextField(_("problem"))
    measure = models.TextField(_("measure"), blank=True)
    effect = models.TextField(_("effect to be reached"), blank=True)
    due = models.DateField(_("by"), null=True, blank=True)
    # The day that was published first; ``due`` moves away from it by an approved extension alone.
    first_due = models.DateField(_("by, as published"), null=True, blank=True)
    person = models.CharField(_("who sees to it"), max_length=60, blank=True)
    completion = models.TextField(_("what was done"), blank=True)
    completed_on = models.DateField(_("done on"), null=True, blank=True)
    files = models.ManyToManyField(StoredFile, related_name="+", blank=True)

    objects = PlanItemQuerySet.as_manager()

    class Meta:
        ordering = ["order", "pk"]

    def state_on(self, today: date) -> "PlanItem.State":
        """How the item stands on a day; its plan is loaded."""
        if self.completed_on:
            return self.State.DONE
        is_late = self.due is not None and self.due < today and self.plan.status == "published"
        return self.State.OVERDUE if is_late else self.State.UNDER_WAY

    @property
    def was_moved(self) -> bool:
        return self.first_due is not None and self.first_due != self.due


class ItemExtensionQuerySet(models.QuerySet["ItemExtension"]):
    def visible_to(self, user: User) -> "ItemExtensionQuerySet":
        return self.filter(item__plan__in=RectificationPlan.objects.visible_to(user))

    def decidable_by(self, user: User) -> "ItemExtensionQuerySet":
        """Asked by somebody else, for somebody else, in a unit whose approver this is (or the office)."""
        plans = RectificationPlan.objects.approvable_by(user).exclude(appraisal__cadre__user=user)
        return self.filter(status="asked", item__plan__in=plans).exclude(asked_by=user)

    def of_cycle(self, cycle: Cycle) -> "ItemExtensionQuerySet":
        return self.filter(item__plan__appraisal__cycle=cycle)

    def for_list(self) -> "ItemExtensionQuerySet":
        return self.select_related(
            "item__plan__appraisal__organising_unit", "item__plan__appraisal__home_unit", "asked_by", "decided_by"
        ).order_by("pk")


class ItemExtension(models.Model):
    """More time for one item of a published plan: asked with a reason, decided by another; the day before it stays."""

    class Status(models.TextChoices):
        ASKED = "asked", _("Asked for")
        APPROVED = "approved", _("More time given")
        REFUSED = "refused", _("No more time given")

    item = models.ForeignKey(PlanItem, on_delete=models.PROTECT, related_name="extensions")
    until = models.DateField(_("new day"))
    old_due = models.DateField(_("day until then"))
    reason = models.CharField(_("reason"), max_length=200)
    status = models.CharField(_("state"), max_length=10, choices=Status.choices, default=Status.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(_("reason of the decision"), max_length=200, blank=True)

    objects = ItemExtensionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="extension_asked_once", fields=["item"], condition=Q(status="asked")),
            models.CheckConstraint(name="extension_is_later", condition=Q(until__gt=models.F("old_due"))),
            models.CheckConstraint(
                name="extension_decided_by_another",
                condition=Q(status="asked", decided_by__isnull=True)
                | (~Q(status="asked") & Q(decided_by__isnull=False) & ~Q(decided_by=models.F("asked_by"))),
            ),
        ]


class RectificationNoticeQuerySet(models.QuerySet["RectificationNotice"]):
    def visible_to(self, user: User) -> "RectificationNoticeQuerySet":
        """City roles and the organising unit; the home unit and the cadre once it is issued."""
        if roles_of(user) & CITY_ROLES:
            return self
        units = Unit.objects.acted_for_by(user, Role.UNIT_ADMIN, Role.APPROVER).values("pk")
        reached = Q(unit__in=units) | Q(appraisal__cadre__user=user)
        return self.filter(Q(appraisal__organising_unit__in=units) | (Q(issued_at__isnull=False) & reached))

    def writable_by(self, user: User) -> "RectificationNoticeQuerySet":
        return self.filter(appraisal__in=Appraisal.objects.writable_by(user))

    def receivable_by(self, user: User) -> "RectificationNoticeQuerySet":
        """Only the unit to which it went says that it has arrived."""
        units = Unit.objects.acted_for_by(user, Role.UNIT_ADMIN, Role.APPROVER).values("pk")
        return self.filter(unit__in=units, status="issued").exclude(appraisal__cadre__user=user)

    def late(self, *, today: date) -> "RectificationNoticeQuerySet":
        """Issued, past its deadline, and the plan not reported as done."""
        done = Q(appraisal__plan__status__in=["completed", "accepted"])
        return self.filter(status__in=["issued", "received"], due__lt=today).exclude(done)

    def of_cycle(self, cycle: Cycle) -> "RectificationNoticeQuerySet":
        return self.filter(appraisal__cycle=cycle)

    def for_list(self) -> "RectificationNoticeQuerySet":
        return self.select_related(
            *("unit", "appraisal__cadre", "appraisal__organising_unit", "appraisal__cycle", "appraisal__plan"),
            *("issued_by", "received_by", "dropped_by"),
        ).order_by("appraisal__organising_unit__order", "appraisal__order", "pk")


class RectificationNotice(models.Model):
    """整改通知书 to the cadre's home unit, where the rules of the cycle ask for one."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        ISSUED = "issued", _("Issued to the unit")
        RECEIVED = "received", _("Receipt confirmed")
        DROPPED = "dropped", _("Not issued")

    appraisal = models.OneToOneField(Appraisal, on_delete=models.PROTECT, related_name="notice")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="rectification_notices")
    number = models.CharField(_("document number"), max_length=40, blank=True)
    reasons = models.JSONField(default=list)
    text = models.TextField(_("demands"))
    due = models.DateField(_("deadline"))
    status = models.CharField(_("state"), max_length=10, choices=Status.choices, default=Status.PROPOSED)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    issued_at = models.DateTimeField(null=True, blank=True)
    issuer = models.CharField(_("issued in the name of"), max_length=80, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    drop_reason = models.CharField(_("reason for not issuing"), max_length=200, blank=True)
    dropped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = RectificationNoticeQuerySet.as_manager()

    def is_late_on(self, today: date) -> bool:
        """As the queryset says it, of a row whose plan is loaded."""
        plan = getattr(self.appraisal, "plan", None)
        is_done = plan is not None and plan.status in ("completed", "accepted")
        return self.status in ("issued", "received") and self.due < today and not is_done


class PublicCommentQuerySet(models.QuerySet["PublicComment"]):
    def visible_to(self, user: User) -> "PublicCommentQuerySet":
        """City roles and the organising unit all of them; a cadre those on their own plan that are shown."""
        if roles_of(user) & CITY_ROLES:
            return self
        units = Unit.objects.acted_for_by(user, Role.UNIT_ADMIN, Role.APPROVER).values("pk")
        own = Q(plan__appraisal__cadre__user=user, status="shown")
        return self.filter(Q(plan__appraisal__organising_unit__in=units) | own)

    def moderated_by(self, user: User) -> "PublicCommentQuerySet":
        """The organising unit reads and shows; never the cadre whom it is about."""
        comments = self.exclude(plan__appraisal__cadre__user=user)
        if Role.OFFICE in roles_of(user):
            return comments
        units = Unit.objects.acted_for_by(user, Role.UNIT_ADMIN, Role.APPROVER).values("pk")
        return comments.filter(plan__appraisal__organising_unit__in=units)

    def answerable_by(self, user: User) -> "PublicCommentQuerySet":
        return self.filter(plan__in=RectificationPlan.objects.writable_by(user))

    def unanswered(self) -> "PublicCommentQuerySet":
        return self.filter(status="shown", answer="")

    def of_cycle(self, cycle: Cycle) -> "PublicCommentQuerySet":
        return self.filter(plan__appraisal__cycle=cycle)

    def for_list(self) -> "PublicCommentQuerySet":
        return self.select_related(
            "plan__appraisal__organising_unit", "plan__appraisal__cycle", "moderated_by", "answered_by"
        ).order_by("-made_at", "-pk")


class PublicComment(models.Model):
    """A resident's opinion on a published plan."""

    class Status(models.TextChoices):
        PENDING = "pending", _("To be read")
        SHOWN = "shown", _("Shown")
        HIDDEN = "hidden", _("Hidden")

    plan = models.ForeignKey(RectificationPlan, on_delete=models.PROTECT, related_name="comments")
    name = models.CharField(_("name (may stay empty)"), max_length=40, blank=True)
    text = models.TextField(_("opinion"), max_length=500)
    made_at = models.DateTimeField(auto_now_add=True)
    status = models.CharField(_("state"), max_length=8, choices=Status.choices, default=Status.PENDING)
    hidden_reason = models.CharField(_("reason for hiding"), max_length=200, blank=True)
    moderated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    moderated_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    answer_due = models.DateField(_("answer by"), null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = PublicCommentQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="hidden_comment_has_reason", condition=~Q(status="hidden") | ~Q(hidden_reason="")
            )
        ]

    def awaits_answer_on(self, today: date) -> str:
        """``late``, ``waiting``, or empty where no answer is owed."""
        if self.status != self.Status.SHOWN or self.answer:
            return ""
        return "late" if self.answer_due and self.answer_due < today else "waiting"


def random_key() -> int:
    """No order of arrival: what the record says of the hour of a rating leads to none of them."""
    return secrets.randbelow(2**53 - 1) + 1


class FollowUpRating(models.Model):
    """How one resident finds that a plan was carried out. Nothing of who it was; the day, not the hour."""

    class Grade(models.TextChoices):
        SATISFIED = "satisfied", _("Satisfied")
        BASICALLY = "basically", _("Basically satisfied")
        DISSATISFIED = "dissatisfied", _("Not satisfied")

    id = models.BigIntegerField(primary_key=True, default=random_key)
    plan = models.ForeignKey(RectificationPlan, on_delete=models.PROTECT, related_name="ratings")
    grade = models.CharField(_("rating"), max_length=12, choices=Grade.choices)
    made_on = models.DateField()
