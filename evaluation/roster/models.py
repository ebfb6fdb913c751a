"""Cadres, their postings, and their appraisal in one cycle (C2, C3, C5, C13)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.cycle.models import Cycle, Track
from evaluation.guard.codes import new_public_code
from evaluation.units.access import roles_of
from evaluation.units.models import CITY_ROLES, Role, Unit


class Cadre(models.Model):
    """A person, over the years and units."""

    name = models.CharField(_("name"), max_length=60)
    name_key = models.CharField(max_length=60, db_index=True)
    telephone = models.CharField(_("telephone"), max_length=40, blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="cadre"
    )

    def __str__(self) -> str:
        return self.name


class Posting(models.Model):
    cadre = models.ForeignKey(Cadre, on_delete=models.CASCADE, related_name="postings")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="postings")
    office = models.CharField(_("section"), max_length=80, blank=True)
    post = models.CharField(_("post"), max_length=80, blank=True)
    since = models.CharField(_("since"), max_length=10, blank=True, help_text="2009, 2009-06 or 2009-06-25")
    until = models.DateField(_("until"), null=True, blank=True)


class ScopeList(models.Model):
    """A unit's list of who is in (C5, 备案): it stands unless the office returns it."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Being drawn up")
        FILED = "filed", _("Filed")
        RETURNED = "returned", _("Returned")

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="scope_lists")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="scope_lists")
    status = models.CharField(_("state"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    filed_at = models.DateTimeField(null=True, blank=True)
    return_reason = models.CharField(_("reason for returning"), max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="scope_list_once", fields=["cycle", "unit"])]


class AppraisalQuerySet(models.QuerySet["Appraisal"]):
    def visible_to(self, user: User) -> "AppraisalQuerySet":
        """City roles and scrutineers of the city see all; a unit what it organises or is home to; a cadre their own."""
        if roles_of(user) & CITY_ROLES:
            return self
        units = Unit.objects.acted_for_by(user, Role.UNIT_ADMIN, Role.APPROVER).values("pk")
        return self.filter(Q(organising_unit__in=units) | Q(home_unit__in=units) | Q(cadre__user=user))

    def writable_by(self, user: User) -> "AppraisalQuerySet":
        """The organising unit writes; the home unit of a window head only reads (C13). The office writes for any."""
        if Role.OFFICE in roles_of(user):
            return self
        units = Unit.objects.acted_for_by(user, Role.UNIT_ADMIN).values("pk")
        return self.filter(organising_unit__in=units)

    def approvable_by(self, user: User) -> "AppraisalQuerySet":
        """The leader in charge of the organising unit, or the office."""
        if Role.OFFICE in roles_of(user):
            return self
        return self.filter(organising_unit__in=Unit.objects.acted_for_by(user, Role.APPROVER).values("pk"))

    def taking_part(self) -> "AppraisalQuerySet":
        return self.filter(exempt=False)

    def for_list(self) -> "AppraisalQuerySet":
        return self.select_related("cadre", "home_unit", "organising_unit", "cycle").order_by(
            "organising_unit__order", "organising_unit_id", "order", "pk"
        )


class Appraisal(models.Model):
    """That person in one cycle: a snapshot of unit, organising unit, post and track."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="appraisals")
    cadre = models.ForeignKey(Cadre, on_delete=models.PROTECT, related_name="appraisals")
    track = models.CharField(_("track"), max_length=20, choices=Track.choices)
    home_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="home_appraisals")
    organising_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="organised_appraisals")
    name = models.CharField(_("name"), max_length=60)
    office = models.CharField(_("section"), max_length=80, blank=True)
    nature = models.CharField(_("nature of function"), max_length=40, blank=True)
    post = models.CharField(_("post"), max_length=80, blank=True)
    position = models.CharField(_("position"), max_length=80, blank=True)
    appointed = models.CharField(_("in post since"), max_length=10, blank=True)
    telephone = models.CharField(_("telephone"), max_length=40, blank=True)
    leader = models.CharField(_("leader in charge"), max_length=60, blank=True)
    is_window_head = models.BooleanField(_("window head"), default=False)
    note = models.CharField(_("note"), max_length=200, blank=True)
    order = models.PositiveIntegerField(default=0)
    exempt = models.BooleanField(_("exempt"), default=False)
    exempt_reason = models.CharField(_("reason for exemption"), max_length=200, blank=True)
    # What Annex 1 asks for beside; null (a table is not made anew) where nobody was asked yet.
    ledger_source = models.CharField(_("source of the service ledger"), max_length=80, null=True, blank=True)  # noqa: DJ001
    approver = models.CharField(_("approved by"), max_length=60, null=True, blank=True)  # noqa: DJ001
    public_code = models.CharField(max_length=8, unique=True, default=new_public_code)
    sheet_frozen_at = models.DateTimeField(null=True, blank=True)
    final_at = models.DateTimeField(null=True, blank=True)

    objects = AppraisalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="appraisal_once_per_cycle", fields=["cycle", "cadre"]),
            models.CheckConstraint(name="exemption_has_reason", condition=Q(exempt=False) | ~Q(exempt_reason="")),
        ]
        indexes = [models.Index(fields=["cycle", "organising_unit", "track"])]

    def __str__(self) -> str:
        return self.name

    @property
    def held_post(self) -> str:
        """What a person is called in the post: 职务, or where a roster has only 岗位名称, that."""
        return self.position or self.post

    @property
    def post_line(self) -> str:
        """Section and post as one line, for lists, sheets and slips."""
        return " ".join(part for part in (self.office, self.held_post) if part)
