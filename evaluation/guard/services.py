"""Limits: how often something may be tried from one place in one window of time."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from evaluation.guard.models import TryCount

KEPT_FOR = timedelta(days=2)
LONGEST_WINDOW = 86_400


def count_try(*, bucket_parts: Sequence[str], limit: int, window_seconds: int) -> bool:
    """Count one try and return whether it is still allowed: true for the first ``limit`` tries of a window.

    ``bucket_parts`` says what is counted and from where, e.g. ``["code", address]``; only a keyed digest of it is
    stored. Windows are at most a day long and begin at multiples of their length. The counting is one conditional
    UPDATE: of any number of simultaneous tries exactly ``limit`` pass. Call it outside a transaction that may be
    rolled back, or the try is forgotten. Raises ``ValueError`` on a window beyond a day.
    """
    if not 0 < window_seconds <= LONGEST_WINDOW:
        raise ValueError("A window lasts from one second to a day.")
    now = timezone.now()
    row, is_new = TryCount.objects.get_or_create(
        bucket=_bucket([*bucket_parts, str(window_seconds)]), window_starts=_window(now, window_seconds)
    )
    if is_new and secrets.randbelow(20) == 0:
        forget_old_tries()
    return TryCount.objects.filter(pk=row.pk, count__lt=limit).update(count=F("count") + 1) == 1


def tries_used(*, bucket_parts: Sequence[str], window_seconds: int) -> int:
    """Return how many tries ``count_try`` has counted in the window under way, and count nothing."""
    return tries_in(buckets=[bucket_parts], window_seconds=window_seconds)[0]


def tries_in(*, buckets: Sequence[Sequence[str]], window_seconds: int) -> list[int]:
    """``tries_used`` of several buckets, in one query."""
    names = [_bucket([*parts, str(window_seconds)]) for parts in buckets]
    rows = TryCount.objects.filter(bucket__in=names, window_starts=_window(timezone.now(), window_seconds))
    used = dict(rows.values_list("bucket", "count"))
    return [used.get(name, 0) for name in names]


def forget_old_tries() -> int:
    """Delete the windows that ended long ago; return how many. ``count_try`` does it now and then by itself."""
    return TryCount.objects.filter(window_starts__lt=timezone.now() - KEPT_FOR).delete()[0]


def _bucket(parts: Sequence[str]) -> str:
    text = "\x1f".join(parts).encode()
    return hmac.new(settings.SECRET_KEY.encode(), b"try-count\x1f" + text, hashlib.sha256).hexdigest()


def _window(now: datetime, seconds: int) -> datetime:
    return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, tz=UTC)
