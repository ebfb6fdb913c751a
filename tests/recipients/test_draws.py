import pytest

from accounts.models import User
from evaluation.audit.models import AuditEvent
from evaluation.cycle.models import Cycle, GroupRule
from evaluation.errors import DomainError
from evaluation.recipients.drawing import draw
from evaluation.recipients.draws import draw_frames, note_letters_made, replace_unavailable, set_way
from evaluation.recipients.frames import entries_of
from evaluation.recipients.models import Draw, DrawnRecipient, Frame
from evaluation.units.models import Unit
from tests.factories import draw_of, frame_of, member

SEED = "3 1 6 2 5"


@pytest.fixture
def frame(cycle: Cycle, unit: Unit) -> Frame:
    return frame_of(cycle=cycle, unit=unit, sections={"救助科": 12, "优抚科": 30})


@pytest.fixture
def drawn(frame: Frame) -> Draw:
    return draw_of(frame=frame)


def states(drawn: Draw, section: str) -> list[str]:
    return list(
        DrawnRecipient.objects.filter(stratum__draw=drawn, stratum__section=section)
        .order_by("place")
        .values_list("state", flat=True)
    )


def keys(drawn: Draw, section: str, count: int, state: str = "drawn") -> list[int]:
    rows = DrawnRecipient.objects.filter(stratum__draw=drawn, stratum__section=section, state=state)
    return list(rows.order_by("place").values_list("pk", flat=True)[:count])


def test_rows_are_what_the_seed_draws(frame: Frame, drawn: Draw) -> None:
    expected = draw(entries_of(frame), seed=SEED, each=20, reserve_each=5, min_valid=10)
    rows = DrawnRecipient.objects.filter(stratum__draw=drawn).order_by("stratum__section", "place")
    assert [(row.entry.name, row.entry.mark) for row in rows.select_related("entry")] == [
        (entry.name, entry.mark) for one in expected for entry in (*one.main, *one.reserve)
    ]
    whole, large = drawn.strata.get(section="救助科"), drawn.strata.get(section="优抚科")
    assert (whole.size, whole.main, whole.reserve, whole.is_whole) == (12, 12, 0, True)
    assert (large.size, large.main, large.reserve, large.is_whole) == (30, 20, 5, False)
    assert states(drawn, "优抚科") == ["drawn"] * 20 + ["reserve"] * 5
    assert drawn.least == 10


def test_the_record_names_nobody(drawn: Draw) -> None:
    detail = AuditEvent.objects.get(action="draw-made").detail
    assert detail["seed"] == SEED
    assert "救助科一" not in str(detail)


def test_the_least_is_that_of_the_rules(cycle: Cycle, frame: Frame) -> None:
    GroupRule.objects.filter(rules__cycle=cycle, code="service_recipient").update(min_valid=16)
    made = draw_of(frame=frame)
    assert made.least == 16
    assert made.strata.get(section="优抚科").is_whole


def test_without_a_seed_one_is_made(frame: Frame) -> None:
    made = draw_of(frame=frame, seed=" ")
    assert made.is_generated
    assert len(made.seed) == 32


def test_one_seed_for_a_list_of_frames(cycle: Cycle, frame: Frame, other_unit: Unit, office: User) -> None:
    other = frame_of(cycle=cycle, unit=other_unit)
    made = draw_frames(frames=[other, frame], each=5, reserve_each=1, actor=office)
    assert len({one.seed for one in made}) == 1


def test_drawing_again_takes_a_reason_and_keeps_the_former(frame: Frame, drawn: Draw, unit_admin: User) -> None:
    with pytest.raises(DomainError) as refused:
        draw_of(frame=frame, seed="1")
    assert refused.value.code == "reason_missing"
    again = draw_of(frame=frame, seed="1", reason="骰子掉在地上", actor=unit_admin)
    drawn.refresh_from_db()
    assert drawn.set_aside_reason == "骰子掉在地上"
    assert frame.draws.get(set_aside_at__isnull=True) == again
    with pytest.raises(DomainError) as refused:
        set_way(drawn=drawn, recipients=keys(drawn, "救助科", 1), way="letter", actor=unit_admin)
    assert refused.value.code == "set_aside"


def test_no_second_draw_once_letters_are_out(frame: Frame, drawn: Draw) -> None:
    note_letters_made(strata=drawn.strata.values_list("pk", flat=True), at=drawn.drawn_at)
    with pytest.raises(DomainError) as refused:
        draw_of(frame=frame, reason="再来")
    assert refused.value.code == "letters_out"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"each": 0}, "numbers"),
        ({"reserve_each": -1}, "numbers"),
        ({"seed": "9" * 65}, "seed"),
    ],
)
def test_refused(frame: Frame, fields: dict[str, object], code: str) -> None:
    with pytest.raises(DomainError) as refused:
        draw_of(frame=frame, **fields)
    assert refused.value.code == code


def test_a_unit_draws_from_its_own(frame: Frame, other_admin: User, unit_admin: User) -> None:
    with pytest.raises(DomainError) as refused:
        draw_of(frame=frame, actor=other_admin)
    assert refused.value.code == "not_yours"
    assert draw_of(frame=frame, actor=unit_admin).drawn_by == unit_admin


@pytest.mark.parametrize("role", ["scrutineer", "auditor", "organisation"])
def test_who_reads_does_not_draw(frame: Frame, role: str) -> None:
    with pytest.raises(DomainError):
        draw_of(frame=frame, actor=member(role=role))  # type: ignore[arg-type]


def test_reserves_are_called_up_in_their_order(drawn: Draw, office: User) -> None:
    chosen = keys(drawn, "优抚科", 2)
    set_way(drawn=drawn, recipients=chosen[:1], way="letter", actor=office)
    told = replace_unavailable(drawn=drawn, recipients=chosen, actor=office)
    assert (told.unavailable, told.called_up, told.missing) == (2, 2, 0)
    assert states(drawn, "优抚科") == ["unavailable"] * 2 + ["drawn"] * 18 + ["called_up"] * 2 + ["reserve"] * 3
    called = DrawnRecipient.objects.filter(stratum__draw=drawn, state="called_up").order_by("place")
    assert [row.way for row in called] == ["letter", "meeting"]
    assert called[0].place == 21


def test_a_reserve_that_is_used_up_is_said(drawn: Draw, office: User) -> None:
    assert replace_unavailable(drawn=drawn, recipients=keys(drawn, "救助科", 2), actor=office).missing == 2
    assert replace_unavailable(drawn=drawn, recipients=keys(drawn, "优抚科", 7), actor=office).missing == 2


def test_only_who_takes_part_is_marked(drawn: Draw, office: User) -> None:
    waiting = keys(drawn, "优抚科", 5, "reserve")
    for do in (
        lambda: replace_unavailable(drawn=drawn, recipients=waiting, actor=office),
        lambda: set_way(drawn=drawn, recipients=waiting, way="letter", actor=office),
    ):
        with pytest.raises(DomainError) as refused:
            do()
        assert refused.value.code == "not_taking_part"


def test_people_of_another_draw_are_left_alone(drawn: Draw, cycle: Cycle, other_unit: Unit, office: User) -> None:
    other = draw_of(frame=frame_of(cycle=cycle, unit=other_unit))
    with pytest.raises(DomainError):
        replace_unavailable(drawn=drawn, recipients=keys(other, "优抚科", 2), actor=office)


def test_nobody_goes_back_to_the_meeting_with_a_letter(drawn: Draw, office: User) -> None:
    chosen = keys(drawn, "救助科", 2)
    assert set_way(drawn=drawn, recipients=chosen, way="letter", actor=office) == 2
    assert set_way(drawn=drawn, recipients=chosen[1:], way="meeting", actor=office) == 1
    note_letters_made(strata=drawn.strata.values_list("pk", flat=True), at=drawn.drawn_at)
    with pytest.raises(DomainError) as refused:
        set_way(drawn=drawn, recipients=chosen, way="meeting", actor=office)
    assert refused.value.code == "letters_out"
