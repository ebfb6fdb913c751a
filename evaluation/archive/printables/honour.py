"""What results are used for, on paper: Annex 4 and the list for the annual assessment (C27, C31)."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluation.archive.printable import Asked, Folder, Item, Kind, Printable, Scope, at, both
from evaluation.archive.shelf import Shelf
from evaluation.cycle.models import Track
from evaluation.documents.paper import Paper
from evaluation.recognition.assessment import assessment_workbook
from evaluation.recognition.models import Recommendation
from evaluation.recognition.papers import assessment_paper, recommendation_paper
from evaluation.registry.models import Kind as Issued
from evaluation.registry.services import about_of
from evaluation.roster.models import Appraisal, AppraisalQuerySet
from evaluation.units.models import Role, Unit


def recommendations(shelf: Shelf) -> list[Item]:
    """Every unit that has mid-level cadres recommends one (C27)."""
    units = {row.organising_unit_id for row in shelf.taking_part if row.track == Track.MID_LEVEL}
    return [_recommendation(unit, shelf.recommendations.get(unit.pk)) for unit in shelf.units if unit.pk in units]


def _recommendation(unit: Unit, row: Recommendation | None) -> Item:
    if row is None or row.status != Recommendation.Status.SUBMITTED:
        return Item("", unit, why_not=_("The recommendation is not handed in yet."))
    return Item(
        target=str(row.pk),
        unit=unit,
        name=row.appraisal.name,
        about=f"{Issued.RECOMMENDATION} {about_of(row)}",
        author=unit.name,
        dated=timezone.localdate(row.submitted_at) if row.submitted_at else None,
        keys={"pk": row.pk},
    )


def of_city(shelf: Shelf) -> list[Item]:
    return [Item("city", None, author=shelf.cycle.office_name)] if shelf.is_city else []


def recommendation(asked: Asked) -> Sequence[Paper]:
    return recommendation_paper(Recommendation.objects.for_list().get(pk=asked.target))


def assessment(asked: Asked) -> Paper:
    return assessment_paper(asked.cycle, _seen(asked))


def assessment_book(asked: Asked) -> bytes:
    return assessment_workbook(cycle=asked.cycle, appraisals=_seen(asked))


def _seen(asked: Asked) -> AppraisalQuerySet:
    return Appraisal.objects.all() if asked.user is None else Appraisal.objects.visible_to(asked.user)


PRINTABLES = (
    Printable(
        "recommendation",
        "最优秀中层干部推荐表及事迹材料（附件4）",
        _("Recommendation form with deeds (Annex 4)"),
        Folder.HONOUR,
        Kind.FORM,
        Scope.UNIT,
        recommendations,
        both(recommendation),
        link=at("recognition:recommendation-file", "pk"),
    ),
    Printable(
        "assessment",
        "公述民评结果年度考核运用表",
        _("List for the annual assessment"),
        Folder.HONOUR,
        Kind.REPORT,
        Scope.CITY,
        of_city,
        {**both(assessment), "xlsx": assessment_book},
        who=frozenset({Role.OFFICE, Role.AUDITOR}),
        link=at("recognition:assessment-file", forms=("pdf", "docx")),
    ),
    Printable(
        "audit-record",
        "操作记录",
        _("Record of actions"),
        Folder.OTHER,
        Kind.REPORT,
        Scope.CITY,
        of_city,
        page=lambda _year, _item: reverse("audit:event-list"),
        in_file=False,
        hint=_("As filtered on its page; every export is on record itself."),
        who=frozenset({Role.OFFICE, Role.AUDITOR}),
    ),
)
