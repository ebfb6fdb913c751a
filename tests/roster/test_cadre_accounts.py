"""A cadre gets an account that is theirs: joined to the cadre, invited by a slip."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.errors import DomainError
from evaluation.roster.cadre_accounts import open_cadre_accounts
from evaluation.units.models import Role, Unit
from tests.factories import appraisal_of, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tested_site")]
SignIn = Callable[[User], Client]


def test_account_is_joined_to_its_cadre(cycle: Cycle, unit: Unit, unit_admin: User) -> None:
    appraisal = appraisal_of(cycle=cycle, unit=unit)

    [(user, token)] = open_cadre_accounts(appraisals=[appraisal], actor=unit_admin)

    appraisal.cadre.refresh_from_db()
    assert appraisal.cadre.user == user
    assert user.full_name == appraisal.name
    assert user.memberships.get().role == Role.CADRE
    assert token


def test_who_has_an_account_is_only_invited_again(cycle: Cycle, unit: Unit, unit_admin: User) -> None:
    appraisal = appraisal_of(cycle=cycle, unit=unit)
    [(first, old)] = open_cadre_accounts(appraisals=[appraisal], actor=unit_admin)

    [(second, new)] = open_cadre_accounts(appraisals=[appraisal], actor=unit_admin)

    assert (first, old != new) == (second, True)


def test_a_list_gets_different_names(cycle: Cycle, unit: Unit, unit_admin: User) -> None:
    rows = [appraisal_of(cycle=cycle, unit=unit) for _number in range(3)]

    opened = open_cadre_accounts(appraisals=rows, actor=unit_admin)

    assert [user.username for user, _token in opened] == [f"{unit.code}-{number}" for number in (1, 2, 3)]


def test_another_unit_opens_none(cycle: Cycle, unit: Unit, other_admin: User) -> None:
    with pytest.raises(DomainError) as caught:
        open_cadre_accounts(appraisals=[appraisal_of(cycle=cycle, unit=unit)], actor=other_admin)

    assert caught.value.code == "nothing_chosen"


def test_list_prints_slips_of_the_chosen(cycle: Cycle, unit: Unit, unit_admin: User, client_for: SignIn) -> None:
    appraisal = appraisal_of(cycle=cycle, unit=unit)

    page = client_for(unit_admin).post(reverse("roster:cadre-accounts", args=[cycle.year]), {"pk": [appraisal.pk]})

    assert f"{unit.code}-1" in page.content.decode()


def test_approver_opens_none(cycle: Cycle, unit: Unit, client_for: SignIn) -> None:
    approver = member(role=Role.APPROVER, unit=unit)

    assert client_for(approver).post(reverse("roster:cadre-accounts", args=[cycle.year])).status_code == 403


def test_list_shows_who_has_none(cycle: Cycle, unit: Unit, unit_admin: User, client_for: SignIn) -> None:
    first, second = appraisal_of(cycle=cycle, unit=unit), appraisal_of(cycle=cycle, unit=unit)
    open_cadre_accounts(appraisals=[first], actor=unit_admin)

    page = client_for(unit_admin).get(reverse("roster:appraisal-list", args=[cycle.year]), {"state": "no_account"})

    assert list(page.context["page_obj"]) == [second]


def test_an_account_for_a_cadre_is_not_opened_apart_from_the_roster(
    unit: Unit, unit_admin: User, client_for: SignIn
) -> None:
    fields = {"full_name": "张三", "username": "zhangsan", "role": "cadre", "unit": unit.pk}

    client_for(unit_admin).post(reverse("units:account-create"), fields)

    assert not User.objects.filter(username="zhangsan").exists()
