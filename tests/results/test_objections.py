"""Objections of cadres and residents, on both sides of their days, and their review."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine

from accounts.models import User
from evaluation.audit.models import AuditEvent
from evaluation.bonus.models import BonusClaim
from evaluation.cycle.models import Cycle
from evaluation.daily.models import DailyDeduction, Defence
from evaluation.daily.services import withdraw_deduction
from evaluation.errors import DomainError
from evaluation.guard.contacts import unseal
from evaluation.results.models import Feedback, Objection, Publication
from evaluation.results.services import (
    accept_result,
    approve_publication,
    correct_publication,
    deliver_feedback,
    finalise,
    make_cadre_objection,
    make_public_objection,
    objection_of_receipt,
    open_objection_contact,
    review_objection,
    start_notice,
    take_objection,
)
from evaluation.results.targets import next_steps, target_of
from evaluation.roster.models import Appraisal
from evaluation.units.models import Membership, Role, Unit
from tests.factories import member
from tests.results.conftest import MONDAY, Compute
from tests.results.test_flow import claim_of, deduction_of

pytestmark = pytest.mark.django_db


def by_resident(publication: Publication, **fields: str) -> Objection:
    given = {"person": "李居民", "contact": "13800000000", "text": "材料不实。", **fields}
    return make_public_objection(result=publication.results.get(), **given)


def code_of(caught: pytest.ExceptionInfo[DomainError]) -> str:
    return caught.value.code


@pytest.mark.parametrize(("days", "allowed"), [(3, True), (4, False)])
def test_the_cadre_objects_in_the_days_of_the_feedback(
    fed_back: Publication, cadre_user: User, clock: time_machine.Traveller, days: int, allowed: bool
) -> None:
    clock.move_to(f"{MONDAY + timedelta(days=days)}T12:00:00+08:00")
    result = fed_back.results.get()

    if allowed:
        objection = make_cadre_objection(result=result, text="有误。", actor=cadre_user)
        assert (objection.by_cadre, objection.due) == (True, date(2012, 11, 29))
        assert Feedback.objects.get().answer == Feedback.Answer.OBJECTED
    else:
        with pytest.raises(DomainError) as caught:
            make_cadre_objection(result=result, text="有误。", actor=cadre_user)
        assert code_of(caught) == "too_late"


def test_who_objected_does_not_accept_as_well(fed_back: Publication, cadre_user: User) -> None:
    make_cadre_objection(result=fed_back.results.get(), text="有误。", actor=cadre_user)

    with pytest.raises(DomainError) as caught:
        accept_result(feedback=Feedback.objects.get(), actor=cadre_user)

    assert code_of(caught) == "answered_already"


def test_the_cadre_objects_again_during_the_notice(noticed: Publication, cadre_user: User) -> None:
    assert make_cadre_objection(result=noticed.results.get(), text="有误。", actor=cadre_user).status == "open"


@pytest.mark.parametrize(("days", "allowed"), [(-1, False), (0, True), (7, True), (8, False)])
def test_residents_object_on_the_days_of_the_notice(
    noticed: Publication, clock: time_machine.Traveller, days: int, allowed: bool
) -> None:
    assert noticed.notice_from and noticed.notice_until
    assert noticed.notice_until - noticed.notice_from == timedelta(days=7)
    clock.move_to(f"{noticed.notice_from + timedelta(days=days)}T23:30:00+08:00")

    if allowed:
        assert by_resident(noticed).status == Objection.Status.OPEN
    else:
        with pytest.raises(DomainError) as caught:
            by_resident(noticed)
        assert code_of(caught) == "not_in_notice"


@pytest.mark.parametrize(
    ("fields", "code"),
    [({"person": " "}, "not_named"), ({"contact": ""}, "not_named"), ({"text": " "}, "no_text")],
)
def test_residents_give_name_contact_and_reason(noticed: Publication, fields: dict[str, str], code: str) -> None:
    with pytest.raises(DomainError) as caught:
        by_resident(noticed, **fields)

    assert code_of(caught) == code


@pytest.mark.parametrize("who", ["unit_admin", "approver", "cadre_user"])
def test_whoever_is_involved_does_not_review(noticed: Publication, request: pytest.FixtureRequest, who: str) -> None:
    with pytest.raises(DomainError) as caught:
        review_objection(
            objection=by_resident(noticed), reviewer=request.getfixturevalue(who), upheld=False, answer="不成立。"
        )

    assert code_of(caught) == "same_person"


def test_an_objection_is_reviewed_once(noticed: Publication, office: User) -> None:
    objection = review_objection(objection=by_resident(noticed), reviewer=office, upheld=False, answer="不成立。")

    with pytest.raises(DomainError) as caught:
        review_objection(objection=objection, reviewer=office, upheld=True, answer="成立。")

    assert code_of(caught) == "reviewed_already"


def test_an_open_objection_holds_the_notice_back(
    fed_back: Publication, cadre_user: User, unit_admin: User, office: User, clock: time_machine.Traveller
) -> None:
    objection = make_cadre_objection(result=fed_back.results.get(), text="有误。", actor=cadre_user)

    with pytest.raises(DomainError) as caught:
        start_notice(publication=fed_back, actor=unit_admin)
    assert code_of(caught) == "objections_open"

    review_objection(objection=objection, reviewer=office, upheld=False, answer="不成立。")
    assert start_notice(publication=fed_back, actor=unit_admin).status == Publication.Status.NOTICE


@pytest.mark.parametrize("upheld", [None, True])
def test_open_and_upheld_objections_keep_a_result_from_being_final(
    noticed: Publication, office: User, second_office: User, clock: time_machine.Traveller, upheld: bool | None
) -> None:
    objection = by_resident(noticed)
    if upheld:
        review_objection(objection=objection, reviewer=office, upheld=True, answer="成立。")
    clock.move_to("2012-12-10T09:00:00+08:00")

    with pytest.raises(DomainError) as caught:
        finalise(publications=[noticed], actor=second_office)

    assert code_of(caught) == ("objection_upheld" if upheld else "objections_open")


def test_an_upheld_objection_leads_to_a_correction_that_runs_again(
    noticed: Publication, office: User, unit_admin: User
) -> None:
    review_objection(objection=by_resident(noticed), reviewer=office, upheld=True, answer="成立。")

    corrected = correct_publication(publication=noticed, actor=unit_admin, reason="异议成立。")

    assert (corrected.version, corrected.status, corrected.notice_from) == (2, Publication.Status.COMPUTED, None)
    assert Publication.objects.public().get() == noticed


# A resident's name is sealed


def test_name_and_contact_are_sealed_and_the_receipt_finds_it(noticed: Publication) -> None:
    objection = by_resident(noticed)

    assert (objection.person, objection.contact) == ("", "")
    assert unseal(objection.sealed or b"") == {"person": "李居民", "contact": "13800000000"}
    receipt = objection.receipt or ""
    typed = f" {receipt[:4]}-{receipt[4:8]} {receipt[8:]}"
    assert objection_of_receipt(typed) == objection_of_receipt(receipt) == objection
    assert objection_of_receipt("１２３") is None


def test_the_record_of_acts_holds_no_name_and_no_contact(
    noticed: Publication, office: User, second_office: User
) -> None:
    objection = take_objection(objection=by_resident(noticed), reviewer=office)
    open_objection_contact(objection=objection, actor=office)
    by_resident(noticed, person="王另外", contact="13911111111")

    told = json.dumps(list(AuditEvent.objects.values_list("detail", flat=True)), ensure_ascii=False)

    assert AuditEvent.objects.filter(action="objection-contact-opened", target_id=str(objection.pk)).count() == 1
    for secret in ("李居民", "13800000000", "王另外", "13911111111"):
        assert secret not in told


def test_only_the_reviewer_of_the_office_who_took_it_opens_the_contact(
    noticed: Publication, office: User, second_office: User, unit: Unit
) -> None:
    objection = by_resident(noticed)
    with pytest.raises(DomainError):
        open_objection_contact(objection=objection, actor=office)
    taken = take_objection(objection=objection, reviewer=office)
    with pytest.raises(DomainError) as caught:
        open_objection_contact(objection=taken, actor=second_office)
    assert code_of(caught) == "not_the_reviewer"

    assert open_objection_contact(objection=taken, actor=office)["person"] == "李居民"


def test_the_unit_never_opens_it_even_where_its_approver_reviews(noticed: Publication, unit: Unit) -> None:
    another = member(role=Role.APPROVER, unit=unit)
    taken = take_objection(objection=by_resident(noticed), reviewer=another)

    with pytest.raises(DomainError) as caught:
        open_objection_contact(objection=taken, actor=another)

    assert code_of(caught) == "not_the_reviewer"


def test_what_somebody_else_took_is_taken_over_first(noticed: Publication, office: User, second_office: User) -> None:
    taken = take_objection(objection=by_resident(noticed), reviewer=office)
    with pytest.raises(DomainError) as caught:
        review_objection(objection=taken, reviewer=second_office, upheld=False, answer="不成立。")
    assert code_of(caught) == "taken_by_another"

    take_objection(objection=taken, reviewer=second_office)

    assert review_objection(objection=taken, reviewer=second_office, upheld=False, answer="不成立。").reviewed_by


@pytest.mark.parametrize("where", ["text", "answer"])
def test_a_citizen_number_is_refused(noticed: Publication, office: User, where: str) -> None:
    number = "110105194912310022"
    with pytest.raises(DomainError) as caught:
        if where == "text":
            by_resident(noticed, text=f"{number} 的材料不实")
        else:
            review_objection(objection=by_resident(noticed), reviewer=office, upheld=False, answer=number)
    assert code_of(caught) == "citizen_number"


# Never by who decided first


@pytest.mark.parametrize("part", ["recorded_by", "confirmed_by"])
@pytest.mark.parametrize("named", [True, False])
def test_who_had_a_part_in_the_deduction_does_not_review(
    cycle: Cycle, appraisal: Appraisal, compute: Compute, approver: User, unit_admin: User, cadre_user: User,
    second_office: User, part: str, named: bool,
) -> None:  # fmt: skip
    row = deduction_of(appraisal)
    publication = approve_publication(publication=compute(), approver=approver)
    deliver_feedback(publications=[publication], actor=unit_admin)
    objection = make_cadre_objection(
        result=publication.results.get(), text="有误。", actor=cadre_user, about="deduction",
        about_row=row.pk if named else None,
    )  # fmt: skip

    with pytest.raises(DomainError) as caught:
        review_objection(objection=objection, reviewer=getattr(row, part), upheld=True, answer="成立。")

    assert code_of(caught) == "same_person"
    assert not Objection.objects.reviewable_by(getattr(row, part)).exists()
    assert review_objection(objection=objection, reviewer=second_office, upheld=True, answer="成立。").reviewed_by


@pytest.mark.parametrize("part", ["claimed_by", "unit_opinion_by", "decided_by"])
def test_who_had_a_part_in_the_award_does_not_review(
    appraisal: Appraisal, compute: Compute, approver: User, unit_admin: User, cadre_user: User, second_office: User,
    part: str,
) -> None:  # fmt: skip
    claim = claim_of(appraisal, "文明窗口", "city")
    publication = approve_publication(publication=compute(), approver=approver)
    deliver_feedback(publications=[publication], actor=unit_admin)
    if part == "unit_opinion_by":
        refused_one = BonusClaim.objects.create(
            appraisal=appraisal, award="另一奖项", issuer="市政府", level="city", awarded_on=date(2012, 3, 1),
            proof=claim.proof, status="refused", reason="否", claimed_by=unit_admin, unit_opinion="同意",
            unit_opinion_by=member(role=Role.OFFICE), decided_by=claim.decided_by,
        )  # fmt: skip
        claim = refused_one
    objection = make_cadre_objection(
        result=publication.results.get(), text="有误。", actor=cadre_user, about="bonus", about_row=claim.pk
    )

    with pytest.raises(DomainError) as caught:
        review_objection(objection=objection, reviewer=getattr(claim, part), upheld=True, answer="成立。")

    assert code_of(caught) == "same_person"
    assert review_objection(objection=objection, reviewer=second_office, upheld=False, answer="不成立。").reviewed_by


def test_the_cadre_never_reviews_even_as_office(noticed: Publication, cadre_user: User) -> None:
    Membership.objects.create(user=cadre_user, role=Role.OFFICE)

    with pytest.raises(DomainError) as caught:
        take_objection(objection=by_resident(noticed), reviewer=cadre_user)

    assert code_of(caught) == "same_person"
    assert not Objection.objects.reviewable_by(cadre_user).exists()


@pytest.mark.parametrize(("about", "row"), [("deduction", 999), ("bonus", 999), ("figures", 1), ("magic", None)])
def test_what_is_not_in_the_result_is_not_objected_to(
    fed_back: Publication, cadre_user: User, about: str, row: int | None
) -> None:
    with pytest.raises(DomainError) as caught:
        make_cadre_objection(result=fed_back.results.get(), text="有误。", actor=cadre_user, about=about, about_row=row)

    assert code_of(caught) == "unknown_row"


def test_the_reason_of_a_review_stands_in_the_record(noticed: Publication, office: User) -> None:
    review_objection(objection=by_resident(noticed), reviewer=office, upheld=False, answer="经查，材料属实。")

    event = AuditEvent.objects.get(action="objection-reviewed")
    assert (event.detail["changes"]["status"], event.detail["why"]) == (["open", "dismissed"], "经查，材料属实。")


# An upheld objection put right to the end


def test_an_upheld_objection_to_a_deduction_is_put_right(
    appraisal: Appraisal, compute: Compute, approver: User, unit_admin: User, cadre_user: User, second_office: User
) -> None:
    row = deduction_of(appraisal)
    publication = approve_publication(publication=compute(), approver=approver)
    deliver_feedback(publications=[publication], actor=unit_admin)
    result = publication.results.get()
    objection = make_cadre_objection(
        result=result, text="有误。", actor=cadre_user, about="deduction", about_row=row.pk
    )
    upheld = review_objection(objection=objection, reviewer=second_office, upheld=True, answer="扣分有误。")
    steps = next_steps(upheld, target_of(upheld, second_office), second_office)
    assert [(step["code"], step["is_done"]) for step in steps] == [("row", False), ("correct", False)]

    withdraw_deduction(deduction=row, actor=second_office, reason="复核：扣分有误。")
    corrected = correct_publication(publication=publication, actor=unit_admin, reason="异议成立。")

    assert (corrected.results.get().daily, result.daily) == (Decimal("20.00"), Decimal("15.00"))
    upheld.refresh_from_db()
    done = next_steps(upheld, target_of(upheld, second_office), second_office)
    assert all(step["is_done"] for step in done)
    event = AuditEvent.objects.get(action="publication-corrected")
    assert (event.detail["why"], event.detail["changes"]["version"]) == ("异议成立。", [1, 2])


# Nobody publishes against a defence


def confirmed_and_told(appraisal: Appraisal, due: date) -> DailyDeduction:
    row = deduction_of(appraisal)
    DailyDeduction.objects.filter(pk=row.pk).update(told_how="page", told_on=MONDAY, defence_due=due)
    row.refresh_from_db()
    return row


@pytest.mark.parametrize("state", ["defence_may_come", "defence_open", "deduction_untold", "settled"])
def test_the_notice_waits_until_every_defence_is_answered(
    appraisal: Appraisal, compute: Compute, approver: User, unit_admin: User, cadre_user: User,
    clock: time_machine.Traveller, state: str,
) -> None:  # fmt: skip
    late = {"defence_may_come": date(2012, 12, 20)}.get(state, MONDAY)
    row = deduction_of(appraisal) if state == "deduction_untold" else confirmed_and_told(appraisal, late)
    publication = approve_publication(publication=compute(), approver=approver)
    deliver_feedback(publications=[publication], actor=unit_admin)
    if state in ("defence_open", "settled"):
        Defence.objects.create(
            deduction=row, text="不属实", made_by=cadre_user, made_on=MONDAY, due=MONDAY,
            **({"status": "dismissed", "reviewed_by": member(role=Role.OFFICE), "answer": "属实"}
               if state == "settled" else {}),
        )  # fmt: skip
    clock.move_to("2012-12-10T09:00:00+08:00")

    if state == "settled":
        assert start_notice(publication=publication, actor=unit_admin).status == "notice"
        return
    with pytest.raises(DomainError) as caught:
        start_notice(publication=publication, actor=unit_admin)
    assert (code_of(caught), "王示例" in str(caught.value)) == (state, True)


@pytest.mark.parametrize("act", ["approve", "finalise"])
def test_nobody_decides_about_a_list_on_which_they_stand(
    request: pytest.FixtureRequest, cadre_user: User, unit: Unit, clock: time_machine.Traveller, act: str
) -> None:
    if act == "approve":
        Membership.objects.create(user=cadre_user, unit=unit, role=Role.APPROVER)
        publication = request.getfixturevalue("computed")
    else:
        Membership.objects.create(user=cadre_user, role=Role.OFFICE)
        publication = request.getfixturevalue("noticed")
        clock.move_to("2012-12-10T09:00:00+08:00")

    with pytest.raises(DomainError) as caught:
        if act == "approve":
            approve_publication(publication=publication, approver=cadre_user)
        else:
            finalise(publications=[publication], actor=cadre_user)

    assert code_of(caught) == "own_case"
