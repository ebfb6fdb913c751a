"""Step 4 as its people go through it: compute, analyse, approve, feed back, notice, final."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine

from accounts.models import User
from evaluation.audit.models import AuditEvent
from evaluation.bonus.models import BonusClaim
from evaluation.cycle.models import Cycle, Track
from evaluation.daily.models import DailyDeduction
from evaluation.errors import DomainError
from evaluation.files.models import StoredFile
from evaluation.results.models import Feedback, Publication, Result
from evaluation.results.services import (
    accept_result,
    approve_publication,
    compute_all,
    compute_publication,
    correct_publication,
    deliver_feedback,
    edit_analysis,
    finalise,
    hand_over_all,
    return_publication,
    start_notice,
)
from evaluation.roster.models import Appraisal
from evaluation.units.models import Role, Unit
from tests.factories import appraisal_of, member, unit_of
from tests.results.conftest import MONDAY, Compute, count, counted_box, judged, tally

pytestmark = pytest.mark.django_db


def deduction_of(appraisal: Appraisal, *, rule: str = "1", points: str = "5", number: int = 1) -> DailyDeduction:
    recorder, confirmer = member(role=Role.OFFICE), member(role=Role.OFFICE)
    return DailyDeduction.objects.create(
        cadre=appraisal.cadre,
        cycle=appraisal.cycle,
        appraisal=appraisal,
        rule=rule,
        found_on=date(2012, 10, 8),
        points=Decimal(points),
        count=number,
        source="complaint",
        facts="窗口受理超时。",
        basis="投诉件2012-17",
        amount_reason="影响较小" if rule == "6" else "",
        status="confirmed",
        recorded_by=recorder,
        confirmed_by=confirmer,
        confirmed_at="2012-10-10T10:00:00+08:00",
    )


def claim_of(appraisal: Appraisal, award: str, level: str) -> BonusClaim:
    people = member(role=Role.OFFICE), member(role=Role.OFFICE)
    proof = StoredFile.objects.first() or StoredFile.objects.create(
        file="x.pdf", name="x.pdf", kind=StoredFile.Kind.values[0], content_type="application/pdf", size=1, sha256="0"
    )
    return BonusClaim.objects.create(
        appraisal=appraisal,
        award=award,
        issuer="市政府",
        level=level,
        awarded_on=date(2012, 3, 1),
        proof=proof,
        status="approved",
        approved_level=level,
        claimed_by=people[0],
        decided_by=people[1],
    )


def refused(code: str) -> pytest.RaisesExc[DomainError]:
    return pytest.raises(DomainError, check=lambda error: error.code == code)


# Compute


def test_a_pool_is_computed_from_tallies_deductions_and_awards(appraisal: Appraisal, compute: Compute) -> None:
    deduction_of(appraisal)
    claim_of(appraisal, "文明窗口", "city")
    claim_of(appraisal, "文明窗口", "province")

    result = compute().results.get()

    assert (result.daily, result.bonus) == (Decimal("15.00"), Decimal("5.00"))
    assert result.democratic and result.composite == result.democratic + 20
    assert [row["counted"] for row in result.awards] == [False, True]
    assert result.explanation["daily"] == {"base": "20.00", "deducted": "5.00", "points": "15.00", "used_up": False}


def test_an_award_written_in_two_ways_counts_once_at_its_highest_level(appraisal: Appraisal, compute: Compute) -> None:
    claim_of(appraisal, "“文明窗口”", "city")
    claim_of(appraisal, "文明窗口", "province")

    result = compute().results.get()

    assert result.bonus == Decimal("5.00")
    assert [(row["award"], row["counted"]) for row in result.awards] == [("“文明窗口”", False), ("文明窗口", True)]
    assert len({row["same_as"] for row in result.awards}) == 1


def test_the_explanation_holds_every_figure_of_a_group(computed: Publication) -> None:
    group = computed.results.get().explanation["groups"][0]

    assert (group["code"], group["valid"], group["graded"], group["effective_base"]) == (
        "service_recipient", 30, 30, "35.00",
    )  # fmt: skip
    assert group["aspects"][0] == {
        "code": "style", "weight": "20.00", "graded": 30, "total": "2860.00", "mean": "95.33",
    }  # fmt: skip
    assert (group["rate"], group["points"]) == ("95.33", "33.37")


def test_discretionary_deductions_take_their_own_points(appraisal: Appraisal, compute: Compute) -> None:
    deduction_of(appraisal, rule="6", points="2.50", number=2)

    assert compute().results.get().daily == Decimal("15.00")


def test_a_deduction_confirmed_before_the_appraisal_existed_counts(appraisal: Appraisal, compute: Compute) -> None:
    row = deduction_of(appraisal)
    row.appraisal = None
    row.save(update_fields=["appraisal"])

    assert compute().results.get().daily == Decimal("15.00")


def test_nothing_is_computed_before_every_box_is_counted(
    cycle: Cycle, unit: Unit, appraisal: Appraisal, compute: Compute
) -> None:
    counted_box(cycle=cycle, unit=unit, appraisals=[appraisal], title="公众评议箱")

    with pytest.raises(DomainError, match="公众评议箱") as caught:
        compute()

    assert caught.value.code == "boxes_not_counted"


def test_ranks_are_shared_and_the_list_is_ordered(cycle: Cycle, unit: Unit, compute: Compute) -> None:
    first, second = judged(cycle=cycle, unit=unit, name="甲"), judged(cycle=cycle, unit=unit, name="乙")
    third = judged(cycle=cycle, unit=unit, name="丙")
    deduction_of(first)

    rows = {row.name: (row.rank, row.list_order) for row in compute().results.all()}

    assert rows == {"乙": (1, 1), "丙": (1, 2), "甲": (3, 3)}
    assert second.pk < third.pk


def test_the_exempt_have_no_composite(cycle: Cycle, unit: Unit, appraisal: Appraisal, compute: Compute) -> None:
    appraisal_of(cycle=cycle, unit=unit, name="乙", exempt=True, exempt_reason="援藏")

    assert compute().results.get(name="乙").status == Result.Status.EXEMPT


def test_computing_anew_replaces_the_figures_and_takes_the_approval_back(
    approved: Publication, appraisal: Appraisal, compute: Compute
) -> None:
    deduction_of(appraisal)

    again = compute()

    assert again.pk == approved.pk
    assert again.approved_by is None
    assert again.results.get().daily == Decimal("15.00")


def test_what_was_fed_back_is_not_computed_anew(fed_back: Publication, compute: Compute) -> None:
    with refused("fed_back_already"):
        compute()


def test_the_office_computes_all_pools_that_are_ready(
    cycle: Cycle, unit: Unit, other_unit: Unit, appraisal: Appraisal, office: User
) -> None:
    waiting = appraisal_of(cycle=cycle, unit=other_unit)
    counted_box(cycle=cycle, unit=other_unit, appraisals=[waiting])

    done, left = compute_all(cycle=cycle, pools=[(Track.MID_LEVEL, unit), (Track.MID_LEVEL, other_unit)], actor=office)

    assert [one.organising_unit for one in done] == [unit]
    assert [one for one, _reason in left] == [other_unit]


def test_rules_are_stored_with_the_result(computed: Publication) -> None:
    assert [group["base"] for group in computed.rules["groups"]] == [35, 15, 20, 10]
    assert computed.rules["daily"]["deductions"][0]["clause"] == "C19"


def test_the_analysis_is_drafted_from_the_figures(appraisal: Appraisal, compute: Compute) -> None:
    deduction_of(appraisal)

    publication = compute()

    result = publication.results.get()
    assert f"综合得分{result.composite}分" in result.analysis
    assert "日常考核共扣5.00分" in result.analysis
    assert "市民政局本年度参加公述民评的中层干部1名" in publication.analysis


# Analysis and approval


def test_the_unit_edits_the_analysis(computed: Publication, unit_admin: User) -> None:
    result = computed.results.get()

    edit_analysis(publication=computed, text="总体良好。", by_cadre={result.pk: "很好。"}, actor=unit_admin)

    computed.refresh_from_db()
    result.refresh_from_db()
    assert (computed.analysis, result.analysis) == ("总体良好。", "很好。")


def test_whoever_computed_cannot_approve(computed: Publication, unit_admin: User) -> None:
    with refused("same_person"):
        approve_publication(publication=computed, approver=unit_admin)


def test_whoever_worded_the_analysis_cannot_approve(computed: Publication, approver: User) -> None:
    edit_analysis(publication=computed, text="总体良好。", by_cadre={}, actor=approver)

    with refused("same_person"):
        approve_publication(publication=computed, approver=approver)


def test_a_returned_analysis_carries_the_reason(computed: Publication, approver: User) -> None:
    return_publication(publication=computed, approver=approver, reason="问题部分太笼统。")

    computed.refresh_from_db()
    assert computed.return_reason == "问题部分太笼统。"


def test_incomplete_results_are_not_approved(
    cycle: Cycle, unit: Unit, appraisal: Appraisal, compute: Compute, approver: User
) -> None:
    judged(cycle=cycle, unit=unit, name="缺票人", sizes={"representative": 6})

    with pytest.raises(DomainError, match="缺票人"):
        approve_publication(publication=compute(), approver=approver)


def test_deductions_confirmed_after_the_computing_are_not_lost(
    computed: Publication, appraisal: Appraisal, approver: User
) -> None:
    deduction_of(appraisal)

    with refused("figures_changed"):
        approve_publication(publication=computed, approver=approver)


# Feedback


def test_feedback_needs_the_approval(computed: Publication, unit_admin: User) -> None:
    with refused("not_approved"):
        deliver_feedback(publications=[computed], actor=unit_admin)


def test_the_days_to_answer_are_working_days(fed_back: Publication) -> None:
    assert fed_back.feedback_due == MONDAY + timedelta(days=3)
    assert Feedback.objects.get().due == fed_back.feedback_due


@pytest.mark.parametrize(
    ("days", "allowed"), [pytest.param(3, True, id="last day"), pytest.param(4, False, id="day after")]
)
def test_the_cadre_answers_until_the_end_of_the_last_day(
    fed_back: Publication, cadre_user: User, clock: time_machine.Traveller, days: int, allowed: bool
) -> None:
    clock.move_to(f"{MONDAY + timedelta(days=days)}T23:59:00+08:00")

    if allowed:
        assert accept_result(feedback=Feedback.objects.get(), actor=cadre_user).answer == Feedback.Answer.ACCEPTED
    else:
        with refused("too_late"):
            accept_result(feedback=Feedback.objects.get(), actor=cadre_user)


def test_nobody_waives_the_objection_of_a_cadre(fed_back: Publication, unit_admin: User) -> None:
    with refused("not_the_cadre"):
        accept_result(feedback=Feedback.objects.get(), actor=unit_admin)


# Public notice


@pytest.mark.parametrize(
    ("days", "allowed"), [pytest.param(3, False, id="last day"), pytest.param(4, True, id="day after")]
)
def test_silence_counts_as_no_objection_after_the_last_day(
    fed_back: Publication, unit_admin: User, clock: time_machine.Traveller, days: int, allowed: bool
) -> None:
    clock.move_to(f"{MONDAY + timedelta(days=days)}T12:00:00+08:00")

    if allowed:
        assert start_notice(publication=fed_back, actor=unit_admin).status == Publication.Status.NOTICE
    else:
        with refused("feedback_open"):
            start_notice(publication=fed_back, actor=unit_admin)


def test_the_notice_begins_at_once_when_everybody_has_answered(
    fed_back: Publication, unit_admin: User, cadre_user: User
) -> None:
    accept_result(feedback=Feedback.objects.get(), actor=cadre_user)

    notice = start_notice(publication=fed_back, actor=unit_admin)

    assert (notice.notice_from, notice.notice_until) == (MONDAY, MONDAY + timedelta(days=7))


# Final


@pytest.mark.parametrize(
    ("days", "allowed"), [pytest.param(0, False, id="last day"), pytest.param(1, True, id="day after")]
)
def test_a_result_is_final_only_after_the_notice(
    noticed: Publication, office: User, clock: time_machine.Traveller, days: int, allowed: bool
) -> None:
    assert noticed.notice_until
    clock.move_to(f"{noticed.notice_until + timedelta(days=days)}T20:00:00+08:00")

    if allowed:
        assert finalise(publications=[noticed], actor=office) == 1
    else:
        with refused("notice_running"):
            finalise(publications=[noticed], actor=office)


def test_final_results_make_the_appraisals_final(final: Publication, appraisal: Appraisal) -> None:
    appraisal.refresh_from_db()

    assert appraisal.final_at == final.finalised_at


def test_whoever_approved_for_the_unit_does_not_make_it_final(
    computed: Publication, office: User, unit_admin: User, clock: time_machine.Traveller
) -> None:
    publication = approve_publication(publication=computed, approver=office)
    deliver_feedback(publications=[publication], actor=unit_admin)
    clock.move_to("2012-11-26T09:00:00+08:00")
    start_notice(publication=publication, actor=unit_admin)
    clock.move_to("2012-12-10T09:00:00+08:00")

    with refused("same_person"):
        finalise(publications=[publication], actor=office)


def test_a_town_makes_its_villages_final(cycle: Cycle, office: User, clock: time_machine.Traveller) -> None:
    town = unit_of("城关镇", kind=Unit.Kind.TOWN)
    village = unit_of("东村", kind=Unit.Kind.VILLAGE, parent=town)
    admin, approver = member(role=Role.UNIT_ADMIN, unit=town), member(role=Role.APPROVER, unit=town)
    one = appraisal_of(cycle=cycle, unit=village, organising_unit=town, track=Track.VILLAGE)
    box = counted_box(cycle=cycle, unit=town, appraisals=[one])
    for group in ("service_recipient", "own_unit", "representative", "public"):
        tally(box, one, group, excellent=25, competent=5)
    count(box)
    publication = compute_publication(cycle=cycle, track=Track.VILLAGE, organising_unit=town, actor=admin)
    approve_publication(publication=publication, approver=approver)
    deliver_feedback(publications=[publication], actor=admin)
    hand_over_all(feedbacks=list(Feedback.objects.all()), actor=admin, on=MONDAY)
    clock.move_to("2012-11-26T09:00:00+08:00")
    start_notice(publication=publication, actor=admin)
    clock.move_to("2012-12-10T09:00:00+08:00")

    assert list(Publication.objects.finalisable_by(approver)) == [publication]
    assert finalise(publications=[publication], actor=approver) == 1


def test_a_unit_approver_does_not_finalise_departments(noticed: Publication, approver: User) -> None:
    assert not Publication.objects.finalisable_by(approver).exists()


# Correction


def test_a_correction_is_a_new_version_that_keeps_the_old_one(
    final: Publication, appraisal: Appraisal, unit_admin: User
) -> None:
    before = final.results.get()
    assert before.composite
    deduction_of(appraisal)

    corrected = correct_publication(publication=final, actor=unit_admin, reason="投诉复核后认定。")

    final.refresh_from_db()
    appraisal.refresh_from_db()
    assert (final.status, corrected.status, corrected.version) == ("superseded", "computed", 2)
    assert final.results.get().composite == before.composite
    assert corrected.results.get().composite == before.composite - 5
    assert appraisal.final_at is None


def test_before_the_feedback_a_result_is_computed_anew_instead(computed: Publication, unit_admin: User) -> None:
    with refused("wrong_step"):
        correct_publication(publication=computed, actor=unit_admin, reason="改。")


def test_every_step_is_on_record(final: Publication) -> None:
    actions = list(
        AuditEvent.objects.filter(target_kind="publication").order_by("sequence").values_list("action", flat=True)
    )

    assert actions == [
        "publication-computed",
        "publication-approved",
        "feedback-delivered",
        "notice-started",
        "publication-final",
    ]
