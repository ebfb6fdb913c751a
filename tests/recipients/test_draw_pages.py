from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from evaluation.audit.models import AuditEvent
from evaluation.cycle.models import Cycle
from evaluation.recipients.models import Draw, DrawnRecipient, Frame, ServiceRecord
from evaluation.units.models import Unit
from evaluation.workbooks import read_workbook
from tests.factories import draw_of, frame_of, unit_of
from tests.measuring import query_count

SignIn = Callable[[User], Client]
TELEPHONE = "13800000001"


def url(name: str, *args: object) -> str:
    return reverse(f"recipients:{name}", args=[2012, *args])


@pytest.fixture
def frame(cycle: Cycle, unit: Unit) -> Frame:
    return frame_of(cycle=cycle, unit=unit, sections={"救助科": 4, "婚姻登记处": 15, "优抚科": 30})


@pytest.fixture
def drawn(frame: Frame) -> Draw:
    return draw_of(frame=frame)


def test_the_forecast_before_the_draw(frame: Frame, unit_admin: User, client_for: SignIn) -> None:
    response = client_for(unit_admin).get(url("frame-detail", frame.pk))
    told = {row.section: row for row in response.context["expected"]}
    assert [(row.share.main, row.share.is_whole, row.coming, row.shortfall) for row in told.values()] == [
        (20, False, 10, 0), (15, True, 7, 3), (4, True, 2, 8),
    ]  # fmt: skip
    assert [row.section for row in response.context["out_of_reach"]] == ["救助科"]
    assert frame.digest in response.text
    assert TELEPHONE not in response.text
    changed = client_for(unit_admin).get(url("frame-detail", frame.pk), {"each": 30, "reserve": 0, "turnout": 30})
    assert {row.section: row.coming for row in changed.context["expected"]}["优抚科"] == 9
    assert client_for(unit_admin).get(url("frame-detail", frame.pk), {"each": "x", "turnout": "9"}).status_code == 200


def test_a_unit_makes_no_frame_for_another(
    cycle: Cycle, other_unit: Unit, unit_admin: User, client_for: SignIn
) -> None:
    ServiceRecord.objects.create(
        cycle=cycle, unit=other_unit, number="1", matter="x", applicant="甲", office="科", state="办结"
    )
    client = client_for(unit_admin)
    client.post(url("frames-make"), {"pk": other_unit.pk})
    client.post(url("frames-make"), {"all": "1"})
    assert not Frame.objects.exists()


def test_frames_of_many_ledgers_and_their_draws_in_one_act(cycle: Cycle, office: User, client_for: SignIn) -> None:
    for number in range(3):
        ServiceRecord.objects.create(
            cycle=cycle, unit=unit_of(), number=str(number), matter="x", applicant="甲", office="科", state="办结"
        )
    client = client_for(office)
    client.post(url("frames-make"), {"all": "1"})
    assert Frame.objects.count() == 3
    first = Frame.objects.first()
    client.post(url("draws-make"), {"pk": first.pk, "each": 5, "reserve": 2, "seed": "1 2 3"})  # type: ignore[union-attr]
    assert Draw.objects.get().frame == first
    client.post(url("draws-make"), {"all": "1", "each": 5, "reserve": 2, "seed": "4"})
    assert Draw.objects.count() == 3
    client.post(url("draws-make"), {"all": "1", "each": 5, "reserve": 2, "seed": "5"})
    assert Draw.objects.filter(set_aside_at__isnull=True).count() == 3


def test_drawing_again_asks_why_and_keeps_what_was_typed(drawn: Draw, unit_admin: User, client_for: SignIn) -> None:
    client = client_for(unit_admin)
    values = {"each": 7, "reserve": 2, "seed": "9 9", "seed_note": "三方掷骰子", "reason": ""}
    refused = client.post(url("draw-make", drawn.frame.pk), values)
    assert refused.status_code == 400
    assert "三方掷骰子" in refused.text
    client.post(url("draw-make", drawn.frame.pk), {**values, "reason": "骰子落地"})
    drawn.refresh_from_db()
    assert drawn.set_aside_reason == "骰子落地"
    assert client.get(url("draw-detail", drawn.pk)).status_code == 200


def test_only_who_invites_sees_contacts(
    drawn: Draw, office: User, unit_admin: User, approver: User, scrutineer: User, auditor: User, client_for: SignIn
) -> None:
    page = url("draw-detail", drawn.pk) + "?section=" + str(drawn.strata.get(section="救助科").pk)
    row = DrawnRecipient.objects.filter(stratum__section="救助科").select_related("entry")[0]
    for user, sees in ((office, True), (unit_admin, True), (approver, False), (scrutineer, False), (auditor, False)):
        response = client_for(user).get(page)
        assert row.entry.name in response.text
        assert (row.entry.telephone in response.text) is sees
        assert "no-store" in response.headers["Cache-Control"]


def test_marking_for_a_list(drawn: Draw, unit_admin: User, client_for: SignIn) -> None:
    client = client_for(unit_admin)
    stratum = drawn.strata.get(section="婚姻登记处")
    mark = url("recipients-mark", drawn.pk)
    client.post(f"{mark}?section={stratum.pk}", {"all": "1", "act": "letter"})
    rows = DrawnRecipient.objects.filter(stratum__draw=drawn)
    assert set(rows.filter(way="letter").values_list("stratum", flat=True)) == {stratum.pk}
    assert rows.filter(way="letter").count() == 15
    gone = rows.filter(stratum__section="优抚科").order_by("place")[0]
    client.post(mark, {"pk": gone.pk, "act": "unavailable"})
    assert rows.get(state="called_up").place == 21
    client.post(mark, {"pk": "x", "act": "unavailable"})
    client.post(mark, {"pk": gone.pk, "act": "nonsense"})
    assert rows.filter(state="unavailable").count() == 1
    filtered = client.get(url("draw-detail", drawn.pk), {"state": "called_up"})
    assert [row.place for row in filtered.context["page_obj"]] == [21]


def test_the_list_of_invitations(drawn: Draw, unit_admin: User, client_for: SignIn) -> None:
    response = client_for(unit_admin).post(url("invitations-download", drawn.pk))
    assert "no-store" in response.headers["Cache-Control"]
    sheet = read_workbook(response.content, "a.xlsx").sheets[0]
    assert sum("抽中" in row.cells for row in sheet.rows) == 4 + 15 + 20
    assert TELEPHONE in str(sheet.rows)
    event = AuditEvent.objects.get(action="invitation-list-downloaded")
    assert event.detail == {"number": 39}


def test_sections_of_the_ledger(cycle: Cycle, unit: Unit, office: User, client_for: SignIn) -> None:
    for number in range(15):
        office_name = "窗口" if number < 12 else "救助科"
        ServiceRecord.objects.create(
            cycle=cycle, unit=unit, number=str(number), matter="x", applicant=f"人{number}", office=office_name,
            state="办结",
        )  # fmt: skip
    client = client_for(office)
    summary = client.get(url("section-list")).context["summary"]
    assert (summary.sections, summary.out_of_reach, summary.people) == (2, 1, 15)
    shown = client.get(url("section-list"), {"short": "on"}).context["page_obj"]
    assert [row.section for row, _expected in shown] == ["救助科"]


@pytest.mark.parametrize("name", ["draw-list", "section-list"])
def test_lists_cost_the_same_with_one_and_three(cycle: Cycle, office: User, client_for: SignIn, name: str) -> None:
    def add(number: int) -> None:
        unit = unit_of()
        ServiceRecord.objects.create(
            cycle=cycle, unit=unit, number=str(number), matter="x", applicant="甲", office="科", state="办结"
        )
        draw_of(frame=frame_of(cycle=cycle, unit=unit, sections={"科": 2}))

    add(1)
    one = query_count(client_for(office), url(name))
    add(2)
    add(3)
    assert query_count(client_for(office), url(name)) == one


def test_a_draw_costs_the_same_with_one_and_thirty(
    cycle: Cycle, unit: Unit, other_unit: Unit, office: User, client_for: SignIn
) -> None:
    small = draw_of(frame=frame_of(cycle=cycle, unit=unit, sections={"一科": 1}))
    large = draw_of(frame=frame_of(cycle=cycle, unit=other_unit, sections={"一科": 30, "二科": 30, "三科": 3}))
    client = client_for(office)
    for name, one, other in (("draw-detail", small.pk, large.pk), ("frame-detail", small.frame_id, large.frame_id)):
        assert query_count(client, url(name, one)) == query_count(client, url(name, other))
