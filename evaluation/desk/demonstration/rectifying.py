"""Step 5 in the city, and what results are used for: plans, notices, recommendation, honours (C11, C27, C29)."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from evaluation.cycle.models import Track
from evaluation.desk.demonstration.city import City
from evaluation.desk.demonstration.drawings import certificate
from evaluation.desk.demonstration.meeting import meeting_day
from evaluation.desk.demonstration.outcomes import UNDER_NOTICE, publication_of
from evaluation.desk.demonstration.story import Act
from evaluation.desk.periods import advance_periods
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
    ask_extension,
    complete_plan,
    decide_extension,
    draft_plans,
    drop_notice,
    edit_notice,
    hide_comments,
    issue_notices,
    propose_notices,
    publish_plans,
    rate_plan,
    receive_notice,
    report_item,
    report_items,
    return_completion,
    return_plans,
    save_plan,
    show_comments,
    submit_plans,
)

# What becomes of the plans of the finished department, by cadre; the others of a list are as ``_is_done_early`` says.
ACCEPTED, POOR, TWICE, REPORTED, OVERDUE, EXTENDED = (
    *("accepted", "poor", "returned twice", "reported", "overdue", "extended"),
)
FATES = {
    "陈立新": ACCEPTED,
    "吴晓琴": EXTENDED,
    "郑国良": POOR,
    "何美玲": REPORTED,
    "孙志远": OVERDUE,
    "黄海燕": TWICE,
}
# The days on which plans are due, from the day of loading: carried out after the deadline of the cycle if need be.
FIRST_DUE, LAST_DUE = -3, 75
LATE, RECEIVED, ISSUED, DROPPED = "late", "received", "issued", "dropped"
NOTICES = {"孙志远": LATE, "郑国良": RECEIVED, "骆水根": ISSUED, "盛大海": DROPPED}
DUE = {POOR: -15, TWICE: -15, ACCEPTED: -8, REPORTED: -3, OVERDUE: -5, EXTENDED: 20}
GOOD_RATINGS = ("satisfied", "satisfied", "basically", "satisfied", "satisfied", "basically", "dissatisfied")
POOR_RATINGS = ("dissatisfied", "basically", "dissatisfied", "dissatisfied", "satisfied", "dissatisfied")


def chain(city: City, code: str) -> list[Act]:
    """What follows a final result, or one under public notice."""
    if code == "minzheng":
        return [*_plans(city, code), *_notices(city), *_recommending(city), *_fates(city)]
    if code == "dongxi":
        return [*_plans(city, code), *_commending(city), *_carried_out(city, code)]
    return [Act(city.moment(-1, 21), _drawing_up(code))] if code == UNDER_NOTICE else []


def timer(city: City) -> list[Act]:
    """The timer ran shortly before the city was loaded: what is overdue or was found wanting is proposed."""
    return [Act(city.now - timedelta(minutes=1), _advance)]


def _advance(city: City) -> None:
    advance_periods()


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
        Act(city.moment(-2, 16), _asking_for_time(code)),
    ]


def _fates(city: City) -> list[Act]:
    """Each cadre of the finished department in a state of their own."""
    day = meeting_day(city, "minzheng")
    return [
        Act(city.near(day, 36, 10), lambda city: _done(city, POOR, TWICE)),
        Act(city.near(day, 37, 10), lambda city: _accept(city, POOR)),
        Act(city.near(day, 37, 11), lambda city: _send_back(city, "未见成效，请补充佐证。")),
        Act(city.near(day, 38, 10), lambda city: _rate(city, POOR, POOR_RATINGS)),
        Act(city.near(day, 39, 10), lambda city: _done(city, TWICE)),
        Act(city.near(day, 40, 10), lambda city: _send_back(city, "值守安排仍未落实到人，退回继续整改。")),
        Act(city.moment(-12, 10), lambda city: _done(city, ACCEPTED)),
        Act(city.moment(-11, 10), _extend),
        Act(city.moment(-9, 10), lambda city: _accept(city, ACCEPTED)),
        Act(city.moment(-6, 20), lambda city: _rate(city, ACCEPTED, GOOD_RATINGS)),
        Act(city.moment(-4, 10), lambda city: _done(city, REPORTED)),
    ]


def _of_fate(city: City, *fates: str) -> list[RectificationPlan]:
    names = [name for name, fate in FATES.items() if fate in fates]
    return [plan for plan in _plans_of(city, "minzheng") if plan.appraisal.name in names]


def _done(city: City, *fates: str) -> None:
    """Every item with a proof, then the plan."""
    for plan in _of_fate(city, *fates):
        actor = plan.appraisal.cadre.user
        told = [item["done"] for item in city.words["plans"][plan.appraisal.name]]
        for item, done in zip(plan.items.all(), told, strict=True):
            uploads = [certificate("整改佐证")] if not item.files.exists() else []
            today = timezone.localdate()
            report_item(item=item, completion=done, completed_on=today, uploads=uploads, actor=actor)  # type: ignore[arg-type]
        complete_plan(plan=plan, actor=actor)  # type: ignore[arg-type]


def _accept(city: City, fate: str) -> None:
    accept_plans(plans=_of_fate(city, fate), approver=city.approver("minzheng"))


def _send_back(city: City, reason: str) -> None:
    for plan in _of_fate(city, TWICE):
        return_completion(plan=plan, approver=city.approver("minzheng"), reason=reason)


def _rate(city: City, fate: str, grades: tuple[str, ...]) -> None:
    for plan in _of_fate(city, fate):
        for grade in grades:
            rate_plan(plan=plan, grade=grade)


def _extend(city: City) -> None:
    for plan in _of_fate(city, EXTENDED):
        item = plan.items.get(order=1)
        told = city.words["more_time"]
        asked = ask_extension(
            item=item,
            until=city.day(45),
            reason=told["approved"],
            actor=plan.appraisal.cadre.user,  # type: ignore[arg-type]
        )
        decide_extension(extension=asked, approve=True, actor=city.approver("minzheng"))


def _asking_for_time(code: str) -> Callable[[City], None]:
    """Two ask for more time: one waits for the decision, the other was refused."""

    def ask(city: City) -> None:
        late = [plan for plan in _plans_of(city, code) if not _is_done_early(plan)]
        for place, plan in enumerate(late[1:3]):
            item = plan.items.get(order=1)
            asked = ask_extension(
                item=item,
                until=city.day(120),
                reason=city.words["more_time"]["asked"],
                actor=plan.appraisal.cadre.user,  # type: ignore[arg-type]
            )
            if place:
                answer = city.words["more_time"]["refused"]
                decide_extension(extension=asked, approve=False, actor=city.approver(code), answer=answer)

    return ask


def _drawing_up(code: str) -> Callable[[City], None]:
    """Under public notice plans can be drawn up already: some are drafts, one is submitted, one was returned."""

    def draw_up(city: City) -> None:
        admin = city.admin(code)
        plans = draft_plans(actor=admin, publication=publication_of(city, code))
        for plan in plans[:2]:
            told = _shared_plan(city, plan)
            save_plan(plan=plan, items=_items(city, told, LAST_DUE), actor=admin)
        submit_plans(plans=plans[:2], actor=admin)
        reason = city.words["more_time"]["returned"]
        return_plans(plans=plans[1:2], approver=city.approver(code), reason=reason)

    return draw_up


def _plans_of(city: City, code: str) -> list[RectificationPlan]:
    rows = RectificationPlan.objects.filter(appraisal__results__publication=publication_of(city, code))
    return list(rows.for_list())


def _drafting(code: str) -> Callable[[City], None]:
    """Drafted from the figures; each cadre then writes what is to be done, with time and effect."""

    def draft(city: City) -> None:
        for plan in draft_plans(actor=city.admin(code), publication=publication_of(city, code)):
            told = city.words["plans"].get(plan.appraisal.name) or _shared_plan(city, plan)
            items = _items(city, told, _due(plan))
            plan = save_plan(plan=plan, items=items, actor=plan.appraisal.cadre.user)  # type: ignore[arg-type]
            submit_plans(plans=[plan], actor=city.admin(code))

    return draft


def _items(city: City, told: list[dict[str, str]], due: int) -> list[ItemValues]:
    names = ("source", "problem", "measure", "effect")
    return [ItemValues(**{name: item[name] for name in names}, due=city.day(due)) for item in told]


def _due(plan: RectificationPlan) -> int:
    fate = FATES.get(plan.appraisal.name)
    return DUE[fate] if fate else FIRST_DUE if _is_done_early(plan) else LAST_DUE


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
    """Shown and answered; shown and not answered yet; hidden with the reason; one is still to be read."""

    def answer(city: City) -> None:
        told = {row["text"]: row for row in city.words["comments"].get(code, [])}
        for comment in PublicComment.objects.filter(plan__in=_plans_of(city, code)).for_list():
            _moderate(city, comment, told[comment.text], code)

    return answer


def _moderate(city: City, comment: PublicComment, told: dict[str, str], code: str) -> None:
    then = told.get("then", "shown")
    if then == "hidden":
        hide_comments(comments=[comment], actor=city.admin(code), reason=told["reason"])
    if then == "shown":
        show_comments(comments=[comment], actor=city.admin(code))
    if told.get("answer"):
        actor = comment.plan.appraisal.cadre.user
        answer_comment(comment=comment, text=told["answer"], actor=actor)  # type: ignore[arg-type]


def _completing(code: str) -> Callable[[City], None]:
    def complete(city: City) -> None:
        for plan in filter(_is_done_early, _plans_of(city, code)):
            actor = plan.appraisal.cadre.user
            done = city.words["shared_plan"]["done"]
            completions = {item.pk: done for item in plan.items.all()}
            report_items(plan=plan, completions=completions, actor=actor)  # type: ignore[arg-type]
            complete_plan(plan=plan, actor=actor)  # type: ignore[arg-type]

    return complete


def _accepting(code: str) -> Callable[[City], None]:
    def accept(city: City) -> None:
        plans = [plan for plan in _plans_of(city, code) if plan.status == RectificationPlan.Status.COMPLETED]
        accept_plans(plans=plans, approver=city.approver(code))

    return accept


def _reporting_progress(code: str) -> Callable[[City], None]:
    """One who is not through yet says how the first item stands."""

    def report(city: City) -> None:
        plan = next((plan for plan in _plans_of(city, code) if not _is_done_early(plan)), None)
        item = plan.items.first() if plan else None
        if plan and item:
            words = city.words["shared_plan"]["progress"]
            report_item(item=item, completion=words, completed_on=None, actor=plan.appraisal.cadre.user)  # type: ignore[arg-type]

    return report


def _notices(city: City) -> list[Act]:
    day = meeting_day(city, "minzheng")
    return [Act(city.near(day, 35, 15), _propose_notices), Act(city.near(day, 36, 9), _issue_notices)]


def _propose_notices(city: City) -> None:
    propose_notices(publication=publication_of(city, "minzheng"), actor=city.admin("minzheng"))
    propose_notices(publication=publication_of(city, "dongxi"), actor=city.admin("dongxi"))


def _issue_notices(city: City) -> None:
    """Received and acted on, received and late, on its way, dropped; the others wait for a decision."""
    for notice in RectificationNotice.objects.for_list():
        fate = NOTICES.get(notice.appraisal.name)
        admin = city.admin(notice.appraisal.organising_unit.code)
        if fate == DROPPED:
            drop_notice(notice=notice, reason=city.words["more_time"]["dropped"], actor=admin)
        elif fate:
            _issue(city, notice, fate, admin)


def _issue(city: City, notice: RectificationNotice, fate: str, admin: User) -> None:
    due = city.day(-4) if fate == LATE else city.day(30)
    edit_notice(notice=notice, text=notice.text, number="", due=due, actor=admin)
    (issued,) = issue_notices(notices=[notice], actor=city.office)
    if fate != ISSUED:
        receive_notice(notice=issued, actor=admin)


def _recommending(city: City) -> list[Act]:
    return [Act(city.near(meeting_day(city, "minzheng"), 38, 10), _recommend)]


def _recommend(city: City) -> None:
    told = city.words["recommendation"]
    actor = city.admin("minzheng")
    chosen = choose_candidate(
        cycle=city.cycle, unit=city.unit("minzheng"), appraisal=city.appraisal(told["name"]), actor=actor
    )
    chosen = save_recommendation(
        recommendation=chosen,
        resume=f"{chosen.resume}{told['resume']}",
        deeds=told["deeds"],
        grades=dict.fromkeys(range(city.year - 3, city.year), "excellent"),
        actor=actor,
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
