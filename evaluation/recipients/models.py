"""Whom the offices served: the frames from which service recipients are drawn (C15)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evaluation.cycle.models import Cycle
from evaluation.guard.codes import new_public_code
from evaluation.units.models import Unit


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

    class Meta:
        ordering = ["unit__order", "pk"]

    def __str__(self) -> str:
        return self.name


class FrameEntry(models.Model):
    """One person or firm in one section, once. Contact details are for the invitation alone and never published."""

    frame = models.ForeignKey(Frame, on_delete=models.CASCADE, related_name="entries")
    section = models.CharField(_("section"), max_length=80, blank=True)
    name = models.CharField(_("name"), max_length=120)
    telephone = models.CharField(_("telephone"), max_length=40, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="frame_entry_once", fields=["frame", "section", "name", "telephone"])
        ]


class Draw(models.Model):
    """One drawing from a frame. With its seed anybody who has the frame finds the same list again (C15)."""

    frame = models.ForeignKey(Frame, on_delete=models.PROTECT, related_name="draws")
    seed = models.CharField(_("seed"), max_length=64)
    each = models.PositiveIntegerField(_("drawn from every section"))
    reserve_each = models.PositiveIntegerField(_("reserve of every section"))
    public_code = models.CharField(max_length=8, unique=True, default=new_public_code)
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField(auto_now_add=True)
    set_aside_reason = models.CharField(_("why it was drawn again"), max_length=200, blank=True)
    set_aside_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["frame", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_standing_draw_per_frame", fields=["frame"], condition=Q(set_aside_at__isnull=True)
            )
        ]


class DrawStratum(models.Model):
    """One section of a draw: how many it served, how many were drawn; ``is_whole`` where all of them were."""

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="strata")
    section = models.CharField(_("section"), max_length=80, blank=True)
    size = models.PositiveIntegerField()
    main = models.PositiveIntegerField()
    reserve = models.PositiveIntegerField()
    is_whole = models.BooleanField(default=False)

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
