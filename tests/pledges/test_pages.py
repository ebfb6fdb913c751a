import io
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.pledges.models import Pledge
from evaluation.roster.models import Appraisal
from evaluation.units.models import Role, Unit
from tests.factories import appraisal_of, member, pledge_of, user_named

SignIn = Callable[[User], Client]


@pytest.fixture
def cadre(db: None) -> User:
    return user_named("张三")


@pytest.fixture
def mine(cycle: Cycle, unit: Unit, cadre: User) -> Appraisal:
    return appraisal_of(cycle=cycle, unit=unit, user=cadre, name="张三")


@pytest.fixture
def other(cycle: Cycle, other_unit: Unit) -> Appraisal:
    appraisal = appraisal_of(cycle=cycle, unit=other_unit, name="李四")
    pledge_of(appraisal=appraisal, status="submitted", duties="别单位的秘密草稿")
    return appraisal


def page(name: str, *args: object) -> str:
    return reverse(f"pledges:{name}", args=[2012, *args])


def typed(**fields: str) -> dict[str, str]:
    rows = {"items-TOTAL_FORMS": "2", "items-INITIAL_FORMS": "0", "items-0-text": "办理100件", "items-0-ORDER": "1"}
    return {"duties": "社会救助", "commitments": "限时办结", "identity": "科长", **rows, **fields}


def test_cadre_writes_own_pledge(client_for: SignIn, cadre: User, mine: Appraisal) -> None:
    out = io.BytesIO()
    Image.new("RGB", (30, 40), "grey").save(out, "PNG")
    photo = SimpleUploadedFile("me.png", out.getvalue())

    response = client_for(cadre).post(page("pledge-edit", mine.pk), {**typed(), "photo": photo})

    assert response.status_code == 302
    pledge = mine.pledge
    assert pledge.items.get().text == "办理100件"
    shown = client_for(cadre).get(page("pledge-photo", mine.pk))
    assert shown["Content-Type"] == "image/jpeg"
    assert b"".join(shown).startswith(b"\xff\xd8")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        pytest.param({"duties": "身份证 32058219800101123X"}, "32058219800101123X", id="citizen number"),
        pytest.param(
            {"items-0-text": "３２０５８２１９８００１０１１２３４"}, "３２０５８２", id="full-width in an item"
        ),
        pytest.param({"items-0-due": "never"}, "never", id="no date"),
        pytest.param({"identity": "长" * 81}, "长" * 81, id="too long"),
    ],
)
def test_what_was_typed_is_kept(
    client_for: SignIn, cadre: User, mine: Appraisal, fields: dict[str, str], said: str
) -> None:
    response = client_for(cadre).post(page("pledge-edit", mine.pk), typed(**fields))

    assert response.status_code == 200
    assert said in response.content.decode()
    assert "限时办结" in response.content.decode()
    assert not Pledge.objects.exists()


def test_wrong_photo_is_said_at_the_photo_and_text_kept(client_for: SignIn, cadre: User, mine: Appraisal) -> None:
    photo = SimpleUploadedFile("me.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")

    response = client_for(cadre).post(page("pledge-edit", mine.pk), {**typed(), "photo": photo})

    assert response.context["form"].errors["photo"]
    assert "办理100件" in response.content.decode()
    assert not Pledge.objects.exists()


def test_further_rows_without_script(client_for: SignIn, cadre: User, mine: Appraisal) -> None:
    response = client_for(cadre).post(page("pledge-edit", mine.pk), typed(more="1"))

    body = response.content.decode()
    assert "items-4-text" in body
    assert "办理100件" in body
    assert "限时办结" in body
    assert not Pledge.objects.exists()


def test_rows_are_ordered_by_their_numbers_and_taken_away(client_for: SignIn, cadre: User, mine: Appraisal) -> None:
    pledge = pledge_of(appraisal=mine, items=3)
    first, second, third = pledge.items.all()
    rows = {"items-TOTAL_FORMS": "3", "items-INITIAL_FORMS": "3", "items-1-DELETE": "on"}
    for place, (item, order) in enumerate([(first, 9), (second, 2), (third, 1)]):
        rows |= {
            f"items-{place}-pk": str(item.pk),
            f"items-{place}-text": item.text,
            f"items-{place}-ORDER": str(order),
        }

    client_for(cadre).post(page("pledge-edit", mine.pk), typed(**rows))

    assert list(pledge.items.all()) == [third, first]


def test_script_in_a_pledge_is_text(client_for: SignIn, unit_admin: User, mine: Appraisal) -> None:
    pledge_of(appraisal=mine, duties="<script>alert(1)</script>")

    body = client_for(unit_admin).get(page("pledge-detail", mine.pk)).content.decode()

    assert "<script>alert" not in body
    assert "&lt;script&gt;alert" in body


@pytest.mark.parametrize("name", ["pledge-detail", "pledge-edit", "pledge-photo"])
def test_strangers_pledge_is_not_there(
    client_for: SignIn, unit_admin: User, cadre: User, mine: Appraisal, other: Appraisal, name: str
) -> None:
    assert client_for(unit_admin).get(page(name, other.pk)).status_code == 404
    assert client_for(cadre).get(page(name, other.pk)).status_code == 404


@pytest.mark.parametrize("act", ["submit", "approve", "return", "publish"])
def test_acts_on_a_stranger_and_by_get(client_for: SignIn, unit: Unit, other: Appraisal, act: str) -> None:
    both = member(role=Role.UNIT_ADMIN, unit=unit)
    both.memberships.create(role=Role.APPROVER, unit=unit)
    client = client_for(both)

    assert client.post(page(f"pledge-{act}"), {"pk": other.pk, "reason": "x"}).status_code == 404
    assert client.get(page(f"pledge-{act}")).status_code == 405
    assert client.post(page(f"pledge-{act}"), {"pk": "1 OR 1"}).status_code == 404
    other.pledge.refresh_from_db()
    assert other.pledge.status == "submitted"


def test_cadre_of_the_same_unit_is_not_shown(
    client_for: SignIn, cycle: Cycle, unit: Unit, cadre: User, mine: Appraisal
) -> None:
    colleague = appraisal_of(cycle=cycle, unit=unit, name="王五")
    pledge_of(appraisal=colleague)

    client = client_for(cadre)
    assert client.get(page("pledge-detail", colleague.pk)).status_code == 404
    assert "王五" not in client.get(page("pledge-list")).content.decode()


def test_home_unit_reads_only(client_for: SignIn, cycle: Cycle, unit: Unit, other_unit: Unit, unit_admin: User) -> None:
    head = appraisal_of(cycle=cycle, unit=unit, organising_unit=other_unit, is_window_head=True)
    pledge_of(appraisal=head)
    client = client_for(unit_admin)

    assert client.get(page("pledge-detail", head.pk)).status_code == 200
    assert client.get(page("pledge-edit", head.pk)).status_code == 403
    assert client.post(page("pledge-submit"), {"pk": head.pk}).status_code == 403


@pytest.mark.parametrize("role", [Role.ORGANISATION, Role.AUDITOR])
def test_city_readers_read_only(client_for: SignIn, mine: Appraisal, role: Role) -> None:
    pledge_of(appraisal=mine, status="submitted")
    client = client_for(member(role=role))

    assert client.get(page("pledge-detail", mine.pk)).status_code == 200
    assert client.get(page("pledge-edit", mine.pk)).status_code == 403
    assert client.post(page("pledge-approve"), {"pk": mine.pk}).status_code == 403


def test_anonymous_signs_in_and_scrutineer_is_refused(
    client: Client, client_for: SignIn, cycle: Cycle, scrutineer: User
) -> None:
    assert client.get(page("pledge-list")).status_code == 302
    assert client_for(scrutineer).get(page("pledge-list")).status_code == 403


def test_my_pledge_leads_to_mine(client_for: SignIn, cadre: User, mine: Appraisal) -> None:
    assert client_for(cadre).get(page("my-pledge")).headers["Location"] == page("pledge-detail", mine.pk)


def test_whole_filtered_list_is_approved(
    client_for: SignIn, cycle: Cycle, unit: Unit, approver: User, other: Appraisal
) -> None:
    for number in range(3):
        pledge_of(appraisal=appraisal_of(cycle=cycle, unit=unit, name=f"赵{number}"), status="submitted")
    left = appraisal_of(cycle=cycle, unit=unit, name="钱")
    pledge_of(appraisal=left, status="submitted")

    client_for(approver).post(page("pledge-approve"), {"all": "1", "q": "赵"})

    assert Pledge.objects.filter(status="approved").count() == 3
    assert Pledge.objects.get(appraisal=left).status == "submitted"
    assert Pledge.objects.get(appraisal=other).status == "submitted"


def test_list_filters_and_counts(
    client_for: SignIn, cycle: Cycle, unit: Unit, unit_admin: User, other: Appraisal
) -> None:
    begun, _not_begun = appraisal_of(cycle=cycle, unit=unit), appraisal_of(cycle=cycle, unit=unit)
    pledge_of(appraisal=begun)
    client = client_for(unit_admin)

    response = client.get(page("pledge-list"), {"status": "draft"})

    assert [row.appraisal for row in response.context["rows"]] == [begun]
    assert {code: count for code, _label, count in response.context["counts"] if count} == {"none": 1, "draft": 1}
    assert len(client.get(page("pledge-list"), {"status": "x' OR 1", "unit": ""}).context["rows"]) == 2


def queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


def test_list_costs_the_same_for_one_and_three(client_for: SignIn, cycle: Cycle, unit: Unit, unit_admin: User) -> None:
    client, url = client_for(unit_admin), page("pledge-list")
    pledge_of(appraisal=appraisal_of(cycle=cycle, unit=unit))
    one = queries(client, url)
    for status in ("submitted", "published"):
        pledge_of(appraisal=appraisal_of(cycle=cycle, unit=unit), status=status)

    assert queries(client, url) == one


def test_detail_costs_the_same_for_one_and_three_items(
    client_for: SignIn, cycle: Cycle, unit: Unit, unit_admin: User
) -> None:
    one, three = appraisal_of(cycle=cycle, unit=unit), appraisal_of(cycle=cycle, unit=unit)
    pledge_of(appraisal=one, items=1)
    pledge_of(appraisal=three, items=3)
    client = client_for(unit_admin)

    assert queries(client, page("pledge-detail", one.pk)) == queries(client, page("pledge-detail", three.pk))
