from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from evaluation.audit.models import AuditEvent
from evaluation.cycle.models import Cycle
from evaluation.errors import DomainError
from evaluation.intake.services import confirm_import, preview_import
from evaluation.recipients.draw_selectors import ledger_sections
from evaluation.recipients.drawing import frame_digest, read_frame
from evaluation.recipients.draws import draw_frames, least_of
from evaluation.recipients.expectations import expected_of
from evaluation.recipients.frames import (
    entries_of,
    forget_contacts,
    frame_file,
    make_ledger_frames,
    make_list_frame,
)
from evaluation.recipients.imports import LEDGER
from evaluation.recipients.models import Frame, ServiceRecord
from evaluation.recipients.people import person_of
from evaluation.units.models import Unit
from evaluation.workbooks import read_workbook
from tests.factories import frame_of

SAMPLE = Path(__file__).parents[3] / "shared" / "rosters" / "办件台账.xlsx"


def case(cycle: Cycle, unit: Unit, number: int, **fields: Any) -> ServiceRecord:
    usual = {"matter": "户口", "office": "窗口", "applicant": "戴硕", "telephone": "13800001111", "state": "办结"}
    return ServiceRecord.objects.create(cycle=cycle, unit=unit, number=str(number), **{**usual, **fields})


def ledger_frame(cycle: Cycle, unit: Unit, office: User) -> Frame:
    return make_ledger_frames(cycle=cycle, units=[unit], actor=office)[0]


@pytest.mark.parametrize(
    ("cases", "size"),
    [
        pytest.param([{}, {}], 1, id="twice the same"),
        pytest.param([{}, {"applicant": "戴　硕", "telephone": "138-0000-1111"}], 1, id="written otherwise"),
        pytest.param([{}, {"telephone": "13900002222"}], 2, id="a namesake"),
        pytest.param([{}, {"telephone": ""}], 1, id="once without a telephone"),
        pytest.param([{}, {"office": "救助科"}], 2, id="two sections"),
        pytest.param([{}, {"office": "窗 口"}], 1, id="a section written otherwise"),
        pytest.param([{}, {"applicant": "李四", "state": "退件"}], 1, id="not finished"),
        pytest.param([{}, {"applicant": "李四", "state": "办理中"}], 1, id="under way"),
        pytest.param([{}, {"applicant": "李四", "state": "", "finished_on": "2012-05-01"}], 2, id="has its day"),
        pytest.param(
            [{"applicant_kind": "企业"}, {"applicant_kind": "企业", "telephone": "13900002222"}], 1, id="a firm is one"
        ),
    ],
)
def test_one_entry_per_person_or_firm_and_section(
    cycle: Cycle, unit: Unit, office: User, cases: list[dict[str, Any]], size: int
) -> None:
    for number, fields in enumerate(cases):
        case(cycle, unit, number, **fields)
    assert ledger_frame(cycle, unit, office).size == size


def test_a_frame_is_the_units_own_and_made_once(
    cycle: Cycle, unit: Unit, other_unit: Unit, office: User, unit_admin: User
) -> None:
    case(cycle, unit, 1)
    case(cycle, other_unit, 2, applicant="别人")
    frame = ledger_frame(cycle, unit, unit_admin)
    assert [entry.name for entry in entries_of(frame)] == ["戴硕"]
    assert frame.digest == frame_digest(entries_of(frame))
    event = AuditEvent.objects.get(action="frame-made")
    assert event.detail["digest"] == frame.digest
    assert "戴硕" not in str(event.detail)
    for units, actor, code in (([unit], office, "nothing_new"), ([other_unit], unit_admin, "not_yours")):
        with pytest.raises(DomainError) as refused:
            make_ledger_frames(cycle=cycle, units=units, actor=actor)
        assert refused.value.code == code


@pytest.mark.parametrize("form", ["txt", "csv", "xlsx"])
def test_exports_recompute_and_hold_no_contacts(cycle: Cycle, unit: Unit, form: str) -> None:
    frame = frame_of(cycle=cycle, unit=unit)
    data = frame_file(frame=frame, form=form)
    assert frame_digest(read_frame(data, f"frame.{form}")) == frame.digest
    text = data if form != "xlsx" else str(read_workbook(data, "a.xlsx").sheets).encode()
    assert "13800000001" not in text.decode()
    assert "某路" not in text.decode()


def test_cells_of_an_export_are_no_formulas(cycle: Cycle, unit: Unit, office: User) -> None:
    people = [person_of(section="", name="=cmd|' /C calc'!A0", telephone="1")]
    frame = make_list_frame(cycle=cycle, unit=unit, name="x", people=people, actor=office)
    assert "'=cmd" in frame_file(frame=frame, form="csv").decode()
    assert not any(row.formulas for row in read_workbook(frame_file(frame=frame, form="xlsx"), "a.xlsx").sheets[0].rows)


def test_contacts_are_emptied_once_the_year_is_closed(cycle: Cycle, unit: Unit, office: User) -> None:
    frame = frame_of(cycle=cycle, unit=unit, sections={"救助科": 3})
    with pytest.raises(DomainError) as refused:
        forget_contacts(frame=frame, actor=office)
    assert refused.value.code == "cycle_running"
    Cycle.objects.filter(pk=cycle.pk).update(status=Cycle.Status.CLOSED)
    assert forget_contacts(frame=frame, actor=office) == 3
    assert not frame.entries.exclude(telephone="", address="").exists()
    assert frame_digest(entries_of(frame)) == frame.digest


def test_queries_do_not_grow_with_entries(cycle: Cycle, unit: Unit, office: User) -> None:
    def cost(sections: dict[str, int]) -> int:
        with CaptureQueriesContext(connection) as queries:
            frame = frame_of(cycle=cycle, unit=unit, sections=sections)
            draw_frames(frames=[frame], each=20, reserve_each=5, actor=office)
        return len(queries)

    cost({"一科": 2})
    assert cost({"二科": 2}) == cost({"三科": 40, "四科": 40})


@pytest.mark.skipif(not SAMPLE.is_file(), reason="the sample ledger is not here")
def test_the_sample_ledger(cycle: Cycle, office: User) -> None:
    """Of its 361 sections 136 served fewer than ten people."""
    job = preview_import(importer=LEDGER, year=cycle.year, data=SAMPLE.read_bytes(), name="台账.xlsx", actor=office)
    confirm_import(importer=LEDGER, job=job, actor=office)
    sections = ledger_sections(office, cycle)
    least = least_of(cycle)
    assert (len(sections), least) == (361, 10)
    sizes = {f"{row.unit.pk} {row.section}": row.served for row in sections}
    expected = expected_of(sizes, each=20, reserve_each=10, least=least)
    assert sum(row.is_out_of_reach for row in expected) == 136
    frames = make_ledger_frames(cycle=cycle, units=Unit.objects.filter(service_records__isnull=False), actor=office)
    draws = draw_frames(frames=frames, each=20, reserve_each=10, seed="体彩 12345", actor=office)
    assert len(draws) == 40
    assert sum(one.strata.count() for one in draws) == 361
    assert sum(frame.size for frame in frames) == sum(row.served for row in sections)
