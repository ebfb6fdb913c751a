"""What a visitor's session remembers: the receipt that was just given, and the matter whose receipt they entered.

By kind and key, for half an hour; never in an address, which stands in logs and in the history of a shared telephone.
"""

import time

from django.http import HttpRequest

from evaluation.daily.models import Complaint
from evaluation.daily.register import complaint_of_receipt
from evaluation.results.models import Objection
from evaluation.results.services.objections import objection_of_receipt

GIVEN, FOLLOWED = "receipt-given", "receipt-followed"
KEPT_SECONDS = 1800
Matter = Complaint | Objection


def keep(request: HttpRequest, slot: str, matter: Matter) -> None:
    kind = "complaint" if isinstance(matter, Complaint) else "objection"
    request.session[slot] = [kind, matter.pk, int(time.time()) + KEPT_SECONDS]


def kept(request: HttpRequest, slot: str) -> Matter | None:
    """Return what the session remembers, or nothing once the time is over."""
    kind, pk, until = request.session.get(slot) or ("", 0, 0)
    if until < time.time():
        return None
    if kind == "complaint":
        return Complaint.objects.for_list().filter(pk=pk).first()
    rows = Objection.objects.select_related("result__publication__organising_unit", "result__publication__cycle")
    return rows.filter(pk=pk, by_cadre=False).select_related("result__appraisal__home_unit").first()


def forget(request: HttpRequest, slot: str) -> None:
    request.session.pop(slot, None)


def matter_of(receipt: str) -> Matter | None:
    """Whose receipt it is: a complaint's or an objection's."""
    return complaint_of_receipt(receipt) or objection_of_receipt(receipt)
