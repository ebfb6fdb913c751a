"""The count: all or nothing, and nothing left behind."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from evaluation.ballots.boxes import release_boxes, repeat_group
from evaluation.ballots.counting import count_boxes
from evaluation.ballots.keys import make_scrutineer_key
from evaluation.ballots.models import (
    Ballot,
    BallotBox,
    BoxGroup,
    BoxKeyShare,
    Envelope,
    Incident,
    Opinion,
    Pass,
    Receipt,
    Tally,
)
from evaluation.ballots.paper import check_paper, key_paper, set_hall_numbers
from evaluation.ballots.tallies import tallies_for, uncounted_boxes
from evaluation.cycle.models import Cycle
from evaluation.errors import DomainError
from evaluation.roster.models import Appraisal
from tests.ballots.conftest import PASSPHRASE, Hall


@pytest.fixture
def closed(hall: Hall) -> Hall:
    """Five representatives voted, one slip was left."""
    slips = hall.make(number=6)
    hall.open()
    for slip in slips[:5]:
        hall.cast(slip)
    hall.close()
    return hall


def count(hall: Hall, passphrase: str = PASSPHRASE) -> None:
    count_boxes(boxes=[hall.box], scrutineer=hall.scrutineer, passphrase=passphrase)


def totals(hall: Hall, **row: int) -> dict[int, dict[str, dict[str, int]]]:
    spec = hall.box.spec
    return {one: {aspect: dict(row) for aspect in spec["aspects"]} for one in spec["appraisals"]}


def test_from_slip_to_tally(hall: Hall, cadres: list[Appraisal]) -> None:
    slips = hall.make(number=6)
    hall.open()
    receipts = {hall.cast(slip, opinion="说实话" if place == 0 else "").receipt for place, slip in enumerate(slips[:5])}
    hall.close()
    assert hall.box.committed["groups"]["representative"] == {"envelopes": 5, "issued": 1, "spent": 5, "void": 0}

    count(hall)

    assert uncounted_boxes(appraisals=cadres)[cadres[0].pk] == [hall.box]
    assert tallies_for(appraisals=cadres)[cadres[0].pk] == {}
    release_boxes(boxes=[hall.refresh()], actor=hall.office)
    assert uncounted_boxes(appraisals=cadres)[cadres[0].pk] == []
    tally = tallies_for(appraisals=cadres)[cadres[1].pk]["representative"]
    assert tally.valid == 5
    assert all(marks == {hall.box.spec["grades"][0]: 5} for marks in tally.marks.values())
    assert set(Receipt.objects.values_list("code", flat=True)) == receipts
    assert (Ballot.objects.count(), Opinion.objects.count(), Envelope.objects.count()) == (10, 2, 0)
    assert not BoxKeyShare.objects.exists()


def test_passes_stand_in_the_order_of_their_digests(closed: Hall) -> None:
    count(closed)
    column = "rowid" if connection.vendor == "sqlite" else "ctid"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT digest FROM evaluation_pass ORDER BY {column}")
        digests = [row[0] for row in cursor.fetchall()]
    assert digests == sorted(digests)
    assert len(digests) == 6


def test_a_wrong_passphrase_changes_nothing_and_is_on_record(closed: Hall) -> None:
    with pytest.raises(DomainError) as error:
        count(closed, "wrong horse battery staple")
    assert error.value.code == "wrong_passphrase"
    require_nothing_happened(closed, "wrong_passphrase")


def require_nothing_happened(hall: Hall, incident: str) -> None:
    box = hall.refresh()
    assert box.state == "closed"
    assert Incident.objects.get(box=box).kind == incident
    assert not Tally.objects.exists()
    assert not Ballot.objects.exists()
    assert BoxKeyShare.objects.filter(box=box).exists()
    assert Pass.objects.filter(state="spent").count() == 5


def raw(*statements: str) -> None:
    """Somebody with the database in his hands and the triggers out of the way."""
    names = ["envelope_insert", "envelope_update", "envelope_delete", "pass_one_way", "pass_insert"]
    table = {"envelope": "evaluation_envelope", "pass": "evaluation_pass"}
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name in names:
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER ballots_{name}")
            else:
                cursor.execute(f"ALTER TABLE {table[name.split('_')[0]]} DISABLE TRIGGER ballots_{name}")
        for statement in statements:
            cursor.execute(statement)


ONE = "digest = (SELECT min(digest) FROM evaluation_envelope)"
TAMPERED = {
    "envelope_damaged": [f"UPDATE evaluation_envelope SET sealed = substr(sealed, 2) WHERE {ONE}"],
    "envelopes_differ": [f"DELETE FROM evaluation_envelope WHERE {ONE}"],
    "numbers_differ": ["UPDATE evaluation_pass SET state = 'issued' WHERE state = 'spent'"],
}


@pytest.mark.parametrize(("incident", "statements"), TAMPERED.items())
def test_tampering_rolls_everything_back(closed: Hall, incident: str, statements: list[str]) -> None:
    raw(*statements)
    with pytest.raises(DomainError) as error:
        count(closed)
    assert error.value.code == "count_mismatch"
    assert closed.refresh().state == "closed"
    assert Incident.objects.get().kind == incident
    assert not Tally.objects.exists()
    assert BoxKeyShare.objects.exists()


def test_a_doubled_envelope_is_an_incident(closed: Hall) -> None:
    """Even one that was committed: its receipt appears twice."""
    import hashlib

    from nacl.public import PublicKey, SealedBox

    from evaluation.ballots.boxes import merkle_root
    from evaluation.ballots.keys import open_share, unlock
    from evaluation.ballots.models import ScrutineerKey

    key = ScrutineerKey.objects.get()
    private = open_share(box=closed.box, key=key, private=unlock(key=key, passphrase=PASSPHRASE))
    first = Envelope.objects.order_by("digest").first()
    assert first is not None
    plain = SealedBox(private).decrypt(bytes(first.sealed))
    double = SealedBox(PublicKey(bytes(closed.box.public_key or b""))).encrypt(plain)
    digest = hashlib.sha256(double).hexdigest()
    raw("UPDATE evaluation_pass SET state = 'spent'")
    Envelope.objects.create(digest=digest, box=closed.box, group="representative", sealed=double)
    with connection.cursor() as cursor:
        trigger = "ballots_box_closed_facts"
        drop = f"DROP TRIGGER {trigger}" + ("" if connection.vendor == "sqlite" else " ON evaluation_ballotbox")
        cursor.execute(drop)
    digests = sorted(Envelope.objects.values_list("digest", flat=True))
    committed = {"digests": digests, "groups": closed.box.committed["groups"]}
    BallotBox.objects.update(committed=committed, merkle_root=merkle_root(digests))

    with pytest.raises(DomainError):
        count(closed)

    assert Incident.objects.get().kind == "receipt_twice"
    assert not Tally.objects.exists()


def test_another_scrutineer_cannot_count(closed: Hall, cycle: Cycle, second_scrutineer: User) -> None:
    make_scrutineer_key(cycle=cycle, user=second_scrutineer, passphrase=PASSPHRASE)
    with pytest.raises(DomainError) as error:
        count_boxes(boxes=[closed.box], scrutineer=second_scrutineer, passphrase=PASSPHRASE)
    assert error.value.code == "not_serving"


def test_whoever_made_the_slips_does_not_count(closed: Hall) -> None:
    BoxGroup.objects.update(passes_made_by=closed.scrutineer)
    with pytest.raises(DomainError) as error:
        count(closed)
    assert error.value.code == "two_people"


def test_a_box_is_counted_once(closed: Hall) -> None:
    count(closed)
    with pytest.raises(DomainError) as error:
        count(closed)
    assert error.value.code == "not_closed"


def keyed(hall: Hall, *, collected: int = 12, handed_out: int = 15, **row: int) -> None:
    group = hall.box.groups.get(group="representative")
    set_hall_numbers(
        group=group, actor=hall.office, printed=20, leftover=20 - handed_out, collected=collected, present=30
    )
    row = row or {hall.box.spec["grades"][0]: collected}
    for act, who in ((key_paper, "user:1"), (check_paper, "user:2")):
        act(box=hall.box, group="representative", valid=collected, invalid=0, totals=totals(hall, **row), who=who)


def test_paper_and_phone_add_up(closed: Hall, cadres: list[Appraisal]) -> None:
    keyed(closed)
    count(closed)
    release_boxes(boxes=[closed.refresh()], actor=closed.office)
    assert tallies_for(appraisals=cadres)[cadres[0].pk]["representative"].valid == 17


def test_unchecked_paper_holds_the_count(closed: Hall) -> None:
    group = closed.box.groups.get(group="representative")
    set_hall_numbers(group=group, actor=closed.office, printed=5, leftover=0, collected=5)
    with pytest.raises(DomainError) as error:
        count(closed)
    assert error.value.code == "paper_unchecked"


def test_more_collected_than_handed_out_makes_the_group_invalid(closed: Hall, cadres: list[Appraisal]) -> None:
    keyed(closed, collected=16, handed_out=15)
    count(closed)
    assert BoxGroup.objects.get(group="representative").is_valid is False
    release_boxes(boxes=[closed.refresh()], actor=closed.office)
    assert tallies_for(appraisals=cadres)[cadres[0].pk] == {}


def test_more_than_were_present_is_an_incident(closed: Hall) -> None:
    group = closed.box.groups.get(group="representative")
    set_hall_numbers(group=group, actor=closed.office, present=4)
    with pytest.raises(DomainError):
        count(closed)
    assert Incident.objects.get().kind == "more_than_present"


def test_a_box_on_paper_alone_needs_no_key(
    new_box: Callable[..., BallotBox], hall: Hall, cadres: list[Appraisal]
) -> None:
    from evaluation.ballots.boxes import close_box, make_ready, open_box

    [box] = make_ready(boxes=[new_box(takes_passes=False)], scrutineer=hall.scrutineer, passphrase=PASSPHRASE)
    hall.box = close_box(box=open_box(box=box, actor=hall.scrutineer), actor=hall.scrutineer)
    keyed(hall)
    count_boxes(boxes=[hall.box], scrutineer=hall.scrutineer)
    assert Tally.objects.filter(channel="paper").count() == 2


def test_a_trial_enters_no_tally(new_box: Callable[..., BallotBox], hall: Hall, cadres: list[Appraisal]) -> None:
    from evaluation.ballots.boxes import make_ready, purge_trial

    [hall.box] = make_ready(boxes=[new_box(is_trial=True)], scrutineer=hall.scrutineer, passphrase=PASSPHRASE)
    slips = hall.make(number=1)
    hall.open()
    hall.cast(slips[0])
    hall.close()
    count(hall)
    assert not Tally.objects.exists()
    cadres[0].refresh_from_db()
    assert cadres[0].sheet_frozen_at is None
    purge_trial(box=hall.refresh(), actor=hall.office)
    assert not Ballot.objects.exists()


def test_a_figure_waits_for_the_last_box_of_its_group(
    closed: Hall, new_box: Callable[..., BallotBox], cadres: list[Appraisal]
) -> None:
    later = new_box(groups={"representative": 5})
    count(closed)
    with pytest.raises(DomainError) as error:
        release_boxes(boxes=[closed.refresh()], actor=closed.office)
    assert error.value.code == "others_wait"
    later.delete()
    assert release_boxes(boxes=[closed.refresh()], actor=closed.office)


def test_a_repeated_group_takes_the_place_of_the_invalid_one(closed: Hall, cadres: list[Appraisal]) -> None:
    count(closed)
    copy = repeat_group(
        box=closed.refresh(), group="representative", closes_at=closed.box.closes_at, actor=closed.office
    )
    assert [row.group for row in copy.groups.all()] == ["representative"]
    assert copy.sheet.count() == 2
    assert uncounted_boxes(appraisals=cadres)[cadres[0].pk] == [closed.box, copy]


@pytest.mark.parametrize("boxes", [1, 3])
def test_tallies_take_as_many_queries_for_three_boxes_as_for_one(
    boxes: int, closed: Hall, cadres: list[Appraisal], django_assert_num_queries: Any
) -> None:
    count(closed)
    release_boxes(boxes=[closed.refresh()], actor=closed.office)
    with django_assert_num_queries(2):
        tallies_for(appraisals=cadres * boxes)
