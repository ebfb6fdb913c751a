"""A cadre with a proof, and claims made the short way."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from accounts.models import User
from evaluation.bonus.models import BonusClaim
from evaluation.bonus.services import claim_bonus
from evaluation.cycle.models import Cycle
from evaluation.errors import DomainError
from evaluation.files.models import StoredFile
from evaluation.files.services import store_evidence
from evaluation.roster.models import Appraisal
from evaluation.units.models import Role, Unit
from tests.factories import appraisal_of, member


def certificate() -> SimpleUploadedFile:
    data = BytesIO()
    Image.new("RGB", (30, 20), "white").save(data, "PNG")
    return SimpleUploadedFile("证书.png", data.getvalue(), content_type="image/png")


@pytest.fixture
def appraisal(cycle: Cycle, unit: Unit) -> Appraisal:
    return appraisal_of(cycle=cycle, unit=unit, name="林敏")


@pytest.fixture
def proof(office: User) -> StoredFile:
    return store_evidence(upload=certificate(), actor=office)


def claimed(appraisal: Appraisal, actor: User, proof: StoredFile, **fields: Any) -> BonusClaim:
    given = {"award": "文明窗口", "issuer": "市政府", "level": "city", "awarded_on": date(2012, 5, 4), **fields}
    return claim_bonus(appraisal=appraisal, actor=actor, proof=proof, **given)


@pytest.fixture
def cadre_user(unit: Unit) -> User:
    return member(role=Role.CADRE, unit=unit)


@pytest.fixture
def own(cycle: Cycle, unit: Unit, cadre_user: User) -> Appraisal:
    """Somebody who signs in and claims for themselves."""
    return appraisal_of(cycle=cycle, unit=unit, name="王示例", user=cadre_user)


@pytest.fixture
def second_office(db: None) -> User:
    return member(role=Role.OFFICE)


def status_of(client: Client, url: str) -> int:
    """The status, with a file read to its end."""
    response = client.get(url)
    if response.streaming:
        b"".join(response.streaming_content)  # type: ignore[attr-defined]
    return response.status_code


def refused(code: str) -> pytest.RaisesExc[DomainError]:
    return pytest.raises(DomainError, check=lambda error: error.code == code)
