"""Twenty who issue at once get 1 to 20; with the control that fails without the lock."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import DatabaseError, connection

from accounts.models import User
from evaluation.registry import services
from evaluation.registry.models import IssuedDocument, Kind, NumberSeries
from evaluation.units.models import Unit
from tests.registry.test_services import automatic, issued

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
MANY = 20


@pytest.fixture(autouse=True)
def on_postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: SQLite has one writer at a time whatever we do")


def at_once(unit: Unit | None, actor: User, number: int = MANY) -> list[str]:
    barrier = Barrier(number)

    def one(place: int) -> str:
        try:
            barrier.wait(timeout=60)
            return issued(unit, actor, about=f"a.A:{place}").number
        except DatabaseError:
            return "refused by the database"
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


@pytest.mark.parametrize("by_office", [False, True], ids=["unit", "office"])
def test_twenty_at_once_without_gap_or_double(unit: Unit, unit_admin: User, office: User, by_office: bool) -> None:
    issuer = None if by_office else unit
    automatic(issuer, office if by_office else unit_admin)
    given = at_once(issuer, unit_admin)
    assert sorted(given) == sorted(f"民评整改〔2012〕{serial}号" for serial in range(1, MANY + 1))
    serials = IssuedDocument.objects.order_by("serial").values_list("serial", flat=True)
    assert list(serials) == list(range(1, MANY + 1))
    assert NumberSeries.objects.get().last == MANY


def test_the_first_of_a_series_that_nobody_made(unit: Unit, unit_admin: User) -> None:
    assert at_once(unit, unit_admin, 4) == [""] * 4
    assert NumberSeries.objects.count() == 1


def test_control_without_the_lock_numbers_meet(unit: Unit, unit_admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    automatic(unit, unit_admin)
    both = Barrier(2)
    real: Callable[..., Any] = services._numbered

    def together(series: NumberSeries, typed: str) -> tuple[str, int | None]:
        both.wait(timeout=30)
        return real(series, typed)

    def unlocked(unit: Unit, kind: Kind, year: int) -> NumberSeries:
        return NumberSeries.objects.of(unit).get(kind=kind, year=year)

    monkeypatch.setattr(services, "_locked_series", unlocked)
    monkeypatch.setattr(services, "_numbered", together)
    assert "refused by the database" in at_once(unit, unit_admin, 2)
