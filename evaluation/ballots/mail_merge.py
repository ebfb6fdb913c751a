"""Passes for drawn recipients who vote by letter or message: one workbook, made once and never kept (C15).

The rows of the workbook join people and passes; they exist in the one download and nowhere else. The record says how
many there were.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.audit.services import record
from evaluation.ballots.boxes import locked
from evaluation.ballots.models import BallotBox, Pass
from evaluation.ballots.passes import Slip, make_passes, may_make_passes
from evaluation.cycle.models import EvaluatorGroup
from evaluation.errors import DomainError
from evaluation.guard.site_test import require_site_tested
from evaluation.recipients.draws import TAKING_PART, note_letters_made
from evaluation.recipients.models import DrawnRecipient, DrawStratum
from evaluation.workbooks import Table, write_workbook

GROUP = EvaluatorGroup.SERVICE_RECIPIENT
# The city's own form; not translated.
HEADER = ("姓名/名称", "联系电话", "地址", "科室/类别", "测评码", "测评链接", "截止时间")
NOTES = (
    "本表含测评码，只生成这一次，系统不留存。寄发后请立即销毁，不得转发、不得公开。",
    "每人一码，一码一票；系统不记录谁投了什么。丢失本表的，须在开箱前重印全部，原码全部作废。",
)


@dataclass(frozen=True, slots=True)
class Letters:
    """What a box needs to show: how many vote by letter, whether their passes are made, and who may make them."""

    draw: int
    number: int
    made: int
    may_make: bool


def letters_of(*, user: User, box: BallotBox) -> Letters | None:
    """``None`` where the box is none of drawn recipients."""
    stratum = stratum_of(box)
    if stratum is None:
        return None
    may = box.state == BallotBox.State.READY and may_make_passes(user=user, box=box, group=GROUP)
    return Letters(stratum.draw_id, by_letter(stratum).count(), _standing(box).count(), may)


def stratum_of(box: BallotBox) -> DrawStratum | None:
    """The section whose people vote in the box; of a repeated box, that of the box which it repeats."""
    seen = box
    while seen.stratum is None and seen.repeats is not None:
        seen = seen.repeats
    return seen.stratum if seen.kind == BallotBox.Kind.RECIPIENTS else None


def by_letter(stratum: DrawStratum) -> QuerySet[DrawnRecipient]:
    return (
        DrawnRecipient.objects.filter(stratum=stratum, state__in=TAKING_PART, way=DrawnRecipient.Way.LETTER)
        .select_related("entry", "stratum")
        .order_by("place")
    )


@transaction.atomic
def merge_letters(*, boxes: Sequence[BallotBox], actor: User, again: bool = False) -> bytes:
    """Make a pass for everybody who votes by letter in ``boxes``, and return the one workbook with names and codes.

    All boxes or none. A second try is refused, unless ``again`` (重印全部): that voids every earlier pass and makes a
    new workbook. Raises ``DomainError``: ``site_untested``, ``no_boxes``, ``not_drawn``, ``set_aside``, ``nobody``,
    ``made_already``, ``nothing_made``, and the codes of ``make_passes`` (``not_ready``, ``not_yours``, ``two_people``,
    ``too_many``, ``rules_changed``).
    """
    require_site_tested()
    if not boxes:
        raise DomainError("no_boxes", _("Choose at least one box."))
    rows: list[tuple[str, ...]] = []
    for box in sorted(boxes, key=lambda box: box.pk):
        rows += _merged(locked(box), actor, again=again)
    return write_workbook([Table("测评码寄发表", HEADER, rows, notes=NOTES, widths=[22, 16, 32, 20, 18, 64, 18])])


def _merged(box: BallotBox, actor: User, *, again: bool) -> list[tuple[str, ...]]:
    stratum = stratum_of(box)
    if stratum is None:
        raise DomainError("not_drawn", _("“{title}” is no box of drawn recipients.").format(title=box.title))
    if stratum.draw.set_aside_at is not None:
        raise DomainError("set_aside", _("This draw was set aside; another stands."))
    people = list(by_letter(stratum))
    if not people:
        raise DomainError("nobody", _("Nobody in “{title}” votes by letter.").format(title=box.title))
    voided = _void_earlier(box, actor, again=again)
    slips = make_passes(box=box, group=GROUP, number=len(people), actor=actor)
    note_letters_made(strata=[stratum.pk], at=timezone.now())
    detail = {"number": len(people), "voided": voided}
    record(actor=actor, action="letters-made-again" if again else "letters-made", target=box, detail=detail)
    closes = timezone.localtime(box.closes_at).strftime("%Y-%m-%d %H:%M")
    return [_row(person, slip, closes) for person, slip in zip(people, slips, strict=True)]


def _void_earlier(box: BallotBox, actor: User, *, again: bool) -> int:
    """Void what was made before, where that is allowed; ``make_passes`` judges actor and state before it commits."""
    standing = _standing(box)
    if standing.exists() and not again:
        raise DomainError(
            "made_already",
            _(
                "The passes of “{title}” have been made and are not kept. "
                "Make all of them again: the earlier ones become void."
            ).format(title=box.title),
        )
    if again and not standing.exists():
        raise DomainError("nothing_made", _("No passes have been made for “{title}” yet.").format(title=box.title))
    return standing.filter(state=Pass.State.ISSUED).update(state=Pass.State.VOID)


def _standing(box: BallotBox) -> QuerySet[Pass]:
    return Pass.objects.filter(box=box, group=GROUP).exclude(state=Pass.State.VOID)


def _row(person: DrawnRecipient, slip: Slip, closes: str) -> tuple[str, ...]:
    entry = person.entry
    link = f"{settings.SITE_URL}{reverse('vote:landing')}#{slip.token}"
    return entry.name, entry.telephone, entry.address, person.stratum.section, slip.spaced_code, link, closes
