"""Paper, ballot by ballot: two people key every ballot of a group; where all agree, the totals follow.

Each ballot gets a number in pencil, 1 to the number collected, when it is first keyed. The rows live until the count,
which writes them as ballots among the others and deletes them.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from evaluation.audit.services import record
from evaluation.ballots.models import Ballot, BallotBox, BoxGroup, Channel, PaperBallot, PaperCount, PaperLine
from evaluation.ballots.paper import group_row, locked_closed
from evaluation.ballots.sheets import SPOILED, Spec
from evaluation.errors import DomainError

Mode, State = PaperCount.Mode, PaperCount.State
Marks = Mapping[int, str]
FIRST, SECOND = 1, 2


@dataclass(frozen=True, slots=True)
class BallotDifference:
    """``appraisal`` is ``None`` where one of the two calls the ballot invalid; ``place`` is that of the aspect."""

    number: int
    appraisal: int | None
    place: int
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the keying of a group is. ``entry``: whether this person is the first or the second; 0: neither."""

    collected: int
    entry: int
    mine: frozenset[int]
    others: int

    @property
    def next_number(self) -> int | None:
        """The first ballot that this person has not keyed yet."""
        return next((number for number in range(1, self.collected + 1) if number not in self.mine), None)


@transaction.atomic
def key_ballot(*, box: BallotBox, group: str, number: int, marks: Marks, who: str) -> PaperCount:
    """Key one ballot; keying it again puts it right. ``marks``: ``{appraisal id: marks}``; empty: it is invalid.

    The first to key is the first of two, whoever comes next the second; ``who`` as in ``key_paper``. Once both have
    keyed every ballot collected and all agree, the totals are written and checked. Raises ``DomainError``:
    ``not_closed``, ``no_group``, ``numbers``, ``totals`` (the group is keyed by totals), ``checked``,
    ``same_person`` (two others key), ``rows``.
    """
    box = locked_closed(box)
    row, spec = group_row(box, group), Spec.from_values(box.spec)
    if not 0 < number <= _collected(row):
        raise DomainError("numbers", _("The ballots are numbered from 1 to {number}.").format(number=row.collected))
    clean = _clean(spec, marks)
    count = _count_of(box, group, who)
    entry = _entry_of(count, who)
    count.ballots.filter(entry=entry, number=number).delete()
    PaperBallot.objects.create(count=count, entry=entry, number=number, marks=clean)
    return _settle(count, box, spec, _collected(row), who)


def progress_of(*, box: BallotBox, row: BoxGroup, who: str) -> Progress:
    count = PaperCount.objects.filter(box=box, group=row.group, mode=Mode.BALLOTS).first()
    if count is None:
        return Progress(row.collected or 0, FIRST, frozenset(), 0)
    entry = FIRST if count.keyed_by == who else SECOND if count.checked_by in {"", who} else 0
    keyed = list(count.ballots.values_list("entry", "number"))
    mine = frozenset(number for found, number in keyed if found == entry)
    return Progress(row.collected or 0, entry, mine, len(keyed) - len(mine))


def keyed_marks(*, box: BallotBox, group: str, number: int, entry: int) -> dict[int, str] | None:
    """What one of the two has keyed of a ballot so far; ``None``: nothing yet."""
    found = PaperBallot.objects.filter(count__box=box, count__group=group, entry=entry, number=number).first()
    return None if found is None else _by_id(found.marks)


def ballot_differences(count: PaperCount, spec: Spec, collected: int) -> list[BallotDifference]:
    """Where the two entries differ, once both are whole; nothing before, so that neither looks at the other."""
    rows = list(count.ballots.order_by("number", "entry"))
    if len(rows) < 2 * collected:
        return []
    found: list[BallotDifference] = []
    for one, two in zip(rows[::2], rows[1::2], strict=True):
        found += _differences(spec, one.number, _by_id(one.marks), _by_id(two.marks))
    return found


def paper_rows(*, box: BallotBox, spec: Spec) -> list[Ballot]:
    """The valid ballots keyed one by one, as unsaved rows of the count; ``spec`` orders the cadres."""
    keyed = PaperBallot.objects.filter(count__box=box, count__state=State.CHECKED, entry=FIRST)
    return [
        Ballot(box=box, group=group, channel=Channel.PAPER, appraisal_id=appraisal, marks=marks[str(appraisal)])
        for group, marks in keyed.values_list("count__group", "marks")
        if marks
        for appraisal in spec.appraisals
    ]


def forget_paper_ballots(*, box: BallotBox) -> None:
    """Whole ballots are not kept: the count deletes them in its transaction."""
    PaperBallot.objects.filter(count__box=box).delete()


def _by_id(marks: Mapping[str, str]) -> dict[int, str]:
    return {int(key): row for key, row in marks.items()}


def _collected(row: BoxGroup) -> int:
    if row.collected is None:
        raise DomainError("numbers", _("First enter how many ballots were collected."))
    return row.collected


def _clean(spec: Spec, marks: Marks) -> dict[str, str]:
    if not marks:
        return {}
    allowed = {*spec.marks.values(), SPOILED}
    if set(marks) != set(spec.appraisals):
        raise DomainError("rows", _("Every cadre on the sheet needs a row."))
    if any(len(row) != len(spec.aspects) or not set(row) <= allowed for row in marks.values()):
        raise DomainError("rows", _("Every cadre needs one sign for each aspect."))
    return {str(appraisal): marks[appraisal] for appraisal in spec.appraisals}


def _count_of(box: BallotBox, group: str, who: str) -> PaperCount:
    count = PaperCount.objects.select_for_update(of=("self",)).filter(box=box, group=group).first()
    if count is None:
        values = {"mode": Mode.BALLOTS, "state": State.KEYING, "keyed_by": who, "valid": 0}
        count = PaperCount.objects.create(box=box, group=group, **values)
        record(actor=who, action="paper-ballots-begun", target=box, detail={"group": group})
    if count.mode != Mode.BALLOTS:
        raise DomainError("totals", _("This group is keyed by totals. Throw the entry away to key ballot by ballot."))
    if count.state == State.CHECKED:
        raise DomainError("checked", _("These totals have been checked already."))
    return count


def _entry_of(count: PaperCount, who: str) -> int:
    if count.keyed_by == who:
        return FIRST
    if not count.checked_by:
        count.checked_by = who
        count.save(update_fields=["checked_by"])
        record(actor=who, action="paper-ballots-seconded", target=count.box, detail={"group": count.group})
    if count.checked_by != who:
        raise DomainError("same_person", _("Two other people key these ballots."))
    return SECOND


def _settle(count: PaperCount, box: BallotBox, spec: Spec, collected: int, who: str) -> PaperCount:
    keyed = Counter(count.ballots.values_list("entry", flat=True))
    if keyed[FIRST] == keyed[SECOND] == collected and not ballot_differences(count, spec, collected):
        return _checked(count, box, spec, who)
    state = State.KEYED if collected in (keyed[FIRST], keyed[SECOND]) else State.KEYING
    if state != count.state:
        count.state = state
        count.save(update_fields=["state"])
    return count


def _checked(count: PaperCount, box: BallotBox, spec: Spec, who: str) -> PaperCount:
    rows = [_by_id(marks) for marks in count.ballots.filter(entry=FIRST).values_list("marks", flat=True)]
    valid = [marks for marks in rows if marks]
    words = spec.words
    PaperLine.objects.bulk_create(
        PaperLine(
            count=count,
            appraisal_id=appraisal,
            marks={
                aspect: dict(sorted(Counter(words[marks[appraisal][place]] for marks in valid).items()))
                for place, aspect in enumerate(spec.aspects)
            },
        )
        for appraisal in spec.appraisals
    )
    count.valid, count.invalid, count.state = len(valid), len(rows) - len(valid), State.CHECKED
    count.save(update_fields=["valid", "invalid", "state"])
    detail = {"group": count.group, "valid": count.valid, "mode": count.mode}
    record(actor=who, action="paper-checked", target=box, detail=detail)
    return count


def _differences(spec: Spec, number: int, one: Marks, two: Marks) -> list[BallotDifference]:
    if not one or not two:
        return [] if one == two else [BallotDifference(number, None, 0, _word(one), _word(two))]
    return [
        BallotDifference(number, appraisal, place, first, second)
        for appraisal in spec.appraisals
        for place, (first, second) in enumerate(zip(one[appraisal], two[appraisal], strict=True))
        if first != second
    ]


def _word(marks: Marks) -> str:
    return "valid" if marks else "invalid"
