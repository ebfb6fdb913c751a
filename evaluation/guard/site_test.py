"""The test code: nothing with a QR code is printed before a phone has opened one for the address that it carries."""

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluation.audit.services import record
from evaluation.errors import DomainError
from evaluation.guard.models import SiteTest


def site_test() -> SiteTest:
    """The test of the present ``SITE_URL``; another address has another test."""
    return SiteTest.objects.get_or_create(site_url=settings.SITE_URL)[0]


def address_to_open(test: SiteTest) -> str:
    """What the test's QR code carries."""
    return test.site_url + reverse("portal:site-test", args=[test.code])


def is_site_tested() -> bool:
    return SiteTest.objects.filter(site_url=settings.SITE_URL, opened_at__isnull=False).exists()


def require_site_tested() -> None:
    """Call it before anything with a QR code is made. Raises ``DomainError``: ``site_untested``."""
    if not is_site_tested():
        raise DomainError(
            "site_untested",
            _(
                "Nothing with a QR code is printed yet: first scan the test code with a phone, on the page "
                "“Test code for phones”. It shows that phones reach {address}."
            ).format(address=settings.SITE_URL),
        )


@transaction.atomic
def open_site_test(*, code: str) -> SiteTest:
    """A phone has opened the test and pressed: from now on QR codes are printed. Repeating it notes the latest time.

    Raises ``DomainError``: ``no_test`` (the code belongs to no test, or to an address that is used no longer).
    """
    test = SiteTest.objects.select_for_update().filter(code=code, site_url=settings.SITE_URL).first()
    if test is None:
        raise DomainError("no_test", _("This test code is not valid any more. Open the page at the desk again."))
    is_first = test.opened_at is None
    test.opened_at = timezone.now()
    test.save(update_fields=["opened_at"])
    if is_first:
        record(actor="system:phone", action="site-test-opened", target=test, detail={"site_url": test.site_url})
    return test
