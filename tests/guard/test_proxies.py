import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from pytest_django import Settings

from config.proxies import ForwardedAddressMiddleware

PROXY = "10.0.0.1"


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        (PROXY, "192.0.2.7", "192.0.2.7"),
        (PROXY, "198.51.100.9, 192.0.2.7", "192.0.2.7"),
        (PROXY, "192.0.2.7, 10.0.0.2", "192.0.2.7"),
        (PROXY, "2001:db8::1", "2001:db8::1"),
        (PROXY, "", PROXY),
        (PROXY, "192.0.2.7, nonsense", PROXY),
        ("192.0.2.8", "192.0.2.7", "192.0.2.8"),
    ],
)
def test_only_our_own_proxies_say_who_asks(settings: Settings, peer: str, forwarded: str, address: str) -> None:
    settings.TRUSTED_PROXIES = [PROXY, "10.0.0.2"]
    request = RequestFactory().get("/", REMOTE_ADDR=peer, headers={"x-forwarded-for": forwarded})
    ForwardedAddressMiddleware(lambda _request: HttpResponse())(request)
    assert request.META["REMOTE_ADDR"] == address
