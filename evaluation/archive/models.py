"""Long pieces of paper work: a zip of many documents, made slice by slice while the page that asked looks on."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.files.models import StoredFile
from evaluation.units.access import roles_of
from evaluation.units.models import Role, Unit


class PaperJobQuerySet(models.QuerySet["PaperJob"]):
    def visible_to(self, user: User) -> "PaperJobQuerySet":
        """Whoever asked for it, as long as they act for its unit; the office all of them."""
        if Role.OFFICE in roles_of(user):
            return self
        units = Unit.objects.acted_for_by(user, Role.UNIT_ADMIN, Role.APPROVER).values("pk")
        return self.filter(created_by=user, unit__in=units)

    def for_list(self) -> "PaperJobQuerySet":
        return self.select_related("unit", "created_by", "file").order_by("-pk")


class PaperJob(models.Model):
    """``claimed_at``: since when somebody puts the zip together. ``created_by`` is empty where the shell asked."""

    class Kind(models.TextChoices):
        SELECTION = "selection", _("Selected documents")
        MEETING_PACK = "meeting-pack", _("Meeting pack")
        UNIT_FILE = "unit-file", _("Archive file of a unit")

    class Status(models.TextChoices):
        MAKING = "making", _("Being made")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Not made")

    kind = models.CharField(max_length=16, choices=Kind.choices)
    year = models.PositiveIntegerField(_("year"))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    about = models.CharField(max_length=80, blank=True)
    title = models.CharField(_("title"), max_length=200)
    status = models.CharField(_("state"), max_length=8, choices=Status.choices, default=Status.MAKING)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = PaperJobQuerySet.as_manager()

    def __str__(self) -> str:
        return self.title


class PaperPartQuerySet(models.QuerySet["PaperPart"]):
    def waiting(self) -> "PaperPartQuerySet":
        """Neither made nor given up."""
        return self.filter(made_at__isnull=True, problem="")

    def missing(self) -> "PaperPartQuerySet":
        return self.exclude(problem="")


class PaperPart(models.Model):
    """One document of a job: ``paper`` its code in the catalogue, ``target`` what it is about, ``name`` its place.

    ``stage`` 1 is made from the documents of stage 0, after them. ``claimed_at``: since when somebody makes it;
    ``problem``: why it could not be made. ``file`` is emptied when the zip stands. What a list of the file says of a
    document: ``title`` 题名, ``number`` 文号, ``author`` 责任者, ``dated`` 日期, ``pages``, ``note`` 备注.
    """

    job = models.ForeignKey(PaperJob, on_delete=models.CASCADE, related_name="parts")
    order = models.PositiveIntegerField()
    stage = models.PositiveSmallIntegerField(default=0)
    paper = models.CharField(max_length=40)
    target = models.CharField(max_length=80, blank=True)
    format = models.CharField(max_length=8)
    name = models.CharField(max_length=200)
    title = models.CharField(max_length=200, blank=True)
    number = models.CharField(max_length=60, blank=True)
    author = models.CharField(max_length=80, blank=True)
    dated = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)
    copies = models.PositiveIntegerField(null=True, blank=True)
    pages = models.PositiveIntegerField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=200, blank=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = PaperPartQuerySet.as_manager()

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(name="paper_part_once", fields=["job", "order"]),
            models.UniqueConstraint(name="paper_part_name_once", fields=["job", "name"]),
            models.CheckConstraint(
                name="paper_part_made_or_missing", condition=Q(made_at__isnull=True) | Q(problem="")
            ),
        ]
