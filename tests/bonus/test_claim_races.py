"""Two people at once; each with the control that fails without its guard."""

import time
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, connection
from django.db.models import QuerySet

from accounts.models import User
from evaluation.audit.models import AuditEvent
from evaluation.bonus.models import BonusClaim
from evaluation.bonus.services import approve_claims, claim_bonus, claims, decisions, refuse_claim
from evaluation.cycle.services import create_cycle, open_cycle
from evaluation.errors import DomainError
from evaluation.files.models import StoredFile
from evaluation.roster.models import Appraisal
from evaluation.units.models import Role
from tests.ballots.test_races import at_once
from tests.factories import appraisal_of, member, unit_of

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def appraisal(transactional_db: None) -> Iterator[Appraisal]:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    office = member(role=Role.OFFICE)
    cycle = open_cycle(cycle=create_cycle(year=2012, actor=office, city_name="示范市"), actor=office)
    yield appraisal_of(cycle=cycle, unit=unit_of("市民政局"))


@pytest.fixture
def proof(appraisal: Appraisal) -> StoredFile:
    made = StoredFile(kind="evidence", name="证书.jpg", content_type="image/jpeg", size=1, sha256="0", code="c" * 32)
    made.file.save("cc/race", ContentFile(b"x"), save=False)
    made.save()
    return made


def claim_twice(appraisal: Appraisal, proof: StoredFile) -> list[str]:
    admin = member(role=Role.UNIT_ADMIN, unit=appraisal.organising_unit)

    def one(_place: int) -> str:
        try:
            claim_bonus(
                appraisal=appraisal, actor=admin, award="文明窗口", issuer="市政府", level="city",
                awarded_on=date(2012, 5, 4), proof=proof,
            )  # fmt: skip
        except DomainError as error:
            return error.code
        except IntegrityError:
            return "integrity"
        return "claimed"

    return sorted(at_once(one, 6))


def test_one_award_is_claimed_once_at_a_level(appraisal: Appraisal, proof: StoredFile) -> None:
    assert claim_twice(appraisal, proof) == ["claimed"] + ["claimed_already"] * 5


def test_control_without_the_lock_the_database_alone_refuses(
    appraisal: Appraisal, proof: StoredFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_options: self)
    monkeypatch.setattr(claims, "record", lambda **_fields: None)
    monkeypatch.setattr(claims, "_kept", slow(claims._kept))

    assert "integrity" in claim_twice(appraisal, proof)
    assert BonusClaim.objects.count() == 1


def slow(work: Callable[..., Any]) -> Callable[..., Any]:
    """The same, later: the other one comes in between."""

    def slowly(*args: Any, **kwargs: Any) -> Any:
        time.sleep(0.3)
        return work(*args, **kwargs)

    return slowly


def decide_twice(appraisal: Appraisal, proof: StoredFile) -> list[str]:
    people: list[User] = [member(role=Role.OFFICE) for _n in range(2)]
    claim = claim_bonus(
        appraisal=appraisal, actor=member(role=Role.UNIT_ADMIN, unit=appraisal.organising_unit), award="文明窗口",
        issuer="市政府", level="city", awarded_on=date(2012, 5, 4), proof=proof,
    )  # fmt: skip

    def one(place: int) -> str:
        try:
            if place:
                return approve_claims(claims=[claim], actor=people[0])[0].status
            return refuse_claim(claim=claim, actor=people[1], reason="非本年度").status
        except DomainError as error:
            return error.code

    return at_once(one, 2)


def test_a_claim_is_decided_once(appraisal: Appraisal, proof: StoredFile) -> None:
    outcomes = decide_twice(appraisal, proof)

    assert outcomes.count("decided_already") == 1
    assert AuditEvent.objects.filter(action__in=["bonus-approved", "bonus-refused"]).count() == 1


def test_control_without_the_lock_it_is_decided_twice(
    appraisal: Appraisal, proof: StoredFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE evaluation_bonusclaim DISABLE TRIGGER bonus_claim_update")
    monkeypatch.setattr(decisions, "require_level", slow(decisions.require_level))
    monkeypatch.setattr(decisions, "_require_another", slow(decisions._require_another))
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_options: self)
    monkeypatch.setattr(decisions, "record", lambda **_fields: None)
    try:
        assert "decided_already" not in decide_twice(appraisal, proof)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE evaluation_bonusclaim ENABLE TRIGGER bonus_claim_update")
