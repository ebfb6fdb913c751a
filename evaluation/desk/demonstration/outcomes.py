"""Step 4 in the city: one unit final, its villages' town too, one under notice, one fed back, one waiting (C10)."""

from collections.abc import Callable

from django.utils import timezone

from evaluation.cycle.models import EvaluatorGroup, Track
from evaluation.desk.demonstration import rewarding
from evaluation.desk.demonstration.city import City
from evaluation.desk.demonstration.drawings import certificate
from evaluation.desk.demonstration.meeting import meeting_day
from evaluation.desk.demonstration.story import Act
from evaluation.results.models import Feedback, Publication, ShortfallDecision
from evaluation.results.services import (
    accept_result,
    approve_publication,
    compute_publication,
    correct_publication,
    deliver_feedback,
    edit_analysis,
    finalise,
    hand_over,
    make_cadre_objection,
    make_public_objection,
    propose_decisions,
    review_objection,
    start_notice,
    take_objection,
)

TRACKS = {"dongxi": Track.VILLAGE}
FINAL = ("minzheng", "dongxi")
# Days from the meeting: notice, a resident's objection and its review, final.
NOTICE, OBJECTION, REVIEW, FINALISED = 13, 14, 16, 30
UNDER_NOTICE, FED_BACK, WAITING, CORRECTED = "shenpi", "sifa", "weisheng", "dongxi"


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
        Act(city.near(day, 8, 14), _handing_over(code)),
        Act(city.near(day, 9, 9), _objecting_for_themselves(code)),
        Act(city.near(day, 9, 10), _accepting(code)),
        Act(city.near(day, 10, 10), _answering(code)),
        *([Act(city.near(day, 11, 10), _correcting)] if code == CORRECTED else []),
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
        Act(city.moment(-1, 14), _handing_over(FED_BACK, but="姚玉兰")),
        Act(city.moment(-1, 15), _objecting_for_themselves(FED_BACK)),
        Act(city.moment(-1, 16), _accepting(FED_BACK, most=1)),
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
        waiting = {"how": Feedback.How.PAGE, "answer": Feedback.Answer.NONE}
        rows = Feedback.objects.filter(result__publication=publication_of(city, code), **waiting)
        for feedback in rows.select_related("result__appraisal__cadre__user").order_by("pk")[:most]:
            accept_result(feedback=feedback, actor=feedback.result.appraisal.cadre.user)  # type: ignore[arg-type]

    return accept


def _handing_over(code: str, but: str = "") -> Callable[[City], None]:
    """Slips to those who have no page, signed for."""

    def give(city: City) -> None:
        rows = Feedback.objects.filter(result__publication=publication_of(city, code), delivered_at__isnull=True)
        for feedback in rows.exclude(result__name=but):
            today = timezone.localdate()
            hand_over(feedback=feedback, actor=city.admin(code), on=today, scan=certificate("签收的反馈单"))

    return give


def _objecting_for_themselves(code: str) -> Callable[[City], None]:
    def object_to(city: City) -> None:
        if told := city.words["cadre_objections"].get(code):
            result = publication_of(city, code).results.select_related("appraisal__cadre__user").get(name=told["name"])
            rows = result.appraisal.bonus_claims.values_list("pk", flat=True)
            row = rows.first() if told["about"] == "bonus" else result.deductions[0]["id"]
            actor = result.appraisal.cadre.user
            make_cadre_objection(
                result=result,
                text=told["text"],
                about=told["about"],
                about_row=row,
                actor=actor,  # type: ignore[arg-type]
            )

    return object_to


def _answering(code: str) -> Callable[[City], None]:
    def review(city: City) -> None:
        if told := city.words["cadre_objections"].get(code):
            objection = publication_of(city, code).results.get(name=told["name"]).objections.get(by_cadre=True)
            taken = take_objection(objection=objection, reviewer=city.second_office)
            upheld = bool(told["upheld"])
            review_objection(objection=taken, reviewer=city.second_office, upheld=upheld, answer=told["answer"])

    return review


def _correcting(city: City) -> None:
    """An upheld objection to its end: the award is claimed anew and recognised, the corrected version goes its way."""
    admin, told = city.admin(CORRECTED), city.words["award_again"]
    rewarding.make_claim(city, told)
    rewarding.decide(city, told)
    reason = city.words["cadre_objections"][CORRECTED]["correction"]
    correct_publication(publication=publication_of(city, CORRECTED), actor=admin, reason=reason)
    _wording(CORRECTED)(city)
    _approving(CORRECTED)(city)
    _delivering(CORRECTED)(city)
    _accepting(CORRECTED)(city)


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
            objection = publication_of(city, code).results.get(name=told["name"]).objections.get(by_cadre=False)
            taken = take_objection(objection=objection, reviewer=city.second_office)
            review_objection(objection=taken, reviewer=city.second_office, upheld=False, answer=told["answer"])

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
