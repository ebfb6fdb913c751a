from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from evaluation.cycle.models import Cycle, EvaluatorGroup
from evaluation.errors import DomainError
from evaluation.meetings.models import GROUP_OF_CATEGORY, Category, Inquiry, ReportMeeting
from evaluation.meetings.selectors import public_meetings
from evaluation.meetings.services import (
    AgendaText,
    Counts,
    InquiryText,
    MeetingText,
    NamedAttendee,
    announce_meeting,
    answer_in_writing,
    create_meeting,
    hold_meeting,
    publish_meeting_report,
    record_inquiry,
    revise_inquiry,
    save_agenda,
    save_attendance,
    save_attendees,
    save_invitations,
    save_meeting,
)
from evaluation.roster.models import Appraisal
from evaluation.units.models import Role, Unit
from tests.factories import appraisal_of, member, user_named

SignIn = Callable[[User], Client]
SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = datetime(2012, 10, 20, 14, tzinfo=SHANGHAI)
TEXT = MeetingText(title="公开述职述廉会议", starts_at=DAY, place="市民政局五楼会议室", chair="李局长")
QUESTION = InquiryText(
    kind="question", topic="hot_issue", asked_by="supervisor", question="为何排队？", answer="已加开窗口。"
)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2012, 10, 10, 1, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def cadre(db: None) -> User:
    return user_named("张三")


@pytest.fixture
def mine(cycle: Cycle, unit: Unit, cadre: User) -> Appraisal:
    return appraisal_of(cycle=cycle, unit=unit, user=cadre, name="张三")


@pytest.fixture
def meeting(cycle: Cycle, unit: Unit, unit_admin: User, mine: Appraisal) -> ReportMeeting:
    return create_meeting(cycle=cycle, unit=unit, actor=unit_admin, text=TEXT)


@pytest.fixture
def announced(meeting: ReportMeeting, unit_admin: User) -> ReportMeeting:
    save_invitations(meeting=meeting, actor=unit_admin, invited={"recipient": 30, "supervisor": 5})
    return announce_meeting(meeting=meeting, actor=unit_admin)


@pytest.fixture
def held(announced: ReportMeeting, unit_admin: User, clock: time_machine.Traveller) -> ReportMeeting:
    clock.move_to(DAY + timedelta(hours=1))
    save_attendance(meeting=announced, actor=unit_admin, counts={"recipient": Counts(28, on_leave=2, walk_ins=3)})
    return hold_meeting(meeting=announced, actor=unit_admin)


def code_of(call: Callable[..., object], **kwargs: object) -> str:
    with pytest.raises(DomainError) as caught:
        call(**kwargs)
    return caught.value.code


def page(name: str, *args: object) -> str:
    return reverse(f"meetings:{name}", args=[2012, *args])


def test_agenda_begins_with_the_units_cadres(
    cycle: Cycle, unit: Unit, other_unit: Unit, unit_admin: User, mine: Appraisal
) -> None:
    appraisal_of(cycle=cycle, unit=other_unit)
    appraisal_of(cycle=cycle, unit=unit, exempt=True, exempt_reason="借调")

    meeting = create_meeting(cycle=cycle, unit=unit, actor=unit_admin, text=TEXT)

    assert [item.appraisal for item in meeting.agenda.all() if item.appraisal] == [mine]
    assert meeting.agenda.count() == 4


def test_from_preparation_to_report(held: ReportMeeting, mine: Appraisal, unit_admin: User) -> None:
    record_inquiry(meeting=held, appraisal=mine, actor=unit_admin, text=QUESTION)

    reported = publish_meeting_report(meeting=held, actor=unit_admin, summary="会议秩序良好。")

    assert (reported.status, reported.summary) == ("reported", "会议秩序良好。")
    assert list(public_meetings()) == [held]


def test_draft_is_not_public(meeting: ReportMeeting) -> None:
    assert not public_meetings().exists()


@pytest.mark.parametrize(
    ("now", "refused"),
    [
        pytest.param(datetime(2012, 10, 19, 23, 59, tzinfo=SHANGHAI), False, id="the evening before"),
        pytest.param(datetime(2012, 10, 20, 0, 0, tzinfo=SHANGHAI), True, id="the same day"),
        pytest.param(datetime(2012, 10, 21, 9, 0, tzinfo=SHANGHAI), True, id="afterwards"),
    ],
)
def test_announced_a_calendar_day_before(
    meeting: ReportMeeting, unit_admin: User, clock: time_machine.Traveller, now: datetime, refused: bool
) -> None:
    clock.move_to(now)

    if refused:
        assert code_of(announce_meeting, meeting=meeting, actor=unit_admin) == "too_soon"
    else:
        assert announce_meeting(meeting=meeting, actor=unit_admin).status == "announced"


def test_announcement_needs_place_and_agenda(meeting: ReportMeeting, unit_admin: User) -> None:
    save_agenda(meeting=meeting, actor=unit_admin, items=[])
    assert code_of(announce_meeting, meeting=meeting, actor=unit_admin) == "agenda_missing"
    save_meeting(meeting=meeting, actor=unit_admin, text=MeetingText(title="会", starts_at=DAY))
    assert code_of(announce_meeting, meeting=meeting, actor=unit_admin) == "place_missing"


def test_announced_meeting_is_not_moved_to_today(announced: ReportMeeting, unit_admin: User) -> None:
    text = MeetingText(title="会", starts_at=datetime(2012, 10, 10, 18, tzinfo=SHANGHAI), place="会议室")

    assert code_of(save_meeting, meeting=announced, actor=unit_admin, text=text) == "too_soon"


def test_held_on_its_day_and_with_attendance(
    announced: ReportMeeting, unit_admin: User, clock: time_machine.Traveller
) -> None:
    assert code_of(hold_meeting, meeting=announced, actor=unit_admin) == "not_yet"
    clock.move_to(DAY)
    assert code_of(hold_meeting, meeting=announced, actor=unit_admin) == "attendance_missing"


@pytest.mark.parametrize(
    "counts",
    [
        pytest.param(Counts(present=31), id="more than invited"),
        pytest.param(Counts(present=28, on_leave=3), id="present and on leave"),
        pytest.param(Counts(present=2, walk_ins=3), id="more walk-ins than present"),
    ],
)
def test_counts_fit(announced: ReportMeeting, unit_admin: User, counts: Counts) -> None:
    kept = {"meeting": announced, "actor": unit_admin, "counts": {"recipient": counts}}

    assert code_of(save_attendance, **kept) == "counts_do_not_fit"


def test_walk_ins_come_on_top(announced: ReportMeeting, unit_admin: User) -> None:
    save_attendance(meeting=announced, actor=unit_admin, counts={"society": Counts(present=4, walk_ins=4)})

    row = announced.attendance.get(category="society")
    assert (row.invited, row.present, row.walk_ins) == (0, 4, 4)


def test_names_are_counted(announced: ReportMeeting, unit_admin: User) -> None:
    names = [
        NamedAttendee("supervisor", "甲", status="present"),
        NamedAttendee("supervisor", "乙", status="on_leave"),
        NamedAttendee("supervisor", "丙"),
        NamedAttendee("supervisor", "丁", status="present", is_walk_in=True),
    ]
    save_attendees(meeting=announced, actor=unit_admin, attendees=names)

    row = announced.attendance.get(category="supervisor")
    assert (row.invited, row.present, row.on_leave, row.walk_ins) == (3, 2, 1, 1)
    assert announced.attendance.get(category="recipient").invited == 30


def test_every_category_belongs_to_a_group_with_passes() -> None:
    assert set(GROUP_OF_CATEGORY) == set(Category.values)
    assert EvaluatorGroup.PUBLIC not in GROUP_OF_CATEGORY.values()


def test_question_before_the_meeting_is_held(announced: ReportMeeting, mine: Appraisal, unit_admin: User) -> None:
    assert code_of(record_inquiry, meeting=announced, appraisal=mine, actor=unit_admin, text=QUESTION) == "wrong_state"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"answer": " "}, "answer_missing"),
        ({"question": " "}, "question_missing"),
        ({"kind": "shout"}, "value_unknown"),
        ({"asked_by": "王某某"}, "value_unknown"),
        ({"written_due": DAY.date() - timedelta(days=1)}, "due_before_meeting"),
        ({"question": "我的身份证320582198001011234"}, "citizen_number"),
    ],
)
def test_question_is_complete(
    held: ReportMeeting, mine: Appraisal, unit_admin: User, changed: dict[str, object], code: str
) -> None:
    text = InquiryText(**{**vars(QUESTION), **changed})

    assert code_of(record_inquiry, meeting=held, appraisal=mine, actor=unit_admin, text=text) == code


def test_question_to_another_units_cadre(held: ReportMeeting, cycle: Cycle, other_unit: Unit, unit_admin: User) -> None:
    stranger = appraisal_of(cycle=cycle, unit=other_unit)

    assert code_of(record_inquiry, meeting=held, appraisal=stranger, actor=unit_admin, text=QUESTION) == "cadre_unknown"


def test_written_answer_is_owed_overdue_given_once(
    held: ReportMeeting, mine: Appraisal, unit_admin: User, cadre: User, clock: time_machine.Traveller
) -> None:
    due = DAY.date() + timedelta(days=7)
    text = InquiryText(**{**vars(QUESTION), "answer": "", "written_due": due})
    inquiry = record_inquiry(meeting=held, appraisal=mine, actor=unit_admin, text=text)
    publish_meeting_report(meeting=held, actor=unit_admin, summary="会议情况")

    assert list(Inquiry.objects.owed()) == [inquiry]
    assert not Inquiry.objects.overdue(due).exists()
    assert Inquiry.objects.overdue(due + timedelta(days=1)).exists()

    clock.move_to(DAY + timedelta(days=9))
    assert code_of(answer_in_writing, inquiry=inquiry, actor=cadre, answer=" ") == "answer_missing"
    answered = answer_in_writing(inquiry=inquiry, actor=cadre, answer="书面答复")
    assert answered.written_at
    assert not Inquiry.objects.owed().exists()
    assert code_of(answer_in_writing, inquiry=inquiry, actor=cadre, answer="再答") == "nothing_owed"


def test_nothing_is_changed_after_the_report(held: ReportMeeting, mine: Appraisal, unit_admin: User) -> None:
    inquiry = record_inquiry(meeting=held, appraisal=mine, actor=unit_admin, text=QUESTION)
    publish_meeting_report(meeting=held, actor=unit_admin, summary="会议情况")
    who = {"actor": unit_admin}

    assert code_of(save_meeting, meeting=held, text=TEXT, **who) == "wrong_state"
    assert code_of(save_agenda, meeting=held, items=[AgendaText("改")], **who) == "wrong_state"
    assert code_of(save_attendance, meeting=held, counts={}, **who) == "wrong_state"
    assert code_of(save_attendees, meeting=held, attendees=[], **who) == "wrong_state"
    assert code_of(revise_inquiry, inquiry=inquiry, appraisal=mine, text=QUESTION, **who) == "wrong_state"
    assert code_of(publish_meeting_report, meeting=held, summary="改", **who) == "wrong_state"


def test_strangers_do_nothing(meeting: ReportMeeting, other_admin: User, approver: User, cadre: User) -> None:
    for actor in (other_admin, approver, cadre):
        assert code_of(announce_meeting, meeting=meeting, actor=actor) == "not_allowed"
        assert code_of(save_meeting, meeting=meeting, actor=actor, text=TEXT) == "not_allowed"


def test_agenda_takes_no_foreign_cadre(
    meeting: ReportMeeting, cycle: Cycle, other_unit: Unit, unit_admin: User
) -> None:
    items = [AgendaText("述职", appraisal=appraisal_of(cycle=cycle, unit=other_unit).pk)]

    assert code_of(save_agenda, meeting=meeting, actor=unit_admin, items=items) == "cadre_unknown"


# Pages

FORMS = ["meeting-edit", "agenda-edit", "invitation-edit", "attendance-edit", "attendee-edit", "meeting-publish"]
ACTS = ["meeting-announce", "meeting-hold", "agenda-generate"]


@pytest.mark.parametrize("name", [*FORMS, "meeting-detail", "inquiry-create"])
def test_pages_by_role(
    client_for: SignIn, held: ReportMeeting, unit_admin: User, other_admin: User, scrutineer: User, name: str
) -> None:
    expected = 200 if name == "meeting-detail" else 403

    assert client_for(unit_admin).get(page(name, held.pk)).status_code == 200
    assert client_for(other_admin).get(page(name, held.pk)).status_code == 404
    assert client_for(scrutineer).get(page(name, held.pk)).status_code == expected


@pytest.mark.parametrize("name", ACTS)
def test_acts_by_role(
    client_for: SignIn, meeting: ReportMeeting, unit_admin: User, other_admin: User, name: str
) -> None:
    assert client_for(unit_admin).get(page(name, meeting.pk)).status_code == 405
    assert client_for(other_admin).post(page(name, meeting.pk)).status_code == 404
    assert client_for(unit_admin).post(page(name, meeting.pk)).status_code == 302


def test_meeting_is_created_in_the_page_for_own_unit_only(
    client_for: SignIn, cycle: Cycle, unit: Unit, other_unit: Unit, mine: Appraisal, unit_admin: User
) -> None:
    appraisal_of(cycle=cycle, unit=other_unit)
    client = client_for(unit_admin)
    data = {"title": "述职述廉会议", "starts_at": "2012-10-20T14:00", "place": "五楼"}

    refused = client.post(page("meeting-create"), {**data, "unit": other_unit.pk})
    assert refused.context["form"].errors["unit"]
    assert "五楼" in refused.content.decode()
    assert client.post(page("meeting-create"), {**data, "unit": unit.pk}).status_code == 302
    assert ReportMeeting.objects.get().starts_at == DAY


def test_agenda_rows_in_the_page(client_for: SignIn, meeting: ReportMeeting, mine: Appraisal, unit_admin: User) -> None:
    rows = {"agenda-TOTAL_FORMS": "2", "agenda-INITIAL_FORMS": "0"}
    rows |= {"agenda-0-text": "散会", "agenda-0-ORDER": "2", "agenda-1-text": "述职", "agenda-1-ORDER": "1"}
    rows |= {"agenda-1-appraisal": str(mine.pk), "agenda-1-minutes": "8"}
    client = client_for(unit_admin)

    more = client.post(page("agenda-edit", meeting.pk), {**rows, "more": "1"})
    assert "agenda-4-text" in more.content.decode()
    assert "散会" in more.content.decode()
    client.post(page("agenda-edit", meeting.pk), rows)
    assert [(item.text, item.appraisal) for item in meeting.agenda.all()] == [("述职", mine), ("散会", None)]


def test_attendance_in_the_page_keeps_what_was_typed(
    client_for: SignIn, announced: ReportMeeting, unit_admin: User
) -> None:
    client = client_for(unit_admin)

    wrong = client.post(page("attendance-edit", announced.pk), {"recipient-present": "31"})
    assert 'value="31"' in wrong.content.decode()
    right = {"recipient-present": "30", "recipient-on_leave": "1", "recipient-walk_ins": "2"}
    assert client.post(page("attendance-edit", announced.pk), right).status_code == 302
    assert announced.attendance.get(category="recipient").present == 30


def test_category_that_was_not_counted_stays_uncounted(
    client_for: SignIn, announced: ReportMeeting, unit_admin: User
) -> None:
    client = client_for(unit_admin)
    shown = client.get(page("attendance-edit", announced.pk)).context["form"]
    untouched = {name: "" if shown[name].value() is None else shown[name].value() for name in shown.fields}

    client.post(page("attendance-edit", announced.pk), {**untouched, "recipient-present": "28"})

    assert announced.attendance.get(category="recipient").present == 28
    assert announced.attendance.get(category="supervisor").present is None


def test_names_in_the_page(client_for: SignIn, announced: ReportMeeting, unit_admin: User) -> None:
    rows = {"attendees-TOTAL_FORMS": "2", "attendees-INITIAL_FORMS": "0", "attendees-0-name": "甲"}
    rows |= {"attendees-0-category": "supervisor", "attendees-0-status": "present", "attendees-0-is_walk_in": "on"}
    rows |= {"attendees-1-category": "recipient", "attendees-1-status": "invited"}

    client_for(unit_admin).post(page("attendee-edit", announced.pk), rows)

    assert announced.attendees.get().name == "甲"


def test_cadre_answers_in_the_page_and_only_own(
    client_for: SignIn, cycle: Cycle, unit: Unit, held: ReportMeeting, mine: Appraisal, unit_admin: User, cadre: User
) -> None:
    colleague = appraisal_of(cycle=cycle, unit=unit)
    text = InquiryText(**{**vars(QUESTION), "written_due": DAY.date()})
    own = record_inquiry(meeting=held, appraisal=mine, actor=unit_admin, text=text)
    other = record_inquiry(meeting=held, appraisal=colleague, actor=unit_admin, text=text)
    client = client_for(cadre)

    assert client.get(page("inquiry-answer", other.pk)).status_code == 403
    assert client.post(page("inquiry-answer", own.pk), {"answer": "书面答复"}).status_code == 302
    assert (
        client_for(member(role=Role.UNIT_ADMIN, unit=other_unit())).get(page("inquiry-answer", own.pk)).status_code
        == 404
    )


def other_unit() -> Unit:
    return Unit.objects.create(code="elsewhere", name="别的单位", kind=Unit.Kind.DEPARTMENT)


def test_inquiry_in_the_page(client_for: SignIn, held: ReportMeeting, mine: Appraisal, unit_admin: User) -> None:
    client = client_for(unit_admin)
    data = {
        "appraisal": mine.pk,
        "kind": "question",
        "topic": "pledge",
        "asked_by": "recipient",
        "question": "何时办结？",
    }

    refused = client.post(page("inquiry-create", held.pk), data)
    assert "何时办结？" in refused.content.decode()
    assert client.post(page("inquiry-create", held.pk), {**data, "written_due": "2012-10-30"}).status_code == 302
    inquiry = Inquiry.objects.get()
    assert client.post(page("inquiry-edit", inquiry.pk), {**data, "answer": "年底前"}).status_code == 302
    inquiry.refresh_from_db()
    assert inquiry.answer == "年底前"


def test_other_units_meeting_is_not_listed(
    client_for: SignIn, meeting: ReportMeeting, other_admin: User, scrutineer: User
) -> None:
    stranger = client_for(other_admin).get(page("meeting-list"))
    reader = client_for(scrutineer).get(page("meeting-list"))

    assert list(stranger.context["page_obj"]) == []
    assert stranger.context["total"] == 0
    assert TEXT.place not in stranger.content.decode()
    assert list(reader.context["page_obj"]) == [meeting]
    assert TEXT.place in reader.content.decode()


@pytest.mark.parametrize("name", ["meeting-list", "inquiry-list"])
def test_lists_cost_the_same_for_one_and_three(
    client_for: SignIn, held: ReportMeeting, mine: Appraisal, unit_admin: User, office: User, cycle: Cycle, name: str
) -> None:
    client, counted = client_for(office), []
    for number in (1, 2):
        for _row in range(number):
            create_meeting(cycle=cycle, unit=held.unit, actor=unit_admin, text=TEXT)
            record_inquiry(meeting=held, appraisal=mine, actor=unit_admin, text=QUESTION)
        client.get(page(name))
        with CaptureQueriesContext(connection) as caught:
            client.get(page(name))
        counted.append(len(caught))

    assert counted[0] == counted[1]


def test_detail_costs_the_same_for_one_and_three_questions(
    client_for: SignIn, held: ReportMeeting, mine: Appraisal, unit_admin: User
) -> None:
    client, counted = client_for(unit_admin), []
    for number in (1, 2):
        for _row in range(number):
            record_inquiry(meeting=held, appraisal=mine, actor=unit_admin, text=QUESTION)
        client.get(page("meeting-detail", held.pk))
        with CaptureQueriesContext(connection) as caught:
            client.get(page("meeting-detail", held.pk))
        counted.append(len(caught))

    assert counted[0] == counted[1]


def test_many_names_are_put_in_the_list_and_saved_after_a_look(
    client_for: SignIn, announced: ReportMeeting, unit_admin: User
) -> None:
    client = client_for(unit_admin)
    typed = {"attendees-TOTAL_FORMS": "1", "attendees-INITIAL_FORMS": "0", "attendees-0-name": "甲"}
    typed |= {"attendees-0-category": "supervisor", "attendees-0-status": "present"}
    pasted = {"pasted-names": "乙，东街社区\n\n丙\t西街", "pasted-category": "recipient", "pasted-status": "invited"}
    shown = client.post(page("attendee-edit", announced.pk), {**typed, **pasted, "paste": "1"})

    assert not announced.attendees.exists()
    rows = [(form["name"].value(), form["organisation"].value()) for form in shown.context["rows"]]
    assert rows[1:3] == [("乙", "东街社区"), ("丙", "西街")]
