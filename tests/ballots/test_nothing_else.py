"""What casting leaves behind beside a spent pass and an envelope: nothing; and how few statements it takes."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from evaluation.ballots import voter_views
from evaluation.ballots.boxes import make_ready
from evaluation.ballots.casting import look_up
from evaluation.ballots.models import BallotBox, Envelope, ScrutineerKey
from evaluation.ballots.passes import carried, draft_key, read_carried, receipt_of, spaced_receipt
from evaluation.ballots.sheets import Spec, as_posted, read_sheet
from evaluation.ballots.voter_rendering import full_page, kept
from evaluation.cycle.models import Cycle
from evaluation.units.models import Unit
from tests.ballots.conftest import PASSPHRASE, Hall
from tests.factories import appraisal_of

NOT_STATEMENTS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


@pytest.fixture
def open_hall(hall: Hall) -> Hall:
    hall.make(number=5)
    hall.open()
    return hall


def rows_of_every_table() -> dict[str, int]:
    """By the tables of the database itself, whether or not a model stands for them."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        counts = {}
        for name in names:
            cursor.execute(f'SELECT COUNT(*) FROM "{name}"')
            counts[name] = cursor.fetchone()[0]
    return counts


def test_a_cast_adds_one_envelope_and_not_a_row_anywhere_else(
    open_hall: Hall, caplog: pytest.LogCaptureFixture
) -> None:
    slip, client = open_hall.slips[0], Client()
    sheet = open_hall.sheet(open_hall.box.spec["grades"][0], opinion="不便说")
    before = rows_of_every_table()
    caplog.set_level("DEBUG", logger="django.request")
    caplog.clear()
    for secret in (slip.token, slip.code):
        for name in ("landing", "sheet", "review", "cast"):
            data = {"secret": secret, **(sheet if name != "sheet" else {})}
            answer = client.get(reverse("vote:landing")) if name == "landing" else client.post(f"/v/{name}/", data)
            assert answer.status_code == 200
            assert "no-store" in answer["Cache-Control"]
            assert slip.code not in str(answer.headers)

    after = rows_of_every_table()
    assert {name: after[name] - before[name] for name in after if after[name] != before[name]} == {
        "evaluation_envelope": 1
    }
    assert [record for record in caplog.records if not record.name.startswith("django.db")] == []
    assert all(not getattr(cache, "_cache", None) for cache in caches.all())
    assert set(client.cookies) <= {"csrftoken"}
    assert not any(secret in cookie.value for cookie in client.cookies.values() for secret in (slip.token, slip.code))


def test_what_is_kept_of_pages_holds_nothing_of_a_voter(open_hall: Hall) -> None:
    slip, client = open_hall.slips[0], Client()
    client.post("/v/sheet/", {"secret": slip.token})
    client.post("/v/cast/", {"secret": slip.token, **open_hall.sheet(open_hall.box.spec["grades"][0])})
    held = b"".join(piece for page in kept.pages.values() for piece, _name in page).decode()
    assert held
    own = [slip.token, slip.code, draft_key(slip.token), spaced_receipt(receipt_of(slip.token))]
    assert not any(secret in held for secret in own)


def test_a_cast_changes_one_pass_and_nothing_else(open_hall: Hall) -> None:
    def everything() -> dict[str, list[Any]]:
        models = [model for model in apps.get_models() if model is not Envelope]
        return {model._meta.label: sorted(map(str, model._default_manager.values_list())) for model in models}

    before = everything()
    open_hall.cast(open_hall.slips[0])
    after = everything()
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"evaluation.Pass"}
    assert len(set(before["evaluation.Pass"]) ^ set(after["evaluation.Pass"])) == 2


def statements(queries: CaptureQueriesContext) -> list[str]:
    return [query["sql"] for query in queries if not query["sql"].startswith(NOT_STATEMENTS)]


@pytest.fixture
def box_of(
    cycle: Cycle, unit: Unit, new_box: Callable[..., BallotBox], scrutineer: User, office: User, key: ScrutineerKey
) -> Callable[[int], Hall]:
    def make(cadres: int) -> Hall:
        people = [appraisal_of(cycle=cycle, unit=unit) for _cadre in range(cadres)]
        [box] = make_ready(boxes=[new_box(appraisals=people)], scrutineer=scrutineer, passphrase=PASSPHRASE)
        hall = Hall(box, office, scrutineer, [])
        hall.make(number=3)
        hall.open()
        return hall

    return make


@pytest.mark.parametrize("cadres", [1, 60])
@pytest.mark.parametrize("secret", ["token", "code"])
def test_at_most_five_statements_for_a_sheet_of_any_length(
    box_of: Callable[[int], Hall], cadres: int, secret: str
) -> None:
    hall = box_of(cadres)
    grade = hall.box.spec["grades"][0]
    hall_client = Client()
    hall_client.post("/v/cast/", {"secret": hall.slips[0].token, **hall.sheet(grade)})  # the receipt page is prepared
    with CaptureQueriesContext(connection) as queries:
        answer = hall_client.post("/v/cast/", {"secret": getattr(hall.slips[1], secret), **hall.sheet(grade)})
    assert spaced_receipt(receipt_of(hall.slips[1].token)) in answer.content.decode()
    assert len(statements(queries)) <= 5, statements(queries)


def test_a_code_that_was_found_once_need_not_be_guessed(open_hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has the sheet in hand casts it, whatever others behind the same address type wrongly."""
    monkeypatch.setattr("evaluation.ballots.limits.WRONG_CODES", 2)
    slip, other = open_hall.slips[:2]
    page = Client().post("/v/sheet/", {"secret": slip.spaced_code}).content.decode()
    assert f'value="{carried(slip.code)}"' in page
    assert [Client().post("/v/sheet/", {"secret": "1" * 12}).status_code for _try in range(3)] == [400, 400, 429]

    with CaptureQueriesContext(connection) as queries:
        sheet = open_hall.sheet(open_hall.box.spec["grades"][0])
        answer = Client().post("/v/review/", {"secret": carried(slip.code), **sheet})

    assert answer.status_code == 200
    assert not any("trycount" in statement for statement in statements(queries))
    assert Client().post("/v/sheet/", {"secret": other.code}).status_code == 429
    assert Client().post("/v/sheet/", {"secret": f"{other.code}.{'0' * 32}"}).status_code == 429
    assert Client().post("/v/sheet/", {"secret": other.token}).status_code == 200


def test_guessing_from_many_networks_is_slowed_and_shuts_nobody_out(
    open_hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evaluation.ballots.limits.WRONG_CODES_EVERYWHERE", 6)
    monkeypatch.setattr("evaluation.ballots.limits.WRONG_CODES_THEN", 2)

    def typed(code: str, address: str) -> int:
        return Client(REMOTE_ADDR=address).post("/v/sheet/", {"secret": code}).status_code

    assert [typed("1" * 12, f"192.0.2.{place}") for place in range(6)] == [400] * 6
    assert [typed("1" * 12, "198.51.100.7") for _try in range(3)] == [400, 400, 429]
    assert typed(open_hall.slips[0].code, "203.0.113.9") == 200


@pytest.mark.parametrize("secret", ["1" * 12, "1" * 12 + "." + "é" * 32, ".", "1" * 12 + ".", "１" * 12, "x" * 10_000])
def test_no_proof_can_be_invented(secret: str) -> None:
    assert read_carried(secret)[1] is False


def test_the_prepared_page_is_the_plain_one_byte_for_byte(open_hall: Hall, rf: Any) -> None:
    held = look_up(open_hall.slips[0].token)
    for language in ("zh-hans", "en"):
        with translation.override(language):
            request = rf.post("/v/sheet/", {"secret": held.secret})
            for _time in ("prepared", "kept"):
                page = voter_views.sheet_page(request, held).content
                token = page.split(b'name="csrfmiddlewaretoken" value="')[1][:64].decode()
                values = {"secret": carried(held.secret), "draft_key": draft_key(held.secret), "csrf_token": token}
                context = {**voter_views._sheet_context(held, {}), **values}
                assert page == full_page(request, "vote/sheet_page.html", context).content


def test_pages_of_two_voters_differ_in_their_own_values_alone(open_hall: Hall) -> None:
    one, two = open_hall.slips[:2]
    pages = [Client().post("/v/sheet/", {"secret": slip.token}).content.decode() for slip in (one, two)]
    for page, slip in zip(pages, (one, two), strict=True):
        assert page.count(slip.token) == 1
        assert f'data-draft="{draft_key(slip.token)}"' in page
    assert draft_key(one.token) == draft_key(one.code) != draft_key(two.code)


@pytest.mark.parametrize("name", ["secret", "draft_key", "receipt", "csrf_token"])
@pytest.mark.parametrize("value", ['"><script>', "a b", "ａ" * 16, "", "abcd\n"])
def test_no_text_of_a_person_gets_into_a_prepared_page(rf: Any, name: str, value: str) -> None:
    from evaluation.ballots.voter_rendering import prepared_page

    with pytest.raises(ValueError, match=name):
        prepared_page(rf.get("/v/"), "vote/landing_page.html", key=None, context=dict, values={name: value})


def test_voters_pages_know_no_user(open_hall: Hall, office: User) -> None:
    """Somebody signed in at the office votes on the same phone: no page asks who it is."""
    client = Client()
    client.force_login(office, backend="django.contrib.auth.backends.ModelBackend")
    slip = open_hall.slips[0]
    sheet = open_hall.sheet(open_hall.box.spec["grades"][0])
    with CaptureQueriesContext(connection) as queries:
        pages = [client.get("/v/"), client.post("/v/sheet/", {"secret": slip.token})]
        pages += [client.post(f"/v/{name}/", {"secret": slip.token, **sheet}) for name in ("review", "cast")]
    assert not any("django_session" in sql or "accounts_user" in sql for sql in statements(queries))
    assert not any(str(office) in page.content.decode() for page in pages)
    assert SessionStore(client.cookies["sessionid"].value).exists(client.cookies["sessionid"].value)


def test_control_a_page_of_the_office_asks_who_it_is(office: User) -> None:
    client = Client()
    client.force_login(office, backend="django.contrib.auth.backends.ModelBackend")
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("portal:home"))
    assert any("django_session" in sql for sql in statements(queries))


def test_the_review_page_carries_few_fields_on(open_hall: Hall) -> None:
    spec = Spec.from_values(open_hall.box.spec)
    filled = read_sheet(spec, open_hall.sheet("dont_know"))
    fields = as_posted(spec, filled)
    assert len(fields) == len(spec.appraisals)
    assert read_sheet(spec, {name: [value] for name, value in fields}) == filled
