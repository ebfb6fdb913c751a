"""The public box: a pass for a proof of work, limits, telephones, staffed paper boxes, and its pages."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from evaluation.ballots.boxes import back_to_draft, close_box, confirm_annulment, make_ready, propose_annulment
from evaluation.ballots.counting import count_boxes
from evaluation.ballots.models import BallotBox, Envelope, Pass, Receipt, Tally
from evaluation.ballots.paper import check_paper, key_paper, set_hall_numbers
from evaluation.ballots.places import edit_public
from evaluation.ballots.sheets import Spec
from evaluation.ballots.tallies import tallies_for
from evaluation.errors import DomainError
from evaluation.guard.models import SpentChallenge, TelephoneCode
from evaluation.roster.models import Appraisal
from tests.ballots.conftest import PASSPHRASE, Hall
from tests.measuring import query_count
from tests.proofs import solved
from tests.telephones import OUTBOX, code_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("easy_proofs")]
NUMBER = "13800138000"


@pytest.fixture
def new_public(hall: Hall, new_box: Callable[..., BallotBox]) -> Callable[..., BallotBox]:
    def create(*, ready: bool = True, **fields: Any) -> BallotBox:
        now = timezone.now()
        given = {
            "kind": "public",
            "groups": {"public": 100},
            "opens_at": now - timedelta(hours=1),
            "closes_at": now + timedelta(hours=1),
            "takes_paper": False,
            **fields,
        }
        box = new_box(**given)
        if ready:
            [box] = make_ready(boxes=[box], scrutineer=hall.scrutineer, passphrase=PASSPHRASE)
        return box

    return create


@pytest.fixture
def public(new_public: Callable[..., BallotBox]) -> BallotBox:
    return new_public()


def paper_place(new_public: Callable[..., BallotBox], place: str = "政务服务大厅", **fields: Any) -> BallotBox:
    given = {"takes_passes": False, "takes_paper": True, "place": place, "staff": "赵某、钱某", **fields}
    return new_public(**given)


def proof(client: Client, box: BallotBox) -> str:
    answer = client.post(reverse("vote:public-challenge", args=[box.public_code]))
    assert answer.status_code == 200, answer.content
    return solved(answer.json()["challenge"])


def ask(client: Client, box: BallotBox, **posted: str) -> Any:
    posted = posted or {"proof": proof(client, box)}
    return client.post(reverse("vote:public-pass", args=[box.public_code]), posted)


def vote(hall: Hall, client: Client, secret: str) -> Any:
    word = hall.box.spec["grades"][0]
    return client.post(reverse("vote:cast"), {"secret": secret, **hall.sheet(word)})


def secret_of(page: Any) -> str:
    text = page.content.decode()
    return text.split('name="secret" value="', 1)[1].split('"', 1)[0]


def test_a_resident_takes_a_pass_and_uses_it_at_once(hall: Hall, public: BallotBox) -> None:
    client = Client()
    assert client.get(reverse("vote:public-box", args=[public.public_code])).status_code == 200
    page = ask(client, public)
    hall.box = public
    assert vote(hall, client, secret_of(page)).status_code == 200
    envelope = Envelope.objects.get()
    assert envelope.group == "public"
    assert envelope.hour == int(timezone.now().timestamp() // 3600)
    assert len(envelope.network) == 64
    assert not Session.objects.exists()


@pytest.mark.parametrize("payload", ["", "nonsense"])
def test_without_the_proof_there_is_no_pass(public: BallotBox, payload: str) -> None:
    answer = ask(Client(), public, proof=payload)
    assert answer.status_code == 400
    assert not Pass.objects.exists()


def test_a_proof_buys_one_pass(public: BallotBox) -> None:
    client = Client()
    paid = proof(client, public)
    assert [ask(client, public, proof=paid).status_code for _try in range(3)] == [200, 400, 400]
    assert Pass.objects.count() == SpentChallenge.objects.count() == 1


def test_a_proof_of_another_box_buys_nothing(public: BallotBox, new_public: Callable[..., BallotBox]) -> None:
    client = Client()
    assert ask(client, new_public(title="另一个"), proof=proof(client, public)).status_code == 400
    assert not Pass.objects.exists()


def test_a_device_gets_few_passes(public: BallotBox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evaluation.ballots.limits.PUBLIC_PASSES_A_DEVICE", 2)
    client = Client()
    pages = [ask(client, public) for _try in range(3)]
    assert [page.status_code for page in pages] == [200, 200, 429]
    assert "使用下列纸质票箱" in pages[2].content.decode()
    assert ask(Client(), public).status_code == 200


def test_a_network_gets_a_limited_number(public: BallotBox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evaluation.ballots.limits.PUBLIC_PASSES_A_NETWORK", 2)
    assert [ask(Client(), public).status_code for _device in range(3)] == [200, 200, 429]
    assert ask(Client(REMOTE_ADDR="192.0.2.9"), public).status_code == 200


def test_a_network_asks_for_a_limited_number_of_challenges(public: BallotBox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evaluation.ballots.limits.CHALLENGES_A_NETWORK", 1)
    address = reverse("vote:public-challenge", args=[public.public_code])
    assert [Client().post(address).status_code for _try in range(2)] == [200, 429]


def test_a_closed_public_box_gives_neither_challenge_nor_pass(public: BallotBox) -> None:
    client = Client()
    paid = proof(client, public)
    BallotBox.objects.filter(pk=public.pk).update(closes_at=timezone.now() - timedelta(minutes=1))
    assert client.post(reverse("vote:public-challenge", args=[public.public_code])).status_code == 409
    assert ask(client, public, proof=paid).status_code == 302
    assert not Pass.objects.exists()


def test_the_page_says_without_script_what_to_do(public: BallotBox, new_public: Callable[..., BallotBox]) -> None:
    paper_place(new_public)
    page = Client().get(reverse("vote:public-box", args=[public.public_code])).content.decode()
    assert "需要运行本页脚本" in page
    assert "政务服务大厅" in page
    assert "赵某、钱某" in page
    assert "系统不记录谁投了什么" in page


@pytest.mark.parametrize(("opens", "closes", "word"), [(1, 2, "尚未开始"), (-1, 1, "正在核验"), (-2, -1, "已截止")])
def test_the_page_says_where_the_vote_stands(public: BallotBox, opens: int, closes: int, word: str) -> None:
    now = timezone.now()
    times = {"opens_at": now + timedelta(hours=opens), "closes_at": now + timedelta(hours=closes)}
    BallotBox.objects.filter(pk=public.pk).update(**times)
    assert word in Client().get(reverse("vote:public-box", args=[public.public_code])).content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_places(
    public: BallotBox, new_public: Callable[..., BallotBox], number: int
) -> None:
    for place in range(number):
        paper_place(new_public, f"第{place}号便民点")
    assert query_count(Client(), reverse("vote:public-box", args=[public.public_code])) <= 6


# Networks


def test_only_a_public_box_by_phone_has_a_key_of_networks(hall: Hall, new_public: Callable[..., BallotBox]) -> None:
    assert hall.box.network_key is None
    assert paper_place(new_public).network_key is None
    assert len(bytes(new_public().network_key or b"")) == 32


def test_a_draft_has_no_key_and_the_next_one_is_new(public: BallotBox, hall: Hall) -> None:
    first = bytes(public.network_key or b"")
    draft = back_to_draft(box=public, actor=hall.office)
    assert BallotBox.objects.get(pk=draft.pk).network_key is None
    [again] = make_ready(boxes=[draft], scrutineer=hall.scrutineer, passphrase=PASSPHRASE)
    assert bytes(again.network_key or b"") not in {b"", first}


def test_two_networks_differ_and_one_is_the_same(public: BallotBox, hall: Hall) -> None:
    hall.box = public
    for address in ("192.0.2.1", "192.0.2.1", "192.0.2.2"):
        client = Client(REMOTE_ADDR=address)
        vote(hall, client, secret_of(ask(client, public)))
    networks = list(Envelope.objects.values_list("network", flat=True))
    assert sorted(map(networks.count, set(networks))) == [1, 2]
    assert not any("192.0.2" in network for network in networks)


# Telephones


@pytest.fixture
def by_telephone(settings: Settings, new_public: Callable[..., BallotBox]) -> BallotBox:
    settings.SMS_BACKEND = "tests.telephones.KeepingBackend"
    OUTBOX.clear()
    return new_public(asks_telephone=True)


def send_code(client: Client, box: BallotBox, number: str = NUMBER) -> Any:
    posted = {"number": number, "proof": proof(client, box)}
    return client.post(reverse("vote:public-code", args=[box.public_code]), posted)


def test_a_telephone_is_asked_only_where_messages_can_be_sent(new_public: Callable[..., BallotBox]) -> None:
    with pytest.raises(DomainError) as caught:
        new_public(asks_telephone=True)
    assert caught.value.code == "telephone"


def test_a_number_votes_once(by_telephone: BallotBox, hall: Hall) -> None:
    client, hall.box = Client(), by_telephone
    assert send_code(client, by_telephone, "138 0013 8000").status_code == 200
    page = ask(client, by_telephone, number=NUMBER, code=code_of(NUMBER))
    assert vote(hall, client, secret_of(page)).status_code == 200
    assert send_code(client, by_telephone).status_code == 200
    again = ask(client, by_telephone, number=NUMBER, code=code_of(NUMBER))
    assert again.status_code == 400
    assert Pass.objects.count() == 1


@pytest.mark.parametrize("posted", [{"number": NUMBER, "code": "123456"}, {"number": ""}, {"proof": "x"}])
def test_without_the_code_there_is_no_pass(by_telephone: BallotBox, posted: dict[str, str]) -> None:
    assert ask(Client(), by_telephone, **posted).status_code in {302, 400}
    assert not Pass.objects.exists()


def test_a_proof_alone_is_not_enough_where_a_telephone_is_asked(by_telephone: BallotBox) -> None:
    client = Client()
    assert ask(client, by_telephone, proof=proof(client, by_telephone)).status_code == 302
    assert not Pass.objects.exists()


def test_a_message_costs_a_proof(by_telephone: BallotBox) -> None:
    address = reverse("vote:public-code", args=[by_telephone.public_code])
    assert Client().post(address, {"number": NUMBER, "proof": "x"}).status_code == 400
    assert Client().post(address, {"number": "12345", "proof": "x"}).status_code == 400
    assert not OUTBOX


def test_a_box_without_telephones_sends_nothing(public: BallotBox) -> None:
    answer = Client().post(reverse("vote:public-code", args=[public.public_code]), {"number": NUMBER})
    assert answer.status_code == 302


def count(hall: Hall, box: BallotBox) -> None:
    BallotBox.objects.filter(pk=box.pk).update(closes_at=timezone.now() - timedelta(seconds=1))
    close_box(box=box, actor=hall.scrutineer)
    count_boxes(boxes=[box], scrutineer=hall.scrutineer, passphrase=PASSPHRASE)


def test_numbers_are_gone_with_the_count(by_telephone: BallotBox, hall: Hall) -> None:
    client = Client()
    send_code(client, by_telephone)
    page = ask(client, by_telephone, number=NUMBER, code=code_of(NUMBER))
    hall.box = by_telephone
    vote(hall, client, secret_of(page))
    assert TelephoneCode.objects.exists()
    count(hall, by_telephone)
    assert not TelephoneCode.objects.exists()
    assert Receipt.objects.count() == 1


def test_numbers_are_gone_with_an_annulled_box(by_telephone: BallotBox, hall: Hall) -> None:
    send_code(Client(), by_telephone)
    propose_annulment(box=by_telephone, reason="设置有误", actor=hall.office)
    annulled = confirm_annulment(box=by_telephone, actor=hall.scrutineer)
    assert not TelephoneCode.objects.exists()
    assert BallotBox.objects.get(pk=annulled.pk).network_key is None


# Paper


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"place": ""}, "place"),
        ({"staff": ""}, "staff"),
        ({"staff": "赵某"}, "staff"),
        ({"staff": "赵某、赵某"}, "staff"),
        ({"burst_limit": 0}, "burst_limit"),
        ({"asks_telephone": True}, "telephone"),
    ],
)
def test_a_paper_box_of_the_public_has_a_place_and_two_who_staff_it(
    new_public: Callable[..., BallotBox], fields: dict[str, Any], code: str
) -> None:
    with pytest.raises(DomainError) as caught:
        paper_place(new_public, ready=False, **fields)
    assert caught.value.code == code


def test_a_paper_box_has_a_page_and_gives_no_passes(new_public: Callable[..., BallotBox]) -> None:
    box = paper_place(new_public)
    assert "政务服务大厅" in Client().get(reverse("vote:public-box", args=[box.public_code])).content.decode()
    for name in ("public-pass", "public-challenge", "public-code"):
        assert Client().post(reverse(f"vote:{name}", args=[box.public_code])).status_code == 404


def test_the_portal_lists_a_paper_box_alone_only_where_nobody_votes_by_phone(
    new_public: Callable[..., BallotBox], client: Client
) -> None:
    paper = paper_place(new_public)
    address = reverse("vote:public-box", args=[paper.public_code])
    assert address in client.get(reverse("portal:home")).content.decode()
    online = new_public()
    home = client.get(reverse("portal:home")).content.decode()
    assert address not in home
    assert reverse("vote:public-box", args=[online.public_code]) in home
    of_unit = client.get(reverse("portal:unit-detail", args=[2012, paper.unit.code])).content.decode()
    assert address in of_unit


def test_place_and_staff_change_while_the_box_is_open_and_the_limit_does_not(
    public: BallotBox, new_public: Callable[..., BallotBox], office: User
) -> None:
    paper = paper_place(new_public)
    same: dict[str, Any] = {"burst_limit": 20, "asks_telephone": False, "actor": office}
    assert edit_public(box=paper, place="东门广场", staff="孙某、李某", **same).place == "东门广场"
    with pytest.raises(DomainError) as caught:
        edit_public(box=public, place="", staff="", **{**same, "burst_limit": 500})
    assert caught.value.code == "not_draft"


def test_the_limit_is_set_while_the_box_is_prepared(
    new_public: Callable[..., BallotBox], office: User, client_for: Callable[[User], Client]
) -> None:
    box = new_public(ready=False)
    address = reverse("ballots:public-edit", args=[2012, box.pk])
    assert client_for(office).get(address).status_code == 200
    assert client_for(office).post(address, {"burst_limit": "300"}).status_code == 302
    assert BallotBox.objects.get(pk=box.pk).burst_limit == 300


def test_paper_and_phone_are_one_tally(
    public: BallotBox, hall: Hall, new_public: Callable[..., BallotBox], cadres: list[Appraisal]
) -> None:
    hall.box = public
    client = Client()
    vote(hall, client, secret_of(ask(client, public)))
    count(hall, public)
    box = paper_place(new_public)
    BallotBox.objects.filter(pk=box.pk).update(state="open")
    BallotBox.objects.filter(pk=box.pk).update(closes_at=timezone.now() - timedelta(seconds=1))
    box = close_box(box=box, actor=hall.scrutineer)
    set_hall_numbers(group=box.groups.get(), actor=hall.office, printed=20, leftover=14, collected=6)
    spec = Spec.from_values(box.spec)
    totals = {key: {aspect: {spec.grades[0]: 6} for aspect in spec.aspects} for key in spec.appraisals}
    for act, who in ((key_paper, "user:1"), (check_paper, "user:2")):
        act(box=box, group="public", valid=6, invalid=0, totals=totals, who=who)
    count_boxes(boxes=[box], scrutineer=hall.scrutineer, passphrase=PASSPHRASE)
    BallotBox.objects.filter(kind="public").update(released_at=timezone.now())
    assert Tally.objects.count() == 4
    assert tallies_for(appraisals=cadres)[cadres[0].pk]["public"].valid == 7


def test_several_places_are_set_up_in_one_act(office: User, hall: Hall, client_for: Callable[[User], Client]) -> None:
    now = timezone.localtime()
    posted = {
        "unit": str(hall.box.unit_id),
        "track": "mid_level",
        "opens_at": now.strftime("%Y-%m-%dT%H:%M"),
        "closes_at": (now + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M"),
        "invited_public": "300",
        "places": "政务服务大厅：赵某、钱某\n\n城东街道便民点: 孙某，李某\n",
    }
    address = reverse("ballots:public-places", args=[2012])
    assert client_for(office).get(address).status_code == 200
    assert client_for(office).post(address, posted).status_code == 302
    made = BallotBox.objects.filter(kind="public").order_by("pk")
    found = [(box.place, box.staff) for box in made]
    assert found == [
        ("政务服务大厅", "赵某、钱某"),
        ("城东街道便民点", "孙某，李某"),
    ]
    assert {(box.takes_paper, box.takes_passes) for box in made} == {(True, False)}


@pytest.mark.parametrize("places", ["", "政务服务大厅", "政务服务大厅：赵某", "大厅：赵某、钱某\n大厅：孙某、李某"])
def test_a_wrong_line_sets_up_nothing(
    office: User, hall: Hall, client_for: Callable[[User], Client], places: str
) -> None:
    posted = {
        "unit": str(hall.box.unit_id), "track": "mid_level", "opens_at": "2026-01-01T08:00",
        "closes_at": "2099-01-01T08:00", "invited_public": "300", "places": places,
    }  # fmt: skip
    assert client_for(office).post(reverse("ballots:public-places", args=[2012]), posted).status_code == 400
    assert not BallotBox.objects.filter(kind="public").exists()
