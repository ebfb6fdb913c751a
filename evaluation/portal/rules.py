"""The rules of a year in plain words, for everybody: what makes a score, what is deducted, how long things take."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from evaluation.cycle.clauses import OF_GROUP, Clause, clause_of
from evaluation.cycle.models import BonusLevel, Cycle, DeductionRule, GroupRule, TrackRules
from evaluation.cycle.services import RULE_ROWS
from evaluation.portal.public import JUDGED


@dataclass(frozen=True)
class Slice:
    """A part of the picture of what makes a score: where it lies, in percent as text."""

    label: str
    points: Decimal
    fill: int
    x: str
    width: str


@dataclass(frozen=True)
class TrackPage:
    rules: TrackRules
    slices: list[Slice]
    full_at: str
    democratic: Decimal
    groups: list[tuple[GroupRule, Clause]]
    deductions: list[tuple[DeductionRule, Clause]]
    levels: list[BonusLevel]
    floor: Clause
    bonus: Clause


# What runs for how many working days, and where the figure stands in the cycle.
PERIODS: tuple[tuple[str, str | Promise, str | Promise], ...] = (
    ("complaint_accept_days", _("Complaint: accept or refuse"), _("counted from the day it is received")),
    ("complaint_days", _("Complaint: find out and answer"), _("counted from the day it is accepted")),
    ("complaint_extended_days", _("Complaint: the same, extended"), _("only where somebody else approved it")),
    ("callback_days", _("Complaint: say how satisfied you are"), _("counted from the answer")),
    ("defence_days", _("Deduction: the cadre may answer it"), _("counted from the day the cadre was told")),
    ("defence_review_days", _("Deduction: review of that answer"), _("by somebody who had no part in it")),
    ("freeze_days", _("Deductions of a month are frozen"), _("counted from the end of the month")),
    ("feedback_days", _("Result: the cadre may object"), _("counted from the day it was handed over")),
    ("notice_days", _("Result: public notice"), _("everybody may object, by name")),
    ("objection_days", _("Objection: review"), _("by somebody who did not decide first")),
    ("comment_days", _("Rectification plan: opinions of residents"), _("counted from its publication")),
    ("rating_days", _("Rectification: residents rate what was done"), _("counted from its acceptance")),
)


def rules_page(cycle: Cycle) -> dict[str, Any]:
    """Return the rules by track and the periods: a fixed number of queries."""
    rows = TrackRules.objects.filter(cycle=cycle, track__in=JUDGED).prefetch_related(*RULE_ROWS)
    by_track = {row.track: row for row in rows}
    return {
        "cycle": cycle,
        "tracks": [_track(by_track[track]) for track in JUDGED if track in by_track],
        "periods": [(label, note, getattr(cycle, field)) for field, label, note in PERIODS],
    }


def _track(rules: TrackRules) -> TrackPage:
    groups, levels = list(rules.groups.all()), list(rules.bonus_levels.all())
    democratic = sum((group.base for group in groups), Decimal(0))
    slices, full_at = _slices(democratic, rules, levels)
    return TrackPage(
        rules=rules,
        slices=slices,
        full_at=full_at,
        democratic=democratic,
        groups=[(group, clause_of(OF_GROUP.get(group.code, ""))) for group in groups],
        deductions=[(rule, clause_of(rule.clause)) for rule in rules.deductions.all()],
        levels=levels,
        floor=clause_of("C25"),
        bonus=clause_of("C26"),
    )


def _slices(democratic: Decimal, rules: TrackRules, levels: Sequence[BonusLevel]) -> tuple[list[Slice], str]:
    """The bonus is drawn as wide as its highest level: it comes on top of the hundred."""
    bonus = max((level.points for level in levels), default=Decimal(0))
    if rules.bonus_cap is not None:
        bonus = min(bonus, rules.bonus_cap)
    full = democratic + rules.daily_base
    scale = (full + bonus) or Decimal(1)
    parts = [
        (gettext("Democratic evaluation"), democratic, 1),
        (gettext("Daily assessment"), rules.daily_base, 2),
        (gettext("Bonus"), bonus, 3),
    ]
    slices, start = [], Decimal(0)
    for label, points, fill in parts:
        slices.append(Slice(label, points, fill, _percent(start, scale), _percent(points, scale)))
        start += points
    return slices, _percent(full, scale)


def _percent(value: Decimal, scale: Decimal) -> str:
    return format(value * 100 / scale, ".2f")
