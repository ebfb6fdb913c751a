"""Complaints of residents in the city, one or more in every state, and what follows of them (C19, C20)."""

from collections.abc import Callable, Iterator

from accounts.models import User
from evaluation.daily.models import Complaint, DailyDeduction
from evaluation.daily.services import (
    accept_complaint,
    answer_complaint,
    ask_extension,
    assign_handler,
    close_lapsed_complaints,
    confirm_deductions,
    confirm_finding,
    decide_extension,
    declare_recusal,
    name_cadre,
    propose_overdue_complaints,
    rate_answer,
    receive_complaint,
    record_finding,
    refuse_complaint,
    return_finding,
    take_up_proposal,
)
from evaluation.desk.demonstration.city import City
from evaluation.desk.demonstration.drawings import certificate
from evaluation.desk.demonstration.story import Act

Told = dict[str, str]
Made = dict[str, int]
SWEPT = -1
# How far a complaint is brought: days after it came in, and what is done then, in this order.
PATHS: dict[str, tuple[tuple[int, str], ...]] = {
    "received": (),
    "refused": ((2, "refuse"),),
    "accepted": ((1, "accept"),),
    "recused": ((1, "accept"), (3, "recuse")),
    "asking": ((1, "accept"), (18, "ask")),
    "extended": ((1, "accept"), (20, "ask"), (21, "extend")),
    "returned": ((1, "accept"), (5, "find"), (6, "return")),
    "found": ((1, "accept"), (5, "find")),
    "confirmed": ((1, "accept"), (5, "find"), (6, "confirm")),
    "answered": ((1, "accept"), (5, "find"), (6, "confirm"), (7, "answer")),
    "satisfied": ((1, "accept"), (5, "find"), (6, "confirm"), (7, "answer"), (11, "satisfied")),
    "counted": ((1, "accept"), (5, "find"), (6, "confirm"), (7, "answer"), (8, "count"), (11, "satisfied")),
    "again": ((1, "accept"), (5, "find"), (6, "confirm"), (7, "answer"), (10, "dissatisfied"), (12, "assign")),
}
PATHS["poor"] = (*PATHS["again"], (19, "find again"), (20, "confirm again"), (21, "answer again"), (25, "poor"))


def stories(city: City) -> list[list[Act]]:
    chains = [list(_chain(city, told)) for told in city.words["complaints"]]
    return [*chains, [Act(city.moment(SWEPT, 8), _sweep)]]


def _chain(city: City, told: Told) -> Iterator[Act]:
    """The acts of one complaint; its key is known once the first was done."""
    made: Made = {}
    day = int(told["day"])
    yield Act(city.moment(day, 9, 30), _receiving(told, made))
    for after, step in PATHS[told["then"]]:
        yield Act(city.moment(day + after, 10), _doing(step, told, made))


def _sweep(_city: City) -> None:
    propose_overdue_complaints()
    close_lapsed_complaints()


def _receiving(told: Told, made: Made) -> Callable[[City], None]:
    def receive(city: City) -> None:
        appraisal = city.appraisal(told["name"]) if "name" in told else None
        unit = city.unit(told["unit"])
        by_staff = told["channel"] != "web"
        with_office = "office" in told
        complaint = receive_complaint(
            cycle=city.cycle,
            channel=told["channel"],
            text=told["text"],
            unit=unit,
            appraisal=appraisal,
            about=told.get("about", ""),
            contact={key: told[key] for key in ("person", "telephone", "address") if key in told},
            uploads=[certificate("现场照片")] if "photo" in told else [],
            actor=(city.office if with_office else city.admin(unit.code)) if by_staff else None,
            with_office=with_office,
        )
        made["pk"] = complaint.pk

    return receive


class Hands:
    """Who does what with one complaint: the administrator handles it, the approver confirms; then the other way."""

    def __init__(self, city: City, told: Told, made: Made) -> None:
        self.city, self.told = city, told
        self.complaint = Complaint.objects.get(pk=made["pk"])
        office = "office" in told
        self.handler: User = city.second_office if office else city.admin(told["unit"])
        self.second: User = city.office if office else city.approver(told["unit"])

    def find(self, by: User, facts: str) -> None:
        record_finding(
            complaint=self.complaint,
            actor=by,
            outcome=self.told["outcome"],
            facts=facts,
            basis=self.told["basis"],
            measures=self.told.get("measures", ""),
            uploads=[certificate("调查笔录")] if "evidence" in self.told else [],
        )

    def rate(self, word: str, *, again: bool = False) -> None:
        by = self.second if "called" in self.told else None
        rate_answer(complaint=self.complaint, satisfaction=word, note=self.told.get("note", ""), again=again, actor=by)

    def confirm(self) -> None:
        if "named_later" in self.told:
            named = self.city.appraisal(self.told["named_later"])
            name_cadre(complaint=self.complaint, appraisal=named, actor=self.second, reason=self.told["reason"])
        confirm_finding(complaint=self.complaint, actor=self.second, concerns_nobody="nobody" in self.told)

    def count(self) -> None:
        proposed = DailyDeduction.objects.get(complaint=self.complaint, rule="1")
        taken = take_up_proposal(deduction=proposed, actor=self.city.admin(self.told["unit"]))
        confirm_deductions(deductions=[taken], approver=self.city.approver(self.told["unit"]))


def _doing(step: str, told: Told, made: Made) -> Callable[[City], None]:
    def do(city: City) -> None:
        STEPS[step](Hands(city, told, made))

    return do


def _accept(hands: Hands) -> None:
    accept_complaint(complaint=hands.complaint, actor=hands.second, handler=hands.handler)


def _recuse(hands: Hands) -> None:
    """The first handler withdraws, and another takes over."""
    complaint, reason = hands.complaint, hands.told["reason"]
    declare_recusal(complaint=complaint, user=hands.handler, actor=hands.handler, reason=reason)
    assign_handler(complaint=complaint, actor=hands.second, handler=hands.second)


def _find_again(hands: Hands) -> None:
    hands.find(hands.second, hands.told["second_facts"])


def _answer(hands: Hands, by: User) -> None:
    way = "telephone" if "telephone" in hands.told else "page"
    answer_complaint(complaint=hands.complaint, actor=by, answer=hands.told["answer"], way=way)


def _refuse(hands: Hands) -> None:
    refuse_complaint(complaint=hands.complaint, actor=hands.second, reason=hands.told["reason"])


def _return(hands: Hands) -> None:
    return_finding(complaint=hands.complaint, actor=hands.second, reason=hands.told["reason"])


def _ask(hands: Hands) -> None:
    ask_extension(complaint=hands.complaint, actor=hands.handler, reason=hands.told["reason"])


STEPS: dict[str, Callable[[Hands], object]] = {
    "accept": _accept,
    "refuse": _refuse,
    "recuse": _recuse,
    "ask": _ask,
    "extend": lambda hands: decide_extension(complaint=hands.complaint, actor=hands.second, approve=True),
    "find": lambda hands: hands.find(hands.handler, hands.told["facts"]),
    "return": _return,
    "confirm": Hands.confirm,
    "answer": lambda hands: _answer(hands, hands.handler),
    "count": Hands.count,
    "satisfied": lambda hands: hands.rate("satisfied"),
    "dissatisfied": lambda hands: hands.rate("dissatisfied", again=True),
    "assign": lambda hands: assign_handler(
        complaint=hands.complaint, actor=hands.city.office, handler=hands.second, reason="原承办人不再承办"
    ),
    "find again": _find_again,
    "confirm again": lambda hands: confirm_finding(
        complaint=hands.complaint, actor=hands.city.office, concerns_nobody="nobody" in hands.told
    ),
    "answer again": lambda hands: _answer(hands, hands.second),
    "poor": lambda hands: rate_answer(complaint=hands.complaint, satisfaction="dissatisfied"),
}
