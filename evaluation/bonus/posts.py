"""Who headed a department on a day: an award of the department goes to whoever held the post then (C26).

Postings say from when to when; where the roster of the year alone knows a cadre, it says since when.
"""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Q

from evaluation.bonus.awards import award_key as name_key
from evaluation.roster.models import Appraisal, Posting


class Held(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Post:
    """One post of one cadre; ``since`` is text as rosters give it: 2009, 2009-06, 2009-06-25 or nothing."""

    office: str
    title: str
    since: str
    until: date | None

    @property
    def words(self) -> str:
        span = f"{self.since or '?'} – {self.until or ''}".strip()
        return " ".join(part for part in (self.office, self.title) if part) + f"（{span}）"


@dataclass(frozen=True)
class Tenure:
    """Whether a cadre headed a department on a day, in which post, and who did where it was somebody else."""

    held: Held
    words: str = ""
    others: tuple[str, ...] = ()


def tenure_of(*, appraisal: Appraisal, department: str, day: date) -> Tenure:
    """Return whether ``appraisal``'s cadre headed ``department`` of their unit on ``day`` (C26)."""
    mine = [post for post in _posts_of([appraisal])[appraisal.pk] if _same(post.office, department)]
    verdicts = [(held_on(post, day), post) for post in mine]
    for wanted in (Held.YES, Held.UNKNOWN):
        for verdict, post in verdicts:
            if verdict == wanted:
                return Tenure(verdict, post.words)
    others = holders_on(appraisal=appraisal, department=department, day=day)
    return Tenure(Held.NO if others or mine else Held.UNKNOWN, others=others)


def holders_on(*, appraisal: Appraisal, department: str, day: date) -> tuple[str, ...]:
    """Return the names of those who certainly headed ``department`` of the same unit on ``day``."""
    unit = appraisal.home_unit_id
    peers = Appraisal.objects.filter(cycle_id=appraisal.cycle_id, home_unit=unit).exclude(pk=appraisal.pk)
    rows = {one.pk: one for one in peers.select_related("cadre")}
    found = {
        rows[pk].name
        for pk, posts in _posts_of(rows.values()).items()
        if any(_same(post.office, department) and held_on(post, day) == Held.YES for post in posts)
    }
    left = Posting.objects.filter(unit=unit).exclude(cadre__appraisals__cycle=appraisal.cycle_id)
    found |= {
        row.cadre.name
        for row in left.filter(~Q(office="")).select_related("cadre")
        if _same(row.office, department) and held_on(_post(row), day) == Held.YES
    }
    return tuple(sorted(found))


def held_on(post: Post, day: date) -> Held:
    """The day itself counts on both ends; a year or month alone leaves its own days open."""
    if post.until is not None and day > post.until:
        return Held.NO
    span = span_of(post.since)
    if span is None:
        return Held.UNKNOWN
    first, last = span
    return Held.NO if day < first else Held.YES if day >= last else Held.UNKNOWN


def span_of(since: str) -> tuple[date, date] | None:
    """Return the first and the last day that ``since`` may mean; ``None`` where it says nothing."""
    parts = since.strip().split("-")
    try:
        year, month, day = (int(part) for part in [*parts, "0", "0"][:3])
        first = date(year, month or 1, day or 1)
    except ValueError:
        return None
    last_month = month or 12
    return first, date(year, last_month, day or calendar.monthrange(year, last_month)[1])


def _posts_of(appraisals: Iterable[Appraisal]) -> dict[int, list[Post]]:
    """The posts in the unit of the year; the roster's own line where no posting speaks of that section."""
    found: dict[int, list[Post]] = {}
    rows = list(appraisals)
    units = {one.cadre_id: (one.pk, one.home_unit_id) for one in rows}
    for posting in Posting.objects.filter(cadre__in=units, unit__in={unit for _pk, unit in units.values()}):
        key, unit = units[posting.cadre_id]
        if posting.unit_id == unit:
            found.setdefault(key, []).append(_post(posting))
    for one in rows:
        posts = found.setdefault(one.pk, [])
        if not any(_same(post.office, one.office) for post in posts):
            posts.append(Post(one.office, one.held_post, one.appointed, None))
    return found


def _post(row: Posting) -> Post:
    return Post(row.office, row.post, row.since, row.until)


def _same(one: str, other: str) -> bool:
    return bool(one and other) and name_key(one) == name_key(other)
