"""Pages of complaints: who sees what, what is shown to the handler alone, and the whole way by pages."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from evaluation.audit.models import AuditEvent
from evaluation.daily.models import Complaint, DailyDeduction
from evaluation.daily.services import declare_recusal, rate_answer, receive_complaint
from evaluation.roster.models import Cadre
from evaluation.units.models import Role, Unit
from tests.daily.complaining import ANSWER, TEXT, Case
from tests.factories import member
from tests.measuring import query_count
from tests.world import picture

pytestmark = pytest.mark.django_db
ClientFor = Callable[[User], Client]
CONTACT = {"person": "周小安", "telephone": "13812345678", "address": "文昌路9号"}
OTHERS = {"person": "郑大明", "telephone": "13987654321", "address": "滨江路2号"}


def address(name: str, complaint: Complaint | None = None, **more: int) -> str:
    kwargs = {"year": 2012, **({"pk": complaint.pk} if complaint else {}), **more}
    return reverse(f"daily:complaint-{name}", kwargs=kwargs)


def entered(case: Case, **more: Any) -> dict[str, Any]:
    return {"channel": "telephone", "unit": case.unit.pk, "appraisal": case.appraisal.pk, "text": TEXT, **more}


def test_a_telephone_call_is_entered_and_its_receipt_read_out(case: Case, client_for: ClientFor) -> None:
    client = client_for(case.admin)
    upload = SimpleUploadedFile("信.png", picture().read(), content_type="image/png")

    response = client.post(address("create"), {**entered(case), **CONTACT, "uploads": [upload]}, follow=True)

    complaint = Complaint.objects.get()
    receipt = complaint.receipt
    assert f"{receipt[:4]} {receipt[4:8]} {receipt[8:]}" in response.content.decode()
    assert (complaint.received_by, complaint.channel, complaint.files.count()) == (case.admin, "telephone", 1)
    assert not any(value in response.content.decode() for value in CONTACT.values())


def test_nobody_else_of_the_staff_ever_sees_a_receipt_number(case: Case, client_for: ClientFor) -> None:
    mine = receive_complaint(cycle=case.cycle, channel="visit", text=TEXT, appraisal=case.appraisal, actor=case.admin)
    sent = receive_complaint(cycle=case.cycle, channel="web", text=TEXT, appraisal=case.appraisal)
    for person in (case.admin, case.approver, case.office):
        client = client_for(person)
        own = person == case.admin
        assert client.get(address("receipt", mine)).status_code == (200 if own else 403)
        assert client.get(address("receipt", sent)).status_code == 403
        shown = "".join(client.get(address("detail", one)).content.decode() for one in (mine, sent))
        shown += client.get(address("list")).content.decode()
        assert not any(one.receipt in shown.replace(" ", "") for one in (mine, sent))
        assert (address("receipt", mine) in shown) is own
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert client_for(case.admin).get(address("receipt", mine)).status_code == 403


@pytest.mark.parametrize("wrong", [{"text": "短"}, {"happened_on": "2999-01-01"}, {"person": "320582198001011234"}])
def test_what_was_typed_stays_on_an_error(case: Case, client_for: ClientFor, wrong: dict[str, str]) -> None:
    response = client_for(case.admin).post(address("create"), entered(case, about="一楼窗口", **wrong))

    assert response.status_code == 200
    assert "一楼窗口" in response.content.decode()
    assert not Complaint.objects.exists()


def test_a_unit_cannot_forge_another_or_keep_it_with_the_office(
    case: Case, client_for: ClientFor, other_unit: Unit
) -> None:
    client = client_for(case.admin)
    client.post(address("create"), entered(case, unit=other_unit.pk, appraisal=""))
    assert not Complaint.objects.exists()

    client.post(address("create"), entered(case, with_office="on"))
    assert not Complaint.objects.get().with_office


def test_contact_details_are_shown_to_the_handler_who_opens_them_and_nowhere_else(
    case: Case, client_for: ClientFor, auditor: User
) -> None:
    mine, other = case.accepted(contact=CONTACT), case.accepted(contact=OTHERS)
    secrets = [*CONTACT.values(), *OTHERS.values()]
    for user in (case.admin, case.approver, case.office, auditor):
        client = client_for(user)
        pages = [address("list"), address("detail", mine), address("receipt", mine), "/desk/"]
        shown = "".join(client.get(page).content.decode() for page in pages)
        shown += (
            client.get(f"{address('list')}?q={CONTACT['person']}")
            .content.decode()
            .replace(f'value="{CONTACT["person"]}"', "")
        )
        assert not [secret for secret in secrets if secret in shown], user

    for user in (case.approver, case.office):
        answer = client_for(user).post(address("contact", mine), follow=True).content.decode()
        assert not [secret for secret in secrets if secret in answer]

    opened = client_for(case.admin).post(address("contact", mine))
    text = opened.content.decode()
    assert all(value in text for value in CONTACT.values())
    assert not any(value in text for value in OTHERS.values())
    assert "no-store" in opened["Cache-Control"]
    record = str(list(AuditEvent.objects.values_list("actor", "detail", "action", "target_id")))
    assert "complaint-contact-opened" in record
    assert not [secret for secret in secrets if secret in record]
    assert client_for(auditor).post(address("contact", other)).status_code == 403


def test_what_residents_write_is_text(case: Case, client_for: ClientFor) -> None:
    complaint = case.received(
        text="<script>alert(1)</script> 窗口无人", about="<b>窗口</b>", appraisal=None, unit=case.unit
    )
    client = client_for(case.admin)

    shown = client.get(address("detail", complaint)).content.decode() + client.get(address("list")).content.decode()

    assert "<script>alert" not in shown
    assert "<b>窗口</b>" not in shown


def test_the_whole_way_by_pages(case: Case, client_for: ClientFor) -> None:
    complaint = case.received(contact=CONTACT)
    handler, second = client_for(case.admin), client_for(case.approver)
    finding = {"outcome": "upheld", "facts": "监控显示属实。", "basis": "调查笔录"}

    handler.post(address("accept", complaint), {"handler": case.admin.pk})
    handler.post(address("extension-ask", complaint), {"reason": "疑难"})
    second.post(address("extension-decide", complaint), {"decision": "approve"})
    handler.post(address("finding", complaint), finding)
    second.post(address("return", complaint), {"reason": "补充录像"})
    handler.post(address("finding", complaint), {**finding, "uploads": picture()})
    second.post(address("confirm", complaint))
    handler.post(address("answer", complaint), {"answer": ANSWER, "way": "telephone"})
    handler.post(address("rate", complaint), {"satisfaction": "satisfied"})
    complaint.refresh_from_db()
    assert complaint.status == "answered"

    second.post(address("rate", complaint), {"satisfaction": "dissatisfied", "again": "on"})
    second.post(address("assign", complaint), {"handler": case.second_admin.pk})

    complaint.refresh_from_db()
    assert (complaint.status, complaint.round, complaint.handler) == ("accepted", 2, case.second_admin)
    page = client_for(case.office).get(address("detail", complaint)).content.decode()
    deduction = DailyDeduction.objects.get()
    assert reverse("daily:deduction-detail", args=[2012, deduction.pk]) in page
    assert "补充录像" in page


def test_a_finding_page_is_for_the_handler_and_its_time(case: Case, client_for: ClientFor) -> None:
    complaint = case.accepted()
    assert client_for(case.office).get(address("finding", complaint)).status_code == 403
    assert client_for(case.admin).get(address("finding", complaint)).status_code == 200
    case.find(complaint)

    assert client_for(case.admin).get(address("finding", complaint)).status_code == 302


def test_who_withdraws_does_not_see_it_any_more(case: Case, client_for: ClientFor) -> None:
    complaint = case.accepted()
    client = client_for(case.admin)

    response = client.post(address("recuse", complaint), {"reason": "亲属"})

    assert response["Location"] == address("list")
    assert client.get(address("detail", complaint)).status_code == 404


def test_the_office_declares_it_for_the_handler(case: Case, client_for: ClientFor) -> None:
    complaint = case.accepted()

    client_for(case.office).post(address("recuse", complaint), {"user": case.admin.pk, "reason": "亲属"})

    assert complaint.recusals.get().user == case.admin


def test_the_one_named_does_not_find_it_though_of_the_office(case: Case, client_for: ClientFor) -> None:
    complaint = case.received()
    Cadre.objects.filter(pk=case.appraisal.cadre_id).update(user=case.office)
    client = client_for(case.office)

    assert client.get(address("detail", complaint)).status_code == 404
    assert client.post(address("accept", complaint), {"handler": case.admin.pk}).status_code == 404
    assert case.appraisal.name not in client.get(address("list")).content.decode()


def test_files_leave_as_attachments_of_their_own_complaint_alone(case: Case, client_for: ClientFor) -> None:
    complaint, other = case.received(uploads=[picture("信.png")]), case.received()
    stored, client = complaint.files.get(), client_for(case.approver)

    response = client.get(address("file", complaint, file=stored.pk))

    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert b"".join(response.streaming_content)  # type: ignore[attr-defined]
    assert client.get(address("file", other, file=stored.pk)).status_code == 404


def numbers(client: Client, query: str) -> set[int]:
    response = client.get(f"{address('list')}?{query}")
    assert response.status_code == 200
    return {complaint.number for complaint, _standing in response.context["rows"]}


def test_the_register_is_searched_by_number_receipt_subject_and_state(case: Case, client_for: ClientFor) -> None:
    with time_machine.travel("2012-03-01T09:00+08:00"):
        late = case.accepted(appraisal=None, unit=case.unit, about="叫号机")
        lapsed = case.answered()
    with time_machine.travel("2012-06-01T09:00+08:00"):
        fresh, client = case.received(), client_for(case.office)
        receipt = fresh.receipt

        assert numbers(client, f"q=2012-{fresh.number}") == numbers(client, f"q={receipt[:4]}+{receipt[4:]}") == {3}
        assert numbers(client, "q=叫号") == {late.number}
        assert numbers(client, f"q={case.appraisal.name}") == {lapsed.number, fresh.number}
        assert numbers(client, "late=1") == {late.number}
        assert numbers(client, "status=closed") == {lapsed.number}
        assert numbers(client, "status=answered") == set()
        assert numbers(client, f"unit={case.unit.pk}") == {1, 2, 3}
        assert numbers(client, "q=%00&unit=x&status=x&page=x") == {1, 2, 3}


def test_the_office_writes_down_what_follows_of_days(case: Case, client_for: ClientFor) -> None:
    with time_machine.travel("2012-03-01T09:00+08:00"):
        case.accepted()
        case.answered()

    client_for(case.office).post(address("sweep"))

    assert DailyDeduction.objects.get().rule == "2"
    assert set(Complaint.objects.values_list("status", flat=True)) == {"accepted", "closed"}


def test_query_counts_do_not_grow(case: Case, client_for: ClientFor) -> None:
    client, page = client_for(case.office), address("list")
    case.answered(contact=CONTACT)
    one = query_count(client, page)
    case.accepted(contact=OTHERS)
    case.again()

    assert query_count(client, page) == one


def test_the_page_of_one_does_not_grow_with_what_happened(case: Case, client_for: ClientFor) -> None:
    client = client_for(case.office)
    complaint = case.again(contact=CONTACT)
    declare_recusal(complaint=complaint, user=case.admin, actor=case.admin, reason="亲属")
    before = query_count(client, address("detail", complaint))
    third = member(role=Role.UNIT_ADMIN, unit=case.unit)
    declare_recusal(complaint=complaint, user=third, actor=third, reason="同学")
    complaint = case.answer(case.confirm(case.find(complaint, "not_upheld", case.second_admin)), case.second_admin)
    rate_answer(complaint=complaint, satisfaction="satisfied")

    assert query_count(client, address("detail", complaint)) <= before + 2


@pytest.mark.parametrize(("day", "words"), [(date(2012, 3, 5), "Overdue"), (date(2012, 3, 1), "Due soon")])
def test_a_badge_says_what_is_late_or_near(
    case: Case, client_for: ClientFor, settings: Any, day: date, words: str
) -> None:
    settings.LANGUAGE_CODE = "en"
    with time_machine.travel("2012-02-24T09:00+08:00"):
        complaint = case.received()
    assert complaint.accept_due == date(2012, 3, 2)

    with time_machine.travel(f"{day}T09:00+08:00"):
        client = client_for(case.admin)
        for page in (address("list"), address("detail", complaint)):
            assert words in client.get(page, headers={"accept-language": "en"}).content.decode()
