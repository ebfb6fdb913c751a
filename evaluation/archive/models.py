"""Long pieces of paper work: a zip of many documents, made slice by slice while the page that asked looks on."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.files.models import StoredFile
from evaluation.units.access import roles_of
from evaluation.units.models import Role, Unit


class PaperJobQuerySet(models.QuerySet["PaperJob"]):
    def visible_to(self, user: User) -> "PaperJobQuerySet":
        """Whoever asked for it; the office all of them."""
        return self if Role.OFFICE in roles_of(user) else self.filter(created_by=user)


class PaperJob(models.Model):
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
    title = models.CharField(_("title"), max_length=200)
    status = models.CharField(_("state"), max_length=8, choices=Status.choices, default=Status.MAKING)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    problem = models.CharField(max_length=300, blank=True)

    objects = PaperJobQuerySet.as_manager()


class PaperPart(models.Model):
    """One document of a job: ``paper`` its code in the catalogue, ``target`` what it is about, ``name`` its place."""

    job = models.ForeignKey(PaperJob, on_delete=models.CASCADE, related_name="parts")
    order = models.PositiveIntegerField()
    paper = models.CharField(max_length=40)
    target = models.CharField(max_length=80, blank=True)
    format = models.CharField(max_length=8)
    name = models.CharField(max_length=200)
    pages = models.PositiveIntegerField(null=True, blank=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(name="paper_part_once", fields=["job", "order"])]
