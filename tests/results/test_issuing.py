"""Papers of a list kept as issued; the circular from its draft to the registry."""

from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.errors import DomainError
from evaluation.registry.models import IssuedDocument, Kind
from evaluation.registry.services import set_series
from evaluation.results.models import Circular, Publication
from evaluation.results.services import (
    draft_circular,
    drop_circular,
    edit_circular,
    issue_circular,
    keep_paper,
    keepable,
    kept_documents,
)

SignIn = Callable[[User], Client]


@pytest.fixture
def circular(cycle: Cycle, office: User) -> Circular:
    return draft_circular(cycle=cycle, actor=office)


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(DomainError) as refusal:
        act()
    return refusal.value.code


def test_what_can_be_kept_when(computed: Publication, final: Publication) -> None:
    assert keepable(computed) == []
    assert keepable(final) == [Kind.FEEDBACK, Kind.PUBLIC_NOTICE, Kind.SUMMARY]
    final.status = Publication.Status.NOTICE
    assert keepable(final) == [Kind.FEEDBACK, Kind.PUBLIC_NOTICE]


def test_a_paper_of_a_list_is_kept_once(final: Publication, approver: User) -> None:
    document = keep_paper(publication=final, kind=Kind.SUMMARY, actor=approver)
    assert (document.unit, document.number) == (final.organising_unit, "")
    assert list(kept_documents(final)) == [document]
    assert refused(lambda: keep_paper(publication=final, kind=Kind.SUMMARY, actor=approver)) == "kept_already"
    assert refused(lambda: keep_paper(publication=final, kind=Kind.CIRCULAR, actor=approver)) == "wrong_step"


def test_the_unit_administrator_keeps_nothing(
    final: Publication, unit_admin: User, approver: User, client_for: SignIn
) -> None:
    address = reverse("results:paper-keep", args=[2012, final.pk])
    assert client_for(unit_admin).post(address, {"kind": "summary"}).status_code == 403
    client_for(approver).post(address, {"kind": "summary"})
    assert IssuedDocument.objects.get().kind == "summary"
    page = client_for(approver).get(reverse("results:publication-detail", args=[2012, final.pk]))
    assert [kind.value for kind in page.context["keepable"]] == ["feedback", "public-notice"]


def test_one_draft_at_a_time(circular: Circular, cycle: Cycle, office: User) -> None:
    assert refused(lambda: draft_circular(cycle=cycle, actor=office)) == "draft_there"
    drop_circular(circular=circular, actor=office)
    assert draft_circular(cycle=cycle, actor=office)


def test_whoever_worded_it_does_not_issue_it(circular: Circular, office: User, second_office: User) -> None:
    assert refused(lambda: issue_circular(circular=circular, actor=office)) == "same_person"
    edit_circular(circular=circular, actor=second_office, title="通报", text="一、情况")
    assert refused(lambda: issue_circular(circular=circular, actor=second_office)) == "same_person"
    issued = issue_circular(circular=circular, actor=office)
    assert (issued.status, issued.issued_by) == ("issued", office)


def test_it_goes_out_as_the_office_with_its_number(
    circular: Circular, cycle: Cycle, office: User, second_office: User
) -> None:
    set_series(unit=None, kind=Kind.CIRCULAR, year=2012, prefix="市效能办", is_automatic=True, actor=office)
    issued = issue_circular(circular=circular, actor=second_office)
    document = IssuedDocument.objects.get()
    assert issued.number == document.number == "市效能办〔2012〕1号"
    assert (document.unit, document.issuer) == (None, cycle.office_name)


def test_an_issued_one_stays(circular: Circular, office: User, second_office: User) -> None:
    issue_circular(circular=circular, actor=second_office)
    assert refused(lambda: issue_circular(circular=circular, actor=second_office)) == "not_draft"
    assert refused(lambda: edit_circular(circular=circular, actor=office, text="改")) == "not_draft"
    assert refused(lambda: drop_circular(circular=circular, actor=office)) == "not_draft"
    for statement in ("UPDATE evaluation_circular SET text = 'x'", "DELETE FROM evaluation_circular"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_pages_of_the_office(cycle: Cycle, office: User, second_office: User, client_for: SignIn) -> None:
    first, second = client_for(office), client_for(second_office)
    first.post(reverse("results:circular-create", args=[2012]))
    circular = Circular.objects.get()
    edit, detail = (reverse(f"results:circular-{name}", args=[2012, circular.pk]) for name in ("edit", "detail"))
    typed = {
        "title": "关于评议的通报",
        "addressee": "各单位",
        "text": "一、打字打了很久",
        "number": "1号",
        "copies_to": "",
    }
    wrong = first.post(edit, typed)
    assert wrong.status_code == 422
    assert "打字打了很久" in wrong.content.decode()
    assert first.post(edit, {**typed, "number": "市效能办[2012]3号"}).status_code == 302
    assert not first.get(detail).context["may_issue"]
    assert second.get(detail).context["may_issue"]
    second.post(reverse("results:circular-issue", args=[2012, circular.pk]))
    circular.refresh_from_db()
    assert (circular.status, circular.number) == ("issued", "市效能办〔2012〕3号")
    answer = first.get(reverse("results:circular-file", args=[2012, circular.pk, "pdf"]))
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")  # type: ignore[attr-defined]
    assert first.get(reverse("results:circular-list", args=[2012])).status_code == 200
