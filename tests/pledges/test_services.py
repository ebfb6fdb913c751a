import io
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.models import User
from evaluation.audit.models import AuditEvent
from evaluation.cycle.models import Cycle, Track
from evaluation.cycle.services import close_cycle
from evaluation.errors import DomainError
from evaluation.guard.citizen_numbers import holds_citizen_number
from evaluation.pledges.models import Pledge
from evaluation.pledges.selectors import published_pledge
from evaluation.pledges.services import (
    ItemText,
    PledgeText,
    advance_pledges,
    approve_pledge,
    draft_pledge,
    publish_pledge,
    return_pledge,
    save_pledge,
    submit_pledge,
)
from evaluation.roster.models import Appraisal
from evaluation.units.models import Role, Unit
from tests.factories import appraisal_of, member, pledge_of, user_named

TEXT = PledgeText(duties="负责社会救助", commitments="限时办结", identity="科长", staff_number="MZ-012")
ITEMS = [ItemText(text="上门办理低保申请100件", due=date(2012, 11, 30)), ItemText(text="开通预约服务")]


@pytest.fixture
def cadre(db: None) -> User:
    return user_named("张三")


@pytest.fixture
def appraisal(cycle: Cycle, unit: Unit, cadre: User) -> Appraisal:
    return appraisal_of(cycle=cycle, unit=unit, user=cadre, name="张三")


def code_of(call: object, **kwargs: object) -> str:
    with pytest.raises(DomainError) as caught:
        call(**kwargs)  # type: ignore[operator]
    return caught.value.code


def photo() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (30, 40), "grey").save(out, "JPEG")
    return SimpleUploadedFile("me.jpg", out.getvalue())


def test_draft_is_begun_once(appraisal: Appraisal, unit_admin: User) -> None:
    assert draft_pledge(appraisal=appraisal, actor=unit_admin) == draft_pledge(appraisal=appraisal, actor=unit_admin)


def test_from_draft_to_publication(appraisal: Appraisal, cadre: User, approver: User, unit_admin: User) -> None:
    pledge = save_pledge(appraisal=appraisal, actor=cadre, text=TEXT, items=ITEMS, photo=photo())
    submit_pledge(pledge=pledge, actor=cadre)
    approve_pledge(pledge=pledge, actor=approver)
    published = publish_pledge(pledge=pledge, actor=unit_admin)

    assert published.status == "published"
    assert published.published_at
    assert published_pledge(appraisal) == pledge
    assert [item.text for item in pledge.items.all()] == [item.text for item in ITEMS]
    assert list(AuditEvent.objects.filter(target_kind="pledge").values_list("action", flat=True))[::-1] == [
        "pledge-begun",
        "pledge-saved",
        "pledge-submit",
        "pledge-approve",
        "pledge-publish",
    ]


def test_rows_are_kept_moved_and_removed(appraisal: Appraisal, cadre: User) -> None:
    pledge = save_pledge(appraisal=appraisal, actor=cadre, text=TEXT, items=ITEMS)
    first, second = pledge.items.all()

    save_pledge(
        appraisal=appraisal, actor=cadre, text=TEXT, items=[ItemText(text="改过", pk=second.pk), ItemText(text="新")]
    )

    assert [(item.pk == second.pk, item.text) for item in pledge.items.all()] == [(True, "改过"), (False, "新")]
    assert not pledge.items.filter(pk=first.pk).exists()


def test_item_of_another_pledge_is_refused(cycle: Cycle, unit: Unit, appraisal: Appraisal, cadre: User) -> None:
    other = pledge_of(appraisal=appraisal_of(cycle=cycle, unit=unit)).items.get()

    items = [ItemText(text="偷改", pk=other.pk)]
    assert code_of(save_pledge, appraisal=appraisal, actor=cadre, text=TEXT, items=items) == "item_unknown"
    other.refresh_from_db()
    assert other.text == "承诺事项1"


@pytest.mark.parametrize("missing", ["duties", "commitments", "items"])
def test_incomplete_is_not_submitted(appraisal: Appraisal, cadre: User, missing: str) -> None:
    pledge = pledge_of(
        appraisal=appraisal, items=0 if missing == "items" else 1, **({missing: " "} if missing != "items" else {})
    )

    assert code_of(submit_pledge, pledge=pledge, actor=cadre) == "pledge_incomplete"


@pytest.mark.parametrize("role", [Role.APPROVER, Role.UNIT_ADMIN])
def test_four_eyes(appraisal: Appraisal, unit: Unit, role: Role) -> None:
    both = member(role=Role.UNIT_ADMIN, unit=unit)
    both.memberships.create(role=Role.APPROVER, unit=unit)
    pledge = save_pledge(appraisal=appraisal, actor=both, text=TEXT, items=ITEMS)
    submitter = both if role == Role.APPROVER else member(role=role, unit=unit)
    submit_pledge(pledge=pledge, actor=submitter)

    assert code_of(approve_pledge, pledge=pledge, actor=both) == "same_person"


def test_office_confirms_for_a_unit_with_one_account(appraisal: Appraisal, unit_admin: User, office: User) -> None:
    pledge = save_pledge(appraisal=appraisal, actor=unit_admin, text=TEXT, items=ITEMS)
    submit_pledge(pledge=pledge, actor=unit_admin)

    assert approve_pledge(pledge=pledge, actor=office).status == "approved"


@pytest.mark.parametrize(
    ("status", "call"),
    [
        ("draft", approve_pledge),
        ("draft", publish_pledge),
        ("returned", approve_pledge),
        ("submitted", submit_pledge),
        ("submitted", publish_pledge),
        ("approved", submit_pledge),
        ("published", submit_pledge),
        ("published", approve_pledge),
        ("published", publish_pledge),
    ],
)
def test_wrong_state(appraisal: Appraisal, office: User, status: str, call: object) -> None:
    pledge = pledge_of(appraisal=appraisal, status=status)

    assert code_of(call, pledge=pledge, actor=office) == "wrong_state"


def test_return_needs_a_reason_and_frees_the_text(appraisal: Appraisal, cadre: User, approver: User) -> None:
    pledge = pledge_of(appraisal=appraisal, status="submitted")
    assert code_of(return_pledge, pledge=pledge, actor=approver, reason="  ") == "reason_missing"
    assert code_of(save_pledge, appraisal=appraisal, actor=cadre, text=TEXT, items=ITEMS) == "in_review"

    return_pledge(pledge=pledge, actor=approver, reason="承诺不够具体")

    assert save_pledge(appraisal=appraisal, actor=cadre, text=TEXT, items=ITEMS).return_reason == "承诺不够具体"


@pytest.mark.parametrize("status", ["draft", "submitted", "approved"])
def test_only_published_is_public(appraisal: Appraisal, status: str) -> None:
    pledge_of(appraisal=appraisal, status=status)

    assert published_pledge(appraisal) is None


def test_changes_after_publication_are_recorded(appraisal: Appraisal, unit_admin: User) -> None:
    pledge = pledge_of(appraisal=appraisal, status="published", items=2)
    kept, _removed = pledge.items.all()

    text = PledgeText(duties=pledge.duties, commitments="当日办结", identity=pledge.identity)
    items = [ItemText(text=kept.text, pk=kept.pk), ItemText(text="新增承诺")]
    save_pledge(appraisal=appraisal, actor=unit_admin, text=text, items=items, photo=photo())

    changes = {(row.field, row.before, row.after) for row in pledge.changes.all()}
    assert changes == {
        ("commitments", "首问负责，限时办结。", "当日办结"),
        ("photo", "", ""),
        ("item", "承诺事项2", ""),
        ("item", "", "新增承诺"),
    }


def test_draft_leaves_no_changes(appraisal: Appraisal, cadre: User) -> None:
    pledge = save_pledge(appraisal=appraisal, actor=cadre, text=TEXT, items=ITEMS)
    save_pledge(appraisal=appraisal, actor=cadre, text=PledgeText(), items=[])

    assert not pledge.changes.exists()


def test_cadre_does_not_change_what_is_published(appraisal: Appraisal, cadre: User) -> None:
    pledge_of(appraisal=appraisal, status="published")

    assert code_of(save_pledge, appraisal=appraisal, actor=cadre, text=TEXT, items=ITEMS) == "not_allowed"


def test_published_stays_complete(appraisal: Appraisal, unit_admin: User) -> None:
    pledge = pledge_of(appraisal=appraisal, status="published")

    assert code_of(save_pledge, appraisal=appraisal, actor=unit_admin, text=TEXT, items=[]) == "pledge_incomplete"
    assert pledge.items.count() == 1


@pytest.mark.parametrize(
    "number",
    [
        "320582198001011234",
        "32058219800101123X",
        "３２０５８２１９８００１０１１２３４",
        "320582 19800101 1234",
        "3 2 0 5 8 2 1 9 8 0 0 1 0 1 1 2 3 x",
        "320582-1980-0101-1234",
        "３２０５８２　１９８００１０１　１２３４",
    ],
)
@pytest.mark.parametrize("field", ["duties", "identity", "staff_number", "commitments", "item"])
def test_no_citizen_number(appraisal: Appraisal, cadre: User, number: str, field: str) -> None:
    text = f"工号：{number}。"
    items = [ItemText(text=text)] if field == "item" else ITEMS
    pledge = PledgeText(**{field: text}) if field != "item" else TEXT

    assert code_of(save_pledge, appraisal=appraisal, actor=cadre, text=pledge, items=items) == "citizen_number"
    assert not Pledge.objects.exists()


@pytest.mark.parametrize("text", ["电话 0512 58123456 58123457", "工号 320582", "2012-09-01 至 2012-12-20", "1" * 20])
def test_other_numbers_pass(text: str) -> None:
    assert not holds_citizen_number(text)


def test_nobody_else_writes(appraisal: Appraisal, other_admin: User, approver: User, auditor: User) -> None:
    for actor in (other_admin, approver, auditor, user_named()):
        assert code_of(save_pledge, appraisal=appraisal, actor=actor, text=TEXT, items=ITEMS) == "not_allowed"


def test_home_unit_of_a_window_head_does_not_write(
    cycle: Cycle, unit: Unit, other_unit: Unit, unit_admin: User
) -> None:
    head = appraisal_of(cycle=cycle, unit=unit, organising_unit=other_unit, is_window_head=True)

    assert code_of(save_pledge, appraisal=head, actor=unit_admin, text=TEXT, items=ITEMS) == "not_allowed"


def test_other_units_approver_approves_nothing(appraisal: Appraisal, other_unit: Unit) -> None:
    pledge = pledge_of(appraisal=appraisal, status="submitted")
    stranger = member(role=Role.APPROVER, unit=other_unit)

    assert code_of(approve_pledge, pledge=pledge, actor=stranger) == "not_allowed"


@pytest.mark.parametrize("fields", [{"exempt": True, "exempt_reason": "借调"}, {"track": Track.BUREAU_LEADER}])
def test_takes_no_part(cycle: Cycle, unit: Unit, office: User, fields: dict[str, Any]) -> None:
    outside = appraisal_of(cycle=cycle, unit=unit, **fields)

    assert code_of(draft_pledge, appraisal=outside, actor=office) == "takes_no_part"


def test_closed_year_is_left_alone(appraisal: Appraisal, cycle: Cycle, office: User) -> None:
    pledge = pledge_of(appraisal=appraisal)
    close_cycle(cycle=cycle, actor=office)

    assert code_of(submit_pledge, pledge=pledge, actor=office) == "cycle_not_open"


def test_town_does_it_for_its_villages(cycle: Cycle) -> None:
    town = Unit.objects.create(code="town", name="锦丰镇", kind=Unit.Kind.TOWN)
    village = Unit.objects.create(code="village", name="汇头林村", kind=Unit.Kind.VILLAGE, parent=town)
    head = appraisal_of(cycle=cycle, unit=village, track=Track.VILLAGE)

    assert save_pledge(appraisal=head, actor=member(role=Role.UNIT_ADMIN, unit=town), text=TEXT, items=ITEMS)


def test_list_is_approved_in_one_act(cycle: Cycle, unit: Unit, approver: User) -> None:
    ready = [appraisal_of(cycle=cycle, unit=unit) for _number in range(3)]
    for appraisal in ready:
        pledge_of(appraisal=appraisal, status="submitted")
    own = appraisal_of(cycle=cycle, unit=unit, name="自己的")
    pledge_of(appraisal=own, status="submitted", submitted_by=approver)

    outcome = advance_pledges(appraisals=[*ready, own], code="approve", actor=approver)

    assert outcome.done == 3
    assert [name for name, _why in outcome.left] == ["自己的"]
    assert Pledge.objects.filter(status="approved").count() == 3
