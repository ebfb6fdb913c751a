import hashlib
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from evaluation.cycle.models import Cycle, DeductionRule, TrackRules
from evaluation.errors import DomainError
from evaluation.rectification.models import RectificationNotice, RectificationPlan
from evaluation.rectification.services import (
    drop_notice,
    edit_notice,
    issue_notices,
    propose_all_notices,
    propose_notices,
    receive_notice,
)
from evaluation.rectification.services.notices import _issue
from evaluation.registry.models import IssuedDocument, Kind
from evaluation.registry.services import issue_document, set_series
from evaluation.roster.models import Appraisal
from evaluation.units.models import Membership, Role, Unit
from tests.factories import appraisal_of, member, published_pool
from tests.rectification.conftest import done, opinion

LOW = {"style": "61.00", "efficiency": "88.00"}
KIND = Kind.RECTIFICATION_NOTICE
DEDUCTION: list[dict[str, Any]] = [{"rule": "1", "count": 1, "facts": "李某投诉的详情"}]


@pytest.fixture
def notice(cycle: Cycle, appraisal: Appraisal, office: User) -> RectificationNotice:
    (made,) = propose_notices(
        publication=published_pool(cycle=cycle, appraisals=[appraisal], means=LOW, deductions=DEDUCTION), actor=office
    )
    return made


def test_a_notice_names_low_aspects_and_kinds_of_deductions(notice: RectificationNotice) -> None:
    assert [reason["kind"] for reason in notice.reasons] == ["aspect", "deduction"]
    assert "61.00" in notice.text
    assert "李某" not in notice.text


def test_nothing_is_proposed_where_all_is_well(cycle: Cycle, appraisal: Appraisal, office: User) -> None:
    assert propose_notices(publication=published_pool(cycle=cycle, appraisals=[appraisal]), actor=office) == []


def test_a_small_group_proposes_no_notice_by_its_means(cycle: Cycle, appraisal: Appraisal, office: User) -> None:
    publication = published_pool(cycle=cycle, appraisals=[appraisal], means=LOW, hidden=True)
    assert propose_notices(publication=publication, actor=office) == []


def test_rules_may_ask_for_none(cycle: Cycle, appraisal: Appraisal, office: User) -> None:
    TrackRules.objects.filter(cycle=cycle).update(notice_when="never")
    with pytest.raises(DomainError) as refusal:
        propose_notices(publication=published_pool(cycle=cycle, appraisals=[appraisal], means=LOW), actor=office)
    assert refusal.value.code == "never"


def test_the_office_issues_as_itself_and_the_number_stays_blank(notice: RectificationNotice, office: User) -> None:
    (issued,) = issue_notices(notices=[notice], actor=office)
    document = IssuedDocument.objects.get()
    assert (issued.number, issued.issuer) == ("", "市作风效能执行力办")
    assert (document.unit, document.issuer, document.addressee) == (None, issued.issuer, notice.unit)


def test_the_unit_issues_in_its_own_name(notice: RectificationNotice, unit_admin: User) -> None:
    assert issue_notices(notices=[notice], actor=unit_admin)[0].issuer == "市民政局"


def test_no_notice_while_the_result_can_change(notice: RectificationNotice, office: User) -> None:
    Appraisal.objects.filter(pk=notice.appraisal_id).update(final_at=None)
    with pytest.raises(DomainError) as refusal:
        issue_notices(notices=[notice], actor=office)
    assert refusal.value.code == "not_final"


@pytest.mark.parametrize(
    ("due", "passes"), [(date(2012, 12, 3), False), (date(2012, 12, 4), True)], ids=["today", "tomorrow"]
)
def test_the_deadline_lies_ahead(notice: RectificationNotice, office: User, due: date, passes: bool) -> None:
    edit_notice(notice=notice, text="请整改", number="", due=due, actor=office)
    if passes:
        assert issue_notices(notices=[notice], actor=office)
    else:
        with pytest.raises(DomainError) as refusal:
            issue_notices(notices=[notice], actor=office)
        assert refusal.value.code == "due_passed"


def test_dropping_needs_a_reason_and_ends_it(notice: RectificationNotice, office: User) -> None:
    with pytest.raises(DomainError):
        drop_notice(notice=notice, reason="", actor=office)
    drop_notice(notice=notice, reason="已约谈", actor=office)
    with pytest.raises(DomainError) as refusal:
        issue_notices(notices=[notice], actor=office)
    assert refusal.value.code == "not_proposed"


def test_only_an_issued_notice_is_received(notice: RectificationNotice, unit_admin: User, office: User) -> None:
    with pytest.raises(DomainError):
        receive_notice(notice=notice, actor=unit_admin)
    issue_notices(notices=[notice], actor=office)
    assert receive_notice(notice=notice, actor=unit_admin).status == "received"


@pytest.fixture
def window_notice(cycle: Cycle, unit: Unit, other_unit: Unit, office: User) -> RectificationNotice:
    """Of a window head whom another unit organises: the notice goes to the home unit."""
    row = appraisal_of(cycle=cycle, unit=unit, organising_unit=other_unit, is_window_head=True)
    (made,) = propose_notices(publication=published_pool(cycle=cycle, appraisals=[row], means=LOW), actor=office)
    return made


def test_the_home_unit_reads_it_only_once_issued(
    window_notice: RectificationNotice, unit_admin: User, office: User, client_for: Callable[[User], Client]
) -> None:
    address = reverse("rectification:notice-detail", args=[2012, window_notice.pk])
    assert client_for(unit_admin).get(address).status_code == 404
    issue_notices(notices=[window_notice], actor=office)
    assert client_for(unit_admin).get(address).status_code == 200


def test_the_home_unit_confirms_and_the_organising_unit_does_not(
    window_notice: RectificationNotice,
    unit_admin: User,
    other_admin: User,
    office: User,
    client_for: Callable[[User], Client],
) -> None:
    issue_notices(notices=[window_notice], actor=office)
    address = reverse("rectification:notice-receive", args=[2012, window_notice.pk])
    assert client_for(other_admin).post(address).status_code == 403
    assert client_for(unit_admin).post(address).status_code == 302
    window_notice.refresh_from_db()
    assert window_notice.status == "received"


def test_of_an_issued_notice_the_kept_bytes_come_back(
    notice: RectificationNotice, office: User, client_for: Callable[[User], Client]
) -> None:
    address = reverse("rectification:notice-file", args=[2012, notice.pk, "docx"])
    draft = client_for(office).get(address)
    assert draft.content.startswith(b"PK")
    issue_notices(notices=[notice], actor=office)
    kept = b"".join(client_for(office).get(address).streaming_content)  # type: ignore[attr-defined]
    assert hashlib.sha256(kept).hexdigest() == IssuedDocument.objects.get().docx.sha256  # type: ignore[union-attr]


def test_typed_text_is_kept_where_the_number_is_taken(
    cycle: Cycle, notice: RectificationNotice, office: User, other_unit: Unit, client_for: Callable[[User], Client]
) -> None:
    edit_notice(notice=notice, text="请整改", number="民评整改〔2012〕1号", due=date(2012, 12, 28), actor=office)
    row = appraisal_of(cycle=cycle, unit=other_unit)
    (second,) = propose_notices(publication=published_pool(cycle=cycle, appraisals=[row], means=LOW), actor=office)
    page = client_for(office).post(
        reverse("rectification:notice-edit", args=[2012, second.pk]),
        {"number": "民评整改〔2012〕1号", "text": "打字打了很久的要求", "due": "2012-12-28"},
    )
    assert page.status_code == 200
    assert "打字打了很久的要求" in page.content.decode()


@pytest.mark.parametrize(("typed", "code"), [("7号", "number_shape"), ("民评整改〔2012〕07号", "number_shape")])
def test_a_number_has_its_shape(notice: RectificationNotice, office: User, typed: str, code: str) -> None:
    with pytest.raises(DomainError) as refusal:
        edit_notice(notice=notice, text="请整改", number=typed, due=date(2012, 12, 28), actor=office)
    assert refusal.value.code == code


def test_a_typed_number_is_refused_where_the_system_numbers(notice: RectificationNotice, office: User) -> None:
    edit_notice(notice=notice, text="请整改", number="民评整改〔2012〕7号", due=date(2012, 12, 28), actor=office)
    set_series(unit=None, kind=KIND, year=2012, prefix="效能整改", is_automatic=True, actor=office)
    with pytest.raises(DomainError) as refusal:
        issue_notices(notices=[notice], actor=office)
    assert refusal.value.code == "number_automatic"
    assert not IssuedDocument.objects.exists()


def test_of_a_list_none_is_issued_where_one_cannot_be(cycle: Cycle, unit: Unit, office: User) -> None:
    rows = [appraisal_of(cycle=cycle, unit=unit) for _number in range(2)]
    first, second = propose_notices(publication=published_pool(cycle=cycle, appraisals=rows, means=LOW), actor=office)
    RectificationNotice.objects.filter(pk=second.pk).update(due=date(2012, 12, 3))
    with pytest.raises(DomainError) as refusal:
        issue_notices(notices=[first, second], actor=office)
    assert refusal.value.code == "due_passed"
    assert not IssuedDocument.objects.exists()


@pytest.mark.parametrize("code", ["number_taken", "number_automatic"])
def test_of_a_list_none_is_issued_where_a_number_cannot_be(cycle: Cycle, unit: Unit, office: User, code: str) -> None:
    number = "效能整改〔2012〕7号"
    if code == "number_taken":
        issue_document(
            kind=KIND, year=2012, unit=None, about="a.A:1", title="旧通知", draw=lambda _number: (b"%PDF", None),
            actor=office, number=number,
        )  # fmt: skip
    else:
        set_series(unit=None, kind=KIND, year=2012, prefix="效能整改", is_automatic=True, actor=office)
    before = set(IssuedDocument.objects.all())
    rows = [appraisal_of(cycle=cycle, unit=unit) for _number in range(2)]
    blank, typed = propose_notices(publication=published_pool(cycle=cycle, appraisals=rows, means=LOW), actor=office)
    RectificationNotice.objects.filter(pk=typed.pk).update(number=number)
    with pytest.raises(DomainError) as refusal:
        issue_notices(notices=[blank, typed], actor=office)
    assert refusal.value.code == code
    assert set(IssuedDocument.objects.all()) == before


def test_what_somebody_issued_meanwhile_is_not_issued_again(notice: RectificationNotice, office: User) -> None:
    """Looked at first, locked and looked at again: between the two another person may be faster."""
    issue_notices(notices=[notice], actor=office)
    with pytest.raises(DomainError) as refusal:
        _issue(notice, office)
    assert refusal.value.code == "not_proposed"
    assert IssuedDocument.objects.count() == 1


def test_issuing_a_list(
    cycle: Cycle, unit: Unit, office: User, unit_admin: User, client_for: Callable[[User], Client]
) -> None:
    set_series(unit=unit, kind=KIND, year=2012, prefix="民评整改", is_automatic=True, actor=unit_admin)
    rows = [appraisal_of(cycle=cycle, unit=unit) for _number in range(3)]
    propose_notices(publication=published_pool(cycle=cycle, appraisals=rows, means=LOW), actor=office)
    client_for(unit_admin).post(reverse("rectification:notice-issue", args=[2012]), {"all": "1"})
    numbers = RectificationNotice.objects.filter(status="issued").values_list("number", flat=True)
    assert sorted(numbers) == [f"民评整改〔2012〕{number}号" for number in (1, 2, 3)]


def test_whoever_only_reads_a_list_issues_nothing_of_it(
    notice: RectificationNotice, unit: Unit, other_admin: User, client_for: Callable[[User], Client]
) -> None:
    Membership.objects.create(user=other_admin, unit=unit, role=Role.APPROVER)
    client = client_for(other_admin)
    assert client.get(reverse("rectification:notice-detail", args=[2012, notice.pk])).status_code == 200
    client.post(reverse("rectification:notice-issue", args=[2012]), {"pk": [notice.pk]})
    notice.refresh_from_db()
    assert notice.status == "proposed"


def test_another_unit_finds_nothing(
    notice: RectificationNotice, other_unit: Unit, client_for: Callable[[User], Client]
) -> None:
    stranger = client_for(member(role=Role.UNIT_ADMIN, unit=other_unit))
    for name in ("detail", "edit"):
        assert stranger.get(reverse(f"rectification:notice-{name}", args=[2012, notice.pk])).status_code == 404
    assert stranger.get(reverse("rectification:notice-file", args=[2012, notice.pk, "docx"])).status_code == 404
    for name in ("drop", "receive"):
        assert stranger.post(reverse(f"rectification:notice-{name}", args=[2012, notice.pk])).status_code == 404


@pytest.mark.parametrize(
    ("least", "numbers", "kinds"),
    [
        pytest.param(3, {"style": 2, "efficiency": 2}, [], id="too few on each"),
        pytest.param(3, {"style": 3}, ["opinions"], id="just enough"),
        pytest.param(None, {"style": 9}, [], id="never"),
        pytest.param(3, {"": 9}, [], id="about no aspect"),
    ],
)
def test_repeated_opinions_on_one_aspect_ask_for_a_notice(
    cycle: Cycle, appraisal: Appraisal, office: User, least: int | None, numbers: dict[str, int], kinds: list[str]
) -> None:
    TrackRules.objects.filter(cycle=cycle).update(notice_opinions=least)
    for aspect, number in numbers.items():
        for place in range(number):
            opinion(appraisal, f"意见{place}", aspect=aspect)
        opinion(appraisal, "没有让看的", status="hidden", aspect=aspect)
    made = propose_notices(publication=published_pool(cycle=cycle, appraisals=[appraisal]), actor=office)
    assert [reason["kind"] for one in made for reason in one.reasons] == kinds
    if made:
        assert made[0].reasons[0]["count"] == 3
        assert "意见较为集中，共3条" in made[0].text


def test_only_rules_that_ask_for_a_notice_bring_one(cycle: Cycle, appraisal: Appraisal, office: User) -> None:
    DeductionRule.objects.filter(rules__cycle=cycle, code="1").update(asks_notice=False)
    pool = published_pool(cycle=cycle, appraisals=[appraisal], deductions=DEDUCTION)
    assert propose_notices(publication=pool, actor=office) == []


def test_the_timer_proposes_of_final_lists_once_and_of_those_under_notice_not_yet(
    cycle: Cycle, appraisal: Appraisal, other_unit: Unit, office: User
) -> None:
    pool = published_pool(cycle=cycle, appraisals=[appraisal], means=LOW)
    others = [appraisal_of(cycle=cycle, unit=other_unit)]
    under_notice = published_pool(cycle=cycle, appraisals=others, means=LOW, status="notice")
    assert {pool.status, under_notice.status} == {"final", "notice"}
    assert propose_all_notices() == 1
    assert propose_all_notices() == 0
    drop_notice(notice=RectificationNotice.objects.get(), reason="已约谈", actor=office)
    assert propose_all_notices() == 0


def test_the_timer_proposes_nothing_in_a_year_that_has_ended(cycle: Cycle, appraisal: Appraisal) -> None:
    published_pool(cycle=cycle, appraisals=[appraisal], means=LOW)
    Cycle.objects.update(status="closed")
    assert propose_all_notices() == 0


def test_a_notice_is_no_longer_late_once_the_plan_is_reported(
    published_plan: RectificationPlan, unit: Unit, cadre_user: User
) -> None:
    RectificationNotice.objects.create(
        appraisal=published_plan.appraisal, unit=unit, text="请整改", due=date(2012, 12, 31), status="received"
    )
    after = date(2013, 1, 1)
    assert RectificationNotice.objects.late(today=after).exists()
    done(published_plan, cadre_user)
    assert not RectificationNotice.objects.late(today=after).exists()
