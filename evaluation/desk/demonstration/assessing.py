"""Daily assessment in the city: deductions under every rule and in every state, answers to them, months (C19–C25)."""

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import User
from evaluation.cycle.working_days import is_working_day
from evaluation.daily.models import DailyDeduction
from evaluation.daily.services import (
    close_month,
    confirm_deductions,
    decline_proposal,
    freeze_months,
    hand_over_slips,
    make_defence,
    propose_deduction,
    record_deduction,
    return_deductions,
    review_defence,
    withdraw_deduction,
)
from evaluation.desk.demonstration.city import City
from evaluation.desk.demonstration.drawings import certificate
from evaluation.desk.demonstration.story import Act

Told = dict[str, str]
Made = dict[str, int]
GIVEN = ("decision", "impropriety", "harm", "supervised_person", "responsibility", "amount_reason", "to_rectify")
CLOSED_EARLY = "nongye"


def stories(city: City) -> list[list[Act]]:
    deductions = [list(_deduction(city, told)) for told in city.words["deductions"]]
    proposals = [list(_proposal(city, told)) for told in city.words["deduction_proposals"]]
    return [*deductions, *proposals, list(_months(city))]


def _deduction(city: City, told: Told) -> Iterator[Act]:
    """Recorded and decided on one day; answered on the next, reviewed some days later."""
    made: Made = {}
    day = int(told["day"])
    yield Act(city.moment(day, 15), _recording(told, made))
    if told["then"] != "recorded":
        yield Act(city.moment(day, 16), _deciding(told, made))
    if "handed_after" in told:
        yield Act(city.moment(day + int(told["handed_after"]), 10), _handing_over(told, made))
    if "defence" in told:
        yield Act(city.moment(day + 1, 10), _answering(told, made))
    if "outcome" in told:
        yield Act(city.moment(day + 3, 10), _reviewing(told, made))


def _of(made: Made) -> DailyDeduction:
    return DailyDeduction.objects.select_related("cadre__user", "appraisal__organising_unit").get(pk=made["pk"])


def _recorder(city: City, told: Told, code: str) -> User:
    return city.office if told["by"] == "office" else city.admin(code)


def _recording(told: Told, made: Made) -> Callable[[City], None]:
    def record(city: City) -> None:
        appraisal = city.appraisal(told["name"])
        rectify_by = city.working_day(int(told["rectify_day"])) if "rectify_day" in told else None
        given: dict[str, Any] = {name: told[name].format(year=city.year) for name in GIVEN if name in told}
        deduction = record_deduction(
            appraisal=appraisal,
            actor=_recorder(city, told, appraisal.organising_unit.code),
            rule=told["rule"],
            found_on=city.working_day(int(told.get("found_day", told["day"]))),
            source=told["source"],
            facts=told["facts"],
            basis=told["basis"],
            points=Decimal(told["points"]) if "points" in told else None,
            incident_number=told.get("incident_number", "").format(year=city.year),
            late_reason=told.get("late_reason", ""),
            uploads=[certificate(told["proof"])] if "proof" in told else (),
            despite_doubles=True,
            rectify_by=rectify_by,
            **given,
        )
        made["pk"] = deduction.pk

    return record


def _deciding(told: Told, made: Made) -> Callable[[City], None]:
    def decide(city: City) -> None:
        deduction = _of(made)
        code = deduction.appraisal.organising_unit.code  # type: ignore[union-attr]
        approver = city.second_office if told["by"] == "office" else city.approver(code)
        if told["then"] == "confirmed":
            confirm_deductions(deductions=[deduction], approver=approver, despite_doubles=[deduction.pk])
        elif told["then"] == "returned":
            return_deductions(deductions=[deduction], approver=approver, reason=told["reason"])
        elif told["then"] == "withdrawn":
            withdraw_deduction(deduction=deduction, actor=city.admin(code), reason=told["reason"])

    return decide


def _handing_over(told: Told, made: Made) -> Callable[[City], None]:
    def hand_over(city: City) -> None:
        deduction = _of(made)
        actor = city.admin(deduction.appraisal.organising_unit.code)  # type: ignore[union-attr]
        hand_over_slips(deductions=[deduction], handed_on=timezone.localdate(), actor=actor)

    return hand_over


def _answering(told: Told, made: Made) -> Callable[[City], None]:
    def answer(_city: City) -> None:
        deduction = _of(made)
        make_defence(deduction=deduction, text=told["defence"], actor=deduction.cadre.user)  # type: ignore[arg-type]

    return answer


def _reviewing(told: Told, made: Made) -> Callable[[City], None]:
    def review(city: City) -> None:
        upheld = told["outcome"] == "upheld"
        defence = _of(made).defence
        review_defence(defence=defence, is_upheld=upheld, answer=told["answer"], reviewer=city.office)

    return review


def _proposal(city: City, told: Told) -> Iterator[Act]:
    made: Made = {}

    def propose(city: City) -> None:
        proposed = propose_deduction(
            key=f"demonstration:{told['name']}",
            appraisal=city.appraisal(told["name"]),
            rule="2",
            found_on=timezone.localdate(),
            source=DailyDeduction.Source.OPINION,
            facts=told["facts"],
            basis=told["basis"],
            why=told["why"],
        )
        made["pk"] = proposed.pk if proposed else 0

    def decline(city: City) -> None:
        deduction = _of(made)
        actor = city.admin(deduction.appraisal.organising_unit.code)  # type: ignore[union-attr]
        decline_proposal(deduction=deduction, actor=actor, reason=told["declined"])

    yield Act(city.moment(int(told["day"]), 8), propose)
    if "declined" in told:
        yield Act(city.moment(int(told["day"]) + 1, 11), decline)


def _months(city: City) -> Iterator[Act]:
    """One approver closes the month that just ended; the others freeze by themselves, the timer writes them down."""
    first = city.today.replace(day=1)
    month = (first - timedelta(days=1)).replace(day=1)
    day = next(first + timedelta(days=n) for n in range(15) if is_working_day(first + timedelta(days=n)))
    moment = timezone.make_aware(datetime.combine(day, time(9, 30)))

    def close(city: City) -> None:
        unit = city.unit(CLOSED_EARLY)
        close_month(cycle=city.cycle, unit=unit, month=month, approver=city.approver(CLOSED_EARLY))

    if month.year == city.year and moment < city.now:
        yield Act(moment, close)
    yield Act(city.moment(-1, 7), _freeze)


def _freeze(_city: City) -> None:
    freeze_months()
