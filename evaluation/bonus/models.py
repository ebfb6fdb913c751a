"""The bonus: claims with proof (C26)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.files.models import StoredFile
from evaluation.roster.models import Appraisal


class BonusClaimQuerySet(models.QuerySet["BonusClaim"]):
    def visible_to(self, user: User) -> "BonusClaimQuerySet":
        return self.filter(appraisal__in=Appraisal.objects.visible_to(user))

    def for_list(self) -> "BonusClaimQuerySet":
        return self.select_related(
            *("appraisal__cadre", "appraisal__home_unit", "appraisal__organising_unit", "appraisal__cycle", "proof"),
            *("claimed_by", "decided_by", "unit_opinion_by"),
        ).order_by("appraisal__organising_unit__order", "-pk")

    def standing(self) -> "BonusClaimQuerySet":
        """Those that count or may come to count."""
        return self.filter(status__in=["claimed", "approved"])

    def decidable_by(self, user: User) -> "BonusClaimQuerySet":
        """Undecided ones for the office: never what one claimed, gave the opinion on, or is named in (C26).

        Where the cadre claimed, the unit is heard first.
        """
        waiting = self.filter(status="claimed").exclude(claimed_by=user).exclude(appraisal__cadre__user=user)
        waiting = waiting.exclude(unit_opinion_by=user)
        return waiting.exclude(unit_opinion="", appraisal__cadre__user=models.F("claimed_by"))


class BonusClaim(models.Model):
    class Status(models.TextChoices):
        CLAIMED = "claimed", _("To be decided")
        APPROVED = "approved", _("Recognised")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    appraisal = models.ForeignKey(Appraisal, on_delete=models.PROTECT, related_name="bonus_claims")
    award = models.CharField(_("award"), max_length=120)
    # One key for one award, however it is written: scoring counts each key once (C26).
    award_key = models.CharField(max_length=120, blank=True, db_index=True)
    issuer = models.CharField(_("issued by"), max_length=120)
    level = models.CharField(_("level"), max_length=20)
    document_number = models.CharField(_("document number"), max_length=60, blank=True)
    awarded_on = models.DateField(_("date of the award"))
    is_department = models.BooleanField(_("award of the department"), default=False)
    department = models.CharField(_("department that was commended"), max_length=80, blank=True)
    # What the roster says of the day of the award, or, where it says nothing, why the unit credits this cadre.
    held_post = models.CharField(_("post held on the date of the award"), max_length=200, blank=True)
    post_note = models.CharField(_("why the cadre is credited"), max_length=200, blank=True)
    proof = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    further_files = models.ManyToManyField(StoredFile, related_name="+", blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    unit_opinion = models.CharField(_("opinion of the unit"), max_length=200, blank=True)
    unit_opinion_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    status = models.CharField(_("state"), max_length=10, choices=Status.choices, default=Status.CLAIMED)
    approved_level = models.CharField(_("approved level"), max_length=20, blank=True)
    claimed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    claimed_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("reason for refusal or withdrawal"), max_length=200, blank=True)

    objects = BonusClaimQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="bonus_two_people",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("claimed_by")),
            ),
            models.CheckConstraint(
                name="bonus_decided_by_another_than_opinion",
                condition=Q(decided_by__isnull=True)
                | Q(unit_opinion_by__isnull=True)
                | ~Q(decided_by=models.F("unit_opinion_by")),
            ),
            models.CheckConstraint(
                name="refused_bonus_has_reason",
                condition=~Q(status__in=["refused", "withdrawn"]) | ~Q(reason=""),
            ),
            # One award stands once at one level, also where two people claim it at the same moment.
            models.UniqueConstraint(
                name="award_stands_once_at_a_level",
                fields=["appraisal", "award_key", "level"],
                condition=Q(status__in=["claimed", "approved"]) & ~Q(award_key=""),
            ),
        ]
