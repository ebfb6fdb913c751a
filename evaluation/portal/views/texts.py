from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from evaluation.cycle.models import TrackRules
from evaluation.cycle.services import RULE_ROWS
from evaluation.portal.addresses import asked_cycle


def about(request: HttpRequest) -> HttpResponse:
    cycle = asked_cycle(request)
    rules = TrackRules.objects.filter(cycle=cycle, track="mid_level").prefetch_related(*RULE_ROWS).first()
    return render(request, "portal/about_page.html", {"cycle": cycle, "rules": rules})


def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/help_page.html", {"cycle": asked_cycle(request)})


def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/accessibility_page.html", {"cycle": asked_cycle(request)})
