from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from evaluation.documents.qr import qr_path
from evaluation.guard.site_test import address_to_open, site_test
from evaluation.units.access import AuthenticatedRequest, role_required
from evaluation.units.models import Role


@require_safe
@never_cache
@role_required(Role.OFFICE, Role.SCRUTINEER, Role.UNIT_ADMIN)
def test_code(request: AuthenticatedRequest) -> HttpResponse:
    test = site_test()
    address = address_to_open(test)
    return render(request, "desk/site_test_page.html", {"test": test, "address": address, "qr": qr_path(address)})
