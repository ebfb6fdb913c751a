"""Boxes of drawn recipients and the one workbook with their passes: who makes it, once, and what it leaves behind."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from evaluation.audit.models import AuditEvent
from evaluation.audit.services import record
from evaluation.ballots.boxes import close_box, make_ready, open_box, propose_annulment
from evaluation.ballots.boxes import confirm_annulment as annul
from evaluation.ballots.casting import cast
from evaluation.ballots.counting import count_boxes
from evaluation.ballots.drawn_boxes import create_drawn_boxes, planned_boxes
from evaluation.ballots.mail_merge import HEADER, merge_letters
from evaluation.ballots.models import BallotBox, Pass, ScrutineerKey
from evaluation.ballots.sheets import Spec, mark_field
from evaluation.cycle.models import Cycle
from evaluation.errors import DomainError
from evaluation.guard.models import SiteTest
from evaluation.meetings.models import ReportMeeting
from evaluation.recipients.draws import replace_unavailable, set_way
from evaluation.recipients.models import Draw, DrawnRecipient, DrawStratum
from evaluation.roster.models import Appraisal
from evaluation.units.models import Role, Unit
from evaluation.workbooks import read_workbook
from tests.ballots.conftest import PASSPHRASE
from tests.factories import appraisal_of, draw_of, frame_of, member, unit_of

SignIn = Callable[[User], Client]


@pytest.fixture
def site_tested(db: None) -> None:
    SiteTest.objects.update_or_create(site_url=settings.SITE_URL, defaults={"opened_at": timezone.now()})


@pytest.fixture
def drawn(cycle: Cycle, unit: Unit) -> Draw:
    """Three sections; the roster calls the second one a little otherwise, and does not know the third."""
    for name, section in (("甲某", "救助科"), ("乙某", "救助科"), ("丙某", "优抚科（双拥办）")):
        appraisal_of(cycle=cycle, unit=unit, name=name, office=section)
    return draw_of(frame=frame_of(cycle=cycle, unit=unit, sections={"救助科": 6, "优抚科": 30, "婚姻处": 3}))


def by_letter(drawn: Draw, section: str, actor: User, number: int = 4) -> list[DrawnRecipient]:
    rows = DrawnRecipient.objects.filter(stratum__draw=drawn, stratum__section=section, state="drawn")
    chosen = list(rows.order_by("place")[:number])
    set_way(drawn=drawn, recipients=[row.pk for row in chosen], way="letter", actor=actor)
    return chosen


def times() -> dict[str, Any]:
    now = timezone.now()
    return {"opens_at": now + timedelta(hours=1), "closes_at": now + timedelta(days=9)}


@pytest.fixture
def box(drawn: Draw, unit_admin: User, scrutineer: User, key: ScrutineerKey, site_tested: None) -> BallotBox:
    """Ready, with four people of 救助科 by letter."""
    by_letter(drawn, "救助科", unit_admin)
    made = create_drawn_boxes(drawn=drawn, actor=unit_admin, **times())
    return make_ready(boxes=made, scrutineer=scrutineer, passphrase=PASSPHRASE)[0]


def rows_of(content: bytes) -> list[dict[str, str]]:
    sheet = read_workbook(content, "a.xlsx").sheets[0]
    rows = [dict(zip(HEADER, row.cells, strict=False)) for row in sheet.rows[1:]]
    return [{key: str(value) for key, value in row.items()} for row in rows if "#" in str(row.get("测评链接"))]


def refused(code: str, do: Callable[[], object]) -> None:
    with pytest.raises(DomainError) as error:
        do()
    assert error.value.code == code


# boxes


def test_one_box_a_section_and_nothing_without_a_match(drawn: Draw, unit_admin: User) -> None:
    for section in ("救助科", "优抚科", "婚姻处"):
        by_letter(drawn, section, unit_admin, 2)
    boxes = create_drawn_boxes(drawn=drawn, actor=unit_admin, **times())
    sheets = {
        box.stratum.section: [row.appraisal.name for row in box.sheet.select_related("appraisal")]  # type: ignore[union-attr]
        for box in boxes
    }
    assert sheets == {"救助科": ["甲某", "乙某"], "优抚科": ["丙某"]}
    assert {(box.kind, box.groups.get().group, box.groups.get().invited) for box in boxes} == {
        ("recipients", "service_recipient", 2)
    }
    plan = {row.stratum.section: row for row in planned_boxes(drawn=drawn, actor=unit_admin)}
    assert plan["婚姻处"].obstacle == "unmatched"
    assert plan["救助科"].box
    refused("nothing_to_make", lambda: create_drawn_boxes(drawn=drawn, actor=unit_admin, **times()))


def test_nobody_by_letter_no_box(drawn: Draw, office: User) -> None:
    assert {row.obstacle for row in planned_boxes(drawn=drawn, actor=office)} == {"nobody", "unmatched"}
    refused("nothing_to_make", lambda: create_drawn_boxes(drawn=drawn, actor=office, **times()))


def test_window_heads_are_judged_in_a_box_of_the_centre_that_the_office_makes(
    cycle: Cycle, unit: Unit, office: User, unit_admin: User
) -> None:
    centre = unit_of("行政服务中心")
    appraisal_of(cycle=cycle, unit=unit, name="窗口甲", office="窗口", organising_unit=centre)
    drawn = draw_of(frame=frame_of(cycle=cycle, unit=unit, sections={"窗口": 3, "别科": 1}))
    by_letter(drawn, "窗口", office, 3)
    refused("nothing_to_make", lambda: create_drawn_boxes(drawn=drawn, actor=unit_admin, **times()))
    [box] = create_drawn_boxes(drawn=drawn, actor=office, **times())
    assert box.unit == centre


def test_a_list_without_sections_judges_the_whole_unit(cycle: Cycle, unit: Unit, office: User) -> None:
    for office_name in ("救助科", "优抚科"):
        appraisal_of(cycle=cycle, unit=unit, office=office_name)
    drawn = draw_of(frame=frame_of(cycle=cycle, unit=unit, sections={"企业": 3}))
    assert {row.obstacle for row in planned_boxes(drawn=drawn, actor=office)} == {"unmatched"}
    from evaluation.recipients.frames import make_list_frame
    from evaluation.recipients.people import person_of

    people = [person_of(section="", name="张三", telephone="13800000001")]
    frame = make_list_frame(cycle=cycle, unit=unit, name="x", people=people, actor=office)
    drawn = draw_of(frame=frame)
    by_letter(drawn, "", office, 1)
    [box] = create_drawn_boxes(drawn=drawn, actor=office, **times())
    assert box.sheet.count() == Appraisal.objects.filter(organising_unit=unit).count()


# the workbook


def test_one_workbook_with_a_pass_for_everybody_by_letter(box: BallotBox, office: User) -> None:
    rows = rows_of(merge_letters(boxes=[box], actor=office))
    people = DrawnRecipient.objects.filter(way="letter").select_related("entry")
    assert {row["姓名/名称"] for row in rows} == {row.entry.name for row in people}
    assert {row["联系电话"] for row in rows} == {row.entry.telephone for row in people}
    assert len({row["测评链接"] for row in rows}) == 4
    for row in rows:
        address, _hash, token = row["测评链接"].partition("#")
        assert address == settings.SITE_URL + reverse("vote:landing")
        assert row["测评码"].replace(" ", "") == token[-12:]
        assert row["测评码"].count(" ") == 2
    assert Pass.objects.filter(box=box, state="issued").count() == 4
    assert DrawStratum.objects.get(boxes=box).letters_made_at


def test_a_second_try_is_refused_and_making_all_again_voids_the_first(box: BallotBox, office: User) -> None:
    refused("nothing_made", lambda: merge_letters(boxes=[box], actor=office, again=True))
    first = rows_of(merge_letters(boxes=[box], actor=office))
    refused("made_already", lambda: merge_letters(boxes=[box], actor=office))
    second = rows_of(merge_letters(boxes=[box], actor=office, again=True))
    assert {row["姓名/名称"] for row in first} == {row["姓名/名称"] for row in second}
    assert not {row["测评链接"] for row in first} & {row["测评链接"] for row in second}
    assert sorted(Pass.objects.filter(box=box).values_list("state", flat=True)) == ["issued"] * 4 + ["void"] * 4


def test_nobody_who_cannot_come_gets_a_pass_and_the_called_up_do(
    drawn: Draw, office: User, unit_admin: User, scrutineer: User, key: ScrutineerKey, site_tested: None
) -> None:
    chosen = by_letter(drawn, "优抚科", unit_admin)
    [made] = create_drawn_boxes(drawn=drawn, actor=unit_admin, **times())
    [box] = make_ready(boxes=[made], scrutineer=scrutineer, passphrase=PASSPHRASE)
    replace_unavailable(drawn=drawn, recipients=[chosen[0].pk], actor=unit_admin)
    names = {row["姓名/名称"] for row in rows_of(merge_letters(boxes=[box], actor=office))}
    called = DrawnRecipient.objects.select_related("entry").get(state="called_up")
    assert called.entry.name in names
    assert chosen[0].entry.name not in names
    assert len(names) == 4


def test_who_may_not(box: BallotBox, office: User, unit_admin: User, scrutineer: User, unit: Unit) -> None:
    inside = member(role=Role.SCRUTINEER, unit=unit)
    refused("not_yours", lambda: merge_letters(boxes=[box], actor=unit_admin))
    refused("not_yours", lambda: merge_letters(boxes=[box], actor=inside))
    refused("two_people", lambda: merge_letters(boxes=[box], actor=scrutineer))
    assert not Pass.objects.exists()


def test_a_refused_reprint_leaves_the_first_set_valid(box: BallotBox, office: User, unit_admin: User) -> None:
    merge_letters(boxes=[box], actor=office)
    refused("not_yours", lambda: merge_letters(boxes=[box], actor=unit_admin, again=True))
    assert set(Pass.objects.values_list("state", flat=True)) == {"issued"}


def test_not_before_a_phone_has_opened_the_test_code(box: BallotBox, office: User) -> None:
    SiteTest.objects.update(opened_at=None)
    refused("site_untested", lambda: merge_letters(boxes=[box], actor=office))


def test_only_ready_boxes_of_drawn_recipients(
    box: BallotBox, office: User, new_box: Callable[..., BallotBox], second_scrutineer: User
) -> None:
    refused("not_drawn", lambda: merge_letters(boxes=[new_box()], actor=office))
    refused("no_boxes", lambda: merge_letters(boxes=[], actor=office))
    propose_annulment(box=box, reason="错", actor=office)
    annul(box=box, actor=second_scrutineer)
    refused("not_ready", lambda: merge_letters(boxes=[box], actor=office))


def test_tokens_are_nowhere_but_in_the_workbook(
    box: BallotBox, office: User, client_for: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    response = client_for(office).post(reverse("ballots:letters-make", args=[2012, box.pk]))
    assert "no-store" in response.headers["Cache-Control"]
    rows = rows_of(response.content)
    assert len(rows) == 4
    assert found_anywhere(secrets_of(rows), caplog.text) == []
    event = AuditEvent.objects.get(action="letters-made")
    assert event.detail == {"number": 4, "voided": 0}


def secrets_of(rows: list[dict[str, str]]) -> list[str]:
    return [part for row in rows for part in (row["测评链接"].partition("#")[2], row["测评码"].replace(" ", ""))]


def found_anywhere(secrets: list[str], logged: str = "") -> list[str]:
    """Those that stand in any column of any table, or in the log."""
    models = apps.get_models()
    kept = [str(value) for model in models for row in model._base_manager.values() for value in row.values()]
    everything = "\n".join([*kept, logged])
    return [secret for secret in secrets if secret in everything]


def test_a_code_that_was_kept_would_be_found(box: BallotBox, office: User) -> None:
    """The control of the test above."""
    secrets = secrets_of(rows_of(merge_letters(boxes=[box], actor=office)))
    record(actor=office, action="letters-made", target=box, detail={"code": secrets[1]})
    assert found_anywhere(secrets) == [secrets[1]]


def test_passes_share_nothing_with_people(box: BallotBox, office: User) -> None:
    """The order of the slips is random: the first of the list does not hold the first pass."""
    seen = set()
    for again in (False, True, True, True, True, True):
        rows = rows_of(merge_letters(boxes=[box], actor=office, again=again))
        digests = list(Pass.objects.filter(box=box, state="issued").order_by("digest").values_list("digest", flat=True))
        from evaluation.ballots.passes import token_digest

        seen.add(tuple(digests.index(token_digest(row["测评链接"].partition("#")[2])) for row in rows))
    assert len(seen) > 1


def test_from_letter_to_count(box: BallotBox, office: User, second_scrutineer: User, scrutineer: User) -> None:
    rows = rows_of(merge_letters(boxes=[box], actor=office))
    BallotBox.objects.filter(pk=box.pk).update(opens_at=timezone.now() - timedelta(minutes=1))
    box = open_box(box=box, actor="system:clock")
    spec = Spec.from_values(box.spec)
    for row in rows[:3]:
        posted = {mark_field(one, aspect): [spec.grades[0]] for one in spec.appraisals for aspect in spec.aspects}
        assert cast(typed=row["测评链接"].partition("#")[2], posted=posted).receipt
    BallotBox.objects.filter(pk=box.pk).update(closes_at=timezone.now())
    box = close_box(box=box, actor=scrutineer)
    count_boxes(boxes=[box], scrutineer=scrutineer, passphrase=PASSPHRASE)
    assert {tally.valid for tally in box.tallies.all()} == {3}


# pages


def test_pages_of_a_draw(drawn: Draw, unit_admin: User, office: User, client_for: SignIn, key: ScrutineerKey) -> None:
    by_letter(drawn, "救助科", unit_admin)
    client = client_for(unit_admin)
    page = reverse("ballots:drawn-boxes", args=[2012, drawn.pk])
    assert "婚姻处" in client.get(page).text
    bad = client.post(reverse("ballots:drawn-boxes-make", args=[2012, drawn.pk]), {"opens_at": "x"})
    assert bad.status_code == 400
    values = {name: value.strftime("%Y-%m-%dT%H:%M") for name, value in times().items()}
    client.post(reverse("ballots:drawn-boxes-make", args=[2012, drawn.pk]), values)
    box = BallotBox.objects.get()
    assert "4" in client.get(reverse("ballots:box-detail", args=[2012, box.pk])).text
    assert client.post(reverse("ballots:drawn-letters", args=[2012, drawn.pk])).status_code == 403


def test_one_workbook_for_all_boxes_of_a_draw(
    drawn: Draw, unit_admin: User, office: User, scrutineer: User, key: ScrutineerKey, site_tested: None,
    client_for: SignIn,
) -> None:  # fmt: skip
    for section in ("救助科", "优抚科"):
        by_letter(drawn, section, unit_admin, 3)
    boxes = create_drawn_boxes(drawn=drawn, actor=unit_admin, **times())
    make_ready(boxes=boxes, scrutineer=scrutineer, passphrase=PASSPHRASE)
    client = client_for(office)
    letters = reverse("ballots:drawn-letters", args=[2012, drawn.pk])
    assert len(rows_of(client.post(letters).content)) == 6
    assert client.post(letters).status_code == 302
    assert Pass.objects.count() == 6


def test_the_number_goes_into_the_meetings_invitations(
    drawn: Draw, cycle: Cycle, unit: Unit, unit_admin: User, client_for: SignIn
) -> None:
    meeting = ReportMeeting.objects.create(cycle=cycle, unit=unit, title="会", starts_at=timezone.now())
    other = ReportMeeting.objects.create(cycle=cycle, unit=unit_of(), title="别会", starts_at=timezone.now())
    by_letter(drawn, "救助科", unit_admin)
    client = client_for(unit_admin)
    invite = reverse("ballots:drawn-invite", args=[2012, drawn.pk])
    client.post(invite, {"meeting": meeting.pk})
    assert meeting.attendance.get(category="recipient").invited == 6 + 20 + 3 - 4
    assert client.post(invite, {"meeting": other.pk}).status_code == 404
    assert client.post(invite, {"meeting": "x"}).status_code == 404
