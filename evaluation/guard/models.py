"""Counting tries, so that guessing is slowed down."""

from django.db import models

from evaluation.guard.codes import new_public_code


class TryCount(models.Model):
    """Tries in one window of time. ``bucket`` is a keyed digest: it names neither an address nor a person."""

    bucket = models.CharField(max_length=64)
    window_starts = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(name="try_count_once_per_window", fields=["bucket", "window_starts"])]


class SpentChallenge(models.Model):
    """A proof of work that has been used: it counts once. Kept until it would have run out anyway."""

    digest = models.CharField(max_length=64, primary_key=True)
    expires_at = models.DateTimeField(db_index=True)


class TelephoneCode(models.Model):
    """A code sent to a telephone. ``number`` is a keyed digest of purpose and number, never the number itself."""

    number = models.CharField(max_length=64, primary_key=True)
    purpose = models.CharField(max_length=40, db_index=True, default="")
    code_digest = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField(db_index=True)
    is_used = models.BooleanField(default=False)


class SiteTest(models.Model):
    """The test code that a phone must open before anything with a QR code is printed for this address."""

    site_url = models.CharField(max_length=200, unique=True)
    code = models.CharField(max_length=8, unique=True, default=new_public_code)
    opened_at = models.DateTimeField(null=True, blank=True)
