"""Step 5 in the city, and what results are used for: plans, notices, recommendation, honours (C11, C27, C29)."""

from collections.abc import Callable

from evaluation.cycle.models import Track
from evaluation.desk.demonstration.city import City
from evaluation.desk.demonstration.meeting import meeting_day
from evaluation.desk.demonstration.outcomes import publication_of
from evaluation.desk.demonstration.story import Act
from evaluation.recognition.models import Commendation
from evaluation.recognition.services import (
    choose_candidate,
    commend,
    publish_commendations,
    save_recommendation,
    submit_recommendation,
)
from evaluation.rectification.models import PublicComment, RectificationNotice, RectificationPlan
from evaluation.rectification.services import (
    ItemValues,
    accept_plans,
    add_comment,
    answer_comment,
    complete_plan,
    draft_plans,
    issue_notices,
    propose_notices,
    publish_plans,
    receive_notice,
    report_items,
    save_plan,
    show_comments,
    submit_plans,
)

# The days on which plans are due, from the day of loading: carried out after the deadline of the cycle if need be.
FIRST_DUE, LAST_DUE = -3, 75


def chain(city: City, code: str) -> list[Act]:
    """What follows a final result."""
    if code == "minzheng":
        return [*_plans(city, code), *_notices(city), *_recommending(city), *_carried_out(city, code)]
    return [*_plans(city, code), *_commending(city), *_carried_out(city, code)] if code == "dongxi" else []


def _plans(city: City, code: str) -> list[Act]:
    day = meeting_day(city, code)
    return [
        Act(city.near(day, 31, 10), _drafting(code)),
        Act(city.near(day, 33, 10), _publishing(code)),
        Act(city.near(day, 34, 20), _commenting(code)),
        Act(city.near(day, 35, 10), _answering(code)),
    ]


def _carried_out(city: City, code: str) -> list[Act]:
    return [
        Act(city.moment(-12, 10), _completing(code)),
        Act(city.moment(-10, 10), _accepting(code)),
        Act(city.moment(-2, 15), _reporting_progress(code)),
    ]


def _plans_of(city: City, code: str) -> list[RectificationPlan]:
    rows = RectificationPlan.objects.filter(appraisal__results__publication=publication_of(city, code))
    return list(rows.for_list())


def _drafting(code: str) -> Callable[[City], None]:
    """Drafted from the figures; each cadre then writes what is to be done, with time and effect."""

    def draft(city: City) -> None:
        for plan in draft_plans(actor=city.admin(code), publication=publication_of(city, code)):
            told = city.words["plans"].get(plan.appraisal.name) or _shared_plan(city, plan)
            items = [
                ItemValues(
                    source=item["source"],
                    problem=item["problem"],
                    measure=item["measure"],
                    effect=item["effect"],
                    due=city.day(FIRST_DUE if _is_done_early(plan) else LAST_DUE),
                )
                for item in told
            ]
            plan = save_plan(plan=plan, items=items, actor=plan.appraisal.cadre.user)  # type: ignore[arg-type]
            submit_plans(plans=[plan], actor=city.admin(code))

    return draft


def _is_done_early(plan: RectificationPlan) -> bool:
    """Every other cadre has carried the plan out by today."""
    return plan.appraisal.order % 2 == 1


def _shared_plan(city: City, plan: RectificationPlan) -> list[dict[str, str]]:
    problem, _mark, intention = city.text_of(plan.appraisal).problems.partition("。")
    shared = city.words["shared_plan"]
    return [{**shared, "problem": f"{problem}。", "measure": intention or shared["measure"]}]


def _publishing(code: str) -> Callable[[City], None]:
    def publish(city: City) -> None:
        publish_plans(plans=_plans_of(city, code), approver=city.approver(code))

    return publish


def _commenting(code: str) -> Callable[[City], None]:
    def comment(city: City) -> None:
        for told in city.words["comments"].get(code, []):
            plan = RectificationPlan.objects.get(appraisal=city.appraisal(told["name"]))
            add_comment(plan=plan, name=told["person"], text=told["text"])

    return comment


def _answering(code: str) -> Callable[[City], None]:
    def answer(city: City) -> None:
        comments = PublicComment.objects.filter(plan__in=_plans_of(city, code))
        if not comments:
            return
        show_comments(comments=comments, actor=city.admin(code))
        answers = {told["text"]: told.get("answer", "") for told in city.words["comments"][code]}
        for comment in comments.select_related("plan__appraisal__cadre__user"):
            if answers[comment.text]:
                actor = comment.plan.appraisal.cadre.user
                answer_comment(comment=comment, text=answers[comment.text], actor=actor)  # type: ignore[arg-type]

    return answer


def _completing(code: str) -> Callable[[City], None]:
    def complete(city: City) -> None:
        for plan in filter(_is_done_early, _plans_of(city, code)):
            actor = plan.appraisal.cadre.user
            words = city.words["plans"].get(plan.appraisal.name, [])
            done = [item["done"] for item in words] or [city.words["shared_plan"]["done"]]
            completions = dict(zip([item.pk for item in plan.items.all()], done, strict=True))
            report_items(plan=plan, completions=completions, actor=actor)  # type: ignore[arg-type]
            complete_plan(plan=plan, actor=actor)  # type: ignore[arg-type]

    return complete


def _accepting(code: str) -> Callable[[City], None]:
    def accept(city: City) -> None:
        plans = [plan for plan in _plans_of(city, code) if plan.status == RectificationPlan.Status.COMPLETED]
        accept_plans(plans=plans, approver=city.approver(code))

    return accept


def _reporting_progress(code: str) -> Callable[[City], None]:
    """One who is not through yet has reported on the first item."""

    def report(city: City) -> None:
        plan = next((plan for plan in _plans_of(city, code) if not _is_done_early(plan)), None)
        item = plan.items.first() if plan else None
        if plan and item:
            words = city.words["shared_plan"]["progress"]
            report_items(plan=plan, completions={item.pk: words}, actor=plan.appraisal.cadre.user)  # type: ignore[arg-type]

    return report


def _notices(city: City) -> list[Act]:
    day = meeting_day(city, "minzheng")
    return [Act(city.near(day, 35, 15), _propose_notices), Act(city.near(day, 36, 9), _issue_notices)]


def _propose_notices(city: City) -> None:
    propose_notices(publication=publication_of(city, "minzheng"), actor=city.admin("minzheng"))


def _issue_notices(city: City) -> None:
    notices = RectificationNotice.objects.filter(appraisal__cycle=city.cycle)
    for notice in issue_notices(notices=notices, actor=city.office):
        receive_notice(notice=notice, actor=city.admin("minzheng"))


def _recommending(city: City) -> list[Act]:
    return [Act(city.near(meeting_day(city, "minzheng"), 38, 10), _recommend)]


def _recommend(city: City) -> None:
    told = city.words["recommendation"]
    actor = city.admin("minzheng")
    chosen = choose_candidate(
        cycle=city.cycle, unit=city.unit("minzheng"), appraisal=city.appraisal(told["name"]), actor=actor
    )
    chosen = save_recommendation(
        recommendation=chosen, resume=f"{chosen.resume}{told['resume']}", deeds=told["deeds"], actor=actor
    )
    submit_recommendation(recommendation=chosen, actor=actor)


def _commending(city: City) -> list[Act]:
    return [Act(city.near(meeting_day(city, "dongxi"), 36, 10), _commend)]


def _commend(city: City) -> None:
    for told in city.words["commendations"]:
        rows = [one for one in city.appraisals("dongxi", Track.VILLAGE) if one.name in told["names"]]
        title = told["title"].format(year=city.year)
        commend(cycle=city.cycle, appraisals=rows, title=title, reason=told["reason"], actor=city.admin("dongxi"))
    made = Commendation.objects.filter(appraisal__cycle=city.cycle)
    publish_commendations(commendations=made, approver=city.approver("dongxi"))
