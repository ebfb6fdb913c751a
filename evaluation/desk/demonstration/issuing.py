"""Documents as issued: the office's numbers, papers of a final list with and without a scan, circulars (C10)."""

from django.core.files.uploadedfile import SimpleUploadedFile

from evaluation.desk.demonstration.city import City
from evaluation.desk.demonstration.drawings import certificate
from evaluation.desk.demonstration.meeting import meeting_day
from evaluation.desk.demonstration.outcomes import publication_of
from evaluation.desk.demonstration.story import Act
from evaluation.registry.models import IssuedDocument, Kind
from evaluation.registry.services import add_scan, set_series
from evaluation.results.services import draft_circular, issue_circular, keep_paper

# 机关代字 of the office, one for each kind of document.
SIGNS = {Kind.RECTIFICATION_NOTICE: "云效能整改", Kind.CIRCULAR: "云效能通报"}
LIST = "minzheng"


def story(city: City) -> list[Act]:
    day = meeting_day(city, LIST)
    return [
        Act(city.near(day, 20, 9), _number),
        Act(city.near(day, 38, 9), _keep),
        Act(city.near(day, 39, 9), _scan),
        Act(city.moment(-1, 10), _circulate),
        Act(city.moment(-1, 16), _draft_again),
    ]


def _number(city: City) -> None:
    for kind, sign in SIGNS.items():
        set_series(unit=None, kind=kind, year=city.year, prefix=sign, is_automatic=True, actor=city.office)


def _keep(city: City) -> None:
    """The notice of results and Annex 3-1 of the list that is final."""
    for kind in (Kind.PUBLIC_NOTICE, Kind.SUMMARY):
        keep_paper(publication=publication_of(city, LIST), kind=kind, actor=city.approver(LIST))


def _scan(city: City) -> None:
    """Of every kind the first has its scan; the others wait for theirs."""
    for kind in (Kind.RECTIFICATION_NOTICE, Kind.SUMMARY):
        document = IssuedDocument.objects.filter(kind=kind).order_by("pk").first()
        if document is not None:
            actor = city.office if document.unit is None else city.admin(LIST)
            add_scan(document=document, upload=_signed_paper(), actor=actor)


def _signed_paper() -> SimpleUploadedFile:
    return certificate("盖章扫描件")


def _circulate(city: City) -> None:
    """Worded by one account of the office, issued by the other."""
    issue_circular(circular=draft_circular(cycle=city.cycle, actor=city.second_office), actor=city.office)


def _draft_again(city: City) -> None:
    draft_circular(cycle=city.cycle, actor=city.second_office)
