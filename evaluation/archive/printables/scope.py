"""What stands at the beginning of a year: the work plan and Annex 1."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluation.archive.printable import Asked, Folder, Item, Kind, Printable, Scope, Upload, at, both
from evaluation.archive.shelf import Shelf
from evaluation.cycle.models import WorkPlan
from evaluation.documents.paper import Layout, Paper, Text
from evaluation.roster.models import Appraisal
from evaluation.roster.papers import scope_list_paper
from evaluation.roster.workbook import roster_workbook
from evaluation.units.models import Unit


def scope_lists(shelf: Shelf) -> list[Item]:
    listed = {row.organising_unit_id for row in shelf.appraisals}
    return [_scope_list(shelf, unit, unit.pk in listed) for unit in shelf.units]


def _scope_list(shelf: Shelf, unit: Unit, is_listed: bool) -> Item:
    row = shelf.scope_lists.get(unit.pk)
    filed = timezone.localdate(row.filed_at) if row and row.filed_at else None
    why_not = "" if is_listed else _("Nobody stands on the roster yet.")
    return Item(str(unit.pk), unit, why_not=why_not, author=unit.name, dated=filed, keys={"code": unit.code})


def work_plans(shelf: Shelf) -> list[Item]:
    return [_work_plan(unit, shelf.work_plans.get(unit.pk)) for unit in shelf.units]


def _work_plan(unit: Unit, row: WorkPlan | None) -> Item:
    if row is None or row.status != WorkPlan.Status.SUBMITTED:
        return Item("", unit, why_not=_("The work plan is not handed in yet."))
    uploads = (Upload("工作方案（附件）", row.file),) if row.file else ()
    day = timezone.localdate(row.submitted_at) if row.submitted_at else None
    return Item(str(row.pk), unit, author=unit.name, dated=day, uploads=uploads)


def scope_paper(asked: Asked) -> Paper:
    return scope_list_paper(asked.cycle, Unit.objects.get(pk=asked.target))


def scope_workbook(asked: Asked) -> bytes:
    rows = Appraisal.objects.filter(cycle=asked.cycle, organising_unit=int(asked.target)).for_list()
    return roster_workbook(cycle=asked.cycle, appraisals=rows)


def work_plan_paper(asked: Asked) -> Paper:
    row = WorkPlan.objects.select_related("unit").get(pk=asked.target)
    return Paper(
        layout=Layout.REPORT,
        title=f"{row.unit.name}{asked.cycle.year}年公述民评工作方案",
        blocks=[Text(row.text)],
        signer=row.unit.name,
        day=timezone.localdate(row.submitted_at) if row.submitted_at else None,
    )


PRINTABLES = (
    Printable(
        "work-plan",
        "工作方案",
        _("Work plan"),
        Folder.SCOPE,
        Kind.REPORT,
        Scope.UNIT,
        work_plans,
        both(work_plan_paper),
    ),
    Printable(
        "scope-list",
        "评议对象范围表（附件1）",
        _("Scope list (Annex 1)"),
        Folder.SCOPE,
        Kind.FORM,
        Scope.UNIT,
        scope_lists,
        {**both(scope_paper), "xlsx": scope_workbook},
        link=at("roster:annex-file", "code", forms=("pdf", "docx")),
    ),
)
