"""What pages that print QR codes stand behind."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from evaluation.errors import DomainError
from evaluation.guard.site_test import require_site_tested

View = TypeVar("View", bound=Callable[..., HttpResponse])


def site_tested(view: View) -> View:
    """Lead to the test code, and do nothing else, until a phone has opened it. Stands under ``role_required``."""

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            require_site_tested()
        except DomainError as error:
            messages.error(request, str(error))
            return redirect("desk:site-test")
        return view(request, *args, **kwargs)

    return guarded  # type: ignore[return-value]
