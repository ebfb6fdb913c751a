from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.errors import DomainError
from evaluation.meetings.models import DutyReport
from evaluation.meetings.selectors import published_report
from evaluation.meetings.services import (
    ReportText,
    StatementText,
    approve_report,
    publish_report,
    save_report,
    submit_report,
)
from evaluation.pledges.models import Pledge
from evaluation.pledges.services import ItemText, PledgeText, save_pledge
from evaluation.roster.models import Appraisal
from evaluation.units.models import Role, Unit
from tests.factories import appraisal_of, member, pledge_of, user_named

SignIn = Callable[[User], Client]
TEXT = ReportText(duty="履职情况", commitments="兑现情况", integrity="廉洁情况", problems="问题与打算")


@pytest.fixture
def cadre(db: None) -> User:
    return user_named("张三")


@pytest.fixture
def mine(cycle: Cycle, unit: Unit, cadre: User) -> Appraisal:
    return appraisal_of(cycle=cycle, unit=unit, user=cadre, name="张三")


@pytest.fixture
def pledge(mine: Appraisal) -> Pledge:
    return pledge_of(appraisal=mine, status="published", items=2)


def statements(pledge: Pledge, **changed: str) -> list[StatementText]:
    values = {"completion": "done", "text": "已办结", **changed}
    return [StatementText(item=item.pk, **values) for item in pledge.items.all()]


def code_of(call: Callable[..., object], **kwargs: object) -> str:
    with pytest.raises(DomainError) as caught:
        call(**kwargs)
    return caught.value.code


def page(name: str, *args: object) -> str:
    return reverse(f"meetings:{name}", args=[2012, *args])


def test_from_draft_to_publication(
    pledge: Pledge, mine: Appraisal, cadre: User, approver: User, unit_admin: User
) -> None:
    report = save_report(appraisal=mine, actor=cadre, text=TEXT, statements=statements(pledge))
    assert published_report(mine) is None
    submit_report(report=report, actor=cadre)
    approve_report(report=report, actor=approver)
    publish_report(report=report, actor=unit_admin)

    shown = published_report(mine)
    assert shown
    assert [row.get_completion_display() for row in shown.statements.all()]
    assert len(shown.statements.all()) == 2


@pytest.mark.parametrize("changed", [{"completion": ""}, {"text": " "}])
def test_every_item_is_answered(pledge: Pledge, mine: Appraisal, cadre: User, changed: dict[str, str]) -> None:
    first, last = statements(pledge)[:1], statements(pledge, **changed)[1:]
    report = save_report(appraisal=mine, actor=cadre, text=TEXT, statements=first + last)

    assert code_of(submit_report, report=report, actor=cadre) == "statement_missing"


@pytest.mark.parametrize("section", ["duty", "commitments", "integrity", "problems"])
def test_every_section_is_there(pledge: Pledge, mine: Appraisal, cadre: User, section: str) -> None:
    text = ReportText(**{**vars(TEXT), section: " "})
    report = save_report(appraisal=mine, actor=cadre, text=text, statements=statements(pledge))

    assert code_of(submit_report, report=report, actor=cadre) == "report_incomplete"


def test_pledge_comes_first(mine: Appraisal, cadre: User) -> None:
    pledge = pledge_of(appraisal=mine, status="approved")
    report = save_report(appraisal=mine, actor=cadre, text=TEXT, statements=statements(pledge))

    assert code_of(submit_report, report=report, actor=cadre) == "pledge_not_published"


def test_statement_for_another_cadres_item(cycle: Cycle, unit: Unit, mine: Appraisal, cadre: User) -> None:
    other = pledge_of(appraisal=appraisal_of(cycle=cycle, unit=unit), status="published")

    assert code_of(save_report, appraisal=mine, actor=cadre, text=TEXT, statements=statements(other)) == "item_unknown"


def test_item_with_a_statement_is_not_removed_from_the_pledge(
    pledge: Pledge, mine: Appraisal, cadre: User, unit_admin: User
) -> None:
    save_report(appraisal=mine, actor=cadre, text=TEXT, statements=statements(pledge))
    first = pledge.items.all()[0]
    text = PledgeText(duties="职责", commitments="承诺")

    items = [ItemText(text=first.text, pk=first.pk)]
    assert code_of(save_pledge, appraisal=mine, actor=unit_admin, text=text, items=items) == "item_in_report"


def test_four_eyes(pledge: Pledge, mine: Appraisal, office: User, cadre: User) -> None:
    report = save_report(appraisal=mine, actor=cadre, text=TEXT, statements=statements(pledge))
    submit_report(report=report, actor=office)

    assert code_of(approve_report, report=report, actor=office) == "same_person"


def test_published_report_stands(mine: Appraisal, office: User) -> None:
    DutyReport.objects.create(appraisal=mine, status="published")

    assert code_of(save_report, appraisal=mine, actor=office, text=TEXT, statements=[]) == "in_review"


@pytest.mark.parametrize("where", ["duty", "statement"])
def test_no_citizen_number(pledge: Pledge, mine: Appraisal, cadre: User, where: str) -> None:
    number = "３２０５８２ 19800101 1234"
    text = ReportText(duty=number) if where == "duty" else TEXT
    rows = statements(pledge, text=number) if where == "statement" else []

    assert code_of(save_report, appraisal=mine, actor=cadre, text=text, statements=rows) == "citizen_number"


def test_cadre_writes_in_the_page(client_for: SignIn, pledge: Pledge, mine: Appraisal, cadre: User) -> None:
    rows: dict[str, str] = {"statements-TOTAL_FORMS": "2", "statements-INITIAL_FORMS": "2"}
    for place, item in enumerate(pledge.items.all()):
        rows |= {f"statements-{place}-item": str(item.pk), f"statements-{place}-text": f"做了{place}"}
    client = client_for(cadre)

    wrong = client.post(page("report-edit", mine.pk), {**vars(TEXT), **rows, "duty": "320582198001011234"})
    assert "做了1" in wrong.content.decode()
    assert not DutyReport.objects.exists()

    assert client.post(page("report-edit", mine.pk), {**vars(TEXT), **rows}).status_code == 302
    assert sorted(row.text for row in mine.report.statements.all()) == ["做了0", "做了1"]


def test_strangers_report_is_not_there(
    client_for: SignIn, cycle: Cycle, other_unit: Unit, mine: Appraisal, cadre: User, unit_admin: User
) -> None:
    other = appraisal_of(cycle=cycle, unit=other_unit, name="李四")
    DutyReport.objects.create(appraisal=other, duty="别单位的草稿", status="submitted")

    for user in (cadre, unit_admin):
        client = client_for(user)
        assert client.get(page("report-detail", other.pk)).status_code == 404
        assert client.get(page("report-edit", other.pk)).status_code == 404
        assert client.post(page("report-submit"), {"pk": other.pk}).status_code == 404
        assert "李四" not in client.get(page("report-list")).content.decode()


def test_list_is_approved_and_published_in_two_acts(
    client_for: SignIn, cycle: Cycle, unit: Unit, approver: User, unit_admin: User
) -> None:
    for _number in range(3):
        DutyReport.objects.create(appraisal=appraisal_of(cycle=cycle, unit=unit), status="submitted")

    client_for(approver).post(page("report-approve"), {"all": "1"})
    client_for(unit_admin).post(page("report-publish"), {"all": "1"})

    assert DutyReport.objects.filter(status="published").count() == 3


def test_home_unit_of_a_window_head_reads_only(
    client_for: SignIn, cycle: Cycle, unit: Unit, other_unit: Unit, unit_admin: User
) -> None:
    head = appraisal_of(cycle=cycle, unit=unit, organising_unit=other_unit, is_window_head=True)
    client = client_for(unit_admin)

    assert client.get(page("report-detail", head.pk)).status_code == 200
    assert client.get(page("report-edit", head.pk)).status_code == 403


def test_my_report_leads_to_mine(client_for: SignIn, mine: Appraisal, cadre: User) -> None:
    assert client_for(cadre).get(page("my-report")).headers["Location"] == page("report-detail", mine.pk)


@pytest.mark.parametrize("name", ["report-list"])
def test_list_costs_the_same_for_one_and_three(
    client_for: SignIn, cycle: Cycle, unit: Unit, unit_admin: User, name: str
) -> None:
    client, counted = client_for(unit_admin), []
    for number in (1, 2):
        for _row in range(number):
            DutyReport.objects.create(appraisal=appraisal_of(cycle=cycle, unit=unit))
        client.get(page(name))
        with CaptureQueriesContext(connection) as caught:
            client.get(page(name))
        counted.append(len(caught))

    assert counted[0] == counted[1]


def test_office_and_auditor(client_for: SignIn, mine: Appraisal, office: User) -> None:
    assert client_for(office).get(page("report-edit", mine.pk)).status_code == 200
    assert client_for(member(role=Role.AUDITOR)).get(page("report-edit", mine.pk)).status_code == 403
