"""A paper as a workbook: the same content, its tables as sheets, figures as numbers and days as days."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from evaluation.documents.paper import Fields, Grid, Heading, Layout, Note, Paper, Signatures, Text
from evaluation.workbooks import Table, Written, write_workbook

DAY = re.compile(r"([12]\d{3})年(\d{1,2})月(\d{1,2})日")
FORM_HEADER = ("项目", "内容")
FORM_WIDTHS = (22, 70)
Row = list[Written]


def paper_workbook(paper: Paper) -> bytes:
    """Return the .xlsx of a paper of tables and fields: first its fields, then a sheet a table.

    Days that stand in a table become days, so that they can be sorted.
    """
    return write_workbook(paper_tables(paper), subject=paper.title)


def paper_tables(paper: Paper) -> list[Table]:
    parts = list(_parts(paper))
    signed = "　　　　　　　　".join(
        f"{label.rstrip('：')}：" for block in paper.blocks if isinstance(block, Signatures) for label in block.labels
    )
    return [part.table(paper, signed if part is parts[-1] else "", len(parts)) for part in parts]


@dataclass
class _Part:
    """One sheet: a grid, or the fields before it, with the remarks under it."""

    grid: Grid | None = None
    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def table(self, paper: Paper, signed: str, parts: int) -> Table:
        grid = self.grid
        title = (grid.caption if grid else "") or paper.title
        return Table(
            title=title if parts > 1 and grid else paper.title,
            heading=paper.title if not grid or not grid.caption or parts == 1 else f"{paper.title}（{grid.caption}）",
            lead=paper.subtitle.replace("\n", "　　"),
            header=grid.header if grid else FORM_HEADER,
            over=grid.head if grid else (),
            rows=[[_cell(value) for value in row] for row in grid.rows] if grid else self.rows,
            widths=() if grid else FORM_WIDTHS,
            notes=self.notes,
            signed=signed,
            portrait=paper.layout not in (Layout.WIDE_FORM, Layout.FORM) or (paper.layout == Layout.FORM and not grid),
        )


def _parts(paper: Paper) -> Iterator[_Part]:
    form, current, said = _Part(), _Part(), False
    grids: list[_Part] = []
    for block in paper.blocks:
        if isinstance(block, Grid):
            current = _Part(grid=block, notes=current.notes if not grids and not form.rows else [])
            grids.append(current)
        elif isinstance(block, Note):
            current.notes.append(block.text)
        elif isinstance(block, Fields | Heading | Text):
            said = said or isinstance(block, Fields)
            form.rows.extend(_form_rows(block))
    if said or not grids:
        form.notes = [] if grids else current.notes
        yield form
    yield from grids


def _form_rows(block: Fields | Heading | Text) -> Iterator[Row]:
    if isinstance(block, Heading):
        yield [block.text, None]
    elif isinstance(block, Text):
        yield [None, block.text]
    else:
        for row in block.rows:
            for label, value in row:
                yield [label, value]


def _cell(value: str | int | Decimal | None) -> Written:
    match = DAY.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return value
    try:
        return date(*(int(part) for part in match.groups()))
    except ValueError:
        return value
