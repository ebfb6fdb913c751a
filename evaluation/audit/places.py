"""Where the object of an event can be looked at: by kind the name of a page, and where its keys are found.

The rooms are named, never imported: a page that is not there is no link.
"""

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import FieldError
from django.urls import NoReverseMatch, reverse

from evaluation.audit.models import AuditEvent
from evaluation.audit.reading import model_of

OWN_YEAR, OF_APPRAISAL = "cycle__year", "appraisal__cycle__year"


def _page(name: str, year: str = "", **keys: str) -> tuple[str, dict[str, str]]:
    return name, {**({"year": year} if year else {}), **(keys or {"pk": "pk"})}


PLACES: dict[str, tuple[str, dict[str, str]]] = {
    "user": _page("units:account-detail"),
    "unit": _page("units:unit-detail"),
    "cycle": ("cycle:overview", {"year": "year"}),
    "trackrules": _page("cycle:rules-detail", OWN_YEAR, track="track"),
    "workplan": _page("cycle:plan-detail", OWN_YEAR, unit="unit_id"),
    "appraisal": _page("roster:appraisal-detail", OWN_YEAR),
    "frame": _page("recipients:frame-detail", OWN_YEAR),
    "draw": _page("recipients:draw-detail", "frame__cycle__year"),
    "pledge": _page("pledges:pledge-detail", OF_APPRAISAL),
    "dutyreport": _page("meetings:report-detail", OF_APPRAISAL),
    "reportmeeting": _page("meetings:meeting-detail", OWN_YEAR),
    "inquiry": _page("meetings:meeting-detail", "meeting__cycle__year", pk="meeting_id"),
    "ballotbox": _page("ballots:box-detail", OWN_YEAR),
    "opinion": ("ballots:opinion-list", {"year": OF_APPRAISAL}),
    "complaint": _page("daily:complaint-detail", OWN_YEAR),
    "complaintextension": _page("daily:complaint-detail", "complaint__cycle__year", pk="complaint_id"),
    "finding": _page("daily:complaint-detail", "complaint__cycle__year", pk="complaint_id"),
    "recusal": _page("daily:complaint-detail", "complaint__cycle__year", pk="complaint_id"),
    "dailydeduction": _page("daily:deduction-detail", OF_APPRAISAL),
    "defence": _page("daily:deduction-detail", "deduction__appraisal__cycle__year", pk="deduction_id"),
    "bonusclaim": _page("bonus:claim-detail", OF_APPRAISAL),
    "publication": _page("results:publication-detail", OWN_YEAR),
    "feedback": _page("results:result-detail", "result__publication__cycle__year", pk="result_id"),
    "objection": _page("results:objection-detail", "result__publication__cycle__year"),
    "shortfalldecision": ("results:shortfall-list", {"year": OF_APPRAISAL}),
    "rectificationplan": _page("rectification:plan-detail", OF_APPRAISAL),
    "planitem": _page("rectification:plan-detail", "plan__appraisal__cycle__year", pk="plan_id"),
    "itemextension": _page("rectification:plan-detail", "item__plan__appraisal__cycle__year", pk="item__plan_id"),
    "publiccomment": _page("rectification:plan-detail", "plan__appraisal__cycle__year", pk="plan_id"),
    "rectificationnotice": _page("rectification:notice-detail", OF_APPRAISAL),
    "recommendation": _page("recognition:recommendation-detail", OWN_YEAR),
    "paperjob": _page("archive:job-detail", "year"),
}


def place_of(event: AuditEvent, reader: AbstractBaseUser) -> str | None:
    """Return the address of the object's page, ``None`` where there is none or the reader may not see the object."""
    known, model = PLACES.get(event.target_kind), model_of(event.target_kind)
    if known is None or (event.target_kind != "user" and model is None):
        return None
    name, paths = known
    if model is None:
        return _address(name, {"pk": event.target_id})
    rows = model._default_manager.all()
    visible_to = getattr(rows, "visible_to", None)
    try:
        found = (visible_to(reader) if visible_to else rows).filter(pk=event.target_id).values(*paths.values()).first()
    except (FieldError, ValueError):
        return None
    return _address(name, {key: found[path] for key, path in paths.items()}) if found else None


def _address(name: str, keys: dict[str, object]) -> str | None:
    try:
        return reverse(name, kwargs=keys)
    except NoReverseMatch:
        return None
