"""When an appraisal's result is final: the column that earlier rooms read, set by the room of results (C10)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from evaluation.roster.models import Appraisal


@transaction.atomic
def set_final(*, appraisals: Iterable[Appraisal], at: datetime) -> int:
    """Mark appraisals as final at ``at`` and return how many were not yet. The caller records the act."""
    keys = [appraisal.pk for appraisal in appraisals]
    return Appraisal.objects.filter(pk__in=keys, final_at__isnull=True).update(final_at=at)


@transaction.atomic
def reopen_final(*, appraisals: Iterable[Appraisal]) -> int:
    """Take finality back while a corrected result runs, so that what was wrong can be put right in this cycle."""
    keys = [appraisal.pk for appraisal in appraisals]
    return Appraisal.objects.filter(pk__in=keys, final_at__isnull=False).update(final_at=None)
