"""What a new cycle starts with."""

import pytest

from evaluation.cycle.models import Cycle, Track
from evaluation.cycle.selectors import points_off
from evaluation.cycle.services import create_cycle, open_cycle, rules_as_values, rules_of
from evaluation.errors import DomainError


@pytest.mark.parametrize("track", [Track.MID_LEVEL, Track.VILLAGE])
def test_points_of_the_source_add_up_to_a_hundred(cycle, track):
    assert points_off(rules_of(cycle, track)) is None


def test_villages_have_groups_and_grades_of_their_own(cycle):
    values = rules_as_values(rules=rules_of(cycle, Track.VILLAGE))

    assert [row["label"]["zh"] for row in values["groups"]] == [
        "村民（户）代表",
        "村干部和党员",
        "两代表一委员和镇联村干部",
        "公众",
    ]
    assert [row["code"] for row in values["grades"]] == [
        "excellent",
        "competent",
        "basically_competent",
        "incompetent",
    ]


def test_leaders_have_no_box(cycle):
    assert rules_as_values(rules=rules_of(cycle, Track.BUREAU_LEADER))["groups"] == []


def test_every_aspect_has_its_prompt_in_both_languages(cycle):
    aspects = rules_of(cycle, Track.MID_LEVEL).aspects.all()

    assert [row.code for row in aspects] == ["style", "lawfulness", "efficiency", "results", "integrity"]
    assert all(row.prompt_zh and row.prompt_en for row in aspects)


def test_a_year_is_set_up_once(cycle, office):
    with pytest.raises(DomainError) as error:
        create_cycle(year=cycle.year, actor=office)
    assert error.value.code == "year_exists"


def test_a_cycle_opens_once(cycle, office):
    assert cycle.status == Cycle.Status.OPEN
    with pytest.raises(DomainError) as error:
        open_cycle(cycle=cycle, actor=office)
    assert error.value.code == "not_draft"


def test_all_steps_end_by_the_twentieth_of_december(cycle):
    assert cycle.deadline.isoformat() == "2012-12-20"
    assert max(row.ends for row in cycle.steps.all()) == cycle.deadline
