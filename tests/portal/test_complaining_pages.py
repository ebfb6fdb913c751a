"""Residents complain on the web, keep a receipt number, follow their matter and judge the answer."""

import re
from datetime import date
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from evaluation.cycle.models import Cycle, Track
from evaluation.daily.models import Complaint, ComplaintContact
from evaluation.daily.services import (
    accept_complaint,
    answer_complaint,
    confirm_finding,
    record_finding,
    refuse_complaint,
)
from evaluation.results.models import Objection, Publication
from evaluation.roster.models import Appraisal
from evaluation.units.models import Role, Unit
from tests.factories import appraisal_of, member, pledge_of, unit_of
from tests.portal.conftest import SECRET, show

FOLLOW = "/complaints/"
FIND, LEAVE, RATE, GIVEN = "/complaints/find/", "/complaints/leave/", "/complaints/answer/", "/complaints/received/"
TYPED = {
    "cadre": "", "about": "2号窗口", "text": "上午十点到窗口办证，被告知下午再来，下午又说系统坏了。",
    "happened_on": "2012-11-16", "to": "unit", "named": "no", "person": "", "telephone": "", "address": "",
}  # fmt: skip
NAMED = {**TYPED, "named": "yes", "person": "赵居民", "telephone": "0000-7654321"}
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@pytest.fixture
def form(published: Appraisal) -> str:
    return reverse("portal:complaint-create", args=[published.home_unit.code])


def sent(client: Client, form: str, **typed: Any) -> Complaint:
    response = client.post(form, {**TYPED, **typed})
    assert response.status_code == 302, response.content.decode()
    return Complaint.objects.latest("pk")


def page(client: Client, url: str = FOLLOW) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def followed(client: Client, complaint: Complaint | Objection) -> str:
    client.post(FIND, {"receipt": complaint.receipt})
    return page(client)


def answered(complaint: Complaint, *, outcome: str = "upheld") -> Complaint:
    """Handled the short way: by one of the unit, confirmed by another."""
    handler = member(role=Role.UNIT_ADMIN, unit=complaint.unit, name="承办丙")
    approver = member(role=Role.APPROVER, unit=complaint.unit, name="分管丁")
    accept_complaint(complaint=complaint, actor=approver, handler=handler)
    values: dict[str, Any] = {"outcome": outcome, "facts": "窗口确实无人值守。", "basis": "监控录像"}
    record_finding(complaint=complaint, actor=handler, **values)
    confirm_finding(complaint=complaint, actor=approver, concerns_nobody=complaint.appraisal is None)
    answer_complaint(complaint=complaint, actor=handler, answer="已安排专人值守，向您致歉。")
    complaint.refresh_from_db()
    return complaint


# Sending


def test_a_complaint_is_received_and_its_number_stands_on_a_page_and_in_no_address(client: Client, form: str) -> None:
    response = client.post(form, NAMED, follow=True)

    complaint = Complaint.objects.get()
    spaced = " ".join(re.findall("....", complaint.receipt))
    assert (complaint.channel, complaint.is_named, complaint.happened_on) == ("web", True, date(2012, 11, 16))
    assert spaced in response.content.decode()
    assert all(complaint.receipt not in url for url, _status in response.redirect_chain)
    assert "no-store" in response["Cache-Control"]


def test_the_contact_is_sealed_and_stands_on_no_page(client: Client, form: str) -> None:
    client.post(form, NAMED)
    complaint = Complaint.objects.get()

    seen = page(client, GIVEN) + followed(client, complaint)

    assert "赵居民" not in seen
    assert "7654321" not in seen
    assert "赵".encode() not in bytes(ComplaintContact.objects.get().sealed)


def test_without_a_name_nothing_of_the_sender_is_kept(client: Client, form: str) -> None:
    sent(client, form)

    assert not ComplaintContact.objects.exists()


@pytest.mark.parametrize(
    ("typed", "with_office"),
    [({"to": "unit"}, False), ({"to": "leaders"}, True), ({"to": "office"}, True)],
)
def test_what_is_about_leaders_goes_to_the_office(
    client: Client, form: str, typed: dict[str, str], with_office: bool
) -> None:
    assert sent(client, form, **typed).with_office is with_office


def test_a_leading_cadre_is_the_offices_matter_whatever_was_chosen(
    client: Client, cycle: Cycle, unit: Unit, form: str
) -> None:
    leader = appraisal_of(cycle=cycle, unit=unit, track=Track.BUREAU_LEADER)
    pledge_of(appraisal=leader, status="published")

    assert sent(client, form, cadre=leader.public_code).with_office


def test_the_cadre_of_a_link_is_chosen_already(client: Client, form: str, published: Appraisal) -> None:
    assert f'value="{published.public_code}" selected' in page(client, f"{form}?cadre={published.public_code}")
    assert sent(client, form, cadre=published.public_code).appraisal == published


def test_the_choice_of_a_unit_leads_to_its_form(client: Client, form: str, published: Appraisal) -> None:
    start = reverse("portal:complaint-start")

    response = client.get(start, {"unit": published.home_unit.code, "cadre": published.public_code})
    forged = client.get(start, {"unit": "//evil.example", "cadre": "x\r\ny"})

    assert response["Location"] == f"{form}?cadre={published.public_code}"
    assert forged.status_code == 200


def test_a_villages_matter_lies_with_its_town(client: Client, cycle: Cycle) -> None:
    town = unit_of("东溪镇", kind="town")
    village = unit_of("上村", kind="village", parent=town)

    assert sent(client, reverse("portal:complaint-create", args=[village.code])).unit == town


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        pytest.param({"text": "太短"}, "10", id="short"),
        pytest.param({"text": "长" * 2001}, "2000", id="long"),
        pytest.param({"happened_on": "2012-11-20"}, "日期不能晚于今天", id="tomorrow"),
        pytest.param({"text": "我的身份证号是320582198001011234，请查。"}, "身份证", id="citizen number"),
        pytest.param({"named": "yes", "person": "", "telephone": "1"}, "请填写姓名", id="by name without one"),
        pytest.param({"named": "yes", "person": "赵"}, "请填写电话或地址", id="by name without a way back"),
        pytest.param({"named": "no", "person": "赵"}, "您选择了不具名", id="without a name but one given"),
        pytest.param({"named": ""}, "请在两项中选择一项", id="not chosen"),
        pytest.param({"cadre": "forgedcc"}, "", id="a cadre that is not there"),
        pytest.param({"to": "court"}, "", id="a forged way"),
    ],
)
def test_what_is_wrong_comes_back_with_what_was_typed(
    client: Client, form: str, typed: dict[str, str], words: str
) -> None:
    response = client.post(form, {**TYPED, **typed})

    text = response.content.decode()
    assert response.status_code == 200
    assert "2号窗口" in text
    assert words in text
    assert not Complaint.objects.exists()


def test_a_cadre_of_whom_nothing_is_published_cannot_be_chosen(client: Client, form: str, hidden: Appraisal) -> None:
    assert SECRET not in page(client, form)

    client.post(form, {**TYPED, "cadre": hidden.public_code})

    assert not Complaint.objects.exists()


def test_files_must_be_chosen_again_and_the_page_says_so(client: Client, form: str) -> None:
    file = SimpleUploadedFile("a.png", PNG)

    text = client.post(form, {**TYPED, "text": "短", "uploads": [file]}).content.decode()

    assert "请重新选择文件" in text


@pytest.mark.parametrize("number", [6, 60])
def test_too_many_files_are_refused_in_words(client: Client, form: str, number: int) -> None:
    files = [SimpleUploadedFile(f"{place}.png", PNG) for place in range(number)]

    text = client.post(form, {**TYPED, "uploads": files}).content.decode()

    assert "2号窗口" in text
    assert not Complaint.objects.exists()


@pytest.mark.parametrize("monster", [{"text": "长" * 2_000_000}, {"uploads": "two hundred"}], ids=["text", "files"])
def test_a_monstrous_post_is_refused(client: Client, form: str, monster: dict[str, Any]) -> None:
    if "uploads" in monster:
        monster = {"uploads": [SimpleUploadedFile(f"{place}.png", b"x") for place in range(200)]}

    assert client.post(form, {**TYPED, **monster}).status_code == 400
    assert not Complaint.objects.exists()


def test_a_file_that_is_none_is_refused_and_nothing_is_kept(client: Client, form: str) -> None:
    text = client.post(form, {**TYPED, "uploads": [SimpleUploadedFile("a.png", b"<script>")]}).content.decode()

    assert "2号窗口" in text
    assert not Complaint.objects.exists()


def test_complaints_from_one_network_are_limited_and_the_page_says_until_when(client: Client, form: str) -> None:
    for _try in range(11):
        response = client.post(form, TYPED)

    assert Complaint.objects.count() == 10
    assert "10:00" in response.content.decode()
    assert client.post(form, TYPED, REMOTE_ADDR="10.9.9.9").status_code == 302


def test_where_no_year_is_under_way_the_page_says_so(client: Client, cycle: Cycle, unit: Unit) -> None:
    Cycle.objects.update(status="closed")

    assert '<form class="measure' not in page(client, reverse("portal:complaint-start"))
    assert client.get(reverse("portal:complaint-create", args=[unit.code])).status_code == 302


def test_the_form_does_not_ask_by_cadre(client: Client, cycle: Cycle, unit: Unit, form: str) -> None:
    asked = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            page(client, form)
        asked.append(len(queries))
        for _more in range(3):
            pledge_of(appraisal=appraisal_of(cycle=cycle, unit=unit), status="published")
    assert asked[0] == asked[1]


# Following


@pytest.mark.parametrize(
    "wrong", ["", "abc", "123456789012", "1" * 500, "１２３４５６７８９０１２", "ABCD-EFGH", "'; --"]
)
def test_whatever_is_wrong_with_a_number_the_answer_says_no_more(client: Client, form: str, wrong: str) -> None:
    sent(client, form)

    response = client.post(FIND, {"receipt": wrong})

    assert response.status_code == 200
    assert "您的投诉" not in response.content.decode()
    assert "receipt-followed" not in client.session


def test_guessing_is_slowed_and_nobody_else_is_shut_out(client: Client, form: str) -> None:
    complaint = sent(client, form)
    for _guess in range(21):
        client.post(FIND, {"receipt": "000000000000"})

    assert client.post(FIND, {"receipt": complaint.receipt}).status_code == 200
    assert client.post(FIND, {"receipt": complaint.receipt}, REMOTE_ADDR="10.9.9.9").status_code == 302


@pytest.mark.parametrize("typed", ["{0}", " {0} ", "{1}", "{2}"])
def test_a_number_is_found_however_it_is_typed(client: Client, form: str, typed: str) -> None:
    receipt = sent(client, form).receipt
    fours, wide = "-".join(re.findall("....", receipt)), receipt.translate({48 + n: 0xFF10 + n for n in range(10)})

    assert client.post(FIND, {"receipt": typed.format(receipt, fours, wide)}).status_code == 302
    assert "您的投诉" in page(client)


def test_leaving_forgets_and_so_does_half_an_hour(client: Client, form: str, clock: time_machine.Traveller) -> None:
    complaint = sent(client, form)
    assert "您的投诉" in followed(client, complaint)
    client.post(LEAVE)
    assert "您的投诉" not in page(client)
    assert complaint.receipt[:4] not in page(client, GIVEN)

    assert "您的投诉" in followed(client, complaint)
    clock.shift(1801)
    assert "您的投诉" not in page(client)


def test_a_refusal_is_given_with_its_reason(client: Client, form: str, unit_admin: User) -> None:
    complaint = sent(client, form)
    refuse_complaint(complaint=complaint, actor=unit_admin, reason="该事项已进入诉讼程序。")

    assert "该事项已进入诉讼程序。" in followed(client, complaint)


def test_the_answer_stands_without_who_handled_it_or_what_the_file_holds(
    client: Client, form: str, published: Appraisal
) -> None:
    complaint = answered(sent(client, form, cadre=published.public_code))

    text = followed(client, complaint)

    assert "已安排专人值守，向您致歉。" in text
    assert "属实" in text or "查实" in text or "成立" in text
    for kept_back in ("承办丙", "分管丁", "窗口确实无人值守", "监控录像", "被告知下午再来", published.name):
        assert kept_back not in text


def test_what_is_overdue_is_said(client: Client, form: str, clock: time_machine.Traveller) -> None:
    complaint = sent(client, form)
    clock.move_to("2012-12-03T09:00:00+08:00")

    assert "逾期" in followed(client, complaint)


def test_the_answer_is_rated_once(client: Client, form: str) -> None:
    complaint = answered(sent(client, form))
    tab = re.search(r'name="tab" value="([^"]+)"', followed(client, complaint))
    assert tab

    client.post(RATE, {"tab": tab[1], "satisfaction": "satisfied", "note": ""})
    client.post(RATE, {"tab": tab[1], "satisfaction": "dissatisfied", "note": ""})

    complaint.refresh_from_db()
    assert complaint.status == "closed"
    assert complaint.findings.get().satisfaction == "satisfied"
    assert 'name="satisfaction"' not in page(client)


@pytest.mark.parametrize(
    ("moment", "open_still"), [("2012-12-03T23:59:00+08:00", True), ("2012-12-04T00:01:00+08:00", False)]
)
def test_the_answer_may_be_rated_to_the_end_of_its_last_day(
    client: Client, form: str, clock: time_machine.Traveller, moment: str, open_still: bool
) -> None:
    complaint = answered(sent(client, form))
    assert complaint.findings.get().callback_due == date(2012, 12, 3)
    clock.move_to(moment)

    assert ('name="satisfaction"' in followed(client, complaint)) is open_still


def test_pages_of_a_number_are_kept_by_no_cache(client: Client, form: str) -> None:
    followed(client, sent(client, form))

    assert all("no-store" in client.get(url)["Cache-Control"] for url in (FOLLOW, GIVEN, form))


def test_who_is_not_satisfied_may_ask_once_that_it_is_handled_again(client: Client, form: str) -> None:
    complaint = answered(sent(client, form))
    tab = re.search(r'name="tab" value="([^"]+)"', followed(client, complaint))
    assert tab

    client.post(RATE, {"tab": tab[1], "satisfaction": "dissatisfied", "note": "没有解决", "again": "on"})

    complaint.refresh_from_db()
    assert complaint.round == 2
    assert 'name="again"' not in page(client)


@pytest.mark.parametrize(
    "typed", [{"satisfaction": "not_reached"}, {"satisfaction": ""}, {"satisfaction": "satisfied", "again": "on"}]
)
def test_a_forged_rating_is_refused(client: Client, form: str, typed: dict[str, str]) -> None:
    complaint = answered(sent(client, form))
    tab = re.search(r'name="tab" value="([^"]+)"', followed(client, complaint))
    assert tab

    client.post(RATE, {"tab": tab[1], "note": "", **typed})

    assert complaint.findings.get().satisfaction == ""


def test_a_form_of_another_tab_rates_nothing(client: Client, form: str) -> None:
    first, second = sent(client, form), answered(sent(client, form))
    other = re.search(r'name="tab" value="([^"]+)"', followed(client, second))
    assert other
    followed(client, first)

    client.post(RATE, {"tab": other[1], "satisfaction": "satisfied", "note": ""})
    client.post(RATE, {"tab": "forged", "satisfaction": "satisfied", "note": ""})

    assert second.findings.get().satisfaction == ""


def test_a_rating_without_a_number_leads_to_the_start(client: Client, form: str) -> None:
    assert client.post(RATE, {"satisfaction": "satisfied"})["Location"] == FOLLOW


def test_staff_who_know_a_number_do_not_judge_the_answer(client: Client, form: str, unit_admin: User) -> None:
    complaint = answered(sent(client, form))
    tab = re.search(r'name="tab" value="([^"]+)"', followed(client, complaint))
    assert tab
    client.force_login(unit_admin)

    client.post(RATE, {"tab": tab[1], "satisfaction": "satisfied", "note": ""})

    assert complaint.findings.get().satisfaction == ""
    assert 'name="satisfaction"' not in page(client)


@pytest.mark.parametrize("name", ["receipt-forget", "complaint-find", "complaint-leave", "answer-rate"])
def test_acts_ask_for_post(client: Client, name: str) -> None:
    assert client.get(reverse(f"portal:{name}")).status_code == 405


# Script and objections


def test_script_is_shown_as_text(client: Client, form: str, unit_admin: User) -> None:
    script = "<script>alert(1)</script>"
    text = client.post(form, {**TYPED, "text": script * 200, "about": script}).content.decode()
    complaint = sent(client, form)
    refuse_complaint(complaint=complaint, actor=unit_admin, reason=script)

    assert script not in text
    assert script not in followed(client, complaint)


def test_an_objection_is_followed_with_its_number_and_shows_no_name(client: Client, computed: Publication) -> None:
    appraisal = show(computed).results.get().appraisal
    typed = {
        "objection-person": "张居民", "objection-contact": "0000-1234567", "objection-about": "figures",
        "objection-text": "票数与会场所见不符。",
    }  # fmt: skip
    url = reverse("portal:objection-create", args=[2012, appraisal.home_unit.code, appraisal.public_code])

    given = client.post(url, typed, follow=True).content.decode()
    objection = Objection.objects.get()
    Objection.objects.update(status="dismissed", answer="经核对，票数无误。")
    text = followed(client, objection)

    assert str(objection.receipt)[:4] in given
    assert "经核对，票数无误。" in text
    for kept_back in ("张居民", "1234567", "票数与会场所见不符"):
        assert kept_back not in given + text


def test_the_objection_of_a_cadre_has_no_number_to_follow(client: Client, computed: Publication) -> None:
    Objection.objects.create(
        result=show(computed).results.get(), by_cadre=True, receipt="123412341234", text="异议", due=date(2012, 12, 1)
    )

    client.post(FIND, {"receipt": "123412341234"})

    assert "您的异议" not in page(client)


def test_how_many_objections_there_were_is_public_in_numbers(client: Client, computed: Publication) -> None:
    result = show(computed).results.get()
    for status in ("open", "upheld", "dismissed"):
        Objection.objects.create(result=result, text="有人说了什么", due=date(2012, 12, 1), status=status)
    appraisal = result.appraisal
    urls = [
        reverse("portal:cadre-detail", args=[2012, appraisal.home_unit.code, appraisal.public_code]),
        reverse("portal:publication-detail", args=[2012, computed.organising_unit.code, computed.public_code]),
    ]

    for url in urls:
        text = page(client, url)
        assert "收到 3 件，成立 1 件，复核中 1 件" in text
        assert "有人说了什么" not in text
