"""Paper: numbers typed from the hall, totals of the signed tally sheet keyed by one person and checked by another."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.audit.services import record
from evaluation.ballots.boxes import freeze_for, locked
from evaluation.ballots.models import BallotBox, BoxGroup, PaperCount, PaperLine, Pass
from evaluation.ballots.passes import may_make_passes
from evaluation.ballots.sheets import WITHOUT_GRADE, Spec
from evaluation.cycle.models import EvaluatorGroup
from evaluation.errors import DomainError
from evaluation.files.models import StoredFile

Totals = Mapping[int, Mapping[str, Mapping[str, int]]]
MOST = 100_000


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the second keying says something else: ``appraisal`` is ``None`` for the numbers of the whole sheet."""

    appraisal: int | None
    aspect: str
    mark: str
    first: int
    second: int


class PaperMismatch(DomainError):
    def __init__(self, differences: list[Difference]) -> None:
        super().__init__("mismatch", _("The second entry differs from the first. Look at the signed sheet again."))
        self.differences = differences


@transaction.atomic
def set_hall_numbers(
    *,
    group: BoxGroup,
    actor: User | str,
    present: int | None = None,
    slips_out: int | None = None,
    printed: int = 0,
    leftover: int | None = None,
    handed_out: int | None = None,
    collected: int | None = None,
) -> BoxGroup:
    """Record 实到, slips handed out, 印制, 剩余作废, 发出 and 收回 of one group; 发出 follows where it is left out.

    More collected than handed out makes the group's vote invalid at the count: it is held again. The first printed
    ballot of a real box fixes the rules. Raises ``DomainError``: ``not_ready``, ``counted``, ``numbers``,
    ``two_people`` (a ballot is as good as a slip: the unit prints its own staff's alone).
    """
    box = locked(group.box)
    group = BoxGroup.objects.select_for_update().get(pk=group.pk)
    if box.state in {BallotBox.State.DRAFT, BallotBox.State.ANNULLED}:
        raise DomainError("not_ready", _("Numbers are entered once the box is ready."))
    if box.state == BallotBox.State.COUNTED:
        raise DomainError("counted", _("The box is counted. Its numbers stay."))
    if handed_out is None and leftover is not None:
        handed_out = printed - leftover
    if collected is not None and handed_out is None:
        raise DomainError("numbers", _("Enter how many ballots were handed out, too."))
    _require_hall_numbers(printed, leftover, handed_out, collected, box)
    _require_slips_out(box, group.group, slips_out)
    if printed and not group.printed:
        freeze_for(box=box, at=timezone.now())
    group.present, group.printed, group.leftover = present, printed, leftover
    group.handed_out, group.collected, group.slips_out = handed_out, collected, slips_out
    group.save(update_fields=["present", "slips_out", "printed", "leftover", "handed_out", "collected"])
    record(
        actor=actor,
        action="hall-numbers-entered",
        target=box,
        detail={
            "group": group.group,
            "present": present,
            "slips_out": slips_out,
            "printed": printed,
            "collected": collected,
        },
    )
    return group


def _require_slips_out(box: BallotBox, group: str, slips_out: int | None) -> None:
    if slips_out is None:
        return
    if not box.takes_passes:
        raise DomainError("numbers", _("This box takes no slips of that group."))
    made = Pass.objects.filter(box=box, group=group).count()
    if slips_out > made:
        raise DomainError("numbers", _("More slips than were made: {number}.").format(number=made))


def _require_hall_numbers(
    printed: int, leftover: int | None, handed_out: int | None, collected: int | None, box: BallotBox
) -> None:
    if not box.takes_paper and (printed or leftover or handed_out or collected):
        raise DomainError("numbers", _("This box takes no paper ballots."))
    if leftover is not None and leftover > printed:
        raise DomainError("numbers", _("More are left over than were printed."))
    if leftover is not None and handed_out != printed - leftover:
        raise DomainError("numbers", _("Handed out = printed − left over. Please count again."))


@transaction.atomic
def key_paper(
    *,
    box: BallotBox,
    group: str,
    valid: int,
    invalid: int,
    totals: Totals,
    who: str,
    scan: StoredFile | None = None,
) -> PaperCount:
    """Key the totals of one group's tally sheet.

    ``totals``: ``{appraisal id: {aspect: {grade or dont_know, abstained, spoiled: number}}}``.

    ``who`` is a stable word for the person (``user:…``, ``teller:…``). The same person may key again until it is
    checked. Raises ``DomainError``: ``not_closed``, ``no_group``, ``checked``, ``same_person``, ``rows``, ``numbers``.
    """
    box = locked_closed(box)
    row = group_row(box, group)
    clean = _clean_totals(Spec.from_values(box.spec), valid, totals)
    _require_collected(row, valid, invalid)
    earlier = PaperCount.objects.select_for_update().filter(box=box, group=group).first()
    if earlier is not None:
        _require_by_totals(earlier)
    if earlier is not None and earlier.keyed_by != who:
        raise DomainError("same_person", _("Somebody else has keyed these totals. Key them a second time to check."))
    if earlier is not None:
        scan = scan or earlier.scan
        earlier.delete()
    count = PaperCount.objects.create(box=box, group=group, valid=valid, invalid=invalid, keyed_by=who, scan=scan)
    PaperLine.objects.bulk_create(PaperLine(count=count, appraisal_id=key, marks=marks) for key, marks in clean.items())
    record(actor=who, action="paper-keyed", target=box, detail={"group": group, "valid": valid, "invalid": invalid})
    return count


@transaction.atomic
def check_paper(*, box: BallotBox, group: str, valid: int, invalid: int, totals: Totals, who: str) -> PaperCount:
    """Key the same sheet a second time, by another person; where all agrees, it counts.

    Raises ``PaperMismatch`` with every difference; ``DomainError``: ``not_keyed``, ``checked``, ``same_person``,
    ``not_closed``, ``rows``.
    """
    box = locked_closed(box)
    clean = _clean_totals(Spec.from_values(box.spec), valid, totals)
    count = PaperCount.objects.select_for_update().filter(box=box, group=group).first()
    if count is None:
        raise DomainError("not_keyed", _("Nobody has keyed these totals yet."))
    _require_by_totals(count)
    if count.keyed_by == who:
        raise DomainError("same_person", _("Whoever keyed the totals cannot check them."))
    if differences := _differences(count, valid, invalid, clean):
        raise PaperMismatch(differences)
    count.state, count.checked_by = PaperCount.State.CHECKED, who
    count.save(update_fields=["state", "checked_by"])
    record(actor=who, action="paper-checked", target=box, detail={"group": group, "valid": valid})
    return count


def _require_by_totals(count: PaperCount) -> None:
    if count.mode != PaperCount.Mode.TOTALS:
        raise DomainError("by_ballots", _("This group is keyed ballot by ballot."))
    if count.state == PaperCount.State.CHECKED:
        raise DomainError("checked", _("These totals have been checked already."))


@transaction.atomic
def discard_paper(*, box: BallotBox, group: str, actor: User) -> None:
    """The scrutineer's third look: both entries are thrown away, and the sheet is keyed anew by two people."""
    box = locked_closed(box)
    count = PaperCount.objects.select_for_update().filter(box=box, group=group).first()
    if count is None:
        raise DomainError("not_keyed", _("Nobody has keyed these totals yet."))
    detail = {"group": group, "keyed_by": count.keyed_by, "checked_by": count.checked_by}
    count.delete()
    record(actor=actor, action="paper-discarded", target=box, detail=detail)


def may_key_paper(*, user: User, box: BallotBox) -> bool:
    """Scrutineers and the office, and the administrator of the unit."""
    return may_make_passes(user=user, box=box, group=EvaluatorGroup.OWN_UNIT)


def locked_closed(box: BallotBox) -> BallotBox:
    box = locked(box)
    require_closed(box)
    return box


def require_closed(box: BallotBox) -> None:
    """Raise ``DomainError``: ``not_closed``, ``numbers`` where the box takes no paper."""
    if box.state != BallotBox.State.CLOSED:
        raise DomainError("not_closed", _("Paper is keyed when the box is closed and not yet counted."))
    if not box.takes_paper:
        raise DomainError("numbers", _("This box takes no paper ballots."))


def group_row(box: BallotBox, group: str) -> BoxGroup:
    row = box.groups.filter(group=group).first()
    if row is None:
        raise DomainError("no_group", _("This box does not admit that group."))
    return row


def _require_collected(row: BoxGroup, valid: int, invalid: int) -> None:
    if row.collected is None:
        raise DomainError("numbers", _("First enter how many ballots were collected."))
    if valid + invalid != row.collected:
        raise DomainError(
            "numbers",
            _("Valid and invalid ballots together are those collected: {number}.").format(number=row.collected),
        )


def _clean_totals(spec: Spec, valid: int, totals: Totals) -> dict[int, dict[str, dict[str, int]]]:
    """Every cadre × aspect, each row summing to the valid ballots; zeros are left out."""
    if not 0 <= valid <= MOST or set(totals) != set(spec.appraisals):
        raise DomainError("rows", _("Every cadre on the sheet needs a row for every aspect."))
    marks = {*spec.grades, *WITHOUT_GRADE.values()}
    clean: dict[int, dict[str, dict[str, int]]] = {}
    for appraisal, rows in totals.items():
        if set(rows) != set(spec.aspects):
            raise DomainError("rows", _("Every cadre on the sheet needs a row for every aspect."))
        for row in rows.values():
            if not set(row) <= marks or any(not 0 <= number <= MOST for number in row.values()):
                raise DomainError("rows", _("A row holds numbers of the grades of the rules."))
            if sum(row.values()) != valid:
                raise DomainError("rows", _("Every row must sum to the valid ballots: {number}.").format(number=valid))
        clean[appraisal] = {
            aspect: {mark: number for mark, number in row.items() if number} for aspect, row in rows.items()
        }
    return clean


def _differences(count: PaperCount, valid: int, invalid: int, totals: Totals) -> list[Difference]:
    found = [
        Difference(None, "", word, first, second)
        for word, first, second in (("valid", count.valid, valid), ("invalid", count.invalid, invalid))
        if first != second
    ]
    for line in count.lines.order_by("pk"):
        for aspect, row in totals[line.appraisal_id].items():
            first_row = line.marks.get(aspect, {})
            found += [
                Difference(line.appraisal_id, aspect, mark, first_row.get(mark, 0), row.get(mark, 0))
                for mark in sorted({*first_row, *row})
                if first_row.get(mark, 0) != row.get(mark, 0)
            ]
    return found
