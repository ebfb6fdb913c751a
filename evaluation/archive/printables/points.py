"""The daily assessment and the bonus on paper: Annexes 2-2 and 3-2, complaints (C19–C26)."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluation.archive.printable import Asked, Folder, Item, Kind, Printable, Scope, Upload, at, both
from evaluation.archive.shelf import Shelf
from evaluation.bonus.models import BonusClaim
from evaluation.bonus.papers import claim_paper
from evaluation.daily.models import Complaint, ComplaintQuerySet, DailyDeduction
from evaluation.daily.months import months_of, next_month
from evaluation.daily.papers import (
    complaint_record_paper,
    complaint_register_paper,
    deduction_paper,
    month_paper,
    year_sheet_paper,
)
from evaluation.daily.workbook import (
    complaint_record_workbook,
    complaint_register_workbook,
    month_workbook,
    year_sheet_workbook,
)
from evaluation.documents.paper import Paper
from evaluation.files.models import StoredFile
from evaluation.units.models import Unit

ENDED = (Complaint.Status.REFUSED, Complaint.Status.ANSWERED, Complaint.Status.CLOSED)
STANDING = (BonusClaim.Status.CLAIMED, BonusClaim.Status.APPROVED, BonusClaim.Status.REFUSED)


def year_sheets(shelf: Shelf) -> list[Item]:
    judged = {row.organising_unit_id for row in shelf.taking_part}
    none = _("Nobody stands on the roster yet.")
    return [
        Item(str(unit.pk), unit, why_not="" if unit.pk in judged else none, author=unit.name, keys={"code": unit.code})
        for unit in shelf.units
    ]


def months(shelf: Shelf) -> list[Item]:
    """Every month of the year; filed are those in which something was found."""
    found = {
        (row.appraisal.organising_unit_id, row.found_on.replace(day=1)) for row in shelf.deductions if row.appraisal
    }
    today = timezone.localdate()
    return [
        _month(unit, month, today, is_filed=(unit.pk, month) in found)
        for unit in shelf.units
        for month in months_of(shelf.cycle)
    ]


def _month(unit: Unit, month: date, today: date, *, is_filed: bool) -> Item:
    return Item(
        target=f"{unit.pk}_{month:%Y-%m}",
        unit=unit,
        name=f"{month.month}月",
        why_not="" if next_month(month) <= today else _("The month is not over yet."),
        author=unit.name,
        filed=is_filed,
        keys={"code": unit.code, "number": month.month},
    )


def deductions(shelf: Shelf) -> list[Item]:
    return [_deduction(row) for row in shelf.deductions]


def _deduction(row: DailyDeduction) -> Item:
    files = [*([row.evidence] if row.evidence else []), *row.further_files.all()]
    defence = getattr(row, "defence", None)
    answers = list(defence.files.all()) if defence else []
    unit = row.appraisal.organising_unit if row.appraisal else None
    return Item(
        target=str(row.pk),
        unit=unit,
        name=f"{row.cadre.name}，{row.found_on:%Y%m%d}",
        author=unit.name if unit else "",
        dated=row.found_on,
        number=row.decision if len(row.decision) < 40 and "号" in row.decision else "",
        keys={"pk": row.pk},
        uploads=(*_named("佐证材料", files), *_named("申辩材料", answers)),
    )


def claims(shelf: Shelf) -> list[Item]:
    return [_claim(row) for row in shelf.claims if row.status in STANDING]


def _claim(row: BonusClaim) -> Item:
    unit = row.appraisal.organising_unit
    return Item(
        target=str(row.pk),
        unit=unit,
        name=f"{row.appraisal.name}，{row.award}",
        author=unit.name,
        dated=timezone.localdate(row.claimed_at),
        keys={"pk": row.pk},
        uploads=_named("证明材料", [row.proof, *row.further_files.all()]),
    )


def complaint_records(shelf: Shelf) -> list[Item]:
    """What was found of each complaint. What the complainant handed in is not filed: it may tell who they are."""
    return [_complaint(row, shelf) for row in shelf.complaints]


def _complaint(row: Complaint, shelf: Shelf) -> Item:
    findings = [one for one in row.findings.all() if one.confirmed_on]
    unit = shelf.unit_by_key[row.unit_id]
    return Item(
        target=str(row.pk),
        unit=unit,
        name=f"第{row.number}号",
        why_not="" if row.status in ENDED else _("The complaint is still being handled."),
        author=unit.name,
        dated=row.closed_on or row.decided_on,
        keys={"pk": row.pk},
        uploads=_named("核查佐证", [file for one in findings for file in one.files.all()]),
    )


def registers(shelf: Shelf) -> list[Item]:
    brought = {row.unit_id for row in shelf.complaints}
    none = _("No complaint is on the register.")
    return [
        Item(str(unit.pk), unit, why_not="" if unit.pk in brought else none, author=unit.name, keys={"code": unit.code})
        for unit in shelf.units
    ]


def _named(title: str, files: list[StoredFile]) -> tuple[Upload, ...]:
    return tuple(
        Upload(title if len(files) == 1 else f"{title}{place}", file) for place, file in enumerate(files, start=1)
    )


def year_sheet(asked: Asked) -> Paper:
    return year_sheet_paper(asked.cycle, Unit.objects.get(pk=asked.target), unseen_by=asked.user)


def year_book(asked: Asked) -> bytes:
    return year_sheet_workbook(asked.cycle, Unit.objects.get(pk=asked.target), unseen_by=asked.user)


def month_sheet(asked: Asked) -> Paper:
    return month_paper(asked.cycle, *_unit_and_month(asked), unseen_by=asked.user)


def month_book(asked: Asked) -> bytes:
    return month_workbook(asked.cycle, *_unit_and_month(asked), unseen_by=asked.user)


def _unit_and_month(asked: Asked) -> tuple[Unit, date]:
    unit, _sign, month = asked.target.partition("_")
    return Unit.objects.get(pk=unit), date.fromisoformat(f"{month}-01")


def deduction_notice(asked: Asked) -> Paper:
    return deduction_paper(DailyDeduction.objects.for_list().get(pk=asked.target))


def bonus_claim(asked: Asked) -> Paper:
    return claim_paper(BonusClaim.objects.for_list().get(pk=asked.target))


def complaint_record(asked: Asked) -> Paper:
    return complaint_record_paper(Complaint.objects.for_list().get(pk=asked.target))


def record_book(asked: Asked) -> bytes:
    return complaint_record_workbook(Complaint.objects.for_list().get(pk=asked.target))


def complaint_register(asked: Asked) -> Paper:
    return complaint_register_paper(asked.cycle, Unit.objects.get(pk=asked.target), _seen(asked))


def register_book(asked: Asked) -> bytes:
    return complaint_register_workbook(asked.cycle, Unit.objects.get(pk=asked.target), _seen(asked))


def _seen(asked: Asked) -> ComplaintQuerySet:
    return Complaint.objects.all() if asked.user is None else Complaint.objects.visible_to(asked.user)


PRINTABLES = (
    Printable(
        "year-sheet",
        "日常考核得分表（附件3-2）",
        _("Daily scores of the year (Annex 3-2)"),
        Folder.POINTS,
        Kind.FORM,
        Scope.UNIT,
        year_sheets,
        {**both(year_sheet), "xlsx": year_book},
        link=at("daily:year-file", "code"),
    ),
    Printable(
        "month-sheet",
        "日常考核月度得分表（附件3-2）",
        _("Daily scores of a month (Annex 3-2)"),
        Folder.POINTS,
        Kind.FORM,
        Scope.MONTH,
        months,
        {**both(month_sheet), "xlsx": month_book},
        link=at("daily:month-file", "code", "number"),
    ),
    Printable(
        "deduction",
        "日常考核扣分告知书",
        _("Notice of a deduction"),
        Folder.POINTS,
        Kind.NOTICE,
        Scope.MATTER,
        deductions,
        both(deduction_notice),
        link=at("daily:notice-file", "pk"),
    ),
    Printable(
        "bonus-claim",
        "加分申请表（附件2-2）",
        _("Bonus claim (Annex 2-2)"),
        Folder.POINTS,
        Kind.FORM,
        Scope.MATTER,
        claims,
        both(bonus_claim),
        link=at("bonus:claim-form-file", "pk"),
    ),
    Printable(
        "complaint-register",
        "投诉登记簿",
        _("Register of complaints"),
        Folder.POINTS,
        Kind.REPORT,
        Scope.UNIT,
        registers,
        {**both(complaint_register), "xlsx": register_book},
        hint=_("Without names and contact details."),
    ),
    Printable(
        "complaint-record",
        "投诉核查记录",
        _("Inquiry record of a complaint"),
        Folder.POINTS,
        Kind.REPORT,
        Scope.MATTER,
        complaint_records,
        {**both(complaint_record), "xlsx": record_book},
        hint=_("Without names and contact details."),
        link=at("daily:complaint-record-file", "pk"),
    ),
)
