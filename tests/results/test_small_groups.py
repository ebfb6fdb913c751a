"""Nobody learns how fewer than five judged: not from a page, not from a file, not by subtraction."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from evaluation.ballots.models import Channel, Tally
from evaluation.cycle.models import Cycle
from evaluation.results.export import results_document
from evaluation.results.models import Publication, Result
from evaluation.results.services import approve_publication, correct_publication, deliver_feedback
from evaluation.results.shown import pool_lines, shown_result
from evaluation.results.suppression import must_hide
from evaluation.roster.models import Appraisal
from evaluation.scoring import GroupTally
from evaluation.units.models import Unit
from tests.factories import appraisal_of
from tests.results.conftest import ASPECTS, Compute, count, counted_box, judged, tally

pytestmark = pytest.mark.django_db
FIGURES = {"valid", "graded", "points", "rate", "aspects", "mean", "total"}


def keys_of(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, below in value.items():
            yield key
            yield from keys_of(below)
    elif isinstance(value, list):
        for below in value:
            yield from keys_of(below)


@pytest.fixture
def hidden(cycle: Cycle, unit: Unit, compute: Compute, appraisal: Appraisal) -> Result:
    """A cadre of whom three of the public judged; beside them one with large groups."""
    judged(cycle=cycle, unit=unit, name="小组人", sizes={"public": 3})
    return compute().results.get(name="小组人")


@pytest.mark.parametrize(("size", "expected"), [(1, True), (4, True), (5, False)])
def test_one_to_four_graded_sheets_hide_every_group(size: int, expected: bool) -> None:
    large, small = GroupTally(30, {"style": {"good": 30}}), GroupTally(size, {"style": {"good": size}})

    assert must_hide({"own_unit": large, "public": small}) is expected


@pytest.mark.parametrize(("graded", "expected"), [(0, False), (1, True), (4, True), (5, False)])
def test_an_aspect_that_few_graded_hides_every_group(graded: int, expected: bool) -> None:
    """Twenty don't-knows beside three graded marks: the mean of that aspect would be those three people's."""
    marks = {"style": {"good": 23}, "integrity": {"good": graded, "dont_know": 23 - graded}}

    assert must_hide({"own_unit": GroupTally(23, marks)}) is expected


def test_no_page_and_no_file_shows_an_aspect_that_few_graded(
    cycle: Cycle, unit: Unit, compute: Compute, approver: User, unit_admin: User
) -> None:
    cadre = appraisal_of(cycle=cycle, unit=unit, name="某干部")
    box = counted_box(cycle=cycle, unit=unit, appraisals=[cadre])
    for group in ("service_recipient", "own_unit", "representative"):
        tally(box, cadre, group, satisfied=30)
    marks = {aspect: {"satisfied": 30} for aspect in ASPECTS} | {"integrity": {"satisfied": 3, "dont_know": 27}}
    Tally.objects.create(box=box, appraisal=cadre, group="public", channel=Channel.ONLINE, valid=30, marks=marks)
    count(box)

    publication = compute()

    result = publication.results.get()
    shown = shown_result(result, inside=True)
    assert result.is_suppressed
    assert FIGURES.isdisjoint(keys_of(result.explanation["groups"]))
    assert (shown.aspects, shown.marks) == ([], [])
    approve_publication(publication=publication, approver=approver)
    deliver_feedback(publications=[publication], actor=unit_admin)
    Publication.objects.update(status="notice", notice_from="2012-11-20")
    assert "marks" not in json.dumps(results_document(cycle=cycle)["appraisals"])


def test_an_empty_group_hides_nothing(cycle: Cycle, unit: Unit, compute: Compute) -> None:
    judged(cycle=cycle, unit=unit, sizes={"public": 0})

    assert compute().results.get().is_suppressed is False


def test_the_explanation_keeps_no_figure_of_any_group(hidden: Result) -> None:
    groups = hidden.explanation["groups"]

    assert hidden.is_suppressed
    assert FIGURES.isdisjoint(keys_of(groups))
    assert hidden.explanation["aspects"] == []
    assert hidden.democratic is not None


def test_what_pages_get_holds_no_figure_of_a_group(hidden: Result) -> None:
    shown = shown_result(hidden, inside=True)
    line = next(line for line in pool_lines(hidden.publication, [hidden]))

    assert (shown.aspects, shown.marks, set(line.points)) == ([], [], {None})
    assert all(FIGURES.isdisjoint(group) for group in shown.groups)


def test_not_even_the_office_sees_a_group(hidden: Result, client_for: Callable[[User], Client], office: User) -> None:
    page = client_for(office).get(reverse("results:result-detail", args=[2012, hidden.pk]))

    assert page.status_code == 200
    text = page.content.decode()
    shown_elsewhere = hidden.publication.results.get(name="王示例").explanation["groups"]
    assert shown_elsewhere[0]["points"] not in text


def test_no_mean_of_the_unit_takes_the_hidden_in(hidden: Result, cycle: Cycle, unit: Unit, compute: Compute) -> None:
    """Or the hidden cadre's groups were the difference between the unit's mean and the others'."""
    alone = next(line for line in hidden.publication.analysis.splitlines() if "从评议主体看" in line)
    hidden.appraisal.exempt, hidden.appraisal.exempt_reason = True, "援藏"
    hidden.appraisal.save(update_fields=["exempt", "exempt_reason"])

    assert alone in compute().analysis.splitlines()


def test_the_file_hides_every_group_and_its_points(
    hidden: Result, cycle: Cycle, approver: User, unit_admin: User
) -> None:
    Publication.objects.filter(pk=hidden.publication_id).update(status="feedback")
    Publication.objects.filter(pk=hidden.publication_id).update(status="notice", notice_from="2012-11-20")

    rows = results_document(cycle=cycle)["appraisals"]

    row = next(row for row in rows if row["cadre"] == "小组人")
    assert set(row["tallies"]) == {"service_recipient", "own_unit", "representative", "public"}
    assert all(entry == {"suppressed": True} for entry in row["tallies"].values())
    assert "groups" not in row["published"]
    assert "marks" not in json.dumps(row)


def test_a_correction_does_not_show_a_few_by_difference(
    cycle: Cycle, unit: Unit, computed: Publication, approver: User, unit_admin: User, appraisal: Appraisal
) -> None:
    """Three more ballots after the first version: each version alone is large enough, their difference is not."""
    approve_publication(publication=computed, approver=approver)
    deliver_feedback(publications=[computed], actor=unit_admin)
    box = counted_box(cycle=cycle, unit=unit, appraisals=[appraisal], title="补测")
    tally(box, appraisal, "representative", dissatisfied=3)
    count(box)

    corrected = correct_publication(publication=computed, actor=unit_admin, reason="补测。")

    result = corrected.results.get()
    assert result.is_suppressed
    assert FIGURES.isdisjoint(keys_of(result.explanation["groups"]))
