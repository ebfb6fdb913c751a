"""Documents as issued: their bytes, their numbers 发文字号, and the signed and sealed scan beside them.

A document points to what it is about by a word (``rectification.RectificationNotice:12``), as the record of actions
does: the rooms of the cycle stand above this one. Where ``unit`` is empty the office of the city issues, as an empty
unit of a membership means the whole city: the office is no unit of the evaluation.
"""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.files.models import StoredFile
from evaluation.units.access import roles_of
from evaluation.units.models import CITY_ROLES, Role, Unit


class Kind(models.TextChoices):
    CIRCULAR = "circular", _("Circular")
    RECTIFICATION_NOTICE = "rectification-notice", _("Rectification notice")
    PUBLIC_NOTICE = "public-notice", _("Notice of results")
    FEEDBACK = "feedback", _("Result feedback slip")
    SUMMARY = "summary", _("Summary of scores (Annex 3-1)")
    DAILY_SHEET = "daily-sheet", _("Daily assessment sheet (Annex 3-2)")
    COUNT_REPORT = "count-report", _("Count report")
    RECOMMENDATION = "recommendation", _("Recommendation form (Annex 4)")
    OTHER = "other", _("Other document")


# The kinds that bear a number 发文字号; notices of results and forms bear none.
NUMBERED = (Kind.CIRCULAR, Kind.RECTIFICATION_NOTICE, Kind.OTHER)


class NumberSeriesQuerySet(models.QuerySet["NumberSeries"]):
    def of(self, unit: Unit | None) -> "NumberSeriesQuerySet":
        """Of a unit, or of the office of the city."""
        return self.filter(unit=unit) if unit else self.filter(unit__isnull=True)


class NumberSeries(models.Model):
    """How a unit numbers one kind of document: 机关代字, and whether the system gives the number.

    ``last`` is the last serial given in ``year``; it moves by one under a lock, so that numbers have no gaps.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="number_series")
    kind = models.CharField(_("kind of document"), max_length=24, choices=Kind.choices)
    year = models.PositiveIntegerField(_("year"))
    prefix = models.CharField(_("sign of the issuing body"), max_length=30, blank=True)
    is_automatic = models.BooleanField(_("number given by the system"), default=False)
    last = models.PositiveIntegerField(_("last number given"), default=0)

    objects = NumberSeriesQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="number_series_once", fields=["unit", "kind", "year"]),
            models.UniqueConstraint(
                name="number_series_of_office_once", fields=["kind", "year"], condition=Q(unit__isnull=True)
            ),
            models.CheckConstraint(name="automatic_series_has_prefix", condition=Q(is_automatic=False) | ~Q(prefix="")),
        ]


class IssuedDocumentQuerySet(models.QuerySet["IssuedDocument"]):
    def visible_to(self, user: User) -> "IssuedDocumentQuerySet":
        """City roles all; a unit what it issued, what was addressed to it, and the circulars of the office."""
        if roles_of(user) & CITY_ROLES:
            return self
        if not roles_of(user) & {Role.UNIT_ADMIN, Role.APPROVER}:
            return self.none()
        units = Unit.objects.acted_for_by(user, Role.UNIT_ADMIN, Role.APPROVER).values("pk")
        to_all = Q(unit__isnull=True, addressee__isnull=True, kind=Kind.CIRCULAR)
        return self.filter(Q(unit__in=units) | Q(addressee__in=units) | to_all)

    def scannable_by(self, user: User) -> "IssuedDocumentQuerySet":
        """Whoever issues may lay the signed scan beside it: the office, or the unit that issued."""
        if Role.OFFICE in roles_of(user):
            return self
        return self.filter(unit__in=Unit.objects.acted_for_by(user, Role.UNIT_ADMIN, Role.APPROVER).values("pk"))

    def of_year(self, year: int) -> "IssuedDocumentQuerySet":
        return self.filter(year=year)

    def about(self, about: str) -> "IssuedDocumentQuerySet":
        return self.filter(about=about)

    def of_issuer(self, unit: Unit | None) -> "IssuedDocumentQuerySet":
        """By a unit, or by the office of the city."""
        return self.filter(unit=unit) if unit else self.filter(unit__isnull=True)

    def newest(self) -> "IssuedDocumentQuerySet":
        """Without those that a later version replaced."""
        later = IssuedDocument.objects.filter(
            kind=OuterRef("kind"), about=OuterRef("about"), version__gt=OuterRef("version")
        )
        return self.filter(~Exists(later))

    def without_scan(self) -> "IssuedDocumentQuerySet":
        """Documents that stand and whose signed and sealed paper was not scanned yet."""
        return self.newest().filter(~Exists(IssuedScan.objects.filter(document=OuterRef("pk"))))

    def for_list(self) -> "IssuedDocumentQuerySet":
        return (
            self.select_related("unit", "addressee", "pdf", "docx", "issued_by")
            .prefetch_related("scans__file")
            .order_by("-issued_at", "-pk")
        )


class IssuedDocument(models.Model):
    """A document as it went out. It never changes; a later version is a new row."""

    kind = models.CharField(_("kind of document"), max_length=24, choices=Kind.choices)
    year = models.PositiveIntegerField(_("year"))
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="issued_documents", verbose_name=_("issuer")
    )
    # As it stands under the document; of the office, its name in that year.
    issuer = models.CharField(_("issued in the name of"), max_length=80)
    addressee = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("addressee")
    )
    about = models.CharField(max_length=80, db_index=True)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    title = models.CharField(_("title"), max_length=200)
    number = models.CharField(_("document number"), max_length=60, blank=True)
    serial = models.PositiveIntegerField(null=True, blank=True)
    pdf = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    docx = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    sha256 = models.CharField(max_length=64)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField(_("issued"))

    objects = IssuedDocumentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="issued_document_version", fields=["kind", "about", "version"]),
            models.UniqueConstraint(
                name="issued_document_serial",
                fields=["unit", "kind", "year", "serial"],
                condition=Q(serial__isnull=False),
            ),
            models.UniqueConstraint(
                name="issued_document_office_serial",
                fields=["kind", "year", "serial"],
                condition=Q(unit__isnull=True, serial__isnull=False),
            ),
            models.UniqueConstraint(name="issued_document_number", fields=["unit", "number"], condition=~Q(number="")),
            models.UniqueConstraint(
                name="issued_document_office_number",
                fields=["number"],
                condition=Q(unit__isnull=True) & ~Q(number=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}".strip()


class IssuedScan(models.Model):
    """The signed and sealed paper, scanned. The latest one is the issued version; earlier ones stay."""

    document = models.ForeignKey(IssuedDocument, on_delete=models.PROTECT, related_name="scans")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
