"""Judge a roster file against what is known, and write it: two halves that meet in a ``Plan``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.intake.importer import JudgedRow, Plan, Refused, Verdict, rejected_row
from evaluation.intake.reading import Rejection
from evaluation.roster.matching import Known, Match, match_group
from evaluation.roster.models import Appraisal, Cadre, Posting, ScopeList
from evaluation.roster.reading import SERVICE_CENTRE, Roster, RosterRow
from evaluation.units.access import roles_of
from evaluation.units.models import Role, Unit, UnitName
from evaluation.units.services import add_units
from evaluation.workbooks import text_key, value_text

UnitKey = tuple[str, str]  # key of the town (or nothing), key of the name
APPRAISAL_FIELDS = (
    "office",
    "nature",
    "post",
    "position",
    "appointed",
    "telephone",
    "leader",
    "note",
    "ledger_source",
    "approver",
)
PREFIXES = {
    Unit.Kind.DEPARTMENT: "d", Unit.Kind.AFFILIATED: "a", Unit.Kind.SERVICE_CENTRE: "s", Unit.Kind.TOWN: "t",
    Unit.Kind.VILLAGE: "v",
}  # fmt: skip


@dataclass(slots=True)
class NewUnit:
    """A unit that a file names and nobody knows yet."""

    key: UnitKey
    name: str
    kind: str
    parent: UnitKey | None = None


@dataclass(slots=True)
class Act:
    """What confirming does for one row: a new appraisal (of a known cadre or a new one), or changes to one."""

    row: RosterRow
    home: UnitKey
    organising: UnitKey
    fields: Mapping[str, Any]
    cadre: int | None = None
    appraisal: Appraisal | None = None
    changes: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(slots=True)
class RosterPlan(Plan):
    """``acts`` are those of the rows; the units they need come before them."""

    new_units: dict[UnitKey, NewUnit] = field(default_factory=dict)
    units: UnitIndex = field(default_factory=lambda: UnitIndex())

    def tell_units(self) -> None:
        self.told["new_units"] = [
            {"name": unit.name, "kind": unit.kind, "parent": self.name_of(unit.parent)}
            for unit in self.new_units.values()
        ]

    def name_of(self, key: UnitKey | None) -> str:
        return "" if key is None else self.units.name_of(key) or self.new_units[key].name


class UnitIndex:
    """Every unit by its town and name, earlier names too; a merged unit stands for the one it went into."""

    def __init__(self) -> None:
        self.by_pk = {unit.pk: unit for unit in Unit.objects.order_by("pk")}
        self.by_key: dict[UnitKey, Unit] = {}
        for earlier in UnitName.objects.order_by("until"):
            unit = self.by_pk[earlier.unit_id]
            self.by_key[self.parent_key(unit), text_key(earlier.name)] = self.standing(unit)
        for unit in self.by_pk.values():
            self.by_key[self.key(unit)] = self.standing(unit)

    def parent_key(self, unit: Unit) -> str:
        return text_key(self.by_pk[unit.parent_id].name) if unit.parent_id else ""

    def key(self, unit: Unit) -> UnitKey:
        return self.parent_key(unit), text_key(unit.name)

    def standing(self, unit: Unit) -> Unit:
        seen: set[int] = set()
        while unit.merged_into_id and unit.pk not in seen:
            seen.add(unit.pk)
            unit = self.by_pk[unit.merged_into_id]
        return unit

    def get(self, key: UnitKey) -> Unit | None:
        return self.by_key.get(key)

    def name_of(self, key: UnitKey) -> str:
        unit = self.get(key)
        return unit.name if unit else ""

    def service_centres(self) -> list[UnitKey]:
        return [self.key(unit) for unit in self.by_pk.values() if unit.kind == Unit.Kind.SERVICE_CENTRE]


def plan_roster(*, cycle: Cycle, roster: Roster, actor: User | str) -> RosterPlan:
    """Judge every row of ``roster``: new, changed, same or rejected. Reads only; the number of queries is constant."""
    return _Judge(cycle, roster, actor).plan()


class _Judge:
    def __init__(self, cycle: Cycle, roster: Roster, actor: User | str) -> None:
        self.cycle, self.roster = cycle, roster
        self.is_office = isinstance(actor, str) or Role.OFFICE in roles_of(actor)
        self.own = set() if isinstance(actor, str) or self.is_office else own_units(actor)
        self.units = UnitIndex()
        self.new_units: dict[UnitKey, NewUnit] = {}
        self.filed = set(
            ScopeList.objects.filter(cycle=cycle, status=ScopeList.Status.FILED).values_list("unit_id", flat=True)
        )
        self.appraisals = {
            appraisal.cadre_id: appraisal for appraisal in Appraisal.objects.filter(cycle=cycle).select_related("cadre")
        }
        self.known = known_cadres(self.appraisals.values())
        self.acts: list[Act] = []
        self.judged: dict[tuple[str, int], JudgedRow] = {}

    def plan(self) -> RosterPlan:
        for rejection in self.roster.rejections:
            self.reject(rejection)
        groups: dict[tuple[UnitKey, str], list[RosterRow]] = defaultdict(list)
        for row in self.roster.rows:
            groups[row_key(row), row.key].append(row)
        for (home, name), rows in groups.items():
            unit = self.units.get(home)
            known = self.known.get((unit.pk, name), []) if unit else []
            for row, match in zip(rows, match_group(rows, known), strict=True):
                self.judge(home, row, match)
        order = {place: number for number, place in enumerate(self.places())}
        judged = sorted(self.judged.values(), key=lambda row: order[row.sheet, row.number])
        self.acts.sort(key=lambda act: order[act.row.sheet, act.row.row])
        plan = RosterPlan(judged, self.acts, new_units=self.needed_units(), units=self.units)
        plan.tell_units()
        return plan

    def places(self) -> list[tuple[str, int]]:
        """Return the rows in the order of the file: sheet after sheet, as they come."""
        places = {(row.sheet, row.row) for row in self.roster.rows}
        places |= {(rejection.sheet, rejection.row) for rejection in self.roster.rejections}
        sheets = list(self.roster.sheets)
        return sorted(places, key=lambda place: (sheets.index(place[0]), place[1]))

    def needed_units(self) -> dict[UnitKey, NewUnit]:
        """Return the new units that an accepted row needs, towns before their villages."""
        keys = {key for act in self.acts for key in (act.home, act.organising)}
        keys |= {(unit.parent) for key, unit in self.new_units.items() if key in keys and unit.parent}
        needed = [unit for key, unit in self.new_units.items() if key in keys]
        return {unit.key: unit for unit in sorted(needed, key=lambda unit: unit.parent is not None)}

    def reject(self, rejection: Rejection) -> None:
        self.judged[rejection.sheet, rejection.row] = rejected_row(rejection)

    def judge(self, home: UnitKey, row: RosterRow, match: Match) -> None:
        try:
            organising = self.organising(home, row)
            self.require_place(home, row)
            self.require_answer(row, match)
            self.judge_match(home, organising, row, match)
        except Refused as refused:
            self.reject(row.rejected(*refused.rejection))

    def organising(self, home: UnitKey, row: RosterRow) -> UnitKey:
        """Return who organises: the town its villages (C3), the centre window heads (C13), else the home unit."""
        if row.track == "village":
            return self.find_or_plan("town", "", row.parent, Unit.Kind.TOWN)
        if row.organising:
            named: UnitKey = ("", text_key(row.organising))
            if named == home:
                return home
            is_centre = row.window or SERVICE_CENTRE.search(row.organising)
            if is_centre and named in self.new_units:
                self.new_units[named].kind = Unit.Kind.SERVICE_CENTRE
            kind = Unit.Kind.SERVICE_CENTRE if is_centre else Unit.Kind.DEPARTMENT
            return self.find_or_plan("organising", "", row.organising, kind)
        if not row.window or row.kind == "service_centre":
            return home
        centres = self.units.service_centres()
        if len(centres) != 1:
            raise Refused(
                "organising" if "organising" in row.columns else "window",
                _("It is not said which unit organises the evaluation of this window head."),
                _("Write the administrative service centre as organising unit."),
            )
        return centres[0]

    def require_place(self, home: UnitKey, row: RosterRow) -> None:
        column = "village" if row.track == "village" else "unit"
        self.find_or_plan(column, home[0], row.unit, row.kind, parent=row.parent)

    def find_or_plan(self, column: str, parent_key: str, name: str, kind: str, parent: str = "") -> UnitKey:
        key = (parent_key, text_key(name))
        if self.units.get(key) is None and key not in self.new_units:
            if not self.is_office:
                raise Refused(
                    column,
                    _("“%(unit)s” is not known here.") % {"unit": name},
                    _("Check its name; if it is right, ask the office to add the unit."),
                )
            self.new_units[key] = NewUnit(key, name, kind, ("", text_key(parent)) if parent else None)
        return key

    def require_answer(self, row: RosterRow, match: Match) -> None:
        if match.repeats:
            raise Refused(
                "name",
                _("The same unit and name stand in row %(row)s already.") % {"row": match.repeats},
                _("One person: write both posts in one row. Two persons: add section or telephone to both rows."),
            )
        if match.question:
            raise Refused(
                "name",
                _("Several cadres of this unit have this name, and the row does not tell which is meant."),
                _("Write the section and the telephone as they stand on the roster."),
            )

    def judge_match(self, home: UnitKey, organising: UnitKey, row: RosterRow, match: Match) -> None:
        appraisal = self.appraisals.get(match.known.pk) if match.known else None
        fields = self.fields(home, organising, row, appraisal)
        organising = fields.pop("organising")
        self.require_own(home, organising, row, appraisal)
        changes = self.changes(home, organising, fields, appraisal) if appraisal else {}
        verdict = Verdict.NEW if appraisal is None else Verdict.CHANGED if changes else Verdict.SAME
        if verdict != Verdict.SAME:
            self.require_open(home, organising, appraisal)
            cadre = match.known.pk if match.known else None
            self.acts.append(Act(row, home, organising, fields, cadre, appraisal, changes))
        self.judged[row.sheet, row.row] = JudgedRow(
            row.sheet,
            row.row,
            verdict,
            values=self.shown(home, organising, row, fields, changes),
            target=appraisal.pk if appraisal else None,
        )

    def fields(self, home: UnitKey, organising: UnitKey, row: RosterRow, appraisal: Appraisal | None) -> dict[str, Any]:
        """Return what the appraisal shall say: the columns the file has; what it has not stays."""
        fields: dict[str, Any] = {name: row.given[name] for name in APPRAISAL_FIELDS if name in row.given}
        fields |= {"name": row.name} | ({"track": row.track} if appraisal is None else {})
        if "window" in row.given or row.organising:
            fields["is_window_head"] = row.window or (home != organising and self.is_centre(organising))
        if row.given.get("exempt_reason"):
            fields |= {"exempt": True, "exempt_reason": row.given["exempt_reason"]}
        said = row.organising is not None or "window" in row.given or row.track == "village"
        if appraisal is not None and not said:
            organising = self.units.key(self.units.by_pk[appraisal.organising_unit_id])
        return fields | {"organising": organising}

    def is_centre(self, key: UnitKey) -> bool:
        unit = self.units.get(key)
        return (unit.kind if unit else self.new_units[key].kind) == Unit.Kind.SERVICE_CENTRE

    def require_own(self, home: UnitKey, organising: UnitKey, row: RosterRow, appraisal: Appraisal | None) -> None:
        """A unit writes what it organises; others' cadres only a service centre takes in, as its window heads (C13)."""
        if self.is_office:
            return
        homes, organisers = self.units.get(home), self.units.get(organising)
        its_own = organisers is not None and organisers.pk in self.own
        at_home = homes is not None and homes.pk in self.own
        taken_in = its_own and self.is_centre(organising) and row.window
        grabbed = appraisal is not None and appraisal.organising_unit_id not in self.own
        if not its_own or not (at_home or taken_in) or grabbed:
            raise Refused(
                "village" if row.track == "village" else "unit",
                _("This row belongs to another unit."),
                _("Leave it out. The unit that organises the evaluation imports it, or the office does."),
            )

    def require_open(self, home: UnitKey, organising: UnitKey, appraisal: Appraisal | None) -> None:
        unit = self.units.get(organising)
        if appraisal and (appraisal.sheet_frozen_at or appraisal.final_at):
            raise Refused(
                "name",
                _("The evaluation of this cadre has begun; the entry can no longer change."),
                _("Leave the row as it stands on the roster."),
            )
        if unit and unit.pk in self.filed and not self.is_office:
            raise Refused(
                "name",
                _("The unit has filed its list."),
                _("Ask the office to return the list, then import again."),
            )

    def changes(
        self, home: UnitKey, organising: UnitKey, fields: Mapping[str, Any], appraisal: Appraisal
    ) -> dict[str, tuple[str, str]]:
        """Return what would change: field → (as it is, as it would be), in words."""
        changes = {
            name: (value_text(getattr(appraisal, name)), value_text(value))
            for name, value in fields.items()
            if (getattr(appraisal, name) or "") != (value or "")
        }
        unit = self.units.get(organising)
        if unit is None or unit.pk != appraisal.organising_unit_id:
            before = self.units.by_pk[appraisal.organising_unit_id].name
            changes["organising_unit"] = (before, unit.name if unit else self.new_units[organising].name)
        return changes

    def shown(
        self,
        home: UnitKey,
        organising: UnitKey,
        row: RosterRow,
        fields: Mapping[str, Any],
        changes: Mapping[str, tuple[str, str]],
    ) -> dict[str, object]:
        named = {key: (self.units.name_of(key) or self.new_units[key].name) for key in (home, organising)}
        shown: dict[str, object] = {
            "name": row.name,
            "unit": f"{row.parent} {named[home]}".strip(),
            "organising": named[organising] if organising != home else "",
            "office": fields.get("office", ""),
            "post": fields.get("position") or fields.get("post", ""),
            "track": row.track,
        }
        if changes:
            shown["changes"] = {name: list(pair) for name, pair in changes.items()}
        return shown


def own_units(actor: User) -> set[int]:
    return set(Unit.objects.acted_for_by(actor, Role.UNIT_ADMIN).values_list("pk", flat=True))


def row_key(row: RosterRow) -> UnitKey:
    return text_key(row.parent), text_key(row.unit)


def known_cadres(appraisals: Iterable[Appraisal]) -> dict[tuple[int, str], list[Known]]:
    """Return the cadres by home unit and name: those of this cycle, and those whose posting of earlier years stands."""
    known: dict[tuple[int, str], list[Known]] = defaultdict(list)
    in_cycle = set()
    for appraisal in appraisals:
        in_cycle.add(appraisal.cadre_id)
        key = (appraisal.home_unit_id, appraisal.cadre.name_key)
        known[key].append(Known(appraisal.cadre_id, appraisal.office, appraisal.telephone))
    standing = Posting.objects.filter(until=None).order_by("pk").select_related("cadre")
    for posting in standing:
        if posting.cadre_id not in in_cycle:
            in_cycle.add(posting.cadre_id)
            key = (posting.unit_id, posting.cadre.name_key)
            known[key].append(Known(posting.cadre_id, posting.office, posting.cadre.telephone))
    return known


def carry_out(*, cycle: Cycle, plan: RosterPlan, actor: User | str) -> None:
    """Write a plan: units, cadres, postings, appraisals. Inside a transaction; the number of queries is constant."""
    units = create_units(new=plan.new_units.values(), index=plan.units, actor=actor)

    def pk_of(key: UnitKey) -> int:
        found = plan.units.get(key) or units[key]
        return found.pk

    new = [act for act in plan.acts if act.appraisal is None]
    cadres = create_cadres(acts=new)
    Appraisal.objects.bulk_create(
        (
            Appraisal(
                cycle=cycle,
                cadre_id=cadre,
                home_unit_id=pk_of(act.home),
                organising_unit_id=pk_of(act.organising),
                order=place,
                **act.fields,
            )
            for place, (act, cadre) in enumerate(zip(new, cadres, strict=True), start=1)
        ),
        batch_size=200,
    )
    Posting.objects.bulk_create(
        (
            Posting(
                cadre_id=cadre,
                unit_id=pk_of(act.home),
                office=act.fields.get("office", ""),
                post=posting_post(act.fields),
                since=act.fields.get("appointed", ""),
            )
            for act, cadre in zip(new, cadres, strict=True)
            if act.cadre is None
        ),
        batch_size=500,
    )
    change_appraisals(acts=[act for act in plan.acts if act.appraisal is not None], pk_of=pk_of)


def posting_post(fields: Mapping[str, Any]) -> str:
    return str(fields.get("position") or fields.get("post", ""))


def create_cadres(*, acts: Sequence[Act]) -> list[int]:
    """Return the key of the cadre of every act; those nobody knew are created."""
    made = iter(
        Cadre.objects.bulk_create(
            [
                Cadre(name=act.row.name, name_key=act.row.key, telephone=act.fields.get("telephone", ""))
                for act in acts
                if act.cadre is None
            ],
            batch_size=500,
        )
    )
    return [next(made).pk if act.cadre is None else act.cadre for act in acts]


def change_appraisals(*, acts: Sequence[Act], pk_of: Any) -> None:
    """Write the changed fields of appraisals, and what of them belongs to the person and the posting."""
    changed = [act.appraisal for act in acts if act.appraisal]
    for act in acts:
        if act.appraisal:
            for name, value in act.fields.items():
                setattr(act.appraisal, name, value)
            act.appraisal.organising_unit_id = pk_of(act.organising)
    fields = (*APPRAISAL_FIELDS, "name", "track", "is_window_head", "exempt", "exempt_reason", "organising_unit")
    Appraisal.objects.bulk_update(changed, fields, batch_size=100)
    follow_appraisals(changed)


def follow_appraisals(appraisals: Sequence[Appraisal]) -> None:
    """Let the person and the standing posting say what the changed appraisal says."""
    by_cadre = {appraisal.cadre_id: appraisal for appraisal in appraisals}
    cadres = list(Cadre.objects.filter(pk__in=by_cadre))
    for cadre in cadres:
        cadre.name = by_cadre[cadre.pk].name
        cadre.telephone = by_cadre[cadre.pk].telephone or cadre.telephone
    Cadre.objects.bulk_update(cadres, ["name", "telephone"], batch_size=200)
    postings = [
        posting
        for posting in Posting.objects.filter(cadre__in=by_cadre, until=None)
        if posting.unit_id == by_cadre[posting.cadre_id].home_unit_id
    ]
    for posting in postings:
        appraisal = by_cadre[posting.cadre_id]
        posting.office, posting.post = appraisal.office, appraisal.position or appraisal.post
        posting.since = appraisal.appointed
    Posting.objects.bulk_update(postings, ["office", "post", "since"], batch_size=200)


def create_units(*, new: Iterable[NewUnit], index: UnitIndex, actor: User | str) -> dict[UnitKey, Unit]:
    """Create units with the next free codes of their kind (d001, t01…), towns first. Returns them by key."""
    made: dict[UnitKey, Unit] = {}
    codes = {unit.code for unit in index.by_pk.values()}
    order = max((unit.order for unit in index.by_pk.values() if unit.order != 1000), default=0)
    wanted = list(new)
    for level in (False, True):
        batch = []
        for unit in wanted:
            if (unit.parent is not None) == level:
                order += 1
                parent = (index.get(unit.parent) or made[unit.parent]) if unit.parent else None
                batch.append(
                    Unit(
                        code=next_code(unit.kind, codes),
                        name=unit.name,
                        kind=unit.kind,
                        parent=parent,
                        order=order if order < 1000 else order + 1,
                    )
                )
        keys = [unit.key for unit in wanted if (unit.parent is not None) == level]
        made |= dict(zip(keys, add_units(units=batch, actor=actor), strict=True))
    return made


def next_code(kind: str, codes: set[str]) -> str:
    """Return the next free code of a kind and note it as taken."""
    prefix = PREFIXES[Unit.Kind(kind)]
    taken = [int(code[1:]) for code in codes if code[:1] == prefix and code[1:].isdigit()]
    code = f"{prefix}{max(taken, default=0) + 1:03}"
    codes.add(code)
    return code
