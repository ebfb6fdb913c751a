"""Bursts: found at closing by the limit of the box, decided blind by two people, never opened where excluded."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from evaluation.ballots import bursts, counting
from evaluation.ballots.boxes import close_box, confirm_annulment, make_ready, open_box, propose_annulment
from evaluation.ballots.bursts import confirm_burst, propose_burst
from evaluation.ballots.casting import cast
from evaluation.ballots.counting import count_boxes
from evaluation.ballots.models import Ballot, BallotBox, Envelope, Incident, Opinion, Pass, Receipt, SetAside, Tally
from evaluation.ballots.passes import make_public_pass
from evaluation.errors import DomainError
from evaluation.units.models import Role
from tests.ballots.conftest import PASSPHRASE, Hall
from tests.factories import member

pytestmark = pytest.mark.django_db
LIMIT = 3
CROWD, HOUSEHOLD = "192.0.2.1", "192.0.2.2"


@pytest.fixture
def public(hall: Hall, new_box: Callable[..., BallotBox]) -> Hall:
    """Open, with a limit of three."""
    now = timezone.now()
    box = new_box(
        kind="public",
        groups={"public": 100},
        opens_at=now - timedelta(hours=1),
        closes_at=now + timedelta(hours=1),
        takes_paper=False,
        burst_limit=LIMIT,
    )
    [box] = make_ready(boxes=[box], scrutineer=hall.scrutineer, passphrase=PASSPHRASE)
    hall.box = open_box(box=box, actor=hall.scrutineer)
    return hall


def cast_many(hall: Hall, network: str, number: int, word: str = "", opinion: str = "") -> list[str]:
    posted = hall.sheet(word or hall.box.spec["grades"][0], opinion)
    return [
        cast(typed=make_public_pass(box=hall.box), posted=posted, network=network).receipt for _vote in range(number)
    ]


def close(hall: Hall) -> BallotBox:
    BallotBox.objects.filter(pk=hall.box.pk).update(closes_at=timezone.now() - timedelta(seconds=1))
    hall.box = close_box(box=hall.box, actor=hall.scrutineer)
    return hall.box


@pytest.fixture
def crowded(public: Hall) -> Hall:
    """Closed: a burst of five from one network, two from another."""
    cast_many(public, CROWD, 5, public.box.spec["grades"][-1], "刷票")
    cast_many(public, HOUSEHOLD, 2)
    close(public)
    return public


def decide(hall: Hall, decision: str) -> None:
    burst = SetAside.objects.get()
    propose_burst(burst=burst, decision=decision, reason="时间集中", actor=hall.office)
    confirm_burst(burst=burst, decision=decision, actor=hall.scrutineer)


def count(hall: Hall) -> BallotBox:
    count_boxes(boxes=[hall.box], scrutineer=hall.scrutineer, passphrase=PASSPHRASE)
    return hall.refresh()


def refused(act: Callable[..., object], **fields: Any) -> str:
    with pytest.raises(DomainError) as caught:
        act(**fields)
    return caught.value.code


@pytest.mark.parametrize(("number", "found"), [(LIMIT, 0), (LIMIT + 1, 1)])
def test_only_what_exceeds_the_limit_is_set_aside(public: Hall, number: int, found: int) -> None:
    cast_many(public, CROWD, number)
    close(public)
    assert SetAside.objects.count() == found


def test_networks_and_hours_are_told_apart(public: Hall) -> None:
    for network, number in ((CROWD, 4), (HOUSEHOLD, 5), ("192.0.2.3", 3)):
        cast_many(public, network, number)
    close(public)
    assert sorted(SetAside.objects.values_list("label", "number")) in ([("A", 4), ("B", 5)], [("A", 5), ("B", 4)])


def test_a_hall_sets_nothing_aside(hall: Hall) -> None:
    hall.make(number=8)
    hall.open()
    for slip in hall.slips:
        cast(typed=slip.token, posted=hall.sheet(hall.box.spec["grades"][0]), network=CROWD)
    hall.close()
    assert not SetAside.objects.exists()


def test_the_labels_go_on_after_z() -> None:
    labels = bursts._labels()
    found = [next(labels) for _label in range(28)]
    assert (found[0], found[25:]) == ("A", ["Z", "AA", "AB"])


def test_the_count_waits_for_the_decision(crowded: Hall) -> None:
    box = crowded.box
    assert refused(count_boxes, boxes=[box], scrutineer=crowded.scrutineer, passphrase=PASSPHRASE) == "burst_undecided"
    propose_burst(burst=SetAside.objects.get(), decision="kept", reason="养老院", actor=crowded.office)
    assert refused(count_boxes, boxes=[box], scrutineer=crowded.scrutineer, passphrase=PASSPHRASE) == "burst_undecided"
    assert Envelope.objects.count() == 7
    assert not Incident.objects.exists()


def test_what_is_excluded_is_never_opened(crowded: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    really_open = counting._open

    def watched(*arguments: Any) -> Any:
        opened.append(arguments[3])
        return really_open(*arguments)

    monkeypatch.setattr(counting, "_open", watched)
    burst = set(Envelope.objects.filter(network=SetAside.objects.get().network).values_list("digest", flat=True))
    decide(crowded, "excluded")
    count(crowded)
    assert len(opened) == 2
    assert not burst & set(opened)


def test_what_is_excluded_enters_nothing(crowded: Hall) -> None:
    decide(crowded, "excluded")
    box = count(crowded)
    assert box.state == "counted"
    assert set(Tally.objects.values_list("valid", flat=True)) == {2}
    assert Receipt.objects.count() == 2
    assert Ballot.objects.count() == 4
    assert not Opinion.objects.exists()
    assert not Envelope.objects.exists()
    assert Pass.objects.filter(state="spent").count() == 7


def test_what_is_kept_is_counted(crowded: Hall) -> None:
    decide(crowded, "kept")
    count(crowded)
    assert set(Tally.objects.values_list("valid", flat=True)) == {7}


def test_envelopes_and_spent_passes_are_compared_over_all(crowded: Hall) -> None:
    decide(crowded, "excluded")
    digest = Envelope.objects.filter(network=SetAside.objects.get().network).values_list("digest", flat=True)[0]
    Envelope.objects.filter(digest=digest).delete()
    fields = {"boxes": [crowded.box], "scrutineer": crowded.scrutineer, "passphrase": PASSPHRASE}
    assert refused(count_boxes, **fields) == "count_mismatch"


def everything_written() -> str:
    """Every cell of every table of ours, as text."""
    cells = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                cells += [bytes(cell).hex() if isinstance(cell, bytes | memoryview) else str(cell) for cell in row]
    return "\n".join(cells)


@pytest.mark.parametrize("decision", ["kept", "excluded"])
def test_no_network_is_anywhere_after_the_count(crowded: Hall, decision: str) -> None:
    networks = set(Envelope.objects.values_list("network", flat=True))
    key = bytes(crowded.box.network_key or b"").hex()
    before = everything_written()
    assert all(network in before for network in networks)
    assert key in before
    decide(crowded, decision)
    count(crowded)
    after = everything_written()
    assert not any(network in after for network in networks)
    assert key not in after
    assert CROWD not in after


def test_no_network_is_anywhere_once_annulled(crowded: Hall) -> None:
    networks = set(Envelope.objects.values_list("network", flat=True))
    propose_annulment(box=crowded.box, reason="设置有误", actor=crowded.office)
    confirm_annulment(box=crowded.box, actor=crowded.scrutineer)
    after = everything_written()
    assert not any(network in after for network in networks)


# Two people


def test_one_person_does_not_decide(crowded: Hall) -> None:
    burst = propose_burst(burst=SetAside.objects.get(), decision="kept", reason="养老院", actor=crowded.scrutineer)
    assert refused(confirm_burst, burst=burst, decision="kept", actor=crowded.scrutineer) == "same_person"


def test_one_of_the_two_is_a_scrutineer(crowded: Hall) -> None:
    burst = propose_burst(burst=SetAside.objects.get(), decision="kept", reason="养老院", actor=crowded.office)
    assert refused(confirm_burst, burst=burst, decision="kept", actor=member(role=Role.OFFICE)) == "no_scrutineer"


def test_two_scrutineers_decide(crowded: Hall, second_scrutineer: User) -> None:
    burst = propose_burst(burst=SetAside.objects.get(), decision="excluded", reason="机房", actor=crowded.scrutineer)
    assert confirm_burst(burst=burst, decision="excluded", actor=second_scrutineer).decision == "excluded"


def test_a_proposal_that_changed_meanwhile_is_not_confirmed(crowded: Hall) -> None:
    burst = propose_burst(burst=SetAside.objects.get(), decision="kept", reason="养老院", actor=crowded.office)
    propose_burst(burst=burst, decision="excluded", reason="机房", actor=crowded.office)
    assert refused(confirm_burst, burst=burst, decision="kept", actor=crowded.scrutineer) == "not_proposed"


@pytest.mark.parametrize(
    ("decision", "reason", "code"),
    [("", "机房", "decision"), ("half", "机房", "decision"), ("kept", " ", "reason_missing")],
)
def test_a_proposal_says_what_and_why(crowded: Hall, decision: str, reason: str, code: str) -> None:
    burst = SetAside.objects.get()
    assert refused(propose_burst, burst=burst, decision=decision, reason=reason, actor=crowded.office) == code


def test_what_is_decided_stays(crowded: Hall) -> None:
    decide(crowded, "kept")
    burst = SetAside.objects.get()
    fields = {"burst": burst, "decision": "excluded", "actor": crowded.office}
    assert refused(propose_burst, reason="改变", **fields) == "decided"
    assert refused(confirm_burst, **fields) == "decided"
    with pytest.raises(DatabaseError), transaction.atomic():
        SetAside.objects.update(decision="excluded")


def test_nothing_is_decided_after_the_count(crowded: Hall) -> None:
    decide(crowded, "kept")
    count(crowded)
    fields = {"burst": SetAside.objects.get(), "decision": "kept", "actor": crowded.office}
    assert refused(propose_burst, reason="迟到", **fields) == "not_closed"
    with pytest.raises(DatabaseError), transaction.atomic():
        SetAside.objects.update(number=1)


def test_nothing_is_set_aside_by_hand_while_the_box_is_open(public: Hall) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        SetAside.objects.create(box=public.box, label="A", hour=1, number=1)


def refuses(statement: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    "column", ["network_key = public_key", "burst_limit = 9999", "asks_telephone = NOT asks_telephone"]
)
def test_the_rules_of_a_burst_are_fixed_in_the_database(public: Hall, column: str) -> None:
    refuses(f"UPDATE evaluation_ballotbox SET {column} WHERE id = {public.box.pk}")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE evaluation_setaside SET number = 1",
        "UPDATE evaluation_setaside SET hour = 1",
        "UPDATE evaluation_setaside SET label = 'Z'",
        "DELETE FROM evaluation_setaside",
        "UPDATE evaluation_setaside SET decided_by_id = proposed_by_id",
    ],
)
def test_what_was_set_aside_stays_in_the_database(crowded: Hall, statement: str) -> None:
    propose_burst(burst=SetAside.objects.get(), decision="kept", reason="养老院", actor=crowded.office)
    refuses(statement)


# Pages


def page_of(client: Client, hall: Hall) -> str:
    return client.get(reverse("ballots:box-detail", args=[2012, hall.box.pk])).content.decode()


def test_the_page_shows_letter_hour_and_number_alone(crowded: Hall, client_for: Callable[[User], Client]) -> None:
    burst = SetAside.objects.get()
    page = page_of(client_for(crowded.office), crowded)
    assert "第 A 组" in page
    assert "起一小时内 5 张" in page
    assert "认定单独封存的选票" in page
    assert burst.network not in page
    assert CROWD not in page


def test_two_people_decide_on_the_page(crowded: Hall, client_for: Callable[[User], Client]) -> None:
    keys = [2012, crowded.box.pk, SetAside.objects.get().pk]
    posted = {"decision": "excluded", "reason": "机房"}
    client_for(crowded.office).post(reverse("ballots:burst-propose", args=keys), posted)
    assert SetAside.objects.get().proposed == "excluded"
    scrutineer = client_for(crowded.scrutineer)
    assert "确认第 A 组" in page_of(scrutineer, crowded)
    scrutineer.post(reverse("ballots:burst-confirm", args=keys), {"decision": "excluded"})
    assert SetAside.objects.get().decision == "excluded"


def test_the_number_excluded_is_published(crowded: Hall, client_for: Callable[[User], Client]) -> None:
    public_page = reverse("vote:public-box", args=[crowded.box.public_code])
    assert "被排除的选票数" not in Client().get(public_page).content.decode()
    decide(crowded, "excluded")
    count(crowded)
    page = Client().get(public_page).content.decode()
    assert "<dt>因集中投票被排除的选票数</dt><dd>5</dd>" in page
    report = client_for(crowded.office).get(reverse("ballots:count-report", args=[2012, crowded.box.pk]))
    assert "因集中投票被排除" in report.content.decode()


def test_bursts_are_listed_in_one_query(public: Hall, django_assert_num_queries: Any) -> None:
    for number in range(3):
        cast_many(public, f"192.0.2.{number}", 4)
    close(public)
    for burst in SetAside.objects.all():
        propose_burst(burst=burst, decision="kept", reason="养老院", actor=public.office)
    with django_assert_num_queries(1):
        assert [str(row.proposed_by) for row, _hour in bursts.bursts_of(public.box)] == [str(public.office)] * 3
