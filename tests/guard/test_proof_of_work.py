import base64
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from altcha import Challenge, solve_challenge
from django.db import IntegrityError
from django.utils import timezone

from evaluation.errors import DomainError
from evaluation.guard import proof_of_work
from evaluation.guard.models import SpentChallenge
from evaluation.guard.proof_of_work import forget_spent, new_challenge, spend_proof
from tests.proofs import solved

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("easy_proofs")]


def refusal(purpose: str, payload: str) -> str:
    with pytest.raises(DomainError) as caught:
        spend_proof(purpose=purpose, payload=payload)
    return caught.value.code


def test_a_solved_challenge_counts_once() -> None:
    proof = solved(new_challenge(purpose="box"))
    spend_proof(purpose="box", payload=proof)
    assert refusal("box", proof) == "proof_used"
    assert SpentChallenge.objects.count() == 1


def test_the_database_itself_refuses_a_second_spending() -> None:
    row = {"digest": "a" * 64, "expires_at": timezone.now()}
    SpentChallenge.objects.create(**row)
    with pytest.raises(IntegrityError):
        SpentChallenge.objects.create(**row)


def test_a_challenge_of_one_box_is_nothing_at_another() -> None:
    assert refusal("other", solved(new_challenge(purpose="box"))) == "proof_wrong"
    assert not SpentChallenge.objects.exists()


def test_a_challenge_runs_out() -> None:
    proof = solved(new_challenge(purpose="box"))
    with time_machine.travel(timezone.now() + proof_of_work.VALID_FOR + timedelta(seconds=2)):
        assert refusal("box", proof) == "proof_old"


def with_parameters(**changed: Any) -> Callable[[dict[str, Any]], None]:
    return lambda proof: proof["challenge"]["parameters"].update(changed)


@pytest.mark.parametrize(
    "forge",
    [
        with_parameters(cost=2),
        with_parameters(expiresAt=4_000_000_000),
        with_parameters(expiresAt=None),
        with_parameters(data={"purpose": "other"}),
        with_parameters(keySignature="00" * 32),
        with_parameters(keySignature=None),
        with_parameters(keyPrefix=""),
        lambda proof: proof["solution"].update(derivedKey="00" * 32),
        lambda proof: proof["solution"].update(derivedKey=None),
        lambda proof: proof["challenge"].update(signature=""),
        lambda proof: proof["challenge"].update(signature=7),
        lambda proof: proof.update(solution=[]),
        lambda proof: proof.update(challenge=None),
    ],
)
def test_a_forged_proof_is_refused(forge: Callable[[dict[str, Any]], None]) -> None:
    proof = json.loads(base64.b64decode(solved(new_challenge(purpose="other"))))
    forge(proof)
    assert refusal("box", base64.b64encode(json.dumps(proof).encode()).decode()) == "proof_wrong"


@pytest.mark.parametrize("payload", ["", "x", "e30=", "é" * 8, "W10=", "bnVsbA==", "A" * 5000, "[" * 3000])
def test_anything_may_be_sent(payload: str) -> None:
    assert refusal("box", payload) == "proof_wrong"


def test_the_number_to_be_found_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof_of_work, "LEAST", 3)
    monkeypatch.setattr(proof_of_work, "MOST", 6)
    solutions = [solve_challenge(Challenge.from_dict(new_challenge(purpose="box"))) for _time in range(20)]
    found = {solution.counter for solution in solutions if solution}
    assert found <= {3, 4, 5, 6}
    assert len(found) > 1


def test_spent_challenges_are_forgotten_once_they_have_run_out() -> None:
    spend_proof(purpose="box", payload=solved(new_challenge(purpose="box")))
    assert forget_spent() == 0
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        assert forget_spent() == 1
