"""Results in the hands of their cadres: on their page or by slip, and the days that run from then."""

from datetime import date, timedelta
from io import BytesIO

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.models import User
from evaluation.audit.models import AuditEvent
from evaluation.cycle.models import CalendarDay, Cycle, Track
from evaluation.cycle.working_days import seed_calendar
from evaluation.results.models import Feedback, Publication, Result
from evaluation.results.pools import row_of
from evaluation.results.services import (
    accept_result,
    approve_publication,
    compute_publication,
    deliver_feedback,
    hand_over,
    hand_over_all,
    make_cadre_objection,
    make_public_objection,
    start_notice,
)
from evaluation.units.models import Unit
from tests.results.conftest import MONDAY, judged
from tests.results.test_flow import refused

pytestmark = pytest.mark.django_db


def scan() -> SimpleUploadedFile:
    data = BytesIO()
    Image.new("RGB", (30, 20), "white").save(data, "PNG")
    return SimpleUploadedFile("签收.png", data.getvalue(), content_type="image/png")


@pytest.fixture
def pool(cycle: Cycle, unit: Unit, appraisal: object, unit_admin: User, approver: User) -> Publication:
    """王示例 reads the page, 张无号 has no account; handed out on Monday."""
    judged(cycle=cycle, unit=unit, name="张无号")
    made = compute_publication(cycle=cycle, track=Track.MID_LEVEL, organising_unit=unit, actor=unit_admin)
    approve_publication(publication=made, approver=approver)
    deliver_feedback(publications=[made], actor=unit_admin)
    made.refresh_from_db()
    return made


@pytest.fixture
def slip(pool: Publication) -> Feedback:
    return Feedback.objects.get(result__name="张无号")


def test_who_signs_in_has_the_page_and_who_does_not_waits_for_the_slip(pool: Publication, slip: Feedback) -> None:
    page = Feedback.objects.get(result__name="王示例")

    assert (page.how, page.due, page.delivered_at is not None) == ("page", MONDAY + timedelta(days=3), True)
    assert (slip.how, slip.due, slip.delivered_at, slip.prepared_on) == ("slip", None, None, MONDAY)


@pytest.mark.parametrize("broken", ["inactive", "never set a password"])
def test_an_account_that_nobody_uses_reads_nothing(
    approved: Publication, cadre_user: User, unit_admin: User, broken: str
) -> None:
    if broken == "inactive":
        cadre_user.is_active = False
    else:
        cadre_user.set_unusable_password()
    cadre_user.save()

    deliver_feedback(publications=[approved], actor=unit_admin)

    assert Feedback.objects.get().how == Feedback.How.SLIP


def test_the_days_run_from_the_day_of_handing_over(
    pool: Publication, slip: Feedback, unit_admin: User, clock: time_machine.Traveller
) -> None:
    clock.move_to("2012-11-21T09:00:00+08:00")

    given = hand_over(feedback=slip, actor=unit_admin, on=date(2012, 11, 20))

    pool.refresh_from_db()
    assert (given.due, pool.feedback_due) == (date(2012, 11, 23), date(2012, 11, 23))
    event = AuditEvent.objects.get(action="feedback-handed-over")
    assert event.detail["changes"]["delivered"] == ["", "2012-11-20"]


@pytest.mark.parametrize("on", [date(2012, 11, 18), date(2012, 11, 22)])
def test_the_day_lies_between_the_act_and_today(
    slip: Feedback, unit_admin: User, clock: time_machine.Traveller, on: date
) -> None:
    clock.move_to("2012-11-21T09:00:00+08:00")

    with refused("wrong_day"):
        hand_over(feedback=slip, actor=unit_admin, on=on)


def test_a_day_whose_period_would_be_over_needs_the_signed_slip(
    slip: Feedback, unit_admin: User, clock: time_machine.Traveller
) -> None:
    clock.move_to("2012-11-28T09:00:00+08:00")
    with refused("scan_missing"):
        hand_over(feedback=slip, actor=unit_admin, on=MONDAY)

    assert hand_over(feedback=slip, actor=unit_admin, on=MONDAY, scan=scan()).scan is not None


def test_a_slip_is_handed_over_once(slip: Feedback, unit_admin: User) -> None:
    hand_over_all(feedbacks=[slip], actor=unit_admin, on=MONDAY)

    with refused("handed_over_already"):
        hand_over(feedback=slip, actor=unit_admin, on=MONDAY)


def test_who_has_the_page_is_handed_no_slip(pool: Publication, unit_admin: User) -> None:
    with refused("no_slip"):
        hand_over(feedback=Feedback.objects.get(result__name="王示例"), actor=unit_admin, on=MONDAY)


def test_nobody_hands_a_slip_to_themselves(slip: Feedback, unit_admin: User) -> None:
    cadre = slip.result.appraisal.cadre
    cadre.user = unit_admin
    cadre.save(update_fields=["user"])

    with refused("own_case"):
        hand_over(feedback=slip, actor=unit_admin, on=MONDAY)


def test_a_list_is_handed_over_all_or_none(pool: Publication, slip: Feedback, unit_admin: User) -> None:
    with refused("no_slip"):
        hand_over_all(feedbacks=list(Feedback.objects.order_by("-pk")), actor=unit_admin, on=MONDAY)

    slip.refresh_from_db()
    assert slip.delivered_at is None


def test_nothing_is_published_while_a_slip_waits_and_it_is_named(
    pool: Publication, slip: Feedback, unit_admin: User, cadre_user: User, clock: time_machine.Traveller
) -> None:
    accept_result(feedback=Feedback.objects.get(result__name="王示例"), actor=cadre_user)
    clock.move_to("2012-12-10T09:00:00+08:00")

    with refused("slips_waiting") as refusal:
        start_notice(publication=pool, actor=unit_admin)

    assert "张无号" in str(refusal.value)
    assert row_of(pool).next_step.code == "hand_over"


@pytest.mark.parametrize(("days", "allowed"), [(3, False), (4, True)])
def test_the_notice_waits_for_the_last_slip(
    pool: Publication, slip: Feedback, unit_admin: User, clock: time_machine.Traveller, days: int, allowed: bool
) -> None:
    tuesday = MONDAY + timedelta(days=8)
    clock.move_to(f"{tuesday}T09:00:00+08:00")
    hand_over(feedback=slip, actor=unit_admin, on=MONDAY + timedelta(days=7))
    clock.move_to(f"{MONDAY + timedelta(days=7 + days)}T23:00:00+08:00")

    if allowed:
        assert start_notice(publication=pool, actor=unit_admin).status == "notice"
    else:
        with refused("feedback_open"):
            start_notice(publication=pool, actor=unit_admin)


def test_nobody_objects_before_the_slip_is_in_hand(slip: Feedback, unit_admin: User) -> None:
    with refused("not_delivered"):
        make_cadre_objection(result=slip.result, text="有误。", actor=unit_admin, uploads=[scan()])


def test_the_unit_hands_in_the_signed_paper_of_a_cadre(slip: Feedback, unit_admin: User) -> None:
    hand_over(feedback=slip, actor=unit_admin, on=MONDAY)
    with refused("scan_missing"):
        make_cadre_objection(result=slip.result, text="有误。", actor=unit_admin)

    objection = make_cadre_objection(result=slip.result, text="有误。", actor=unit_admin, uploads=[scan()])

    assert objection.files.count() == 1


def test_the_unit_does_not_waive_for_the_cadre(slip: Feedback, unit_admin: User) -> None:
    hand_over(feedback=slip, actor=unit_admin, on=MONDAY)

    with refused("not_the_cadre"):
        accept_result(feedback=slip, actor=unit_admin)


# Every clock on both sides of a holiday and of the year's end

SPANS = [
    pytest.param("2026-09-24", date(2026, 9, 30), id="over the mid-autumn festival"),
    pytest.param("2026-09-30", date(2026, 10, 10), id="over the national day, with a Saturday that is worked"),
    pytest.param("2026-02-13", date(2026, 2, 25), id="over the spring festival"),
    pytest.param("2026-12-30", date(2027, 1, 5), id="over the year's end"),
    pytest.param("2026-11-16", date(2026, 11, 19), id="in a plain week"),
]


@pytest.fixture
def holidays(db: None) -> None:
    """The days of 2027 are not announced yet: the office enters the new year by hand."""
    seed_calendar([2026])
    CalendarDay.objects.create(day=date(2027, 1, 1), is_working=False)


@pytest.mark.usefixtures("holidays")
@pytest.mark.parametrize(("start", "end"), SPANS)
def test_the_days_to_answer_are_working_days(
    approved: Publication,
    unit_admin: User,
    cadre_user: User,
    clock: time_machine.Traveller,
    start: str,
    end: date,
) -> None:
    clock.move_to(f"{start}T18:00:00+08:00")
    deliver_feedback(publications=[approved], actor=unit_admin)
    feedback = Feedback.objects.get()
    assert feedback.due == end

    clock.move_to(f"{feedback.due}T23:59:00+08:00")
    with refused("feedback_open"):
        start_notice(publication=approved, actor=unit_admin)
    clock.move_to(f"{feedback.due + timedelta(days=1)}T00:01:00+08:00")
    with refused("too_late"):
        accept_result(feedback=feedback, actor=cadre_user)
    assert start_notice(publication=approved, actor=unit_admin).status == "notice"


@pytest.mark.usefixtures("holidays")
@pytest.mark.parametrize(("start", "end"), SPANS)
def test_a_slips_days_are_working_days_from_its_own_day(
    approved: Publication, cadre_user: User, unit_admin: User, clock: time_machine.Traveller,
    start: str, end: date,
) -> None:  # fmt: skip
    cadre_user.is_active = False
    cadre_user.save()
    clock.move_to(f"{start}T08:00:00+08:00")
    deliver_feedback(publications=[approved], actor=unit_admin)

    given = hand_over(feedback=Feedback.objects.get(), actor=unit_admin, on=date.fromisoformat(start))

    assert given.due == end


@pytest.mark.usefixtures("holidays")
@pytest.mark.parametrize(
    ("start", "until", "review"),
    [
        pytest.param("2026-09-24", date(2026, 10, 9), date(2026, 10, 15), id="over two festivals"),
        pytest.param("2026-02-13", date(2026, 2, 27), date(2026, 3, 5), id="over the spring festival"),
        pytest.param("2026-12-30", date(2027, 1, 7), date(2027, 1, 14), id="over the year's end"),
        pytest.param("2026-11-16", date(2026, 11, 23), date(2026, 11, 30), id="in a plain week"),
    ],
)
def test_the_notice_and_the_review_run_on_working_days(
    approved: Publication, unit_admin: User, cadre_user: User, clock: time_machine.Traveller,
    start: str, until: date, review: date,
) -> None:  # fmt: skip
    clock.move_to(f"{start}T09:00:00+08:00")
    deliver_feedback(publications=[approved], actor=unit_admin)
    accept_result(feedback=Feedback.objects.get(), actor=cadre_user)
    notice = start_notice(publication=approved, actor=unit_admin)
    assert notice.notice_until == until
    result = Result.objects.get()

    clock.move_to(f"{until}T23:59:00+08:00")
    assert make_public_objection(result=result, person="李居民", contact="0", text="有误。").due == review
    clock.move_to(f"{until + timedelta(days=1)}T00:01:00+08:00")
    with refused("not_in_notice"):
        make_public_objection(result=result, person="李居民", contact="0", text="有误。")
