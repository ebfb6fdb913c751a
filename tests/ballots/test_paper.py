"""Paper: keyed by one, checked by another."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from evaluation.ballots.models import PaperCount
from evaluation.ballots.paper import PaperMismatch, check_paper, discard_paper, key_paper, set_hall_numbers
from evaluation.ballots.paper_forms import total_field
from evaluation.ballots.tellers import make_teller_slip
from evaluation.errors import DomainError
from tests.ballots.conftest import Hall
from tests.ballots.test_boxes import refused
from tests.ballots.test_counting import totals


@pytest.fixture
def paper(hall: Hall) -> Hall:
    """Closed, ten ballots of representatives collected."""
    hall.open()
    hall.close()
    group = hall.box.groups.get(group="representative")
    set_hall_numbers(group=group, actor=hall.office, printed=12, leftover=1, collected=10)
    return hall


def key(hall: Hall, who: str = "user:1", good: int = 9) -> PaperCount:
    first, second = hall.box.spec["grades"][:2]
    rows = totals(hall, **{first: good, second: 9 - good})
    return key_paper(box=hall.box, group="representative", valid=9, invalid=1, totals=rows, who=who)


def check(hall: Hall, who: str = "user:2", good: int = 9) -> PaperCount:
    first, second = hall.box.spec["grades"][:2]
    rows = totals(hall, **{first: good, second: 9 - good})
    return check_paper(box=hall.box, group="representative", valid=9, invalid=1, totals=rows, who=who)


def test_the_same_person_cannot_check(paper: Hall) -> None:
    key(paper)
    with refused("same_person"):
        check(paper, "user:1")


def test_a_difference_is_shown_row_by_row(paper: Hall) -> None:
    key(paper)
    with pytest.raises(PaperMismatch) as mismatch:
        check(paper, good=8)
    assert len(mismatch.value.differences) == 2 * len(paper.box.spec["aspects"]) * 2
    assert PaperCount.objects.get().state == "keyed"


def test_agreement_counts(paper: Hall) -> None:
    key(paper)
    assert check(paper).state == "checked"
    with refused("checked"):
        key(paper)


def test_the_first_may_key_again(paper: Hall) -> None:
    key(paper, good=5)
    key(paper, good=9)
    assert check(paper).state == "checked"


def test_a_row_sums_to_the_valid_ballots(paper: Hall) -> None:
    grade = paper.box.spec["grades"][0]
    with refused("rows"):
        key_paper(
            box=paper.box, group="representative", valid=9, invalid=1, totals=totals(paper, **{grade: 8}), who="a"
        )


@pytest.mark.parametrize("valid", [9, 11])
def test_valid_and_invalid_are_those_collected(paper: Hall, valid: int) -> None:
    rows = totals(paper, **{paper.box.spec["grades"][0]: valid})
    with refused("numbers"):
        key_paper(box=paper.box, group="representative", valid=valid, invalid=0, totals=rows, who="a")


@pytest.mark.parametrize(
    "numbers",
    [
        {"printed": 10, "leftover": 11},
        {"printed": 10, "leftover": 2, "handed_out": 9},
        {"printed": 10, "collected": 5},
    ],
)
def test_numbers_of_the_hall_must_agree(hall: Hall, numbers: dict[str, int]) -> None:
    with refused("numbers"):
        set_hall_numbers(group=hall.box.groups.get(group="representative"), actor=hall.office, **numbers)


def test_the_third_look_throws_both_entries_away(paper: Hall) -> None:
    key(paper)
    check(paper)
    discard_paper(box=paper.box, group="representative", actor=paper.scrutineer)
    assert not PaperCount.objects.exists()


def typed(hall: Hall, good: int = 9) -> dict[str, str]:
    first = hall.box.spec["grades"][0]
    spec = hall.box.spec
    cells = {total_field(one, aspect, first): str(good) for one in spec["appraisals"] for aspect in spec["aspects"]}
    return {"valid": str(good), "invalid": "1", **cells}


def test_two_tellers_key_over_http(paper: Hall) -> None:
    address = reverse("vote:teller-paper", args=["representative"])
    for name in ("张三", "李四"):
        _slip, code = make_teller_slip(box=paper.box, name=name, actor=paper.office)
        client = Client()
        assert client.get(address).status_code == 302
        client.post(reverse("vote:teller-enter"), {"code": code})
        assert client.get(address).status_code == 200
        if name == "李四":
            wrong = client.post(address, {**typed(paper), "invalid": "0"})
            assert wrong.context["differences"]
        assert client.post(address, typed(paper)).status_code == 302
        assert client.get(reverse("vote:teller-home")).status_code == 200
    assert PaperCount.objects.get().state == "checked"


def test_a_wrong_teller_code_opens_nothing(paper: Hall) -> None:
    answer = Client().post(reverse("vote:teller-enter"), {"code": "1" * 12})
    assert answer.status_code == 400
    assert "teller" not in answer.cookies


def test_a_teller_has_one_slip(paper: Hall, office: User) -> None:
    make_teller_slip(box=paper.box, name="张三", actor=office)
    with pytest.raises(DomainError):
        make_teller_slip(box=paper.box, name="张三", actor=office)


def test_the_signed_sheet_is_kept_as_a_scan(paper: Hall, client_for: Callable[[User], Client]) -> None:
    scan = SimpleUploadedFile("唱票计票单.pdf", b"%PDF-1.4 signed %%EOF")
    year = paper.box.cycle.year
    address = reverse("ballots:paper-key", args=[year, paper.box.pk, "representative"])
    assert client_for(paper.office).post(address, {**typed(paper), "scan": scan}).status_code == 302
    assert client_for(paper.office).post(address, typed(paper)).status_code == 302

    kept = PaperCount.objects.get().scan
    assert kept is not None and kept.name == "唱票计票单.pdf"
    download = reverse("ballots:paper-scan", args=[year, paper.box.pk, "representative"])
    answer = client_for(paper.scrutineer).get(download)
    assert b"".join(answer.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]


def test_what_is_no_scan_is_refused_and_nothing_recorded(paper: Hall, client_for: Callable[[User], Client]) -> None:
    address = reverse("ballots:paper-key", args=[paper.box.cycle.year, paper.box.pk, "representative"])
    page = client_for(paper.office).post(address, {**typed(paper), "scan": SimpleUploadedFile("x.pdf", b"<script>")})
    assert page.status_code == 400
    assert not PaperCount.objects.exists()
