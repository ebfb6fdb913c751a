from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from accounts.models import User
from evaluation.bonus.models import BonusClaim
from evaluation.bonus.awards import award_key
from evaluation.bonus.services import approve_claims, claim_bonus, give_opinion, refuse_claim
from evaluation.cycle.models import Cycle
from evaluation.errors import DomainError
from evaluation.files.models import StoredFile
from evaluation.files.services import store_evidence
from evaluation.roster.models import Appraisal
from evaluation.units.models import Role, Unit
from tests.factories import appraisal_of, member, unit_of
from tests.measuring import query_count

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize(
    ("one", "other"),
    [("“文明窗口”", "文明窗口"), ("《文明 窗口》", "文明窗口"), ("文明窗口(2012)", "文明窗口（2012）")],
)
def test_small_differences_of_name_are_one_award(one: str, other: str) -> None:
    assert award_key(one) == award_key(other)


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


def test_a_claim_is_made_in_the_browser_and_its_proof_is_only_for_those_who_may_see_it(
    client_for: Any, appraisal: Appraisal, unit_admin: User, other_admin: User
) -> None:
    posted = {
        "appraisal": appraisal.pk, "award": "文明窗口", "issuer": "市政府", "level": "city",
        "awarded_on": "2012-05-04", "proof_file": certificate(),
    }  # fmt: skip
    client_for(unit_admin).post(reverse("bonus:claim-create", args=[2012]), posted)

    proof = reverse("bonus:claim-proof", args=[2012, BonusClaim.objects.get().pk])
    response = client_for(unit_admin).get(proof)
    assert b"".join(response.streaming_content).startswith(b"\xff\xd8")  # drawn anew, as JPEG
    assert response["Content-Disposition"].startswith("attachment")
    assert client_for(other_admin).get(proof).status_code == 404


def test_a_cadre_claims_for_themselves_alone(client_for: Any, cycle: Cycle, unit: Unit) -> None:
    user = member(role=Role.CADRE, unit=unit)
    own = appraisal_of(cycle=cycle, unit=unit, user=user)
    appraisal_of(cycle=cycle, unit=unit)

    response = client_for(user).get(reverse("bonus:claim-create", args=[2012]))

    assert list(response.context["form"].fields["appraisal"].queryset) == [own]


def test_only_the_office_decides(client_for: Any, appraisal: Appraisal, unit_admin: User, proof: StoredFile) -> None:
    claim = claimed(appraisal, unit_admin, proof)

    for name, args in (("bonus:claim-approve", [2012]), ("bonus:claim-refuse", [2012, claim.pk])):
        assert client_for(unit_admin).post(reverse(name, args=args)).status_code == 403


def test_the_list_costs_the_same_with_one_and_three_rows(
    client_for: Any, cycle: Cycle, unit: Unit, unit_admin: User, office: User, proof: StoredFile
) -> None:
    client, url = client_for(office), reverse("bonus:claim-list", args=[2012])
    claimed(appraisal_of(cycle=cycle, unit=unit), unit_admin, proof)
    one = query_count(client, url)
    for _number in range(2):
        claimed(appraisal_of(cycle=cycle, unit=unit_of()), unit_admin, proof)

    assert query_count(client, url) == one


def test_the_unit_gives_its_opinion_on_what_the_cadre_claimed(
    client_for: Any, cycle: Cycle, unit: Unit, unit_admin: User, other_admin: User, proof: StoredFile
) -> None:
    user = member(role=Role.CADRE, unit=unit)
    claim = claimed(appraisal_of(cycle=cycle, unit=unit, user=user), user, proof)
    address = reverse("bonus:claim-opinion", args=[2012, claim.pk])

    assert client_for(other_admin).post(address, {"opinion": "情况属实。"}).status_code == 404
    client_for(unit_admin).post(address, {"opinion": "情况属实。"})

    claim.refresh_from_db()
    assert claim.unit_opinion == "情况属实。"


def test_a_decided_claim_takes_no_opinion(
    appraisal: Appraisal, office: User, unit_admin: User, proof: StoredFile
) -> None:
    claim = claimed(appraisal, unit_admin, proof)
    approve_claims(claims=[claim], actor=office)

    with pytest.raises(DomainError) as refusal:
        give_opinion(claim=claim, actor=unit_admin, opinion="情况属实。")
    assert refusal.value.code == "decided_already"
