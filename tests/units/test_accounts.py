"""Accounts by role, who may open them, slips."""

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.models import User
from evaluation.errors import DomainError
from evaluation.units.models import Membership, Role, Unit
from evaluation.units.services import (
    accounts_managed_by,
    add_membership,
    close_account,
    end_membership,
    open_account,
    reopen_account,
    roles_given_by,
)
from tests.factories import member, unit_of, user_named
from tests.measuring import query_count

pytestmark = pytest.mark.usefixtures("tested_site")
GIVEN = {"full_name": "李明", "username": "liming", "phone": "", "role": "approver"}


@pytest.fixture
def town(db):
    return unit_of("东关镇", Unit.Kind.TOWN)


@pytest.fixture
def village(town):
    return unit_of("汇头林村", Unit.Kind.VILLAGE, parent=town)


def test_the_office_gives_every_role(office, unit):
    assert roles_given_by(office, None) | roles_given_by(office, unit) == frozenset(Role)


def test_a_unit_gives_approvers_and_cadres_of_its_own(unit_admin, unit, other_unit):
    assert roles_given_by(unit_admin, unit) == {Role.APPROVER, Role.CADRE}
    assert roles_given_by(unit_admin, other_unit) == frozenset()
    assert roles_given_by(unit_admin, None) == frozenset()


def test_a_town_gives_the_roles_of_its_villages(town, village):
    admin = member(role=Role.UNIT_ADMIN, unit=town)

    assert roles_given_by(admin, village) == {Role.UNIT_ADMIN, Role.APPROVER, Role.CADRE}


@pytest.mark.parametrize("role", [Role.APPROVER, Role.CADRE, Role.SCRUTINEER, Role.AUDITOR])
def test_other_roles_open_no_account(unit, role):
    unit_role = role in {Role.APPROVER, Role.CADRE}
    user = member(role=role, unit=unit if unit_role else None)

    assert roles_given_by(user, unit) == frozenset()


def test_an_account_is_opened_with_a_link(unit, unit_admin, client):
    user, token = open_account(username="liming", full_name="李明", role=Role.APPROVER, unit=unit, actor=unit_admin)

    assert not user.has_usable_password()
    assert user.memberships.get().unit == unit
    assert client.get(reverse("accounts:invitation", args=[token])).status_code == 200


@pytest.mark.parametrize(("role", "code"), [(Role.UNIT_ADMIN, "role_not_yours"), (Role.OFFICE, "role_not_yours")])
def test_a_unit_cannot_give_more_than_it_may(unit, unit_admin, role, code):
    with pytest.raises(DomainError) as error:
        open_account(username="liming", full_name="李明", role=role, unit=unit, actor=unit_admin)
    assert error.value.code == code
    assert not User.objects.filter(username="liming").exists()


@pytest.mark.parametrize("username", ["liming", "LiMing"])
def test_a_user_name_is_taken_once(office, unit, username):
    User.objects.create_user("liming", None)

    with pytest.raises(DomainError) as error:
        open_account(username=username, full_name="李明", role=Role.CADRE, unit=unit, actor=office)
    assert error.value.code == "username_taken"


@pytest.mark.parametrize(("role", "with_unit"), [(Role.UNIT_ADMIN, False), (Role.OFFICE, True)])
def test_role_and_unit_have_to_fit(office, unit, role, with_unit):
    with pytest.raises(DomainError):
        open_account(username="liming", full_name="李明", role=role, unit=unit if with_unit else None, actor=office)


def test_a_unit_manages_nobody_who_also_acts_elsewhere(unit, unit_admin, other_unit):
    mine = member(role=Role.APPROVER, unit=unit)
    both = member(role=Role.APPROVER, unit=unit)
    Membership.objects.create(user=both, unit=other_unit, role=Role.APPROVER)
    powerful = member(role=Role.CADRE, unit=unit)
    Membership.objects.create(user=powerful, role=Role.OFFICE)
    user_named()

    assert list(accounts_managed_by(unit_admin)) == [mine]


def test_a_unit_s_administrator_does_not_manage_a_colleague(unit, unit_admin):
    member(role=Role.UNIT_ADMIN, unit=unit)

    assert not accounts_managed_by(unit_admin).exists()


def test_a_town_manages_the_administrators_of_its_villages(town, village):
    admin, of_village = member(role=Role.UNIT_ADMIN, unit=town), member(role=Role.UNIT_ADMIN, unit=village)

    assert list(accounts_managed_by(admin)) == [of_village]


def test_the_last_account_of_the_office_keeps_its_role(office):
    with pytest.raises(DomainError) as error:
        end_membership(membership=office.memberships.get(), actor=office)
    assert error.value.code == "last_office"


def test_nobody_closes_his_own_account(office):
    with pytest.raises(DomainError) as error:
        close_account(user=office, actor=office)
    assert error.value.code == "own_account"


def test_an_account_opened_again_needs_a_new_password(office, approver):
    close_account(user=approver, actor=office)

    assert not reopen_account(user=approver, actor=office).has_usable_password()


def test_a_role_is_given_once(office, approver, unit):
    with pytest.raises(DomainError) as error:
        add_membership(user=approver, role=Role.APPROVER, unit=unit, actor=office)
    assert error.value.code == "role_held"


def test_the_form_ends_in_a_slip(unit, unit_admin, client_for, settings):
    answer = client_for(unit_admin).post(reverse("units:account-create"), {**GIVEN, "unit": unit.pk})

    assert answer.status_code == 200
    assert f"{settings.SITE_URL}/accounts/invitation/" in answer.text
    assert "no-store" in answer["Cache-Control"]


def test_another_unit_is_not_in_the_form(other_unit, unit_admin, client_for):
    answer = client_for(unit_admin).post(reverse("units:account-create"), {**GIVEN, "unit": other_unit.pk})

    assert "unit" in answer.context["form"].errors
    assert not User.objects.filter(username="liming").exists()


def test_slips_for_the_chosen(unit, unit_admin, client_for):
    people = [member(role=Role.CADRE, unit=unit) for _time in range(3)]

    answer = client_for(unit_admin).post(reverse("units:account-invite"), {"pk": [people[0].pk, people[1].pk]})

    assert [slip["person"] for slip in answer.context["slips"]] == people[:2]


def test_slips_for_the_whole_filtered_list(unit, unit_admin, client_for):
    cadre = member(role=Role.CADRE, unit=unit)
    member(role=Role.APPROVER, unit=unit)

    answer = client_for(unit_admin).post(reverse("units:account-invite") + "?role=cadre", {"all": "1"})

    assert [slip["person"] for slip in answer.context["slips"]] == [cadre]


def test_slips_as_pdf(unit, unit_admin, client_for):
    member(role=Role.CADRE, unit=unit)

    answer = client_for(unit_admin).post(reverse("units:account-invite") + "?as=pdf", {"all": "1"})

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")


def test_no_slip_for_a_stranger(other_unit, unit_admin, client_for):
    stranger = member(role=Role.CADRE, unit=other_unit)

    client_for(unit_admin).post(reverse("units:account-invite"), {"pk": [stranger.pk]})

    assert not stranger.invitations.exists()


@pytest.mark.parametrize("name", ["account-close", "account-open", "membership-add"])
def test_a_stranger_s_account_is_not_found(other_unit, unit_admin, client_for, name):
    stranger = member(role=Role.CADRE, unit=other_unit)

    assert client_for(unit_admin).post(reverse(f"units:{name}", args=[stranger.pk])).status_code == 404


def test_a_stranger_s_page_and_role_are_not_found(other_unit, unit_admin, client_for):
    stranger = member(role=Role.CADRE, unit=other_unit)
    client = client_for(unit_admin)

    assert client.get(reverse("units:account-detail", args=[stranger.pk])).status_code == 404
    role = stranger.memberships.get()
    assert client.post(reverse("units:membership-remove", args=[role.pk])).status_code == 404


def test_roles_are_given_and_taken_on_the_page(unit, unit_admin, client_for):
    person, client = member(role=Role.CADRE, unit=unit), client_for(unit_admin)

    client.post(reverse("units:membership-add", args=[person.pk]), {"role": "approver", "unit": unit.pk})
    held = person.memberships.get(role=Role.APPROVER)
    client.post(reverse("units:membership-remove", args=[held.pk]))

    assert [row.role for row in person.memberships.all()] == [Role.CADRE]


def test_the_list_asks_as_often_for_three_as_for_one(office, unit, client_for):
    client, counts = client_for(office), []
    for _time in range(3):
        member(role=Role.CADRE, unit=unit)
        counts.append(query_count(client, reverse("units:account-list")))

    assert counts[0] == counts[2]


def test_the_first_account_comes_from_the_shell(db, capsys, client):
    call_command("create_office_account", "bangong", "--name", "王主任")

    link = capsys.readouterr().out.strip()
    assert client.get(link).status_code == 200
    assert User.objects.get(username="bangong").memberships.get().role == Role.OFFICE


def test_the_shell_gives_the_office_a_new_link(db, capsys, client):
    call_command("create_office_account", "bangong")
    first = capsys.readouterr().out.strip()
    call_command("create_office_account", "bangong")
    second = capsys.readouterr().out.strip()

    assert client.get(first).status_code == 410
    assert client.get(second).status_code == 200


def test_the_shell_gives_nobody_else_the_office(unit_admin):
    with pytest.raises(CommandError):
        call_command("create_office_account", unit_admin.username)


def test_the_office_opens_accounts_for_a_list_of_units(unit, other_unit, unit_admin, office, client_for):
    client = client_for(office)

    page = client.post(reverse("units:unit-accounts"), {"all": "1", "role": "unit_admin"})

    opened = User.objects.get(username=f"{other_unit.code}-gl")
    assert opened.memberships.get().role == Role.UNIT_ADMIN
    assert opened.username in page.content.decode()
    assert not User.objects.filter(username=f"{unit.code}-gl").exists()
    assert client.post(reverse("units:unit-accounts"), {"all": "1", "role": "office"}).status_code == 302
    assert client.post(reverse("units:unit-accounts"), {"all": "1", "role": "unit_admin"}).status_code == 302
