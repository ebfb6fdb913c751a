"""The catalogue against the table of documents that the year needs."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.urls import resolve
from django.utils.translation import override

from accounts.models import User
from evaluation.archive.catalogue import BY_CODE, CATALOGUE
from evaluation.archive.printable import Folder, Item, Printable
from evaluation.archive.shelf import Shelf
from evaluation.archive.shown import sections_of
from evaluation.meetings.models import ReportMeeting
from evaluation.units.models import Unit
from tests.factories import appraisal_of, pledge_of, published_pool, unit_of

# A row of the table: the papers that it names, and the formats in which each of them is asked for at least.
TABLE: dict[str, tuple[set[str], set[str]]] = {
    "Annex 1 scope list": ({"scope-list"}, {"pdf", "docx", "xlsx"}),
    "pledge poster": ({"poster-a4", "poster-a3"}, {"pdf"}),
    "media list": ({"media-list"}, {"xlsx"}),
    "unit board, desk plate": ({"board", "plates"}, {"pdf"}),
    "meeting pack": ({"host-script", "agenda", "sign-in", "invitations"}, {"pdf", "docx"}),
    "name plates": ({"name-plates"}, {"pdf"}),
    "inquiries": ({"inquiries"}, {"pdf", "docx"}),
    "Annex 2-1 ballot": ({"ballot"}, {"pdf"}),
    "pass slips, once": ({"pass-slips"}, set()),
    "tally sheet, sealing slip": ({"tally-sheet", "sealing-slip"}, {"pdf", "docx"}),
    "count report": ({"count-report"}, {"pdf", "docx", "xlsx"}),
    "Annex 2-2 bonus claim": ({"bonus-claim"}, {"pdf", "docx"}),
    "Annex 3-1 summary": ({"summary"}, {"pdf", "docx", "xlsx"}),
    "Annex 3-2 daily score": ({"year-sheet", "month-sheet"}, {"pdf", "docx", "xlsx"}),
    "result feedback": ({"feedback"}, {"pdf", "docx"}),
    "result notice": ({"public-notice"}, {"pdf", "docx", "xlsx"}),
    "circular": ({"circular"}, {"pdf", "docx"}),
    "rectification notice": ({"rectification-notice"}, {"pdf", "docx"}),
    "rectification plan and ledger": ({"rectification-plan", "ledger"}, {"pdf", "docx", "xlsx"}),
    "Annex 4 recommendation": ({"recommendation"}, {"pdf", "docx"}),
    "annual-assessment export": ({"assessment"}, {"pdf", "docx", "xlsx"}),
    "complaint register, inquiry record": ({"complaint-register", "complaint-record"}, {"pdf", "docx", "xlsx"}),
    "audit record": ({"audit-record"}, set()),
    "duty report": ({"duty-report"}, {"pdf", "docx"}),
}
DESIGN = Path(__file__).parents[3] / "shared" / "design" / "documents.md"


@pytest.mark.parametrize("row", TABLE)
def test_every_document_of_the_table_can_be_printed(row: str) -> None:
    codes, formats = TABLE[row]
    assert codes <= BY_CODE.keys()
    assert all(formats <= set(BY_CODE[code].formats) for code in codes)


def test_the_table_here_has_every_row_of_the_design() -> None:
    if not DESIGN.exists():
        pytest.skip("the design lies beside the checkout")
    rows = [line.split("|")[1].strip() for line in DESIGN.read_text("utf-8").splitlines() if line.startswith("| ")]
    told = " ".join(TABLE)
    first_words = {row.split(" ")[0].strip(",") for row in rows} - {"document", "---"}
    assert {word for word in first_words if word not in told} == set()


def test_what_is_not_drawn_here_has_a_page() -> None:
    assert [one.code for one in CATALOGUE if not one.formats and not one.page] == []


def test_codes_are_told_once() -> None:
    assert len(BY_CODE) == len(CATALOGUE)


def test_the_pack_is_in_the_order_of_use() -> None:
    pack = sorted((one for one in CATALOGUE if one.in_pack), key=lambda one: one.in_pack)
    assert [one.code for one in pack] == [
        "host-script", "agenda", "sign-in", "name-plates", "invitations", "inquiries", "ballot", "tally-sheet",
        "count-report", "sealing-slip",
    ]  # fmt: skip


def items_of(shelf: Shelf) -> Iterator[tuple[Printable, Item]]:
    yield from ((one, item) for one in CATALOGUE for item in one.items(shelf))


@pytest.fixture
def full(small: Shelf, office: User) -> Shelf:
    rows = small.appraisals
    pledge_of(appraisal=rows[0], status="published")
    published_pool(cycle=small.cycle, appraisals=rows)
    ReportMeeting.objects.create(
        cycle=small.cycle, unit=small.units[0], title="会议", starts_at="2012-11-01T09:00+08:00"
    )
    return Shelf(small.cycle, office, small.units, is_city=True)


def test_every_link_leads_to_a_download(full: Shelf) -> None:
    links = {
        url
        for section in sections_of(full)
        for row in section.rows
        for line in row.lines
        for _label, url, _form in line.downloads
    }
    assert len(links) > 40
    assert all(resolve(url.partition("?")[0]) for url in links)


def test_what_is_missing_says_why_in_chinese(full: Shelf) -> None:
    with override("zh-hans"):
        reasons = {str(item.why_not) for _one, item in items_of(full) if item.why_not}
    assert len(reasons) > 5
    assert not [reason for reason in reasons if reason.isascii()]


def test_every_printable_names_its_folder_and_title(full: Shelf) -> None:
    assert all(one.title and one.folder in Folder and one.label for one in CATALOGUE)


@pytest.mark.parametrize("units", [1, 4])
def test_a_shelf_costs_the_same_for_any_number(
    full: Shelf, units: int, django_assert_num_queries: Callable[..., object]
) -> None:
    made: list[Unit] = [*full.units]
    for _n in range(units):
        unit = unit_of()
        rows = [appraisal_of(cycle=full.cycle, unit=unit) for _m in range(units)]
        pledge_of(appraisal=rows[0], status="published")
        published_pool(cycle=full.cycle, appraisals=rows)
        made.append(unit)
    shelf = Shelf(full.cycle, full.user, made, is_city=True)
    with django_assert_num_queries(20):  # type: ignore[attr-defined]
        list(items_of(shelf))
