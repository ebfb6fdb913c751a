from io import StringIO

import pytest
from django.core.management import call_command
from django.test import override_settings

from evaluation.desk.demonstration.people import PASSPHRASE, PASSWORD
from tests.factories import user_named

pytestmark = pytest.mark.django_db


def notes() -> str:
    out = StringIO()
    call_command("start_notes", stdout=out)
    return out.getvalue()


@override_settings(SITE_URL="https://minping.example")
def test_addresses_begin_with_the_address_of_the_site() -> None:
    printed = notes()
    assert "https://minping.example/v/" in printed
    assert "https://minping.example/accounts/sign-in/" in printed


def test_an_empty_city_is_told_how_to_open_its_first_account() -> None:
    assert "create_office_account" in notes()


def test_a_city_with_people_hears_of_no_demonstration() -> None:
    user_named()
    printed = notes()
    assert "create_office_account" not in printed
    assert PASSWORD not in printed
    assert PASSPHRASE not in printed
