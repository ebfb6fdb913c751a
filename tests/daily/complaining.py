"""A complaint brought as far as a test needs it, by a unit of four people and the office."""

from dataclasses import dataclass
from typing import Any

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.daily.models import Complaint
from evaluation.daily.services import (
    accept_complaint,
    answer_complaint,
    assign_handler,
    confirm_finding,
    rate_answer,
    receive_complaint,
    record_finding,
)
from evaluation.roster.models import Appraisal
from evaluation.units.models import Unit

TEXT = "窗口工作人员未一次性告知所需材料，往返三次。"
ANSWER = "经核查，您反映的情况属实，已责令改正。"


@dataclass
class Case:
    cycle: Cycle
    unit: Unit
    appraisal: Appraisal
    admin: User
    second_admin: User
    approver: User
    office: User

    def received(self, **values: Any) -> Complaint:
        given: dict[str, Any] = {"channel": "web", "text": TEXT, "appraisal": self.appraisal, **values}
        return receive_complaint(cycle=self.cycle, **given)

    def accept(self, complaint: Complaint) -> Complaint:
        return accept_complaint(complaint=complaint, actor=self.admin, handler=self.admin)

    def accepted(self, **values: Any) -> Complaint:
        return self.accept(self.received(**values))

    def find(self, complaint: Complaint, outcome: str = "upheld", actor: User | None = None) -> Complaint:
        record_finding(
            complaint=complaint, actor=actor or self.admin, outcome=outcome, facts="监控显示属实。", basis="调查笔录"
        )
        return _again(complaint)

    def found(self, outcome: str = "upheld", **values: Any) -> Complaint:
        return self.find(self.accepted(**values), outcome)

    def confirm(self, complaint: Complaint, concerns_nobody: bool = False) -> Complaint:
        confirm_finding(complaint=complaint, actor=self.approver, concerns_nobody=concerns_nobody)
        return _again(complaint)

    def confirmed(self, outcome: str = "upheld", **values: Any) -> Complaint:
        return self.confirm(self.found(outcome, **values))

    def answer(self, complaint: Complaint, actor: User | None = None) -> Complaint:
        answer_complaint(complaint=complaint, actor=actor or self.admin, answer=ANSWER)
        return _again(complaint)

    def answered(self, outcome: str = "not_upheld", **values: Any) -> Complaint:
        return self.answer(self.confirmed(outcome, **values))

    def again(self, **values: Any) -> Complaint:
        """Not satisfied, to be handled again by the second of the unit."""
        complaint = rate_answer(complaint=self.answered(**values), satisfaction="dissatisfied", again=True)
        return assign_handler(complaint=complaint, actor=self.approver, handler=self.second_admin)

    def answered_again(self, **values: Any) -> Complaint:
        complaint = self.confirm(self.find(self.again(**values), "not_upheld", self.second_admin))
        return self.answer(complaint, self.second_admin)


def _again(complaint: Complaint) -> Complaint:
    return Complaint.objects.for_list().get(pk=complaint.pk)
