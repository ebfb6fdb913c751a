"""Claims as services make and decide them: once at a level, by four eyes, on record."""

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts.models import User
from evaluation.audit.models import AuditEvent
from evaluation.bonus.models import BonusClaim
from evaluation.bonus.selectors import same_awards, standings
from evaluation.bonus.services import (
    approve_claims,
    give_opinion,
    refuse_claim,
    reopen_claim,
    set_another_award,
    set_same_award,
    withdraw_claim,
)
from evaluation.cycle.models import Cycle
from evaluation.errors import DomainError
from evaluation.files.models import StoredFile
from evaluation.roster.models import Appraisal
from evaluation.units.models import Unit
from tests.bonus.conftest import certificate, claimed, refused
from tests.factories import appraisal_of

pytestmark = pytest.mark.django_db


def test_the_same_award_at_the_same_level_is_claimed_once(
    appraisal: Appraisal, unit_admin: User, proof: StoredFile
) -> None:
    claimed(appraisal, unit_admin, proof)
    claimed(appraisal, unit_admin, proof, level="province")

    with pytest.raises(DomainError) as refusal:
        claimed(appraisal, unit_admin, proof, award="“文明窗口”")

    assert refusal.value.code == "claimed_already"


@pytest.mark.parametrize(
    ("fields", "code"), [({"awarded_on": date(2011, 5, 4)}, "other_year"), ({"level": "galaxy"}, "unknown_level")]
)
def test_a_claim_outside_the_rules_is_refused(
    appraisal: Appraisal, unit_admin: User, proof: StoredFile, fields: dict[str, Any], code: str
) -> None:
    with pytest.raises(DomainError) as refusal:
        claimed(appraisal, unit_admin, proof, **fields)

    assert refusal.value.code == code


def test_the_office_decides_at_its_own_level(
    appraisal: Appraisal, unit_admin: User, office: User, proof: StoredFile
) -> None:
    claim = claimed(appraisal, unit_admin, proof, level="nation")

    (approved,) = approve_claims(claims=[claim], actor=office, level="city")

    assert (approved.status, approved.level, approved.approved_level) == ("approved", "nation", "city")


def test_nobody_approves_their_own_claim(appraisal: Appraisal, office: User, proof: StoredFile) -> None:
    with pytest.raises(DomainError) as refusal:
        approve_claims(claims=[claimed(appraisal, office, proof)], actor=office)

    assert refusal.value.code == "same_person"


def test_a_refusal_needs_its_reason(appraisal: Appraisal, unit_admin: User, office: User, proof: StoredFile) -> None:
    claim = claimed(appraisal, unit_admin, proof)
    with pytest.raises(DomainError):
        refuse_claim(claim=claim, actor=office, reason=" ")

    assert refuse_claim(claim=claim, actor=office, reason="非本年度表彰").status == "refused"


def test_a_decided_claim_takes_no_opinion(
    appraisal: Appraisal, office: User, unit_admin: User, proof: StoredFile
) -> None:
    claim = claimed(appraisal, unit_admin, proof)
    approve_claims(claims=[claim], actor=office)

    with pytest.raises(DomainError) as refusal:
        give_opinion(claim=claim, actor=unit_admin, opinion="情况属实。")
    assert refusal.value.code == "decided_already"


# One award under several names


def test_a_similar_name_asks(appraisal: Appraisal, unit_admin: User, proof: StoredFile) -> None:
    first = claimed(appraisal, unit_admin, proof, award="法律援助工作先进个人")

    with pytest.raises(DomainError) as question:
        claimed(appraisal, unit_admin, proof, award="法律援助先进个人", level="province")

    assert (question.value.code, question.value.claims) == ("similar_award", [first])  # type: ignore[attr-defined]
    assert BonusClaim.objects.count() == 1


def test_a_colleagues_claim_of_nearly_the_same_award_asks_too(
    cycle: Cycle, unit: Unit, appraisal: Appraisal, unit_admin: User, proof: StoredFile
) -> None:
    claimed(appraisal_of(cycle=cycle, unit=unit), unit_admin, proof, award="法律援助工作先进个人")

    with refused("similar_award"):
        claimed(appraisal, unit_admin, proof, award="法律援助先进个人")


def test_the_same_under_another_name_counts_once(
    appraisal: Appraisal, unit_admin: User, office: User, proof: StoredFile
) -> None:
    first = claimed(appraisal, unit_admin, proof, award="法律援助工作先进个人")
    second = claimed(appraisal, unit_admin, proof, award="法律援助先进个人", level="province", same_as=first)
    approve_claims(claims=[first, second], actor=office)

    standing = standings(cycle=appraisal.cycle, appraisals=[appraisal])[0]

    assert (second.award_key, same_awards(second)) == (first.award_key, [BonusClaim.objects.get(pk=first.pk)])
    assert [(part.claim.pk, part.counted) for part in standing.parts] == [(first.pk, False), (second.pk, True)]


def test_another_award_of_nearly_the_same_name_counts_besides(
    appraisal: Appraisal, unit_admin: User, office: User, proof: StoredFile
) -> None:
    first = claimed(appraisal, unit_admin, proof, award="法律援助工作先进个人")
    second = claimed(appraisal, unit_admin, proof, award="法律援助先进个人", is_another=True)
    approve_claims(claims=[first, second], actor=office)

    assert standings(cycle=appraisal.cycle, appraisals=[appraisal])[0].points == 2


def test_the_office_puts_the_answer_right(
    appraisal: Appraisal, unit_admin: User, office: User, proof: StoredFile
) -> None:
    first = claimed(appraisal, unit_admin, proof, award="法律援助工作先进个人")
    second = claimed(appraisal, unit_admin, proof, award="法律援助先进个人", level="province", is_another=True)

    set_same_award(claim=second, same_as=first, actor=office, reason="同一文件")

    second.refresh_from_db()
    event = AuditEvent.objects.get(action="bonus-award-told-apart")
    assert second.award_key == first.award_key
    assert (event.detail["why"], event.detail["changes"]["award_key"][1]) == ("同一文件", first.award_key)


def test_the_office_tells_two_awards_of_one_name_apart(
    appraisal: Appraisal, unit_admin: User, office: User, proof: StoredFile
) -> None:
    first = claimed(appraisal, unit_admin, proof)
    second = claimed(appraisal, unit_admin, proof, level="province")
    second = set_another_award(claim=second, actor=office, reason="不同机关的两个奖项")
    approve_claims(claims=[first, second], actor=office)

    standing = standings(cycle=appraisal.cycle, appraisals=[appraisal])[0]

    assert (standing.points, same_awards(second)) == (6, [])


def test_the_same_award_twice_at_one_level_is_no_answer(
    appraisal: Appraisal, unit_admin: User, office: User, proof: StoredFile
) -> None:
    first = claimed(appraisal, unit_admin, proof, award="法律援助工作先进个人")
    second = claimed(appraisal, unit_admin, proof, award="法律援助先进个人", is_another=True)

    with refused("claimed_already"):
        set_same_award(claim=second, same_as=first, actor=office, reason="同一文件")


@pytest.mark.parametrize("end", ["refuse", "withdraw"])
def test_what_was_refused_or_withdrawn_is_claimed_anew(
    appraisal: Appraisal, unit_admin: User, office: User, proof: StoredFile, end: str
) -> None:
    claim = claimed(appraisal, unit_admin, proof)
    if end == "refuse":
        refuse_claim(claim=claim, actor=office, reason="缺文件")
    else:
        withdraw_claim(claim=claim, actor=unit_admin, reason="填错级别")

    assert claimed(appraisal, unit_admin, proof).status == "claimed"


def test_a_refusal_leaves_no_file(appraisal: Appraisal, unit_admin: User, proof: StoredFile) -> None:
    claimed(appraisal, unit_admin, proof)
    before = StoredFile.objects.count()

    with refused("claimed_already"):
        claimed(appraisal, unit_admin, certificate())  # type: ignore[arg-type]

    assert StoredFile.objects.count() == before


def test_five_files_a_claim(appraisal: Appraisal, unit_admin: User) -> None:
    claim = claimed(appraisal, unit_admin, certificate(), further=[certificate() for _n in range(4)])  # type: ignore[arg-type]
    assert claim.further_files.count() == 4

    with refused("too_many_files"):
        claimed(appraisal, unit_admin, certificate(), level="nation", further=[certificate() for _n in range(5)])  # type: ignore[arg-type]


# Four eyes


def test_the_unit_is_heard_before_a_cadres_own_claim_is_recognised(
    own: Appraisal, cadre_user: User, unit_admin: User, office: User, proof: StoredFile
) -> None:
    claim = claimed(own, cadre_user, proof)
    with refused("opinion_missing"):
        approve_claims(claims=[claim], actor=office)

    heard = give_opinion(claim=claim, actor=unit_admin, opinion="情况属实。")

    assert heard.unit_opinion_by == unit_admin
    assert approve_claims(claims=[claim], actor=office)[0].status == "approved"


def test_the_cadre_does_not_word_the_opinion_of_the_unit(own: Appraisal, cadre_user: User, proof: StoredFile) -> None:
    with refused("own_opinion"):
        claimed(own, cadre_user, proof, unit_opinion="情况属实。")
    with refused("own_case"):
        give_opinion(claim=claimed(own, cadre_user, proof), actor=cadre_user, opinion="情况属实。")


def test_whoever_gave_the_opinion_does_not_decide(
    own: Appraisal, cadre_user: User, office: User, second_office: User, proof: StoredFile
) -> None:
    claim = give_opinion(claim=claimed(own, cadre_user, proof), actor=office, opinion="情况属实。")

    for act in (approve_claims, refuse_claim):
        with refused("same_person"):
            act(actor=office, **({"claims": [claim]} if act is approve_claims else {"claim": claim, "reason": "否"}))  # type: ignore[operator]
    assert approve_claims(claims=[claim], actor=second_office)


@pytest.mark.parametrize("act", [set_same_award, set_another_award])
def test_whoever_claimed_does_not_say_afterwards_which_award_it_is(
    appraisal: Appraisal, unit_admin: User, proof: StoredFile, act: Any
) -> None:
    claim = claimed(appraisal, unit_admin, proof)
    more = {"same_as": claim} if act is set_same_award else {}

    with refused("same_person"):
        act(claim=claim, actor=unit_admin, reason="另一奖项", **more)


def test_nobody_of_the_office_decides_about_themselves(
    cycle: Cycle, unit: Unit, office: User, unit_admin: User, second_office: User, proof: StoredFile
) -> None:
    mine = appraisal_of(cycle=cycle, unit=unit, user=office)
    claim = claimed(mine, unit_admin, proof)

    for decide in (
        lambda: approve_claims(claims=[claim], actor=office),
        lambda: refuse_claim(claim=claim, actor=office, reason="否"),
        lambda: set_another_award(claim=claim, actor=office, reason="否"),
    ):
        with refused("own_case"):
            decide()
    approve_claims(claims=[claim], actor=second_office)
    with refused("own_case"):
        reopen_claim(claim=claim, actor=office, reason="否")
    assert not BonusClaim.objects.decidable_by(office).exists()


def test_only_the_claimant_withdraws_and_says_why(
    appraisal: Appraisal, unit_admin: User, office: User, proof: StoredFile
) -> None:
    claim = claimed(appraisal, unit_admin, proof)
    with refused("not_the_claimant"):
        withdraw_claim(claim=claim, actor=office, reason="填错")
    with refused("reason_missing"):
        withdraw_claim(claim=claim, actor=unit_admin, reason=" ")

    withdraw_claim(claim=claim, actor=unit_admin, reason="填错级别")

    event = AuditEvent.objects.get(action="bonus-withdrawn")
    assert (event.detail["why"], event.detail["changes"]["status"]) == ("填错级别", ["claimed", "withdrawn"])


def test_a_decided_claim_is_not_withdrawn(
    appraisal: Appraisal, unit_admin: User, office: User, proof: StoredFile
) -> None:
    claim = claimed(appraisal, unit_admin, proof)
    approve_claims(claims=[claim], actor=office)

    with refused("decided_already"):
        withdraw_claim(claim=claim, actor=unit_admin, reason="填错")


def test_an_approval_is_taken_back_and_decided_anew(
    appraisal: Appraisal, unit_admin: User, office: User, second_office: User, proof: StoredFile
) -> None:
    claim = claimed(appraisal, unit_admin, proof)
    approve_claims(claims=[claim], actor=office)

    again = reopen_claim(claim=claim, actor=second_office, reason="异议成立")

    assert (again.status, again.decided_by) == ("claimed", None)
    assert refuse_claim(claim=again, actor=second_office, reason="非本年度").status == "refused"


def test_nothing_is_taken_back_of_a_final_result(
    appraisal: Appraisal, unit_admin: User, office: User, proof: StoredFile
) -> None:
    claim = claimed(appraisal, unit_admin, proof)
    approve_claims(claims=[claim], actor=office)
    Appraisal.objects.filter(pk=appraisal.pk).update(final_at=timezone.now())

    with refused("results_final"):
        reopen_claim(claim=claim, actor=office, reason="异议成立")


# What the database holds


def forbidden(statement: str, *values: object) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
    except DatabaseError as error:
        return "never" in str(error)
    return False


@pytest.mark.parametrize(
    "change",
    ["award = '别的'", "level = 'nation'", "award_key = 'x'", "awarded_on = '2012-01-01'", "approved_level = 'nation'",
     "status = 'refused', reason = '否'", "unit_opinion = '好'"],
)  # fmt: skip
def test_a_decided_claim_never_changes(
    appraisal: Appraisal, unit_admin: User, office: User, proof: StoredFile, change: str
) -> None:
    claim = claimed(appraisal, unit_admin, proof)
    approve_claims(claims=[claim], actor=office)

    assert forbidden(f"UPDATE evaluation_bonusclaim SET {change} WHERE id = %s", claim.pk)


def test_a_claim_is_never_deleted(appraisal: Appraisal, unit_admin: User, proof: StoredFile) -> None:
    claim = claimed(appraisal, unit_admin, proof)

    assert forbidden("DELETE FROM evaluation_bonusclaim WHERE id = %s", claim.pk)
