"""Frames: everybody who could be drawn, fixed when made, with a digest that is published before any seed (C15)."""

from collections.abc import Iterable, Iterator, Sequence

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.audit.services import record
from evaluation.cycle.models import Cycle
from evaluation.errors import DomainError
from evaluation.files.passing import drop_files
from evaluation.intake.models import ImportJob
from evaluation.recipients.drawing import Entry, canonical, frame_digest, frame_text
from evaluation.recipients.models import Frame, FrameEntry, ServiceRecord
from evaluation.recipients.people import Person, person_of
from evaluation.roster.services import require_running
from evaluation.units.access import roles_of
from evaluation.units.models import Role, Unit
from evaluation.workbooks import Table, name_key, write_csv, write_workbook

FINISHED = "办结"
UNFINISHED = ("退件", "退回", "撤回", "撤件", "办理中", "在办", "未办结", "不予受理", "待办", "待补")
FIRM = ("企业", "单位", "公司", "法人", "组织", "机关")
EXPORT_HEADER = ("科室/类别", "姓名/名称", "识别码")


def finished_cases(records: QuerySet[ServiceRecord]) -> QuerySet[ServiceRecord]:
    """Those that were finished: said so, or with a day on which they were and nothing that says otherwise."""
    unfinished = Q()
    for word in UNFINISHED:
        unfinished |= Q(state__contains=word)
    return records.filter(Q(state__contains=FINISHED) | Q(finished_on__isnull=False)).exclude(unfinished)


def people_of_ledger(records: QuerySet[ServiceRecord]) -> dict[int, list[Person]]:
    """Per unit, everybody whose case was finished: a person or firm once in every section. One query."""
    people: dict[int, dict[tuple[str, ...], Person]] = {}
    columns = ("unit_id", "office", "applicant", "applicant_kind", "telephone")
    for unit, office, applicant, kind, telephone in (
        finished_cases(records).order_by("unit_id", "number").values_list(*columns)
    ):
        person = person_of(section=office, name=applicant, telephone=telephone)
        firm = any(word in kind for word in FIRM)
        key = (person.entry.section, name_key(applicant), *([] if firm else [person.entry.mark]))
        known = people.setdefault(unit, {})
        if key not in known or (firm and not known[key].telephone):
            known[key] = person
    return {unit: _once_without_telephone(list(known.values())) for unit, known in people.items()}


def _once_without_telephone(people: list[Person]) -> list[Person]:
    """Somebody without a telephone is the namesake of the section who has one; a line stands once."""
    reachable = {person.entry[:2] for person in people if person.entry.mark}
    kept = [person for person in people if person.entry.mark or person.entry[:2] not in reachable]
    return list({person.entry: person for person in kept}.values())


@transaction.atomic
def make_ledger_frames(*, cycle: Cycle, units: Iterable[Unit], actor: User) -> list[Frame]:
    """Fix the finished cases of every one of ``units`` as a frame; a unit whose frame would be the same is passed over.

    Raises ``DomainError``: ``cycle_closed``, ``not_yours``, ``nothing_new`` where no frame was made.
    """
    require_running(cycle)
    listed = {unit.pk: unit for unit in units}
    for unit in listed.values():
        require_own_unit(unit, actor)
    people = people_of_ledger(ServiceRecord.objects.filter(cycle=cycle, unit__in=listed))
    made = []
    for pk, unit in listed.items():
        name = gettext("%(unit)s: service ledger") % {"unit": unit.name}
        if people.get(pk) and not has_frame_of(cycle, unit, people[pk]):
            made.append(_make(cycle, unit, Frame.Kind.LEDGER, name, people[pk], actor))
    if not made:
        raise DomainError("nothing_new", _("No frame was made: there are no finished cases, or the frame exists."))
    return made


@transaction.atomic
def make_list_frame(*, cycle: Cycle, unit: Unit, name: str, people: Sequence[Person], actor: User) -> Frame:
    """Fix a list of enterprises, households or persons, none twice, as a frame of ``unit``.

    Raises ``DomainError``: ``cycle_closed``, ``not_yours``, ``empty``, ``same_frame``.
    """
    require_running(cycle)
    require_own_unit(unit, actor)
    if not people:
        raise DomainError("empty", _("The list names nobody."))
    if has_frame_of(cycle, unit, people):
        raise DomainError("same_frame", _("This unit has a frame of exactly these people already. Draw from it."))
    return _make(cycle, unit, Frame.Kind.LIST, list_name(name), people, actor)


def list_name(name: str) -> str:
    return canonical(name)[:120]


def require_own_unit(unit: Unit, actor: User) -> None:
    if Role.OFFICE in roles_of(actor):
        return
    if not Unit.objects.acted_for_by(actor, Role.UNIT_ADMIN).filter(pk=unit.pk).exists():
        raise DomainError("not_yours", _("A unit draws from its own lists. The office draws from any."))


def has_frame_of(cycle: Cycle, unit: Unit, people: Iterable[Person]) -> bool:
    digest = frame_digest(person.entry for person in people)
    return Frame.objects.filter(cycle=cycle, unit=unit, digest=digest).exists()


def _make(cycle: Cycle, unit: Unit, kind: str, name: str, people: Sequence[Person], actor: User) -> Frame:
    digest = frame_digest(person.entry for person in people)
    frame = Frame.objects.create(
        cycle=cycle, unit=unit, kind=kind, name=name, size=len(people), digest=digest, made_by=actor
    )
    FrameEntry.objects.bulk_create(
        (
            FrameEntry(frame=frame, telephone=person.telephone, address=person.address, **person.entry._asdict())
            for person in sorted(people, key=lambda person: person.entry.line)
        ),
        batch_size=500,
    )
    detail = {"unit": unit.code, "size": frame.size, "digest": digest, "kind": kind}
    record(actor=actor, action="frame-made", target=frame, detail=detail)
    return frame


@transaction.atomic
def forget_contacts(*, frame: Frame, actor: User) -> int:
    """Empty the contact details of a frame once the year is closed; the draw can still be recomputed.

    The lists that were uploaded for its unit go, too: they hold the same. Raises ``DomainError``: ``cycle_running``.
    """
    frame = Frame.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=frame.pk)
    if frame.cycle.status != Cycle.Status.CLOSED:
        raise DomainError("cycle_running", _("Contact details are emptied once the year is closed."))
    kept = frame.entries.exclude(telephone="", address="")
    number = kept.update(telephone="", address="")
    _forget_lists(frame)
    record(actor=actor, action="frame-contacts-forgotten", target=frame, detail={"number": number})
    return number


def _forget_lists(frame: Frame) -> None:
    jobs = ImportJob.objects.filter(kind=ImportJob.Kind.SERVED, year=frame.cycle.year)
    own = jobs.filter(summary__given__unit=str(frame.unit_id))
    files = list(own.values_list("file", flat=True))
    own.delete()
    drop_files(keys=files)


def entries_of(frame: Frame) -> Iterator[Entry]:
    for row in frame.entries.values_list("section", "name", "mark"):
        yield Entry(*row)


def frame_file(*, frame: Frame, form: str) -> bytes:
    """Return the frame as .txt (its digest is that of this file), .csv or .xlsx, without contact details."""
    entries = sorted(entries_of(frame), key=lambda entry: entry.line)
    if form == "txt":
        return frame_text(entries).encode()
    if form == "csv":
        return write_csv(EXPORT_HEADER, entries)
    return write_workbook([Table(title="抽取总体", header=EXPORT_HEADER, rows=entries, widths=[24, 32, 14])])
