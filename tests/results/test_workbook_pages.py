"""Where the workbooks of step 4 are offered, and to whom."""

import io
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import User
from evaluation.audit.models import AuditEvent
from evaluation.cycle.models import Cycle
from evaluation.results.models import Publication, Result
from evaluation.results.workbook import _notice_row, notice_workbook, summary_workbook

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


def test_the_page_of_a_list_offers_its_workbooks(noticed: Publication, client_for: SignIn, unit_admin: User) -> None:
    client = client_for(unit_admin)
    page = client.get(reverse("results:publication-detail", args=[2012, noticed.pk])).content.decode()

    for name, title in (("summary-file", "得分汇总表"), ("notice-file", "公示")):
        address = reverse(f"results:{name}", args=[2012, noticed.pk, "xlsx"])
        assert address in page
        answer = client.get(address)
        assert load_workbook(io.BytesIO(answer.content)).sheetnames[0] == title
        assert answer["X-Content-Type-Options"] == "nosniff"


def test_the_whole_city_is_for_those_who_read_the_city(
    final: Publication, client_for: SignIn, office: User, unit_admin: User
) -> None:
    address = reverse("results:city-workbook", args=[2012])
    assert client_for(unit_admin).get(address).status_code == 403

    client = client_for(office)
    assert address in client.get(reverse("results:publication-list", args=[2012])).content.decode()
    book = load_workbook(io.BytesIO(client.get(address).content))

    assert book.sheetnames == ["各单位汇总", "市民政局", "分组得分1", "计票1", "日常扣分1", "加分1", "规则1", "核对"]
    event = AuditEvent.objects.get(action="papers-downloaded")
    assert event.detail == {"kind": "annex-3-1", "number": final.results.count(), "form": "xlsx"}


def test_a_year_without_a_result_gives_an_empty_list(cycle: Cycle, client_for: SignIn, office: User) -> None:
    answer = client_for(office).get(reverse("results:city-workbook", args=[2012]))

    assert load_workbook(io.BytesIO(answer.content)).sheetnames == ["各单位汇总", "核对"]


def test_the_notice_says_what_residents_read_and_no_more(noticed: Publication) -> None:
    rows = list(load_workbook(io.BytesIO(notice_workbook(noticed)))["公示"].iter_rows(values_only=True))

    result = noticed.results.get()
    assert rows[2] == ("名次", "姓名", "单位", "职务", "民主评议得分", "日常考核得分", "加分", "综合得分")
    assert rows[3][:2] == (result.rank, result.name)
    assert rows[3][-1] == float(result.composite or 0)


def test_one_query_makes_a_summary(final: Publication, django_assert_num_queries: Callable[..., object]) -> None:
    publication = Publication.objects.for_list().get()

    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        summary_workbook(publication)


def test_who_has_no_score_stands_in_the_notice_without_a_figure(noticed: Publication) -> None:
    kept = {"democratic": 68, "daily": 20, "bonus": 1, "composite": 89, "name": "林敏"}
    [incomplete, exempt] = (Result(status=status, **kept) for status in ("incomplete", "exempt"))
    assert _notice_row(incomplete)[:2] == ["未完成", "林敏"]
    assert _notice_row(exempt)[:2] == ["免评", "林敏"]
    assert [*_notice_row(incomplete)[4:], *_notice_row(exempt)[4:]] == [None] * 8
