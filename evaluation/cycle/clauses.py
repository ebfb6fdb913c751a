"""The clauses of the source that the rules come from, by their ids: the heading and the words."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Clause:
    heading: str
    words: str | Promise


CLAUSES: Mapping[str, Clause] = {
    "C15": Clause("五（一）1", _("Service recipients are drawn and evaluate; the base is 35 points.")),
    "C16": Clause("五（一）2", _("The staff of the own unit are organised to evaluate; the base is 15 points.")),
    "C17": Clause(
        "五（一）3",
        _("Representatives, committee members and supervisors are invited to evaluate; the base is 20 points."),
    ),
    "C18": Clause("五（一）3", _("Residents and the network evaluate as the public; the base is 10 points.")),
    "C19": Clause(
        "五（二）1",
        _("Where a matter that a service recipient complained of or reported is verified, 5 points a case."),
    ),
    "C20": Clause(
        "五（二）2",
        _(
            "Where reasonable opinions or complaints are not rectified in time or not handled properly, 5 points an "
            "item."
        ),
    ),
    "C21": Clause("五（二）3", _("Where the cadre is held to account for efficiency, 5 points a case.")),
    "C22": Clause(
        "五（二）4",
        _(
            "Where the performance of duties led to reconsideration or litigation, was indeed improper, and harmed "
            "lawful rights or had a bad influence, 10 points a case."
        ),
    ),
    "C23": Clause(
        "五（二）5",
        _(
            "Where supervised staff are held to account for efficiency, 2 points a person-time; where they are "
            "disciplined or prosecuted, 10 points a person-time."
        ),
    ),
    "C24": Clause("五（二）6", _("Where other conduct has a bad influence, points are deducted as is fitting.")),
    "C25": Clause(
        "五（二）", _("Points are counted down: the values are deducted until the base of this part is used up.")
    ),
    "C26": Clause(
        "五（三）",
        _(
            "Who is commended within the year, or whose department is, by the city, the prefecture, the province or "
            "the nation receives 1, 2, 5 or 10 points; the same award counts once, at its highest level."
        ),
    ),
}
OF_GROUP = {"service_recipient": "C15", "own_unit": "C16", "representative": "C17", "public": "C18"}


def clause_of(code: str) -> Clause:
    """The clause of an id; what the city numbered itself stands as it was written."""
    return CLAUSES.get(code) or Clause(code, "")
