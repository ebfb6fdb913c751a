"""Who may open a page: roles, and the decorator that asks for them."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.models import User
from evaluation.units.models import Membership, Role

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)


class AuthenticatedRequest(HttpRequest):
    user: User


def roles_of(user: User) -> frozenset[Role]:
    """Return the roles that ``user`` holds anywhere; read once per request and kept on the user object."""
    kept = user.__dict__.get("_roles")
    if kept is None:
        kept = frozenset(Role(role) for role in Membership.objects.filter(user=user).values_list("role", flat=True))
        user.__dict__["_roles"] = kept
    return cast(frozenset[Role], kept)


def role_required(
    *roles: Role,
) -> Callable[[Callable[Concatenate[AuthenticatedRequest, P], R]], Callable[Concatenate[HttpRequest, P], R]]:
    """Send the anonymous to sign in, answer 403 to whoever holds none of ``roles``."""

    def decorate(
        view: Callable[Concatenate[AuthenticatedRequest, P], R],
    ) -> Callable[Concatenate[HttpRequest, P], R]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> R:
            if not request.user.is_authenticated:
                return cast(R, redirect_to_login(request.get_full_path()))
            if not roles_of(request.user) & set(roles):
                raise PermissionDenied
            return view(cast(AuthenticatedRequest, request), *args, **kwargs)

        return guarded

    return decorate
