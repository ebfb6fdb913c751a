"""Step 1 in the city: pledges in every state between a draft and publication, one changed after it (C6)."""

from collections.abc import Callable

from evaluation.cycle.models import Track
from evaluation.desk.demonstration.city import City
from evaluation.desk.demonstration.drawings import portrait
from evaluation.desk.demonstration.story import Act
from evaluation.pledges.models import Pledge
from evaluation.pledges.services import (
    ItemText,
    PledgeText,
    advance_pledges,
    return_pledge,
    save_pledge,
    submit_pledge,
)
from evaluation.roster.models import Appraisal

DAYS_BEFORE_DEADLINE = -20
# Where everybody's pledge is published, and on which day.
PUBLISHED = {
    "minzheng": -112, "shenpi": -110, "sifa": -108, "weisheng": -107, "huanbao": -105, "jiaotong": -100,
    "jiaoyu": -30, "dongxi": -103, "xiping": -25,
}  # fmt: skip


def stories(city: City) -> list[list[Act]]:
    published = [_publishing(city, code, day) for code, day in PUBLISHED.items()]
    return [*published, _in_review(city), _drafting(city), _changing(city)]


def _publishing(city: City, code: str, day: int) -> list[Act]:
    return [
        Act(city.moment(day - 6, 10), _writing(code)),
        Act(city.moment(day - 4, 15), _advancing(code, "submit")),
        Act(city.moment(day - 2, 9, 40), _advancing(code, "approve")),
        Act(city.moment(day, 9), _advancing(code, "publish")),
    ]


def _writing(code: str) -> Callable[[City], None]:
    def write(city: City) -> None:
        for number, appraisal in enumerate(_judged(city, code)):
            _write(city, appraisal, portrait_number=number + len(code) * 3)

    return write


def _advancing(code: str, step: str) -> Callable[[City], None]:
    def advance(city: City) -> None:
        actor = city.approver(code) if step == "approve" else city.admin(code)
        outcome = advance_pledges(appraisals=_judged(city, code), code=step, actor=actor)
        if outcome.left:
            raise RuntimeError(f"{code}: {outcome.left}")

    return advance


def _judged(city: City, code: str) -> list[Appraisal]:
    return [*city.appraisals(code), *city.appraisals(code, Track.VILLAGE)]


def _write(city: City, appraisal: Appraisal, *, portrait_number: int | None = None) -> Pledge:
    """In the hand of the cadre, who has an account."""
    text = city.text_of(appraisal)
    due = city.day(DAYS_BEFORE_DEADLINE + (city.deadline - city.today).days)
    return save_pledge(
        appraisal=appraisal,
        actor=appraisal.cadre.user,  # type: ignore[arg-type]
        text=PledgeText(
            duties=text.duties,
            identity=text.identity,
            staff_number=f"YX{appraisal.pk:04d}",
            commitments=text.commitments,
        ),
        items=[ItemText(item, due) for item in text.items],
        photo=None if portrait_number is None else portrait(portrait_number),
    )


def _in_review(city: City) -> list[Act]:
    return [Act(city.moment(-9, 14), _write_water), Act(city.moment(-3, 10), _review_water)]


def _write_water(city: City) -> None:
    for number, appraisal in enumerate(city.appraisals("shuili")):
        pledge = _write(city, appraisal, portrait_number=number + 40)
        if number < 3:
            submit_pledge(pledge=pledge, actor=city.admin("shuili"))


def _review_water(city: City) -> None:
    pledge = Pledge.objects.filter(appraisal__in=city.appraisals("shuili"), status=Pledge.Status.SUBMITTED).last()
    if pledge is not None:
        reason = city.words["pledge"]["return_reason"]
        return_pledge(pledge=pledge, actor=city.approver("shuili"), reason=reason)


def _drafting(city: City) -> list[Act]:
    return [Act(city.moment(-3, 15), _draft_farming)]


def _draft_farming(city: City) -> None:
    for appraisal in city.appraisals("nongye"):
        if city.text_of(appraisal).items:
            _write(city, appraisal)


def _changing(city: City) -> list[Act]:
    return [Act(city.moment(-80, 10), _change_published)]


def _change_published(city: City) -> None:
    """A unit sharpens a pledge after publication: the public page shows it with its date."""
    appraisal = city.appraisal("方建军")
    pledge, words = appraisal.pledge, city.words["pledge"]
    items = [ItemText(item.text, item.due, item.pk) for item in pledge.items.all()]
    save_pledge(
        appraisal=appraisal,
        actor=city.admin("shenpi"),
        text=PledgeText(pledge.duties, pledge.identity, pledge.staff_number, pledge.commitments + words["added"]),
        items=items,
    )
