"""Step 3 on paper: ballots to be copied, the sheets of a count, its report, the sealing slip (C9)."""

from collections.abc import Callable, Sequence

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from evaluation.archive.printable import Asked, Draw, Folder, Item, Kind, Printable, Scope, at, both
from evaluation.archive.shelf import Shelf
from evaluation.ballots.models import BallotBox, BoxGroup
from evaluation.ballots.papers import count_report_paper, sealing_slip_paper, tally_paper
from evaluation.ballots.slips import paper_ballot_pdf
from evaluation.ballots.workbook import count_workbook
from evaluation.cycle.models import EvaluatorGroup
from evaluation.documents.paper import Paper
from evaluation.units.models import Role

PRINTERS = frozenset({Role.OFFICE, Role.UNIT_ADMIN})
UNREADY = _("The box is not ready yet.")


def ballots(shelf: Shelf) -> list[Item]:
    """One ballot a group of every box with paper, as many copies as are printed or invited."""
    return [_ballot(box, row) for box in _with_paper(shelf) for row in box.groups.all()]


def _ballot(box: BallotBox, row: BoxGroup) -> Item:
    with translation.override("zh-hans"):
        group = str(EvaluatorGroup(row.group).label)
    return Item(
        target=f"{box.pk}_{row.group}",
        unit=box.unit,
        name=f"{box.title}，{group}",
        why_not=_unready(box),
        author=box.unit.name,
        copies=row.printed or row.invited or None,
        keys={"pk": box.pk, "meeting": box.meeting_id},
    )


def of_boxes(*, copies: int | None = None, counts_paper: bool = False) -> Callable[[Shelf], list[Item]]:
    """``counts_paper``: only of boxes that take paper. Filed is what was counted and released."""

    def items(shelf: Shelf) -> list[Item]:
        boxes = _with_paper(shelf) if counts_paper else shelf.boxes
        return [_box(box, copies) for box in boxes]

    return items


def _box(box: BallotBox, copies: int | None) -> Item:
    return Item(
        target=str(box.pk),
        unit=box.unit,
        name=box.title,
        why_not=_unready(box),
        author=box.unit.name,
        dated=timezone.localdate(box.counted_at) if box.counted_at else None,
        copies=copies,
        filed=box.state == BallotBox.State.COUNTED and box.released_at is not None,
        keys={"pk": box.pk, "meeting": box.meeting_id},
    )


def with_passes(shelf: Shelf) -> list[Item]:
    return [_box(box, None) for box in shelf.boxes if box.takes_passes]


def _with_paper(shelf: Shelf) -> list[BallotBox]:
    return [box for box in shelf.boxes if box.takes_paper]


def _unready(box: BallotBox) -> str | Promise:
    return "" if box.spec else UNREADY


def of_box(paper: Callable[[BallotBox], Paper | Sequence[Paper]]) -> dict[str, Draw]:
    return both(lambda asked: paper(BallotBox.objects.for_list().get(pk=asked.target)))


def ballot(asked: Asked) -> bytes:
    key, _sign, group = asked.target.partition("_")
    return paper_ballot_pdf(box=BallotBox.objects.for_list().get(pk=key), group=group)


def count_book(asked: Asked) -> bytes:
    return count_workbook(BallotBox.objects.for_list().get(pk=asked.target))


def ballot_link(year: int, item: Item, _form: str) -> str:
    group = item.target.partition("_")[2]
    return f"{reverse('ballots:ballot-print', args=[year, item.keys['pk']])}?group={group}"


def box_page(year: int, item: Item) -> str:
    return reverse("ballots:box-detail", args=[year, item.keys["pk"]])


PRINTABLES = (
    Printable(
        "ballot",
        "测评票（附件2-1）",
        _("Paper ballot (Annex 2-1)"),
        Folder.BALLOT,
        Kind.HALL,
        Scope.BOX,
        ballots,
        {"pdf": ballot},
        in_file=False,
        in_pack=7,
        link=ballot_link,
        who=PRINTERS,
    ),
    Printable(
        "pass-slips",
        "测评码",
        _("Pass slips and mail merge"),
        Folder.BALLOT,
        Kind.HALL,
        Scope.BOX,
        with_passes,
        page=box_page,
        in_file=False,
        hint=_("Printed once, on the page of the box; nothing of them is kept."),
        who=PRINTERS,
    ),
    Printable(
        "tally-sheet",
        "唱票计票单",
        _("Tally sheet"),
        Folder.BALLOT,
        Kind.HALL,
        Scope.BOX,
        of_boxes(copies=1, counts_paper=True),
        of_box(tally_paper),
        in_file=False,
        in_pack=8,
        single_sided=True,
        link=at("ballots:tally-print", "pk"),
        who=PRINTERS,
    ),
    Printable(
        "count-report",
        "计票结果报告单",
        _("Count report"),
        Folder.BALLOT,
        Kind.FORM,
        Scope.BOX,
        of_boxes(),
        {**of_box(count_report_paper), "xlsx": count_book},
        in_pack=9,
        hint=_("Before the count an empty form; figures once they are released."),
        link=at("ballots:count-report-paper", "pk"),
    ),
    Printable(
        "sealing-slip",
        "测评票封存单",
        _("Sealing slip"),
        Folder.BALLOT,
        Kind.HALL,
        Scope.BOX,
        of_boxes(counts_paper=True),
        of_box(sealing_slip_paper),
        in_file=False,
        in_pack=10,
        link=at("ballots:sealing-slip", "pk"),
        who=PRINTERS,
    ),
)
