"""Step 1, 公开履职承诺 (C6)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.files.models import StoredFile
from evaluation.roster.models import Appraisal


class ReviewedPaper(models.Model):
    """What a cadre writes and the leader in charge looks at before it is public: pledges, duty reports.

    ``edited_by`` and ``submitted_by`` are those who may not approve it (four eyes); see ``pledges.review``.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Submitted")
        RETURNED = "returned", _("Returned")
        APPROVED = "approved", _("Approved")
        PUBLISHED = "published", _("Published")

    may_change_after_publication = False

    appraisal = models.OneToOneField(Appraisal, on_delete=models.PROTECT)
    status = models.CharField(_("state"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    return_reason = models.CharField(_("reason for returning"), max_length=200, blank=True)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class PledgeQuerySet(models.QuerySet["Pledge"]):
    def visible_to(self, user: User) -> "PledgeQuerySet":
        return self.filter(appraisal__in=Appraisal.objects.visible_to(user))

    def for_list(self) -> "PledgeQuerySet":
        return self.select_related(
            "appraisal__cadre", "appraisal__home_unit", "appraisal__organising_unit", "photo"
        ).order_by("appraisal__organising_unit__order", "appraisal__order", "pk")


class Pledge(ReviewedPaper):
    may_change_after_publication = True

    appraisal = models.OneToOneField(Appraisal, on_delete=models.PROTECT, related_name="pledge")
    duties = models.TextField(_("duties"), blank=True)
    identity = models.CharField(_("identity"), max_length=80, blank=True)
    staff_number = models.CharField(_("staff or enforcement number"), max_length=30, blank=True)
    commitments = models.TextField(_("service commitments"), blank=True)
    photo = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = PledgeQuerySet.as_manager()


class PledgeItem(models.Model):
    """One pledge under the year's campaign (活动承诺事项)."""

    pledge = models.ForeignKey(Pledge, on_delete=models.CASCADE, related_name="items")
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    text = models.CharField(_("pledge"), max_length=300)
    due = models.DateField(_("by"), null=True, blank=True)

    class Meta:
        ordering = ["order", "pk"]


class PledgeChange(models.Model):
    """What was changed after publication; shown on the public page with its date."""

    class Field(models.TextChoices):
        DUTIES = "duties", _("Duties")
        IDENTITY = "identity", _("Identity")
        STAFF_NUMBER = "staff_number", _("Staff or enforcement number")
        COMMITMENTS = "commitments", _("Service commitments")
        PHOTO = "photo", _("Photo")
        ITEM = "item", _("Pledged item")

    pledge = models.ForeignKey(Pledge, on_delete=models.CASCADE, related_name="changes")
    changed_at = models.DateTimeField()
    field = models.CharField(max_length=60, choices=Field.choices)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)

    class Meta:
        ordering = ["-changed_at", "-pk"]
