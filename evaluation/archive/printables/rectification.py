"""Step 5 on paper: the rectification notice, the plan, the ledger (C11)."""

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from evaluation.archive.printable import Asked, Folder, Item, Kind, Printable, Scope, Upload, at, both
from evaluation.archive.shelf import Shelf
from evaluation.documents.paper import Paper
from evaluation.rectification.models import RectificationNotice, RectificationPlan
from evaluation.rectification.papers import ledger_paper, notice_papers, plan_paper
from evaluation.rectification.workbook import ledger_workbook, plan_workbook
from evaluation.registry.models import Kind as Issued
from evaluation.registry.services import about_of
from evaluation.roster.models import Appraisal
from evaluation.units.models import Unit

PUBLIC = (
    RectificationPlan.Status.PUBLISHED,
    RectificationPlan.Status.COMPLETED,
    RectificationPlan.Status.ACCEPTED,
)


def notices(shelf: Shelf) -> list[Item]:
    """Those that were issued or may be; one that was dropped is no paper."""
    return [_notice(row) for row in shelf.notices if row.status != RectificationNotice.Status.DROPPED]


def _notice(row: RectificationNotice) -> Item:
    is_out = row.status != RectificationNotice.Status.PROPOSED
    return Item(
        target=str(row.pk),
        unit=row.appraisal.organising_unit,
        name=row.appraisal.name,
        why_not="" if is_out else _("The notice is proposed, not issued."),
        about=f"{Issued.RECTIFICATION_NOTICE} {about_of(row)}",
        number=row.number,
        author=row.issuer,
        dated=timezone.localdate(row.issued_at) if row.issued_at else None,
        keys={"pk": row.pk},
    )


def plans(shelf: Shelf) -> list[Item]:
    """Every cadre makes one; what proves it done lies behind it."""
    return [_plan(row, shelf.plans.get(row.pk)) for row in shelf.taking_part]


def _plan(appraisal: Appraisal, row: RectificationPlan | None) -> Item:
    unit = appraisal.organising_unit
    if row is None:
        return Item("", unit, appraisal.name, _("No plan is drafted yet."))
    files = [file for item in row.items.all() for file in item.files.all()]
    proofs = [
        Upload("整改佐证" if len(files) == 1 else f"整改佐证{place}", file) for place, file in enumerate(files, start=1)
    ]
    why_not: str | Promise = "" if row.status in PUBLIC else _("The plan is not published yet.")
    day = timezone.localdate(row.published_at) if row.published_at else None
    return Item(
        str(row.pk), unit, appraisal.name, why_not, author=unit.name, dated=day, keys={"pk": row.pk},
        uploads=tuple(proofs),
    )  # fmt: skip


def ledgers(shelf: Shelf) -> list[Item]:
    public = {key for key, row in shelf.plans.items() if row.status in PUBLIC}
    units = {row.organising_unit_id for row in shelf.taking_part if row.pk in public}
    none = _("No plan is published yet.")
    return [
        Item(str(unit.pk), unit, why_not="" if unit.pk in units else none, author=unit.name, keys={"code": unit.code})
        for unit in shelf.units
    ]


def notice(asked: Asked) -> list[Paper]:
    """The letter and its receipt slip."""
    return notice_papers(RectificationNotice.objects.for_list().get(pk=asked.target))


def plan(asked: Asked) -> Paper:
    return plan_paper(RectificationPlan.objects.for_list().get(pk=asked.target))


def ledger(asked: Asked) -> Paper:
    return ledger_paper(asked.cycle, Unit.objects.get(pk=asked.target))


def plan_book(asked: Asked) -> bytes:
    return plan_workbook(RectificationPlan.objects.for_list().get(pk=asked.target))


def ledger_book(asked: Asked) -> bytes:
    return ledger_workbook(asked.cycle, Unit.objects.get(pk=asked.target))


PRINTABLES = (
    Printable(
        "rectification-notice",
        "整改通知书",
        _("Rectification notice with receipt slip"),
        Folder.RECTIFICATION,
        Kind.NOTICE,
        Scope.MATTER,
        notices,
        both(notice),
        link=at("rectification:notice-file", "pk"),
    ),
    Printable(
        "rectification-plan",
        "整改计划",
        _("Rectification plan"),
        Folder.RECTIFICATION,
        Kind.REPORT,
        Scope.CADRE,
        plans,
        {**both(plan), "xlsx": plan_book},
        link=at("rectification:plan-file", "pk"),
    ),
    Printable(
        "ledger",
        "整改台账",
        _("Ledger of rectification"),
        Folder.RECTIFICATION,
        Kind.REPORT,
        Scope.UNIT,
        ledgers,
        {**both(ledger), "xlsx": ledger_book},
        link=at("rectification:ledger-file", "code"),
    ),
)
