"""Work pages: who may, by list, in as many queries for three boxes as for one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from evaluation.ballots.boxes import make_ready, open_box, release_boxes
from evaluation.ballots.counting import count_boxes
from evaluation.ballots.models import BallotBox, Pass, ScrutineerKey
from evaluation.guard.models import SiteTest
from evaluation.meetings.services import MeetingText, create_meeting, save_invitations
from evaluation.roster.models import Appraisal
from evaluation.units.models import Role, Unit
from tests.ballots.conftest import PASSPHRASE, Hall
from tests.factories import appraisal_of, member, unit_of

ClientFor = Callable[[User], Client]


@pytest.fixture
def counted(hall: Hall) -> Hall:
    """Five ballots with an opinion each, counted and not released."""
    slips = hall.make(number=5)
    hall.open()
    for slip in slips:
        hall.cast(slip, opinion="服务周到")
    hall.close()
    count_boxes(boxes=[hall.box], scrutineer=hall.scrutineer, passphrase=PASSPHRASE)
    hall.refresh()
    return hall


def url(name: str, *args: object) -> str:
    return reverse(f"ballots:{name}", args=[2012, *args])


def test_whole_way_over_the_pages(
    tested_site: SiteTest, client_for: ClientFor, office: User, scrutineer: User, unit: Unit, cadres: list[Appraisal]
) -> None:
    at_office, at_scrutineer = client_for(office), client_for(scrutineer)
    closes = timezone.localtime() + timedelta(hours=2)
    made = at_office.post(
        url("box-create"),
        {
            "unit": unit.pk,
            "track": "mid_level",
            "kind": "meeting",
            "title": "会议票箱",
            "closes_at": f"{closes:%Y-%m-%dT%H:%M}",
            "takes_passes": "on",
            "invited_representative": "10",
        },
    )
    assert made.status_code == 302, made.context and made.context["form"].errors
    box = BallotBox.objects.get()
    passphrase = {"passphrase": PASSPHRASE}
    at_scrutineer.post(url("key-make"), {**passphrase, "again": PASSPHRASE})
    at_scrutineer.post(url("boxes-ready"), {**passphrase, "pk": box.pk})
    slips = at_office.post(url("passes-make", box.pk), {"group": "representative", "number": "5"})
    assert slips["Content-Type"] == "application/pdf"
    assert "no-store" in slips["Cache-Control"]
    at_scrutineer.post(url("boxes-open"), {"pk": box.pk})
    assert BallotBox.objects.get().state == "open"
    at_scrutineer.post(url("boxes-close"), {"all": "1"})
    report = at_scrutineer.post(url("boxes-count"), {**passphrase, "all": "1"}, follow=True)
    assert report.redirect_chain[-1][0] == url("count-report", box.pk)
    at_office.post(url("boxes-release"), {"pk": box.pk})
    assert BallotBox.objects.get().released_at


def test_village_boxes_over_the_page(client_for: ClientFor, office: User, cycle: Any) -> None:
    town = unit_of(kind=Unit.Kind.TOWN)
    for _village in range(3):
        appraisal_of(cycle=cycle, unit=unit_of(kind=Unit.Kind.VILLAGE, parent=town), track="village")
    closes = timezone.localtime() + timedelta(hours=2)
    fields = {
        "parent": town.pk,
        "track": "village",
        "kind": "meeting",
        "title": "民主评议",
        "closes_at": f"{closes:%Y-%m-%dT%H:%M}",
        "takes_paper": "on",
        "invited_representative": "10",
    }
    client_for(office).post(url("box-batch"), fields)
    assert BallotBox.objects.count() == 3


READABLE = ["box-list", "box-detail", "count-report", "opinion-list"]


@pytest.mark.parametrize("name", READABLE)
@pytest.mark.parametrize("role", ["office", "unit_admin", "approver", "organisation", "auditor", "scrutineer"])
def test_readers_read(
    request: pytest.FixtureRequest, client_for: ClientFor, counted: Hall, role: str, name: str
) -> None:
    args = [] if name in {"box-list", "opinion-list"} else [counted.box.pk]
    expected = 403 if (role, name) == ("scrutineer", "opinion-list") else 200
    assert client_for(request.getfixturevalue(role)).get(url(name, *args)).status_code == expected


@pytest.mark.parametrize(
    "name", ["box-detail", "box-edit", "sheet-edit", "groups-edit", "count-report", "ballot-print"]
)
def test_a_stranger_finds_no_box(client_for: ClientFor, hall: Hall, other_admin: User, name: str) -> None:
    assert client_for(other_admin).get(url(name, hall.box.pk)).status_code == 404


@pytest.mark.parametrize("name", ["passes-make", "passes-reprint", "box-delete", "teller-add"])
def test_a_stranger_changes_no_box(client_for: ClientFor, hall: Hall, other_admin: User, name: str) -> None:
    assert client_for(other_admin).post(url(name, hall.box.pk), {"group": "own_unit", "number": 1}).status_code == 404
    assert not Pass.objects.exists()


def test_a_cadre_sees_no_boxes(client_for: ClientFor, hall: Hall, unit: Unit) -> None:
    client = client_for(member(role=Role.CADRE, unit=unit))
    assert client.get(url("box-list")).status_code == 403
    assert client.get(url("scrutineer-home")).status_code == 403


@pytest.mark.parametrize(
    "name", ["boxes-ready", "boxes-open", "boxes-close", "boxes-count", "boxes-release", "key-make"]
)
def test_acts_need_a_post(client_for: ClientFor, scrutineer: User, cycle: Any, name: str) -> None:
    assert client_for(scrutineer).get(url(name)).status_code == 405


@pytest.mark.parametrize("name", ["boxes-ready", "boxes-open", "boxes-close", "boxes-count"])
def test_only_scrutineers_hold_the_box(client_for: ClientFor, hall: Hall, unit_admin: User, name: str) -> None:
    assert client_for(unit_admin).post(url(name), {"all": "1"}).status_code == 403


def test_before_the_release_no_figure_is_shown(client_for: ClientFor, counted: Hall, unit_admin: User) -> None:
    address = url("count-report", counted.box.pk)
    assert client_for(unit_admin).get(address).context["report"].tables == []
    assert client_for(counted.scrutineer).get(address).context["report"].tables
    release_boxes(boxes=[counted.box], actor=counted.office)
    assert client_for(unit_admin).get(address).context["report"].tables


def test_a_small_group_is_not_shown_to_anyone(client_for: ClientFor, hall: Hall) -> None:
    slips = hall.make(number=4)
    hall.open()
    for slip in slips:
        hall.cast(slip)
    hall.close()
    count_boxes(boxes=[hall.box], scrutineer=hall.scrutineer, passphrase=PASSPHRASE)
    release_boxes(boxes=[hall.refresh()], actor=hall.office)
    report = client_for(hall.scrutineer).get(url("count-report", hall.box.pk)).context["report"]
    assert report.tables == []
    assert len(report.suppressed) == 2


@pytest.mark.parametrize("name", ["box-list", "scrutineer-home"])
def test_query_counts_do_not_grow(
    client_for: ClientFor, new_box: Callable[..., BallotBox], scrutineer: User, key: ScrutineerKey, name: str
) -> None:
    client = client_for(scrutineer)
    counts = []
    for more in (1, 2):
        for _box in range(more):
            new_box()
        client.get(url(name))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url(name)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("name", ["box-edit", "groups-edit", "sheet-edit"])
def test_forms_open(client_for: ClientFor, new_box: Callable[..., BallotBox], unit_admin: User, name: str) -> None:
    assert client_for(unit_admin).get(url(name, new_box().pk)).status_code == 200


def test_the_sheet_can_be_changed_and_ordered(
    client_for: ClientFor, new_box: Callable[..., BallotBox], office: User, cadres: list[Appraisal]
) -> None:
    box = new_box()
    one, two = cadres
    fields = {"pk": [one.pk, two.pk], f"place.{one.pk}": "2", f"place.{two.pk}": "1"}
    client_for(office).post(url("sheet-edit", box.pk), fields)
    assert list(box.sheet.values_list("appraisal_id", flat=True)) == [two.pk, one.pk]


def test_hall_numbers_and_paper_over_the_pages(client_for: ClientFor, hall: Hall, unit_admin: User) -> None:
    hall.open()
    hall.close()
    client = client_for(unit_admin)
    assert client.get(url("paper-key", hall.box.pk, "representative")).status_code == 200
    client.post(
        url("hall-numbers", hall.box.pk, "representative"),
        {"printed": 10, "leftover": 0, "handed_out": 10, "collected": 9},
    )
    assert hall.box.groups.get(group="representative").collected == 9
    assert client.get(url("box-detail", hall.box.pk)).status_code == 200
    assert client.get(url("hall-numbers", hall.box.pk, "nobody")).status_code == 404


def test_annulment_and_repeat_over_the_pages(client_for: ClientFor, counted: Hall) -> None:
    client = client_for(counted.office)
    closes = timezone.localtime() + timedelta(days=1)
    fields = {"group": "representative", "closes_at": f"{closes:%Y-%m-%dT%H:%M}"}
    client.post(url("group-repeat", counted.box.pk), fields)
    assert BallotBox.objects.get(repeats=counted.box)
    client.post(url("annulment-propose", counted.box.pk), {"reason": "计票有误"})
    client_for(counted.scrutineer).post(url("annulment-confirm", counted.box.pk))
    assert counted.refresh().state == "annulled"


def test_a_teller_slip_is_shown_once(client_for: ClientFor, hall: Hall, office: User) -> None:
    answer = client_for(office).post(url("teller-add", hall.box.pk), {"name": "张三"})
    assert answer.context["code"] in answer.content.decode()
    assert answer.context["code"] not in client_for(office).get(url("box-detail", hall.box.pk)).content.decode()


def test_a_scrutineer_serves_boxes_and_sets_none_up(client_for: ClientFor, hall: Hall) -> None:
    client = client_for(hall.scrutineer)
    assert url("box-create") not in client.get(url("box-list")).content.decode()
    shown = client.get(url("box-detail", hall.box.pk)).content.decode()
    assert url("box-edit", hall.box.pk) not in shown
    assert client.get(url("box-edit", hall.box.pk)).status_code == 403


def test_a_box_past_its_time_shows_so_though_nobody_closed_it(client_for: ClientFor, hall: Hall) -> None:
    hall.open()
    BallotBox.objects.filter(pk=hall.box.pk).update(closes_at=timezone.now())
    client = client_for(hall.scrutineer)
    assert client.get(url("box-detail", hall.box.pk)).context["shown"][0] == "closed"
    client.post(url("boxes-close"), {"all": "1"})
    assert hall.refresh().state == "closed"


def test_close_all_leaves_boxes_that_run_on_by_the_clock(
    client_for: ClientFor, hall: Hall, new_box: Callable[..., BallotBox]
) -> None:
    now = timezone.now()
    box = new_box(kind="recipients", groups={"service_recipient": 5}, opens_at=now - timedelta(hours=1))
    make_ready(boxes=[box], scrutineer=hall.scrutineer, passphrase=PASSPHRASE)
    client = client_for(hall.scrutineer)
    assert client.get(url("box-detail", box.pk)).context["shown"][0] == "open"
    hall.open()
    open_box(box=box, actor=hall.scrutineer)
    client.post(url("boxes-close"), {"all": "1"})
    assert hall.refresh().state == "closed"
    assert BallotBox.objects.get(pk=box.pk).state == "open"
    page = client.get(url("scrutineer-home"))
    assert [row[0].pk for row in page.context["running"]] == [box.pk]


def test_a_box_of_a_meeting_begins_with_what_the_meeting_says(
    client_for: ClientFor, unit_admin: User, cadres: list[Appraisal]
) -> None:
    appraisal = cadres[0]
    meeting = create_meeting(
        cycle=appraisal.cycle,
        unit=appraisal.organising_unit,
        actor=unit_admin,
        text=MeetingText(title="述职述廉会议", starts_at=timezone.now() + timedelta(days=5)),
    )
    save_invitations(meeting=meeting, actor=unit_admin, invited={"people_deputy": 4, "supervisor": 3, "staff": 9})

    form = client_for(unit_admin).get(url("box-create"), {"meeting": meeting.pk}).context["form"]

    assert form.initial["meeting"] == meeting
    assert {key: value for key, value in form.initial.items() if key.startswith("invited_")} == {
        "invited_representative": 7,
        "invited_own_unit": 9,
    }
