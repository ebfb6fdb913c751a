"""Step 4 on paper: Annex 3-1, feedback slips, the notice, the analysis, the circular (C10)."""

from collections.abc import Callable

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from evaluation.archive.printable import Asked, Folder, Item, Kind, Printable, Scope, Upload, at, both
from evaluation.archive.shelf import Shelf
from evaluation.cycle.models import Track
from evaluation.documents.paper import Paper
from evaluation.registry.models import Kind as Issued
from evaluation.registry.services import about_of
from evaluation.results.circulars import circular_paper
from evaluation.results.models import Circular, Feedback, Publication, Result
from evaluation.results.papers import analysis_paper, feedback_paper, public_notice_paper, summary_paper
from evaluation.results.workbook import city_workbook, notice_workbook, summary_workbook
from evaluation.units.models import Role

TRACKS = {Track.MID_LEVEL: "中层干部", Track.VILLAGE: "村（社区）干部"}
CITY = frozenset({Role.OFFICE, Role.AUDITOR})
SHOWN = (Publication.Status.NOTICE, Publication.Status.FINAL)


def pools(kind: Issued | None, *, shown: bool = False) -> Callable[[Shelf], list[Item]]:
    """One paper a publication, and one that is missing for each pool that has none; ``shown``: from the notice on."""

    def items(shelf: Shelf) -> list[Item]:
        there = {(row.track, row.organising_unit_id): row for row in shelf.publications}
        judged = {(row.track, row.organising_unit_id) for row in shelf.taking_part}
        return [_pool(shelf, key, there.get(key), kind, shown) for key in sorted(judged | there.keys(), key=str)]

    return items


def _pool(shelf: Shelf, key: tuple[str, int], row: Publication | None, kind: Issued | None, shown: bool) -> Item:
    unit = shelf.unit_by_key[key[1]]
    name = TRACKS.get(Track(key[0]), "") if key[0] != Track.MID_LEVEL else ""
    if row is None:
        return Item("", unit, name, _("The results are not computed yet."))
    why_not: str | Promise = _("The public notice has not begun.") if shown and row.status not in SHOWN else ""
    day = row.notice_from if shown else timezone.localdate(row.computed_at)
    about = f"{kind} {about_of(row)}" if kind else ""
    return Item(str(row.pk), unit, name, why_not, about, author=unit.name, dated=day, keys={"pk": row.pk})


def analyses(shelf: Shelf) -> list[Item]:
    by_key = {str(row.pk): row for row in shelf.publications}
    unwritten = _("The analysis is not written yet.")
    return [
        Item(one.target, one.unit, one.name, unwritten, keys=one.keys)
        if one.target and not by_key[one.target].analysis
        else one
        for one in pools(None)(shelf)
    ]


def slips(shelf: Shelf) -> list[Item]:
    return [_slip(row) for row in shelf.results if row.status == Result.Status.SCORED]


def _slip(row: Result) -> Item:
    unit = row.appraisal.organising_unit
    feedback = getattr(row, "feedback", None)
    if feedback is None:
        return Item("", unit, row.name, _("The result is not fed back yet."))
    scan = (Upload("签收件", feedback.scan),) if feedback.scan else ()
    day = timezone.localdate(feedback.delivered_at) if feedback.delivered_at else feedback.prepared_on
    about = f"{Issued.FEEDBACK} {about_of(feedback)}"
    return Item(
        str(feedback.pk), unit, row.name, "", about, author=unit.name, dated=day, keys={"pk": row.pk}, uploads=scan
    )


def of_publication(paper: Callable[[Publication], Paper]) -> Callable[[Asked], Paper]:
    return lambda asked: paper(_publication(asked))


def book_of_publication(workbook: Callable[[Publication], bytes]) -> Callable[[Asked], bytes]:
    return lambda asked: workbook(_publication(asked))


def _publication(asked: Asked) -> Publication:
    return Publication.objects.for_list().get(pk=asked.target)


def feedback_slip(asked: Asked) -> Paper:
    rows = Feedback.objects.select_related(
        "result__publication__cycle", "result__publication__organising_unit", "result__appraisal"
    )
    return feedback_paper(rows.get(pk=asked.target))


def circulars(shelf: Shelf) -> list[Item]:
    """Those that were issued; a draft is no paper yet."""
    return [_circular(row) for row in shelf.circulars]


def _circular(row: Circular) -> Item:
    is_out = row.status == Circular.Status.ISSUED
    return Item(
        target=str(row.pk),
        unit=None,
        name=row.title,
        why_not="" if is_out else _("The circular is drafted, not issued."),
        about=f"{Issued.CIRCULAR} {about_of(row)}",
        number=row.number,
        author=row.cycle.office_name,
        dated=timezone.localdate(row.issued_at) if row.issued_at else None,
        keys={"pk": row.pk},
    )


def circular(asked: Asked) -> Paper:
    return circular_paper(asked.cycle, Circular.objects.for_list().get(pk=asked.target))


def of_city(shelf: Shelf) -> list[Item]:
    if not shelf.is_city:
        return []
    none = _("The results are not computed yet.")
    return [Item("city", None, why_not="" if shelf.publications else none, author=shelf.cycle.office_name)]


def city_summary(asked: Asked) -> bytes:
    rows = Publication.objects.filter(cycle=asked.cycle)
    seen = rows if asked.user is None else rows.visible_to(asked.user)
    return city_workbook(seen.current(), cycle=asked.cycle)


PRINTABLES = (
    Printable(
        "summary",
        "得分汇总表（附件3-1）",
        _("Summary of scores (Annex 3-1)"),
        Folder.RESULT,
        Kind.FORM,
        Scope.POOL,
        pools(Issued.SUMMARY),
        {**both(of_publication(summary_paper)), "xlsx": book_of_publication(summary_workbook)},
        link=at("results:summary-file", "pk"),
    ),
    Printable(
        "feedback",
        "评议结果反馈单",
        _("Result feedback slip"),
        Folder.RESULT,
        Kind.FORM,
        Scope.CADRE,
        slips,
        both(feedback_slip),
        link=at("results:slip-file", "pk"),
    ),
    Printable(
        "analysis",
        "综合分析报告",
        _("Analysis"),
        Folder.RESULT,
        Kind.REPORT,
        Scope.POOL,
        analyses,
        both(of_publication(analysis_paper)),
        link=at("results:analysis-file", "pk"),
    ),
    Printable(
        "public-notice",
        "评议结果公示",
        _("Notice of results"),
        Folder.RESULT,
        Kind.NOTICE,
        Scope.POOL,
        pools(Issued.PUBLIC_NOTICE, shown=True),
        {**both(of_publication(public_notice_paper)), "xlsx": book_of_publication(notice_workbook)},
        link=at("results:notice-file", "pk"),
    ),
    Printable(
        "circular",
        "通报",
        _("Circular of the office"),
        Folder.RESULT,
        Kind.NOTICE,
        Scope.CITY,
        circulars,
        both(circular),
        link=at("results:circular-file", "pk"),
        who=CITY,
    ),
    Printable(
        "city-summary",
        "全市得分汇总表（附件3-1）",
        _("Summary of scores of the whole city"),
        Folder.RESULT,
        Kind.FORM,
        Scope.CITY,
        of_city,
        {"xlsx": city_summary},
        link=lambda year, _item, _form: reverse("results:city-workbook", args=[year]),
        who=CITY,
    ),
)
