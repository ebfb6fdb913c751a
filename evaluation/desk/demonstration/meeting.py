"""Step 2 in the city: duty reports, meetings, who came, what was asked (C7, C8)."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from evaluation.cycle.models import Track
from evaluation.desk.demonstration.city import City
from evaluation.desk.demonstration.story import Act
from evaluation.meetings.models import Inquiry, ReportMeeting
from evaluation.meetings.services import (
    AgendaText,
    Counts,
    InquiryText,
    MeetingText,
    ReportText,
    StatementText,
    advance_reports,
    announce_meeting,
    answer_in_writing,
    create_meeting,
    hold_meeting,
    publish_meeting_report,
    record_inquiry,
    save_agenda,
    save_attendance,
    save_invitations,
    save_report,
    submit_report,
)
from evaluation.roster.models import Appraisal

# Invited and present by category: recipients, staff, the four kinds of representatives, society.
CATEGORIES = ("recipient", "staff", "party_delegate", "people_deputy", "cppcc_member", "supervisor", "society")
INVITED = {
    "minzheng": (62, 40, 10, 12, 8, 10, 6),
    "dongxi": (70, 36, 8, 10, 4, 8, 8),
    "shenpi": (36, 20, 4, 5, 4, 5, 2),
    "sifa": (28, 22, 3, 4, 3, 4, 2),
    "weisheng": (26, 24, 3, 3, 2, 3, 1),
    "huanbao": (24, 28, 4, 4, 3, 4, 3),
    "jiaotong": (30, 34, 4, 5, 4, 5, 3),
}
TODAY, COMING = "huanbao", "jiaotong"
BEGAN_MINUTES_AGO = 100


def stories(city: City) -> list[list[Act]]:
    """What no ballot follows yet; the meetings that were held stand in the chain of their unit (``loading``)."""
    return [_coming(city), _first_reports(city)]


def meeting_day(city: City, code: str) -> date:
    return city.working_day(city.words["meeting_days"][code])


def meeting_of(city: City, code: str) -> ReportMeeting:
    return ReportMeeting.objects.get(cycle=city.cycle, unit__code=code)


def before(city: City, code: str) -> list[Act]:
    """Reports published and the meeting announced, with a week between announcement and meeting."""
    day = meeting_day(city, code)
    return [
        Act(city.near(day, -12, 10), _writing_reports(code)),
        Act(city.near(day, -10, 10), _publishing_reports(code)),
        Act(city.near(day, -9, 9), _preparing(code, began(city, code))),
        Act(city.near(day, -7, 9), _announcing(code)),
    ]


def held(city: City, code: str) -> list[Act]:
    """Attendance and questions, well into the meeting."""
    moment = began(city, code) + timedelta(minutes=60) if code == TODAY else city.near(meeting_day(city, code), 0, 11)
    return [Act(moment, _holding(code))]


def reported(city: City, code: str) -> list[Act]:
    day = meeting_day(city, code)
    return [Act(city.near(day, 2, 14), _reporting(code)), Act(city.near(day, 2, 15), _answering(code))]


def began(city: City, code: str) -> datetime:
    return city.last_meeting_hour(BEGAN_MINUTES_AGO) if code == TODAY else city.near(meeting_day(city, code), 0, 9)


def _coming(city: City) -> list[Act]:
    begins = city.moment(city.words["meeting_days"][COMING], 14, 30)
    return [
        Act(city.moment(-4, 9), _preparing(COMING, begins)),
        Act(city.moment(-3, 11), _announcing(COMING)),
        Act(city.moment(-2, 10), _write_and_submit_some),
    ]


def _first_reports(city: City) -> list[Act]:
    return [Act(city.moment(-5, 15), _begin_report)]


# Reports


def _judged(city: City, code: str) -> list[Appraisal]:
    """Who reports at the meeting of the unit: at a town's, the cadres of its villages."""
    return city.appraisals(code, Track.VILLAGE) if code == "dongxi" else city.appraisals(code)


def _writing_reports(code: str) -> Callable[[City], None]:
    def write(city: City) -> None:
        for appraisal in _judged(city, code):
            _write(city, appraisal)

    return write


def _write(city: City, appraisal: Appraisal) -> None:
    text, shared = city.text_of(appraisal), city.words["report"]
    items = list(appraisal.pledge.items.all())
    statements = [
        StatementText(item.pk, "under_way" if any(mark in done for mark in shared["under_way"]) else "done", done)
        for item, done in zip(items, text.done, strict=True)
    ]
    save_report(
        appraisal=appraisal,
        actor=appraisal.cadre.user,  # type: ignore[arg-type]
        text=ReportText(
            duty=text.report,
            commitments=shared["commitments"][appraisal.pk % len(shared["commitments"])],
            integrity=shared["integrity"][appraisal.pk % len(shared["integrity"])],
            problems=text.problems,
        ),
        statements=statements,
    )


def _publishing_reports(code: str) -> Callable[[City], None]:
    def publish(city: City) -> None:
        judged = _judged(city, code)
        for step, actor in (
            ("submit", city.admin(code)),
            ("approve", city.approver(code)),
            ("publish", city.admin(code)),
        ):
            outcome = advance_reports(appraisals=judged, code=step, actor=actor)
            if outcome.left:
                raise RuntimeError(f"{code}: {outcome.left}")

    return publish


def _write_and_submit_some(city: City) -> None:
    for appraisal in _judged(city, COMING):
        if city.text_of(appraisal).done:
            _write(city, appraisal)
            submit_report(report=appraisal.report, actor=city.admin(COMING))


def _begin_report(city: City) -> None:
    appraisal = city.appraisals("jiaoyu")[0]
    text = ReportText(duty=city.words["report"]["begun"])
    save_report(appraisal=appraisal, actor=city.admin("jiaoyu"), text=text, statements=[])


# Meetings


def _preparing(code: str, starts_at: datetime) -> Callable[[City], None]:
    def prepare(city: City) -> None:
        words, text = city.words["meeting"], city.texts[code]
        kind = "village_title" if code == "dongxi" else "title"
        meeting = create_meeting(
            cycle=city.cycle,
            unit=city.unit(code),
            actor=city.admin(code),
            text=MeetingText(
                title=words[kind].format(unit=text.name, year=city.year),
                starts_at=starts_at,
                place=words["place"].format(unit=text.name),
                chair=text.approver,
            ),
        )
        save_agenda(meeting=meeting, actor=city.admin(code), items=_agenda(city, code))
        invited = dict(zip(CATEGORIES, INVITED[code], strict=True))
        save_invitations(meeting=meeting, actor=city.admin(code), invited=invited)

    return prepare


def _agenda(city: City, code: str) -> list[AgendaText]:
    words = city.words["meeting"]
    reports = [AgendaText(words["agenda_report"].format(name=one.name), 8, one.pk) for one in _judged(city, code)]
    opening, asking, voting = words["agenda"]
    return [AgendaText(opening, 5), *reports, AgendaText(asking, 30), AgendaText(voting, 20)]


def _announcing(code: str) -> Callable[[City], None]:
    def announce(city: City) -> None:
        announce_meeting(meeting=meeting_of(city, code), actor=city.admin(code))

    return announce


def _holding(code: str) -> Callable[[City], None]:
    def hold(city: City) -> None:
        meeting, actor = meeting_of(city, code), city.admin(code)
        counts = {
            category: Counts(present=number - number // 12, on_leave=number // 12)
            for category, number in zip(CATEGORIES, INVITED[code], strict=True)
        }
        save_attendance(meeting=meeting, actor=actor, counts=counts)
        meeting = hold_meeting(meeting=meeting, actor=actor)
        for asked in city.words["inquiries"][code]:
            _ask(city, meeting, asked)

    return hold


def _ask(city: City, meeting: ReportMeeting, asked: dict[str, str]) -> None:
    days = asked.get("written_in")
    record_inquiry(
        meeting=meeting,
        appraisal=city.appraisal(asked["name"]),
        actor=city.admin(meeting.unit.code),
        text=InquiryText(
            kind=asked["kind"],
            topic=asked["topic"],
            asked_by=asked["by"],
            question=asked["question"],
            answer=asked["answer"],
            written_due=meeting.starts_at.date() + timedelta(days=int(days)) if days else None,
        ),
    )


def _reporting(code: str) -> Callable[[City], None]:
    def report(city: City) -> None:
        words, invited = city.words["meeting"], sum(INVITED[code])
        present = sum(number - number // 12 for number in INVITED[code])
        names = len(_judged(city, code))
        summary = words["summary"].format(unit=city.texts[code].name, number=names, invited=invited, present=present)
        publish_meeting_report(meeting=meeting_of(city, code), actor=city.admin(code), summary=summary)

    return report


def _answering(code: str) -> Callable[[City], None]:
    def answer(city: City) -> None:
        written = {asked["question"]: asked.get("written", "") for asked in city.words["inquiries"][code]}
        owed = Inquiry.objects.filter(meeting=meeting_of(city, code)).owed()
        for inquiry in owed.select_related("appraisal__cadre__user"):
            if written[inquiry.question]:
                actor = inquiry.appraisal.cadre.user
                answer_in_writing(inquiry=inquiry, actor=actor, answer=written[inquiry.question])  # type: ignore[arg-type]

    return answer
