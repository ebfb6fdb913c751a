"""Step 4 in the city: one unit final, its villages' town too, one under notice, one fed back, one waiting (C10)."""

from collections.abc import Callable

from evaluation.cycle.models import EvaluatorGroup, Track
from evaluation.desk.demonstration.city import City
from evaluation.desk.demonstration.meeting import meeting_day
from evaluation.desk.demonstration.story import Act
from evaluation.results.models import Feedback, Publication, ShortfallDecision
from evaluation.results.services import (
    accept_result,
    approve_publication,
    compute_publication,
    deliver_feedback,
    edit_analysis,
    finalise,
    make_public_objection,
    propose_decisions,
    review_objection,
    start_notice,
)

TRACKS = {"dongxi": Track.VILLAGE}
FINAL = ("minzheng", "dongxi")
# Days from the meeting: notice, a resident's objection and its review, final.
NOTICE, OBJECTION, REVIEW, FINALISED = 13, 14, 16, 30
UNDER_NOTICE, FED_BACK, WAITING = "shenpi", "sifa", "weisheng"


def chain(city: City, code: str) -> list[Act]:
    """What follows the count in a unit."""
    if code in FINAL:
        return [*_to_feedback(city, code), *_to_final(city, code)]
    tellers = {UNDER_NOTICE: _under_notice, FED_BACK: _fed_back, WAITING: _waiting}
    return tellers[code](city) if code in tellers else []


def publication_of(city: City, code: str) -> Publication:
    rows = Publication.objects.current().select_related("cycle", "organising_unit")
    return rows.get(cycle=city.cycle, organising_unit__code=code, track=TRACKS.get(code, Track.MID_LEVEL))


def _to_feedback(city: City, code: str) -> list[Act]:
    day = meeting_day(city, code)
    return [
        Act(city.near(day, 6, 10), _computing(code)),
        Act(city.near(day, 6, 15), _wording(code)),
        Act(city.near(day, 7, 10), _approving(code)),
        Act(city.near(day, 8, 9), _delivering(code)),
        Act(city.near(day, 9, 10), _accepting(code)),
    ]


def _to_final(city: City, code: str) -> list[Act]:
    day = meeting_day(city, code)
    return [
        Act(city.near(day, NOTICE, 9), _noticing(code)),
        Act(city.near(day, OBJECTION, 20), _objecting(code)),
        Act(city.near(day, REVIEW, 10), _reviewing(code)),
        Act(city.near(day, FINALISED, 10), _finalising(code)),
    ]


def _under_notice(city: City) -> list[Act]:
    return [
        *_to_feedback(city, UNDER_NOTICE),
        Act(city.moment(-2, 9), _noticing(UNDER_NOTICE)),
        Act(city.moment(-1, 20), _objecting(UNDER_NOTICE)),
    ]


def _fed_back(city: City) -> list[Act]:
    day = meeting_day(city, FED_BACK)
    return [
        Act(city.near(day, 6, 10), _computing(FED_BACK)),
        Act(city.near(day, 6, 15), _wording(FED_BACK)),
        Act(city.near(day, 7, 10), _approving(FED_BACK)),
        Act(city.moment(-1, 9), _delivering(FED_BACK)),
        Act(city.moment(-1, 16), _accepting(FED_BACK, most=2)),
    ]


def _waiting(city: City) -> list[Act]:
    return [
        Act(city.moment(-3, 15), _computing(WAITING)),
        Act(city.moment(-2, 10), _proposing_decision),
    ]


def _computing(code: str) -> Callable[[City], None]:
    def compute(city: City) -> None:
        track = TRACKS.get(code, Track.MID_LEVEL)
        compute_publication(cycle=city.cycle, track=track, organising_unit=city.unit(code), actor=city.admin(code))

    return compute


def _wording(code: str) -> Callable[[City], None]:
    """The unit adds its own sentence to the drafted analysis."""

    def word(city: City) -> None:
        publication = publication_of(city, code)
        text = f"{publication.analysis}\n{city.words['analysis'][code]}"
        edit_analysis(publication=publication, text=text, by_cadre={}, actor=city.admin(code))

    return word


def _approving(code: str) -> Callable[[City], None]:
    def approve(city: City) -> None:
        approve_publication(publication=publication_of(city, code), approver=city.approver(code))

    return approve


def _delivering(code: str) -> Callable[[City], None]:
    def deliver(city: City) -> None:
        deliver_feedback(publications=[publication_of(city, code)], actor=city.admin(code))

    return deliver


def _accepting(code: str, most: int | None = None) -> Callable[[City], None]:
    def accept(city: City) -> None:
        rows = Feedback.objects.filter(result__publication=publication_of(city, code))
        for feedback in rows.select_related("result__appraisal__cadre__user").order_by("pk")[:most]:
            accept_result(feedback=feedback, actor=feedback.result.appraisal.cadre.user)  # type: ignore[arg-type]

    return accept


def _noticing(code: str) -> Callable[[City], None]:
    def start(city: City) -> None:
        start_notice(publication=publication_of(city, code), actor=city.admin(code))

    return start


def _objecting(code: str) -> Callable[[City], None]:
    def object_to(city: City) -> None:
        for told in city.words["objections"].get(code, []):
            result = publication_of(city, code).results.get(name=told["name"])
            make_public_objection(result=result, person=told["person"], contact=told["contact"], text=told["text"])

    return object_to


def _reviewing(code: str) -> Callable[[City], None]:
    def review(city: City) -> None:
        for told in city.words["objections"].get(code, []):
            objection = publication_of(city, code).results.get(name=told["name"]).objections.get()
            review_objection(objection=objection, reviewer=city.second_office, upheld=False, answer=told["answer"])

    return review


def _finalising(code: str) -> Callable[[City], None]:
    """The office makes a unit's results final, the town those of its villages."""

    def make_final(city: City) -> None:
        actor = city.approver(code) if code in TRACKS else city.office
        finalise(publications=[publication_of(city, code)], actor=actor)

    return make_final


def _proposing_decision(city: City) -> None:
    """Too few representatives came: the unit proposes, the office has to settle it."""
    chosen = [(one, str(EvaluatorGroup.REPRESENTATIVE)) for one in city.appraisals(WAITING)]
    propose_decisions(
        cycle=city.cycle,
        chosen=chosen,
        decision=ShortfallDecision.Decision.ACCEPT,
        reason=city.words["shortfall"]["reason"],
        actor=city.admin(WAITING),
    )
