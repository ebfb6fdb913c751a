"""What a voter can do over HTTP, and what nobody can."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from evaluation.ballots import models as tables
from evaluation.ballots.boxes import confirm_annulment, make_ready, propose_annulment
from evaluation.ballots.casting import Refused, cast, look_up
from evaluation.ballots.models import BallotBox, Envelope, Pass
from evaluation.ballots.passes import make_passes, receipt_of, reprint_passes, spaced_receipt
from evaluation.ballots.sheets import Malformed
from evaluation.models import TryCount
from tests.ballots.conftest import PASSPHRASE, Hall
from tests.factories import appraisal_of


def post(name: str, secret: str, sheet: dict[str, Any] | None = None) -> Any:
    return Client().post(reverse(f"vote:{name}"), {"secret": secret, **(sheet or {})})


def first_grade(hall: Hall) -> str:
    return str(hall.box.spec["grades"][0])


@pytest.fixture
def open_hall(hall: Hall) -> Hall:
    hall.make(number=5)
    hall.open()
    return hall


def test_from_code_to_receipt_without_script(open_hall: Hall) -> None:
    slip = open_hall.slips[0]
    sheet = open_hall.sheet(first_grade(open_hall))

    assert "甲某" in post("sheet", slip.spaced_code).content.decode()
    assert Envelope.objects.count() == 0
    assert post("review", slip.code, sheet).status_code == 200
    assert Envelope.objects.count() == 0
    answer = post("cast", slip.code, sheet).content.decode()

    assert spaced_receipt(receipt_of(slip.token)) in answer
    assert Envelope.objects.get().group == "representative"


def test_a_retry_shows_the_same_receipt_and_casts_nothing(open_hall: Hall) -> None:
    slip = open_hall.slips[0]
    first = cast(typed=slip.token, posted=open_hall.sheet(first_grade(open_hall)))
    sealed = Envelope.objects.get().digest

    other = cast(typed=slip.code, posted=open_hall.sheet("dont_know"))

    assert (other.receipt, other.again) == (first.receipt, True)
    assert Envelope.objects.get().digest == sealed


def test_a_retry_says_that_the_first_submission_counts(open_hall: Hall) -> None:
    slip = open_hall.slips[0]
    open_hall.cast(slip)
    answers = [post(name, slip.token, open_hall.sheet("dont_know")) for name in ("cast", "review", "sheet")]
    assert all(answer.context["again"] for answer in answers)


def test_a_spent_pass_shows_its_receipt_after_closing(open_hall: Hall) -> None:
    slip = open_hall.slips[0]
    receipt = open_hall.cast(slip).receipt
    open_hall.close()
    assert cast(typed=slip.token, posted={}).receipt == receipt


def changed(open_hall: Hall, **changes: Any) -> dict[str, Any]:
    sheet = open_hall.sheet(first_grade(open_hall))
    return {**sheet, **changes}


def malformed_sheets(hall: Hall) -> dict[str, dict[str, Any]]:
    spec = hall.box.spec
    one, two = spec["appraisals"]
    aspect, grade = spec["aspects"][0], spec["grades"][0]
    field = f"m.{one}.{aspect}"
    sheet = hall.sheet(grade)
    missing = {name: value for name, value in sheet.items() if name != field}
    whole = {f"m.{cadre}": ["0" * len(spec["aspects"])] for cadre in (one, two)}
    cadre_missing = {name: value for name, value in sheet.items() if not name.startswith(f"m.{two}.")}
    return {
        "a mark that does not exist": {**sheet, field: ["perfect"]},
        "a mark of digits in full width": {**sheet, field: ["１"]},
        "spoiled is for paper": {**sheet, field: ["spoiled"]},
        "a cadre twice": {**sheet, field: [grade, grade]},
        "a mark missing": missing,
        "a cadre missing": cadre_missing,
        "a cadre who is not on the sheet": {**sheet, f"m.999999.{aspect}": [grade]},
        "an aspect that does not exist": {**sheet, f"m.{one}.beauty": [grade]},
        "an opinion beyond 200 characters": {**sheet, f"c.{one}": ["好" * 201]},
        "an opinion twice": {**sheet, f"c.{one}": ["a", "b"]},
        "nothing at all": {},
        "a row of another cadre": {**whole, "m.999999": ["00000"]},
        "a row too short": {**whole, f"m.{one}": ["0"]},
        "a row too long": {**whole, f"m.{one}": ["0" * 99]},
        "a row of digits in full width": {**whole, f"m.{one}": ["０" * len(spec["aspects"])]},
        "a row with a spoiled mark": {**whole, f"m.{one}": ["!" * len(spec["aspects"])]},
        "a row twice": {**whole, f"m.{one}": whole[f"m.{one}"] * 2},
        "a row and its marks": {**whole, field: [grade]},
    }


CASES = [
    "a mark that does not exist",
    "a mark of digits in full width",
    "spoiled is for paper",
    "a cadre twice",
    "a mark missing",
    "a cadre missing",
    "a cadre who is not on the sheet",
    "an aspect that does not exist",
    "an opinion beyond 200 characters",
    "an opinion twice",
    "nothing at all",
    "a row of another cadre",
    "a row too short",
    "a row too long",
    "a row of digits in full width",
    "a row with a spoiled mark",
    "a row twice",
    "a row and its marks",
]


@pytest.mark.parametrize("case", CASES)
def test_a_malformed_sheet_spends_nothing(open_hall: Hall, case: str) -> None:
    slip = open_hall.slips[0]
    with pytest.raises(Malformed):
        cast(typed=slip.token, posted=malformed_sheets(open_hall)[case])
    assert post("cast", slip.token, malformed_sheets(open_hall)[case]).status_code == 400
    assert not Envelope.objects.exists()
    assert set(Pass.objects.values_list("state", flat=True)) == {"issued"}


MONSTERS = {"fields": 200_000, "short fields": 9_000, "bytes": 5_000_000, "multipart fields": 200_000}


@pytest.mark.parametrize("size", MONSTERS)
def test_a_monstrous_post_is_refused_quickly(open_hall: Hall, size: str) -> None:
    slip, one = open_hall.slips[0], open_hall.box.spec["appraisals"][0]
    if "fields" in size:
        extra = {f"m.{one}.{n}": "1" for n in range(MONSTERS[size])}
    else:
        extra = {f"c.{one}": "x" * MONSTERS[size]}
    fields = {"secret": slip.token, **open_hall.sheet(first_grade(open_hall)), **extra}
    body = (
        b"".join(b'--b\r\nContent-Disposition: form-data; name="%d"\r\n\r\n1\r\n' % n for n in range(MONSTERS[size]))
        if size == "multipart fields"
        else urlencode(fields, doseq=True).encode()
    )
    kind = "multipart/form-data; boundary=b" if size == "multipart fields" else "application/x-www-form-urlencoded"
    begun = time.process_time()
    answer = Client(raise_request_exception=False).generic("POST", reverse("vote:cast"), body, content_type=kind)
    assert answer.status_code in {400, 413}
    assert time.process_time() - begun < 2  # of this process, whatever else the machine does
    assert not Envelope.objects.exists()
    assert set(Pass.objects.values_list("state", flat=True)) == {"issued"}


def test_an_opinion_of_control_characters_can_be_counted(open_hall: Hall) -> None:
    one = open_hall.box.spec["appraisals"][0]
    sheet = changed(open_hall, **{f"c.{one}": ["好\x00\ud800\n\t的 "]})
    assert cast(typed=open_hall.slips[0].token, posted=sheet).again is False


def neutral(typed: str) -> str:
    with pytest.raises(Refused) as refusal:
        look_up(typed)
    return str(refusal.value)


def test_refusals_say_the_same_of_everything(open_hall: Hall) -> None:
    voided = open_hall.slips[0]
    Pass.objects.filter(code_digest__isnull=False).update(state="void")
    texts = {
        neutral(typed) for typed in ("", "1" * 12, "a" * 26, "a" * 26 + "1" * 12, voided.token, voided.code, "x" * 999)
    }
    assert len(texts) == 1


def test_a_pass_of_another_box_spends_nothing_here(
    open_hall: Hall, new_box: Callable[..., BallotBox], office: User, scrutineer: User
) -> None:
    other_cadre = appraisal_of(cycle=open_hall.box.cycle, unit=open_hall.box.unit)
    [other] = make_ready(boxes=[new_box(appraisals=[other_cadre])], scrutineer=scrutineer, passphrase=PASSPHRASE)
    [slip] = make_passes(box=other, group="own_unit", number=1, actor=office)
    from evaluation.ballots.boxes import open_box

    open_box(box=other, actor=scrutineer)
    with pytest.raises(Malformed):
        cast(typed=slip.token, posted=open_hall.sheet(first_grade(open_hall)))
    assert not Envelope.objects.exists()


def test_before_opening_a_scan_says_valid_and_spends_nothing(hall: Hall) -> None:
    [slip] = hall.make(number=1)
    answer = post("sheet", slip.token)
    assert answer.context["is_early"] is True
    assert Pass.objects.get().state == "issued"


def test_after_closing_nothing_is_recorded(open_hall: Hall) -> None:
    open_hall.close()
    answer = post("cast", open_hall.slips[0].token, open_hall.sheet(first_grade(open_hall)))
    assert answer.context["is_early"] is False
    assert not Envelope.objects.exists()


def test_the_latest_time_holds_by_the_clock_of_the_database(open_hall: Hall) -> None:
    BallotBox.objects.filter(pk=open_hall.box.pk).update(closes_at=timezone.now() - timedelta(seconds=1))
    post("cast", open_hall.slips[0].token, open_hall.sheet(first_grade(open_hall)))
    assert not Envelope.objects.exists()


def test_reprinted_slips_void_the_earlier_ones(hall: Hall) -> None:
    old = hall.make(number=3)
    new = reprint_passes(box=hall.box, group="representative", actor=hall.office)
    hall.open()
    assert neutral(old[0].token)
    assert hall.cast(new[0]).again is False


def test_an_annulled_box_takes_nothing(open_hall: Hall, scrutineer: User, office: User) -> None:
    open_hall.cast(open_hall.slips[0])
    propose_annulment(box=open_hall.box, reason="停电", actor=scrutineer)
    confirm_annulment(box=open_hall.box, actor=office)
    assert neutral(open_hall.slips[1].token)
    assert not Envelope.objects.exists()


def test_every_envelope_of_a_box_has_one_size(open_hall: Hall) -> None:
    open_hall.cast(open_hall.slips[0])
    open_hall.cast(open_hall.slips[1], opinion="𠮷" * 200)
    assert len({len(bytes(sealed)) for sealed in Envelope.objects.values_list("sealed", flat=True)}) == 1


def test_the_review_says_what_is_left_out(open_hall: Hall) -> None:
    one, aspect = open_hall.box.spec["appraisals"][0], open_hall.box.spec["aspects"][0]
    sheet = {name: value for name, value in open_hall.sheet("dont_know").items() if name != f"m.{one}.{aspect}"}
    answer = post("review", open_hall.slips[0].token, sheet)
    assert answer.context["left_out"] == 1
    assert "-" in dict(answer.context["fields"])[f"m.{one}"]
    assert f"m.{one}.{aspect}" not in dict(answer.context["marked_fields"])


def test_changing_after_the_review_keeps_the_marks(open_hall: Hall) -> None:
    grade = first_grade(open_hall)
    answer = post("sheet", open_hall.slips[0].token, open_hall.sheet(grade, opinion="<script>1</script>"))
    assert all(row["marked"] == grade for section in answer.context["sections"] for row in section["rows"])
    assert "&lt;script&gt;" in answer.content.decode()


def test_voter_pages_need_a_post_and_its_token() -> None:
    strict = Client(enforce_csrf_checks=True)
    assert Client().get(reverse("vote:cast")).url == reverse("vote:landing")  # a reload
    for name in ("sheet", "review", "cast"):
        assert strict.post(reverse(f"vote:{name}"), {"secret": "1"}).status_code == 403


def test_guessing_is_slowed_and_scanned_codes_are_not(open_hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evaluation.ballots.limits.WRONG_CODES", 3)
    statuses = [post("sheet", "1" * 12).status_code for _try in range(5)]
    assert statuses == [400, 400, 400, 429, 429]
    assert post("sheet", open_hall.slips[0].code).status_code == 429
    assert post("sheet", open_hall.slips[0].token).status_code == 200
    assert {row.count for row in TryCount.objects.all()} == {3}


def test_an_envelope_of_a_hall_holds_no_hour_and_no_network(hall: Hall) -> None:
    hall.make()
    hall.open()
    cast(typed=hall.slips[0].token, posted=hall.sheet(first_grade(hall)), network="192.0.2.7")
    envelope = Envelope.objects.get()
    assert (envelope.hour, envelope.network) == (None, "")


def test_columns_of_the_secret_tables() -> None:
    def columns(model: Any) -> set[str]:
        return {field.column for field in model._meta.get_fields() if getattr(field, "column", None)}

    assert columns(tables.Pass) == {"digest", "code_digest", "box_id", "group", "state"}
    assert columns(tables.Envelope) == {"digest", "box_id", "group", "sealed", "hour", "network"}
    assert columns(tables.Ballot) == {"id", "box_id", "group", "channel", "appraisal_id", "marks"}
    assert columns(tables.Receipt) == {"code", "box_id"}
    assert columns(tables.Opinion) == {
        *("id", "box_id", "appraisal_id", "text", "status", "hidden_reason"),
        *("shown_text", "aspect"),  # what moderation makes of the words, after the count
    }
