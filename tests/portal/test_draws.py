import pytest
from django.test import Client
from django.urls import reverse

from evaluation.cycle.models import Cycle
from evaluation.recipients.models import Draw
from evaluation.units.models import Unit
from tests.factories import draw_of, frame_of, unit_of
from tests.measuring import query_count


@pytest.fixture
def drawn(cycle: Cycle, unit: Unit) -> Draw:
    return draw_of(frame=frame_of(cycle=cycle, unit=unit), seed_note="现场掷骰子")


def pages(drawn: Draw) -> list[str]:
    return [
        reverse("portal:draw-list", args=[2012]),
        reverse("portal:draw-detail", args=[2012, drawn.public_code]),
    ]


def test_seed_digest_and_numbers_are_public_and_nobody_is_named(drawn: Draw, client: Client) -> None:
    names = list(drawn.frame.entries.values_list("name", "telephone", "address"))
    for page in pages(drawn):
        text = client.get(page).text
        assert drawn.frame.digest in text
        assert not any(part in text for row in names for part in row)
    assert "3 1 6 2 5" in text
    assert "现场掷骰子" in text
    assert "--each 20 --reserve 5 --least 10" in text
    assert "救助科" in text


def test_the_digest_is_public_before_the_seed(cycle: Cycle, unit: Unit, client: Client) -> None:
    frame = frame_of(cycle=cycle, unit=unit)
    assert frame.digest in client.get(reverse("portal:draw-list", args=[2012])).text


def test_a_former_draw_stays_public(drawn: Draw, client: Client) -> None:
    again = draw_of(frame=drawn.frame, seed="7", reason="骰子落地")
    assert "骰子落地" in client.get(pages(drawn)[1]).text
    assert drawn.public_code in client.get(pages(again)[1]).text
    assert client.get(pages(drawn)[0]).text.count("/2012/draws/") >= 2


def test_strangers(drawn: Draw, client: Client) -> None:
    assert client.get(reverse("portal:draw-detail", args=[2012, "nosuchco"])).status_code == 404
    assert client.get(reverse("portal:draw-list", args=[2013])).status_code == 404
    Cycle.objects.filter(pk=drawn.frame.cycle_id).update(status=Cycle.Status.DRAFT)
    assert [client.get(page).status_code for page in pages(drawn)] == [404, 404]


def test_the_list_costs_the_same_with_one_and_three(cycle: Cycle, client: Client) -> None:
    def add() -> None:
        draw_of(frame=frame_of(cycle=cycle, unit=unit_of(), sections={"科": 2}))

    add()
    one = query_count(client, reverse("portal:draw-list", args=[2012]))
    add()
    add()
    assert query_count(client, reverse("portal:draw-list", args=[2012])) == one
