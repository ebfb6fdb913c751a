"""A proof and a telephone number count once, on PostgreSQL with real threads; each with its control."""

from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from pytest_django import Settings

from evaluation.errors import DomainError
from evaluation.guard import telephones
from evaluation.guard.models import SpentChallenge, TelephoneCode
from evaluation.guard.proof_of_work import new_challenge, spend_proof
from evaluation.guard.telephones import send_code, use_number
from tests.ballots.test_races import at_once
from tests.proofs import solved
from tests.telephones import code_of

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("easy_proofs")]
NUMBER = "13800138000"
TABLE, KEY = "evaluation_spentchallenge", "evaluation_spentchallenge_pkey"


@pytest.fixture(autouse=True)
def only_on_postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")


def one_proof_24_times() -> int:
    proof = solved(new_challenge(purpose="box"))

    def spend(_place: int) -> bool:
        try:
            spend_proof(purpose="box", payload=proof)
        except DomainError:
            return False
        return True

    return sum(at_once(spend, 24))


def test_one_proof_at_once_24_times_counts_once() -> None:
    assert one_proof_24_times() == SpentChallenge.objects.count() == 1


def test_control_without_the_primary_key_a_proof_counts_often() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {TABLE} DROP CONSTRAINT {KEY}")
        try:
            assert one_proof_24_times() > 1
        finally:
            cursor.execute(f"DELETE FROM {TABLE}")
            cursor.execute(f"ALTER TABLE {TABLE} ADD CONSTRAINT {KEY} PRIMARY KEY (digest)")


def one_number_at_once(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> int:
    settings.SMS_BACKEND = "tests.telephones.KeepingBackend"
    monkeypatch.setattr(telephones, "MOST_TRIES", 100)
    send_code(purpose="box", number=NUMBER, network="192.0.2.1")
    code = code_of(NUMBER)

    def use(_place: int) -> bool:
        try:
            use_number(purpose="box", number=NUMBER, code=code)
        except DomainError:
            return False
        return True

    return sum(at_once(use, 24))


def test_one_number_at_once_24_times_is_used_once(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert one_number_at_once(settings, monkeypatch) == 1


def test_control_without_the_condition_a_number_is_used_often(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def careless(rows: QuerySet[TelephoneCode], expected: str) -> Any:
        return rows.update(is_used=True)

    monkeypatch.setattr(telephones, "_use", careless)
    assert one_number_at_once(settings, monkeypatch) > 1
