"""From a figure to the record that it rests on, for who may see that record."""

from django.urls import reverse

from accounts.models import User
from evaluation.bonus.models import BonusClaim
from evaluation.daily.models import Complaint, DailyDeduction
from evaluation.results.models import Result
from evaluation.results.shown import Links


def links_for(result: Result, user: User) -> Links:
    """Return the addresses of the deductions, complaints and claims of ``result`` that ``user`` may open; three
    queries."""
    year = result.publication.cycle.year
    known = DailyDeduction.objects.visible_to(user).filter(pk__in=[row["id"] for row in result.deductions])
    rows = list(known.select_related("defence"))
    complaints = Complaint.objects.visible_to(user).filter(pk__in=[row.complaint_id for row in rows])
    open_to = set(complaints.values_list("pk", flat=True)) if any(row.complaint_id for row in rows) else set()
    claims = BonusClaim.objects.visible_to(user).filter(pk__in=[row["id"] for row in result.awards])
    return Links(
        deductions={row.pk: reverse("daily:deduction-detail", args=[year, row.pk]) for row in rows},
        complaints={
            row.pk: reverse("daily:complaint-detail", args=[year, row.complaint_id])
            for row in rows
            if row.complaint_id in open_to
        },
        defences={row.pk: row.defence.get_status_display() for row in rows if hasattr(row, "defence")},
        claims={pk: reverse("bonus:claim-detail", args=[year, pk]) for pk in claims.values_list("pk", flat=True)},
    )
