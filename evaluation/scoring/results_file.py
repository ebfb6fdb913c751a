"""The results file ``minping-results/1``: bytes to a checked document, and that to what scoring takes.

Everything is refused by ``InvalidValueError``, which names the place.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from .bonus import Award
from .checks import check_appraisal
from .daily import Deduction
from .rules import TrackRules, rules_from_values
from .tally import GroupTally
from .values import InvalidValueError, Value, place_of, within

FORMAT = "minping-results/1"
MOST_DIGITS = 18
MOST_DEPTH = 40
PUBLISHED = ("democratic", "daily", "bonus", "composite", "rank")


@dataclass(frozen=True, slots=True)
class PublishedAppraisal:
    """One entry of ``appraisals``.

    ``suppressed``: its groups are too small to show, and ``tallies`` is empty. ``published`` maps the printed
    figures that are given, ``groups.<code>`` among them, to their numbers.
    """

    id: str
    cadre: str
    unit: str
    organising_unit: str
    track: str
    tallies: Mapping[str, GroupTally]
    suppressed: bool
    missing: Mapping[str, str]
    deductions: tuple[Deduction, ...]
    awards: tuple[Award, ...]
    exempt: bool
    published: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class PublishedResults:
    """A whole results file: track → rules, and the appraisals in the order of the file."""

    rules: Mapping[str, TrackRules]
    appraisals: tuple[PublishedAppraisal, ...]


def load_results(content: bytes) -> dict[str, object]:
    """Return the document of a results file, checked from end to end.

    ``content`` is UTF-8, with or without a byte order mark. Raises ``InvalidValueError`` on whatever is not JSON
    (NaN and a key given twice included), not this format, or not possible by the file's own rules.
    """
    document = _parse(content)
    read_results(document)
    assert isinstance(document, dict)
    return document


def read_results(document: object) -> PublishedResults:
    """Return the typed content of a document, checked against the rules that it holds. Raises ``InvalidValueError``."""
    root = Value(document)
    if (kind := root.member("format")).raw != FORMAT:
        raise kind.refuse(f"must be {FORMAT}")
    rules = {track: _track_rules(value) for track, value in root.member("rules").members().items()}
    appraisals = tuple(_appraisal(value, rules) for value in root.member("appraisals").entries())
    _refuse_twice(appraisals)
    return PublishedResults(rules=rules, appraisals=appraisals)


# From bytes to plain values


@dataclass(frozen=True, slots=True)
class _Unusable:
    """Stands in a parsed document for what JSON, or a check, does not admit, until its place is known."""

    reason: str


class _Twice(dict[str, object]):
    """An object with a key given twice, and that key."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key


def _parse(content: bytes) -> object:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidValueError("", f"is not UTF-8 text: byte {error.start} cannot be read") from None
    try:
        document = json.loads(text, object_pairs_hook=_pairs, parse_int=_integer, parse_constant=_constant)
    except json.JSONDecodeError as error:
        raise InvalidValueError(f"line {error.lineno}, column {error.colno}", f"is not JSON: {error.msg}") from None
    except RecursionError:
        raise InvalidValueError("", "is nested too deeply") from None
    _refuse_unusable(document)
    return document


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members: dict[str, object] = {}
    for key, value in pairs:
        if key in members:
            return _Twice(key)
        members[key] = value
    return members


def _integer(digits: str) -> object:
    if len(digits) > MOST_DIGITS:
        return _Unusable(f"a number of more than {MOST_DIGITS} digits")
    return int(digits)


def _constant(name: str) -> object:
    return _Unusable(f"{name} is not JSON")


def _refuse_unusable(document: object) -> None:
    waiting: list[tuple[object, str, int]] = [(document, "", 0)]
    while waiting:
        value, place, depth = waiting.pop()
        if depth > MOST_DEPTH:
            raise InvalidValueError(place, "is nested too deeply")
        if isinstance(value, dict):
            _refuse_keys(value, place)
            waiting.extend((below, place_of(place, key), depth + 1) for key, below in value.items())
        elif isinstance(value, list):
            waiting.extend((below, place_of(place, index), depth + 1) for index, below in enumerate(value))
        else:
            _refuse_leaf(value, place)


def _refuse_keys(members: dict[str, object], place: str) -> None:
    if isinstance(members, _Twice):
        raise InvalidValueError(place_of(place, members.key), "given twice")
    for key in members:
        _refuse_leaf(key, place_of(place, key))


def _refuse_leaf(value: object, place: str) -> None:
    if isinstance(value, _Unusable):
        raise InvalidValueError(place, value.reason)
    if isinstance(value, str) and not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
        raise InvalidValueError(place, "holds half a character (a lone surrogate)")


# From plain values to what scoring takes


def _track_rules(value: Value) -> TrackRules:
    return rules_from_values({key: member.raw for key, member in value.members().items()}, place=value.place)


def _appraisal(value: Value, rules: Mapping[str, TrackRules]) -> PublishedAppraisal:
    track = value.member("track")
    if track.text() not in rules:
        raise track.refuse("not a track of the rules")
    of_track = rules[track.text()]
    suppressed = _suppressed(value, of_track)
    appraisal = PublishedAppraisal(
        id=value.member("id").text(),
        cadre=value.member("cadre").text(),
        unit=value.member("unit").text(),
        organising_unit=value.member("organising_unit").text(),
        track=track.text(),
        tallies={} if suppressed else _tallies(value.member("tallies")),
        suppressed=suppressed,
        missing=_decisions(value.optional("missing_groups")),
        deductions=tuple(_deduction(row, of_track) for row in value.member("deductions").entries()),
        awards=tuple(_award(row) for row in value.member("awards").entries()),
        exempt=(exempt := value.optional("exempt")) is not None and exempt.flag(),
        published=_published(value.optional("published"), of_track, suppressed),
    )
    with within(value.place):
        check_appraisal(
            rules=of_track,
            tallies=appraisal.tallies,
            missing=appraisal.missing,
            deductions=appraisal.deductions,
            awards=appraisal.awards,
        )
    return appraisal


def _suppressed(value: Value, rules: TrackRules) -> bool:
    tallies = value.member("tallies").members()
    marked = {code for code, tally in tallies.items() if _is_suppressed(tally)}
    if not marked:
        return False
    groups = {group.code for group in rules.groups}
    for code in [*tallies, *groups]:
        place = place_of(place_of(value.place, "tallies"), code)
        if code not in groups:
            raise InvalidValueError(place, "not a group of the rules")
        if code not in marked:
            raise InvalidValueError(place, "must be suppressed as well: where one group is, every group is")
    return True


def _is_suppressed(tally: Value) -> bool:
    flag = tally.optional("suppressed")
    if flag is None or not flag.flag():
        return False
    for key in ("valid", "marks"):
        if (shown := tally.optional(key)) is not None:
            raise shown.refuse("a suppressed group shows no figures")
    return True


def _tallies(value: Value) -> dict[str, GroupTally]:
    return {code: _tally(tally) for code, tally in value.members().items()}


def _tally(value: Value) -> GroupTally:
    marks = value.member("marks").members()
    return GroupTally(
        valid=value.member("valid").count(),
        marks={
            aspect: {grade: number.count() for grade, number in grades.members().items()}
            for aspect, grades in marks.items()
        },
    )


def _decisions(value: Value | None) -> dict[str, str]:
    return {} if value is None else {code: decision.text() for code, decision in value.members().items()}


def _deduction(value: Value, rules: TrackRules) -> Deduction:
    rule, count, points = value.member("rule").text(), value.optional("count"), value.optional("points")
    free = any(known.code == rule and known.points is None for known in rules.deductions)
    if free and count is not None:
        raise count.refuse("a deduction without fixed points is one case each and has no count")
    return Deduction(
        rule=rule,
        count=1 if count is None else count.count(),
        points=None if points is None else points.points(),
    )


def _award(value: Value) -> Award:
    return Award(award=value.member("award").text(), level=value.member("level").text())


def _published(value: Value | None, rules: TrackRules, suppressed: bool) -> dict[str, Decimal]:
    if value is None:
        return {}
    figures = _published_groups(value.optional("groups"), rules, suppressed)
    for name in PUBLISHED:
        if (figure := value.optional(name)) is not None:
            figures[name] = figure.decimal()
    return figures


def _published_groups(value: Value | None, rules: TrackRules, suppressed: bool) -> dict[str, Decimal]:
    if value is None:
        return {}
    if suppressed:
        raise value.refuse("must be absent where groups are suppressed")
    groups = {group.code for group in rules.groups}
    for code, figure in value.members().items():
        if code not in groups:
            raise figure.refuse("not a group of the rules")
    return {f"groups.{code}": figure.decimal() for code, figure in value.members().items()}


def _refuse_twice(appraisals: tuple[PublishedAppraisal, ...]) -> None:
    seen: set[str] = set()
    for index, appraisal in enumerate(appraisals):
        if appraisal.id in seen:
            raise InvalidValueError(place_of(place_of("appraisals", index), "id"), "given twice")
        seen.add(appraisal.id)
