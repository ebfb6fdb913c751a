"""Totals from a workbook: into the fields, never recorded by itself, never one file for both entries."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from evaluation.ballots.models import PaperCount
from evaluation.ballots.paper import set_hall_numbers
from evaluation.ballots.paper_files import Totals, note_file, read_totals_file, totals_workbook
from evaluation.ballots.paper_forms import total_field
from evaluation.ballots.sheets import Spec
from evaluation.ballots.tellers import make_teller_slip
from evaluation.ballots.voter_pages import BlankSheet, blank_sheet
from evaluation.errors import DomainError
from evaluation.workbooks import write_csv
from tests.ballots.conftest import Hall

SignIn = Callable[[User], Client]


@pytest.fixture
def paper(hall: Hall) -> Hall:
    hall.open()
    hall.close()
    group = hall.box.groups.get(group="representative")
    set_hall_numbers(group=group, actor=hall.office, printed=12, leftover=1, collected=10)
    return hall


@pytest.fixture
def blank(paper: Hall) -> BlankSheet:
    return blank_sheet(paper.box.pk, Spec.from_values(paper.box.spec))


def filled(blank: BlankSheet, good: int = 9) -> Totals:
    first = blank.grades[0].word
    return Totals(9, 1, {one.id: {aspect.code: {first: good} for aspect in blank.aspects} for one in blank.people})


def book(blank: BlankSheet, good: int = 9) -> bytes:
    return totals_workbook(blank, group="两代表一委员", totals=filled(blank, good))


def url(hall: Hall) -> str:
    return reverse("ballots:paper-key", args=[hall.box.cycle.year, hall.box.pk, "representative"])


def upload(data: bytes) -> dict[str, object]:
    return {"read": "1", "totals": SimpleUploadedFile("计票.xlsx", data)}


def test_form_and_figures_read_back(blank: BlankSheet) -> None:
    found = read_totals_file(data=book(blank), name="a.xlsx", blank=blank)

    first = blank.grades[0].word
    assert (found["valid"], found["invalid"]) == ("9", "1")
    fields = {total_field(one.id, aspect.code, first) for one in blank.people for aspect in blank.aspects}
    assert {found[field] for field in fields} == {"9"}


def test_empty_form_says_nothing(blank: BlankSheet) -> None:
    found = read_totals_file(data=totals_workbook(blank, group="公众"), name="a.xlsx", blank=blank)
    assert set(found.values()) == {""}
    assert "valid" not in found


def line(blank: BlankSheet, *, name: str = "", aspect: str = "", figure: str = "9") -> Sequence[str]:
    return ["1", name or blank.people[0].name, aspect or blank.aspects[0].label, figure]


@pytest.mark.parametrize(
    "given",
    [
        pytest.param([{"name": "无名氏"}], id="nobody"),
        pytest.param([{"aspect": "气质"}], id="no aspect"),
        pytest.param([{"figure": "九"}], id="no number"),
        pytest.param([{"figure": "-1"}], id="below zero"),
        pytest.param([{"figure": "8.5"}], id="half a ballot"),
        pytest.param([{}, {}], id="twice"),
    ],
)
def test_rows_that_cannot_be(blank: BlankSheet, given: list[dict[str, str]]) -> None:
    data = write_csv(["序号", "姓名", "评议内容", blank.grades[0].label], [line(blank, **one) for one in given])
    with pytest.raises(DomainError) as refused:
        read_totals_file(data=data, name="a.csv", blank=blank)
    assert refused.value.code == "rows"
    assert "2" in str(refused.value) or "3" in str(refused.value)


@pytest.mark.parametrize("data", [b"%PDF-1.4", b"", write_csv(["a", "b"], [["1", "2"]])], ids=["PDF", "empty", "other"])
def test_files_that_are_none(blank: BlankSheet, data: bytes) -> None:
    with pytest.raises(DomainError):
        read_totals_file(data=data, name="a.xlsx", blank=blank)


def test_page_shows_and_records_nothing(client_for: SignIn, paper: Hall, blank: BlankSheet) -> None:
    client = client_for(paper.scrutineer)
    response = client.post(url(paper), upload(book(blank)))

    assert response.status_code == 200
    assert response.context["read"]
    assert response.context["valid"] == "9"
    assert not PaperCount.objects.exists()


def test_first_by_file_second_from_the_sheet(client_for: SignIn, paper: Hall, blank: BlankSheet) -> None:
    first, second = client_for(paper.scrutineer), client_for(paper.office)
    found = read_totals_file(data=book(blank), name="a.xlsx", blank=blank)
    first.post(url(paper), upload(book(blank)))
    assert first.post(url(paper), found).status_code == 302
    assert PaperCount.objects.get().keyed_by == f"user:{paper.scrutineer.pk}"

    assert first.post(url(paper), found).status_code == 302  # the first may key again, and never checks
    assert PaperCount.objects.get().state == "keyed"
    assert second.post(url(paper), found).status_code == 302
    assert PaperCount.objects.get().state == "checked"


def test_one_file_is_not_both_entries(client_for: SignIn, paper: Hall, blank: BlankSheet) -> None:
    data = book(blank)
    client_for(paper.scrutineer).post(url(paper), upload(data))
    client_for(paper.scrutineer).post(url(paper), upload(data))  # the same person may look again
    response = client_for(paper.office).post(url(paper), upload(data))

    assert response.status_code == 400
    assert not response.context["read"]


def test_totals_are_given_out_only_when_both_agree(client_for: SignIn, paper: Hall, blank: BlankSheet) -> None:
    client = client_for(paper.scrutineer)
    found = read_totals_file(data=book(blank), name="a.xlsx", blank=blank)
    client.post(url(paper), found)

    def given() -> dict[str, str]:
        data = client.get(url(paper), {"form": "xlsx"}).content
        return read_totals_file(data=data, name="a.xlsx", blank=blank)

    assert "valid" not in given()
    client_for(paper.office).post(url(paper), found)
    assert {key: value for key, value in given().items() if value not in ("", "0")} == {
        key: value for key, value in found.items() if value not in ("", "0")
    }


def test_teller_with_a_slip(paper: Hall, blank: BlankSheet) -> None:
    _slip, code = make_teller_slip(box=paper.box, name="李四", actor=paper.scrutineer)
    client = Client()
    client.post(reverse("vote:teller-enter"), {"code": code})
    response = client.post(reverse("vote:teller-paper", args=["representative"]), upload(book(blank)))
    assert response.context["valid"] == "9"


def test_box_that_is_open_takes_no_file(client_for: SignIn, hall: Hall) -> None:
    hall.open()
    blank = blank_sheet(hall.box.pk, Spec.from_values(hall.box.spec))
    response = client_for(hall.scrutineer).post(url(hall), upload(book(blank)))
    assert response.status_code == 400


def test_the_file_of_another_group_is_another_file(paper: Hall) -> None:
    note_file(box=paper.box, group="representative", data=b"x", who="user:1")
    note_file(box=paper.box, group="own_unit", data=b"x", who="user:2")
    with pytest.raises(DomainError) as refused:
        note_file(box=paper.box, group="own_unit", data=b"x", who="user:1")
    assert refused.value.code == "same_file"


def test_namesakes_are_told_by_their_number_on_the_sheet(blank: BlankSheet) -> None:
    people = tuple(replace(one, name="张三") for one in blank.people[:2])
    header = ["序号", "姓名", "评议内容", blank.grades[0].label]
    rows = [[str(number), "张三", blank.aspects[0].label, str(number + 4)] for number in (1, 2)]
    found = read_totals_file(data=write_csv(header, rows), name="a.csv", blank=replace(blank, people=people))
    first = blank.grades[0].word
    assert [found[total_field(one.id, blank.aspects[0].code, first)] for one in people] == ["5", "6"]
