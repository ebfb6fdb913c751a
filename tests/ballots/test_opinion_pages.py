"""The page on which opinions are read, with script and without, and the page of the cadre."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from evaluation.ballots.models import Opinion
from evaluation.ballots.opinions import hide_opinion, show_opinion
from evaluation.cycle.models import Cycle
from evaluation.daily.models import Complaint
from evaluation.roster.models import Appraisal
from evaluation.units.models import Role, Unit
from tests.factories import appraisal_of, member
from tests.measuring import query_count
from tests.results.conftest import count, counted_box, tally

ClientFor = Callable[[User], Client]
TEXTS = ["李梅推给别人，<script>alert(1)</script>", "办事利索，态度也好。", "窗口上周二下午没有人值守"]
LIST = "ballots:opinion-list"


@pytest.fixture
def appraisal(cycle: Cycle, unit: Unit) -> Appraisal:
    appraisal_of(cycle=cycle, unit=unit, name="李梅")
    return appraisal_of(cycle=cycle, unit=unit, name="陈卫东", user=member(role=Role.CADRE, unit=unit))


@pytest.fixture
def opinions(cycle: Cycle, unit: Unit, appraisal: Appraisal) -> list[Opinion]:
    return written(cycle, appraisal, TEXTS)


def written(cycle: Cycle, appraisal: Appraisal, texts: list[str]) -> list[Opinion]:
    box = counted_box(cycle=cycle, unit=appraisal.organising_unit, appraisals=[appraisal])
    tally(box, appraisal, "own_unit", satisfied=6)
    made = [Opinion.objects.create(box=box, appraisal=appraisal, text=text) for text in texts]
    count(box)
    return made


def decide(opinion: Opinion) -> str:
    return reverse("ballots:opinion-decide", args=[2012, opinion.pk])


def test_the_page_marks_names_and_shows_what_was_typed_as_text(
    client_for: ClientFor, unit_admin: User, opinions: list[Opinion]
) -> None:
    page = client_for(unit_admin).get(reverse(LIST, args=[2012])).content.decode()

    assert '<mark class="opinion-mark opinion-mark-proposed">李梅</mark>' in page
    assert "&lt;script&gt;alert(1)" in page
    assert 'data-read="0" data-total="3"' in page


def test_one_press_without_script_goes_on_to_the_next(
    client_for: ClientFor, unit_admin: User, opinions: list[Opinion]
) -> None:
    client = client_for(unit_admin)

    answer = client.post(decide(opinions[0]), {"show": "efficiency", "back": "status=pending&evil=//x.cn"})

    opinions[0].refresh_from_db()
    assert (opinions[0].status, opinions[0].aspect) == ("shown", "efficiency")
    assert answer["Location"] == reverse(LIST, args=[2012]) + f"?status=pending#opinion-{opinions[1].pk}"


def test_the_last_one_leads_to_the_list(client_for: ClientFor, office: User, opinions: list[Opinion]) -> None:
    answer = client_for(office).post(decide(opinions[2]), {"hide": "offends"})

    assert answer["Location"] == reverse(LIST, args=[2012])


@pytest.mark.parametrize(
    ("posted", "status", "shown"),
    [
        ({"redact": "1", "word": ["李梅"], "more": "alert、别人"}, "shown", "××推给××，<script>××(1)</script>"),
        ({"hide": "third_person"}, "hidden", ""),
        ({"hide": "own", "reason": "与工作无关"}, "hidden", ""),
        ({"hide": "own", "reason": " "}, "pending", ""),
        ({"show": "beauty"}, "pending", ""),
        ({"undo": "1"}, "pending", ""),
    ],
)
def test_what_a_press_does(
    client_for: ClientFor, office: User, opinions: list[Opinion], posted: dict[str, object], status: str, shown: str
) -> None:
    client_for(office).post(decide(opinions[0]), posted)

    opinions[0].refresh_from_db()
    assert (opinions[0].status, opinions[0].shown_text) == (status, shown)


def test_with_script_one_row_comes_back_and_an_error_keeps_it(
    client_for: ClientFor, office: User, opinions: list[Opinion]
) -> None:
    client = client_for(office)

    row = client.post(decide(opinions[0]), {"show": ""}, headers={"X-Answer": "row"})
    refused = client.post(decide(opinions[1]), {"hide": "own"}, headers={"X-Answer": "row"})

    assert row.content.decode().count("<article") == 1
    assert 'data-status="shown"' in row.content.decode()
    assert (refused.status_code, refused["Content-Type"]) == (409, "text/plain; charset=utf-8")


def test_the_cadre_reads_own_shown_ones_alone(
    client_for: ClientFor, cycle: Cycle, office: User, unit: Unit, appraisal: Appraisal, opinions: list[Opinion]
) -> None:
    other = appraisal_of(cycle=cycle, unit=unit, name="别人")
    [about_other] = written(cycle, other, ["别人的意见"])
    show_opinion(opinion=about_other, actor=office)
    show_opinion(opinion=opinions[0], actor=office, aspect="style", words=["李梅"])
    hide_opinion(opinion=opinions[1], reason="涉及他人", actor=office)
    assert appraisal.cadre.user is not None

    page = client_for(appraisal.cadre.user).get(reverse("ballots:opinion-own", args=[2012])).content.decode()

    assert "××推给别人" in page
    assert not any(text in page for text in ("李梅", TEXTS[1], TEXTS[2], "别人的意见"))


@pytest.mark.parametrize("role", ["approver", "organisation"])
def test_who_does_not_moderate_never_reads_the_original(
    request: pytest.FixtureRequest, client_for: ClientFor, office: User, opinions: list[Opinion], role: str
) -> None:
    show_opinion(opinion=opinions[0], actor=office, words=["李梅"])

    page = client_for(request.getfixturevalue(role)).get(reverse(LIST, args=[2012])).content.decode()

    assert "××推给别人" in page
    assert not any(text in page for text in ("李梅推给", TEXTS[1], TEXTS[2], "data-decide"))


@pytest.mark.parametrize(("name", "role"), [("other_admin", 404), ("approver", 403), ("auditor", 403)])
def test_strangers_decide_nothing(
    request: pytest.FixtureRequest, client_for: ClientFor, opinions: list[Opinion], name: str, role: int
) -> None:
    assert client_for(request.getfixturevalue(name)).post(decide(opinions[0]), {"show": ""}).status_code == role
    assert not Opinion.objects.exclude(status="pending").exists()


@pytest.mark.parametrize(
    "query", ["status=x", "page=999", "unit=1e9", "cadre=99999999999999999999", "status=all&unit=0"]
)
def test_forged_filters_break_nothing(client_for: ClientFor, office: User, opinions: list[Opinion], query: str) -> None:
    assert client_for(office).get(reverse(LIST, args=[2012]) + f"?{query}").status_code == 200


def test_three_cost_as_many_queries_as_one(
    client_for: ClientFor, cycle: Cycle, unit: Unit, other_unit: Unit, office: User
) -> None:
    client, url = client_for(office), reverse(LIST, args=[2012])
    written(cycle, appraisal_of(cycle=cycle, unit=unit), ["一条意见"])
    one = query_count(client, url)
    written(cycle, appraisal_of(cycle=cycle, unit=unit), ["两条意见"])
    written(cycle, appraisal_of(cycle=cycle, unit=other_unit), ["三条意见"])

    assert query_count(client, url) == one


def test_turned_into_a_complaint_it_says_so_and_offers_it_no_more(
    client_for: ClientFor, unit_admin: User, opinions: list[Opinion]
) -> None:
    client = client_for(unit_admin)
    address = reverse("daily:complaint-from-opinion", args=[2012, opinions[2].pk])
    assert address in client.get(reverse(LIST, args=[2012])).content.decode()

    client.post(address)

    assert Complaint.objects.get().text == TEXTS[2]
    assert address not in client.get(reverse(LIST, args=[2012])).content.decode()
