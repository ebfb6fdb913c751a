"""The page that a phone opens from the test code, before anything with a QR code is printed."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from evaluation.errors import DomainError
from evaluation.guard.models import SiteTest
from evaluation.guard.site_test import open_site_test

PAGE = "portal/site_test_page.html"


@require_safe
@never_cache
def site_test(request: HttpRequest, code: str) -> HttpResponse:
    get_object_or_404(SiteTest, code=code, site_url=settings.SITE_URL)
    return render(request, PAGE, {"code": code, "is_done": False, "error": _refusal(request)})


@require_POST
@never_cache
def site_test_open(request: HttpRequest, code: str) -> HttpResponse:
    """Whoever is signed in sits at the desk: that browser proves nothing about phones."""
    error = _refusal(request)
    if not error:
        try:
            open_site_test(code=code)
        except DomainError as refused:
            error = str(refused)
    context = {"code": code, "is_done": not error, "error": error}
    return render(request, PAGE, context, status=400 if error else 200)


def _refusal(request: HttpRequest) -> str:
    if request.user.is_authenticated:
        return _("You are signed in on this device. Please scan the code with a phone.")
    return ""
