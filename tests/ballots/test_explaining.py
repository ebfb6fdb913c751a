"""What voters are told: the promise word for word, every column named, figures from the code, the way of a draft."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from accounts.models import User
from evaluation.ballots import explaining
from evaluation.ballots.boxes import close_box, make_ready, merkle_root, open_box
from evaluation.ballots.keys import LIMITS
from evaluation.ballots.models import Ballot, BallotBox, Envelope, Opinion, Pass, Receipt
from evaluation.ballots.sheets import Spec, read_sheet
from evaluation.cycle.models import Cycle
from tests.ballots.conftest import PASSPHRASE, Hall

PROMISE = (
    "系统不记录谁投了什么。选票提交时即被加密，投票期间任何人（包括系统管理员）都打不开；截止后在监票人在场时打乱、拆封、计票。",
    "查询码只证明“我的票已计入”，不显示内容，所以别人也无法凭它要求您证明怎么投。系统不能防止有人在旁边看着您投。",
)
ClientFor = Callable[[User], Client]


def text_of(page: str) -> str:
    return re.sub(r"<[^>]+>", " ", page)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["vote:landing", "vote:secrecy"])
def test_the_promise_stands_word_for_word(client: Client, name: str) -> None:
    page = client.get(reverse(name)).content.decode()

    assert all(sentence in page for sentence in PROMISE)


def test_the_promise_stands_before_the_first_mark(client: Client, hall: Hall) -> None:
    [slip] = hall.make(number=1)
    hall.open()

    page = client.post(reverse("vote:sheet"), {"secret": slip.token}).content.decode()

    first_mark = page.index('type="radio"')
    assert all(0 < page.index(sentence) < first_mark for sentence in PROMISE)
    assert '<details class="card promise" open>' in page
    assert reverse("vote:secrecy") in page[:first_mark]


@pytest.mark.django_db
@pytest.mark.parametrize("model", [Pass, Envelope, Ballot, Receipt, Opinion])
def test_every_column_is_named_on_the_page(client: Client, model: type[Model]) -> None:
    page = client.get(reverse("vote:secrecy")).content.decode()

    name = str(explaining.WHAT[model][0])
    table = next(part for part in page.split("<table")[1:] if f"<caption>{name}" in part).split("</table>")[0]
    assert re.findall(r"<code>(\w+)</code>", table) == [field.attname for field in model._meta.concrete_fields]


def test_a_column_that_nobody_explained_stops_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(explaining.COLUMNS, "Pass.state")

    with pytest.raises(KeyError):
        explaining.tables()


@pytest.mark.django_db
def test_the_page_names_the_parameters_in_force(client: Client, settings: pytest.FixtureRequest) -> None:
    settings.KEY_DERIVATION = "moderate"  # type: ignore[attr-defined]
    opslimit, memlimit = LIMITS["moderate"]

    page = text_of(client.get(reverse("vote:secrecy")).content.decode())

    assert f"argon2id，{opslimit} 轮，内存 {memlimit // 1024} KiB" in page
    assert "130 位随机密码" in page
    assert all(str(state.label) in page for state in BallotBox.State if state != "annulled")


def test_the_script_keeps_a_draft_as_long_as_the_page_says(settings: pytest.FixtureRequest) -> None:
    script = (settings.BASE_DIR / "static/js/draft.js").read_text()  # type: ignore[attr-defined]

    assert f"LIFE = {explaining.DRAFT_HOURS} * 60 * 60 * 1000;" in script
    assert "secret" not in script


def test_a_draft_is_kept_under_a_name_that_does_not_hold_the_code(client: Client, hall: Hall) -> None:
    first, second = hall.make(number=2)
    hall.open()

    names = [
        re.search(r'data-draft="(\w+)"', client.post(reverse("vote:sheet"), {"secret": one}).content.decode())
        for one in (first.token, first.code, second.token)
    ]

    by_token, by_code, other = (found[1] for found in names if found)
    assert by_token == by_code != other
    assert by_token not in first.token
    assert first.code not in by_token


@pytest.mark.parametrize(
    ("posted", "marks"),
    [
        pytest.param({}, "-----", id="nothing"),
        pytest.param({"q": "satisfied"}, "00000", id="all alike"),
        pytest.param({"q": "satisfied", "style": "ordinary"}, "20000", id="what is marked by hand stands"),
        pytest.param({"style": "ordinary"}, "2----", id="one mark"),
    ],
)
def test_all_aspects_alike_works_without_script(hall: Hall, posted: dict[str, str], marks: str) -> None:
    spec = Spec.from_values(hall.box.spec)
    one = spec.appraisals[0]
    fields = {(f"q.{one}" if name == "q" else f"m.{one}.{name}"): [word] for name, word in posted.items()}

    assert read_sheet(spec, fields, complete=False).marks[0] == marks


def test_an_unknown_receipt_is_answered_neutrally(client: Client, hall: Hall) -> None:
    hall.make(number=1)
    url = reverse("vote:receipt-lookup")

    waiting = client.post(url, {"receipt": "2222-2222-2222"}).content.decode()
    BallotBox.objects.filter(pk=hall.box.pk).update(state="annulled")
    over = client.post(url, {"receipt": "2222-2222-2222"}).content.decode()

    assert "尚未计票，或者查无此码" in waiting
    assert "查无此码，请核对查询码" in over
    assert "排除数量对外公布" in over


@pytest.mark.parametrize("number", [0, 3])
def test_the_witness_reads_the_root_and_two_numbers(client: Client, hall: Hall, number: int) -> None:
    slips = hall.make(number=5)
    hall.open()
    for slip in slips[:number]:
        hall.cast(slip)
    assert hall.box.title not in client.get(reverse("vote:witness")).content.decode()
    box = hall.close()

    page = client.get(reverse("vote:witness")).content.decode()

    root = " ".join(re.findall("....", box.merkle_root))
    row = text_of(next(part for part in page.split("<tr>") if box.title in part))
    assert f"5 {number} {root}" in " ".join(row.split())
    assert box.merkle_root == merkle_root(box.committed["digests"])
    assert not any(digest in page for digest in box.committed["digests"] if digest != box.merkle_root)


@pytest.mark.parametrize("is_trial", [True, False])
def test_the_witness_reads_nothing_of_trials_and_annulled_boxes(
    client: Client, hall: Hall, new_box: Callable[..., BallotBox], is_trial: bool
) -> None:
    [box] = make_ready(
        boxes=[new_box(title="另一票箱", is_trial=is_trial)], scrutineer=hall.scrutineer, passphrase=PASSPHRASE
    )
    close_box(box=open_box(box=box, actor=hall.scrutineer), actor=hall.scrutineer)
    assert ("另一票箱" in client.get(reverse("vote:witness")).content.decode()) is not is_trial

    BallotBox.objects.filter(pk=box.pk).update(state="annulled")

    assert "另一票箱" not in client.get(reverse("vote:witness")).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_witness_page_costs_the_same(
    client: Client, cycle: Cycle, hall: Hall, new_box: Callable[..., BallotBox], count: int,
    django_assert_max_num_queries: Callable[..., object],
) -> None:  # fmt: skip
    boxes = [hall.box]
    for number in range(1, count):
        [box] = make_ready(boxes=[new_box(title=f"票箱{number}")], scrutineer=hall.scrutineer, passphrase=PASSPHRASE)
        boxes.append(box)
    for box in boxes:
        close_box(box=open_box(box=box, actor=hall.scrutineer), actor=hall.scrutineer)

    with django_assert_max_num_queries(6):  # type: ignore[attr-defined]
        client.get(reverse("vote:witness"))


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_card_is_one_sheet(
    client_for: ClientFor, cycle: Cycle, scrutineer: User, language: str, tmp_path: Path
) -> None:
    client = client_for(scrutineer)
    client.cookies["django_language"] = language

    document = client.get(reverse("ballots:scrutineer-card-print", args=[cycle.year]))

    assert document["Content-Type"] == "application/pdf"
    path = tmp_path / "card.pdf"
    path.write_bytes(document.content)
    facts = subprocess.run(["pdfinfo", str(path)], capture_output=True, text=True, check=True).stdout
    assert re.search(r"^Pages: +1$", facts, re.MULTILINE)


@pytest.mark.django_db
def test_the_card_says_what_the_pages_of_a_box_say(client_for: ClientFor, cycle: Cycle, scrutineer: User) -> None:
    page = client_for(scrutineer).get(reverse("ballots:scrutineer-card", args=[cycle.year])).content.decode()

    assert "口令不少于 12 个字符" in page
    assert "按会议主持人宣布截止票箱" in page
    assert page.count("手工核对") == 4
