"""Units, their names over time, parents and mergers; who may act for which, as what."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class Role(models.TextChoices):
    OFFICE = "office", _("Office")
    UNIT_ADMIN = "unit_admin", _("Unit administrator")
    APPROVER = "approver", _("Approver")
    SCRUTINEER = "scrutineer", _("Scrutineer")
    CADRE = "cadre", _("Cadre")
    ORGANISATION = "organisation", _("Organisation department")
    AUDITOR = "auditor", _("Auditor")


CITY_ROLES = frozenset({Role.OFFICE, Role.ORGANISATION, Role.AUDITOR})


class UnitQuerySet(models.QuerySet["Unit"]):
    def acted_for_by(self, user: User, *roles: Role) -> "UnitQuerySet":
        """The units for which ``user`` holds one of ``roles`` (any role if none), and the villages of such towns."""
        held = Membership.objects.filter(user=user, unit__isnull=False)
        if roles:
            held = held.filter(role__in=roles)
        own = held.values("unit_id")
        return self.filter(Q(pk__in=own) | Q(parent_id__in=own))

    def for_list(self) -> "UnitQuerySet":
        return self.select_related("parent").order_by("order", "code")


class Unit(models.Model):
    class Kind(models.TextChoices):
        DEPARTMENT = "department", _("Department of the city")
        AFFILIATED = "affiliated", _("Directly affiliated unit")
        SERVICE_CENTRE = "service_centre", _("Administrative service centre")
        TOWN = "town", _("Town or subdistrict")
        VILLAGE = "village", _("Village or community")

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name of the unit"), max_length=80)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    staff_count = models.PositiveIntegerField(_("number of staff"), null=True, blank=True)
    telephone = models.CharField(_("telephone"), max_length=40, blank=True)
    address = models.CharField(_("address"), max_length=120, blank=True)
    order = models.PositiveIntegerField(_("order"), default=1000)

    objects = UnitQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="unit_name_once_per_parent", fields=["parent", "name"]),
            models.UniqueConstraint(name="unit_name_once_at_top", fields=["name"], condition=Q(parent__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.name


class UnitName(models.Model):
    """An earlier name of a unit; rosters of that time are still matched by it."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="earlier_names")
    name = models.CharField(_("name of the unit"), max_length=80)
    until = models.DateField(_("until"), default=date.today)


class Membership(models.Model):
    """``user`` may act as ``role``, for ``unit`` (empty for the roles of the whole city)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="membership_once", fields=["user", "unit", "role"]),
            models.UniqueConstraint(
                name="city_membership_once", fields=["user", "role"], condition=Q(unit__isnull=True)
            ),
            models.CheckConstraint(
                name="membership_unit_fits_role",
                condition=Q(role__in=["office", "organisation", "auditor"], unit__isnull=True)
                | Q(role__in=["unit_admin", "approver", "cadre"], unit__isnull=False)
                | Q(role="scrutineer"),
            ),
        ]
