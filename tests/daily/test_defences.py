"""Telling the cadre, the period of defence on the calendar, and a review by somebody who had no part."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine

from accounts.models import User
from evaluation.audit.models import AuditEvent
from evaluation.cycle.models import Cycle
from evaluation.cycle.working_days import seed_calendar
from evaluation.daily.models import DailyDeduction, Defence
from evaluation.daily.selectors import answerable_by, open_defences, reviewable_by, running_defence_periods, untold
from evaluation.daily.services import hand_over_slips, make_defence, review_defence, withdraw_deduction
from evaluation.errors import DomainError
from evaluation.roster.models import Appraisal
from evaluation.units.models import Role, Unit
from tests.daily.making import confirmed_for, picture, recorded_for
from tests.factories import appraisal_of, member

pytestmark = pytest.mark.django_db
TEXT = "当日已一次性告知，有录音为证。"
# told on, last day to answer: five working days later, over a worked Saturday and a holiday, over the new year
PERIODS = [
    pytest.param(date(2012, 6, 4), date(2012, 6, 11), id="an ordinary week"),
    pytest.param(date(2012, 9, 28), date(2012, 10, 11), id="a worked Saturday and the national holiday"),
    pytest.param(date(2012, 12, 28), date(2013, 1, 7), id="the year end and a worked weekend"),
]


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2012-06-04T10:00:00+08:00", tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def holidays(db: None) -> None:
    seed_calendar([2012, 2013])


@pytest.fixture
def user(unit: Unit) -> User:
    return member(role=Role.CADRE, unit=unit)


@pytest.fixture
def appraisal(cycle: Cycle, unit: Unit, user: User) -> Appraisal:
    return appraisal_of(cycle=cycle, unit=unit, user=user, name="林敏")


@pytest.fixture
def confirmed(appraisal: Appraisal, unit_admin: User, approver: User) -> DailyDeduction:
    return confirmed_for(appraisal, unit_admin, approver)


@pytest.fixture
def on_slip(cycle: Cycle, unit: Unit, unit_admin: User, approver: User) -> DailyDeduction:
    return confirmed_for(appraisal_of(cycle=cycle, unit=unit, name="无号"), unit_admin, approver)


@pytest.fixture
def defence(confirmed: DailyDeduction, user: User) -> Defence:
    return make_defence(deduction=confirmed, text=TEXT, actor=user)


def moved(clock: time_machine.Traveller, day: date, time: str = "10:00") -> None:
    clock.move_to(f"{day.isoformat()}T{time}:00+08:00")


def test_it_is_taken_to_the_end_of_its_last_day_and_not_a_minute_later(
    clock: time_machine.Traveller, confirmed: DailyDeduction, user: User
) -> None:
    last = confirmed.defence_due
    assert last == date(2012, 6, 11)
    moved(clock, last + timedelta(days=1), "00:00")
    with pytest.raises(DomainError) as refused:
        make_defence(deduction=confirmed, text=TEXT, actor=user)
    assert refused.value.code == "too_late"

    moved(clock, last, "23:59")
    assert make_defence(deduction=confirmed, text=TEXT, actor=user).made_on == last


@pytest.mark.parametrize(("told", "last"), PERIODS)
def test_the_period_runs_on_the_calendar(
    clock: time_machine.Traveller, appraisal: Appraisal, unit_admin: User, approver: User, user: User,
    told: date, last: date,
) -> None:  # fmt: skip
    moved(clock, told)
    deduction = confirmed_for(appraisal, unit_admin, approver, found_on=told)
    assert (deduction.told_how, deduction.told_on, deduction.defence_due) == ("page", told, last)

    moved(clock, last, "23:59")
    assert list(answerable_by(user)) == list(running_defence_periods([appraisal])) == [deduction]
    moved(clock, last + timedelta(days=1), "00:00")
    assert not answerable_by(user).exists()
    assert not running_defence_periods([appraisal]).exists()
    with pytest.raises(DomainError) as refusal:
        make_defence(deduction=deduction, text=TEXT, actor=user)
    assert refusal.value.code == "too_late"


@pytest.mark.parametrize(("made", "due"), PERIODS)
def test_the_review_is_due_on_the_calendar(
    clock: time_machine.Traveller, appraisal: Appraisal, unit_admin: User, approver: User, user: User,
    made: date, due: date,
) -> None:  # fmt: skip
    moved(clock, made)
    deduction = confirmed_for(appraisal, unit_admin, approver, found_on=made)

    assert make_defence(deduction=deduction, text=TEXT, actor=user).due == due


@pytest.mark.parametrize(("handed", "last"), PERIODS)
def test_without_an_account_the_period_runs_from_the_slip(
    clock: time_machine.Traveller, on_slip: DailyDeduction, unit_admin: User, handed: date, last: date
) -> None:
    assert (on_slip.told_how, on_slip.defence_due) == ("", None)
    assert list(untold(DailyDeduction.objects.all())) == [on_slip]
    moved(clock, handed)

    [told] = hand_over_slips(deductions=[on_slip], handed_on=handed, actor=unit_admin)

    assert (told.told_how, told.told_by, told.defence_due) == ("slip", unit_admin, last)
    assert not untold(DailyDeduction.objects.all()).exists()


@pytest.mark.parametrize(
    ("day", "code"), [(date(2012, 6, 5), "in_the_future"), (date(2012, 6, 3), "before_confirmation")]
)
def test_a_slip_is_handed_over_after_the_confirmation_and_not_in_the_future(
    on_slip: DailyDeduction, unit_admin: User, day: date, code: str
) -> None:
    with pytest.raises(DomainError) as refusal:
        hand_over_slips(deductions=[on_slip], handed_on=day, actor=unit_admin)

    assert refusal.value.code == code


def test_a_slip_is_handed_over_once(on_slip: DailyDeduction, unit_admin: User) -> None:
    hand_over_slips(deductions=[on_slip], handed_on=date(2012, 6, 4), actor=unit_admin)

    with pytest.raises(DomainError) as refusal:
        hand_over_slips(deductions=[on_slip], handed_on=date(2012, 6, 4), actor=unit_admin)

    assert refusal.value.code == "told_already"


def test_before_the_slip_is_handed_over_nothing_is_answered(on_slip: DailyDeduction, unit_admin: User) -> None:
    with pytest.raises(DomainError) as refusal:
        make_defence(deduction=on_slip, text=TEXT, actor=unit_admin, uploads=[picture()], on_paper=True)

    assert refusal.value.code == "not_told"


def test_the_unit_enters_a_paper_with_its_scan(on_slip: DailyDeduction, unit_admin: User) -> None:
    hand_over_slips(deductions=[on_slip], handed_on=date(2012, 6, 4), actor=unit_admin)
    with pytest.raises(DomainError) as refusal:
        make_defence(deduction=on_slip, text=TEXT, actor=unit_admin, on_paper=True)
    assert refusal.value.code == "scan_missing"

    defence = make_defence(deduction=on_slip, text=TEXT, actor=unit_admin, uploads=[picture()], on_paper=True)

    assert (defence.on_paper, defence.files.count()) == (True, 1)


def test_nobody_answers_in_the_place_of_the_cadre(confirmed: DailyDeduction, unit_admin: User, user: User) -> None:
    for actor, on_paper in ((unit_admin, False), (user, True)):
        with pytest.raises(DomainError) as refusal:
            make_defence(deduction=confirmed, text=TEXT, actor=actor, on_paper=on_paper, uploads=[picture()])
        assert refusal.value.code == "not_the_cadre"


def test_it_is_answered_once(confirmed: DailyDeduction, defence: Defence, user: User) -> None:
    with pytest.raises(DomainError) as refusal:
        make_defence(deduction=confirmed, text=TEXT, actor=user)

    assert refusal.value.code == "answered_already"


def test_what_is_recorded_only_is_not_answered(appraisal: Appraisal, unit_admin: User, user: User) -> None:
    with pytest.raises(DomainError) as refusal:
        make_defence(deduction=recorded_for(appraisal, unit_admin), text=TEXT, actor=user)

    assert refusal.value.code == "not_confirmed"


def test_upheld_the_deduction_is_withdrawn_for_that_reason(
    appraisal: Appraisal, defence: Defence, office: User
) -> None:
    assert list(open_defences([appraisal])) == [defence]

    review_defence(defence=defence, is_upheld=True, answer="录音属实", reviewer=office)

    deduction = DailyDeduction.objects.get(pk=defence.deduction_id)
    assert (deduction.status, deduction.reason) == ("withdrawn", "录音属实")
    assert not open_defences([appraisal]).exists()
    event = AuditEvent.objects.get(action="defence-reviewed")
    assert (event.detail["changes"], event.detail["why"]) == ({"status": ["open", "upheld"]}, "录音属实")


def test_dismissed_it_stands(appraisal: Appraisal, defence: Defence, office: User) -> None:
    review_defence(defence=defence, is_upheld=False, answer="录音不完整", reviewer=office)

    assert DailyDeduction.objects.get(pk=defence.deduction_id).status == "confirmed"
    assert not open_defences([appraisal]).exists()
    with pytest.raises(DomainError) as refusal:
        review_defence(defence=defence, is_upheld=True, answer="改判", reviewer=office)
    assert refusal.value.code == "reviewed_already"


def test_a_review_gives_reasons(defence: Defence, office: User) -> None:
    with pytest.raises(DomainError) as refusal:
        review_defence(defence=defence, is_upheld=False, answer=" ", reviewer=office)

    assert refusal.value.code == "answer_missing"


@pytest.mark.parametrize("who", ["recorder", "confirmer", "cadre", "maker"])
def test_who_had_a_part_does_not_review(
    unit: Unit, cycle: Cycle, unit_admin: User, approver: User, user: User, office: User, who: str
) -> None:
    """Each of them is given the office's role, and is refused all the same; a colleague is let through."""
    people = {"recorder": member(role=Role.OFFICE), "confirmer": member(role=Role.OFFICE), "maker": unit_admin}
    people["cadre"] = user
    appraisal = appraisal_of(cycle=cycle, unit=unit, user=user)
    deduction = confirmed_for(appraisal, people["recorder"], people["confirmer"])
    on_paper = who == "maker"
    defence = make_defence(
        deduction=deduction, text=TEXT, actor=people["maker"] if on_paper else user, uploads=[picture()] * on_paper,
        on_paper=on_paper,
    )  # fmt: skip
    people[who].memberships.create(role=Role.OFFICE) if who in ("cadre", "maker") else None  # type: ignore[attr-defined]

    with pytest.raises(DomainError) as refusal:
        review_defence(defence=defence, is_upheld=True, answer="成立", reviewer=people[who])

    assert refusal.value.code == ("own_case" if who == "cadre" else "took_part")
    assert not reviewable_by(people[who], Defence.objects.all()).exists()
    assert reviewable_by(office, Defence.objects.all()).exists()
    assert review_defence(defence=defence, is_upheld=True, answer="成立", reviewer=office).status == "upheld"


def test_another_approver_of_the_unit_reviews_but_not_what_the_office_recorded(
    unit: Unit, appraisal: Appraisal, defence: Defence, user: User, office: User
) -> None:
    other = member(role=Role.APPROVER, unit=unit)
    assert review_defence(defence=defence, is_upheld=False, answer="不成立", reviewer=other).status == "dismissed"

    of_office = confirmed_for(appraisal, office, member(role=Role.OFFICE), found_on=date(2012, 6, 2))
    second = make_defence(deduction=of_office, text=TEXT, actor=user)
    assert not reviewable_by(other, Defence.objects.all()).exists()
    with pytest.raises(DomainError) as refusal:
        review_defence(defence=second, is_upheld=True, answer="成立", reviewer=other)
    assert refusal.value.code == "office_deduction"


def test_who_is_no_approver_does_not_review(unit: Unit, defence: Defence) -> None:
    with pytest.raises(DomainError) as refusal:
        review_defence(defence=defence, is_upheld=True, answer="成立", reviewer=member(role=Role.UNIT_ADMIN, unit=unit))

    assert refusal.value.code == "not_an_approver"


def test_while_a_defence_is_open_its_outcome_decides(defence: Defence, office: User) -> None:
    with pytest.raises(DomainError) as refusal:
        withdraw_deduction(deduction=defence.deduction, actor=office, reason="录错")

    assert refusal.value.code == "defence_open"
