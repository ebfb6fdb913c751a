from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from evaluation.cycle.models import Cycle
from evaluation.portal.addresses import cycle_of
from evaluation.portal.pages import listed_results
from evaluation.portal.public import public_cycles
from evaluation.results.export import results_bytes
from evaluation.workbooks.writing import Table, Written, write_csv, write_workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PUBLISHED = Q(publications__status__in=["notice", "final"])


def open_data(request: HttpRequest) -> HttpResponse:
    cycles = public_cycles().annotate(pools=Count("publications", filter=PUBLISHED, distinct=True)).filter(pools__gt=0)
    return render(request, "portal/open_data_page.html", {"cycles": cycles})


def results_file(request: HttpRequest, year: int) -> HttpResponse:
    cycle = cycle_of(year)
    if not listed_results(cycle).exists():
        raise Http404
    return _file(results_bytes(cycle), "application/json", f"minping-results-{year}.json")


def results_workbook(request: HttpRequest, year: int) -> HttpResponse:
    cycle = cycle_of(year)
    table = Table(
        title=str(year),
        heading=cycle.title,
        lead=_("As published up to %(day)s") % {"day": timezone.localdate().isoformat()},
        measure=_("In points"),
        header=_header(),
        rows=_rows(cycle),
        widths=[12, 22, 7, 11, 22, 28, 11, 11, 8, 11, 12, 32],
        kept=4,
    )
    return _file(write_workbook([table]), XLSX, f"minping-results-{year}.xlsx")


def results_csv(request: HttpRequest, year: int) -> HttpResponse:
    content = write_csv(_header(), _rows(cycle_of(year)))
    return _file(content, "text/csv; charset=utf-8", f"minping-results-{year}.csv")


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=content_type, headers=headers)


def _header() -> list[str]:
    return [
        _("Track"),
        _("Organising unit"),
        _("Rank"),
        _("Name"),
        _("Unit"),
        _("Post"),
        _("Democratic evaluation"),
        _("Daily assessment"),
        _("Bonus"),
        _("Composite score"),
        _("State"),
        _("Public address"),
    ]


def _rows(cycle: Cycle) -> Iterable[list[Written]]:
    for result in listed_results(cycle):
        yield _row(cycle, result)


def _row(cycle: Cycle, result: Any) -> list[Written]:
    publication, appraisal = result.publication, result.appraisal
    return [
        publication.get_track_display(),
        publication.organising_unit.name,
        result.rank,
        result.name,
        result.unit_name,
        result.post,
        result.democratic,
        result.daily,
        result.bonus,
        result.composite,
        publication.get_status_display() if result.composite is not None else result.get_status_display(),
        f"/{cycle.year}/{appraisal.home_unit.code}/{appraisal.public_code}/",
    ]
