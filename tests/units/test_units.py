"""The list of units."""

import pytest
from django.urls import reverse

from evaluation.errors import DomainError
from evaluation.units.models import Role, Unit, UnitName
from evaluation.units.services import change_unit, create_unit, merge_unit
from tests.factories import member, unit_of
from tests.measuring import query_count

FORM = {"code": "slj", "name": "市水利局", "kind": "department", "parent": "", "staff_count": "40", "order": "10"}


def test_a_unit_sees_itself_and_its_villages(db, client_for):
    town = unit_of("东关镇", Unit.Kind.TOWN)
    village = unit_of("汇头林村", Unit.Kind.VILLAGE, parent=town)
    unit_of("市司法局")

    answer = client_for(member(role=Role.UNIT_ADMIN, unit=town)).get(reverse("units:unit-list"))

    assert set(answer.context["page_obj"]) == {town, village}


def test_another_unit_is_not_found(unit_admin, other_unit, client_for):
    assert client_for(unit_admin).get(reverse("units:unit-detail", args=[other_unit.pk])).status_code == 404


@pytest.mark.parametrize("name", ["unit-edit", "unit-merge"])
def test_a_unit_changes_no_unit(unit_admin, unit, client_for, name):
    assert client_for(unit_admin).get(reverse(f"units:{name}", args=[unit.pk])).status_code == 403


@pytest.mark.parametrize("words", ["民政", "mz"])
def test_units_are_found(office, client_for, words):
    found = Unit.objects.create(code="mzj", name="市民政局", kind=Unit.Kind.DEPARTMENT)
    Unit.objects.create(code="sfj", name="市司法局", kind=Unit.Kind.DEPARTMENT)

    answer = client_for(office).get(reverse("units:unit-list"), {"q": words})

    assert list(answer.context["page_obj"]) == [found]


def test_units_are_found_by_an_earlier_name(office, unit, other_unit, client_for):
    UnitName.objects.create(unit=unit, name="市社会事务局")

    answer = client_for(office).get(reverse("units:unit-list"), {"q": "社会事务"})

    assert list(answer.context["page_obj"]) == [unit]


def test_the_office_adds_a_unit(office, client_for):
    client_for(office).post(reverse("units:unit-create"), FORM)

    assert Unit.objects.get(code="slj").staff_count == 40


def test_what_was_typed_is_kept(office, unit, client_for):
    answer = client_for(office).post(reverse("units:unit-create"), {**FORM, "name": unit.name, "address": "人民路"})

    assert answer.status_code == 200
    assert "人民路" in answer.text
    assert not Unit.objects.filter(code="slj").exists()


def test_a_changed_name_is_kept_as_an_earlier_one(office, unit):
    changed = change_unit(unit=unit, actor=office, fields={"name": "市民政和社会事务局"})

    assert [name.name for name in changed.earlier_names.all()] == ["市民政局"]


def test_editing_in_the_browser_renames(office, unit, client_for):
    given = {**FORM, "code": unit.code, "name": "市民政和社会事务局"}

    client_for(office).post(reverse("units:unit-edit", args=[unit.pk]), given)

    assert UnitName.objects.get(unit=unit).name == "市民政局"


@pytest.mark.parametrize(
    ("kind", "under_town"), [(Unit.Kind.VILLAGE, False), (Unit.Kind.DEPARTMENT, True), (Unit.Kind.TOWN, True)]
)
def test_villages_stand_under_towns_and_nothing_else_does(office, kind, under_town):
    town = unit_of("东关镇", Unit.Kind.TOWN)

    with pytest.raises(DomainError) as error:
        create_unit(actor=office, code="x", name="某单位", kind=kind, parent=town if under_town else None)
    assert error.value.code == "village_needs_town"


def test_two_villages_of_two_towns_may_share_a_name(office):
    for code in ("a", "b"):
        town = unit_of(f"{code}镇", Unit.Kind.TOWN)
        create_unit(actor=office, code=code, name="汇头林村", kind=Unit.Kind.VILLAGE, parent=town)

    assert Unit.objects.filter(name="汇头林村").count() == 2


def test_a_merged_unit_gives_its_name(office, unit, other_unit):
    merged = merge_unit(unit=unit, into=other_unit, actor=office)

    assert merged.merged_into == other_unit
    assert [row.name for row in other_unit.earlier_names.all()] == [unit.name]


def test_merging_ends_somewhere(office, unit, other_unit):
    merge_unit(unit=unit, into=other_unit, actor=office)

    for one, into in ((other_unit, unit), (unit, other_unit), (other_unit, other_unit)):
        with pytest.raises(DomainError):
            merge_unit(unit=one, into=into, actor=office)


def test_earlier_names_are_added_and_removed(office, unit, client_for):
    client = client_for(office)

    client.post(reverse("units:unit-name-add", args=[unit.pk]), {"name": "老名字", "until": "2010-01-01"})
    name = UnitName.objects.get()
    assert "老名字" in client.get(reverse("units:unit-detail", args=[unit.pk])).text
    client.post(reverse("units:unit-name-remove", args=[name.pk]))

    assert not UnitName.objects.exists()


def test_the_list_asks_as_often_for_three_as_for_one(office, client_for):
    client, counts = client_for(office), []
    for number in range(3):
        member(role=Role.CADRE, unit=unit_of(f"局{number}"))
        counts.append(query_count(client, reverse("units:unit-list")))

    assert counts[0] == counts[2]


def test_the_page_asks_as_often_for_three_as_for_one(office, unit, client_for):
    client, counts = client_for(office), []
    for _time in range(3):
        member(role=Role.CADRE, unit=unit)
        counts.append(query_count(client, reverse("units:unit-detail", args=[unit.pk])))

    assert counts[0] == counts[2]
