"""Preparing boxes and passes; who may do what with whom."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from evaluation.ballots.boxes import (
    admit_groups,
    advance_boxes,
    back_to_draft,
    close_box,
    confirm_annulment,
    create_boxes,
    edit_sheet,
    make_ready,
    merkle_root,
    open_box,
    propose_annulment,
)
from evaluation.ballots.keys import appoint_scrutineers, make_scrutineer_key
from evaluation.ballots.models import BallotBox, BoxKeyShare, Pass, ScrutineerKey
from evaluation.ballots.passes import make_passes, most_passes, reprint_passes
from evaluation.ballots.slips import slips_pdf
from evaluation.ballots.small_groups import is_suppressed
from evaluation.cycle.models import Cycle
from evaluation.cycle.services import rules_of
from evaluation.errors import DomainError
from evaluation.models import AuditEvent
from evaluation.roster.models import Appraisal
from evaluation.scoring import GroupTally
from evaluation.units.models import Membership, Role, Unit
from tests.ballots.conftest import PASSPHRASE, Hall
from tests.factories import appraisal_of, member, unit_of


def refused(code: str) -> pytest.RaisesExc[DomainError]:
    return pytest.RaisesExc(DomainError, check=lambda error: error.code == code)


def test_one_box_for_each_village_in_one_act(cycle: Cycle, office: User) -> None:
    town = unit_of(kind=Unit.Kind.TOWN)
    villages = [unit_of(kind=Unit.Kind.VILLAGE, parent=town) for _village in range(3)]
    for village in villages[:2]:
        appraisal_of(cycle=cycle, unit=village, track="village")
    made = create_boxes(
        units=villages,
        actor=office,
        title="民主评议票箱",
        cycle=cycle,
        track="village",
        kind="meeting",
        closes_at=timezone.now() + timedelta(days=1),
        groups={"representative": 20},
    )
    assert [box.unit for box in made] == villages[:2]


def test_the_sheet_is_everybody_who_is_not_exempt(cycle: Cycle, unit: Unit, new_box: Callable[..., BallotBox]) -> None:
    appraisal_of(cycle=cycle, unit=unit, exempt=True, exempt_reason="借调")
    assert new_box().sheet.count() == 2


def test_another_units_cadre_cannot_stand_on_a_sheet(
    cycle: Cycle, other_unit: Unit, new_box: Callable[..., BallotBox], office: User
) -> None:
    stranger = appraisal_of(cycle=cycle, unit=other_unit)
    with refused("sheet"):
        edit_sheet(box=new_box(), appraisals=[stranger], actor=office)


@pytest.mark.parametrize("fields", [{"kind": "public"}, {"groups": {}}, {"groups": {"nobody": 1}}])
def test_groups_must_fit(new_box: Callable[..., BallotBox], fields: dict[str, object]) -> None:
    opens = timezone.now()
    with refused("groups"):
        new_box(opens_at=opens, **fields)


def test_ready_needs_the_real_passphrase(
    new_box: Callable[..., BallotBox], scrutineer: User, key: ScrutineerKey
) -> None:
    with refused("wrong_passphrase"):
        make_ready(boxes=[new_box()], scrutineer=scrutineer, passphrase="another passphrase")
    assert BallotBox.objects.get().state == "draft"


def test_ready_is_all_or_none(new_box: Callable[..., BallotBox], scrutineer: User, key: ScrutineerKey) -> None:
    boxes = [new_box(), new_box(appraisals=[])]
    with refused("sheet"):
        make_ready(boxes=boxes, scrutineer=scrutineer, passphrase=PASSPHRASE)
    assert set(BallotBox.objects.values_list("state", flat=True)) == {"draft"}


def test_any_appointed_scrutineer_holds_a_share(
    new_box: Callable[..., BallotBox], cycle: Cycle, office: User, key: ScrutineerKey, second_scrutineer: User
) -> None:
    second = make_scrutineer_key(cycle=cycle, user=second_scrutineer, passphrase=PASSPHRASE)
    box = appoint_scrutineers(box=new_box(), keys=[key, second], actor=office)
    assert BoxKeyShare.objects.filter(box=box).count() == 2
    assert make_ready(boxes=[box], scrutineer=second_scrutineer, passphrase=PASSPHRASE)


def test_whoever_is_judged_does_not_serve(
    cycle: Cycle, unit: Unit, scrutineer: User, key: ScrutineerKey, new_box: Callable[..., BallotBox]
) -> None:
    appraisal_of(cycle=cycle, unit=unit, user=scrutineer)
    with refused("on_sheet"):
        make_ready(boxes=[new_box()], scrutineer=scrutineer, passphrase=PASSPHRASE)


@pytest.mark.parametrize("passphrase", ["", "elevenchars"])
def test_a_passphrase_is_long(cycle: Cycle, scrutineer: User, passphrase: str) -> None:
    with refused("passphrase_short"):
        make_scrutineer_key(cycle=cycle, user=scrutineer, passphrase=passphrase)


def test_one_key_a_year(cycle: Cycle, scrutineer: User, key: ScrutineerKey) -> None:
    with refused("key_exists"):
        make_scrutineer_key(cycle=cycle, user=scrutineer, passphrase=PASSPHRASE)


def test_the_private_key_is_nowhere_in_the_clear(hall: Hall) -> None:
    key = ScrutineerKey.objects.get()
    assert len(bytes(key.wrapped_private_key)) > 32
    assert bytes(hall.box.public_key or b"") not in bytes(BoxKeyShare.objects.get().sealed_private_key)


def test_the_sheet_is_fixed_once_ready(hall: Hall, cadres: list[Appraisal]) -> None:
    with refused("not_draft"):
        edit_sheet(box=hall.box, appraisals=cadres[:1], actor=hall.office)
    with refused("not_draft"):
        admit_groups(box=hall.box, groups={"own_unit": 1}, actor=hall.office)


def test_ready_goes_back_while_nothing_is_handed_out(hall: Hall) -> None:
    assert back_to_draft(box=hall.box, actor=hall.office).state == "draft"


def test_ready_does_not_go_back_with_slips_out(hall: Hall) -> None:
    hall.make(number=1)
    with refused("handed_out"):
        back_to_draft(box=hall.box, actor=hall.office)


def test_the_first_slip_fixes_the_rules(hall: Hall, cycle: Cycle, cadres: list[Appraisal]) -> None:
    assert rules_of(cycle, "mid_level").frozen_at is None
    hall.make(number=1)
    assert rules_of(cycle, "mid_level").frozen_at
    cadres[0].refresh_from_db()
    assert cadres[0].sheet_frozen_at


def test_rules_changed_since_ready_stop_the_slips(hall: Hall, cycle: Cycle) -> None:
    last = rules_of(cycle, "mid_level").aspects.last()
    assert last is not None
    last.delete()
    with refused("rules_changed"):
        hall.make(number=1)


@pytest.mark.parametrize(("invited", "most"), [(0, 0), (1, 2), (10, 11), (11, 13), (30, 33)])
def test_at_most_a_tenth_more_than_invited(invited: int, most: int) -> None:
    assert most_passes(invited) == most


def test_too_many_slips(hall: Hall) -> None:
    hall.make(number=33)
    with refused("too_many"):
        hall.make(number=1)


def test_slips_hold_what_the_database_does_not(hall: Hall) -> None:
    slips = hall.make(number=20)
    kept = "".join(f"{row.digest}{row.code_digest}" for row in Pass.objects.all())
    recorded = "".join(str(event.detail) for event in AuditEvent.objects.all())
    assert all(slip.token not in kept and slip.code not in kept + recorded for slip in slips)
    assert [slip.token for slip in slips] != sorted(slip.token for slip in slips)


def test_reprinting_makes_as_many_new_slips(hall: Hall) -> None:
    hall.make(number=4)
    assert len(reprint_passes(box=hall.box, group="representative", actor=hall.office)) == 4
    assert Pass.objects.filter(state="void").count() == 4


def test_whoever_readied_a_box_does_not_make_its_slips(hall: Hall) -> None:
    with refused("two_people"):
        make_passes(box=hall.box, group="representative", number=1, actor=hall.scrutineer)


@pytest.mark.parametrize(("group", "allowed"), [("own_unit", True), ("representative", False)])
def test_the_unit_makes_slips_of_its_own_staff_alone(hall: Hall, unit_admin: User, group: str, allowed: bool) -> None:
    if allowed:
        assert make_passes(box=hall.box, group=group, number=1, actor=unit_admin)
        return
    with refused("not_yours"):
        make_passes(box=hall.box, group=group, number=1, actor=unit_admin)


def test_another_units_administrator_makes_no_slips(hall: Hall, other_admin: User) -> None:
    with refused("not_yours"):
        make_passes(box=hall.box, group="own_unit", number=1, actor=other_admin)


def test_a_scrutineer_of_the_unit_itself_makes_no_slips_of_outsiders(hall: Hall, unit: Unit) -> None:
    inside = member(role=Role.CADRE, unit=unit)
    Membership.objects.create(user=inside, unit=unit, role=Role.SCRUTINEER)
    with refused("not_yours"):
        make_passes(box=hall.box, group="representative", number=1, actor=inside)


def test_no_slips_after_opening(hall: Hall) -> None:
    hall.open()
    with refused("not_ready"):
        hall.make(number=1)


def test_boxes_with_times_open_and_close_by_themselves(
    new_box: Callable[..., BallotBox], scrutineer: User, key: ScrutineerKey
) -> None:
    now = timezone.now()
    box = new_box(kind="recipients", groups={"service_recipient": 5}, opens_at=now - timedelta(hours=1))
    later = new_box(kind="recipients", groups={"service_recipient": 5}, opens_at=now + timedelta(hours=1))
    make_ready(boxes=[box, later], scrutineer=scrutineer, passphrase=PASSPHRASE)
    with refused("too_early"):
        open_box(box=later, actor=scrutineer)
    assert advance_boxes() == (1, 0)
    with refused("too_early"):
        close_box(box=box, actor=scrutineer)
    BallotBox.objects.filter(pk=box.pk).update(closes_at=now)
    assert advance_boxes() == (0, 1)


def test_a_meeting_box_waits_for_the_press(hall: Hall) -> None:
    assert advance_boxes() == (0, 0)
    assert hall.open().state == "open"


def test_annulling_takes_two_people(hall: Hall, scrutineer: User) -> None:
    with refused("not_proposed"):
        confirm_annulment(box=hall.box, actor=scrutineer)
    with refused("reason_missing"):
        propose_annulment(box=hall.box, reason=" ", actor=scrutineer)
    propose_annulment(box=hall.box, reason="票箱被打开", actor=scrutineer)
    with refused("same_person"):
        confirm_annulment(box=hall.box, actor=scrutineer)
    assert confirm_annulment(box=hall.box, actor=hall.office).state == "annulled"


def test_slips_are_a_pdf(hall: Hall) -> None:
    assert slips_pdf(box=hall.box, slips=hall.make(number=9)).startswith(b"%PDF")


def test_merkle_root_depends_on_every_envelope() -> None:
    digests = [f"{number:064x}" for number in range(5)]
    assert merkle_root(digests) == merkle_root(list(reversed(digests)))
    assert merkle_root(digests) != merkle_root(digests[:4])


@pytest.mark.parametrize(
    ("graded", "hidden"),
    [([30, 4], True), ([30, 5], False), ([30, 0], False), ([1], True), ([], False)],
)
def test_one_small_group_hides_all(graded: list[int], hidden: bool) -> None:
    tallies = {str(place): GroupTally(number, {"style": {"good": number}}) for place, number in enumerate(graded)}
    assert is_suppressed(tallies) is hidden
