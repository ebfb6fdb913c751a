"""Claims in the browser: the question about an award, files for who may see them, lists."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from evaluation.bonus.models import BonusClaim
from evaluation.bonus.services import approve_claims
from evaluation.cycle.models import Cycle
from evaluation.files.models import StoredFile
from evaluation.roster.models import Appraisal
from evaluation.units.models import Role, Unit
from tests.bonus.conftest import certificate, claimed, status_of
from tests.factories import appraisal_of, member, unit_of
from tests.measuring import query_count

pytestmark = pytest.mark.django_db


def posted_for(appraisal: Appraisal, **fields: Any) -> dict[str, Any]:
    given = {
        "appraisal": appraisal.pk, "award": "法律援助先进个人", "issuer": "市政府", "level": "province",
        "awarded_on": "2012-05-04", "proof_file": certificate(),
    }  # fmt: skip
    return {**given, **fields}


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


@pytest.mark.parametrize(("answer", "same"), [("same", True), ("another", False)])
def test_the_question_keeps_what_was_typed_and_handed_in(
    client_for: Any, appraisal: Appraisal, unit_admin: User, proof: StoredFile, answer: str, same: bool
) -> None:
    first = claimed(appraisal, unit_admin, proof, award="法律援助工作先进个人")
    client, page = client_for(unit_admin), reverse("bonus:claim-create", args=[2012])

    asked = client.post(page, posted_for(appraisal, further_files=[certificate()]))
    form = asked.context["form"]
    assert (asked.status_code, form["issuer"].value()) == (422, "市政府")
    assert "法律援助工作先进个人" in asked.content.decode()
    posted = {**form.data.dict(), "same_award": f"same:{first.pk}" if same else "another"}
    client.post(page, {name: value for name, value in posted.items() if name != "proof_file"})

    claim = BonusClaim.objects.get(level="province")
    assert (claim.award_key == first.award_key) is same
    assert (claim.proof.name, claim.further_files.count()) == ("证书.jpg", 1)


def test_files_that_somebody_else_handed_in_are_not_taken(
    client_for: Any, appraisal: Appraisal, unit_admin: User, office: User, proof: StoredFile
) -> None:
    claimed(appraisal, unit_admin, proof, award="法律援助工作先进个人")
    page = reverse("bonus:claim-create", args=[2012])
    token = client_for(unit_admin).post(page, posted_for(appraisal)).context["form"].data["kept_files"]
    posted = {**posted_for(appraisal), "same_award": "another", "kept_files": token}
    del posted["proof_file"]

    response = client_for(office).post(page, posted)

    assert (response.status_code, BonusClaim.objects.count()) == (422, 1)


def test_a_colleague_is_not_named_in_the_question(
    client_for: Any, cycle: Cycle, unit: Unit, own: Appraisal, cadre_user: User, unit_admin: User, proof: StoredFile
) -> None:
    claimed(appraisal_of(cycle=cycle, unit=unit, name="赵同事"), unit_admin, proof, award="法律援助工作先进个人")

    response = client_for(cadre_user).post(reverse("bonus:claim-create", args=[2012]), posted_for(own))

    assert response.status_code == 422
    assert "赵同事" not in response.content.decode()


def test_further_files_are_for_who_may_see_the_claim(
    client_for: Any, appraisal: Appraisal, unit_admin: User, other_admin: User, office: User, proof: StoredFile
) -> None:
    claim = claimed(appraisal, unit_admin, proof, further=[certificate()])
    other = claimed(appraisal, unit_admin, proof, level="nation")
    file = claim.further_files.get()
    page = reverse("bonus:claim-file", args=[2012, claim.pk, file.pk])

    answers = [status_of(client_for(user), page) for user in (unit_admin, office, other_admin)]

    assert answers == [200, 200, 404]
    assert client_for(office).get(reverse("bonus:claim-file", args=[2012, other.pk, file.pk])).status_code == 404


def test_the_office_decides_the_filtered_list_in_one_act(
    client_for: Any, cycle: Cycle, unit: Unit, unit_admin: User, office: User, proof: StoredFile
) -> None:
    one = claimed(appraisal_of(cycle=cycle, unit=unit, name="张三"), unit_admin, proof)
    other = claimed(appraisal_of(cycle=cycle, unit=unit, name="李四"), unit_admin, proof)

    client_for(office).post(reverse("bonus:claim-approve", args=[2012]), {"all": "1", "q": "张三"})

    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.status, other.status) == ("approved", "claimed")


def test_totals_say_what_counts_and_what_does_not(
    client_for: Any, appraisal: Appraisal, unit_admin: User, office: User, proof: StoredFile
) -> None:
    claims = [claimed(appraisal, unit_admin, proof), claimed(appraisal, unit_admin, proof, level="province")]
    approve_claims(claims=claims, actor=office)

    standing = client_for(unit_admin).get(reverse("bonus:total-list", args=[2012])).context["standings"][0]

    assert (standing.points, [part.why for part in standing.parts]) == (5, ["same", ""])


def test_a_cadre_sees_their_own_totals_alone(
    client_for: Any, cycle: Cycle, unit: Unit, own: Appraisal, cadre_user: User, unit_admin: User, proof: StoredFile
) -> None:
    claimed(own, unit_admin, proof)
    claimed(appraisal_of(cycle=cycle, unit=unit), unit_admin, proof)

    shown = client_for(cadre_user).get(reverse("bonus:total-list", args=[2012])).context["standings"]

    assert [standing.appraisal.pk for standing in shown] == [own.pk]


def test_totals_cost_the_same_with_one_and_three_rows(
    client_for: Any, cycle: Cycle, unit: Unit, unit_admin: User, office: User, proof: StoredFile
) -> None:
    client, url = client_for(office), reverse("bonus:total-list", args=[2012])
    claimed(appraisal_of(cycle=cycle, unit=unit), unit_admin, proof)
    one = query_count(client, url)
    for _number in range(2):
        claimed(appraisal_of(cycle=cycle, unit=unit_of()), unit_admin, proof)

    assert query_count(client, url) == one


def test_an_award_of_a_day_to_come_is_refused(
    client_for: Any, appraisal: Appraisal, unit_admin: User, proof: StoredFile
) -> None:
    response = client_for(unit_admin).post(
        reverse("bonus:claim-create", args=[2012]), posted_for(appraisal, awarded_on="2999-01-01")
    )

    assert "awarded_on" in response.context["form"].errors
