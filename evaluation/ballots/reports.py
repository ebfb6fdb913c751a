"""The count report of a box: numbers of the hall, and the figures where they may be read."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from evaluation.audit.models import AuditEvent
from evaluation.ballots.keys import SHEET_USED
from evaluation.ballots.models import Ballot, BallotBox, BoxGroup, PaperCount, Tally
from evaluation.ballots.pass_requests import slips_by_state
from evaluation.ballots.sheets import WITHOUT_GRADE, Spec
from evaluation.ballots.small_groups import is_small
from evaluation.ballots.voter_pages import Aspect, Person, blank_sheet
from evaluation.scoring import GroupTally, add_tallies


@dataclass(frozen=True, slots=True)
class GroupNumbers:
    """``lost``: paper handed out and not come back; ``unused``: slips neither cast nor void. Derived, not counted."""

    row: BoxGroup
    label: str
    slips: int
    cast: int
    void: int
    paper_valid: int
    paper_invalid: int
    lost: int | None
    unused: int


@dataclass(frozen=True, slots=True)
class ReportTable:
    person: Person
    group: str
    valid: int
    rows: list[tuple[Aspect, list[int]]]


@dataclass(frozen=True, slots=True)
class Report:
    numbers: list[GroupNumbers]
    columns: list[str]
    tables: list[ReportTable]
    suppressed: list[Person]


def count_report(box: BallotBox, *, with_figures: bool, labels: dict[str, str]) -> Report:
    """``labels``: what ``dont_know``, ``abstained`` and ``spoiled`` are called. The channels are merged.

    ``suppressed`` names those without a table: judged by too few, or by nobody; both look alike.
    """
    spec = Spec.from_values(box.spec)
    blank = blank_sheet(box.pk, spec)
    tallies = _tallies(box, spec) if with_figures else {}
    small = _suppressed(box, spec, tallies)
    marks = [*spec.grades, *WITHOUT_GRADE.values()]
    tables = [
        ReportTable(
            person,
            blank.groups.get(group, group),
            tally.valid,
            [(aspect, [tally.marks.get(aspect.code, {}).get(mark, 0) for mark in marks]) for aspect in blank.aspects],
        )
        for person in blank.people
        if person.id not in small
        for group, tally in sorted(tallies.get(person.id, {}).items())
        if tally.valid
    ]
    columns = [grade.label for grade in blank.grades] + [labels[mark] for mark in WITHOUT_GRADE.values()]
    shown = {table.person.id for table in tables}
    suppressed = [person for person in blank.people if person.id not in shown] if with_figures else []
    return Report(group_numbers(box, blank.groups), columns, tables, suppressed)


def sheets_used(box: BallotBox) -> list[AuditEvent]:
    """When a recovery sheet was used instead of a passphrase for this box, and by whom."""
    uses = AuditEvent.objects.filter(action=SHEET_USED, target_kind="ballotbox", target_id=str(box.pk))
    return list(uses.order_by("sequence"))


def group_numbers(box: BallotBox, labels: object) -> list[GroupNumbers]:
    papers = {paper.group: paper for paper in PaperCount.objects.filter(box=box)}
    slips = slips_by_state(box)
    names = dict(labels) if isinstance(labels, dict) else {}
    found = []
    for row in box.groups.all():
        issued, spent, void = (slips[row.group, state] for state in ("issued", "spent", "void"))
        paper = papers.get(row.group)
        lost = None if row.handed_out is None or row.collected is None else row.handed_out - row.collected
        found.append(
            GroupNumbers(
                row=row,
                label=names.get(row.group, row.get_group_display()),
                slips=issued + spent + void,
                cast=spent,
                void=void,
                paper_valid=paper.valid if paper else 0,
                paper_invalid=paper.invalid if paper else 0,
                lost=lost,
                unused=issued,
            )
        )
    return found


def _tallies(box: BallotBox, spec: Spec) -> dict[int, dict[str, GroupTally]]:
    if box.is_trial:
        return _of_trial(box, spec)
    parts: dict[int, dict[str, list[GroupTally]]] = defaultdict(lambda: defaultdict(list))
    for row in Tally.objects.filter(box=box):
        parts[row.appraisal_id][row.group].append(GroupTally(row.valid, row.marks))
    return {key: {group: add_tallies(found) for group, found in groups.items()} for key, groups in parts.items()}


def _of_trial(box: BallotBox, spec: Spec) -> dict[int, dict[str, GroupTally]]:
    words = spec.words
    marks: dict[tuple[int, str], list[str]] = defaultdict(list)
    for appraisal, group, row in Ballot.objects.filter(box=box).values_list("appraisal_id", "group", "marks"):
        marks[appraisal, group].append(row)
    tallies: dict[int, dict[str, GroupTally]] = defaultdict(dict)
    for (appraisal, group), rows in marks.items():
        by_aspect = {
            aspect: dict(Counter(words[mark] for mark in column))
            for aspect, column in zip(spec.aspects, zip(*rows, strict=True), strict=True)
        }
        tallies[appraisal][group] = GroupTally(len(rows), by_aspect)
    return tallies


def _suppressed(box: BallotBox, spec: Spec, tallies: dict[int, dict[str, GroupTally]]) -> set[int]:
    """Whose figures would show a small group: here, or in another box that the published total minus this one shows."""
    if box.is_trial:
        return set()
    small = {key for key, groups in tallies.items() if any(is_small(tally) for tally in groups.values())}
    parts: dict[tuple[int, int, str], list[GroupTally]] = defaultdict(list)
    for row in Tally.objects.filter(appraisal__in=spec.appraisals).exclude(box=box):
        parts[row.appraisal_id, row.box_id, row.group].append(GroupTally(row.valid, row.marks))
    return small | {key[0] for key, found in parts.items() if is_small(add_tallies(found))}
