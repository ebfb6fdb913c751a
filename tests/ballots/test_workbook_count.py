"""The count report as a workbook: the page's figures, under the page's rules."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from accounts.models import User
from evaluation.ballots.models import BallotBox
from evaluation.ballots.workbook import count_workbook
from evaluation.cycle.models import Cycle
from evaluation.units.models import Unit
from tests.factories import appraisal_of
from tests.results.conftest import ASPECTS, count, counted_box, tally

pytestmark = pytest.mark.django_db
GRADES = ["satisfied", "fairly_satisfied", "ordinary", "dissatisfied"]


@pytest.fixture
def unreleased(cycle: Cycle, unit: Unit) -> BallotBox:
    """Two cadres, one of them judged by three of the public; counted."""
    rows = [appraisal_of(cycle=cycle, unit=unit, name=name) for name in ("林敏", "=少人评")]
    spec = {"appraisals": [row.pk for row in rows], "aspects": list(ASPECTS), "grades": GRADES}
    found = counted_box(cycle=cycle, unit=unit, appraisals=rows, spec=spec, merkle_root="ab" * 32)
    tally(found, rows[0], "own_unit", satisfied=17, ordinary=2)
    tally(found, rows[1], "public", satisfied=3)
    BallotBox.objects.update(state=BallotBox.State.COUNTED)
    return BallotBox.objects.get()


@pytest.fixture
def box(unreleased: BallotBox) -> BallotBox:
    count(unreleased)
    return BallotBox.objects.get()


def opened(data: bytes) -> Workbook:
    return load_workbook(io.BytesIO(data))


def lines(book: Workbook, title: str) -> list[list[Any]]:
    return [list(row) for row in book[title].iter_rows(values_only=True)]


def test_every_aspect_has_its_counts(box: BallotBox) -> None:
    found = lines(opened(count_workbook(box)), "各项票数")

    assert found[2][:4] == ["评议对象", "评议主体", "有效票", "评议内容"]
    assert [row[:2] for row in found[3:8]] == [["林敏", found[3][1]]] * 5
    assert [row[2] for row in found[3:8]] == [19] * 5
    assert [row[4:8] for row in found[3:8]] == [[17, 0, 2, 0]] * 5


def test_whom_few_judged_is_named_without_a_figure(box: BallotBox) -> None:
    found = lines(opened(count_workbook(box)), "各项票数")

    assert "=少人评" not in [row[0] for row in found]
    assert any("=少人评" in str(row[0]) and "不列票数" in str(row[0]) for row in found)


def test_the_root_and_the_hall_stand_on_the_first_sheet(box: BallotBox) -> None:
    found = lines(opened(count_workbook(box)), "票数")

    assert found[2][:3] == ["评议主体", "到会（人）", None]
    assert any("ab" * 32 in str(row[0]) for row in found)


def test_no_figure_before_the_release(
    unreleased: BallotBox, client_for: Callable[[User], Client], unit_admin: User
) -> None:
    address = reverse("ballots:count-report-paper", args=[2012, unreleased.pk, "xlsx"])

    answer = client_for(unit_admin).get(address)

    assert opened(answer.content).sheetnames == ["票数"]
    assert opened(count_workbook(unreleased)).sheetnames == ["票数"]
    assert opened(count_workbook(unreleased, with_figures=True)).sheetnames == ["票数", "各项票数"]
