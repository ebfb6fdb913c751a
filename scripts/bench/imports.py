"""One run on the database of the environment: prints what was measured as JSON. ``scripts/bench_import.py`` calls it.

The whole way of a file (posted, previewed, looked at, confirmed, over Django's own client) alternates with its base:
calamine's reading of the same bytes and the bare ``bulk_create`` of the very rows that the import wrote. Each runs in a
transaction that is rolled back; medians are reported.
"""

import gc
import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from statistics import median
from typing import Any

import django

django.setup()

from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.models import Model  # noqa: E402
from django.test import Client  # noqa: E402
from python_calamine import load_workbook  # noqa: E402

from accounts.models import User  # noqa: E402
from evaluation.cycle.services import create_cycle, open_cycle  # noqa: E402
from evaluation.recipients.models import ServiceRecord  # noqa: E402
from evaluation.recipients.workbook import HEADER as LEDGER_HEADER  # noqa: E402
from evaluation.roster.models import Appraisal, Cadre, Posting  # noqa: E402
from evaluation.roster.workbook import HEADER as ROSTER_HEADER  # noqa: E402
from evaluation.units.models import Membership, Role, Unit  # noqa: E402
from evaluation.workbooks import Table, Written, write_workbook  # noqa: E402

YEAR, ROWS, UNITS, ROUNDS = 2012, 10_000, 60, 5
FAMILY, GIVEN = "王李张刘陈杨黄赵吴周徐孙马朱胡", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉"


def ledger() -> bytes:
    rows: list[list[Written]] = [
        [f"2012民政{n:05}", "婚姻登记", f"市第{n % UNITS}局", f"第{n % 9}窗口", person(n + 7), person(n), "个人",
         f"13{n:09}", "2012-05-29", "2012-06-06", "办结"]
        for n in range(ROWS)
    ]  # fmt: skip
    return write_workbook([Table("办件台账", LEDGER_HEADER, rows, heading="2012年度办件台账")])


def roster() -> bytes:
    rows: list[list[Written]] = [
        [n + 1, f"市第{n % UNITS}局", "市级机关部门", f"第{n // UNITS}科", "审批", f"岗位{n % 40}", "科长", person(n),
         "2009年6月", "李四", "否", "", f"13{n:09}", "", ""]
        for n in range(ROWS)
    ]  # fmt: skip
    return write_workbook([Table("附件1", ROSTER_HEADER, rows, heading="2012年公述民评对象范围表")])


def person(number: int) -> str:
    first, rest = divmod(number, len(GIVEN))
    return FAMILY[rest % len(FAMILY)] + GIVEN[first % len(GIVEN)] + GIVEN[number % len(GIVEN)]


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def seconds(act: Callable[[], object]) -> float:
    gc.collect()
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def whole_way(client: Client, room: str, data: bytes) -> None:
    upload = SimpleUploadedFile("名单.xlsx", data)
    answer = client.post(f"/work/{YEAR}/{room}/import/", {"file": upload})
    assert answer.status_code == 302, answer.content[:500]
    page = client.get(answer["Location"])
    assert re.search(rf"\b{ROWS}\b", page.content.decode()), "not every row is new"
    client.post(f"{answer['Location']}confirm/")


def base(data: bytes, rows: dict[type[Model], list[dict[str, Any]]]) -> None:
    load_workbook(BytesIO(data)).get_sheet_by_index(0).to_python()
    for model, values in rows.items():
        model._default_manager.bulk_create([model(**one) for one in values])


def written(models: list[type[Model]]) -> dict[type[Model], list[dict[str, Any]]]:
    fields = {model: [field.attname for field in model._meta.concrete_fields] for model in models}
    rows = {model: list(model._default_manager.order_by("pk").values(*fields[model])) for model in models}
    assert all(len(values) == ROWS for values in rows.values()), {model: len(rows[model]) for model in models}
    return rows


def measure(client: Client, room: str, data: bytes, models: list[type[Model]]) -> dict[str, float]:
    ways, bases = [], []
    for round_ in range(ROUNDS + 1):
        with undone():
            way = seconds(lambda: whole_way(client, room, data))
            rows = written(models)
        with undone():
            bare = seconds(lambda: base(data, rows))  # noqa: B023 - called at once
        if round_:  # the first warms up
            ways.append(way)
            bases.append(bare)
    read = median(seconds(lambda: load_workbook(BytesIO(data)).get_sheet_by_index(0).to_python()) for _ in range(3))
    ratio = median(way / bare for way, bare in zip(ways, bases, strict=True))
    return {
        f"{room}_of_base": ratio,
        f"{room}_seconds": median(ways),
        f"{room}_base_seconds": median(bases),
        f"{room}_calamine_seconds": read,
    }


def main() -> None:
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    office = User.objects.create_user(username="bench")
    Membership.objects.create(user=office, role=Role.OFFICE)
    open_cycle(cycle=create_cycle(year=YEAR, actor=office), actor=office)
    for number in range(UNITS):
        Unit.objects.create(code=f"b{number:03}", name=f"市第{number}局", kind=Unit.Kind.DEPARTMENT)
    client = Client()
    client.force_login(office, backend="django.contrib.auth.backends.ModelBackend")
    found = measure(client, "roster", roster(), [Cadre, Posting, Appraisal])
    found |= measure(client, "recipients", ledger(), [ServiceRecord])
    connection.close()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
