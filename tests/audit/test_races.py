"""Two writers at once append one after the other; without the lock they do not."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.utils import DatabaseError

from evaluation.audit.models import AuditEvent, AuditHead
from evaluation.audit.services import first_broken_link, record
from tests.factories import unit_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
WRITERS, EACH = 6, 5


@pytest.fixture(autouse=True)
def on_postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: SQLite has one writer at a time")


def write_at_once() -> list[str]:
    unit, barrier = unit_of(), threading.Barrier(WRITERS)
    AuditHead.objects.get_or_create(pk=1)

    def write(_place: int) -> str:
        try:
            for _time in range(EACH):
                barrier.wait(timeout=30)
                with transaction.atomic():
                    record(actor="shell", action="unit-changed", target=unit)
        except DatabaseError as error:
            barrier.abort()
            return type(error).__name__
        except threading.BrokenBarrierError:
            return "given up"
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(write, range(WRITERS)))


def test_writers_at_once_get_numbers_one_after_the_other() -> None:
    assert set(write_at_once()) == {""}

    numbers = AuditEvent.objects.order_by("sequence").values_list("sequence", flat=True)
    assert list(numbers) == list(range(1, WRITERS * EACH + 1))
    assert first_broken_link() is None


def test_control_without_the_lock_they_collide(monkeypatch: pytest.MonkeyPatch) -> None:
    def unlocked(rows: QuerySet[Any], *args: Any, **kwargs: Any) -> QuerySet[Any]:
        return rows

    monkeypatch.setattr(QuerySet, "select_for_update", unlocked)

    assert set(write_at_once()) != {""}
