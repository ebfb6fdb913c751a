"""The rules with their clauses, and the year's lists of awards and rectification."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from evaluation.cycle.models import Cycle, Track, TrackRules
from evaluation.results.models import Publication
from evaluation.roster.models import Appraisal
from evaluation.templatetags.ui import clause_heading
from evaluation.units.models import Unit
from tests.factories import appraisal_of, published_pool, unit_of
from tests.portal.conftest import SECRET, plan_of

LISTS = ["portal:rule-list", "portal:award-list", "portal:rectification-list"]
AWARD = {
    "id": 1, "award": "全省文明窗口", "issuer": "省政府", "level": "province", "points": "5", "counted": True,
}  # fmt: skip


def text(client: Client, name: str, **query: str) -> str:
    response = client.get(reverse(name, args=[2012]), query)
    assert response.status_code == 200
    return response.content.decode()


def test_every_deduction_rule_has_its_anchor_and_the_words_of_its_clause(client: Client, cycle: Cycle) -> None:
    page = text(client, "portal:rule-list")

    for track in (Track.MID_LEVEL, Track.VILLAGE):
        rules = TrackRules.objects.get(cycle=cycle, track=track)
        for rule in rules.deductions.all():
            assert f'id="rule-{track}-{rule.code}"' in page
        for level in rules.bonus_levels.all():
            assert f'id="bonus-{track}-{level.code}"' in page
    assert "五（二）4" in page
    assert "损害当事人合法权益或者造成不良影响的，每件扣10分" in page


def test_the_periods_are_those_of_the_year(client: Client, cycle: Cycle) -> None:
    Cycle.objects.filter(pk=cycle.pk).update(complaint_extended_days=57)

    assert '<td class="numeric" data-label="工作日数">57</td>' in text(client, "portal:rule-list")


@pytest.mark.parametrize("name", LISTS)
def test_a_year_that_is_not_open_has_no_lists(client: Client, cycle: Cycle, name: str) -> None:
    Cycle.objects.filter(pk=cycle.pk).update(status="draft")

    assert client.get(reverse(name, args=[2012])).status_code == 404


def test_awards_appear_with_the_result_and_not_before(client: Client, cycle: Cycle, unit: Unit) -> None:
    shown = appraisal_of(cycle=cycle, unit=unit, name="王公开")
    hidden = appraisal_of(cycle=cycle, unit=unit, name=SECRET, track=Track.VILLAGE)
    published_pool(cycle=cycle, appraisals=[shown], awards=[AWARD])
    published_pool(cycle=cycle, appraisals=[hidden], awards=[AWARD], status="feedback")

    page = text(client, "portal:award-list")

    assert "全省文明窗口" in page
    assert "王公开" in page
    assert SECRET not in page


def test_a_lower_level_of_the_same_award_is_said_not_to_count(client: Client, cycle: Cycle, unit: Unit) -> None:
    published_pool(cycle=cycle, appraisals=[appraisal_of(cycle=cycle, unit=unit)], awards=[{**AWARD, "counted": False}])

    page = text(client, "portal:award-list")

    assert "+5" not in page
    assert "就高只计一次" in page or "同一奖项" in page


def test_what_is_overdue_stands_first_and_is_said_in_words(client: Client, cycle: Cycle, unit: Unit) -> None:
    today = timezone.localdate()
    for name, days in (("张按时", 3), ("李逾期", -1)):
        appraisal = appraisal_of(cycle=cycle, unit=unit, name=name)
        plan_of(appraisal=appraisal, open_days=5, due=today + timedelta(days=days))

    page = text(client, "portal:rectification-list")

    assert page.index("李逾期") < page.index("张按时")
    assert "1 项逾期" in page


@pytest.mark.parametrize(("due", "late"), [(0, False), (-1, True)])
def test_an_item_is_overdue_the_day_after(client: Client, published: Appraisal, due: int, late: bool) -> None:
    plan_of(appraisal=published, open_days=5, due=timezone.localdate() + timedelta(days=due))

    assert ("1 项逾期" in text(client, "portal:rectification-list")) is late


def test_a_plan_that_is_not_published_is_not_listed(client: Client, hidden: Appraisal) -> None:
    assert SECRET not in text(client, "portal:rectification-list")


@pytest.mark.parametrize("name", LISTS[1:])
def test_lists_do_not_ask_by_row(client: Client, cycle: Cycle, name: str) -> None:
    asked = []
    for number in (1, 3):
        for _each in range(number):
            appraisal = appraisal_of(cycle=cycle, unit=unit_of())
            plan_of(appraisal=appraisal, open_days=5)
            published_pool(cycle=cycle, appraisals=[appraisal], awards=[AWARD])
        with CaptureQueriesContext(connection) as queries:
            text(client, name)
        asked.append(len(queries))
    assert asked[0] == asked[1]


@pytest.mark.parametrize("name", LISTS)
def test_forged_parameters_are_ignored(client: Client, published: Appraisal, name: str) -> None:
    text(client, name, unit="no-such' OR 1=1", page="-1", year="x")


def test_a_corrected_list_says_why_and_leads_to_the_old_one(client: Client, cycle: Cycle, unit: Unit) -> None:
    appraisal = appraisal_of(cycle=cycle, unit=unit)
    old = published_pool(cycle=cycle, appraisals=[appraisal], status="superseded")
    new = Publication.objects.create(
        cycle=cycle,
        track=old.track,
        organising_unit=unit,
        rules=old.rules,
        version=2,
        status="notice",
        computed_at=timezone.now(),
        computed_by=old.computed_by,
        notice_from=timezone.localdate(),
        correction_reason="一组票数漏计，已补计。",
    )
    url = reverse("portal:publication-detail", args=[2012, unit.code, new.public_code])
    earlier = reverse("portal:publication-detail", args=[2012, unit.code, old.public_code])

    page = client.get(url).content.decode()

    assert "一组票数漏计，已补计。" in page
    assert earlier in page
    assert client.get(earlier).status_code == 200
    assert url not in client.get(earlier).content.decode()


@pytest.mark.parametrize(
    ("code", "heading"), [("C19", "五（二）1"), ("C26", "五（三）"), ("本市补充1", "本市补充1"), ("", "")]
)
def test_a_clause_is_named_by_its_heading_in_the_source(code: str, heading: str) -> None:
    assert clause_heading(code) == heading
