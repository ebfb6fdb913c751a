"""Every address × every role: who sees what (200), who is told no (403), to whom it does not exist (404).

The table is compared with the URL configuration: a new page without an entry fails. ``mine`` are the people of the
unit whose objects stand in the addresses; ``other_unit`` and ``other_approver`` act for another unit.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.world import YEAR, World, make_world

PEOPLE = (
    "cadre", "colleague", "unit", "other_unit", "approver", "other_approver", "scrutineer", "office", "organisation",
    "auditor",
)  # fmt: skip
NOBODY = ("public", "voter", "teller")
UNITS = {"unit", "other_unit"}
APPROVERS = {"approver", "other_approver"}
CADRES = {"cadre", "colleague"}
CITY = {"office", "organisation", "auditor"}
ALL = set(PEOPLE)

Keys = Callable[[World], dict[str, Any]]


@dataclass(frozen=True)
class Entry:
    """``ok`` may; ``absent`` get 404; everybody else who is signed in gets 403, and the others are sent to sign in."""

    keys: Keys
    ok: frozenset[str]
    absent: frozenset[str]
    is_action: bool
    data: Keys


def none(world: World) -> dict[str, Any]:
    return {}


def page(keys: Keys, ok: set[str], absent: set[str] | None = None) -> Entry:
    return Entry(keys, frozenset(ok), frozenset(absent or set()), is_action=False, data=none)


def action(keys: Keys, ok: set[str], absent: set[str] | None = None, data: Keys | None = None) -> Entry:
    return Entry(keys, frozenset(ok), frozenset(absent or set()), is_action=True, data=data or none)


def year(world: World) -> dict[str, Any]:
    return {"year": YEAR}


def pk(name: str, by_year: bool = True, key: str = "pk") -> Keys:
    def keys(world: World) -> dict[str, Any]:
        target = getattr(world.mine, name, None) or world.mine.objects[name]
        return {key: target.pk, **({"year": YEAR} if by_year else {})}

    return keys


def imports(names: str, job: str, about: str = "", strangers: set[str] | None = None) -> "dict[str, Entry]":
    """The pages of an import; ``about`` is the object whose address stands before them."""

    def keys(of: Keys) -> Keys:
        return lambda world: {**of(world), **(pk(about, key="about")(world) if about else {})}

    mine, own, absent = keys(pk(job)), {"unit", "office"}, {"other_unit"}
    pages = {f"{names}-{name}": page(mine, own, absent) for name in ("detail", "columns", "questions", "marked")}
    acts = {f"{names}-{name}": action(mine, own, absent) for name in ("confirm", "discard", "learn")}
    first = page(keys(year), own, absent) if about else page(year, UNITS | {"office"})
    if names in ("pledges:import", "bonus:import"):  # nothing is asked in these files
        pages[f"{names}-picture"] = page(lambda world: {**mine(world), "number": 0}, set(), own | absent)
    return {f"{names}-create": first, **pages, **acts}


def track(world: World) -> dict[str, Any]:
    return {"year": YEAR, "track": "mid_level"}


def day(world: World) -> dict[str, Any]:
    return {"year": YEAR, "pk": world.day.pk}


def next_year(world: World) -> dict[str, Any]:
    return {"year": YEAR + 1}


def as_docx(keys: Keys) -> Keys:
    """A document's format that is drawn fast."""
    return lambda world: {**keys(world), "form": "docx"}


def month(world: World) -> dict[str, Any]:
    return {"year": YEAR, "code": world.mine.unit.code, "number": 6}


def cadre_and_rule(world: World) -> dict[str, Any]:
    return {"year": YEAR, "pk": world.mine.appraisal.pk, "code": "1"}


def file_of(name: str, files: str) -> Keys:
    def keys(world: World) -> dict[str, Any]:
        target = world.mine[name]
        return {"year": YEAR, "pk": target.pk, "file_pk": getattr(target, files).first().pk}

    return keys


def public_unit(world: World) -> dict[str, Any]:
    return {"year": YEAR, "unit_code": world.mine.unit.code}


def public_code(name: str) -> Keys:
    def keys(world: World) -> dict[str, Any]:
        target = getattr(world.mine, name, None) or world.mine.objects[name]
        return {**public_unit(world), "code": target.public_code}

    return keys


def account(world: World) -> dict[str, Any]:
    return {"pk": world.mine.approver.pk}


def membership(world: World) -> dict[str, Any]:
    return {"pk": world.mine.approver.memberships.get().pk}  # type: ignore[attr-defined]


def box_code(world: World) -> dict[str, Any]:
    return {"code": world.mine["public_box"].public_code}


def code_of_test(world: World) -> dict[str, Any]:
    return {"code": world.site_test.code}


def own_result(world: World) -> dict[str, Any]:
    return {"year": YEAR, "pk": world.mine["publication"].pk, "result_pk": world.mine["result"].pk}


def scan_of_document(world: World) -> dict[str, Any]:
    document = world.mine["document"]
    return {"year": YEAR, "pk": document.pk, "scan_pk": document.scans.get().pk}


def own_series(world: World) -> dict[str, Any]:
    return {"year": YEAR, "owner": world.mine.unit.code, "kind": "circular"}


STAFF = UNITS | APPROVERS | CITY

OWN = {"cadre", "unit", "approver"} | CITY
STRANGERS = {"colleague", "other_unit", "other_approver"}
READING_UNITS = {"unit", "approver"} | CITY
OTHER_UNITS = {"other_unit", "other_approver"}


def unit_code(world: World) -> dict[str, Any]:
    return {"year": YEAR, "unit_code": world.mine.unit.code}


def own_code(world: World) -> dict[str, Any]:
    return {"year": YEAR, "code": world.mine.unit.code}


def slip_request(world: World) -> dict[str, Any]:
    request = world.mine["slip_request"]
    return {"year": YEAR, "pk": request.box_id, "request_pk": request.pk}


def group_of_box(world: World) -> dict[str, Any]:
    return {"year": YEAR, "pk": world.mine["ready_box"].pk, "group": "own_unit"}


def drawn_as(keys: Keys, **more: str) -> Keys:
    """The address of a paper in one of its formats."""
    return lambda world: {**keys(world), **more}


def board_of_unit(world: World) -> dict[str, Any]:
    return {"year": YEAR, "code": world.mine.unit.code}


def item_file(world: World) -> dict[str, Any]:
    return {"year": YEAR, "pk": world.mine["plan_item"].pk, "file_pk": world.mine["proof"].pk}


def burst_of_box(world: World) -> dict[str, Any]:
    burst = world.mine["burst"]
    return {"year": YEAR, "pk": burst.box_id, "burst": burst.pk}


def complaint_file(world: World) -> dict[str, Any]:
    complaint = world.mine["complaint"]
    return {"year": YEAR, "pk": complaint.pk, "file": complaint.files.get().pk}


def frame_file(world: World) -> dict[str, Any]:
    return {"year": YEAR, "pk": world.mine["frame"].pk, "form": "csv"}


def scope_list_file(world: World) -> dict[str, Any]:
    return {"year": YEAR, "code": "scope-list", "target": world.mine.unit.pk, "format": "xlsx"}


def draw_code(world: World) -> dict[str, Any]:
    return {"year": YEAR, "code": world.mine["draw"].public_code}


# Pages that anyone may open without an account; the second list answers to POST alone.
PUBLIC: dict[str, Keys] = {
    "portal:home": none,
    "portal:search": none,
    "portal:year-list": none,
    "portal:result-list": none,
    "portal:honour-list": none,
    "portal:open-data": none,
    "portal:results-file": year,
    "portal:results-workbook": year,
    "portal:results-csv": year,
    "portal:about": none,
    "portal:help": none,
    "portal:accessibility": none,
    "portal:components": none,
    "portal:site-test": code_of_test,
    "portal:year-detail": year,
    "portal:complaint-follow": none,
    "portal:complaint-start": none,
    "portal:complaint-create": lambda world: {"unit_code": world.mine.unit.code},
    "portal:receipt": none,
    "portal:rule-list": year,
    "portal:award-list": year,
    "portal:rectification-list": year,
    "portal:draw-list": year,
    "portal:draw-detail": draw_code,
    "portal:unit-detail": public_unit,
    "portal:meeting-detail": public_code("meeting"),
    "portal:publication-detail": public_code("publication"),
    "portal:cadre-detail": public_code("appraisal"),
    "portal:cadre-photo": public_code("appraisal"),
    "accounts:sign-in": none,
    "accounts:invitation": lambda world: {"token": "no-such-token"},
    "vote:landing": none,
    "vote:receipt-lookup": none,
    "vote:secrecy": none,
    "vote:witness": none,
    "vote:public-box": box_code,
    "vote:teller-home": none,
}
PUBLIC_ACTIONS: dict[str, Keys] = {
    "set_language": none,
    "accounts:sign-out": none,
    "portal:site-test-open": code_of_test,
    "portal:receipt-forget": none,
    "portal:complaint-find": none,
    "portal:complaint-leave": none,
    "portal:answer-rate": none,
    "portal:rating-create": public_code("appraisal"),
    "portal:objection-create": public_code("appraisal"),
    "portal:comment-create": public_code("appraisal"),
    "vote:sheet": none,
    "vote:review": none,
    "vote:cast": none,
    "vote:public-pass": box_code,
    "vote:public-challenge": box_code,
    "vote:public-code": box_code,
    "vote:teller-enter": none,
    "vote:teller-leave": none,
}
# A slip for one box opens this, not an account.
BY_SLIP = {"vote:teller-paper", "vote:teller-ballots"}

ENTRIES: dict[str, Entry] = {
    "accounts:password-change": page(none, ALL),
    # desk, audit
    "desk:home": page(none, ALL),
    "desk:site-test": page(none, UNITS | {"office", "scrutineer"}),
    "desk:monitor": page(none, CITY),
    "desk:appraisal-detail": page(pk("appraisal", by_year=False), OWN, STRANGERS | {"scrutineer"}),
    "audit:event-list": page(none, {"office", "auditor"}),
    "audit:event-detail": page(lambda world: {"sequence": 1}, {"office", "auditor"}),
    "audit:record-verify": action(none, {"office", "auditor"}),
    "audit:events-csv": action(none, {"office", "auditor"}),
    "audit:events-lines": action(none, {"office", "auditor"}),
    "audit:events-paper": action(as_docx(none), {"office", "auditor"}),
    # units
    "units:unit-list": page(none, STAFF | {"scrutineer"}),
    "units:unit-detail": page(pk("unit", by_year=False), READING_UNITS | {"scrutineer"}, OTHER_UNITS),
    "units:unit-accounts": action(none, {"office"}),
    "units:unit-create": page(none, {"office"}),
    "units:unit-edit": page(pk("unit", by_year=False), {"office"}),
    "units:unit-merge": page(pk("unit", by_year=False), {"office"}),
    "units:unit-name-add": action(pk("unit", by_year=False), {"office"}),
    "units:unit-name-remove": action(pk("earlier_name", by_year=False), {"office"}),
    "units:account-list": page(none, UNITS | {"office"}),
    "units:account-create": page(none, UNITS | {"office"}),
    "units:account-invite": action(none, UNITS | {"office"}),
    "units:account-detail": page(account, {"unit", "office"}, {"other_unit"}),
    "units:account-close": action(account, {"unit", "office"}, {"other_unit"}),
    "units:account-open": action(account, {"unit", "office"}, {"other_unit"}),
    "units:membership-add": action(account, {"unit", "office"}, {"other_unit"}),
    "units:membership-remove": action(membership, {"unit", "office"}, {"other_unit"}),
    # cycle
    "cycle:overview": page(year, ALL),
    "cycle:cycle-create": page(next_year, {"office"}),
    "cycle:cycle-edit": page(year, {"office"}),
    "cycle:cycle-open": action(year, {"office"}),
    "cycle:cycle-close": action(year, {"office"}),
    "cycle:rules-detail": page(track, ALL),
    "cycle:rules-edit": page(track, {"office"}),
    "cycle:calendar": page(year, ALL),
    "cycle:calendar-add": action(year, {"office"}),
    "cycle:calendar-load": action(year, {"office"}),
    "cycle:calendar-remove": action(day, {"office"}),
    "cycle:plan-list": page(year, STAFF),
    "cycle:plan-detail": page(pk("unit", key="unit"), READING_UNITS, OTHER_UNITS),
    "cycle:plan-edit": page(pk("unit", key="unit"), {"unit"}, {"other_unit"}),
    "cycle:plan-submit": action(pk("unit", key="unit"), {"unit"}, {"other_unit"}),
    "cycle:plan-return": action(pk("unit", key="unit"), {"office"}),
    "cycle:plan-file": page(pk("unit", key="unit"), READING_UNITS, OTHER_UNITS),
    # roster, recipients
    "roster:appraisal-list": page(year, STAFF),
    "roster:appraisal-export": page(year, STAFF),
    "roster:cadre-accounts": action(year, UNITS | {"office"}),
    "roster:roster-template": page(year, UNITS | {"office"}),
    "roster:village-template": page(year, UNITS | {"office"}),
    "roster:appraisal-create": page(year, UNITS | {"office"}),
    "roster:appraisal-detail": page(pk("appraisal"), READING_UNITS, OTHER_UNITS),
    "roster:appraisal-edit": page(pk("appraisal"), {"unit", "office"}, {"other_unit"}),
    "roster:appraisal-exempt": action(pk("appraisal"), {"unit", "office"}, {"other_unit"}),
    "roster:appraisal-include": action(pk("appraisal"), {"unit", "office"}, {"other_unit"}),
    "roster:appraisal-remove": action(pk("appraisal"), {"unit", "office"}, {"other_unit"}),
    "intake:learned-list": page(year, {"office"}),
    "intake:learned-forget": action(pk("learned_column"), {"office"}),
    "roster:import-create": page(year, UNITS | {"office"}),
    "roster:import-detail": page(pk("roster_import"), {"unit", "office"}, {"other_unit"}),
    "roster:import-confirm": action(pk("roster_import"), {"unit", "office"}, {"other_unit"}),
    "roster:import-discard": action(pk("roster_import"), {"unit", "office"}, {"other_unit"}),
    "roster:import-marked": page(pk("roster_import"), {"unit", "office"}, {"other_unit"}),
    "roster:import-columns": page(pk("roster_import"), {"unit", "office"}, {"other_unit"}),
    "roster:import-questions": page(pk("roster_import"), {"unit", "office"}, {"other_unit"}),
    "roster:import-learn": action(pk("roster_import"), {"unit", "office"}, {"other_unit"}),
    "roster:scope-list": page(year, STAFF),
    "roster:annex-list-file": page(as_docx(year), STAFF),
    "roster:annex-file": page(as_docx(own_code), READING_UNITS, OTHER_UNITS),
    "roster:scope-file": action(year, UNITS | {"office"}),
    "roster:scope-return": action(year, {"office"}),
    "recipients:frame-list": page(year, STAFF),
    "recipients:record-list": page(year, STAFF),
    "recipients:ledger-template": page(year, UNITS | {"office"}),
    "recipients:record-export": page(year, UNITS | {"office"}),
    "recipients:import-create": page(year, UNITS | {"office"}),
    "recipients:import-detail": page(pk("ledger_import"), {"unit", "office"}, {"other_unit"}),
    "recipients:import-confirm": action(pk("ledger_import"), {"unit", "office"}, {"other_unit"}),
    "recipients:import-discard": action(pk("ledger_import"), {"unit", "office"}, {"other_unit"}),
    "recipients:import-marked": page(pk("ledger_import"), {"unit", "office"}, {"other_unit"}),
    "recipients:import-columns": page(pk("ledger_import"), {"unit", "office"}, {"other_unit"}),
    "recipients:import-questions": page(pk("ledger_import"), {"unit", "office"}, {"other_unit"}),
    "recipients:import-learn": action(pk("ledger_import"), {"unit", "office"}, {"other_unit"}),
    "recipients:section-list": page(year, STAFF | {"scrutineer"}),
    "recipients:frames-make": action(year, UNITS | {"office"}),
    "recipients:served-template": page(year, UNITS | {"office"}),
    "recipients:served-create": page(year, UNITS | {"office"}),
    "recipients:served-detail": page(pk("served_import"), {"unit", "office"}, {"other_unit"}),
    "recipients:served-confirm": action(pk("served_import"), {"unit", "office"}, {"other_unit"}),
    "recipients:served-discard": action(pk("served_import"), {"unit", "office"}, {"other_unit"}),
    "recipients:served-marked": page(pk("served_import"), {"unit", "office"}, {"other_unit"}),
    "recipients:served-columns": page(pk("served_import"), {"unit", "office"}, {"other_unit"}),
    "recipients:served-questions": page(pk("served_import"), {"unit", "office"}, {"other_unit"}),
    "recipients:served-learn": action(pk("served_import"), {"unit", "office"}, {"other_unit"}),
    "recipients:frame-detail": page(pk("frame"), READING_UNITS | {"scrutineer"}, OTHER_UNITS),
    "recipients:draw-make": action(pk("frame"), {"unit", "office"}, {"other_unit"}),
    "recipients:frame-forget": action(pk("frame"), {"office"}),
    "recipients:frame-export": page(frame_file, {"unit", "office"}, {"other_unit"}),
    "recipients:draw-list": page(year, STAFF | {"scrutineer"}),
    "recipients:draws-make": action(year, UNITS | {"office"}),
    "recipients:draw-detail": page(pk("draw"), READING_UNITS | {"scrutineer"}, OTHER_UNITS),
    "recipients:recipients-mark": action(pk("draw"), {"unit", "office"}, {"other_unit"}),
    "recipients:invitations-download": action(pk("draw"), {"unit", "office"}, {"other_unit"}),
    # pledges
    "pledges:pledge-list": page(year, STAFF | CADRES),
    "pledges:my-pledge": page(year, CADRES),
    "pledges:pledge-submit": action(year, UNITS | CADRES | {"office"}),
    "pledges:pledge-return": action(year, APPROVERS | {"office"}),
    "pledges:pledge-approve": action(year, APPROVERS | {"office"}),
    "pledges:pledge-publish": action(year, UNITS | APPROVERS | {"office"}),
    "pledges:pledge-export": page(year, UNITS | {"office"}),
    "pledges:pledge-template": page(year, UNITS | {"office"}),
    **imports("pledges:import", "pledges_import"),
    "pledges:pledge-detail": page(pk("pledge"), OWN, STRANGERS),
    "pledges:pledge-edit": page(pk("pledge"), {"cadre", "unit", "office"}, {"colleague", "other_unit"}),
    "pledges:pledge-photo": page(pk("pledge"), OWN, STRANGERS),
    "pledges:pledge-poster": page(pk("appraisal"), {"cadre", "unit", "approver", "office"}, STRANGERS),
    "pledges:pledge-posters": action(year, UNITS | APPROVERS | {"office"}),
    "pledges:pledge-plates": action(year, UNITS | APPROVERS | {"office"}),
    "pledges:unit-board": page(board_of_unit, {"unit", "approver", "office"}, OTHER_UNITS),
    "pledges:media-list": page(year, {"office"}, UNITS | APPROVERS),
    # meetings
    "meetings:meeting-list": page(year, ALL),
    "meetings:meeting-create": page(year, UNITS | {"office"}),
    "meetings:meeting-detail": page(pk("meeting"), ALL - OTHER_UNITS, OTHER_UNITS),
    "meetings:meeting-edit": page(pk("meeting"), {"unit", "office"}, {"other_unit"}),
    "meetings:agenda-edit": page(pk("meeting"), {"unit", "office"}, {"other_unit"}),
    "meetings:agenda-generate": action(pk("meeting"), {"unit", "office"}, {"other_unit"}),
    "meetings:invitation-edit": page(pk("meeting"), {"unit", "office"}, {"other_unit"}),
    "meetings:attendance-edit": page(pk("meeting"), {"unit", "office"}, {"other_unit"}),
    "meetings:attendee-edit": page(pk("meeting"), {"unit", "office"}, {"other_unit"}),
    "meetings:meeting-announce": action(pk("meeting"), {"unit", "office"}, {"other_unit"}),
    "meetings:meeting-hold": action(pk("meeting"), {"unit", "office"}, {"other_unit"}),
    "meetings:meeting-publish": page(pk("meeting"), {"unit", "office"}, {"other_unit"}),
    "meetings:inquiry-create": page(pk("meeting"), {"unit", "office"}, {"other_unit"}),
    "meetings:inquiry-list": page(year, ALL),
    "meetings:inquiry-edit": page(pk("inquiry"), {"unit", "office"}, {"other_unit"}),
    "meetings:inquiry-answer": page(pk("inquiry"), {"cadre", "unit", "office"}, {"other_unit"}),
    "meetings:attendance-template": page(pk("meeting", key="about"), {"unit", "office"}, {"other_unit"}),
    **imports("meetings:attendance-import", "attendance_import", about="meeting"),
    "meetings:report-list": page(year, STAFF | CADRES),
    "meetings:my-report": page(year, CADRES),
    "meetings:report-submit": action(year, UNITS | CADRES | {"office"}),
    "meetings:report-return": action(year, APPROVERS | {"office"}),
    "meetings:report-approve": action(year, APPROVERS | {"office"}),
    "meetings:report-publish": action(year, UNITS | APPROVERS | {"office"}),
    "meetings:report-detail": page(pk("report"), OWN, STRANGERS),
    "meetings:report-paper": page(drawn_as(pk("appraisal"), format="docx"), OWN, STRANGERS),
    "meetings:meeting-paper": page(
        drawn_as(pk("meeting"), paper="attendance", format="xlsx"), {"unit", "approver", "office"}, OTHER_UNITS
    ),
    "meetings:report-edit": page(pk("report"), {"cadre", "unit", "office"}, {"colleague", "other_unit"}),
    "meetings:report-read": action(pk("report"), {"cadre", "unit", "office"}, {"colleague", "other_unit"}),
    # ballots
    "ballots:box-list": page(year, STAFF | {"scrutineer"}),
    "ballots:box-create": page(year, UNITS | {"office"}),
    "ballots:box-batch": page(year, UNITS | {"office"}),
    "ballots:box-detail": page(pk("box"), READING_UNITS | {"scrutineer"}, OTHER_UNITS),
    "ballots:box-edit": page(pk("box"), {"unit", "office"}, {"other_unit"}),
    "ballots:public-edit": page(pk("public_box"), {"unit", "office"}, {"other_unit"}),
    "ballots:public-places": page(year, UNITS | {"office"}),
    "ballots:burst-propose": action(burst_of_box, {"office", "scrutineer"}),
    "ballots:burst-confirm": action(burst_of_box, {"office", "scrutineer"}),
    "ballots:sheet-edit": page(pk("box"), {"unit", "office"}, {"other_unit"}),
    "ballots:groups-edit": page(pk("box"), {"unit", "office"}, {"other_unit"}),
    "ballots:box-delete": action(pk("box"), {"unit", "office"}, {"other_unit"}),
    "ballots:box-back": action(pk("box"), {"office", "scrutineer"}),
    "ballots:annulment-propose": action(pk("box"), {"office", "scrutineer"}),
    "ballots:annulment-confirm": action(pk("box"), {"office", "scrutineer"}),
    "ballots:group-repeat": action(pk("box"), {"office", "scrutineer"}),
    "ballots:trial-purge": action(pk("box"), {"office", "scrutineer"}),
    "ballots:scrutineers-appoint": action(pk("box"), {"office"}),
    "ballots:passes-make": action(pk("box"), {"unit", "office", "scrutineer"}, {"other_unit"}),
    "ballots:passes-reprint": action(pk("box"), {"unit", "office", "scrutineer"}, {"other_unit"}),
    "ballots:hall-numbers": page(group_of_box, {"unit", "office", "scrutineer"}, {"other_unit"}),
    "ballots:paper-key": page(group_of_box, {"unit", "office", "scrutineer"}, {"other_unit"}),
    "ballots:paper-ballots": page(group_of_box, {"unit", "office", "scrutineer"}, {"other_unit"}),
    "ballots:slips-ask": action(pk("box"), {"unit", "office", "scrutineer"}, {"other_unit"}),
    "ballots:slips-confirm": action(slip_request, {"unit", "office", "scrutineer"}, {"other_unit"}),
    "ballots:slips-withdraw": action(slip_request, {"unit", "office", "scrutineer"}, {"other_unit"}),
    "ballots:slips-unused": page(pk("ready_box"), {"office", "scrutineer"}),
    "ballots:recovery-print": action(year, {"scrutineer"}),
    "ballots:keys-destroy": action(year, {"office", "scrutineer"}),
    "ballots:paper-scan": page(group_of_box, set(), {"office", "scrutineer"}),
    "ballots:paper-discard": action(group_of_box, {"scrutineer"}),
    "ballots:teller-add": action(pk("box"), {"unit", "office", "scrutineer"}, {"other_unit"}),
    "ballots:ballot-print": page(pk("ready_box"), {"unit", "office", "scrutineer"}, {"other_unit"}),
    "ballots:tally-print": page(
        drawn_as(pk("ready_box"), format="docx"), {"unit", "office", "scrutineer"}, {"other_unit"}
    ),
    "ballots:sealing-slip": page(
        drawn_as(pk("ready_box"), format="docx"), {"unit", "office", "scrutineer"}, {"other_unit"}
    ),
    "ballots:count-report-paper": page(
        drawn_as(pk("ready_box"), format="docx"), READING_UNITS | {"scrutineer"}, OTHER_UNITS
    ),
    "ballots:hall-screen": page(pk("ready_box"), {"unit", "scrutineer", "office"}, {"other_unit"}),
    "ballots:hall-figures": page(pk("ready_box"), {"unit", "scrutineer", "office"}, {"other_unit"}),
    "ballots:scrutineer-card": page(year, {"scrutineer", "office"}),
    "ballots:scrutineer-card-print": page(year, {"scrutineer", "office"}),
    "ballots:drawn-boxes": page(pk("draw"), {"unit", "office", "scrutineer"}, {"other_unit"}),
    "ballots:drawn-boxes-make": action(pk("draw"), {"unit", "office"}, {"other_unit"}),
    "ballots:drawn-invite": action(
        pk("draw"), {"unit", "office"}, {"other_unit"}, data=lambda world: {"meeting": world.mine["meeting"].pk}
    ),
    "ballots:drawn-letters": action(pk("draw"), {"office", "scrutineer"}),
    "ballots:letters-make": action(pk("box"), {"office", "scrutineer"}),
    "ballots:letters-again": action(pk("box"), {"office", "scrutineer"}),
    "ballots:count-report": page(pk("box"), READING_UNITS | {"scrutineer"}, OTHER_UNITS),
    "ballots:scrutineer-home": page(year, {"scrutineer"}),
    "ballots:key-make": action(year, {"scrutineer"}),
    "ballots:boxes-ready": action(year, {"scrutineer"}),
    "ballots:boxes-open": action(year, {"scrutineer"}),
    "ballots:boxes-close": action(year, {"scrutineer"}),
    "ballots:boxes-count": action(year, {"scrutineer"}),
    "ballots:boxes-release": action(year, {"office", "scrutineer"}),
    "ballots:opinion-list": page(year, STAFF),
    "ballots:opinion-own": page(year, CADRES),
    "ballots:opinion-decide": action(
        pk("counted_opinion"), {"unit", "office"}, {"other_unit"}, data=lambda world: {"show": "style"}
    ),
    # results
    "results:publication-list": page(year, STAFF),
    "results:publication-compute": action(year, UNITS | APPROVERS | {"office"}),
    "results:feedback-deliver": action(year, UNITS | APPROVERS | {"office"}),
    "results:publication-finalise": action(year, APPROVERS | {"office"}),
    "results:results-file": page(year, CITY),
    "results:city-workbook": page(year, CITY),
    "results:shortfall-list": page(year, STAFF),
    "results:shortfall-propose": action(year, UNITS | APPROVERS | {"office"}),
    "results:shortfall-settle": action(year, UNITS | APPROVERS | {"office"}),
    "results:shortfall-drop": action(year, UNITS | APPROVERS | {"office"}),
    "results:objection-list": page(year, STAFF),
    "results:objection-take": action(pk("objection"), {"approver"}, {"other_approver", "office"}),
    "results:objection-contact": action(pk("objection"), {"office"}),
    "results:objection-file": page(file_of("objection", "files"), {"office"}, ALL - {"office", "scrutineer"}),
    "results:slips-hand-over": action(pk("publication"), {"unit", "approver", "office"}, OTHER_UNITS),
    "results:slip-hand-over": page(own_result, {"unit", "approver", "office"}, OTHER_UNITS),
    "results:slip-scan": page(pk("result", key="result_pk"), OWN, STRANGERS),
    "results:objection-detail": page(pk("objection"), READING_UNITS, OTHER_UNITS),
    "results:feedback-list": page(year, CADRES),
    "results:feedback-accept": action(pk("feedback"), {"cadre"}, {"colleague"}),
    "results:feedback-object": action(pk("feedback"), {"cadre"}, {"colleague"}),
    "results:result-detail": page(pk("result"), OWN, STRANGERS),
    "results:publication-detail": page(pk("publication"), READING_UNITS, OTHER_UNITS),
    "results:publication-analysis": page(pk("publication"), {"unit", "approver", "office"}, OTHER_UNITS),
    "results:publication-approve": action(pk("publication"), {"approver", "office"}, {"other_approver"}),
    "results:publication-return": action(pk("publication"), {"approver", "office"}, {"other_approver"}),
    "results:notice-start": action(pk("publication"), {"unit", "approver", "office"}, OTHER_UNITS),
    "results:publication-correct": page(pk("publication"), {"unit", "approver", "office"}, OTHER_UNITS),
    "results:publication-feedback": page(pk("publication"), READING_UNITS, OTHER_UNITS),
    "results:feedback-slips": page(as_docx(pk("publication")), READING_UNITS, OTHER_UNITS),
    "results:slip-file": page(as_docx(pk("result")), OWN, STRANGERS),
    "results:summary-file": page(as_docx(pk("publication")), READING_UNITS, OTHER_UNITS),
    "results:analysis-file": page(as_docx(pk("publication")), READING_UNITS, OTHER_UNITS),
    "results:notice-file": page(as_docx(pk("publication")), READING_UNITS, OTHER_UNITS),
    "results:paper-keep": action(pk("publication"), {"approver", "office"}, {"other_approver"}),
    "results:circular-list": page(year, CITY),
    "results:circular-create": action(year, {"office"}),
    "results:circular-detail": page(pk("circular"), CITY),
    "results:circular-edit": page(pk("circular"), {"office"}),
    "results:circular-issue": action(pk("circular"), {"office"}),
    "results:circular-drop": action(pk("circular"), {"office"}),
    "results:circular-file": page(as_docx(pk("circular")), CITY),
    "results:objection-record": page(own_result, {"unit", "approver", "office"}, OTHER_UNITS),
    # rectification
    "rectification:plan-list": page(year, STAFF | CADRES),
    "rectification:plan-draft": action(year, UNITS | CADRES | {"office"}),
    "rectification:plan-submit": action(year, UNITS | CADRES | {"office"}),
    "rectification:plan-publish": action(year, APPROVERS | {"office"}),
    "rectification:plan-return": action(year, APPROVERS | {"office"}),
    "rectification:plan-accept": action(year, APPROVERS | {"office"}),
    "rectification:plan-detail": page(pk("plan"), OWN, STRANGERS),
    "rectification:plan-edit": page(pk("plan"), {"cadre", "unit", "office"}, {"colleague", "other_unit"}),
    "rectification:plan-report": page(pk("plan"), {"cadre", "unit", "office"}, {"colleague", "other_unit"}),
    "rectification:plan-send-back": action(pk("plan"), {"approver", "office"}, {"other_approver"}),
    "rectification:plan-missing": page(year, STAFF),
    "rectification:item-list": page(year, STAFF | CADRES),
    "rectification:item-propose": action(year, {"office"}),
    "rectification:item-report": page(pk("plan_item"), {"cadre", "unit", "office"}, {"colleague", "other_unit"}),
    "rectification:item-file": page(item_file, OWN, STRANGERS),
    "rectification:extension-ask": page(pk("plan_item"), {"cadre", "unit", "office"}, {"colleague", "other_unit"}),
    "rectification:extension-list": page(year, STAFF | CADRES),
    "rectification:extension-decide": action(pk("extension"), {"approver", "office"}, {"other_approver"}),
    "rectification:comment-list": page(year, STAFF | CADRES),
    "rectification:comment-show": action(year, UNITS | APPROVERS | {"office"}),
    "rectification:comment-hide": action(year, UNITS | APPROVERS | {"office"}),
    "rectification:comment-answer": page(pk("comment"), {"cadre", "unit", "office"}, {"colleague", "other_unit"}),
    "rectification:notice-list": page(year, STAFF | CADRES),
    "rectification:notice-propose": action(year, UNITS | {"office"}),
    "rectification:notice-issue": action(year, UNITS | {"office"}),
    "rectification:notice-detail": page(pk("notice"), OWN, STRANGERS),
    "rectification:notice-edit": page(pk("notice"), {"unit", "office"}, {"other_unit"}),
    "rectification:notice-drop": action(pk("notice"), {"unit", "office"}, {"other_unit"}),
    "rectification:notice-receive": action(pk("notice"), {"unit", "approver"}, OTHER_UNITS),
    "rectification:notice-file": page(as_docx(pk("notice")), OWN, STRANGERS),
    "rectification:plan-file": page(as_docx(pk("plan")), OWN, STRANGERS),
    "rectification:ledger-list-file": page(as_docx(year), CITY),
    "rectification:ledger-file": page(as_docx(own_code), READING_UNITS, OTHER_UNITS),
    # complaints
    "daily:complaint-list": page(year, STAFF - {"organisation"}),
    "daily:complaint-create": page(year, UNITS | APPROVERS | {"office"}),
    "daily:complaint-sweep": action(year, {"office"}),
    "daily:complaint-detail": page(pk("complaint"), READING_UNITS - {"organisation"}, OTHER_UNITS),
    "daily:complaint-receipt": page(pk("complaint"), {"unit"}, OTHER_UNITS),
    "daily:complaint-receipt-file": page(as_docx(pk("complaint")), {"unit"}, OTHER_UNITS),
    "daily:complaint-record-file": page(as_docx(pk("complaint")), READING_UNITS - {"organisation"}, OTHER_UNITS),
    "daily:complaint-register-file": page(as_docx(year), STAFF - {"organisation"}),
    "daily:complaint-file": page(complaint_file, READING_UNITS - {"organisation"}, OTHER_UNITS),
    "daily:complaint-accept": action(pk("complaint"), {"unit", "approver", "office"}, OTHER_UNITS),
    "daily:complaint-refuse": action(pk("complaint"), {"unit", "approver", "office"}, OTHER_UNITS),
    "daily:complaint-transfer": action(pk("complaint"), {"unit", "approver", "office"}, OTHER_UNITS),
    "daily:complaint-assign": action(pk("complaint"), {"unit", "approver", "office"}, OTHER_UNITS),
    "daily:complaint-recuse": action(pk("complaint"), {"unit", "approver", "office"}, OTHER_UNITS),
    "daily:complaint-name": action(pk("complaint"), {"unit", "approver", "office"}, OTHER_UNITS),
    "daily:complaint-contact": action(pk("complaint"), {"unit", "approver", "office"}, OTHER_UNITS),
    "daily:complaint-extension-ask": action(pk("complaint"), {"unit", "approver", "office"}, OTHER_UNITS),
    "daily:complaint-extension-decide": action(pk("complaint"), {"unit", "approver", "office"}, OTHER_UNITS),
    "daily:complaint-finding": page(pk("complaint"), {"unit"}, OTHER_UNITS),
    "daily:complaint-confirm": action(pk("complaint"), {"unit", "approver", "office"}, OTHER_UNITS),
    "daily:complaint-return": action(pk("complaint"), {"unit", "approver", "office"}, OTHER_UNITS),
    "daily:complaint-answer": page(pk("complaint"), {"unit"}, OTHER_UNITS),
    "daily:complaint-rate": action(pk("complaint"), {"unit", "approver", "office"}, OTHER_UNITS),
    # daily
    "daily:complaint-from-opinion": action(pk("counted_opinion"), {"unit", "office"}, {"other_unit"}),
    "daily:deduction-list": page(year, ALL - {"scrutineer"}),
    "daily:balance-list": page(year, ALL - {"scrutineer"}),
    "daily:balance-detail": page(pk("appraisal"), OWN, STRANGERS),
    "daily:deduction-create": page(year, UNITS | {"office"}),
    "daily:deduction-balance": page(cadre_and_rule, {"unit", "office"}, {"other_unit"}),
    "daily:batch-create": page(year, UNITS | {"office"}),
    "daily:confirm-list": page(year, APPROVERS | {"office"}),
    "daily:deduction-confirm": action(year, APPROVERS | {"office"}),
    "daily:deduction-return-list": action(year, APPROVERS | {"office"}),
    "daily:proposal-list": page(year, STAFF),
    "daily:proposal-take-up": page(pk("proposal"), {"unit", "office"}, {"other_unit"}),
    "daily:proposal-decline": action(pk("proposal"), {"unit", "office"}, {"other_unit"}),
    "daily:slip-list": page(year, UNITS | {"office"}),
    "daily:slip-file": page(as_docx(year), UNITS | {"office"}),
    "daily:slip-hand-over": action(year, UNITS | {"office"}),
    "daily:defence-list": page(year, STAFF),
    "daily:defence-create": page(pk("confirmed"), {"cadre", "unit", "office"}, {"colleague", "other_unit"}),
    "daily:defence-review": page(pk("defence"), {"approver", "office"}, {"other_approver"}),
    "daily:defence-file": page(file_of("defence", "files"), OWN, STRANGERS),
    "daily:month-list": page(year, STAFF),
    "daily:month-detail": page(month, STAFF - OTHER_UNITS, OTHER_UNITS),
    "daily:month-file": page(as_docx(month), STAFF - OTHER_UNITS, OTHER_UNITS),
    "daily:year-file": page(as_docx(own_code), STAFF - OTHER_UNITS, OTHER_UNITS),
    "daily:month-close": action(month, {"approver"}, {"other_approver"}),
    "daily:import-create": page(year, UNITS | {"office"}),
    "daily:import-template": page(year, UNITS | {"office"}),
    "daily:import-detail": page(pk("daily_import"), {"unit", "office"}, {"other_unit"}),
    "daily:import-confirm": action(pk("daily_import"), {"unit", "office"}, {"other_unit"}),
    "daily:import-discard": action(pk("daily_import"), {"unit", "office"}, {"other_unit"}),
    "daily:import-marked": page(pk("daily_import"), {"unit", "office"}, {"other_unit"}),
    "daily:import-columns": page(pk("daily_import"), {"unit", "office"}, {"other_unit"}),
    "daily:import-questions": page(pk("daily_import"), {"unit", "office"}, {"other_unit"}),
    "daily:import-learn": action(pk("daily_import"), {"unit", "office"}, {"other_unit"}),
    "daily:deduction-detail": page(pk("deduction"), OWN, STRANGERS),
    "daily:notice-file": page(as_docx(pk("confirmed")), OWN, STRANGERS),
    "daily:deduction-edit": page(pk("deduction"), {"unit", "office"}, {"other_unit"}),
    "daily:deduction-return": action(pk("deduction"), {"approver", "office"}, {"other_approver"}),
    "daily:deduction-withdraw": action(pk("deduction"), {"unit", "office"}, {"other_unit"}),
    "daily:deduction-evidence": page(pk("deduction"), OWN, STRANGERS),
    "daily:deduction-file": page(file_of("confirmed", "further_files"), OWN, STRANGERS),
    # bonus
    "bonus:claim-list": page(year, ALL - {"scrutineer"}),
    "bonus:claim-export": page(year, UNITS | {"office"}),
    "bonus:import-template": page(year, UNITS | {"office"}),
    **imports("bonus:import", "bonus_import"),
    "bonus:claim-create": page(year, UNITS | CADRES | {"office"}),
    "bonus:claim-approve": action(year, {"office"}),
    "bonus:claim-detail": page(
        pk("claim"), {"cadre", "unit", "approver"} | CITY, {"colleague", "other_unit", "other_approver"}
    ),
    "bonus:claim-proof": page(
        pk("claim"), {"cadre", "unit", "approver"} | CITY, {"colleague", "other_unit", "other_approver"}
    ),
    "bonus:claim-list-file": page(as_docx(year), ALL - {"scrutineer"}),
    "bonus:claim-form-file": page(as_docx(pk("claim")), OWN, STRANGERS),
    "bonus:claim-opinion": action(pk("claim"), {"unit", "office"}, {"other_unit"}),
    "bonus:claim-refuse": action(pk("claim"), {"office"}),
    "bonus:claim-reopen": action(pk("claim"), {"office"}),
    "bonus:award-set": action(pk("claim"), {"office"}),
    "bonus:claim-withdraw": action(pk("claim"), {"unit"}, {"colleague", "other_unit"}),
    "bonus:total-list": page(year, ALL - {"scrutineer"}),
    "bonus:claim-file": page(file_of("claim", "further_files"), OWN, STRANGERS),
    # registry
    "registry:document-list": page(year, STAFF),
    "registry:document-detail": page(pk("document"), READING_UNITS, OTHER_UNITS),
    "registry:document-file": page(as_docx(pk("document")), READING_UNITS, OTHER_UNITS),
    "registry:scan-add": action(pk("document"), {"unit", "approver", "office"}, OTHER_UNITS),
    "registry:scan-file": page(scan_of_document, READING_UNITS, OTHER_UNITS),
    "registry:series-list": page(year, UNITS | {"office"}),
    "registry:series-edit": page(own_series, {"unit"}, {"other_unit", "office"}),
    # archive
    "archive:paper-list": page(year, STAFF - {"organisation"}),
    "archive:paper-file": page(scope_list_file, READING_UNITS - {"organisation"}, OTHER_UNITS),
    "archive:selection-start": action(
        year, {"unit", "approver", "office"}, OTHER_UNITS, data=lambda world: {"unit": world.mine.unit.code, "all": "1"}
    ),
    "archive:pack-start": action(pk("meeting"), {"unit", "approver", "office"}, OTHER_UNITS),
    "archive:unit-file": action(unit_code, {"unit", "approver", "office"}, OTHER_UNITS),
    "archive:job-detail": page(pk("paper_job"), {"unit", "office"}, {"approver"} | OTHER_UNITS),
    "archive:job-advance": action(pk("paper_job"), {"unit", "office"}, {"approver"} | OTHER_UNITS),
    "archive:job-download": page(pk("paper_job"), {"unit", "office"}, {"approver"} | OTHER_UNITS),
    # recognition
    "recognition:recommendation-list": page(year, STAFF),
    "recognition:candidate-list": page(unit_code, READING_UNITS, OTHER_UNITS),
    "recognition:recommendation-choose": action(
        unit_code, {"unit", "office"}, {"other_unit"}, data=lambda world: {"appraisal": str(world.mine.appraisal.pk)}
    ),
    "recognition:recommendation-detail": page(pk("recommendation"), READING_UNITS, OTHER_UNITS),
    "recognition:recommendation-list-file": page(as_docx(year), STAFF),
    "recognition:recommendation-file": page(as_docx(pk("recommendation")), READING_UNITS, OTHER_UNITS),
    "recognition:recommendation-edit": page(pk("recommendation"), {"unit", "office"}, {"other_unit"}),
    "recognition:recommendation-submit": action(pk("recommendation"), {"unit", "office"}, {"other_unit"}),
    "recognition:recommendation-return": action(pk("recommendation"), {"office"}),
    "recognition:selection-list": page(year, CITY),
    "recognition:selection-mark": action(year, {"office", "organisation"}),
    "recognition:selection-publish": action(year, {"office"}),
    "recognition:commendation-list": page(year, STAFF),
    "recognition:commendation-create": page(year, UNITS | {"office"}),
    "recognition:commendation-publish": action(year, APPROVERS | {"office"}),
    "recognition:commendation-drop": action(year, UNITS | {"office"}),
    "recognition:grade-list": page(year, STAFF),
    "recognition:grade-enter": action(year, UNITS | {"office"}),
    "recognition:assessment-list": page(year, STAFF),
    "recognition:assessment-export": page(year, STAFF),
    "recognition:assessment-file": page(as_docx(year), STAFF),
}


def names_of_all_addresses() -> Iterator[str]:
    def walk(resolver: URLResolver, space: str) -> Iterator[str]:
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLPattern):
                yield f"{space}{pattern.name}"
            else:
                yield from walk(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)

    yield from walk(get_resolver(), "")


def test_every_address_has_an_entry() -> None:
    known = set(ENTRIES) | set(PUBLIC) | set(PUBLIC_ACTIONS) | BY_SLIP

    assert set(names_of_all_addresses()) - known == set(), "new addresses: say here who may open them"
    assert known - set(names_of_all_addresses()) == set(), "entries of addresses that are gone"


def answer(client: Client, url: str, is_action: bool, data: dict[str, Any] | None = None) -> HttpResponseBase:
    """Open the address, undo what it changed, and read the answer to its end."""
    with transaction.atomic():
        response = client.post(url, data or {}) if is_action else client.get(url)
        transaction.set_rollback(True)
    if response.streaming:
        b"".join(response.streaming_content)  # type: ignore[attr-defined]
    return response


def verdict(response: HttpResponseBase) -> str:
    if response.status_code == 302:
        return "sign in" if response["Location"].startswith("/accounts/sign-in/") else "ok"
    return {200: "ok", 400: "ok", 410: "ok", 422: "ok", 403: "no", 404: "absent"}.get(
        response.status_code, str(response.status_code)
    )


def expected(entry: Entry, person: str) -> str:
    if person in NOBODY:
        return "sign in"
    return "ok" if person in entry.ok else "absent" if person in entry.absent else "no"


@pytest.mark.django_db
@pytest.mark.parametrize("people", [NOBODY, PEOPLE[:3], PEOPLE[3:6], PEOPLE[6:8], PEOPLE[8:]], ids="-".join)
def test_who_sees_what(people: tuple[str, ...]) -> None:
    world = make_world()
    differences = []
    for person in people:
        client = world.client(person)
        client.raise_request_exception = False
        for name, entry in ENTRIES.items():
            seen = verdict(answer(client, reverse(name, kwargs=entry.keys(world)), entry.is_action, entry.data(world)))
            if seen != expected(entry, person):
                differences.append(f"{name} as {person}: {seen}, expected {expected(entry, person)}")
    assert not differences, "\n" + "\n".join(differences)


@pytest.mark.django_db
def test_anyone_may_open_what_is_public() -> None:
    world = make_world()
    differences = []
    for person in (*NOBODY, *PEOPLE):
        client = world.client(person)
        client.raise_request_exception = False
        for name, keys in PUBLIC.items():
            seen = verdict(answer(client, reverse(name, kwargs=keys(world)), is_action=False))
            if seen != "ok":
                differences.append(f"{name} as {person}: {seen}")
    assert not differences, "\n" + "\n".join(differences)


@pytest.mark.django_db
def test_nothing_changes_by_opening_an_address() -> None:
    world = make_world()
    office = world.client("office")
    actions = {name: entry.keys for name, entry in ENTRIES.items() if entry.is_action} | PUBLIC_ACTIONS
    # A GET goes back to where one came from: Django's own, and a ballot page that is reloaded.
    for name in ("set_language", "vote:sheet", "vote:review", "vote:cast"):
        del actions[name]

    answers = {name: office.get(reverse(name, kwargs=keys(world))).status_code for name, keys in actions.items()}

    assert {name: code for name, code in answers.items() if code != 405} == {}


@pytest.mark.django_db
def test_a_slip_opens_the_paper_of_its_box_and_an_account_does_not() -> None:
    world = make_world()
    url = reverse("vote:teller-paper", args=["own_unit"])

    answers = {person: world.client(person).get(url).status_code for person in (*NOBODY, *PEOPLE)}

    assert answers == dict.fromkeys((*NOBODY, *PEOPLE), 302) | {"teller": 200}
