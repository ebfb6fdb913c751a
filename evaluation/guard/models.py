"""Counting tries, so that guessing is slowed down."""

from django.db import models


class TryCount(models.Model):
    """Tries in one window of time. ``bucket`` is a keyed digest: it names neither an address nor a person."""

    bucket = models.CharField(max_length=64)
    window_starts = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(name="try_count_once_per_window", fields=["bucket", "window_starts"])]
