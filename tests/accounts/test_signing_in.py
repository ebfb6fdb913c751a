"""Signing in and out, lock-out, passwords."""

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import User

PASSWORD = "correct horse battery"
SIGN_IN = "accounts:sign-in"


@pytest.fixture
def person(db):
    return User.objects.create_user("zhangwei", PASSWORD, full_name="张伟")


def attempt(client, username="zhangwei", password=PASSWORD, **more):
    return client.post(reverse(SIGN_IN), {"username": username, "password": password, **more})


def test_the_right_password_opens(person, client):
    answer = attempt(client)

    assert answer.url == reverse("desk:home")
    assert client.session["_auth_user_id"] == str(person.pk)


@pytest.mark.parametrize(
    ("username", "password"),
    [
        pytest.param("zhangwei", "wrong", id="wrong password"),
        pytest.param("nobody", PASSWORD, id="no such account"),
        pytest.param("closed", PASSWORD, id="closed account"),
    ],
)
def test_the_answer_tells_nothing(person, client, username, password):
    User.objects.create_user("closed", PASSWORD, is_active=False)

    answer = attempt(client, username, password)

    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors() == [answer.context["form"].error_messages["invalid_login"]]


def test_an_account_locks_for_one_address_only(person):
    here, elsewhere = Client(REMOTE_ADDR="10.0.0.1"), Client(REMOTE_ADDR="10.0.0.2")
    for _time in range(8):
        last = attempt(here, password="wrong")

    assert last.status_code == 429
    assert "accounts/locked_page.html" in [template.name for template in last.templates]
    assert attempt(here).status_code == 429
    assert attempt(elsewhere).status_code == 302


def test_a_lock_ends(person):
    here = Client(REMOTE_ADDR="10.0.0.1")
    with time_machine.travel("2012-11-20 08:00:00+08:00", tick=False):
        for _time in range(8):
            attempt(here, password="wrong")
        assert attempt(here).status_code == 429
    with time_machine.travel("2012-11-20 08:16:00+08:00", tick=False):
        assert attempt(here).status_code == 302


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_nobody_is_sent_elsewhere(person, client, wanted):
    assert attempt(client, next=wanted).url == reverse("desk:home")


def test_whoever_wanted_a_page_gets_it(person, client):
    assert attempt(client, next="/units/").url == "/units/"


def test_signing_out_is_an_act(person, client_for):
    client = client_for(person)

    assert client.get(reverse("accounts:sign-out")).status_code == 405
    client.post(reverse("accounts:sign-out"))

    assert "_auth_user_id" not in client.session


def test_a_new_password_signs_other_devices_out(person, client_for):
    here, elsewhere = client_for(person), client_for(person)
    given = {"old_password": PASSWORD, "new_password1": "tall green lantern", "new_password2": "tall green lantern"}

    here.post(reverse("accounts:password-change"), given)

    assert here.get(reverse("accounts:password-change")).status_code == 200
    assert elsewhere.get(reverse("accounts:password-change")).status_code == 302


@pytest.mark.parametrize(
    ("old", "new"), [("wrong", "tall green lantern"), (PASSWORD, "short"), (PASSWORD, "1234567890123")]
)
def test_a_password_is_refused(person, client_for, old, new):
    given = {"old_password": old, "new_password1": new, "new_password2": new}

    answer = client_for(person).post(reverse("accounts:password-change"), given)

    assert answer.status_code == 200
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_a_closed_account_is_out_at_once(person, client_for):
    client = client_for(person)
    User.objects.filter(pk=person.pk).update(is_active=False)

    assert client.get(reverse("accounts:password-change")).status_code == 302
