"""The year as its people would run it: through the pages only, from an empty city, by way of a complaint, to an
accepted rectification."""

from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.browser import acts_afterwards as afterwards
from tests.browser import acts_ballots as ballots
from tests.browser import acts_complaints as complaints
from tests.browser import acts_first_steps as first_steps
from tests.browser import acts_public as public
from tests.browser import acts_recipients as recipients
from tests.browser import acts_results as results
from tests.browser import acts_setting_up as setting_up
from tests.browser.acts_people import PATIENCE, Year
from tests.browser.servers import City

ACTS = (
    setting_up.the_office_sets_up_the_year,
    setting_up.the_office_changes_the_rules_and_opens_the_year,
    setting_up.the_office_imports_the_roster,
    setting_up.a_phone_opens_the_test_code,
    setting_up.the_office_opens_accounts,
    setting_up.the_unit_settles_its_list,
    first_steps.the_cadre_writes_a_pledge,
    first_steps.the_unit_writes_the_other_pledges,
    first_steps.the_approver_publishes_the_pledges,
    complaints.a_resident_complains,
    complaints.the_unit_accepts_and_finds,
    complaints.the_complainant_is_answered,
    complaints.the_proposal_becomes_a_deduction,
    recipients.the_unit_draws_whom_it_served,
    recipients.residents_see_how_it_was_drawn,
    first_steps.the_unit_announces_the_meeting,
    first_steps.the_reports_are_written_and_published,
    first_steps.the_meeting_is_held,
    first_steps.the_cadre_answers_in_writing,
    ballots.the_scrutineer_makes_a_key,
    ballots.the_unit_sets_up_a_box,
    ballots.the_scrutineer_makes_the_box_ready,
    ballots.the_office_prints_the_slips,
    ballots.the_scrutineer_opens_the_box,
    ballots.representatives_vote_by_phone,
    ballots.the_box_is_closed,
    ballots.unused_slips_are_scanned_void,
    ballots.paper_is_keyed_by_one_and_checked_by_another,
    ballots.the_box_is_counted_and_released,
    ballots.the_unit_shows_the_opinions,
    public.the_office_sets_up_the_vote_of_the_public,
    public.residents_vote,
    public.the_vote_of_the_public_is_counted,
    results.a_bonus_is_claimed_and_approved,
    results.the_missing_group_is_decided_by_two,
    results.the_unit_computes_and_analyses,
    results.the_approver_approves_and_the_unit_hands_out,
    results.the_cadre_accepts,
    results.the_result_goes_on_public_notice,
    results.a_resident_objects_and_the_office_reviews,
    results.the_office_makes_it_final,
    complaints.the_notice_is_issued_and_received,
    afterwards.the_cadre_writes_a_plan,
    afterwards.the_approver_publishes_the_plan,
    afterwards.the_opinion_is_shown_and_answered,
    afterwards.the_plan_is_carried_out_and_accepted,
    complaints.a_resident_rates_what_was_done,
    afterwards.the_unit_recommends_its_best,
    afterwards.the_office_and_the_organisation_department_choose,
    afterwards.residents_see_the_year,
    afterwards.anyone_recomputes_the_results,
)


def test_the_year(empty_city: City, browser: Browser, tmp_path: Path) -> None:
    expect.set_options(timeout=PATIENCE)
    year = Year(city=empty_city, browser=browser, folder=tmp_path)
    for act in ACTS:
        act(year)
