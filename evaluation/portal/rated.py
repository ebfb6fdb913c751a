"""Which plans this browser has rated: their public codes in a signed cookie, and nothing of who it is."""

from django.http import HttpRequest, HttpResponse

COOKIE = "rated"
A_YEAR = 365 * 86_400
MOST = 60


def has_rated(request: HttpRequest, code: str) -> bool:
    return code in _codes(request)


def remember_rating(request: HttpRequest, response: HttpResponse, code: str) -> None:
    codes = [*_codes(request), code][-MOST:]
    response.set_signed_cookie(
        COOKIE, ".".join(codes), salt=COOKIE, max_age=A_YEAR, httponly=True, samesite="Lax", secure=request.is_secure()
    )


def _codes(request: HttpRequest) -> list[str]:
    kept = request.get_signed_cookie(COOKIE, default="", salt=COOKIE, max_age=A_YEAR)
    return kept.split(".") if kept else []
