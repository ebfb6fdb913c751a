"""One run on the database of the environment: prints what was measured as JSON. ``scripts/bench_ballots.py`` calls it.

Rates alternate in short rounds, so that whatever else the machine does meets all of them; medians are reported.
"""

import asyncio
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django.http import HttpRequest, QueryDict  # noqa: E402
from django.utils import timezone, translation  # noqa: E402
from nacl.public import PrivateKey, SealedBox  # noqa: E402

from accounts.models import User  # noqa: E402
from bench.load import Crowd, get, hall, per_second, post  # noqa: E402
from evaluation.ballots import counting, voter_views  # noqa: E402
from evaluation.ballots.boxes import close_box, create_box, make_ready, open_box  # noqa: E402
from evaluation.ballots.casting import cast, look_up  # noqa: E402
from evaluation.ballots.keys import key_of, make_scrutineer_key, open_share, unlock  # noqa: E402
from evaluation.ballots.models import Ballot, BallotBox, Envelope, Opinion, Receipt  # noqa: E402
from evaluation.ballots.passes import Slip, draft_key, make_passes, receipt_of, spaced_receipt  # noqa: E402
from evaluation.ballots.sheets import Spec, as_posted, mark_field, opinion_field, read_sheet, unpack  # noqa: E402
from evaluation.ballots.voter_rendering import full_page  # noqa: E402
from evaluation.cycle.services import create_cycle, open_cycle  # noqa: E402
from evaluation.guard.site_test import open_site_test, site_test  # noqa: E402
from evaluation.roster.models import Appraisal, Cadre  # noqa: E402
from evaluation.units.models import Membership, Role, Unit  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
PASSPHRASE = "correct horse battery staple"  # noqa: S105
CADRES, ROUNDS, ROUND_SECONDS, AT_ONCE = 12, 5, 1.5, 24
HALLS = (500, 5000)
HALL_SECONDS = float(os.environ.get("BENCH_HALL_SECONDS", "30"))
ENVELOPES, OPINIONS_A_SHEET = 300, 2


class City:
    """One unit with twelve cadres, and boxes for them."""

    def __init__(self) -> None:
        self.office, self.scrutineer = self._member(Role.OFFICE), self._member(Role.SCRUTINEER)
        self.cycle = open_cycle(cycle=create_cycle(year=2012, actor=self.office), actor=self.office)
        self.unit = Unit.objects.create(code="bench", name="市民政局", kind=Unit.Kind.DEPARTMENT)
        for place in range(CADRES):
            cadre = Cadre.objects.create(name=f"干部{place}", name_key=f"干部{place}")
            Appraisal.objects.create(
                cycle=self.cycle, cadre=cadre, track="mid_level", name=cadre.name, order=place,
                home_unit=self.unit, organising_unit=self.unit, post="科长", office="办公室",
            )  # fmt: skip
        make_scrutineer_key(cycle=self.cycle, user=self.scrutineer, passphrase=PASSPHRASE)
        open_site_test(code=site_test().code)

    def _member(self, role: Role) -> User:
        user = User.objects.create_user(f"bench-{role}", "correct horse battery")
        Membership.objects.create(user=user, role=role)
        return user

    def open_box(self, slips: int) -> tuple[BallotBox, list[Slip]]:
        box = create_box(
            cycle=self.cycle, unit=self.unit, track="mid_level", kind="meeting", title="述职述廉会议",
            closes_at=timezone.now() + timedelta(hours=3), actor=self.office, groups={"representative": slips},
        )  # fmt: skip
        [box] = make_ready(boxes=[box], scrutineer=self.scrutineer, passphrase=PASSPHRASE)
        made = make_passes(box=box, group="representative", number=slips, actor=self.office)
        return open_box(box=box, actor=self.scrutineer), made


def filled_in(box: BallotBox, place: int = 0) -> dict[str, list[str]]:
    """As browsers post it: every mark, every opinion field, most of them empty."""
    spec = Spec.from_values(box.spec)
    words = {
        mark_field(one, aspect): [spec.grades[(place + one + at) % len(spec.grades)]]
        for one in spec.appraisals
        for at, aspect in enumerate(spec.aspects)
    }
    said = set(spec.appraisals[:OPINIONS_A_SHEET])
    return {**words, **{opinion_field(one): ["服务热情，希望继续保持。" * (one in said)] for one in spec.appraisals}}


def cast_request(box: BallotBox, slip: Slip) -> bytes:
    spec = Spec.from_values(box.spec)
    return post("/v/cast/", [("secret", slip.token), *as_posted(spec, read_sheet(spec, filled_in(box)))])


@contextmanager
def serving(box: BallotBox) -> Iterator[int]:
    """The system under granian with two workers, as ``make run`` starts it, and the two bare views."""
    port = int(os.environ["BENCH_PORT"])
    environment = os.environ | {"BENCH_BOX": str(box.pk), "BENCH_ENVELOPE": str(box.envelope_size + 48)}
    server = subprocess.Popen(
        [
            str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--host", "127.0.0.1",
            "--port", str(port), "--workers", "2", "--blocking-threads", "16", "--log-level", "error",
            "config.wsgi:application",
        ],
        cwd=ROOT, env=environment, stdout=sys.stderr,
    )  # fmt: skip
    try:
        _wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait(20)


def _wait_for(port: int) -> None:
    for _try in range(200):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/v/", timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise SystemExit("The server does not start.")


def rates(port: int, box: BallotBox, slips: list[Slip]) -> dict[str, float]:
    half = len(slips) // 3
    casts = iter([cast_request(box, slip) for slip in slips[:half]])
    digests = [look_up(slip.token).digest for slip in slips[half:]]
    bares = iter([post("/bench/bare/", [("digest", digest)]) for digest in digests])
    hello = post("/bench/hello/", [])
    kinds: dict[str, tuple[Iterator[bytes], bytes]] = {
        "hello": (iter(lambda: hello, b""), b"hello"),
        "bare": (bares, b"recorded"),
        "cast": (casts, b"data-recorded"),
    }
    found: dict[str, list[float]] = {name: [] for name in kinds}
    for _round in range(ROUNDS + 1):
        for name, (requests, expect) in kinds.items():
            work = per_second(port, requests, at_once=AT_ONCE, seconds=ROUND_SECONDS, expect=expect)
            found[name].append(asyncio.run(work))
    warm = {name: figures[1:] for name, figures in found.items()}
    print("rounds", {name: [round(figure) for figure in figures] for name, figures in warm.items()}, file=sys.stderr)
    return {
        **{f"{name}_per_second": median(figures) for name, figures in warm.items()},
        "cast_of_bare": median(a / b for a, b in zip(warm["cast"], warm["bare"], strict=True)),
        "cast_of_hello": median(a / b for a, b in zip(warm["cast"], warm["hello"], strict=True)),
    }


def halls(port: int, box: BallotBox, slips: list[Slip], number: int) -> dict[str, float]:
    voters = [(post("/v/sheet/", [("secret", slip.token)]), cast_request(box, slip)) for slip in slips]
    before = Envelope.objects.filter(box=box).count()
    crowd: Crowd = asyncio.run(hall(port, voters, seconds=HALL_SECONDS))
    for error in crowd.errors[:3]:
        print(error, file=sys.stderr)
    expected = {spaced_receipt(receipt_of(slip.token)) for slip in slips}
    stored = Envelope.objects.filter(box=box).count() - before
    posts, pages = sorted(crowd.posts), sorted(crowd.pages)
    return {
        f"hall_{number}_errors": len(crowd.errors),
        f"hall_{number}_lost": number - min(stored, len(expected & set(crowd.receipts))),
        f"hall_{number}_post_p50_ms": 1000 * median(posts),
        f"hall_{number}_post_p99_ms": 1000 * posts[int(len(posts) * 0.99)],
        f"hall_{number}_post_most_ms": 1000 * posts[-1],
        f"hall_{number}_page_p99_ms": 1000 * pages[int(len(pages) * 0.99)],
    }


def seconds_of(work: Callable[[], Any], times: int) -> float:
    begun = time.perf_counter()
    for _time in range(times):
        work()
    return (time.perf_counter() - begun) / times


def page_cost(slip: Slip) -> dict[str, float]:
    """The view's part of a ballot page, prepared and as a plain template, in this process."""
    held = look_up(slip.token)
    request = HttpRequest()
    request.method, request.path, request.path_info = "POST", "/v/sheet/", "/v/sheet/"
    request.POST = QueryDict(f"secret={slip.token}")

    def prepared() -> None:
        assert len(voter_views.sheet_page(request, held).content) > 10_000

    def plain() -> None:
        values = {"secret": held.secret, "draft_key": draft_key(held.secret)}
        full_page(request, "vote/sheet_page.html", {**voter_views._sheet_context(held, {}), **values})

    with translation.override("zh-hans"):
        prepared()
        plain()
        pairs = [(seconds_of(prepared, 50), seconds_of(plain, 5)) for _round in range(5)]
    return {
        "page_ms": 1000 * median(pair[0] for pair in pairs),
        "plain_page_ms": 1000 * median(pair[1] for pair in pairs),
        "page_of_plain": median(a / b for a, b in pairs),
    }


def counts(city: City, box: BallotBox, slips: list[Slip]) -> dict[str, float]:
    for place, slip in enumerate(slips):
        cast(typed=slip.token, posted=filled_in(box, place))
    box = close_box(box=box, actor=city.scrutineer)
    key = key_of(user=city.scrutineer, cycle=city.cycle)
    private = unlock(key=key, passphrase=PASSPHRASE)
    box_key = open_share(box=box, key=key, private=private)

    def count() -> None:
        counting.count_box(box=box, scrutineer=city.scrutineer, private=private)

    pairs = [(_undone(count), _undone(lambda: bare_count(box, box_key))) for _round in range(7)]
    begun = time.perf_counter()
    count()
    return {
        "count_ms": 1000 * median(pair[0] for pair in pairs),
        "bare_count_ms": 1000 * median(pair[1] for pair in pairs),
        "count_of_bare": median(a / b for a, b in pairs),
        "committed_count_seconds": time.perf_counter() - begun,
    }


def _undone(work: Callable[[], None]) -> float:
    with transaction.atomic():
        begun = time.perf_counter()
        work()
        taken = time.perf_counter() - begun
        transaction.set_rollback(True)
    return taken


def bare_count(box: BallotBox, private: PrivateKey) -> None:
    """Decrypting, parsing, and the bulk inserts of the same rows."""
    spec, opener = Spec.from_values(box.spec), SealedBox(private)
    rows = Envelope.objects.filter(box=box).values_list("group", "sealed")
    opened = [unpack(spec, opener.decrypt(bytes(sealed)), box=box.pk, group=group) for group, sealed in rows]
    Ballot.objects.bulk_create(
        [
            Ballot(box=box, group=one.group, channel="online", appraisal_id=appraisal, marks=marks)
            for one in opened
            for appraisal, marks in zip(spec.appraisals, one.sheet.marks, strict=True)
        ]
    )
    Opinion.objects.bulk_create(
        [
            Opinion(box=box, appraisal_id=spec.appraisals[place], text=text)
            for one in opened
            for place, text in one.sheet.opinions.items()
        ]
    )
    Receipt.objects.bulk_create([Receipt(code=one.receipt, box=box) for one in opened])


def main() -> None:
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    city = City()
    only = set(filter(None, os.environ.get("BENCH_ONLY", "").split(",")))
    measured: dict[str, float] = {}
    box, slips = city.open_box(24_000)
    measured |= page_cost(slips[0])
    if not only or "count" in only:
        measured |= counts(city, *city.open_box(ENVELOPES))
    with serving(box) as port:
        if not only or "rates" in only:
            measured |= rates(port, box, slips[1:])
        warm = get("/v/")
        asyncio.run(per_second(port, iter(lambda: warm, b""), at_once=AT_ONCE, seconds=1, expect=b"pass-form"))
        for number in HALLS:
            if not only or f"hall{number}" in only:
                measured |= halls(port, *city.open_box(number), number)
    print(json.dumps(measured))


if __name__ == "__main__":
    main()
