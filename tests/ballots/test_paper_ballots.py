"""Paper keyed ballot by ballot, by two people, compared, and counted with the others."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from evaluation.ballots.counting import count_boxes
from evaluation.ballots.models import Ballot, PaperBallot, PaperCount, Tally
from evaluation.ballots.paper import check_paper, discard_paper, key_paper, set_hall_numbers
from evaluation.ballots.paper_ballots import ballot_differences, key_ballot, progress_of
from evaluation.ballots.sheets import Spec
from evaluation.ballots.tellers import make_teller_slip
from evaluation.errors import DomainError
from tests.ballots.conftest import PASSPHRASE, Hall

pytestmark = pytest.mark.django_db
ClientFor = Callable[[User], Client]
ONE, TWO = "user:1", "teller:2"


@pytest.fixture
def paper(hall: Hall) -> Hall:
    """Three paper ballots of the representatives in a closed box, and one cast by phone."""
    [slip] = hall.make(number=1)
    hall.open()
    hall.cast(slip)
    hall.close()
    group = hall.box.groups.get(group="representative")
    set_hall_numbers(group=group, actor=hall.office, present=10, printed=5, leftover=2, collected=3)
    return hall


def row(hall: Hall, signs: str = "00000") -> dict[int, str]:
    return dict.fromkeys(hall.box.spec["appraisals"], signs)


def key(hall: Hall, number: int, who: str, signs: str | None = "00000") -> PaperCount:
    marks = {} if signs is None else row(hall, signs)
    return key_ballot(box=hall.box, group="representative", number=number, marks=marks, who=who)


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(DomainError) as caught:
        act()
    return caught.value.code


def test_two_equal_entries_become_checked_totals(paper: Hall) -> None:
    for who in (ONE, TWO):
        key(paper, 1, who, "00000")
        key(paper, 2, who, "01?-!")
        count = key(paper, 3, who, None)

    spec = Spec.from_values(paper.box.spec)
    line = count.lines.first()
    assert line is not None
    assert (count.state, count.valid, count.invalid) == ("checked", 2, 1)
    assert (count.keyed_by, count.checked_by) == (ONE, TWO)
    words = [spec.grades[0], spec.grades[1], "dont_know", "abstained", "spoiled"]
    assert [line.marks[aspect].get(word) for aspect, word in zip(spec.aspects, words, strict=True)] == [2, 1, 1, 1, 1]


def test_the_count_writes_them_among_the_others_and_keeps_no_whole_ballot(paper: Hall) -> None:
    for who in (ONE, TWO):
        for number, signs in ((1, "00000"), (2, "11111"), (3, None)):
            key(paper, number, who, signs)

    count_boxes(boxes=[paper.box], scrutineer=paper.scrutineer, passphrase=PASSPHRASE)

    assert not PaperBallot.objects.exists()
    assert Ballot.objects.filter(channel="paper").count() == 2 * 2
    assert (
        sorted(Ballot.objects.filter(channel="paper").values_list("marks", flat=True)) == ["00000"] * 2 + ["11111"] * 2
    )
    assert Tally.objects.filter(channel="paper").values_list("valid", flat=True)[0] == 2


def test_a_count_that_fails_keeps_what_was_keyed(paper: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    for who in (ONE, TWO):
        for number in (1, 2, 3):
            key(paper, number, who)
    set_hall_numbers(
        group=paper.box.groups.get(group="representative"), actor=paper.office,
        present=3, printed=5, leftover=2, collected=3,
    )  # fmt: skip

    assert (
        refusal(lambda: count_boxes(boxes=[paper.box], scrutineer=paper.scrutineer, passphrase=PASSPHRASE))
        == "count_mismatch"
    )
    assert PaperBallot.objects.count() == 6
    assert not Ballot.objects.exists()


def test_differences_are_named_by_ballot_and_cadre_and_put_right_by_either(paper: Hall) -> None:
    for number in (1, 2, 3):
        key(paper, number, ONE)
    key(paper, 1, TWO)
    key(paper, 2, TWO, "00100")
    count = key(paper, 3, TWO, None)
    spec = Spec.from_values(paper.box.spec)

    found = ballot_differences(count, spec, 3)
    assert [(one.number, one.appraisal, one.place, one.first, one.second) for one in found] == [
        (2, spec.appraisals[0], 2, "0", "1"),
        (2, spec.appraisals[1], 2, "0", "1"),
        (3, None, 0, "valid", "invalid"),
    ]
    assert count.state == "keyed"

    key(paper, 2, ONE, "00100")
    assert key(paper, 3, TWO).state == "checked"


def test_nobody_sees_differences_before_both_are_done(paper: Hall) -> None:
    key(paper, 1, ONE)
    count = key(paper, 1, TWO, "11111")

    assert ballot_differences(count, Spec.from_values(paper.box.spec), 3) == []


def test_one_person_is_one_entry(paper: Hall) -> None:
    for number in (1, 2, 3, 1, 2, 3):
        count = key(paper, number, ONE)

    assert count.state == "keyed"
    assert PaperBallot.objects.count() == 3


def test_a_third_person_keys_nothing(paper: Hall) -> None:
    key(paper, 1, ONE)
    key(paper, 1, TWO)

    assert refusal(lambda: key(paper, 2, "user:3")) == "same_person"


@pytest.mark.parametrize("number", [0, 4])
def test_numbers_are_those_of_the_ballots_collected(paper: Hall, number: int) -> None:
    assert refusal(lambda: key(paper, number, ONE)) == "numbers"


@pytest.mark.parametrize("signs", ["0000", "000000", "0000x", "00009"])
def test_a_row_has_a_mark_of_the_rules_for_every_aspect(paper: Hall, signs: str) -> None:
    assert refusal(lambda: key(paper, 1, ONE, signs)) == "rows"


def test_a_group_is_keyed_one_way_or_the_other(paper: Hall) -> None:
    key(paper, 1, ONE)
    spec = Spec.from_values(paper.box.spec)
    totals = {one: {aspect: {spec.grades[0]: 3} for aspect in spec.aspects} for one in spec.appraisals}
    sheet = {"box": paper.box, "group": "representative", "valid": 3, "invalid": 0, "totals": totals}

    assert refusal(lambda: key_paper(**sheet, who=ONE)) == "by_ballots"
    assert refusal(lambda: check_paper(**sheet, who=TWO)) == "by_ballots"
    discard_paper(box=paper.box, group="representative", actor=paper.scrutineer)
    key_paper(**sheet, who=ONE)
    assert refusal(lambda: key(paper, 1, TWO)) == "totals"


def test_nothing_is_counted_before_both_agree(paper: Hall) -> None:
    for number in (1, 2, 3):
        key(paper, number, ONE)

    counting = {"boxes": [paper.box], "scrutineer": paper.scrutineer, "passphrase": PASSPHRASE}
    assert refusal(lambda: count_boxes(**counting)) == "paper_unchecked"


def test_a_keyed_ballot_never_changes_in_place(paper: Hall) -> None:
    key(paper, 1, ONE)

    with pytest.raises(DatabaseError), transaction.atomic():
        PaperBallot.objects.update(marks={})


def test_progress_names_the_next_ballot(paper: Hall) -> None:
    group = paper.box.groups.get(group="representative")
    key(paper, 2, ONE)

    mine = progress_of(box=paper.box, row=group, who=ONE)
    other = progress_of(box=paper.box, row=group, who=TWO)

    assert (mine.entry, mine.next_number, mine.others) == (1, 1, 0)
    assert (other.entry, other.next_number, other.others) == (2, 1, 1)


def test_an_account_and_a_teller_key_over_their_pages(paper: Hall, client_for: ClientFor, client: Client) -> None:
    _slip, code = make_teller_slip(box=paper.box, name="计票人甲", actor=paper.office)
    client.post(reverse("vote:teller-enter"), {"code": code})
    pages = (
        (client_for(paper.office), reverse("ballots:paper-ballots", args=[2012, paper.box.pk, "representative"])),
        (client, reverse("vote:teller-ballots", args=["representative"])),
    )
    rows = {f"m.{one}": "12890" for one in paper.box.spec["appraisals"]}

    for page, url in pages:
        assert page.get(url).context["number"] == 1
        for number in ("1", "2"):
            assert page.post(url, {"number": number, **rows}).status_code == 302
        assert page.get(url).context["missing"] == [3]
        assert page.post(url, {"number": "3", "invalid": "1"}).status_code == 302

    assert PaperCount.objects.get().state == "checked"


@pytest.mark.parametrize("typed", ["", "123", "1x890", "１２８９０" * 2])
def test_what_was_typed_stays_when_it_says_nothing(paper: Hall, client_for: ClientFor, typed: str) -> None:
    url = reverse("ballots:paper-ballots", args=[2012, paper.box.pk, "representative"])
    field = f"m.{paper.box.spec['appraisals'][0]}"

    answer = client_for(paper.office).post(url, {"number": "1", field: typed})

    assert answer.status_code == 400
    assert answer.context["rows"][0]["value"] == typed
    assert not PaperBallot.objects.exists()


def test_a_ballot_is_opened_again_as_it_was_keyed(paper: Hall, client_for: ClientFor) -> None:
    page = client_for(paper.office)
    url = reverse("ballots:paper-ballots", args=[2012, paper.box.pk, "representative"])
    page.post(url, {"number": "2", **{f"m.{one}": "12089" for one in paper.box.spec["appraisals"]}})

    assert [row["value"] for row in page.get(url, {"number": "2"}).context["rows"]] == ["12089", "12089"]


def test_the_page_of_totals_leads_to_the_ballots(paper: Hall, client_for: ClientFor) -> None:
    page = client_for(paper.office)
    totals = reverse("ballots:paper-key", args=[2012, paper.box.pk, "representative"])
    ballots = reverse("ballots:paper-ballots", args=[2012, paper.box.pk, "representative"])
    assert ballots in page.get(totals).text

    key(paper, 1, ONE)

    assert page.get(totals)["Location"] == ballots
