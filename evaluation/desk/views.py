from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from evaluation.roster.models import Appraisal
from evaluation.units.access import AuthenticatedRequest, role_required
from evaluation.units.models import Role


@role_required(*Role)
def home(request: AuthenticatedRequest) -> HttpResponse:
    return render(request, "desk/home_page.html")


@role_required(Role.OFFICE, Role.ORGANISATION, Role.AUDITOR)
def monitor(request: AuthenticatedRequest) -> HttpResponse:
    return render(request, "desk/home_page.html")


@role_required(*Role)
def appraisal_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    get_object_or_404(Appraisal.objects.visible_to(request.user), pk=pk)
    return render(request, "desk/home_page.html")
