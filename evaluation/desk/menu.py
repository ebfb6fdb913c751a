"""The work menu: one entry per kind of work, for whoever has it."""

from dataclasses import dataclass, replace

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from evaluation.units.models import Role

UNIT = frozenset({Role.UNIT_ADMIN, Role.APPROVER})
CITY = frozenset({Role.OFFICE, Role.ORGANISATION, Role.AUDITOR})
STAFF = UNIT | {Role.OFFICE, Role.AUDITOR}
OWN = STAFF | {Role.CADRE}

# label, URL name, whether the address carries the year, who sees it
ENTRIES: tuple[tuple[str | Promise, str, bool, frozenset[Role]], ...] = (
    (_("What waits for me"), "desk:home", False, frozenset(Role)),
    (_("Progress of all units"), "desk:monitor", False, CITY),
    (_("The year and its rules"), "cycle:overview", True, STAFF),
    (_("Units and accounts"), "units:unit-list", False, frozenset({Role.OFFICE, Role.AUDITOR})),
    (_("Accounts"), "units:account-list", False, frozenset({Role.UNIT_ADMIN})),
    (_("Roster"), "roster:appraisal-list", True, STAFF),
    (_("Service records"), "recipients:frame-list", True, STAFF),
    (_("Draw of service recipients"), "recipients:draw-list", True, STAFF | {Role.SCRUTINEER}),
    (_("Pledges"), "pledges:pledge-list", True, OWN),
    (_("Duty reports"), "meetings:report-list", True, OWN),
    (_("Report meetings"), "meetings:meeting-list", True, STAFF | {Role.SCRUTINEER}),
    (_("Ballot boxes"), "ballots:box-list", True, STAFF | {Role.SCRUTINEER}),
    (_("Opinions from ballots"), "ballots:opinion-list", True, STAFF | {Role.ORGANISATION}),
    (_("What voters wrote about me"), "ballots:opinion-own", True, frozenset({Role.CADRE})),
    (_("Test code for phones"), "desk:site-test", False, frozenset({Role.OFFICE, Role.SCRUTINEER, Role.UNIT_ADMIN})),
    (_("My key and my boxes"), "ballots:scrutineer-home", True, frozenset({Role.SCRUTINEER})),
    (_("Complaints"), "daily:complaint-list", True, STAFF),
    (_("Daily deductions"), "daily:deduction-list", True, OWN),
    (_("Bonus claims"), "bonus:claim-list", True, OWN),
    (_("Results"), "results:publication-list", True, STAFF | {Role.ORGANISATION}),
    (_("My result"), "results:feedback-list", True, frozenset({Role.CADRE})),
    (_("Objections"), "results:objection-list", True, STAFF),
    (_("Rectification"), "rectification:plan-list", True, OWN),
    (_("Recommendation and honours"), "recognition:recommendation-list", True, STAFF | {Role.ORGANISATION}),
    (_("Documents and archive"), "archive:paper-list", True, STAFF),
    (_("Issued documents"), "registry:document-list", True, STAFF | {Role.ORGANISATION}),
    (_("Record of actions"), "audit:event-list", False, frozenset({Role.OFFICE, Role.AUDITOR})),
)


@dataclass(frozen=True)
class Entry:
    label: str | Promise
    url: str
    room: str
    current: bool = False


def work_menu(request: HttpRequest, roles: frozenset[Role], year: int | None) -> list[Entry]:
    """Return the entries of ``roles`` for ``year``, the one that fits the address best marked as current."""
    entries = [
        Entry(label, address_of(name, year if by_year else None), name.partition(":")[0])
        for label, name, by_year, who in ENTRIES
        if roles & who and (year or not by_year)
    ]
    return _marked(entries, request)


def is_open_to(roles: frozenset[Role], name: str) -> bool:
    """Whether the menu offers the page to ``roles``; other links to lists ask here, so that none ends in a refusal."""
    return any(name == entry and roles & who for _label, entry, _by_year, who in ENTRIES)


def address_of(name: str, year: int | None = None, pk: int | None = None) -> str:
    """Return the address of a work page, of one year and one row where it has them."""
    given = {"year": year, "pk": pk}
    return reverse(name, kwargs={key: value for key, value in given.items() if value is not None})


def _marked(entries: list[Entry], request: HttpRequest) -> list[Entry]:
    match = request.resolver_match
    room = match.namespace if match else ""
    fitting = [entry for entry in entries if request.path.startswith(entry.url)]
    same_room = [entry for entry in entries if entry.room == room]
    best = max(fitting, key=lambda entry: len(entry.url), default=None) or next(iter(same_room), None)
    return [replace(entry, current=entry is best) for entry in entries]
