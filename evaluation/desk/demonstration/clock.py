"""The story of the city happened before the day it is loaded: its acts are done with the clock set back."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from django.utils import timezone

from evaluation.ballots import casting

SQL_MOMENT = {"postgresql": "timestamptz '{}+00'", "sqlite": "'{}'"}


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let this process believe that it is ``moment``, from where time runs on; casting, which asks the database, too.

    For the command that loads the city alone: a server never calls it.
    """
    real, real_sql = timezone.now, dict(casting.NOW)
    begun, moment = real(), moment.astimezone(UTC)
    plain = moment.strftime("%Y-%m-%d %H:%M:%S")
    timezone.now = lambda: moment + (real() - begun)
    casting.NOW.update({vendor: sql.format(plain) for vendor, sql in SQL_MOMENT.items()})
    try:
        yield
    finally:
        timezone.now = real
        casting.NOW.update(real_sql)
