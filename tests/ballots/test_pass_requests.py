"""Slips after opening by two people; unused slips scanned void; numbers that must agree."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import User
from evaluation.audit.models import AuditEvent
from evaluation.ballots.boxes import open_box
from evaluation.ballots.counting import count_boxes
from evaluation.ballots.keys import make_scrutineer_key
from evaluation.ballots.models import BallotBox, Incident, Pass, PassRequest
from evaluation.ballots.paper import set_hall_numbers
from evaluation.ballots.pass_requests import (
    ask_for_slips,
    ask_to_void,
    confirm_slips,
    unused_slips,
    void_unused,
    withdraw_request,
)
from evaluation.ballots.passes import make_passes
from evaluation.cycle.models import TrackRules
from evaluation.errors import DomainError
from evaluation.units.models import Role
from tests.ballots.conftest import PASSPHRASE, Hall
from tests.factories import member
from tests.measuring import query_count

pytestmark = pytest.mark.django_db
ClientFor = Callable[[User], Client]


@pytest.fixture
def second(db: None) -> User:
    return member(role=Role.OFFICE)


def opened(hall: Hall, number: int = 5) -> Hall:
    hall.make(number=number)
    hall.box = open_box(box=hall.box, actor=hall.scrutineer)
    return hall


def asked(hall: Hall, number: int = 2) -> PassRequest:
    return ask_for_slips(box=hall.box, group="representative", number=number, reason="有人迟到", actor=hall.office)


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(DomainError) as caught:
        act()
    return caught.value.code


def test_two_people_make_extra_slips(hall: Hall, second: User) -> None:
    request = asked(opened(hall))
    assert Pass.objects.count() == 5

    slips = confirm_slips(request=request, actor=second)

    assert len(slips) == 2
    assert hall.cast(slips[0]).receipt
    request.refresh_from_db()
    assert (request.state, request.confirmed_by) == ("done", second)


def test_one_person_does_not_do_both(hall: Hall) -> None:
    request = asked(opened(hall))

    assert refusal(lambda: confirm_slips(request=request, actor=hall.office)) == "same_person"
    assert Pass.objects.count() == 5


def test_a_request_is_carried_out_once(hall: Hall, second: User) -> None:
    request = asked(opened(hall))
    confirm_slips(request=request, actor=second)

    assert refusal(lambda: confirm_slips(request=request, actor=second)) == "not_asked"


def test_a_request_can_be_withdrawn(hall: Hall, second: User) -> None:
    request = asked(opened(hall))
    withdraw_request(request=request, actor=hall.office)

    assert refusal(lambda: confirm_slips(request=request, actor=second)) == "not_asked"


def test_whoever_readied_the_box_neither_asks_nor_confirms(hall: Hall) -> None:
    request = asked(opened(hall))
    again = {"box": hall.box, "group": "representative", "number": 1, "reason": "x"}

    assert refusal(lambda: ask_for_slips(**again, actor=hall.scrutineer)) == "two_people"
    assert refusal(lambda: confirm_slips(request=request, actor=hall.scrutineer)) == "two_people"


def test_a_unit_has_no_hand_in_slips_of_outsiders(hall: Hall, unit_admin: User) -> None:
    request = asked(opened(hall))
    again = {"box": hall.box, "number": 1, "reason": "x", "actor": unit_admin}

    assert refusal(lambda: ask_for_slips(group="representative", **again)) == "not_yours"
    assert refusal(lambda: confirm_slips(request=request, actor=unit_admin)) == "not_yours"
    assert ask_for_slips(group="own_unit", **again)


def test_before_opening_there_is_nothing_to_ask(hall: Hall) -> None:
    hall.make()

    assert refusal(lambda: asked(hall)) == "not_open"


def test_a_tenth_more_than_invited_over_everything(hall: Hall, second: User) -> None:
    opened(hall, number=31)

    assert refusal(lambda: asked(hall, number=3)) == "too_many"
    one, two = asked(hall, number=2), asked(hall, number=2)
    confirm_slips(request=one, actor=second)
    assert refusal(lambda: confirm_slips(request=two, actor=second)) == "too_many"
    assert Pass.objects.count() == 33


def test_whoever_got_extra_slips_does_not_count(hall: Hall, second_scrutineer: User) -> None:
    request = asked(opened(hall))
    confirm_slips(request=request, actor=second_scrutineer)
    hall.close()
    make_scrutineer_key(cycle=hall.box.cycle, user=second_scrutineer, passphrase=PASSPHRASE)

    done = {"boxes": [hall.box], "passphrase": PASSPHRASE}
    assert refusal(lambda: count_boxes(scrutineer=second_scrutineer, **done)) == "two_people"


def test_two_people_void_a_lost_slip(hall: Hall, second: User) -> None:
    opened(hall)
    request = ask_to_void(box=hall.box, typed=hall.slips[0].code, reason="遗失", actor=hall.office)
    assert Pass.objects.filter(state="void").count() == 0

    assert confirm_slips(request=request, actor=second) == []

    assert Pass.objects.get(state="void").digest == request.digest


def test_that_a_slip_has_voted_is_told_on_record(hall: Hall, second: User) -> None:
    opened(hall)
    hall.cast(hall.slips[0])

    def ask() -> object:
        return ask_to_void(box=hall.box, typed=hall.slips[0].code, reason="遗失", actor=hall.office)

    assert refusal(ask) == "spent"
    event = AuditEvent.objects.get(action="spent-slip-met")
    assert event.detail == {"group": "representative"}
    assert not PassRequest.objects.exists()


def test_a_slip_that_votes_in_the_meantime_stays(hall: Hall, second: User) -> None:
    opened(hall)
    request = ask_to_void(box=hall.box, typed=hall.slips[0].code, reason="遗失", actor=hall.office)
    hall.cast(hall.slips[0])

    assert refusal(lambda: confirm_slips(request=request, actor=second)) == "spent"
    assert Pass.objects.filter(state="spent").count() == 1


def test_a_unit_never_learns_whether_a_slip_has_voted(hall: Hall, unit_admin: User) -> None:
    [slip] = hall.make(group="own_unit", number=1)
    hall.box = open_box(box=hall.box, actor=hall.scrutineer)
    hall.cast(slip)

    asking = {"box": hall.box, "typed": slip.code, "reason": "x", "actor": unit_admin}
    assert refusal(lambda: ask_to_void(**asking)) == "not_yours"
    assert refusal(lambda: void_unused(box=hall.box, typed=slip.code, actor=unit_admin)) == "not_yours"


@pytest.mark.parametrize("form", ["code", "token", "spaced_code", "address"])
def test_unused_slips_are_scanned_void(hall: Hall, form: str) -> None:
    [slip] = hall.make(number=1)
    typed = f"http://127.0.0.1:8000/v/#{slip.token}" if form == "address" else getattr(slip, form)

    assert void_unused(box=hall.box, typed=typed, actor=hall.office) == "voided"
    assert void_unused(box=hall.box, typed=typed, actor=hall.office) == "void"
    assert unused_slips(hall.box)["representative"].left == 0


@pytest.mark.parametrize("typed", ["", "1234", "1234 5678 9012", "x" * 4000])
def test_a_slip_of_nothing_is_unknown(hall: Hall, typed: str) -> None:
    assert void_unused(box=hall.box, typed=typed, actor=hall.office) == "unknown"


def test_scanning_after_closing_leaves_the_count_whole(hall: Hall) -> None:
    opened(hall)
    hall.cast(hall.slips[0])
    hall.close()
    answers = [void_unused(box=hall.box, typed=slip.code, actor=hall.office) for slip in hall.slips]

    count_boxes(boxes=[hall.box], scrutineer=hall.scrutineer, passphrase=PASSPHRASE)

    assert answers == ["spent", *["voided"] * 4]
    assert hall.refresh().state == "counted"


def test_nothing_is_scanned_void_while_the_box_is_open(hall: Hall) -> None:
    opened(hall)

    assert refusal(lambda: void_unused(box=hall.box, typed=hall.slips[0].code, actor=hall.office)) == "not_now"


def test_more_cast_than_handed_out_is_an_incident(hall: Hall) -> None:
    opened(hall)
    for slip in hall.slips[:2]:
        hall.cast(slip)
    row = hall.box.groups.get(group="representative")
    set_hall_numbers(group=row, actor=hall.office, slips_out=1)
    hall.close()
    done = {"boxes": [hall.box], "scrutineer": hall.scrutineer, "passphrase": PASSPHRASE}

    assert refusal(lambda: count_boxes(**done)) == "count_mismatch"
    assert Incident.objects.get().kind == "more_than_handed_out"

    set_hall_numbers(group=row, actor=hall.office, slips_out=2)
    count_boxes(**done)
    assert hall.refresh().state == "counted"


def test_no_more_slips_were_handed_out_than_made(hall: Hall) -> None:
    hall.make(number=3)
    row = hall.box.groups.get(group="representative")

    assert refusal(lambda: set_hall_numbers(group=row, actor=hall.office, slips_out=4)) == "numbers"


def test_whoever_is_on_the_sheet_gets_no_slip_of_the_own_unit(hall: Hall) -> None:
    hall.box.unit.staff_count = 10
    hall.box.unit.save(update_fields=["staff_count"])
    making = {"box": hall.box, "group": "own_unit", "actor": hall.office}

    assert refusal(lambda: make_passes(number=9, **making)) == "too_many"
    assert len(make_passes(number=8, **making)) == 8


def test_the_rules_may_let_them_vote(hall: Hall) -> None:
    hall.box.unit.staff_count = 10
    hall.box.unit.save(update_fields=["staff_count"])
    TrackRules.objects.filter(cycle=hall.box.cycle).filter(track="mid_level").update(sheet_votes_own_unit=True)

    assert len(make_passes(box=hall.box, group="own_unit", number=10, actor=hall.office)) == 10


def test_a_second_maker_prints_all_of_them_anew(hall: Hall, second: User) -> None:
    hall.make(number=2)
    more = {"box": hall.box, "group": "representative", "number": 1}

    assert refusal(lambda: make_passes(actor=second, **more)) == "two_makers"
    assert make_passes(actor=hall.office, **more)


def test_the_way_over_the_pages(hall: Hall, second: User, client_for: ClientFor) -> None:
    cache.clear()
    opened(hall)
    first, other = client_for(hall.office), client_for(second)
    detail = reverse("ballots:box-detail", args=[2012, hall.box.pk])
    ask = reverse("ballots:slips-ask", args=[2012, hall.box.pk])
    first.post(ask, {"kind": "extra", "group": "representative", "number": "1", "reason": "迟到"})
    request = PassRequest.objects.get()
    confirm = reverse("ballots:slips-confirm", args=[2012, hall.box.pk, request.pk])
    assert confirm not in first.get(detail).text
    assert confirm in other.get(detail).text

    download = other.post(confirm)

    assert download["Content-Type"] == "application/pdf"
    assert "no-store" in download["Cache-Control"]
    first.post(ask, {"kind": "void", "typed": hall.slips[0].code, "reason": "遗失"})
    void = PassRequest.objects.get(kind="void")
    other.post(reverse("ballots:slips-confirm", args=[2012, hall.box.pk, void.pk]))
    assert Pass.objects.filter(state="void").count() == 1


def test_a_request_of_another_box_is_not_found(
    hall: Hall, new_box: Callable[..., BallotBox], client_for: ClientFor
) -> None:
    request, other = asked(opened(hall)), new_box(title="另一票箱")
    url = reverse("ballots:slips-confirm", args=[2012, other.pk, request.pk])

    assert client_for(hall.office).post(url).status_code == 404


def test_the_page_for_scanning_says_what_became_of_each(hall: Hall, client_for: ClientFor) -> None:
    hall.make(number=2)
    page, url = client_for(hall.office), reverse("ballots:slips-unused", args=[2012, hall.box.pk])

    answers = [page.post(url, {"typed": typed}).context["outcome"] for typed in (hall.slips[0].token, "12", "")]

    assert answers == ["voided", "unknown", "unknown"]
    assert page.get(url).context["rows"][0][2].left == 1


def test_three_requests_cost_as_many_queries_as_one(hall: Hall, client_for: ClientFor) -> None:
    asked(opened(hall), number=1)
    page, url = client_for(hall.office), reverse("ballots:box-detail", args=[2012, hall.box.pk])
    one = query_count(page, url)
    asked(hall, number=1)
    asked(hall, number=1)

    assert query_count(page, url) == one
