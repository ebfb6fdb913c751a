from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.errors import DomainError
from evaluation.intake.models import ImportJob
from evaluation.roster.models import Appraisal, ScopeList
from evaluation.roster.services import (
    add_appraisal,
    change_appraisal,
    exempt_appraisal,
    file_scope_list,
    file_scope_lists,
    include_appraisal,
    remove_appraisal,
    return_scope_lists,
)
from evaluation.units.models import Role, Unit
from tests.factories import appraisal_of, member, unit_of
from tests.measuring import query_count

SignIn = Callable[[User], Client]
CSV = "单位,姓名,职务\n市民政局,张三,科长\n市民政局,,科长\n"


def upload(text: str = CSV, name: str = "名单.csv") -> dict[str, SimpleUploadedFile]:
    return {"file": SimpleUploadedFile(name, text.encode())}


def test_upload_preview_confirm(cycle: Cycle, office: User, client_for: SignIn) -> None:
    client = client_for(office)

    response = client.post(reverse("roster:import-create", args=[2012]), upload(), follow=True)

    job = ImportJob.objects.get()
    assert response.redirect_chain[-1][0] == reverse("roster:import-detail", args=[2012, job.pk])
    assert "张三" in response.text
    assert (job.read, job.new, job.rejected) == (2, 1, 1)
    response = client.post(reverse("roster:import-confirm", args=[2012, job.pk]), follow=True)
    assert response.status_code == 200
    assert Appraisal.objects.get().name == "张三"
    assert client.get(reverse("roster:import-detail", args=[2012, job.pk])).status_code == 200


def test_changed_and_same_rows_are_shown(cycle: Cycle, office: User, client_for: SignIn, unit: Unit) -> None:
    appraisal_of(cycle=cycle, unit=unit, name="张三", position="副科长")
    appraisal_of(cycle=cycle, unit=unit, name="李四", position="科长")
    text = "单位,姓名,职务\n市民政局,张三,科长\n市民政局,李四,科长\n"
    response = client_for(office).post(reverse("roster:import-create", args=[2012]), upload(text), follow=True)
    assert "职务: <del>副科长</del> → <ins>科长</ins>" in response.text
    assert "李四" in response.text


def test_discard(cycle: Cycle, office: User, client_for: SignIn) -> None:
    client = client_for(office)
    client.post(reverse("roster:import-create", args=[2012]), upload())
    job = ImportJob.objects.get()
    client.post(reverse("roster:import-discard", args=[2012, job.pk]))
    job.refresh_from_db()
    assert job.status == ImportJob.Status.DISCARDED
    assert client.get(reverse("roster:import-detail", args=[2012, job.pk])).status_code == 200


def test_marked_copy_is_a_download(cycle: Cycle, office: User, client_for: SignIn) -> None:
    client = client_for(office)
    client.post(reverse("roster:import-create", args=[2012]), upload())
    response = client.get(reverse("roster:import-marked", args=[2012, ImportJob.objects.get().pk]))
    assert response.content.startswith(b"PK")
    assert "attachment" in response["Content-Disposition"]


@pytest.mark.parametrize("content", ["", "甲乙\n", "%PDF-1.7"])
def test_a_file_that_cannot_be_read_is_said_at_the_field(
    cycle: Cycle, office: User, client_for: SignIn, content: str
) -> None:
    response = client_for(office).post(reverse("roster:import-create", args=[2012]), upload(content))
    assert response.status_code == 200
    assert response.context["form"].errors["file"]
    assert not ImportJob.objects.exists()


def test_somebody_elses_import_is_not_found(
    cycle: Cycle, office: User, unit_admin: User, other_admin: User, client_for: SignIn
) -> None:
    client_for(unit_admin).post(reverse("roster:import-create", args=[2012]), upload())
    job = ImportJob.objects.get()
    for name, method in (("detail", "get"), ("marked", "get"), ("confirm", "post"), ("discard", "post")):
        address = reverse(f"roster:import-{name}", args=[2012, job.pk])
        assert getattr(client_for(other_admin), method)(address).status_code == 404
    assert client_for(office).get(reverse("roster:import-detail", args=[2012, job.pk])).status_code == 200


def test_script_in_a_file_is_shown_as_text(cycle: Cycle, office: User, client_for: SignIn) -> None:
    text = "单位,姓名,职务\n<script>alert(1)</script>,张三,<img src=x>\n"
    response = client_for(office).post(reverse("roster:import-create", args=[2012]), upload(text), follow=True)
    assert "<script>alert" not in response.text
    assert "&lt;script&gt;alert" in response.text


@pytest.mark.parametrize("name", ["appraisal-list", "scope-list", "appraisal-export"])
def test_a_unit_sees_only_its_own(
    cycle: Cycle, unit: Unit, other_unit: Unit, unit_admin: User, client_for: SignIn, name: str
) -> None:
    appraisal_of(cycle=cycle, unit=unit, name="张三")
    appraisal_of(cycle=cycle, unit=other_unit, name="王五")
    response = client_for(unit_admin).get(reverse(f"roster:{name}", args=[2012]))
    assert response.status_code == 200
    if name == "appraisal-list":
        assert [one.name for one in response.context["page_obj"]] == ["张三"]
        assert list(response.context["form"].fields["unit"].queryset) == [unit]
    if name == "scope-list":
        assert [one for one, _scope in response.context["rows"]] == [unit]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"q": "张 三"}, ["张三"]),
        ({"q": "法规"}, ["李四"]),
        ({"track": "village"}, []),
        ({"state": "exempt"}, ["李四"]),
        ({"track": "nonsense", "unit": "999", "page": "x"}, ["张三", "李四"]),
    ],
)
def test_filters(
    cycle: Cycle, unit: Unit, office: User, client_for: SignIn, query: dict[str, str], names: list[str]
) -> None:
    appraisal_of(cycle=cycle, unit=unit, name="张三")
    appraisal_of(cycle=cycle, unit=unit, name="李四", office="法规科", exempt=True, exempt_reason="援藏")
    response = client_for(office).get(reverse("roster:appraisal-list", args=[2012]), query)
    assert [one.name for one in response.context["page_obj"]] == names


@pytest.mark.parametrize("name", ["roster:appraisal-list", "roster:scope-list", "roster:appraisal-export"])
def test_lists_cost_the_same_with_one_and_three(cycle: Cycle, office: User, client_for: SignIn, name: str) -> None:
    def cost() -> int:
        client = client_for(office)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(name, args=[2012])).status_code == 200
        return len(queries)

    appraisal_of(cycle=cycle, unit=unit_of())
    one = cost()
    for _number in range(2):
        appraisal_of(cycle=cycle, unit=unit_of())
    assert cost() == one


def test_preview_costs_the_same(cycle: Cycle, office: User, client_for: SignIn) -> None:
    client, costs = client_for(office), []
    for names in ("一", "一二三"):
        text = "单位,姓名\n" + "".join(f"甲局,张{name}\n乙局,\n" for name in names)
        client.post(reverse("roster:import-create", args=[2012]), upload(text))
        costs.append(query_count(client, reverse("roster:import-detail", args=[2012, ImportJob.objects.last().pk])))  # type: ignore[union-attr]
    assert costs[0] == costs[1]


@pytest.mark.parametrize("role", [Role.ORGANISATION, Role.AUDITOR])
def test_city_roles_read_and_do_not_write(cycle: Cycle, client_for: SignIn, role: Role) -> None:
    client = client_for(member(role=role))
    appraisal = appraisal_of(cycle=cycle, unit=unit_of())
    assert client.get(reverse("roster:appraisal-detail", args=[2012, appraisal.pk])).status_code == 200
    assert client.get(reverse("roster:import-create", args=[2012])).status_code == 403
    assert client.post(reverse("roster:appraisal-remove", args=[2012, appraisal.pk])).status_code == 403


def test_anonymous_signs_in_first(cycle: Cycle, client: Client) -> None:
    assert client.get(reverse("roster:appraisal-list", args=[2012])).status_code == 302


def test_home_unit_of_a_window_head_reads_and_does_not_write(
    cycle: Cycle, unit: Unit, unit_admin: User, client_for: SignIn
) -> None:
    centre = unit_of("市行政审批服务中心", Unit.Kind.SERVICE_CENTRE)
    appraisal = appraisal_of(cycle=cycle, unit=unit, organising_unit=centre, is_window_head=True)
    response = client_for(unit_admin).get(reverse("roster:appraisal-detail", args=[2012, appraisal.pk]))
    assert response.context["may_change"] is False
    with pytest.raises(DomainError) as refused:
        exempt_appraisal(appraisal=appraisal, reason="x", actor=unit_admin)
    assert refused.value.code == "not_yours"


@pytest.mark.parametrize("name", ["exempt", "include", "remove"])
def test_acts_on_a_strangers_entry(
    cycle: Cycle, other_unit: Unit, unit_admin: User, client_for: SignIn, name: str
) -> None:
    appraisal = appraisal_of(cycle=cycle, unit=other_unit)
    client = client_for(unit_admin)
    address = reverse(f"roster:appraisal-{name}", args=[2012, appraisal.pk])
    assert client.post(address, {"reason": "x"}).status_code == 404
    assert client.get(address).status_code == 405


def test_added_by_hand(cycle: Cycle, unit: Unit, unit_admin: User, client_for: SignIn) -> None:
    data = {
        "home_unit": unit.pk,
        "track": "mid_level",
        "name": "张　三",
        "office": "办公室",
        "appointed": "2011年6月",
        "organising_unit": 999,
        "exempt": "on",
    }
    response = client_for(unit_admin).post(reverse("roster:appraisal-create", args=[2012]), data)
    appraisal = Appraisal.objects.get()
    assert response.status_code == 302
    assert (appraisal.name, appraisal.appointed, appraisal.organising_unit) == ("张三", "2011-06", unit)
    assert appraisal.exempt is False


def test_another_units_cadre_cannot_be_added(
    cycle: Cycle, other_unit: Unit, unit_admin: User, client_for: SignIn
) -> None:
    data = {"home_unit": other_unit.pk, "track": "mid_level", "name": "张三"}
    assert client_for(unit_admin).post(reverse("roster:appraisal-create", args=[2012]), data).status_code == 200
    assert not Appraisal.objects.exists()


@pytest.mark.parametrize(
    ("fields", "name", "code"),
    [
        ({"note": "331002198001011232"}, "张三", "citizen_number"),
        ({}, "331002198001011232", "no_name"),
        ({"appointed": "去年"}, "张三", "no_date"),
        ({"office": "办公室"}, "赵六", "name_exists"),
    ],
)
def test_what_is_refused_by_hand(
    cycle: Cycle, unit: Unit, unit_admin: User, fields: dict[str, str], name: str, code: str
) -> None:
    appraisal_of(cycle=cycle, unit=unit, name="赵六")
    with pytest.raises(DomainError) as refused:
        add_appraisal(cycle=cycle, track="mid_level", home_unit=unit, name=name, fields=fields, actor=unit_admin)
    assert refused.value.code == code


def test_edit_keeps_what_was_typed(cycle: Cycle, unit: Unit, unit_admin: User, client_for: SignIn) -> None:
    appraisal = appraisal_of(cycle=cycle, unit=unit, name="张三")
    client = client_for(unit_admin)
    address = reverse("roster:appraisal-edit", args=[2012, appraisal.pk])
    response = client.post(address, {"name": "张三", "appointed": "去年", "office": "新科室"})
    assert response.status_code == 200
    assert "新科室" in response.text
    assert client.post(address, {"name": "张三", "appointed": "2011.06", "office": "新科室"}).status_code == 302
    appraisal.refresh_from_db()
    assert (appraisal.office, appraisal.appointed) == ("新科室", "2011-06")


def test_becoming_a_window_head(cycle: Cycle, unit: Unit, office: User) -> None:
    appraisal = appraisal_of(cycle=cycle, unit=unit, name="张三")
    centre = unit_of("市行政审批服务中心", Unit.Kind.SERVICE_CENTRE)
    change_appraisal(appraisal=appraisal, name="张三", is_window_head=True, fields={}, actor=office)
    appraisal.refresh_from_db()
    assert appraisal.organising_unit == centre


def test_exemption_and_back(cycle: Cycle, unit: Unit, unit_admin: User, client_for: SignIn) -> None:
    appraisal = appraisal_of(cycle=cycle, unit=unit)
    client = client_for(unit_admin)
    client.post(reverse("roster:appraisal-exempt", args=[2012, appraisal.pk]), {"reason": ""})
    appraisal.refresh_from_db()
    assert not appraisal.exempt
    client.post(reverse("roster:appraisal-exempt", args=[2012, appraisal.pk]), {"reason": "援藏"})
    appraisal.refresh_from_db()
    assert (appraisal.exempt, appraisal.exempt_reason) == (True, "援藏")
    include_appraisal(appraisal=appraisal, actor=unit_admin)
    appraisal.refresh_from_db()
    assert not appraisal.exempt


def test_removed_while_nothing_hangs_on_it(cycle: Cycle, unit: Unit, unit_admin: User) -> None:
    appraisal = appraisal_of(cycle=cycle, unit=unit)
    remove_appraisal(appraisal=appraisal, actor=unit_admin)
    assert not Appraisal.objects.exists()


def test_not_removed_once_there_is_a_pledge(cycle: Cycle, unit: Unit, unit_admin: User) -> None:
    from evaluation.pledges.models import Pledge

    appraisal = appraisal_of(cycle=cycle, unit=unit)
    Pledge.objects.create(appraisal=appraisal)
    with pytest.raises(DomainError) as refused:
        remove_appraisal(appraisal=appraisal, actor=unit_admin)
    assert refused.value.code == "in_use"


def test_filing_and_returning(cycle: Cycle, unit: Unit, unit_admin: User, office: User, client_for: SignIn) -> None:
    appraisal = appraisal_of(cycle=cycle, unit=unit)
    client_for(unit_admin).post(reverse("roster:scope-file", args=[2012]), {"pk": [str(unit.pk)]})
    assert ScopeList.objects.get().status == "filed"
    with pytest.raises(DomainError) as refused:
        exempt_appraisal(appraisal=appraisal, reason="x", actor=unit_admin)
    assert refused.value.code == "list_filed"
    client_for(office).post(reverse("roster:scope-return", args=[2012]), {"all": "1", "reason": "漏报一人"})
    scope = ScopeList.objects.get()
    assert (scope.status, scope.return_reason) == ("returned", "漏报一人")
    exempt_appraisal(appraisal=appraisal, reason="x", actor=unit_admin)


def test_a_unit_files_only_its_own_list(
    cycle: Cycle, unit: Unit, other_unit: Unit, unit_admin: User, client_for: SignIn
) -> None:
    for one in (unit, other_unit):
        appraisal_of(cycle=cycle, unit=one)
    client_for(unit_admin).post(reverse("roster:scope-file", args=[2012]), {"pk": [str(other_unit.pk)], "all": "1"})
    assert list(ScopeList.objects.values_list("unit_id", flat=True)) == [unit.pk]
    assert client_for(unit_admin).post(reverse("roster:scope-return", args=[2012])).status_code == 403
    with pytest.raises(DomainError):
        file_scope_list(cycle=cycle, unit=other_unit, actor=unit_admin)


def test_office_files_all_at_once(cycle: Cycle, unit: Unit, other_unit: Unit, office: User) -> None:
    for one in (unit, other_unit):
        appraisal_of(cycle=cycle, unit=one)
    assert file_scope_lists(cycle=cycle, units=Unit.objects.all(), actor=office) == 2
    assert file_scope_lists(cycle=cycle, units=Unit.objects.all(), actor=office) == 0


def test_returning_asks_for_a_reason(cycle: Cycle, unit: Unit, office: User) -> None:
    with pytest.raises(DomainError) as refused:
        return_scope_lists(cycle=cycle, units=Unit.objects.all(), reason=" ", actor=office)
    assert refused.value.code == "no_reason"


def test_pages_of_forms_and_downloads(cycle: Cycle, unit: Unit, unit_admin: User, client_for: SignIn) -> None:
    client = client_for(unit_admin)
    appraisal = appraisal_of(cycle=cycle, unit=unit)
    for name, args in (
        ("appraisal-create", []),
        ("appraisal-detail", [appraisal.pk]),
        ("appraisal-edit", [appraisal.pk]),
        ("import-create", []),
        ("roster-template", []),
        ("village-template", []),
    ):
        assert client.get(reverse(f"roster:{name}", args=[2012, *args])).status_code == 200


def test_office_sees_whose_list_is_missing(
    cycle: Cycle, unit: Unit, other_unit: Unit, office: User, client_for: SignIn
) -> None:
    appraisal_of(cycle=cycle, unit=unit)
    file_scope_list(cycle=cycle, unit=unit, actor=office)
    page = client_for(office).get(reverse("roster:scope-list", args=[2012]), {"state": "waiting"})
    assert [row[0] for row in page.context["rows"]] == [other_unit]
