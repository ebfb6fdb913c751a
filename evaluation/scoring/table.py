"""The recount as a table that a person reads."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from .composite import Score, Status
from .recounting import RecountRow, pools

PARTS = ("democratic", "daily", "bonus", "composite", "rank")


def report(rows: Sequence[RecountRow]) -> str:
    """Return the recount: a table per (track, organising unit), and below it how every part came about."""
    sections = [_pool(track, unit, members) for (track, unit), members in pools(list(rows)).items()]
    return "\n\n".join([*sections, _summary(rows)])


def _pool(track: str, unit: str, rows: Sequence[RecountRow]) -> str:
    groups = list(dict.fromkeys(code for row in rows for code in row.score.groups))
    head = ["id", "cadre", "status", *groups, *PARTS]
    lines = [f"{_printable(track)} · {_printable(unit)}", *_table([head, *(_cells(row, groups) for row in rows)])]
    for row in rows:
        lines += ["", f"{_printable(row.id)} {_printable(row.appraisal.cadre)}", *(f"  {line}" for line in _parts(row))]
    return "\n".join(lines)


def _cells(row: RecountRow, groups: Sequence[str]) -> list[str]:
    names = [f"groups.{code}" for code in groups] + list(PARTS)
    figures = [str(row.figures.get(name, "-")) for name in names]
    return [_printable(row.id), _printable(row.appraisal.cadre), row.score.status.value, *figures]


def _parts(row: RecountRow) -> list[str]:
    lines = [*_group_lines(row.score), *_daily_lines(row.score), *_bonus_lines(row.score)]
    if row.score.status == Status.EXEMPT:
        lines = ["exempt: taken out altogether"]
    elif row.score.status == Status.INCOMPLETE:
        lines = [f"incomplete, not scored: {', '.join(map(_printable, row.score.missing))}"]
    elif row.score.missing:
        lines.append(f"left out, base shared: {', '.join(map(_printable, row.score.missing))}")
    lines += [f"NOTE {_printable(note)}" for note in row.notes]
    lines += [f"UNCHECKED {_printable(name)}" for name in row.unchecked]
    return lines + [f"DIFFERS {_printable(difference)}" for difference in row.differences]


def _group_lines(score: Score) -> list[str]:
    lines = []
    for code, group in score.groups.items():
        means = ", ".join(
            f"{_printable(aspect)} {'-' if mean.rounded is None else mean.rounded}"
            for aspect, mean in group.aspect_means.items()
        )
        lines.append(f"{_printable(code)}: {group.points} of {group.effective_base}, {group.graded} graded ({means})")
    return lines


def _daily_lines(score: Score) -> list[str]:
    if score.daily_parts is None:
        return []
    taken = [f"rule {_printable(each.rule)}: {each.count} x {each.each}" for each in score.daily_parts.deductions]
    return [f"daily: {score.daily} of {score.daily_parts.base}{_bracketed(taken)}"]


def _bonus_lines(score: Score) -> list[str]:
    if score.bonus_parts is None:
        return []
    awards = [
        f"{_printable(award.award)} {_printable(award.level)} {award.points if award.counted else 'not counted'}"
        for award in score.bonus_parts.awards
    ]
    capped = "" if score.bonus_parts.uncapped == score.bonus else f", cut from {score.bonus_parts.uncapped}"
    return [f"bonus: {score.bonus}{capped}{_bracketed(awards)}"]


def _bracketed(texts: Sequence[str]) -> str:
    return f" ({', '.join(texts)})" if texts else ""


def _summary(rows: Sequence[RecountRow]) -> str:
    differing = [row for row in rows if row.differences]
    given = sum(len(row.appraisal.published) for row in rows)
    unchecked = sum(1 for row in rows if row.unchecked)
    lines = [f"{len(rows)} appraisals, {given} published figures."]
    if unchecked:
        lines.append(f"{unchecked} appraisals hold figures that cannot be checked.")
    if differing:
        lines.append(f"{len(differing)} appraisals DIFFER: {', '.join(_printable(row.id) for row in differing)}")
    elif given:
        lines.append("All published figures agree.")
    return "\n".join(lines)


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(_width(cell) for cell in column) for column in zip(*rows, strict=True)]
    return ["  ".join(_padded(cells, widths)).rstrip() for cells in rows]


def _padded(cells: Iterable[str], widths: Sequence[int]) -> Iterable[str]:
    for index, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        space = " " * (width - _width(cell))
        yield cell + space if index < 3 else space + cell


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _printable(text: str) -> str:
    """A file's text never moves the cursor of whoever reads the report."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
