"""Missing groups: the rules' own answer, a decision by two people, and what waits (scoring, point 4)."""

from collections.abc import Callable

import pytest

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.errors import DomainError
from evaluation.results.missing import shortfalls_of
from evaluation.results.models import Publication, Result, ShortfallDecision
from evaluation.results.services import drop_proposals, propose_decisions, settle_decisions
from evaluation.roster.models import Appraisal
from evaluation.units.models import Unit
from tests.results.conftest import Compute, counted_box, judged

pytestmark = pytest.mark.django_db
Propose = Callable[..., ShortfallDecision]


def found(appraisal: Appraisal) -> dict[str, str | None]:
    rows = shortfalls_of(cycle=appraisal.cycle, appraisals=[appraisal])
    return {row.group.code: row.answer.decision if row.answer else None for row in rows}


@pytest.fixture
def propose(cycle: Cycle, unit_admin: User) -> Propose:
    def act(appraisal: Appraisal, group: str, decision: str = "accept", actor: User = unit_admin) -> ShortfallDecision:
        propose_decisions(
            cycle=cycle, chosen=[(appraisal, group)], decision=decision, reason="代表人数有限。", actor=actor
        )
        return ShortfallDecision.objects.get(appraisal=appraisal, group=group)

    return act


def test_the_public_is_reallocated_by_the_rules(cycle: Cycle, unit: Unit, compute: Compute) -> None:
    one = judged(cycle=cycle, unit=unit, sizes={"public": 7})

    assert found(one) == {"public": "reallocate"}
    result = compute().results.get()
    assert result.explanation["groups"][3]["shortfall"]["source"] == "rules"
    assert [group["effective_base"] for group in result.explanation["groups"]] == ["35.00", "15.00", "30.00", None]


@pytest.mark.parametrize(
    ("graded", "staff", "answer"),
    [
        pytest.param(5, 10, "accept", id="half of the staff and five"),
        pytest.param(5, 11, None, id="less than half"),
        pytest.param(4, 6, None, id="fewer than five"),
        pytest.param(7, None, None, id="staff unknown"),
    ],
)
def test_own_staff_is_accepted_from_half_of_it_on(
    cycle: Cycle, unit: Unit, graded: int, staff: int | None, answer: str | None
) -> None:
    unit.staff_count = staff
    unit.save(update_fields=["staff_count"])

    assert found(judged(cycle=cycle, unit=unit, sizes={"own_unit": graded})) == {"own_unit": answer}


def test_the_others_ask(cycle: Cycle, unit: Unit, compute: Compute) -> None:
    one = judged(cycle=cycle, unit=unit, sizes={"representative": 6})

    assert found(one) == {"representative": None}
    assert compute().results.get().status == Result.Status.INCOMPLETE


def test_groups_show_only_when_every_box_is_counted(cycle: Cycle, unit: Unit) -> None:
    one = judged(cycle=cycle, unit=unit, sizes={"representative": 6})
    counted_box(cycle=cycle, unit=unit, appraisals=[one], title="公众评议箱")

    assert found(one) == {}


def test_a_decision_counts_when_two_people_made_it(
    cycle: Cycle, unit: Unit, office: User, compute: Compute, propose: Propose
) -> None:
    one = judged(cycle=cycle, unit=unit, sizes={"representative": 6})
    decision = propose(one, "representative")
    assert compute().results.get().status == Result.Status.INCOMPLETE

    settle_decisions(decisions=[decision], actor=office)

    result = compute().results.get()
    assert result.status == Result.Status.SCORED
    assert result.explanation["groups"][2]["shortfall"] == {
        "decision": "accept", "source": "decision", "reason": "代表人数有限。", "decided_on": "2012-11-19",
    }  # fmt: skip


def test_whoever_proposed_does_not_settle(cycle: Cycle, unit: Unit, office: User, propose: Propose) -> None:
    decision = propose(judged(cycle=cycle, unit=unit, sizes={"representative": 6}), "representative", actor=office)

    with pytest.raises(DomainError) as caught:
        settle_decisions(decisions=[decision], actor=office)

    assert caught.value.code == "same_person"


def test_nobody_settles_their_own_case(cycle: Cycle, unit: Unit, second_office: User, propose: Propose) -> None:
    mine = judged(cycle=cycle, unit=unit, sizes={"representative": 6}, user=second_office)

    with pytest.raises(DomainError) as caught:
        settle_decisions(decisions=[propose(mine, "representative")], actor=second_office)

    assert caught.value.code == "own_case"


def test_one_of_the_two_is_of_the_office(cycle: Cycle, unit: Unit, approver: User, propose: Propose) -> None:
    decision = propose(judged(cycle=cycle, unit=unit, sizes={"representative": 6}), "representative")

    with pytest.raises(DomainError) as caught:
        settle_decisions(decisions=[decision], actor=approver)

    assert caught.value.code == "office_needed"


def test_the_unit_settles_what_the_office_proposed(
    cycle: Cycle, unit: Unit, office: User, approver: User, propose: Propose
) -> None:
    decision = propose(judged(cycle=cycle, unit=unit, sizes={"representative": 6}), "representative", actor=office)

    assert settle_decisions(decisions=[decision], actor=approver) == 1


def test_a_group_without_a_grade_cannot_be_accepted(cycle: Cycle, unit: Unit, propose: Propose) -> None:
    one = judged(cycle=cycle, unit=unit, sizes={"representative": 0})

    with pytest.raises(DomainError) as caught:
        propose(one, "representative")

    assert caught.value.code == "no_graded_mark"


@pytest.mark.parametrize("group", ["service_recipient", "public"])
def test_what_is_large_enough_or_settled_by_the_rules_is_not_decided(
    cycle: Cycle, unit: Unit, propose: Propose, group: str
) -> None:
    one = judged(cycle=cycle, unit=unit, sizes={"public": 7})

    with pytest.raises(DomainError) as caught:
        propose(one, group, "reallocate")

    assert caught.value.code == "not_open"


def test_a_proposal_can_be_dropped_a_decision_not(
    cycle: Cycle, unit: Unit, office: User, unit_admin: User, propose: Propose
) -> None:
    one = judged(cycle=cycle, unit=unit, sizes={"representative": 6, "service_recipient": 7})
    dropped, settled = propose(one, "representative"), propose(one, "service_recipient")
    settle_decisions(decisions=[settled], actor=office)

    assert drop_proposals(decisions=[dropped], actor=unit_admin) == 1
    with pytest.raises(DomainError) as caught:
        drop_proposals(decisions=[settled], actor=unit_admin)

    assert caught.value.code == "settled_already"


def test_after_the_feedback_nothing_is_decided(fed_back: Publication, propose: Propose) -> None:
    with pytest.raises(DomainError) as caught:
        propose(fed_back.results.get().appraisal, "public")

    assert caught.value.code == "results_fed_back"


@pytest.fixture
def few(cycle: Cycle, unit: Unit) -> Appraisal:
    """Judged by three service recipients and nobody else."""
    return judged(
        cycle=cycle, unit=unit, sizes={"service_recipient": 3, "own_unit": 0, "representative": 0, "public": 0}
    )


def test_a_lone_group_of_a_few_cannot_be_accepted(few: Appraisal, propose: Propose) -> None:
    [shows] = [row.shows_few for row in shortfalls_of(cycle=few.cycle, appraisals=[few]) if row.graded]

    with pytest.raises(DomainError) as caught:
        propose(few, "service_recipient", "accept")

    assert (shows, caught.value.code) == (True, "shows_few")


def test_a_lone_group_of_a_few_is_not_scored_even_where_it_was_accepted(
    few: Appraisal, office: User, unit_admin: User, compute: Compute, propose: Propose
) -> None:
    """Another group was counted when it was accepted, and has been voted on anew since."""
    accepted = ShortfallDecision.objects.create(
        appraisal=few, group="service_recipient", decision="accept", reason="人数有限。", proposed_by=unit_admin
    )
    settle_decisions(
        decisions=[accepted, propose(few, "own_unit", "reallocate"), propose(few, "representative", "reallocate")],
        actor=office,
    )

    result = compute().results.get()

    assert (result.status, result.composite) == (Result.Status.INCOMPLETE, None)


def test_a_cadre_is_exempted_by_two_people_with_the_reason(
    cycle: Cycle, unit: Unit, propose: Propose, compute: Compute, office: User, appraisal: Appraisal
) -> None:
    one = judged(cycle=cycle, unit=unit, name="新到任", sizes={"representative": 3})
    proposal = propose(one, "representative", "exempt")
    one.refresh_from_db()
    assert not one.exempt

    settle_decisions(decisions=[proposal], actor=office)

    one.refresh_from_db()
    assert (one.exempt, one.exempt_reason) == (True, "代表人数有限。")
    assert compute().results.get(appraisal=one).status == Result.Status.EXEMPT
