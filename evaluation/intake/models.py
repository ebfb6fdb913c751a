"""Files being read in: what a file would change, shown before anything is changed."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from evaluation.files.models import StoredFile


class ImportJob(models.Model):
    class Kind(models.TextChoices):
        ROSTER = "roster", _("Roster")
        LEDGER = "ledger", _("Service ledger")
        DAILY = "daily", _("Daily assessment sheet")
        PLEDGES = "pledges", _("Pledges")
        ATTENDANCE = "attendance", _("Attendance")
        BONUS = "bonus", _("Bonus claims")
        PAPER_TOTALS = "paper-totals", _("Paper totals")
        SERVED = "served", _("List of those served")

    class Status(models.TextChoices):
        COLUMNS = "columns", _("Columns to be confirmed")
        PREVIEWED = "previewed", _("To be confirmed")
        CONFIRMED = "confirmed", _("Imported")
        DISCARDED = "discarded", _("Discarded")

    kind = models.CharField(max_length=20, choices=Kind.choices)
    year = models.PositiveIntegerField(_("year"))
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(_("state"), max_length=12, choices=Status.choices, default=Status.PREVIEWED)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    read = models.PositiveIntegerField(_("read"), default=0)
    new = models.PositiveIntegerField(_("new"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    same = models.PositiveIntegerField(_("same"), default=0)
    rejected = models.PositiveIntegerField(_("rejected"), default=0)
    summary = models.JSONField(default=dict)
    # what somebody said of the columns: {"sheet title": {"key of the label": "field, or nothing"}}
    mapping = models.JSONField(default=dict)
    # the year's import is about this row of its room, where it is about one: a meeting, a box
    about = models.CharField(max_length=80, blank=True)
    photos = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="import_read_is_sum",
                condition=models.Q(
                    read=models.F("new") + models.F("changed") + models.F("same") + models.F("rejected")
                ),
            )
        ]


class ImportRow(models.Model):
    class Verdict(models.TextChoices):
        NEW = "new", _("New")
        CHANGED = "changed", _("Changed")
        SAME = "same", _("Same")
        REJECTED = "rejected", _("Rejected")

    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="rows")
    sheet = models.CharField(_("sheet"), max_length=80)
    number = models.PositiveIntegerField(_("row"))
    column = models.CharField(_("column"), max_length=40, blank=True)
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    problem = models.CharField(_("problem"), max_length=300, blank=True)
    advice = models.CharField(_("what to do"), max_length=300, blank=True)
    values = models.JSONField(default=dict)
    target_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["job", "verdict"])]


class LearnedColumn(models.Model):
    """A column's name that the office explained once: offices call a thing by words that no list foresees.

    ``label_key`` as ``workbooks.text_key`` makes it. An empty ``field`` means: this column is not read.
    """

    kind = models.CharField(max_length=20, choices=ImportJob.Kind.choices)
    label_key = models.CharField(max_length=120)
    label = models.CharField(_("column"), max_length=120)
    field = models.CharField(_("means"), max_length=40, blank=True)
    learned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    learned_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="learned_column_once", fields=["kind", "label_key"])]
