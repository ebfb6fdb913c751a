"""Annex 2-1, tally sheets, the count report and the sealing slip on paper (C9)."""

import io
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from docx import Document

from accounts.models import User
from evaluation.ballots.boxes import release_boxes
from evaluation.ballots.counting import count_boxes
from evaluation.ballots.models import BallotBox, BoxGroup
from evaluation.ballots.papers import count_report_paper, sealing_slip_paper, tally_paper
from evaluation.ballots.slips import paper_ballot_pdf
from evaluation.cycle.models import AspectRule, Cycle
from evaluation.documents.paper import Fields, Grid, Paper, Signatures, Text
from evaluation.meetings.models import AttendanceCount, ReportMeeting
from evaluation.roster.models import Appraisal
from evaluation.units.models import Role, Unit
from tests.ballots.conftest import PASSPHRASE, Hall
from tests.factories import appraisal_of, member, unit_of
from tests.printing import sizes_of, text_of

pytestmark = pytest.mark.django_db
ClientFor = Callable[[User], Client]
ASPECTS = ["工作作风", "依法行政", "工作效能", "工作实绩", "廉洁自律"]
GROUPS = {"own_unit": "所在单位工作人员", "representative": "两代表一委员、各类监督员"}


@pytest.fixture
def counted(hall: Hall) -> Hall:
    """Six ballots, counted and not released."""
    slips = hall.make(number=6)
    hall.open()
    for slip in slips:
        hall.cast(slip)
    hall.close()
    count_boxes(boxes=[hall.box], scrutineer=hall.scrutineer, passphrase=PASSPHRASE)
    hall.refresh()
    return hall


def grids(paper: Paper) -> list[Grid]:
    return [block for block in paper.blocks if isinstance(block, Grid)]


def fields(paper: Paper) -> dict[str, str]:
    return {
        label: value
        for block in paper.blocks
        if isinstance(block, Fields)
        for row in block.rows
        for label, value in row
    }


def figures(paper: Paper) -> list[object]:
    """What stands in the tables of votes, the groups' numbers aside."""
    return [cell for grid in grids(paper)[1:] for row in grid.rows for cell in row[2:]]


def test_the_ballot_of_a_group_says_all_and_nothing_of_the_sheet(hall: Hall) -> None:
    with translation.override("en"):
        pdf = paper_ballot_pdf(box=hall.box, group="own_unit")

    assert set(sizes_of(pdf)) == {(210, 297)}
    text = text_of(pdf)
    prompts = AspectRule.objects.filter(rules__cycle=hall.box.cycle, rules__track="mid_level").values_list(
        "prompt_zh", flat=True
    )
    said = ["附件2-1", GROUPS["own_unit"], "甲某", "乙某", *ASPECTS, "满意", "较满意", "一般", "不满意", "不了解"]
    said += [
        "意见和建议",
        "不记名",
        "该项作废",
        "投票截止：以会议宣布为准。",
        *("".join(prompt.split()) for prompt in prompts),
    ]
    assert [words for words in said if words not in text] == []
    assert GROUPS["representative"] not in text


def test_the_form_for_each_cadre_is_a_booklet(hall: Hall) -> None:
    pdf = paper_ballot_pdf(box=hall.box, group="own_unit", form="one")

    assert len(sizes_of(pdf)) == 2
    assert "甲某" in text_of(pdf, 1) and "乙某" not in text_of(pdf, 1)
    assert "共2页，第2页" in text_of(pdf, 2)
    assert "各页一并投入票箱" in text_of(pdf, 1)


def box_of(cycle: Cycle, rows: list[Appraisal], group: str, hall: Hall, **more: object) -> BallotBox:
    """A box whose sheet says ``rows``, without the way to it."""
    first = rows[0]
    spec = {**hall.box.spec, "appraisals": [row.pk for row in rows], **more.pop("spec", {})}  # type: ignore[dict-item]
    values = {"kind": "meeting", "title": "票箱", "closes_at": hall.box.closes_at, "takes_paper": True, **more}
    box = BallotBox.objects.create(cycle=cycle, unit=first.home_unit, track=first.track, spec=spec, **values)
    BoxGroup.objects.create(box=box, group=group)
    return box


def test_one_cadre_has_a_page_of_his_own_without_asking(cycle: Cycle, hall: Hall, cadres: list[Appraisal]) -> None:
    pdf = paper_ballot_pdf(box=box_of(cycle, cadres[:1], "own_unit", hall))

    assert len(sizes_of(pdf)) == 1
    assert "被评议人1名" in text_of(pdf)


def test_every_group_gets_its_own_ballot_and_all_copies_are_alike(
    cycle: Cycle, hall: Hall, cadres: list[Appraisal]
) -> None:
    box = box_of(cycle, cadres[:1], "own_unit", hall)
    BoxGroup.objects.create(box=box, group="representative")

    text = text_of(paper_ballot_pdf(box=box))

    assert [text.count(label) for label in GROUPS.values()] == [1, 1]
    first, second = (text.split(label)[1].split("附件2-1")[0] for label in GROUPS.values())
    assert first == second


def test_villages_have_their_own_grades_and_groups(cycle: Cycle, hall: Hall) -> None:
    town = unit_of("东溪镇", Unit.Kind.TOWN)
    village = unit_of("柳岸村", Unit.Kind.VILLAGE, parent=town)
    rows = [
        appraisal_of(cycle=cycle, unit=village, organising_unit=town, track="village", name=f"村官{n}") for n in (1, 2)
    ]
    grades = ["excellent", "competent", "basically_competent", "incompetent"]
    box = box_of(cycle, rows, "service_recipient", hall, kind="public", is_trial=True, spec={"grades": grades})

    text = text_of(paper_ballot_pdf(box=box))

    said = ["村民（户）代表", "优秀", "基本称职", "不称职", "演练票：不计入结果", "村官2"]
    assert [words for words in said if words not in text] == []
    assert "以会议宣布为准" not in text


def test_a_tally_sheet_for_each_group_and_cadre(hall: Hall) -> None:
    papers = tally_paper(hall.box)

    heads = [(fields(paper)["评议主体"], fields(paper)["被评议人"]) for paper in papers]
    assert sorted(heads) == sorted(
        (group, f"{n}. {name}") for group in GROUPS.values() for n, name in ((1, "甲某"), (2, "乙某"))
    )
    [grid] = grids(papers[0])
    assert [row[0] for row in grid.rows if row[0]] == ASPECTS
    assert list(grid.header)[2:] == ["满意", "较满意", "一般", "不满意", "不了解", "弃权", "作废", "合计"]
    assert [len(row) for row in grid.rows] == [len(grid.header)] * 10


def test_before_the_release_the_report_withholds_what_the_page_withholds(counted: Hall) -> None:
    hidden, shown = count_report_paper(counted.box), count_report_paper(counted.box, with_figures=True)

    assert figures(hidden) == []
    assert any(isinstance(block, Text) and "尚未公布" in block.text for block in hidden.blocks)
    assert 6 in figures(shown)
    release_boxes(boxes=[counted.box], actor=counted.office)
    assert figures(count_report_paper(counted.refresh())) == figures(shown)


def test_a_small_group_is_withheld_on_paper_too(hall: Hall) -> None:
    slips = hall.make(number=4)
    hall.open()
    for slip in slips:
        hall.cast(slip)
    hall.close()
    count_boxes(boxes=[hall.box], scrutineer=hall.scrutineer, passphrase=PASSPHRASE)

    paper = count_report_paper(hall.refresh(), with_figures=True)

    assert figures(paper) == []
    assert sum("按规定不列示票数" in block.text for block in paper.blocks if isinstance(block, Text)) == 2


@pytest.fixture
def closed(hall: Hall) -> Hall:
    """Six of ten slips cast, and paper of the own unit counted in the hall."""
    slips = hall.make(number=10)
    hall.open()
    for slip in slips[:6]:
        hall.cast(slip)
    numbers = {"present": 18, "printed": 20, "leftover": 3, "handed_out": 17, "collected": 16}
    BoxGroup.objects.filter(box=hall.box, group="own_unit").update(**numbers)
    hall.close()
    hall.refresh()
    return hall


def test_the_report_has_root_turnout_and_signers(closed: Hall, cycle: Cycle, unit: Unit) -> None:
    meeting = ReportMeeting.objects.create(cycle=cycle, unit=unit, title="会议", starts_at=closed.box.closes_at)
    AttendanceCount.objects.create(meeting=meeting, category="staff", invited=20, present=18, on_leave=2)
    AttendanceCount.objects.create(meeting=meeting, category="supervisor", invited=5, present=5, on_leave=0)
    box = closed.box
    box.meeting = meeting

    paper = count_report_paper(box)

    assert fields(paper)["封存校验值"].replace(" ", "") == box.merkle_root
    rows = {row[0]: list(row[1:]) for row in grids(paper)[0].rows}
    # 应到 实到 请假, then paper; the representatives of the meeting are not those of the box.
    assert rows[GROUPS["own_unit"]][:8] == [20, 18, 2, 20, 3, 17, 16, None]
    assert rows[GROUPS["representative"]][2] is None
    assert rows[GROUPS["representative"]][-2:] == [6, 4]
    [signed] = [block for block in paper.blocks if isinstance(block, Signatures)]
    assert list(signed.labels) == ["总监票人", "监票人", "计票人", "监督人"]


def test_while_the_box_is_open_nobody_reads_how_many_have_voted(hall: Hall) -> None:
    slips = hall.make(number=6)
    hall.open()
    hall.cast(slips[0])
    hall.refresh()
    rows = {row[0]: list(row[1:]) for row in grids(count_report_paper(hall.box, with_figures=True))[0].rows}
    assert rows[GROUPS["representative"]][-5:] == [None] * 5


def test_before_the_count_the_report_is_a_form(hall: Hall) -> None:
    hall.make(number=6)
    paper = count_report_paper(hall.box)

    assert set(figures(paper)) == {""}
    assert len(grids(paper)) == 1 + 2
    assert not any(isinstance(cell, int | Decimal) for grid in grids(paper)[1:] for row in grid.rows for cell in row)


def test_the_sealing_slip_counts_what_goes_into_the_bag(closed: Hall) -> None:
    paper = sealing_slip_paper(closed.box)

    rows = {row[0]: list(row[1:]) for row in grids(paper)[0].rows}
    assert rows[GROUPS["own_unit"]] == [17, 16, None, None, 3, "", ""]
    assert fields(paper)["保管人"] == ""


def said_in(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def url(name: str, *args: object) -> str:
    return reverse(f"ballots:{name}", args=[2012, *args])


def test_only_those_who_sign_read_figures_before_the_release(
    client_for: ClientFor, counted: Hall, unit_admin: User
) -> None:
    address = url("count-report-paper", counted.box.pk, "docx")

    seen = {
        user.pk: said_in(client_for(user).get(address).content)
        for user in (counted.scrutineer, counted.office, unit_admin)
    }

    assert ["尚未公布" in text for text in seen.values()] == [False, True, True]


@pytest.mark.parametrize("query", ["?form=both", "?group=nobody"])
def test_an_unknown_form_or_group_has_no_ballot(client_for: ClientFor, hall: Hall, query: str) -> None:
    assert client_for(hall.office).get(url("ballot-print", hall.box.pk) + query).status_code == 404


def test_a_draft_has_no_papers(client_for: ClientFor, new_box: Callable[..., BallotBox], office: User) -> None:
    box = new_box()
    client = client_for(office)

    assert [
        client.get(url(name, box.pk, "docx")).status_code
        for name in ("tally-print", "sealing-slip", "count-report-paper")
    ] == [404] * 3
    assert "sealing-slip" not in client.get(url("box-detail", box.pk)).text


def test_the_page_of_a_box_offers_ballots_by_group_and_form(
    client_for: ClientFor, hall: Hall, unit_admin: User, unit: Unit
) -> None:
    page = client_for(unit_admin).get(url("box-detail", hall.box.pk)).text
    reader = client_for(member(role=Role.APPROVER, unit=unit)).get(url("box-detail", hall.box.pk)).text

    assert 'name="form"' in page and GROUPS["own_unit"] in page and url("tally-print", hall.box.pk, "docx") in page
    assert url("ballot-print", hall.box.pk) not in reader
    assert url("count-report-paper", hall.box.pk, "pdf") in reader


def test_many_cadres_have_whole_blocks_on_every_page(hall: Hall, cycle: Cycle, unit: Unit) -> None:
    rows = [appraisal_of(cycle=cycle, unit=unit, name=f"干部{n:02}") for n in range(14)]

    pdf = paper_ballot_pdf(box=box_of(cycle, rows, "own_unit", hall))

    pages = [text_of(pdf, place) for place in range(1, len(sizes_of(pdf)) + 1)]
    assert [row.name for row in rows if row.name not in "".join(pages)] == []
    assert all(page.count("廉洁自律") >= page.count("干部") - page.count("中层干部") for page in pages)
    assert "意见和建议" in pages[-1]
