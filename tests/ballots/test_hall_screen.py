"""The screen of the hall: numbers before the count, figures after the chair's release, in few queries."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from evaluation.ballots.boxes import make_ready, open_box, release_boxes
from evaluation.ballots.counting import count_boxes
from evaluation.ballots.hall_screen import screen_of
from evaluation.ballots.models import BallotBox
from evaluation.ballots.paper import set_hall_numbers
from evaluation.ballots.paper_pages import mark_labels
from evaluation.guard.models import SiteTest
from tests.ballots.conftest import PASSPHRASE, Hall
from tests.measuring import query_count

ClientFor = Callable[[User], Client]
NewBox = Callable[..., BallotBox]


def address(box: BallotBox, name: str = "hall-screen") -> str:
    return reverse(f"ballots:{name}", args=[box.cycle.year, box.pk])


@pytest.fixture
def voting(hall: Hall) -> Hall:
    """Seven slips out, six cast."""
    slips = hall.make(number=7)
    hall.open()
    for slip in slips[:6]:
        hall.cast(slip)
    return hall


def test_numbers_and_nothing_else_before_the_release(client_for: ClientFor, voting: Hall) -> None:
    client = client_for(voting.office)

    for step in ("open", "closed", "counted"):
        if step == "closed":
            voting.close()
        if step == "counted":
            count_boxes(boxes=[voting.box], scrutineer=voting.scrutineer, passphrase=PASSPHRASE)
        page = client.get(address(voting.box))
        assert (page.context["screen"].total.slips, page.context["screen"].total.cast) == (7, 6)
        assert page.context["screen"].report is None
        assert "甲某" not in page.content.decode()


def test_nobody_is_present_at_a_vote_of_the_public(client_for: ClientFor, hall: Hall, new_box: NewBox) -> None:
    client = client_for(hall.office)
    public = new_box(kind="public", groups={"public": 0}, title="公众票箱", opens_at=timezone.now(), takes_paper=False)

    pages = [client.get(address(box)).content.decode() for box in (hall.box, public)]

    assert ["实到" in page for page in pages] == [True, False]


def test_figures_once_the_chair_has_released_them(client_for: ClientFor, voting: Hall) -> None:
    voting.close()
    count_boxes(boxes=[voting.box], scrutineer=voting.scrutineer, passphrase=PASSPHRASE)
    release_boxes(boxes=[voting.refresh()], actor=voting.office)

    page = client_for(voting.office).get(address(voting.box)).content.decode()

    assert "甲某" in page
    assert "hx-trigger" not in page


def test_who_came_and_what_is_out_by_group(voting: Hall) -> None:
    group = voting.box.groups.get(group="representative")
    set_hall_numbers(
        group=group, actor=voting.office, present=19, slips_out=6, printed=20, leftover=8, handed_out=12, collected=None
    )

    lines = screen_of(voting.refresh(), labels=mark_labels()).lines

    line = next(line for line in lines if line.cast)
    assert (line.invited, line.present, line.slips, line.cast, line.paper) == (30, 19, 6, 6, 12)
    assert next(line for line in lines if not line.cast).present is None


@pytest.mark.parametrize(
    "groups", [{"representative": 9}, {"representative": 9, "own_unit": 9, "service_recipient": 9}]
)
def test_the_screen_costs_four_queries_at_most(
    hall: Hall, new_box: NewBox, groups: dict[str, int], django_assert_max_num_queries: Callable[[int], object]
) -> None:
    box = new_box(groups=groups, title="大屏")

    with django_assert_max_num_queries(4):  # type: ignore[attr-defined]
        screen_of(BallotBox.objects.get(pk=box.pk), labels=mark_labels())


def test_the_screen_costs_the_same_for_any_number_of_groups(client_for: ClientFor, hall: Hall, new_box: NewBox) -> None:
    client, one = client_for(hall.office), new_box(groups={"representative": 9}, title="一")
    many = new_box(groups={"representative": 9, "own_unit": 9, "service_recipient": 9}, title="三")

    counts = [query_count(client, address(box, "hall-figures")) for box in (one, many)]

    assert counts[0] == counts[1] <= 8


def test_a_box_on_paper_alone_has_a_screen(client_for: ClientFor, hall: Hall, new_box: NewBox) -> None:
    [box] = make_ready(
        boxes=[new_box(takes_passes=False, title="纸质票箱")], scrutineer=hall.scrutineer, passphrase=PASSPHRASE
    )
    open_box(box=box, actor=hall.scrutineer)

    page = client_for(hall.scrutineer).get(address(box)).content.decode()

    assert "发出纸质票" in page
    assert "手机投票" not in page
    assert "<path" not in page.split("hall-columns")[1]


def test_no_qr_code_before_a_phone_has_opened_the_test(client_for: ClientFor, hall: Hall) -> None:
    hall.open()
    client = client_for(hall.office)
    with_qr = client.get(address(hall.box)).content.decode()
    SiteTest.objects.all().delete()
    without = client.get(address(hall.box)).content.decode()

    assert ('class="qr"' in with_qr, 'class="qr"' in without) == (True, False)
    assert "用手机打开测试码之后" in without


def test_the_part_that_renews_itself_is_a_part(client_for: ClientFor, hall: Hall) -> None:
    hall.open()

    part = client_for(hall.office).get(address(hall.box, "hall-figures")).content.decode()

    assert part.strip().startswith('<div id="hall" hx-get=')
    assert "<html" not in part
