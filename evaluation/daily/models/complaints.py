"""Complaints (投诉) and what was found of them (核查结论), from the receipt to the call-back (C19, C20)."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.files.models import StoredFile
from evaluation.guard.codes import new_receipt
from evaluation.roster.models import Appraisal
from evaluation.units.access import roles_of
from evaluation.units.models import Role, Unit


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    def visible_to(self, user: User) -> "ComplaintQuerySet":
        """The office and auditors all; a unit those that lie with it; nobody one in which they have an interest."""
        recused = Recusal.objects.filter(user=user).values("complaint_id")
        rows = self.exclude(appraisal__cadre__user=user).exclude(pk__in=recused)
        if roles_of(user) & {Role.OFFICE, Role.AUDITOR}:
            return rows
        units = Unit.objects.acted_for_by(user, Role.UNIT_ADMIN, Role.APPROVER).values("pk")
        return rows.filter(unit__in=units, with_office=False)

    def of_cycle(self, cycle: Cycle) -> "ComplaintQuerySet":
        return self.filter(cycle=cycle)

    def for_list(self) -> "ComplaintQuerySet":
        rows = self.select_related("unit", "appraisal__home_unit", "cycle", "handler").order_by("-number")
        return rows.prefetch_related("findings")

    def late(self, today: date) -> "ComplaintQuerySet":
        """Neither accepted nor refused in time, or not answered in time (C20)."""
        undecided = Q(status=Complaint.Status.RECEIVED, accept_due__lt=today)
        return self.filter(undecided | Q(status__in=UNDER_WAY, handling_due__lt=today))

    def lapsed(self, today: date) -> "ComplaintQuerySet":
        """Answered, and the time to say something to the answer is over: closed, written down or not."""
        over = Finding.objects.filter(complaint=OuterRef("pk"), round=OuterRef("round"), callback_due__lt=today)
        return self.filter(Exists(over), status=Complaint.Status.ANSWERED)


class Complaint(models.Model):
    """One matter that somebody brought. Who they are is sealed in ``ComplaintContact``."""

    class Channel(models.TextChoices):
        WEB = "web", _("Web page")
        TELEPHONE = "telephone", _("Telephone")
        LETTER = "letter", _("Letter")
        VISIT = "visit", _("Visit")
        TRANSFER = "transfer", _("Passed on by another body")
        BALLOT = "ballot", _("Opinion from a ballot")

    class Status(models.TextChoices):
        RECEIVED = "received", _("Received")
        REFUSED = "refused", _("Not accepted")
        ACCEPTED = "accepted", _("Being handled")
        FOUND = "found", _("Finding to be confirmed")
        CONFIRMED = "confirmed", _("To be answered")
        ANSWERED = "answered", _("Answered")
        CLOSED = "closed", _("Concluded")

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="complaints")
    number = models.PositiveIntegerField(_("number in the register"))
    receipt = models.CharField(_("receipt number"), max_length=12, unique=True, default=new_receipt)
    channel = models.CharField(_("way"), max_length=10, choices=Channel.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="complaints")
    with_office = models.BooleanField(_("kept by the office"), default=False)
    appraisal = models.ForeignKey(Appraisal, on_delete=models.PROTECT, null=True, blank=True, related_name="complaints")
    concerns_nobody = models.BooleanField(_("concerns no single cadre"), default=False)
    about = models.CharField(_("whom or what it is about"), max_length=120, blank=True)
    text = models.TextField(_("what happened"))
    happened_on = models.DateField(_("when it happened"), null=True, blank=True)
    is_named = models.BooleanField(_("by name"), default=False)
    files = models.ManyToManyField(StoredFile, related_name="+", blank=True)
    status = models.CharField(_("state"), max_length=10, choices=Status.choices, default=Status.RECEIVED)
    round = models.PositiveSmallIntegerField(_("handling"), default=1)
    received_on = models.DateField(_("received on"))
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    accept_due = models.DateField(_("accept or refuse by"))
    decided_on = models.DateField(_("accepted or refused on"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    refusal_reason = models.CharField(_("reason for not accepting"), max_length=300, blank=True)
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="handled_complaints"
    )
    handling_from = models.DateField(_("handling since"), null=True, blank=True)
    handling_due = models.DateField(_("answer by"), null=True, blank=True)
    is_extended = models.BooleanField(_("extended"), default=False)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="complaint_number_once", fields=["cycle", "number"]),
            models.CheckConstraint(name="complaint_two_handlings", condition=Q(round__in=[1, 2])),
            models.CheckConstraint(
                name="refused_complaint_has_reason", condition=~Q(status="refused") | ~Q(refusal_reason="")
            ),
            models.CheckConstraint(
                name="accepted_complaint_has_clock",
                condition=Q(status__in=["received", "refused"])
                | Q(handling_from__isnull=False, handling_due__isnull=False, decided_on__isnull=False),
            ),
            # Between two handlers there may be none, but nothing is found or answered by nobody.
            models.CheckConstraint(
                name="found_complaint_has_handler",
                condition=~Q(status__in=["found", "answered"]) | Q(handler__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cycle.year}-{self.number}"


UNDER_WAY = (Complaint.Status.ACCEPTED, Complaint.Status.FOUND, Complaint.Status.CONFIRMED)


class ComplaintContact(models.Model):
    """Name, telephone and address, sealed (``guard.contacts``); opened for the handler alone, each time on record."""

    complaint = models.OneToOneField(Complaint, on_delete=models.CASCADE, primary_key=True, related_name="contact")
    sealed = models.BinaryField()


class ComplaintExtension(models.Model):
    """More time for the handling under way: asked by the handler, decided by somebody else."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="extensions")
    round = models.PositiveSmallIntegerField()
    reason = models.CharField(_("reason"), max_length=300)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_on = models.DateField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_on = models.DateField(null=True, blank=True)
    is_approved = models.BooleanField(null=True)
    decision_reason = models.CharField(_("reason for the decision"), max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="extension_once_per_handling", fields=["complaint", "round"]),
            models.CheckConstraint(
                name="extension_two_people", condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by"))
            ),
        ]


class Recusal(models.Model):
    """回避: ``user`` has an interest in the matter and takes no part in it."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="recusals")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=200)
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="recusal_once", fields=["complaint", "user"])]


class Finding(models.Model):
    """What one handling found, the answer that was given, and what the complainant says of it."""

    class Outcome(models.TextChoices):
        UPHELD = "upheld", _("Found to be true")
        PARTLY = "partly", _("Partly true")
        NOT_UPHELD = "not_upheld", _("Not true")
        UNVERIFIABLE = "unverifiable", _("Cannot be verified")

    class Satisfaction(models.TextChoices):
        SATISFIED = "satisfied", _("Satisfied")
        BASICALLY = "basically", _("Basically satisfied")
        DISSATISFIED = "dissatisfied", _("Not satisfied")
        NOT_REACHED = "not_reached", _("Could not be reached")

    class Way(models.TextChoices):
        PAGE = "page", _("On the page of the receipt number")
        TELEPHONE = "telephone", _("By telephone")
        LETTER = "letter", _("By letter")
        VISIT = "visit", _("In person")
        BODY = "body", _("To the body that passed it on")

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="findings")
    round = models.PositiveSmallIntegerField(_("handling"))
    outcome = models.CharField(_("finding"), max_length=12, choices=Outcome.choices)
    facts = models.TextField(_("facts found"))
    basis = models.CharField(_("what the finding rests on"), max_length=300)
    measures = models.TextField(_("what was done about it"), blank=True)
    files = models.ManyToManyField(StoredFile, related_name="+", blank=True)
    found_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    found_on = models.DateField()
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_on = models.DateField(null=True, blank=True)
    return_reason = models.CharField(_("reason for returning"), max_length=200, blank=True)
    answer = models.TextField(_("answer to the complainant"), blank=True)
    answer_way = models.CharField(_("how it was answered"), max_length=10, choices=Way.choices, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    callback_due = models.DateField(_("call back by"), null=True, blank=True)
    satisfaction = models.CharField(_("satisfaction"), max_length=12, choices=Satisfaction.choices, blank=True)
    satisfaction_note = models.CharField(_("note"), max_length=300, blank=True)
    rated_on = models.DateField(null=True, blank=True)
    rated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["round"]
        constraints = [
            models.UniqueConstraint(name="finding_once_per_handling", fields=["complaint", "round"]),
            models.CheckConstraint(
                name="finding_two_people", condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("found_by"))
            ),
            models.CheckConstraint(
                name="answer_follows_confirmation",
                condition=Q(answered_on__isnull=True) | Q(confirmed_on__isnull=False),
            ),
        ]
