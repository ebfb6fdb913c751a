"""The empty form of every kind of import: opened by another spreadsheet program, it still reads as nothing."""

from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from evaluation.bonus.importing import BONUS
from evaluation.cycle.models import Cycle, Track
from evaluation.daily.imports import DAILY
from evaluation.intake.importer import Importer
from evaluation.intake.services import preview_import
from evaluation.meetings.importing import ATTENDANCE
from evaluation.meetings.models import ReportMeeting
from evaluation.pledges.importing import PLEDGES
from evaluation.recipients.imports import LEDGER
from evaluation.recipients.list_imports import SERVED
from evaluation.roster.imports import ROSTER
from evaluation.units.models import Unit
from evaluation.workbooks import read_workbook
from evaluation.workbooks.forms import is_example_row
from tests.workbooks.test_workbook_forms import rules_of

KINDS: Mapping[str, tuple[Importer, str]] = {
    "roster": (ROSTER, Track.MID_LEVEL),
    "villages": (ROSTER, Track.VILLAGE),
    "ledger": (LEDGER, ""),
    "daily": (DAILY, ""),
    "pledges": (PLEDGES, ""),
    "attendance": (ATTENDANCE, ""),
    "bonus": (BONUS, ""),
    "served": (SERVED, ""),
}


@pytest.fixture
def forms(cycle: Cycle) -> dict[str, bytes]:
    return {f"{name}.xlsx": importer.empty_form(2012, form)[0] for name, (importer, form) in KINDS.items()}


def test_every_form_reads_as_nothing(
    cycle: Cycle, unit: Unit, office: User, forms: dict[str, bytes], libreoffice: Callable[..., Mapping[str, bytes]]
) -> None:
    begins = timezone.now() + timedelta(days=3)
    meeting = ReportMeeting.objects.create(cycle=cycle, unit=unit, title="会", starts_at=begins)
    opened = libreoffice(forms, to="xlsx")
    assert len(opened) == len(KINDS)

    for name, data in opened.items():
        stem = name.rpartition("/")[2].partition(".")[0]
        sheet = next(read_workbook(data, name).visible())
        assert [row.number for row in sheet.rows if is_example_row(row.at(0))], name
        assert {rule.type for rule in rules_of(data).values()} & {"list", "date", "textLength", "none", None}, name
        if stem in KINDS:
            about = str(meeting.pk) if stem == "attendance" else ""
            for given in (data, forms[f"{stem}.xlsx"]):
                importer = KINDS[stem][0]
                job = preview_import(
                    importer=importer,
                    year=2012,
                    data=given,
                    name=f"{stem}.xlsx",
                    actor=office,
                    about=about,
                    given={"unit": str(unit.pk), "name": "名单"},
                )
                assert (job.read, job.summary["unknown"], job.status) == (0, [], "previewed"), name


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_form_has_a_title_notes_and_an_example(forms: dict[str, bytes], name: str) -> None:
    sheet = next(read_workbook(forms[f"{name}.xlsx"], "表.xlsx").visible())
    title, notes, header, example = sheet.rows[:4]

    assert title.at(0)
    assert str(notes.at(0)).startswith("填表说明")
    assert header.at(0) == "序号"
    assert example.at(0) == "例"
    assert sum(value is not None for value in example.cells) > 3
