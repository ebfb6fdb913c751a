"""Pages of the year."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from evaluation.cycle.models import CalendarDay, Cycle, Track, WorkPlan
from evaluation.cycle.services import create_cycle, freeze_rules, rules_of, save_plan, submit_plan
from evaluation.units.models import Role, Unit
from tests.factories import member, unit_of
from tests.measuring import query_count

TRACKS = [Track.MID_LEVEL, Track.VILLAGE, Track.BUREAU_LEADER]


@pytest.fixture
def plan(cycle, unit, unit_admin):
    return save_plan(cycle=cycle, unit=unit, actor=unit_admin, text="一、二、三", meeting_planned_on=date(2012, 11, 6))


def everything_of(form, sets=()):
    """What a browser would send back unchanged."""
    return {name: "" if value is None else value for name, value in _initial(form, sets)}


def _initial(form, sets):
    for bound in form:
        yield bound.html_name, _sent(bound)
    for rows in sets:
        for bound in [*rows.management_form, *(bound for row in rows.forms for bound in row)]:
            yield bound.html_name, _sent(bound)


def _sent(bound):
    value = bound.value()
    return {True: "on", False: ""}[value] if isinstance(value, bool) else value


@pytest.mark.parametrize("name", ["overview", "calendar"])
def test_everybody_with_a_role_reads(cycle, unit_admin, client_for, name):
    assert client_for(unit_admin).get(reverse(f"cycle:{name}", args=[2012])).status_code == 200


@pytest.mark.parametrize("track", TRACKS)
def test_rules_are_open_to_every_role(cycle, approver, client_for, track):
    assert client_for(approver).get(reverse("cycle:rules-detail", args=[2012, track])).status_code == 200


def test_an_unknown_year_is_not_found(cycle, office, client_for):
    assert client_for(office).get(reverse("cycle:overview", args=[2013])).status_code == 404


def test_an_unknown_track_is_not_found(cycle, office, client_for):
    assert client_for(office).get(reverse("cycle:rules-detail", args=[2012, "nothing"])).status_code == 404


def test_the_office_sets_a_year_up_and_opens_it(office, client_for):
    client = client_for(office)
    given = {"city_name": "示范市", "title": "2014年度公述民评", "deadline": "2014-12-20"}

    assert client.get(reverse("cycle:cycle-create", args=[2014])).status_code == 200
    client.post(reverse("cycle:cycle-create", args=[2014]), given)
    client.post(reverse("cycle:cycle-open", args=[2014]))

    assert Cycle.objects.get(year=2014).status == Cycle.Status.OPEN


def test_a_year_that_exists_is_not_set_up_again(cycle, office, client_for):
    answer = client_for(office).get(reverse("cycle:cycle-create", args=[2012]))

    assert answer.url == reverse("cycle:overview", args=[2012])


def test_a_unit_sets_no_year_up(unit_admin, client_for):
    assert client_for(unit_admin).get(reverse("cycle:cycle-create", args=[2014])).status_code == 403


def test_calendar_and_names_change(cycle, office, client_for):
    client, url = client_for(office), reverse("cycle:cycle-edit", args=[2012])
    page = client.get(url)
    data = everything_of(page.context["form"])
    for form in page.context["step_forms"]:
        data |= everything_of(form)

    answer = client.post(url, {**data, "campaign_name": "争先创优", "step2-starts": "2012-10-01"})

    assert answer.status_code == 302
    changed = Cycle.objects.get(pk=cycle.pk)
    assert changed.campaign_name == "争先创优"
    assert changed.steps.get(step=2).starts == date(2012, 10, 1)


def test_a_step_beyond_the_deadline_is_refused_and_kept_in_the_form(cycle, office, client_for):
    client, url = client_for(office), reverse("cycle:cycle-edit", args=[2012])
    page = client.get(url)
    data = everything_of(page.context["form"])
    for form in page.context["step_forms"]:
        data |= everything_of(form)

    answer = client.post(url, {**data, "step5-ends": "2012-12-31"})

    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors()
    assert "2012-12-31" in answer.text
    assert cycle.steps.get(step=5).ends == date(2012, 12, 20)


def rules_data(client, track=Track.MID_LEVEL):
    page = client.get(reverse("cycle:rules-edit", args=[2012, track]))
    return everything_of(page.context["form"], page.context["sets"].values())


def test_the_office_changes_rules(cycle, office, client_for):
    client = client_for(office)
    data = {**rules_data(client), "groups-0-min_valid": "12", "aspects-1-weight": "30", "bonus_cap": "15"}

    client.post(reverse("cycle:rules-edit", args=[2012, Track.MID_LEVEL]), data)

    rules = rules_of(cycle, Track.MID_LEVEL)
    assert rules.groups.all()[0].min_valid == 12
    assert rules.aspects.all()[1].weight == 30
    assert rules.bonus_cap == 15


def test_points_that_are_not_the_source_s_warn(cycle, office, client_for):
    client = client_for(office)
    data = {**rules_data(client), "groups-0-base": "40"}

    answer = client.post(reverse("cycle:rules-edit", args=[2012, Track.MID_LEVEL]), data, follow=True)

    assert [message.level_tag for message in answer.context["messages"]] == ["success", "warning"]
    assert answer.context["points_off"] == 105


def test_a_code_cannot_be_sent_along(cycle, office, client_for):
    client = client_for(office)
    data = {**rules_data(client), "grades-0-code": "other", "grades-0-value": "95"}

    client.post(reverse("cycle:rules-edit", args=[2012, Track.MID_LEVEL]), data)

    assert rules_of(cycle, Track.MID_LEVEL).grades.all()[0].code == "satisfied"


def test_a_deduction_has_points_or_a_maximum(cycle, office, client_for):
    client = client_for(office)
    data = {**rules_data(client), "deductions-0-maximum": "9"}

    answer = client.post(reverse("cycle:rules-edit", args=[2012, Track.MID_LEVEL]), data)

    assert answer.status_code == 200
    assert answer.context["sets"]["deductions"].forms[0].errors


def test_the_bounds_of_the_discretionary_rule_and_which_rules_ask_for_a_notice(cycle, office, client_for):
    client, url = client_for(office), reverse("cycle:rules-edit", args=[2012, Track.MID_LEVEL])
    data = rules_data(client)
    refused = client.post(url, {**data, "deductions-6-minimum": "9"})
    assert refused.context["sets"]["deductions"].forms[6].errors.keys() == {"minimum"}

    data.pop("deductions-0-asks_notice")
    client.post(url, {**data, "deductions-6-minimum": "0.5"})

    rows = list(rules_of(cycle, Track.MID_LEVEL).deductions.all())
    assert (rows[6].minimum, rows[0].asks_notice, rows[1].asks_notice) == (Decimal("0.50"), False, True)


def test_frozen_rules_are_not_edited(cycle, office, client_for):
    client = client_for(office)
    data = rules_data(client)
    freeze_rules(rules=rules_of(cycle, Track.MID_LEVEL), at=cycle.rules.first().frozen_at or _now())

    for answer in (
        client.get(reverse("cycle:rules-edit", args=[2012, Track.MID_LEVEL])),
        client.post(reverse("cycle:rules-edit", args=[2012, Track.MID_LEVEL]), {**data, "groups-0-base": "1"}),
    ):
        assert answer.status_code == 302
    assert rules_of(cycle, Track.MID_LEVEL).groups.all()[0].base == 35


def _now():
    from django.utils import timezone

    return timezone.now()


def test_calendar_days_are_added_and_removed(cycle, office, client_for):
    client = client_for(office)

    client.post(reverse("cycle:calendar-add", args=[2012]), {"day": "2012-12-15", "is_working": "1", "note": "调班"})
    day = CalendarDay.objects.get(day="2012-12-15")
    assert day.is_working
    client.post(reverse("cycle:calendar-remove", args=[2012, day.pk]))

    assert not CalendarDay.objects.filter(day="2012-12-15").exists()


def test_a_closed_year_changes_no_more(cycle, office, client_for):
    client = client_for(office)
    data = rules_data(client)
    client.post(reverse("cycle:cycle-close", args=[2012]))

    answer = client.post(reverse("cycle:rules-edit", args=[2012, Track.MID_LEVEL]), {**data, "groups-0-base": "1"})

    assert answer.context["form"].non_field_errors()
    assert rules_of(cycle, Track.MID_LEVEL).groups.all()[0].base == 35


def test_a_plan_goes_to_the_office_and_back(cycle, unit, unit_admin, office, client_for):
    mine, theirs = client_for(unit_admin), client_for(office)
    args = [2012, unit.pk]

    mine.post(reverse("cycle:plan-edit", args=args), {"text": "一、动员", "meeting_planned_on": "2012-11-06"})
    mine.post(reverse("cycle:plan-submit", args=args))
    assert WorkPlan.objects.get(unit=unit).status == WorkPlan.Status.SUBMITTED
    theirs.post(reverse("cycle:plan-return", args=args), {"reason": "时间太晚"})

    plan = WorkPlan.objects.get(unit=unit)
    assert (plan.status, plan.return_reason) == (WorkPlan.Status.RETURNED, "时间太晚")
    assert "时间太晚" in mine.get(reverse("cycle:plan-detail", args=args)).text


def test_what_was_typed_is_kept_while_the_office_has_the_plan(cycle, unit, unit_admin, plan, client_for):
    submit_plan(plan=plan, actor=unit_admin)

    answer = client_for(unit_admin).post(
        reverse("cycle:plan-edit", args=[2012, unit.pk]), {"text": "改过的话", "meeting_planned_on": "2012-11-07"}
    )

    assert answer.status_code == 200
    assert "改过的话" in answer.text
    assert WorkPlan.objects.get(pk=plan.pk).text == "一、二、三"


@pytest.mark.parametrize("name", ["plan-detail", "plan-edit", "plan-file"])
def test_another_unit_s_plan_is_not_found(cycle, plan, other_admin, client_for, name):
    assert client_for(other_admin).get(reverse(f"cycle:{name}", args=[2012, plan.unit_id])).status_code == 404


def test_another_unit_submits_no_plan(cycle, plan, other_admin, client_for):
    assert client_for(other_admin).post(reverse("cycle:plan-submit", args=[2012, plan.unit_id])).status_code == 404
    assert WorkPlan.objects.get(pk=plan.pk).status == WorkPlan.Status.DRAFT


def test_a_unit_sees_only_its_own_row(cycle, plan, other_unit, unit_admin, client_for):
    answer = client_for(unit_admin).get(reverse("cycle:plan-list", args=[2012]))

    assert [row.unit for row in answer.context["rows"]] == [plan.unit]


def test_towns_plan_for_their_villages(cycle, office, client_for):
    town = unit_of("东关镇", Unit.Kind.TOWN)
    unit_of("东关村", Unit.Kind.VILLAGE, parent=town)

    rows = client_for(office).get(reverse("cycle:plan-list", args=[2012])).context["rows"]

    assert [row.unit for row in rows] == [town]


def test_a_meeting_after_the_latest_day_is_marked(cycle, unit, unit_admin, plan, office, client_for):
    late = unit_of("市水利局")
    save_plan(cycle=cycle, unit=late, actor="test", text="x", meeting_planned_on=date(2012, 12, 19))

    rows = client_for(office).get(reverse("cycle:plan-list", args=[2012])).context["rows"]

    assert {row.unit: row.is_late for row in rows} == {unit: False, late: True}


def test_the_plan_list_asks_as_often_for_three_as_for_one(cycle, office, client_for):
    client, url = client_for(office), reverse("cycle:plan-list", args=[2012])
    counts = []
    for number in range(3):
        unit = unit_of(f"局{number}")
        save_plan(cycle=cycle, unit=unit, actor="test", text="x", meeting_planned_on=date(2012, 11, 6))
        counts.append(query_count(client, url))

    assert counts[0] == counts[2]


@pytest.mark.parametrize("name", ["cycle-open", "cycle-close", "calendar-add", "calendar-load"])
def test_acts_by_get_are_refused(cycle, office, client_for, name):
    assert client_for(office).get(reverse(f"cycle:{name}", args=[2012])).status_code == 405


@pytest.mark.parametrize("name", ["cycle-open", "cycle-close", "calendar-add", "calendar-load"])
def test_a_unit_acts_on_no_year(cycle, unit_admin, client_for, name):
    assert client_for(unit_admin).post(reverse(f"cycle:{name}", args=[2012])).status_code == 403


def test_the_unknown_holidays_of_a_year_are_said(office, client_for):
    create_cycle(year=2031, actor=office)
    client = client_for(office)

    answer = client.post(reverse("cycle:calendar-load", args=[2031]), follow=True)

    assert answer.context["is_known"] is False
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]


def test_a_role_is_needed(cycle, client_for):
    from tests.factories import user_named

    assert client_for(user_named()).get(reverse("cycle:overview", args=[2012])).status_code == 403
    assert client_for(member(role=Role.AUDITOR)).get(reverse("cycle:overview", args=[2012])).status_code == 200


def test_the_office_sees_who_has_handed_in_no_plan(cycle, unit, plan, unit_admin, office, client_for):
    submit_plan(plan=plan, actor=unit_admin)
    waiting = unit_of("市司法局")
    page = client_for(office).get(reverse("cycle:plan-list", args=[cycle.year]), {"state": "waiting"})
    assert [row.unit for row in page.context["rows"]] == [waiting]
