"""Whom the offices served: the frames from which service recipients are drawn (C15)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.guard.codes import new_public_code
from evaluation.units.access import roles_of
from evaluation.units.models import CITY_ROLES, Role, Unit


class ServiceRecord(models.Model):
    """One line of the service ledger. Contact details are for the draw alone and are never published."""

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="service_records")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="service_records")
    number = models.CharField(_("case number"), max_length=40)
    matter = models.CharField(_("matter"), max_length=120)
    office = models.CharField(_("section"), max_length=80, blank=True)
    handler = models.CharField(_("handled by"), max_length=60, blank=True)
    applicant = models.CharField(_("applicant"), max_length=120)
    applicant_kind = models.CharField(_("kind of applicant"), max_length=20, blank=True)
    telephone = models.CharField(_("telephone"), max_length=40, blank=True)
    accepted_on = models.DateField(_("accepted on"), null=True, blank=True)
    finished_on = models.DateField(_("finished on"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=20, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="service_record_once", fields=["cycle", "unit", "number"])]
        indexes = [models.Index(fields=["cycle", "unit", "office"])]


class FrameQuerySet(models.QuerySet["Frame"]):
    def visible_to(self, user: User) -> "FrameQuerySet":
        """City roles and scrutineers see all; a unit its own."""
        roles = roles_of(user)
        if roles & CITY_ROLES or Role.SCRUTINEER in roles:
            return self
        return self.filter(unit__in=Unit.objects.acted_for_by(user, Role.UNIT_ADMIN, Role.APPROVER))

    def writable_by(self, user: User) -> "FrameQuerySet":
        """The office draws from any frame, a unit's administrator from the unit's own."""
        if Role.OFFICE in roles_of(user):
            return self
        return self.filter(unit__in=Unit.objects.acted_for_by(user, Role.UNIT_ADMIN))

    def for_list(self) -> "FrameQuerySet":
        standing = models.Prefetch("draws", Draw.objects.filter(set_aside_at__isnull=True), to_attr="standing_draws")
        return self.select_related("unit", "cycle").prefetch_related(standing).order_by("unit__order", "unit_id", "pk")


class Frame(models.Model):
    """Everybody who could be drawn, fixed: ``digest`` is the SHA-256 of its canonical lines (see ``drawing``)."""

    class Kind(models.TextChoices):
        LEDGER = "ledger", _("Service ledger")
        LIST = "list", _("A list of enterprises, households or persons")

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="frames")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="frames")
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=120)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    standing_draws: list["Draw"]  # prefetched by for_list

    objects = FrameQuerySet.as_manager()

    class Meta:
        ordering = ["unit__order", "pk"]

    def __str__(self) -> str:
        return self.name


class FrameEntry(models.Model):
    """One person or firm in one section, once. Contact details are for the invitation alone and never published.

    ``mark`` tells namesakes apart and stays when the contact details are emptied (``drawing``).
    """

    frame = models.ForeignKey(Frame, on_delete=models.CASCADE, related_name="entries")
    section = models.CharField(_("section"), max_length=80, blank=True)
    name = models.CharField(_("name"), max_length=120)
    telephone = models.CharField(_("telephone"), max_length=40, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    mark = models.CharField(_("mark"), max_length=8, blank=True)

    class Meta:
        verbose_name_plural = "frame entries"
        constraints = [models.UniqueConstraint(name="frame_entry_once", fields=["frame", "section", "name", "mark"])]


class DrawQuerySet(models.QuerySet["Draw"]):
    def visible_to(self, user: User) -> "DrawQuerySet":
        return self.filter(frame__in=Frame.objects.visible_to(user))

    def writable_by(self, user: User) -> "DrawQuerySet":
        return self.filter(frame__in=Frame.objects.writable_by(user))

    def for_list(self) -> "DrawQuerySet":
        return self.select_related("frame__unit", "frame__cycle", "drawn_by")


class Draw(models.Model):
    """One drawing from a frame. With its seed anybody who has the frame finds the same list again (C15).

    ``least`` is the ``min_valid`` of the service recipients at that time: sections below its double are drawn whole.
    """

    frame = models.ForeignKey(Frame, on_delete=models.PROTECT, related_name="draws")
    seed = models.CharField(_("seed"), max_length=64)
    seed_note = models.CharField(_("where the seed comes from"), max_length=120, blank=True)
    is_generated = models.BooleanField(_("seed made by the system"), default=False)
    each = models.PositiveIntegerField(_("drawn from every section"))
    reserve_each = models.PositiveIntegerField(_("reserve of every section"))
    least = models.PositiveIntegerField(_("least graded sheets"))
    public_code = models.CharField(max_length=8, unique=True, default=new_public_code)
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField(auto_now_add=True)
    set_aside_reason = models.CharField(_("why it was drawn again"), max_length=200, blank=True)
    set_aside_at = models.DateTimeField(null=True, blank=True)

    objects = DrawQuerySet.as_manager()

    class Meta:
        ordering = ["frame", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_standing_draw_per_frame", fields=["frame"], condition=Q(set_aside_at__isnull=True)
            )
        ]


class DrawStratum(models.Model):
    """One section of a draw: how many it served, how many were drawn; ``is_whole`` where all of them were.

    ``letters_made_at``: when the passes of those who vote by letter were last made (``ballots.mail_merge``).
    """

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="strata")
    section = models.CharField(_("section"), max_length=80, blank=True)
    size = models.PositiveIntegerField()
    main = models.PositiveIntegerField()
    reserve = models.PositiveIntegerField()
    is_whole = models.BooleanField(default=False)
    letters_made_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["section"]
        verbose_name_plural = "draw strata"
        constraints = [models.UniqueConstraint(name="stratum_once_per_draw", fields=["draw", "section"])]

    def __str__(self) -> str:
        return self.section


class DrawnRecipient(models.Model):
    """Who was drawn, in the drawn order; a reserve is called up where somebody cannot come."""

    class Way(models.TextChoices):
        MEETING = "meeting", _("Invited to the meeting")
        LETTER = "letter", _("By letter or message")

    class State(models.TextChoices):
        DRAWN = "drawn", _("Drawn")
        RESERVE = "reserve", _("Reserve")
        CALLED_UP = "called_up", _("Called up from the reserve")
        UNAVAILABLE = "unavailable", _("Cannot be reached or cannot come")

    stratum = models.ForeignKey(DrawStratum, on_delete=models.PROTECT, related_name="recipients")
    entry = models.ForeignKey(FrameEntry, on_delete=models.PROTECT, related_name="drawn")
    place = models.PositiveIntegerField()
    state = models.CharField(max_length=11, choices=State.choices)
    way = models.CharField(_("way"), max_length=7, choices=Way.choices, default=Way.MEETING)

    class Meta:
        ordering = ["stratum", "place"]
        constraints = [models.UniqueConstraint(name="drawn_place_once", fields=["stratum", "place"])]
