"""Each role finds what waits for it, and nothing of others."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from evaluation.ballots.models import BallotBox
from evaluation.cycle.models import Cycle, Track
from evaluation.cycle.services import create_cycle
from evaluation.daily.models import DailyDeduction
from evaluation.daily.services import confirm_deductions, make_defence, propose_deduction
from evaluation.desk.menu import address_of
from evaluation.desk.waiting import QUESTIONS, Desk, waiting_for
from evaluation.meetings.models import ReportMeeting
from evaluation.pledges.models import Pledge
from evaluation.pledges.services import submit_pledge
from evaluation.recognition.models import Recommendation
from evaluation.results.services import compute_publication
from evaluation.roster.models import Appraisal
from evaluation.units.models import CITY_ROLES, Role, Unit
from tests.daily.making import kept_file
from tests.factories import appraisal_of, member, pledge_of, unit_of, user_named
from tests.portal.conftest import meeting_of, show
from tests.results.conftest import ORDER, judged

ClientFor = Callable[[User], Client]
HOME = "desk:home"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2012-11-19T09:00:00+08:00", tick=False) as traveller:
        yield traveller


def titles(user: User, cycle: Cycle) -> dict[str, int]:
    return {str(item.title): item.count for item in waiting_for(user, cycle)}


@pytest.fixture(autouse=True)
def in_english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"


def deduction_of(appraisal: Appraisal, recorded_by: User, **fields: Any) -> DailyDeduction:
    return DailyDeduction.objects.create(
        cadre=appraisal.cadre,
        cycle=appraisal.cycle,
        appraisal=appraisal,
        rule="1",
        found_on=timezone.localdate(),
        points=5,
        source="complaint",
        facts="投诉经查实",
        basis="五(二)1",
        evidence=kept_file(),
        recorded_by=recorded_by,
        **fields,
    )


def box_of(cycle: Cycle, unit: Unit, state: str, **fields: Any) -> BallotBox:
    closes_at = timezone.now() + timedelta(days=1)
    box = BallotBox.objects.create(
        cycle=cycle, unit=unit, track=Track.MID_LEVEL, kind="meeting", title="测评会", closes_at=closes_at, **fields
    )
    for passed in ORDER[1 : ORDER.index(BallotBox.State(state)) + 1]:
        BallotBox.objects.filter(pk=box.pk).update(state=passed)
    return box


def test_the_unit_writes_then_the_approver_approves_then_the_unit_publishes(
    cycle: Cycle, unit: Unit, unit_admin: User, approver: User
) -> None:
    appraisal = appraisal_of(cycle=cycle, unit=unit)
    assert titles(unit_admin, cycle)["Pledges to write and submit"] == 1

    pledge = submit_pledge(pledge=pledge_of(appraisal=appraisal), actor=unit_admin)
    assert "Pledges to write and submit" not in titles(unit_admin, cycle)
    assert titles(approver, cycle)["Pledges to approve"] == 1

    Pledge.objects.filter(pk=pledge.pk).update(status="approved")
    assert titles(unit_admin, cycle)["Approved pledges to publish"] == 1


def test_other_units_see_nothing_of_it(cycle: Cycle, unit: Unit, other_admin: User, approver: User) -> None:
    pledge_of(appraisal=appraisal_of(cycle=cycle, unit=unit), status="submitted")

    assert titles(other_admin, cycle) == {}


def test_a_cadre_finds_their_own_pledge_report_and_result(cycle: Cycle, unit: Unit, unit_admin: User) -> None:
    user = user_named()
    appraisal_of(cycle=cycle, unit=unit)
    mine = appraisal_of(cycle=cycle, unit=unit, user=user)
    assert titles(user, cycle) == {"Your pledge to write and submit": 1}

    pledge_of(appraisal=mine, status="published")
    assert titles(user, cycle) == {"Your duty report to write and submit": 1}


def test_a_result_to_read_waits_for_its_cadre(cycle: Cycle, unit: Unit, unit_admin: User, approver: User) -> None:
    from evaluation.results.services import approve_publication, deliver_feedback

    user = user_named()
    judged(cycle=cycle, unit=unit, user=user)
    assert "Counted boxes whose results are to be computed" in titles(unit_admin, cycle)
    pool = compute_publication(cycle=cycle, track=Track.MID_LEVEL, organising_unit=unit, actor=unit_admin)
    assert "Counted boxes whose results are to be computed" not in titles(unit_admin, cycle)
    approve_publication(publication=pool, approver=approver)
    assert titles(unit_admin, cycle)["Results to feed back to the cadres"] == 1

    deliver_feedback(publications=[pool], actor=unit_admin)

    assert titles(user, cycle)["Your result to read: agree or object"] == 1


def test_meetings_wait_for_their_unit(cycle: Cycle, unit: Unit, unit_admin: User) -> None:
    appraisal_of(cycle=cycle, unit=unit)
    assert titles(unit_admin, cycle)["Meeting to call"] == 1

    meeting = meeting_of(cycle=cycle, unit=unit, status="draft")
    assert titles(unit_admin, cycle)["Meetings to announce"] == 1
    ReportMeeting.objects.filter(pk=meeting.pk).update(status="announced", starts_at=timezone.now() - timedelta(days=1))
    assert titles(unit_admin, cycle)["Meetings whose attendance and inquiries are to be recorded"] == 1
    ReportMeeting.objects.filter(pk=meeting.pk).update(status="held")
    assert titles(unit_admin, cycle)["Meetings to report in public"] == 1


@pytest.mark.parametrize(
    ("state", "title"),
    [
        ("draft", "Boxes to make ready"),
        ("ready", "Boxes to open"),
        ("closed", "Closed boxes to count"),
    ],
)
def test_boxes_wait_for_the_scrutineer(cycle: Cycle, unit: Unit, scrutineer: User, state: str, title: str) -> None:
    box_of(cycle, unit, state)

    assert titles(scrutineer, cycle)[title] == 1


def test_deductions_wait_for_whoever_did_not_record_them(
    cycle: Cycle, unit: Unit, unit_admin: User, approver: User, office: User
) -> None:
    appraisal = appraisal_of(cycle=cycle, unit=unit)
    deduction_of(appraisal, unit_admin)

    assert titles(approver, cycle)["Deductions to confirm"] == 1
    assert "Deductions to confirm" not in titles(office, cycle)


def test_the_office_confirms_where_a_unit_has_no_approver(
    cycle: Cycle, other_unit: Unit, other_admin: User, office: User
) -> None:
    deduction_of(appraisal_of(cycle=cycle, unit=other_unit), other_admin)

    assert titles(office, cycle)["Deductions to confirm"] == 1


def test_finished_notices_wait_for_the_office(
    cycle: Cycle, unit: Unit, unit_admin: User, office: User, clock: time_machine.Traveller
) -> None:
    judged(cycle=cycle, unit=unit)
    pool = show(compute_publication(cycle=cycle, track=Track.MID_LEVEL, organising_unit=unit, actor=unit_admin))
    assert "Results to make final" not in titles(office, cycle)

    clock.move_to("2012-12-10T09:00:00+08:00")

    assert pool.notice_until
    assert titles(office, cycle)["Results to make final"] == 1


def test_recommendations_wait_for_the_organisation_department(cycle: Cycle, unit: Unit, organisation: User) -> None:
    appraisal = appraisal_of(cycle=cycle, unit=unit)
    Recommendation.objects.create(cycle=cycle, unit=unit, appraisal=appraisal, status="submitted")

    assert titles(organisation, cycle) == {"Recommendations to choose the ten best from": 1}


def test_a_year_that_is_set_up_waits_for_the_office(cycle: Cycle, office: User) -> None:
    draft = create_cycle(year=2013, actor=office, city_name="示范市")

    assert titles(office, draft)["Finish setting up the year and open it"] == 1


def test_what_is_overdue_comes_first(cycle: Cycle, unit: Unit, unit_admin: User) -> None:
    appraisal_of(cycle=cycle, unit=unit)

    waiting = waiting_for(unit_admin, cycle)

    assert [item.urgent for item in waiting] == sorted((item.urgent for item in waiting), reverse=True)
    assert [item.due for item in waiting if item.urgent] == sorted(
        item.due for item in waiting if item.urgent and item.due
    )


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_a_desk(cycle: Cycle, unit: Unit, client_for: ClientFor, role: Role) -> None:
    user = _of_role(role, unit)
    appraisal_of(cycle=cycle, unit=unit)

    response = client_for(user).get(reverse(HOME))

    assert response.status_code == 200
    assert [entry.current for entry in response.context["work_menu"]].count(True) == 1


def _of_role(role: Role, unit: Unit) -> User:
    return member(role=role, unit=None if role in CITY_ROLES else unit)


@pytest.mark.parametrize("role", list(Role))
def test_every_entry_of_the_menu_opens_for_whoever_sees_it(
    cycle: Cycle, unit: Unit, client_for: ClientFor, role: Role
) -> None:
    client = client_for(_of_role(role, unit))

    entries = client.get(reverse(HOME)).context["work_menu"]

    assert [entry.url for entry in entries if client.get(entry.url).status_code != 200] == []


@pytest.mark.parametrize("role", list(Role))
def test_whatever_waits_leads_to_a_page_that_opens(cycle: Cycle, unit: Unit, client_for: ClientFor, role: Role) -> None:
    user = _of_role(role, unit)
    pages = {asked.page for asked in QUESTIONS[role](Desk(user, cycle, timezone.now()))}
    client = client_for(user)

    assert [page for page in sorted(pages) if client.get(address_of(page, cycle.year)).status_code != 200] == []


def test_the_desk_asks_to_sign_in(client: Client, cycle: Cycle) -> None:
    response = client.get(reverse(HOME))

    assert response.status_code == 302
    assert response.url.startswith(reverse("accounts:sign-in"))  # type: ignore[attr-defined]


def test_a_desk_before_the_first_year_sends_the_office_to_set_it_up(office: User, client_for: ClientFor) -> None:
    assert reverse("cycle:cycle-create", args=[2012]) in client_for(office).get(reverse(HOME)).content.decode()


@pytest.mark.parametrize("year", ["2013", "abcd", "²013", "1"])
def test_the_year_switches_and_forged_years_are_ignored(
    cycle: Cycle, office: User, client_for: ClientFor, year: str
) -> None:
    create_cycle(year=2013, actor=office, city_name="示范市")

    shown = client_for(office).get(reverse(HOME), {"year": year}).context["cycle"].year

    assert shown == (2013 if year == "2013" else 2012)


def test_only_city_roles_open_the_monitor(cycle: Cycle, office: User, unit_admin: User, client_for: ClientFor) -> None:
    assert client_for(office).get(reverse("desk:monitor")).status_code == 200
    assert client_for(unit_admin).get(reverse("desk:monitor")).status_code == 403


def test_the_monitor_says_how_far_and_who_is_late(
    cycle: Cycle, unit: Unit, office: User, client_for: ClientFor
) -> None:
    pledge_of(appraisal=appraisal_of(cycle=cycle, unit=unit), status="published")
    appraisal_of(cycle=cycle, unit=unit)

    row = client_for(office).get(reverse("desk:monitor")).context["page_obj"][0]

    assert (row.unit, row.cadres) == (unit, 2)
    assert (row.cells[0].done, row.cells[0].total, row.cells[0].state) == (1, 2, "late")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"q": "民政"}, ["市民政局"]),
        ({"kind": "town"}, []),
        ({"kind": "forged"}, ["市民政局", "市司法局"]),
        ({"late": "1"}, ["市民政局", "市司法局"]),
    ],
)
def test_the_monitor_filters(
    cycle: Cycle,
    unit: Unit,
    other_unit: Unit,
    office: User,
    client_for: ClientFor,
    query: dict[str, str],
    names: list[str],
) -> None:
    for of in (unit, other_unit):
        appraisal_of(cycle=cycle, unit=of)

    page = client_for(office).get(reverse("desk:monitor"), query).context["page_obj"]

    assert [row.unit.name for row in page] == names


def test_one_cadre_on_one_page_for_those_who_may_see(
    cycle: Cycle, unit: Unit, unit_admin: User, other_admin: User, office: User, client_for: ClientFor
) -> None:
    appraisal = appraisal_of(cycle=cycle, unit=unit)
    deduction_of(appraisal, unit_admin)
    url = reverse("desk:appraisal-detail", args=[appraisal.pk])

    assert client_for(other_admin).get(url).status_code == 404
    for user in (unit_admin, office):
        assert "投诉经查实" in client_for(user).get(url).content.decode()


def test_a_computed_result_is_not_shown_to_its_cadre(
    cycle: Cycle, unit: Unit, unit_admin: User, client_for: ClientFor
) -> None:
    user = user_named()
    appraisal = judged(cycle=cycle, unit=unit, user=user)
    pool = compute_publication(cycle=cycle, track=Track.MID_LEVEL, organising_unit=unit, actor=unit_admin)
    url = reverse("desk:appraisal-detail", args=[appraisal.pk])

    assert str(pool.results.get().composite) in client_for(unit_admin).get(url).content.decode()
    assert str(pool.results.get().composite) not in client_for(user).get(url).content.decode()


@pytest.mark.parametrize("page", [HOME, "desk:monitor"])
def test_query_counts_do_not_grow(
    cycle: Cycle, unit: Unit, office: User, client_for: ClientFor, page: str, django_assert_max_num_queries: Any
) -> None:
    client = client_for(office)

    def grow(count: int) -> None:
        for _place in range(count):
            of = unit_of()
            admin = member(role=Role.UNIT_ADMIN, unit=of)
            appraisal = judged(cycle=cycle, unit=of)
            pledge_of(appraisal=appraisal, status="published")
            deduction_of(appraisal, admin)
            meeting_of(cycle=cycle, unit=of)
            show(compute_publication(cycle=cycle, track=Track.MID_LEVEL, organising_unit=of, actor=admin))

    grow(1)
    client.get(reverse(page))
    with django_assert_max_num_queries(60) as one:
        client.get(reverse(page))
    grow(3)
    with django_assert_max_num_queries(len(one.captured_queries)):
        client.get(reverse(page))


@pytest.mark.parametrize("role", [Role.UNIT_ADMIN, Role.APPROVER, Role.SCRUTINEER])
def test_a_desk_of_a_unit_costs_the_same_with_more_rows(
    cycle: Cycle, unit: Unit, client_for: ClientFor, role: Role, django_assert_max_num_queries: Any
) -> None:
    client = client_for(member(role=role, unit=unit))
    appraisal_of(cycle=cycle, unit=unit)
    client.get(reverse(HOME))
    with django_assert_max_num_queries(60) as one:
        client.get(reverse(HOME))
    for _place in range(3):
        pledge_of(appraisal=appraisal_of(cycle=cycle, unit=unit), status="submitted")
        box_of(cycle, unit, "closed")
    with django_assert_max_num_queries(len(one.captured_queries)):
        client.get(reverse(HOME))


def test_one_cadre_on_one_page_costs_the_same_with_more_rows(
    cycle: Cycle, unit: Unit, unit_admin: User, client_for: ClientFor, django_assert_max_num_queries: Any
) -> None:
    client, appraisal = client_for(unit_admin), appraisal_of(cycle=cycle, unit=unit)
    url = reverse("desk:appraisal-detail", args=[appraisal.pk])
    deduction_of(appraisal, unit_admin)
    client.get(url)
    with django_assert_max_num_queries(40) as one:
        client.get(url)
    for _place in range(3):
        deduction_of(appraisal, unit_admin)
        meeting_of(cycle=cycle, unit=unit)
    with django_assert_max_num_queries(len(one.captured_queries)):
        client.get(url)


def test_a_cadre_is_told_of_a_confirmed_deduction(cycle: Cycle, unit: Unit, unit_admin: User, approver: User) -> None:
    user = user_named()
    appraisal = appraisal_of(cycle=cycle, unit=unit, user=user)
    deduction = deduction_of(appraisal, unit_admin)
    told = "Deductions of the last 30 days that count against you: read them"
    assert told not in titles(user, cycle)

    confirm_deductions(deductions=[deduction], approver=approver)

    assert titles(user, cycle)[told] == 1


def test_of_deductions_what_waits_for_whom(
    clock: time_machine.Traveller, cycle: Cycle, unit: Unit, unit_admin: User, approver: User, office: User
) -> None:
    user = member(role=Role.CADRE, unit=unit)
    told = deduction_of(appraisal_of(cycle=cycle, unit=unit, user=user), unit_admin)
    on_slip = deduction_of(appraisal_of(cycle=cycle, unit=unit), unit_admin, incident_number="2")
    confirm_deductions(deductions=[told, on_slip], approver=approver)
    propose_deduction(
        key="k", appraisal=on_slip.appraisal, rule="2", found_on=timezone.localdate(), source="opinion", facts="逾期",
        basis="台账", why="逾期未办",
    )  # fmt: skip
    assert titles(user, cycle)["Deductions that you may still answer"] == 1
    assert titles(unit_admin, cycle)["Slips of deductions to hand over"] == 1
    assert titles(unit_admin, cycle)["Proposed deductions to look at"] == 1
    make_defence(deduction=told, text="情况不属实。", actor=user)
    assert titles(office, cycle)["Defences against deductions to review"] == 1
    assert "Defences against deductions to review" not in titles(approver, cycle)
    clock.move_to("2012-12-03T09:00:00+08:00")
    assert titles(approver, cycle)["List of the month to look through and close"] == 1
    clock.move_to("2012-12-10T09:00:00+08:00")
    assert "List of the month to look through and close" not in titles(approver, cycle)
