"""Double counting: other deductions for the same incident, or for the same cadre, day and rule."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from accounts.models import User
from evaluation.daily.models import DailyDeduction

Status = DailyDeduction.Status
OUT = (Status.DECLINED, Status.WITHDRAWN)


@dataclass(slots=True)
class Doubles:
    """What may count the same thing: rows that the reader may see, and how many others there are."""

    seen: list[DailyDeduction] = field(default_factory=list)
    others: int = 0

    def __bool__(self) -> bool:
        return bool(self.seen or self.others)

    @property
    def names(self) -> list[str]:
        return [f"{row.cadre.name} {row.found_on:%Y-%m-%d} {row.rule}" for row in self.seen]


def doubles_of(deduction: DailyDeduction, *, user: User, besides: Iterable[int] = ()) -> Doubles:
    """Return the doubles of one deduction, saved or not."""
    return doubles_among([deduction], user=user, besides=besides)[0]


def doubles_among(rows: Sequence[DailyDeduction], *, user: User, besides: Iterable[int] = ()) -> list[Doubles]:
    """Return the doubles of each of ``rows``, side by side; two queries, however many rows.

    ``besides``: keys of rows of one entry, which share their incident number on purpose: that alone is no double.
    """
    numbers = {row.incident_number for row in rows if row.incident_number}
    cadres = {row.cadre_id for row in rows}
    if not rows:
        return []
    asked = Q(incident_number__in=numbers) | Q(cadre__in=cadres, found_on__in={row.found_on for row in rows})
    near = list(DailyDeduction.objects.filter(asked).exclude(status__in=OUT).select_related("cadre").order_by("pk"))
    keys = [row.pk for row in near]
    visible = set(DailyDeduction.objects.visible_to(user).filter(pk__in=keys).values_list("pk", flat=True))
    together = frozenset(besides)
    return [_doubles(row, near, visible, together) for row in rows]


def _doubles(
    row: DailyDeduction, near: Sequence[DailyDeduction], visible: set[int], together: frozenset[int]
) -> Doubles:
    found = Doubles()
    for other in near:
        if other.pk == row.pk or not _is_double(row, other, together):
            continue
        if other.pk in visible:
            found.seen.append(other)
        elif other.status != Status.PROPOSED:
            found.others += 1
    return found


def _is_double(row: DailyDeduction, other: DailyDeduction, together: frozenset[int]) -> bool:
    if (other.cadre_id, other.found_on, other.rule) == (row.cadre_id, row.found_on, row.rule):
        return True
    return bool(row.incident_number) and other.incident_number == row.incident_number and other.pk not in together


def by_key(rows: Sequence[DailyDeduction], *, user: User) -> Mapping[int, Doubles]:
    """Return by key the doubles of the rows that have some."""
    found: dict[int, Doubles] = defaultdict(Doubles)
    for row, doubles in zip(rows, doubles_among(rows, user=user), strict=True):
        if doubles:
            found[row.pk] = doubles
    return found
