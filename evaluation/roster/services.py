"""The roster: imported from files or kept by hand, filed by units, returned by the office (C2, C3, C5, C13)."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.audit.services import record
from evaluation.cycle.models import Cycle, Track
from evaluation.errors import DomainError
from evaluation.roster.importing import follow_appraisals, known_cadres, posting_post
from evaluation.roster.models import Appraisal, Cadre, Posting, ScopeList
from evaluation.units.access import roles_of
from evaluation.units.models import Role, Unit
from evaluation.workbooks import clean_name, clean_text, holds_citizen_number, name_key, parse_date, text_key

FIELDS = (
    "office",
    "nature",
    "post",
    "position",
    "appointed",
    "telephone",
    "leader",
    "note",
    "ledger_source",
    "approver",
)


def require_running(cycle: Cycle) -> None:
    if cycle.status == Cycle.Status.CLOSED:
        raise DomainError("cycle_closed", _("This year is closed; its roster can no longer change."))


@transaction.atomic
def add_appraisal(
    *,
    cycle: Cycle,
    track: str,
    home_unit: Unit,
    name: str,
    actor: User | str,
    organising_unit: Unit | None = None,
    is_window_head: bool = False,
    fields: Mapping[str, str] | None = None,
) -> Appraisal:
    """Put one cadre on the roster by hand. ``fields`` are those of ``FIELDS``; a date is given as offices write it.

    Villages are organised by their town, window heads by the service centre (``organising_unit``, else the only one
    there is), others by themselves. Somebody whose earlier posting in this unit stands is the same cadre.

    Raises ``DomainError``: ``cycle_closed``, ``not_yours``, ``list_filed``, ``no_name``, ``citizen_number``,
    ``no_date``, ``no_centre``, ``wrong_track``, ``name_exists`` (same unit, name and section).
    """
    cycle = Cycle.objects.select_for_update().get(pk=cycle.pk)
    require_running(cycle)
    organising_unit = organiser_of(track, home_unit, organising_unit, is_window_head)
    require_writes(actor=actor, cycle=cycle, home_unit=home_unit, organising_unit=organising_unit)
    values = cleaned_fields(fields or {})
    name = cleaned_name(name)
    cadre = find_cadre(cycle=cycle, home_unit=home_unit, name=name, values=values)
    if cadre is None:
        cadre = Cadre.objects.create(name=name, name_key=name_key(name), telephone=values.get("telephone", ""))
        Posting.objects.create(
            cadre=cadre,
            unit=home_unit,
            office=values.get("office", ""),
            post=posting_post(values),
            since=values.get("appointed", ""),
        )
    last = Appraisal.objects.filter(cycle=cycle, organising_unit=organising_unit).order_by("-order").first()
    appraisal = Appraisal.objects.create(
        cycle=cycle,
        cadre=cadre,
        track=track,
        home_unit=home_unit,
        organising_unit=organising_unit,
        name=name,
        is_window_head=is_window_head,
        order=last.order + 1 if last else 1,
        **values,
    )
    record(actor=actor, action="appraisal-added", target=appraisal, detail={"unit": home_unit.code, "track": track})
    return appraisal


def find_cadre(*, cycle: Cycle, home_unit: Unit, name: str, values: Mapping[str, str]) -> Cadre | None:
    """Return who this is, if known from an earlier year; ``None`` for a new person. Raises ``name_exists``."""
    appraisals = Appraisal.objects.filter(cycle=cycle).select_related("cadre")
    taken = {appraisal.cadre_id: appraisal for appraisal in appraisals if appraisal.home_unit_id == home_unit.pk}
    known = known_cadres(appraisals).get((home_unit.pk, name_key(name)), [])
    office = text_key(values.get("office", ""))
    if any(one.pk in taken and text_key(one.office) == office for one in known):
        raise DomainError(
            "name_exists",
            _("Somebody of this name is on the roster of this unit. Give another section if it is somebody else."),
        )
    free = [one for one in known if one.pk not in taken]
    same = [one for one in free if text_key(one.office) == office] or free
    return Cadre.objects.get(pk=same[0].pk) if len(same) == 1 else None


def organiser_of(track: str, home_unit: Unit, organising_unit: Unit | None, is_window_head: bool) -> Unit:
    """Return the organising unit that the rules ask for (C3, C13)."""
    is_village = home_unit.kind == Unit.Kind.VILLAGE
    if (track == Track.VILLAGE) != is_village:
        raise DomainError(
            "wrong_track", _("Cadres of villages and communities, and only they, are on their own track.")
        )
    if is_village and home_unit.parent is not None:
        return home_unit.parent
    if not is_window_head or home_unit.kind == Unit.Kind.SERVICE_CENTRE:
        return home_unit
    if organising_unit is not None and organising_unit.kind == Unit.Kind.SERVICE_CENTRE:
        return organising_unit
    centres = list(Unit.objects.filter(kind=Unit.Kind.SERVICE_CENTRE, merged_into=None)[:2])
    if len(centres) != 1:
        raise DomainError("no_centre", _("Choose the administrative service centre that organises the evaluation."))
    return centres[0]


@transaction.atomic
def change_appraisal(
    *, appraisal: Appraisal, name: str, is_window_head: bool, actor: User | str, fields: Mapping[str, str]
) -> Appraisal:
    """Correct an entry of the roster before its evaluation has begun.

    Raises ``DomainError``: ``frozen``, ``not_yours``, ``list_filed``, ``no_name``, ``citizen_number``, ``no_date``,
    ``no_centre``.
    """
    appraisal = locked(appraisal)
    require_open(appraisal)
    require_writes_entry(actor=actor, appraisal=appraisal)
    told = ["name", "is_window_head", *(field for field in fields if field != "telephone")]
    before = {field: getattr(appraisal, field) for field in told}
    appraisal.name = cleaned_name(name)
    for field, value in cleaned_fields(fields).items():
        setattr(appraisal, field, value)
    if is_window_head != appraisal.is_window_head:
        appraisal.organising_unit = organiser_of(appraisal.track, appraisal.home_unit, None, is_window_head)
        appraisal.is_window_head = is_window_head
    appraisal.save(update_fields=["name", *FIELDS, "is_window_head", "organising_unit"])
    Cadre.objects.filter(pk=appraisal.cadre_id).update(name_key=name_key(appraisal.name))
    follow_appraisals([appraisal])
    after = {name: getattr(appraisal, name) for name in told}
    changes = {name: (before[name], after[name]) for name in told if (before[name] or "") != (after[name] or "")}
    record(actor=actor, action="appraisal-changed", target=appraisal, changes=changes)
    return appraisal


@transaction.atomic
def exempt_appraisal(*, appraisal: Appraisal, reason: str, actor: User | str) -> Appraisal:
    """Take a cadre out of this year's evaluation, with the reason (C5).

    Raises ``DomainError``: ``no_reason``, ``citizen_number``, ``frozen``, ``not_yours``, ``list_filed``.
    """
    appraisal = locked(appraisal)
    require_open(appraisal)
    require_writes_entry(actor=actor, appraisal=appraisal)
    reason = cleaned_fields({"exempt_reason": reason})["exempt_reason"]
    if not reason:
        raise DomainError("no_reason", _("Give the reason for the exemption."))
    return set_exemption(appraisal=appraisal, reason=reason, actor=actor)


@transaction.atomic
def include_appraisal(*, appraisal: Appraisal, actor: User | str) -> Appraisal:
    """Let an exempted cadre take part after all. Raises ``DomainError``: ``frozen``, ``not_yours``, ``list_filed``."""
    appraisal = locked(appraisal)
    require_open(appraisal)
    require_writes_entry(actor=actor, appraisal=appraisal)
    return set_exemption(appraisal=appraisal, reason="", actor=actor)


def set_exemption(*, appraisal: Appraisal, reason: str, actor: User | str) -> Appraisal:
    changes = {"exempt": (appraisal.exempt, bool(reason)), "exempt_reason": (appraisal.exempt_reason, reason)}
    appraisal.exempt, appraisal.exempt_reason = bool(reason), reason
    appraisal.save(update_fields=["exempt", "exempt_reason"])
    action = "appraisal-exempted" if reason else "appraisal-included"
    record(actor=actor, action=action, target=appraisal, changes=changes, why=reason)
    return appraisal


@transaction.atomic
def remove_appraisal(*, appraisal: Appraisal, actor: User | str) -> None:
    """Take an entry off the roster while nothing has been done with it; the person stays known.

    Raises ``DomainError``: ``frozen``, ``not_yours``, ``list_filed``, ``in_use`` (exempt the cadre instead).
    """
    appraisal = locked(appraisal)
    require_open(appraisal)
    require_writes_entry(actor=actor, appraisal=appraisal)
    if is_in_use(appraisal):
        raise DomainError(
            "in_use", _("Work has been done for this cadre already. Exempt the cadre instead, with a reason.")
        )
    record(actor=actor, action="appraisal-removed", target=appraisal, detail={"unit": appraisal.home_unit.code})
    appraisal.delete()


def is_in_use(appraisal: Appraisal) -> bool:
    """Tell whether any row of another room hangs on the entry."""
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: appraisal}).exists()
        for relation in Appraisal._meta.related_objects
    )


def locked(appraisal: Appraisal) -> Appraisal:
    rows = Appraisal.objects.select_for_update(of=("self",)).select_related("home_unit__parent", "cycle")
    return rows.get(pk=appraisal.pk)


def require_open(appraisal: Appraisal) -> None:
    require_running(appraisal.cycle)
    if appraisal.sheet_frozen_at or appraisal.final_at:
        raise DomainError("frozen", _("The evaluation of this cadre has begun; the entry can no longer change."))


def require_not_final(*, appraisal: Appraisal) -> None:
    """Raise ``DomainError`` ``results_final`` once the result of the appraisal is final."""
    if appraisal.final_at is not None:
        raise DomainError("results_final", _("The result of this cadre is final."))


def require_writes_entry(*, actor: User | str, appraisal: Appraisal) -> None:
    if not isinstance(actor, str) and not Appraisal.objects.writable_by(actor).filter(pk=appraisal.pk).exists():
        raise DomainError("not_yours", _("The unit that organises the evaluation keeps this entry."))
    require_list_open(actor=actor, cycle=appraisal.cycle, unit_id=appraisal.organising_unit_id)


def require_writes(*, actor: User | str, cycle: Cycle, home_unit: Unit, organising_unit: Unit) -> None:
    """A unit writes what it organises: its own cadres, a town its villages, a service centre its window heads."""
    if not isinstance(actor, str) and Role.OFFICE not in roles_of(actor):
        own = set(Unit.objects.acted_for_by(actor, Role.UNIT_ADMIN).values_list("pk", flat=True))
        takes_in = organising_unit.kind == Unit.Kind.SERVICE_CENTRE
        if organising_unit.pk not in own or not (home_unit.pk in own or takes_in):
            raise DomainError("not_yours", _("The unit that organises the evaluation keeps this entry."))
    require_list_open(actor=actor, cycle=cycle, unit_id=organising_unit.pk)


def require_list_open(*, actor: User | str, cycle: Cycle, unit_id: int) -> None:
    if isinstance(actor, str) or Role.OFFICE in roles_of(actor):
        return
    if ScopeList.objects.filter(cycle=cycle, unit_id=unit_id, status=ScopeList.Status.FILED).exists():
        raise DomainError("list_filed", _("The list has been filed. Ask the office to return it first."))


def cleaned_name(name: str) -> str:
    cleaned = clean_name(name)
    if not any(sign.isalpha() for sign in cleaned):
        raise DomainError("no_name", _("Write the name."))
    if holds_citizen_number(cleaned):
        raise citizen_number()
    return cleaned


def cleaned_fields(fields: Mapping[str, str]) -> dict[str, str]:
    """Return the texts as the roster keeps them; dates in ISO form."""
    values = {name: clean_text(value) for name, value in fields.items()}
    if any(holds_citizen_number(value) for value in fields.values()):
        raise citizen_number()
    if values.get("appointed"):
        found = parse_date(values["appointed"])
        if found is None:
            raise DomainError("no_date", _("Write the date as 2011年6月 or 2011-06-25."))
        values["appointed"] = str(found)
    return values


def citizen_number() -> DomainError:
    return DomainError("citizen_number", _("Delete the citizen identity number. This system does not keep them."))


@transaction.atomic
def file_scope_list(*, cycle: Cycle, unit: Unit, actor: User | str) -> ScopeList:
    """File a unit's list of who is in (备案, C5): it stands unless the office returns it.

    Raises ``DomainError``: ``not_yours``, ``empty_list``, ``already_filed``.
    """
    require_writes(actor=actor, cycle=cycle, home_unit=unit, organising_unit=unit)
    scope, _is_new = ScopeList.objects.select_for_update().get_or_create(cycle=cycle, unit=unit)
    if scope.status == ScopeList.Status.FILED:
        raise DomainError("already_filed", _("The list has been filed already."))
    if not Appraisal.objects.filter(cycle=cycle, organising_unit=unit).exists():
        raise DomainError("empty_list", _("Put the cadres on the list first."))
    scope.status, scope.filed_at, scope.return_reason = ScopeList.Status.FILED, timezone.now(), ""
    scope.save(update_fields=["status", "filed_at", "return_reason"])
    record(actor=actor, action="scope-list-filed", target=scope, detail={"unit": unit.code})
    return scope


@transaction.atomic
def file_scope_lists(*, cycle: Cycle, units: QuerySet[Unit], actor: User | str) -> int:
    """File the lists of several units in one act; those filed already or empty are passed over. Returns how many."""
    filed = ScopeList.objects.filter(cycle=cycle, status=ScopeList.Status.FILED).values("unit_id")
    listed = Appraisal.objects.filter(cycle=cycle).values("organising_unit_id")
    waiting = list(units.filter(pk__in=listed).exclude(pk__in=filed))
    for unit in waiting:
        file_scope_list(cycle=cycle, unit=unit, actor=actor)
    return len(waiting)


@transaction.atomic
def return_scope_lists(*, cycle: Cycle, units: QuerySet[Unit], reason: str, actor: User | str) -> int:
    """Give filed lists back to their units with a reason; returns how many.

    Raises ``DomainError``: ``not_office``, ``no_reason``, ``nothing_filed``.
    """
    if not is_office(actor):
        raise DomainError("not_office", _("Only the office returns lists."))
    reason = cleaned_fields({"reason": reason})["reason"]
    if not reason:
        raise DomainError("no_reason", _("Give the reason for returning the list."))
    scopes = ScopeList.objects.select_for_update().filter(cycle=cycle, unit__in=units, status=ScopeList.Status.FILED)
    returned = list(scopes)
    if not returned:
        raise DomainError("nothing_filed", _("None of these lists has been filed."))
    for scope in returned:
        scope.status, scope.return_reason = ScopeList.Status.RETURNED, reason
        scope.save(update_fields=["status", "return_reason"])
        changes = {"status": (ScopeList.Status.FILED, scope.status)}
        record(actor=actor, action="scope-list-returned", target=scope, changes=changes, why=reason)
    return len(returned)


def is_office(actor: User | str) -> bool:
    return isinstance(actor, str) or Role.OFFICE in roles_of(actor)


@transaction.atomic
def freeze_sheets(*, appraisals: Iterable[Appraisal], at: datetime) -> int:
    """Fix entries of the roster with the first pass or paper ballot of a real box. Returns how many were open."""
    keys = [appraisal.pk for appraisal in appraisals]
    return Appraisal.objects.filter(pk__in=keys, sheet_frozen_at=None).update(sheet_frozen_at=at)
