"""How often residents may send something from one network, and when they may again."""

from datetime import UTC, datetime

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from evaluation.ballots.limits import network_of
from evaluation.guard.services import count_try, tries_used

AN_HOUR = 3600
A_DAY = 86_400
TRIES_AN_HOUR = 10
WRONG_RECEIPTS = 20
RATINGS_A_DAY = 20


def network(request: HttpRequest) -> str:
    return network_of(request.META.get("REMOTE_ADDR", ""))


def may_send(request: HttpRequest, what: str) -> bool:
    """Count one form of a kind that was sent from this network."""
    return count_try(bucket_parts=[what, network(request)], limit=TRIES_AN_HOUR, window_seconds=AN_HOUR)


def may_rate(request: HttpRequest, plan: int) -> bool:
    return count_try(
        bucket_parts=["plan-rating", str(plan), network(request)], limit=RATINGS_A_DAY, window_seconds=A_DAY
    )


def may_look_up(request: HttpRequest) -> bool:
    """Whether receipts are still looked up for this network; a right one costs nothing."""
    used = tries_used(bucket_parts=["receipt", network(request)], window_seconds=AN_HOUR)
    return used < WRONG_RECEIPTS


def count_wrong_receipt(request: HttpRequest) -> None:
    count_try(bucket_parts=["receipt", network(request)], limit=WRONG_RECEIPTS, window_seconds=AN_HOUR)


def too_many() -> str:
    """The refusal in words, with the time at which the next window begins."""
    now = int(timezone.now().timestamp())
    again = datetime.fromtimestamp((now // AN_HOUR + 1) * AN_HOUR, tz=UTC)
    return _("Too many were sent from here within an hour. Please try again after %(time)s.") % {
        "time": timezone.localtime(again).strftime("%H:%M")
    }
