"""What other rooms read of pledges."""

from evaluation.pledges.models import Pledge, PledgeQuerySet
from evaluation.roster.models import Appraisal


def published_pledges() -> PledgeQuerySet:
    """Everything the public may know of, with what a page needs: items, changes, photo."""
    published = Pledge.objects.filter(status=Pledge.Status.PUBLISHED, appraisal__exempt=False)
    return published.for_list().prefetch_related("items", "changes")


def published_pledge(appraisal: Appraisal) -> Pledge | None:
    """Return the published pledge of an appraisal with items and changes, or ``None``."""
    return published_pledges().filter(appraisal=appraisal).first()
