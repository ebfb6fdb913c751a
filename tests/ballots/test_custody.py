"""The recovery sheet of a scrutineer's key, and the destruction of keys after the last count."""

import secrets
from collections.abc import Callable

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from evaluation.audit.models import AuditEvent
from evaluation.ballots.boxes import make_ready
from evaluation.ballots.counting import count_boxes
from evaluation.ballots.keys import (
    appoint_scrutineers,
    destroy_keys,
    make_scrutineer_key,
    may_destroy_keys,
    print_recovery_sheet,
    unlock,
)
from evaluation.ballots.models import BallotBox, ScrutineerKey
from evaluation.ballots.recovery import looks_like_recovery, read_recovery, recovery_text
from evaluation.ballots.selectors import keys_of_year
from evaluation.cycle.models import Cycle
from evaluation.errors import DomainError
from evaluation.units.models import Role
from tests.ballots.conftest import PASSPHRASE, Hall
from tests.factories import member

pytestmark = pytest.mark.django_db
ClientFor = Callable[[User], Client]


def sheet_of(key: ScrutineerKey) -> str:
    return print_recovery_sheet(key=key, passphrase=PASSPHRASE)[1]


def counted(hall: Hall, passphrase: str = PASSPHRASE) -> BallotBox:
    [slip] = hall.make(number=1)
    hall.open()
    hall.cast(slip)
    hall.close()
    count_boxes(boxes=[hall.box], scrutineer=hall.scrutineer, passphrase=passphrase)
    return hall.refresh()


def test_a_key_survives_its_sheet() -> None:
    for _time in range(20):
        private = secrets.token_bytes(32)
        text = recovery_text(private)
        assert read_recovery(text) == private
        assert [len(group) for group in text.split()] == [4] * 14


@pytest.mark.parametrize(
    "change", [str.lower, lambda text: text.replace(" ", ""), lambda text: text.replace(" ", "-"),
               lambda text: text.replace("0", "o").replace("1", "l")],
)  # fmt: skip
def test_a_sheet_is_read_however_it_is_typed(change: Callable[[str], str]) -> None:
    private = bytes(range(32))

    assert read_recovery(change(recovery_text(private))) == private


def test_one_wrong_sign_is_found() -> None:
    text = recovery_text(bytes(range(32)))
    wrong = ("A" if text[0] != "A" else "B") + text[1:]

    assert looks_like_recovery(wrong)
    assert read_recovery(wrong) is None


@pytest.mark.parametrize("typed", ["", PASSPHRASE, "ABCD", "我们的口令很长很长很长很长"])
def test_a_passphrase_is_no_sheet(typed: str) -> None:
    assert not looks_like_recovery(typed)


def test_the_sheet_is_kept_nowhere(key: ScrutineerKey) -> None:
    text = sheet_of(key)
    private = read_recovery(text)
    assert private is not None
    key.refresh_from_db()

    held = [bytes(getattr(key, name)) for name in ("public_key", "wrapped_private_key", "salt")]
    assert all(private not in value for value in held)
    assert key.recovery_printed_at is not None
    assert all(text[:4] not in str(event.detail) for event in AuditEvent.objects.all())


def test_a_sheet_readies_and_counts_in_place_of_the_passphrase(
    new_box: Callable[..., BallotBox], key: ScrutineerKey, office: User, scrutineer: User, client_for: ClientFor
) -> None:
    text = sheet_of(key)
    [box] = make_ready(boxes=[new_box()], scrutineer=scrutineer, passphrase=text)
    box = counted(Hall(box, office, scrutineer, []), passphrase=text.lower().replace(" ", ""))

    uses = AuditEvent.objects.filter(action="recovery-sheet-used", target_id=str(box.pk)).order_by("sequence")
    assert [event.detail["purpose"] for event in uses] == ["ready", "count"]
    report = client_for(scrutineer).get(reverse("ballots:count-report", args=[2012, box.pk]))
    assert len(report.context["sheets_used"]) == 2


@pytest.mark.parametrize(("change", "code"), [("0", "recovery_misread"), ("other", "wrong_passphrase")])
def test_a_wrong_sheet_opens_nothing(key: ScrutineerKey, change: str, code: str) -> None:
    text = sheet_of(key)
    wrong = recovery_text(bytes(32)) if change == "other" else ("A" if text[0] != "A" else "B") + text[1:]

    with pytest.raises(DomainError) as caught:
        unlock(key=key, passphrase=wrong)

    assert caught.value.code == code


def test_a_sheet_makes_no_further_sheet(key: ScrutineerKey) -> None:
    with pytest.raises(DomainError) as caught:
        print_recovery_sheet(key=key, passphrase=sheet_of(key))

    assert caught.value.code == "passphrase_needed"


def test_making_a_key_answers_with_the_sheet_alone(cycle: Cycle, scrutineer: User, client_for: ClientFor) -> None:
    posted = {"passphrase": PASSPHRASE, "again": PASSPHRASE}
    answer = client_for(scrutineer).post(reverse("ballots:key-make", args=[2012]), posted)

    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    assert ScrutineerKey.objects.get().recovery_printed_at is not None


def test_another_sheet_needs_the_passphrase(key: ScrutineerKey, scrutineer: User, client_for: ClientFor) -> None:
    page, url = client_for(scrutineer), reverse("ballots:recovery-print", args=[2012])

    assert page.post(url, {"passphrase": "something else entirely"}).status_code == 302
    assert page.post(url, {"passphrase": PASSPHRASE})["Content-Type"] == "application/pdf"


def test_keys_are_destroyed_after_the_last_count(hall: Hall, key: ScrutineerKey) -> None:
    box = counted(hall)
    assert may_destroy_keys(box.cycle)

    destroy_keys(keys=[key], actor=hall.scrutineer)

    key.refresh_from_db()
    assert bytes(key.wrapped_private_key) == b""
    assert key.destroyed_at is not None
    assert AuditEvent.objects.filter(action="scrutineer-key-destroyed", target_id=str(key.pk)).exists()
    assert not keys_of_year(box.cycle).exists()
    with pytest.raises(DomainError) as caught:
        unlock(key=key, passphrase=PASSPHRASE)
    assert caught.value.code == "key_destroyed"


@pytest.mark.parametrize("states", [("draft",), ("draft", "ready"), ("draft", "ready", "open"), ()])
def test_a_waiting_box_keeps_the_keys(
    hall: Hall, key: ScrutineerKey, new_box: Callable[..., BallotBox], states: tuple[str, ...]
) -> None:
    if states:
        counted(hall)
        other = new_box(title="另一票箱")
        for state in states[1:]:
            BallotBox.objects.filter(pk=other.pk).update(state=state)

    with pytest.raises(DomainError) as caught:
        destroy_keys(keys=[key], actor=hall.scrutineer)

    assert caught.value.code == "boxes_wait"


def test_a_trial_keeps_no_key(hall: Hall, key: ScrutineerKey, new_box: Callable[..., BallotBox]) -> None:
    counted(hall)
    new_box(is_trial=True, title="试投票箱")

    assert destroy_keys(keys=[key], actor=hall.scrutineer)


def test_scrutineers_destroy_their_own_key_and_the_office_all(hall: Hall, key: ScrutineerKey) -> None:
    box, second = counted(hall), member(role=Role.SCRUTINEER)
    other = make_scrutineer_key(cycle=box.cycle, user=second, passphrase=PASSPHRASE)

    with pytest.raises(DomainError) as caught:
        destroy_keys(keys=[key], actor=second)
    assert caught.value.code == "not_yours"

    assert len(destroy_keys(keys=[key, other], actor=hall.office)) == 2


def test_a_destroyed_key_prepares_no_box(hall: Hall, key: ScrutineerKey, new_box: Callable[..., BallotBox]) -> None:
    counted(hall)
    destroy_keys(keys=[key], actor=hall.scrutineer)
    key.refresh_from_db()
    box = new_box(title="新票箱")

    with pytest.raises(DomainError) as appointed:
        appoint_scrutineers(box=box, keys=[key], actor=hall.office)
    with pytest.raises(DomainError) as readied:
        make_ready(boxes=[box], scrutineer=hall.scrutineer, passphrase=PASSPHRASE)

    assert (appointed.value.code, readied.value.code) == ("no_key", "key_destroyed")


def test_the_database_keeps_a_destroyed_key_destroyed(hall: Hall, key: ScrutineerKey) -> None:
    counted(hall)
    destroy_keys(keys=[key], actor=hall.scrutineer)

    with pytest.raises(DatabaseError), transaction.atomic():
        ScrutineerKey.objects.filter(pk=key.pk).update(wrapped_private_key=b"x", destroyed_at=None)


def test_the_page_says_when_it_was_destroyed(hall: Hall, key: ScrutineerKey, client_for: ClientFor) -> None:
    counted(hall)
    page = client_for(hall.scrutineer)
    home = reverse("ballots:scrutineer-home", args=[2012])
    assert reverse("ballots:keys-destroy", args=[2012]) in page.get(home).text

    page.post(reverse("ballots:keys-destroy", args=[2012]))

    assert page.get(home).context["key"].destroyed_at is not None
    assert reverse("ballots:keys-destroy", args=[2012]) not in page.get(home).text
