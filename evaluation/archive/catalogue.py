"""Every document that the year prints (``documents`` of the design), in the order of the steps."""

from evaluation.archive.printable import Printable
from evaluation.archive.printables import ballot, honour, meeting, pledge, points, rectification, result, scope

CATALOGUE: tuple[Printable, ...] = (
    *scope.PRINTABLES,
    *pledge.PRINTABLES,
    *meeting.PRINTABLES,
    *ballot.PRINTABLES,
    *points.PRINTABLES,
    *result.PRINTABLES,
    *rectification.PRINTABLES,
    *honour.PRINTABLES,
)
BY_CODE: dict[str, Printable] = {printable.code: printable for printable in CATALOGUE}
