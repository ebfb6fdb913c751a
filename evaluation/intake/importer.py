"""One importer for every kind of file: find the columns, read the rows, judge them, carry out what was shown.

A room says what is its own (``Importer``); everything else, pages included, is here: ``services`` and ``views``.
"""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.db.models import Model
from django.forms import Field
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.files.models import StoredFile
from evaluation.intake.columns import Column, Naming
from evaluation.intake.models import ImportRow
from evaluation.intake.reading import (
    Checks,
    Line,
    Problem,
    Rejection,
    Tables,
    find_tables,
    lines_of,
    missing_columns,
    rejection_of,
)
from evaluation.units.access import roles_of
from evaluation.units.models import Role
from evaluation.workbooks import Sheet, Workbook

Verdict = ImportRow.Verdict
Words = str | Promise


@dataclass(frozen=True, slots=True)
class Ask:
    """Who imports, for which year, about what (a row of the room, where there is one); ``confirming`` locks.

    ``actor`` may be a word (the shell), which may what the office may.
    """

    year: int
    actor: User | str
    about: str = ""
    photos: StoredFile | None = None
    confirming: bool = False
    # what somebody answered to the questions of the plan, by their keys
    answers: Mapping[str, str] = field(default_factory=dict)
    # what was filled in beside the file, by the names of ``Importer.asked``
    given: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_office(self) -> bool:
        return isinstance(self.actor, str) or Role.OFFICE in roles_of(self.actor)


@dataclass(slots=True)
class JudgedRow:
    """One row of a file and what would become of it. ``values`` are for showing, ``target`` is what it would change.

    ``values`` may hold name, unit, organising, office, post, and ``changes`` {field: [as it is, as it would be]}.
    """

    sheet: str
    number: int
    verdict: str
    column: str = ""
    problem: str = ""
    advice: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    target: int | None = None


@dataclass(slots=True)
class Plan:
    """Everything a file would do. Two plans of equal ``digest`` would do the same to the same rows.

    ``acts`` is whatever ``carry_out`` needs; ``told`` goes into the summary and the digest (``new_units``, …).
    ``told["questions"]`` are asked on a page of their own: [{"key", "choices": [[value, label], …], "chosen"}].
    """

    judged: list[JudgedRow] = field(default_factory=list)
    acts: list[Any] = field(default_factory=list)
    told: dict[str, Any] = field(default_factory=dict)

    def digest(self) -> str:
        said = [[row.sheet, row.number, str(row.verdict), row.target, row.values] for row in self.judged]
        text = json.dumps([said, self.told], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def reject(self, rejection: Rejection) -> None:
        self.judged.append(rejected_row(rejection))

    def sort(self, sheets: Sequence[str]) -> None:
        """Put the judged rows in the order of the file."""
        place = {title: number for number, title in enumerate(sheets)}
        self.judged.sort(key=lambda row: (place[row.sheet], row.number))


@dataclass(frozen=True, slots=True)
class Reading:
    """The rows of a file that can be read, and those that cannot, before anybody asks what they would change."""

    tables: Tables
    lines: list[Line]
    rejections: list[Rejection]

    @property
    def sheets(self) -> tuple[str, ...]:
        return self.tables.sheets


class Refused(Exception):
    """A row that cannot be imported: in which column, what is wrong, what to do. For use inside ``plan``."""

    def __init__(self, column: str, problem: str, advice: str) -> None:
        super().__init__(problem)
        self.rejection = column, problem, advice


class Importer(ABC):
    """What a room says of its import. One object a kind, at module level; it holds no state."""

    kind: ClassVar[str]  # of ImportJob.Kind
    columns: ClassVar[tuple[Column, ...]]
    roles: ClassVar[tuple[Role, ...]] = (Role.OFFICE, Role.UNIT_ADMIN)
    # words for the pages
    title: ClassVar[Words]
    lead: ClassVar[Words]
    done: ClassVar[Words]
    post_label: ClassVar[Words]  # heading of ``values["post"]``
    back: ClassVar[tuple[Words, str]]  # label and URL name of the list that one came from
    # label and URL name of each empty form
    forms: ClassVar[tuple[tuple[Words, str], ...]] = ()
    space: ClassVar[str]  # namespace of the room's URLs
    names: ClassVar[str] = "import"  # URL names are <names>-create, <names>-detail, …
    step: ClassVar[int] = 0  # of the five steps, for the page's head
    model: ClassVar[type[Model] | None] = None  # gives the words for the fields that change
    words: ClassVar[Mapping[str, Words]] = {}  # for fields whose words the model does not give
    act: ClassVar[Words] = ""  # what confirming does, where “import” does not say it
    takes_whole: ClassVar[bool] = False  # nothing is imported while a row is rejected
    takes_photos: ClassVar[bool] = False  # a zip beside the file: photos, or what these words say
    photos_label: ClassVar[Words] = _("Photos")
    photos_help: ClassVar[Words] = _("A .zip of photos, each named after the person: 姓名.jpg. It may be left out.")
    question_label: ClassVar[Words] = _("Whom does it show?")

    @abstractmethod
    def page_context(self, user: User, year: int, about: str) -> dict[str, Any]:
        """Return what the pages need, at least ``cycle``. Raises ``Http404`` for what ``user`` may not see."""

    @abstractmethod
    def require_open(self, ask: Ask) -> None:
        """Refuse an import that cannot be (year closed, not this person's). Locks what must stay if ``confirming``.

        Raises ``DomainError``.
        """

    @abstractmethod
    def plan(self, ask: Ask, reading: Reading) -> Plan:
        """Judge every row: new, changed, same or rejected. Reads only; the number of queries is constant."""

    @abstractmethod
    def carry_out(self, ask: Ask, plan: Plan) -> None:
        """Write a plan, in a transaction, in bulk; audit of the import as a whole is written by ``services``."""

    def empty_form(self, year: int, form: str) -> tuple[bytes, str]:
        """Return an empty form and the name it is saved under."""
        raise NotImplementedError

    def asked(self, user: User) -> dict[str, Field]:
        """Return the fields that are filled in beside the file; their values, as text, are ``Ask.given``."""
        return {}

    def done_url(self, year: int, summary: Mapping[str, Any]) -> str:
        """Return the address of what a confirmed import has made; empty for the page of the import itself."""
        return ""

    def back_url(self, year: int, about: str) -> str:
        """Return the address of the list that one came from."""
        return reverse(self.back[1], args=[year])

    def picture(self, photos: StoredFile, key: str) -> bytes | None:
        """Return a small JPEG of what a question is about, drawn anew; ``None`` where there is none."""
        return None

    def check_photos(self, data: bytes) -> None:
        """Measure a zip of photos before it is kept. Raises ``DomainError``."""
        raise NotImplementedError

    def notes(self, summary: Mapping[str, Any]) -> list[str]:
        """Return sentences that the preview says of what was ``told``."""
        return []

    def missing(self, sheet: Sheet, found: Collection[str]) -> Sequence[str]:
        """Return the names of the columns that a sheet still lacks to be a table of this kind."""
        return missing_columns(self.columns)(sheet, found)

    def problems(self, line: Line) -> Iterable[Problem]:
        """Return what is wrong with a row beyond what the kinds of its columns ask."""
        return ()

    def shown(self, line: Line) -> dict[str, str]:
        """Return what helps to recognise a rejected row."""
        return {"name": line.text("name"), "unit": line.text("unit")}

    def tables(self, workbook: Workbook, naming: Naming = Naming()) -> Tables:  # noqa: B008 - holds nothing
        """Find the tables of this kind in a workbook."""
        return find_tables(workbook, self.columns, naming, self.missing)

    def read(self, tables: Tables) -> Reading:
        """Read the rows of every table; every problem of a row is told at once."""
        lines: list[Line] = []
        rejections: list[Rejection] = []
        for table in tables.tables:
            checks = Checks(self.columns, table.header)
            for line in lines_of(table, self.columns):
                if problems := [*checks.problems(line), *self.problems(line)]:
                    rejections.append(rejection_of(line.sheet, line.number, problems, self.shown(line)))
                else:
                    lines.append(line)
        return Reading(tables, lines, rejections)

    def labels_of(self, names: Iterable[str]) -> list[str]:
        labels = {column.name: column.label for column in self.columns}
        return [labels.get(name, name) for name in names]

    def label_of(self, name: str) -> str:
        return self.labels_of([name])[0]


def rejected_row(rejection: Rejection) -> JudgedRow:
    return JudgedRow(
        rejection.sheet,
        rejection.row,
        Verdict.REJECTED,
        rejection.column,
        rejection.problem,
        rejection.advice,
        {**rejection.shown, "cells": list(rejection.cells)},
    )


def rejected_rows(rejections: Iterable[Rejection]) -> Iterator[JudgedRow]:
    return (rejected_row(rejection) for rejection in rejections)


# Every importer that has an address, by its kind; ``urls.import_urls`` enters it.
IMPORTERS: dict[str, Importer] = {}
