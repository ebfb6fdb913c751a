"""Nothing with a QR code is printed before a phone has opened the test code of the address in use."""

from collections.abc import Callable

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from accounts.models import User
from evaluation.audit.models import AuditEvent
from evaluation.errors import DomainError
from evaluation.guard.models import SiteTest
from evaluation.guard.site_test import address_to_open, is_site_tested, open_site_test, require_site_tested, site_test
from evaluation.units.models import Unit

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


def test_printing_is_refused_until_a_phone_has_opened_the_code() -> None:
    with pytest.raises(DomainError, match="http") as caught:
        require_site_tested()
    assert caught.value.code == "site_untested"

    open_site_test(code=site_test().code)

    require_site_tested()
    assert AuditEvent.objects.get(action="site-test-opened").actor == "system:phone"


def test_another_address_needs_another_test(tested_site: SiteTest) -> None:
    with override_settings(SITE_URL="http://192.168.1.10:8000"):
        assert not is_site_tested()
        assert site_test().code != tested_site.code
        with pytest.raises(DomainError) as caught:
            open_site_test(code=tested_site.code)

    assert caught.value.code == "no_test"


def test_a_phone_confirms_by_a_press_not_by_looking(client: Client) -> None:
    test = site_test()
    address = reverse("portal:site-test", args=[test.code])

    assert client.get(address).status_code == 200
    assert not is_site_tested()
    assert client.post(reverse("portal:site-test-open", args=[test.code])).status_code == 200
    assert is_site_tested()
    assert not client.session.keys()


def test_the_browser_at_the_desk_proves_nothing(office: User, client_for: SignIn) -> None:
    answer = client_for(office).post(reverse("portal:site-test-open", args=[site_test().code]))

    assert answer.status_code == 400
    assert "alert-danger" in answer.text
    assert not is_site_tested()


def test_an_unknown_code_is_nowhere(client: Client) -> None:
    assert client.get(reverse("portal:site-test", args=["nosuchcd"])).status_code == 404
    assert client.post(reverse("portal:site-test-open", args=["nosuchcd"])).status_code == 400


def test_the_page_at_the_desk_shows_the_code_and_later_the_time(office: User, client_for: SignIn) -> None:
    page = client_for(office).get(reverse("desk:site-test"))
    assert address_to_open(site_test()) in page.text
    assert "hx-trigger" in page.text

    open_site_test(code=site_test().code)

    assert "hx-trigger" not in client_for(office).get(reverse("desk:site-test")).text


@pytest.mark.parametrize("name", ["units:account-create", "units:account-invite"])
def test_invitations_lead_to_the_test_first(unit: Unit, unit_admin: User, client_for: SignIn, name: str) -> None:
    answer = client_for(unit_admin).post(reverse(name), {"all": "1"})

    assert (answer.status_code, answer["Location"]) == (302, reverse("desk:site-test"))
    assert not User.objects.filter(invitations__isnull=False).exists()
