"""Imports as one user may see them."""

from django.db.models import QuerySet

from accounts.models import User
from evaluation.intake.models import ImportJob, ImportRow
from evaluation.units.access import roles_of
from evaluation.units.models import Role

SHOWN = 200


def jobs_visible_to(user: User, *, kind: str, year: int) -> QuerySet[ImportJob]:
    """The office sees every import of the year, anybody else their own."""
    jobs = ImportJob.objects.filter(kind=kind, year=year).select_related("file", "created_by").order_by("-pk")
    return jobs if Role.OFFICE in roles_of(user) else jobs.filter(created_by=user)


def rows_by_verdict(job: ImportJob) -> dict[str, list[ImportRow]]:
    """Return the first rows of each verdict, rejected ones all (one query a verdict)."""
    shown = {}
    for verdict in ImportRow.Verdict.values:
        rows = job.rows.filter(verdict=verdict)
        shown[str(verdict)] = list(rows if verdict == ImportRow.Verdict.REJECTED else rows[:SHOWN])
    return shown
