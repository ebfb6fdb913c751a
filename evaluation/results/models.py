"""Step 4, 公开评议结果 (C10, C14): publications, frozen results, feedback, objections."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.bonus.models import BonusClaim
from evaluation.cycle.models import Cycle, EvaluatorGroup, Track
from evaluation.daily.models import DailyDeduction
from evaluation.files.models import StoredFile
from evaluation.guard.codes import new_public_code
from evaluation.roster.models import Appraisal
from evaluation.units.access import roles_of
from evaluation.units.models import CITY_ROLES, Role, Unit


class ShortfallDecisionQuerySet(models.QuerySet["ShortfallDecision"]):
    def standing(self) -> "ShortfallDecisionQuerySet":
        """Those that a second person has decided: only they count."""
        return self.filter(decided_by__isnull=False)


class ShortfallDecision(models.Model):
    """What is done where a group has too few graded sheets (scoring): proposed by one, decided by another."""

    class Decision(models.TextChoices):
        ACCEPT = "accept", _("Accept the small sample")
        REALLOCATE = "reallocate", _("Reallocate the points")
        EXEMPT = "exempt", _("Exempt the cadre this year")

    appraisal = models.ForeignKey(Appraisal, on_delete=models.PROTECT, related_name="shortfall_decisions")
    group = models.CharField(_("group"), max_length=20, choices=EvaluatorGroup.choices)
    decision = models.CharField(_("decision"), max_length=12, choices=Decision.choices)
    reason = models.CharField(_("reason"), max_length=200)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = ShortfallDecisionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="shortfall_decision_once", fields=["appraisal", "group"]),
            models.CheckConstraint(
                name="shortfall_two_people",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("proposed_by")),
            ),
        ]


class PublicationQuerySet(models.QuerySet["Publication"]):
    def visible_to(self, user: User) -> "PublicationQuerySet":
        if roles_of(user) & CITY_ROLES:
            return self
        units = Unit.objects.acted_for_by(user, Role.UNIT_ADMIN, Role.APPROVER).values("pk")
        return self.filter(organising_unit__in=units)

    def writable_by(self, user: User) -> "PublicationQuerySet":
        """The organising unit's administrator and approver, and the office for any."""
        if Role.OFFICE in roles_of(user):
            return self
        units = Unit.objects.acted_for_by(user, Role.UNIT_ADMIN, Role.APPROVER).values("pk")
        return self.filter(organising_unit__in=units)

    def approvable_by(self, user: User) -> "PublicationQuerySet":
        """The leader in charge of the organising unit, or the office."""
        if Role.OFFICE in roles_of(user):
            return self
        return self.filter(organising_unit__in=Unit.objects.acted_for_by(user, Role.APPROVER).values("pk"))

    def finalisable_by(self, user: User) -> "PublicationQuerySet":
        """The office makes results final; those of villages their town's approver as well (C3)."""
        if Role.OFFICE in roles_of(user):
            return self
        return self.approvable_by(user).filter(track=Track.VILLAGE)

    def public(self) -> "PublicationQuerySet":
        """What residents may read: under notice or final; the older versions of a corrected one too."""
        return self.filter(status__in=["notice", "final", "superseded"], notice_from__isnull=False)

    def current(self) -> "PublicationQuerySet":
        return self.exclude(status="superseded")

    def for_list(self) -> "PublicationQuerySet":
        return self.select_related("organising_unit", "cycle").order_by("organising_unit__order", "track", "-version")


class Publication(models.Model):
    """One pool (track × organising unit) as computed once. A correction is a new version of the whole pool."""

    class Status(models.TextChoices):
        COMPUTED = "computed", _("Computed")
        FEEDBACK = "feedback", _("Fed back to the cadres")
        NOTICE = "notice", _("Public notice")
        FINAL = "final", _("Final")
        SUPERSEDED = "superseded", _("Replaced by a correction")

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="publications")
    track = models.CharField(_("track"), max_length=20, choices=Track.choices)
    organising_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="publications")
    version = models.PositiveIntegerField(_("version"), default=1)
    status = models.CharField(_("state"), max_length=12, choices=Status.choices, default=Status.COMPUTED)
    rules = models.JSONField()
    public_code = models.CharField(max_length=8, unique=True, default=new_public_code)
    analysis = models.TextField(_("analysis of the unit"), blank=True)
    computed_at = models.DateTimeField()
    computed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    analysis_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    return_reason = models.CharField(_("reason for returning"), max_length=200, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    feedback_due = models.DateField(_("answer to the feedback by"), null=True, blank=True)
    notice_from = models.DateField(_("notice from"), null=True, blank=True)
    notice_until = models.DateField(_("notice until"), null=True, blank=True)
    finalised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    finalised_at = models.DateTimeField(null=True, blank=True)
    correction_reason = models.CharField(_("reason for the correction"), max_length=300, blank=True)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="publication_version_once", fields=["cycle", "track", "organising_unit", "version"]
            ),
            models.UniqueConstraint(
                name="one_current_publication",
                fields=["cycle", "track", "organising_unit"],
                condition=~Q(status="superseded"),
            ),
        ]


class ResultQuerySet(models.QuerySet["Result"]):
    def visible_to(self, user: User) -> "ResultQuerySet":
        """City roles all; a unit its own; the home unit of a window head from the notice on; a cadre what was
        delivered to them."""
        if roles_of(user) & CITY_ROLES:
            return self
        units = Unit.objects.acted_for_by(user, Role.UNIT_ADMIN, Role.APPROVER).values("pk")
        return self.filter(
            Q(publication__organising_unit__in=units)
            | Q(appraisal__home_unit__in=units, publication__notice_from__isnull=False)
            | Q(appraisal__cadre__user=user, feedback__delivered_at__isnull=False)
        )

    def public(self) -> "ResultQuerySet":
        return self.filter(publication__in=Publication.objects.public())

    def for_list(self) -> "ResultQuerySet":
        return self.select_related("publication__organising_unit", "publication__cycle", "appraisal").order_by(
            "publication", "list_order", "pk"
        )


class Result(models.Model):
    """One cadre's result, frozen with rank, names and everything it was computed from.

    ``tallies`` and ``explanation`` are the shapes of ``evaluation.scoring``; ``deductions`` and ``awards`` name the
    rows they came from. Where a group is too small to show, pages show the democratic score alone.
    """

    class Status(models.TextChoices):
        SCORED = "scored", _("Scored")
        INCOMPLETE = "incomplete", _("Incomplete")
        EXEMPT = "exempt", _("Exempt")

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="results")
    appraisal = models.ForeignKey(Appraisal, on_delete=models.PROTECT, related_name="results")
    name = models.CharField(_("name"), max_length=60)
    unit_name = models.CharField(_("unit"), max_length=80)
    post = models.CharField(_("post"), max_length=160, blank=True)
    status = models.CharField(_("state"), max_length=10, choices=Status.choices)
    tallies = models.JSONField(default=dict)
    explanation = models.JSONField(default=dict)
    deductions = models.JSONField(default=list)
    awards = models.JSONField(default=list)
    missing_groups = models.JSONField(default=dict)
    is_suppressed = models.BooleanField(default=False)
    democratic = models.DecimalField(_("democratic"), max_digits=6, decimal_places=2, null=True, blank=True)
    daily = models.DecimalField(_("daily"), max_digits=6, decimal_places=2, null=True, blank=True)
    bonus = models.DecimalField(_("bonus"), max_digits=6, decimal_places=2, null=True, blank=True)
    composite = models.DecimalField(_("composite"), max_digits=6, decimal_places=2, null=True, blank=True)
    rank = models.PositiveIntegerField(_("rank"), null=True, blank=True)
    list_order = models.PositiveIntegerField(default=0)
    analysis = models.TextField(_("analysis"), blank=True)

    objects = ResultQuerySet.as_manager()

    class Meta:
        ordering = ["publication", "list_order", "pk"]
        constraints = [
            models.UniqueConstraint(name="result_once_per_publication", fields=["publication", "appraisal"]),
            models.CheckConstraint(
                name="composite_is_the_sum",
                condition=Q(composite__isnull=True)
                | Q(composite=models.F("democratic") + models.F("daily") + models.F("bonus")),
            ),
        ]


class Feedback(models.Model):
    """The result as handed to its cadre; no answer in the set working days is no objection."""

    class Answer(models.TextChoices):
        NONE = "none", _("No answer yet")
        ACCEPTED = "accepted", _("No objection")
        OBJECTED = "objected", _("Objection")

    class How(models.TextChoices):
        PAGE = "page", _("On their own page")
        SLIP = "slip", _("On paper, handed over")

    result = models.OneToOneField(Result, on_delete=models.PROTECT, related_name="feedback")
    how = models.CharField(_("delivered"), max_length=4, choices=How.choices, blank=True)
    scan = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # The day of the act; a slip is handed over on that day or later, and its days to answer run from then.
    prepared_on = models.DateField(_("prepared on"), null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    delivered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    due = models.DateField(null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=10, choices=Answer.choices, default=Answer.NONE)
    answered_at = models.DateTimeField(null=True, blank=True)


def _acted_on_row(user: User) -> Q:
    """Whether ``user`` had a part in the deduction or the award that an objection is about."""
    deductions = DailyDeduction.objects.filter(appraisal=OuterRef("result__appraisal")).filter(
        Q(recorded_by=user) | Q(confirmed_by=user) | Q(defence__reviewed_by=user)
    )
    claims = BonusClaim.objects.filter(appraisal=OuterRef("result__appraisal")).filter(
        Q(claimed_by=user) | Q(unit_opinion_by=user) | Q(decided_by=user)
    )
    one, any_of = Q(about_row__isnull=False), Q(about_row__isnull=True)
    row = {"pk": OuterRef("about_row")}
    return (Q(about="deduction") & (one & Exists(deductions.filter(**row)) | any_of & Exists(deductions))) | (
        Q(about="bonus") & (one & Exists(claims.filter(**row)) | any_of & Exists(claims))
    )


class ObjectionQuerySet(models.QuerySet["Objection"]):
    def visible_to(self, user: User) -> "ObjectionQuerySet":
        """City roles and the organising unit; a cadre their own."""
        if roles_of(user) & CITY_ROLES:
            return self
        units = Unit.objects.acted_for_by(user, Role.UNIT_ADMIN, Role.APPROVER).values("pk")
        return self.filter(
            Q(result__publication__organising_unit__in=units) | Q(by_cadre=True, result__appraisal__cadre__user=user)
        )

    def without_part_of(self, user: User) -> "ObjectionQuerySet":
        """Those of results, deductions and awards that ``user`` did not decide first, nor is the cadre of (C10).

        First decided whoever computed, worded or approved the result; of the deduction or the award in question also
        who recorded, claimed, worded an opinion, confirmed, decided or reviewed. Where none is named, of each.
        """
        publication = Q(result__publication__computed_by=user) | Q(result__publication__approved_by=user)
        held = self.exclude(publication).exclude(result__publication__analysis_by=user)
        return held.exclude(result__appraisal__cadre__user=user).exclude(_acted_on_row(user))

    def reviewable_by(self, user: User) -> "ObjectionQuerySet":
        """The office, or the approver of the organising unit; never who decided first, never the cadre."""
        held = self.without_part_of(user)
        if Role.OFFICE in roles_of(user):
            return held
        units = Unit.objects.acted_for_by(user, Role.APPROVER).values("pk")
        return held.filter(result__publication__organising_unit__in=units)

    def for_list(self) -> "ObjectionQuerySet":
        return self.select_related(
            *("result__publication__organising_unit", "result__publication__cycle", "result__appraisal__cadre"),
            *("reviewed_by", "taken_by"),
        ).order_by("status", "due", "pk")


class Objection(models.Model):
    """By the cadre, or by a resident during the public notice; the name is kept from publication."""

    class Status(models.TextChoices):
        OPEN = "open", _("Under review")
        UPHELD = "upheld", _("Upheld")
        DISMISSED = "dismissed", _("Dismissed")

    class About(models.TextChoices):
        FIGURES = "figures", _("The count or the score")
        DEDUCTION = "deduction", _("A deduction")
        BONUS = "bonus", _("A bonus")
        OTHER = "other", _("Something else")

    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="objections")
    by_cadre = models.BooleanField(default=False)
    about = models.CharField(_("objects to"), max_length=10, choices=About.choices, default=About.OTHER)
    # The deduction or the claim that it is about, by its key.
    about_row = models.PositiveBigIntegerField(null=True, blank=True)
    person = models.CharField(_("name"), max_length=60, blank=True)
    contact = models.CharField(_("contact"), max_length=80, blank=True)
    # A resident's name and contact are here alone (``guard.contacts``), and the receipt is how they follow it.
    sealed = models.BinaryField(null=True, blank=True)
    receipt = models.CharField(_("receipt number"), max_length=12, null=True, blank=True, unique=True)
    files = models.ManyToManyField(StoredFile, related_name="+", blank=True)
    text = models.TextField(_("objection"))
    made_at = models.DateTimeField(auto_now_add=True)
    due = models.DateField(_("review by"))
    status = models.CharField(_("state"), max_length=10, choices=Status.choices, default=Status.OPEN)
    answer = models.TextField(_("outcome of the review"), blank=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)

    objects = ObjectionQuerySet.as_manager()


class CircularQuerySet(models.QuerySet["Circular"]):
    def visible_to(self, user: User) -> "CircularQuerySet":
        """The city's roles; what is issued the units find among the issued documents."""
        return self if roles_of(user) & CITY_ROLES else self.none()

    def issuable_by(self, user: User) -> "CircularQuerySet":
        """Drafts of another account of the office."""
        held = self.filter(status="draft").exclude(drafted_by=user)
        return held if Role.OFFICE in roles_of(user) else held.none()

    def for_list(self) -> "CircularQuerySet":
        return self.select_related("cycle", "drafted_by", "issued_by").order_by("-pk")


class Circular(models.Model):
    """通报 of the office on the year's results: drafted from the figures, worded by one, issued by another (C10)."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ISSUED = "issued", _("Sent out")

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="circulars")
    title = models.CharField(_("title"), max_length=120)
    addressee = models.CharField(_("addressee"), max_length=120, blank=True)
    text = models.TextField(_("text"))
    copies_to = models.CharField(_("copies to"), max_length=200, blank=True)
    number = models.CharField(_("document number"), max_length=60, blank=True)
    status = models.CharField(_("state"), max_length=6, choices=Status.choices, default=Status.DRAFT)
    # Whoever worded it last.
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    issued_at = models.DateTimeField(null=True, blank=True)

    objects = CircularQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="circular_issued_by_another",
                condition=Q(status="draft", issued_by__isnull=True)
                | (Q(status="issued", issued_by__isnull=False) & ~Q(issued_by=models.F("drafted_by"))),
            )
        ]

    def __str__(self) -> str:
        return self.title
