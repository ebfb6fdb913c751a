"""One-time links."""

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Invitation, User
from accounts.services import accept_invitation, invitation_link, invite
from evaluation.errors import DomainError

NEW = {"new_password1": "tall green lantern", "new_password2": "tall green lantern"}


@pytest.fixture
def person(db):
    return User.objects.create_user("zhangwei", None, full_name="张伟")


def page(token):
    return reverse("accounts:invitation", args=[token])


def test_the_link_sets_the_password_once(person, client):
    token = invite(user=person, actor="test")

    assert client.get(page(token)).status_code == 200
    assert client.post(page(token), NEW).url == reverse("desk:home")
    person.refresh_from_db()
    assert person.check_password("tall green lantern")
    client.logout()
    assert client.get(page(token)).status_code == 410
    assert client.post(page(token), NEW).status_code == 410


def test_looking_at_the_link_does_not_use_it_up(person, client):
    token = invite(user=person, actor="test")
    client.get(page(token))

    assert client.get(page(token)).status_code == 200


def test_a_weak_password_does_not_use_it_up(person, client):
    token = invite(user=person, actor="test")
    client.post(page(token), {"new_password1": "12345", "new_password2": "12345"})

    assert Invitation.objects.get().used_at is None


def test_the_link_ends_after_14_days(person, client):
    with time_machine.travel("2012-11-01 08:00+08:00", tick=False):
        token = invite(user=person, actor="test")
    with time_machine.travel("2012-11-15 07:59+08:00", tick=False):
        assert client.get(page(token)).status_code == 200
    with time_machine.travel("2012-11-15 08:00+08:00", tick=False):
        assert client.get(page(token)).status_code == 410


def test_a_newer_link_ends_the_older(person, client):
    older = invite(user=person, actor="test")
    newer = invite(user=person, actor="test")

    assert client.get(page(older)).status_code == 410
    assert client.get(page(newer)).status_code == 200


def test_only_the_digest_is_kept(person):
    token = invite(user=person, actor="test")

    assert token not in str(list(Invitation.objects.values()))


def test_a_closed_account_is_not_invited(person):
    User.objects.update(is_active=False)

    with pytest.raises(DomainError) as error:
        invite(user=person, actor="test")
    assert error.value.code == "inactive"


def test_a_used_link_is_refused_by_the_service(person):
    token = invite(user=person, actor="test")
    accept_invitation(token=token, password="tall green lantern")

    with pytest.raises(DomainError) as error:
        accept_invitation(token=token, password="another long one")
    assert error.value.code == "link_gone"


def test_links_carry_the_site_s_address(person, settings):
    settings.SITE_URL = "https://minping.example"

    assert invitation_link("abc") == "https://minping.example/accounts/invitation/abc/"
