"""Objections of cadres and residents, on both sides of their days, and their review."""

from datetime import date, timedelta

import pytest
import time_machine

from accounts.models import User
from evaluation.errors import DomainError
from evaluation.results.models import Feedback, Objection, Publication
from evaluation.results.services import (
    accept_result,
    correct_publication,
    finalise,
    make_cadre_objection,
    make_public_objection,
    review_objection,
    start_notice,
)
from tests.results.conftest import MONDAY

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
