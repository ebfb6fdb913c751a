"""After a count of 300 ballots, what the database files, system columns and row orders tell: nothing.

Every look has its control: while the box is open, or with the guard taken out, it finds what it looks for.
"""

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from evaluation.ballots.boxes import create_box, make_ready, open_box
from evaluation.ballots.casting import cast
from evaluation.ballots.counting import count_boxes, forget_after_count
from evaluation.ballots.keys import make_scrutineer_key
from evaluation.ballots.models import Ballot, Envelope, Opinion, Pass, Receipt
from evaluation.ballots.passes import Slip, receipt_of, token_digest
from evaluation.ballots.sheets import GRADE_MARKS, opinion_field
from evaluation.cycle.services import create_cycle, open_cycle
from evaluation.units.models import Role
from tests.ballots.conftest import PASSPHRASE, Hall
from tests.factories import appraisal_of, member, unit_of

pytestmark = pytest.mark.django_db(transaction=True)
VOTERS = 300
ROW = {"sqlite": "rowid", "postgresql": "ctid"}
CLOSE = 0.2


@pytest.fixture
def hall(real_commits: None) -> Hall:
    """An open box in which 300 have cast: the later, the worse the grade, and each with an opinion that says when."""
    office, scrutineer = member(role=Role.OFFICE), member(role=Role.SCRUTINEER)
    cycle = open_cycle(cycle=create_cycle(year=2012, actor=office), actor=office)
    unit = unit_of()
    for order in range(2):
        appraisal_of(cycle=cycle, unit=unit, order=order)
    make_scrutineer_key(cycle=cycle, user=scrutineer, passphrase=PASSPHRASE)
    box = create_box(
        cycle=cycle,
        unit=unit,
        track="mid_level",
        kind="meeting",
        title="票箱",
        closes_at=timezone.now() + timedelta(hours=1),
        actor=office,
        groups={"representative": VOTERS},
    )
    [box] = make_ready(boxes=[box], scrutineer=scrutineer, passphrase=PASSPHRASE)
    made = Hall(box, office, scrutineer, [])
    made.make(number=VOTERS)
    made.box = open_box(box=made.box, actor=scrutineer)
    for place, slip in enumerate(made.slips):
        cast_in_turn(made, place, slip)
    return made


def cast_in_turn(hall: Hall, place: int, slip: Slip) -> None:
    sheet = hall.sheet(grade_of(hall, place))
    first = hall.box.spec["appraisals"][0]
    cast(typed=slip.token, posted={**sheet, opinion_field(first): [f"{marker(hall)}-{place:03d}"]})


def grade_of(hall: Hall, place: int) -> str:
    grades = hall.box.spec["grades"]
    return str(grades[place * len(grades) // VOTERS])


def marker(hall: Hall) -> str:
    """What opinions of this test alone begin with: the log may still hold those of others."""
    return f"opinion-{token_digest(hall.slips[0].token)[:12]}"


def count_all(hall: Hall) -> None:
    hall.close()
    count_boxes(boxes=[hall.box], scrutineer=hall.scrutineer, passphrase=PASSPHRASE)
    assert forget_after_count(boxes=[hall.box], actor=hall.scrutineer) == "done"


def rows(table: str, column: str) -> list[str]:
    """A column in the order in which the rows lie in the file."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} ORDER BY {ROW[connection.vendor]}")
        return [str(value) for (value,) in cursor.fetchall()]


def kendall(first: list[int], second: list[int]) -> float:
    """Kendall's τ-b of two rankings of the same things."""
    concordant, ties = 0, Counter[str]()
    for here in range(len(first)):
        for there in range(here):
            a, b = first[here] - first[there], second[here] - second[there]
            concordant += (a * b > 0) - (a * b < 0)
            ties["first"] += a == 0
            ties["second"] += b == 0
    pairs = len(first) * (len(first) - 1) / 2
    return float(concordant / ((pairs - ties["first"]) * (pairs - ties["second"])) ** 0.5)


def test_kendall_sees_an_order() -> None:
    assert kendall([1, 2, 3, 4], [2, 4, 6, 8]) == 1
    assert kendall([1, 2, 3, 4], [4, 3, 2, 1]) == -1


def orders(hall: Hall) -> dict[str, float]:
    """τ between the order of casting and the order of the rows, for everything that the count wrote or rewrote."""
    turn_of_digest = {token_digest(slip.token): place for place, slip in enumerate(hall.slips)}
    turn_of_receipt = {receipt_of(slip.token): place for place, slip in enumerate(hall.slips)}
    places = list(range(VOTERS))
    first, second = hall.box.spec["appraisals"]
    marks = {
        key: [GRADE_MARKS.index(row[0]) for row in rows(f"evaluation_ballot WHERE appraisal_id = {key}", "marks")]
        for key in (first, second)
    }
    said = [int(text[-3:]) for text in rows("evaluation_opinion", "text")]
    return {
        "passes": kendall(places, [turn_of_digest[digest] for digest in rows("evaluation_pass", "digest")]),
        "receipts": kendall(places, [turn_of_receipt[code] for code in rows("evaluation_receipt", "code")]),
        "opinions": kendall(places, said),
        "ballots of the first": kendall(places, marks[first]),
        "ballots of the second": kendall(places, marks[second]),
        "one sheet's two ballots": kendall(marks[first], marks[second]),
        "opinions beside ballots": kendall(said, marks[first]),
        "receipts beside ballots": kendall(
            [turn_of_receipt[code] for code in rows("evaluation_receipt", "code")], marks[first]
        ),
        "passes beside ballots": kendall(
            [turn_of_digest[digest] for digest in rows("evaluation_pass", "digest")], marks[first]
        ),
    }


def linked_by_transaction(table: str) -> int:
    """How many passes share the transaction that wrote them with exactly one row of ``table``."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM (SELECT p.digest FROM evaluation_pass p JOIN {table} t ON t.xmin = p.xmin"
            " GROUP BY p.digest HAVING count(*) = 1) AS found"
        )
        return int(cursor.fetchone()[0])


@pytest.mark.postgres
def test_system_columns_link_nothing_after_the_count(hall: Hall) -> None:
    assert linked_by_transaction("evaluation_envelope") == VOTERS
    count_all(hall)
    for table in ("evaluation_ballot", "evaluation_opinion", "evaluation_receipt"):
        assert linked_by_transaction(table) == 0


def test_row_order_tells_nothing_after_the_count(hall: Hall) -> None:
    count_all(hall)
    assert Ballot.objects.count() == 2 * VOTERS
    assert Opinion.objects.count() == Receipt.objects.count() == Pass.objects.count() == VOTERS
    told = {name: tau for name, tau in orders(hall).items() if abs(tau) >= CLOSE}
    assert not told


def test_control_without_shuffling_the_order_of_the_rows_tells(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evaluation.ballots.counting._shuffled", lambda made: made)
    count_all(hall)
    told = orders(hall)
    assert abs(told["one sheet's two ballots"]) > CLOSE
    assert abs(told["opinions beside ballots"]) > CLOSE


def turns_of_spending(hall: Hall) -> float:
    """τ between the order of casting and the transactions that wrote the passes; nothing if it was one."""
    turn = {token_digest(slip.token): place for place, slip in enumerate(hall.slips)}
    with connection.cursor() as cursor:
        cursor.execute("SELECT digest, xmin::text::bigint FROM evaluation_pass")
        written = dict(cursor.fetchall())
    if len(set(written.values())) == 1:
        return 0
    return kendall([turn[digest] for digest in written], list(written.values()))


@pytest.mark.postgres
def test_passes_do_not_tell_in_which_order_they_were_spent(hall: Hall) -> None:
    assert turns_of_spending(hall) > 1 - CLOSE
    count_all(hall)
    assert turns_of_spending(hall) == 0


@pytest.mark.postgres
def test_control_passes_that_are_not_written_anew_tell(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evaluation.ballots.counting._rewrite_passes", lambda box: None)
    count_all(hall)
    assert turns_of_spending(hall) > 1 - CLOSE


def in_files(wanted: bytes) -> bool:
    """Whether the bytes stand anywhere in the files of the database, logs and journals included."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            name = str(connection.settings_dict["NAME"])
            files = [Path(name), Path(f"{name}-wal")]
        else:
            cursor.execute("CHECKPOINT")
            cursor.execute("SHOW data_directory")
            files = [path for path in Path(cursor.fetchone()[0]).rglob("*") if path.is_file()]
    return any(wanted in path.read_bytes() for path in files if path.exists())


def test_no_mark_is_readable_in_the_files_while_the_box_is_open(hall: Hall) -> None:
    sealed = bytes(Envelope.objects.order_by("digest").values_list("sealed", flat=True)[0])
    assert in_files(sealed[:200])
    assert not in_files(marker(hall).encode())
    count_all(hall)
    assert in_files(marker(hall).encode())
    if connection.vendor == "sqlite":
        assert not in_files(sealed[:200])
