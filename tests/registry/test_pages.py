from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.registry.models import IssuedDocument, IssuedScan, NumberSeries
from evaluation.units.models import Membership, Role, Unit
from tests.registry.test_services import PDF, automatic, issued

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.usefixtures("cycle")


def url(name: str, *keys: object) -> str:
    return reverse(f"registry:{name}", args=[2012, *keys])


@pytest.fixture
def document(unit: Unit, unit_admin: User) -> IssuedDocument:
    return issued(unit, unit_admin, number="民评整改〔2012〕7号")


def test_the_list_is_narrowed(document: IssuedDocument, unit: Unit, office: User, client_for: SignIn) -> None:
    other = issued(None, office, about="a.A:2", title="通报", kind="circular", issuer="市效能办")
    client = client_for(office)

    def found(**query: str) -> list[IssuedDocument]:
        return list(client.get(url("document-list"), query).context["page_obj"])

    assert found() == [other, document]
    assert found(kind="circular") == found(unit="@office") == found(q="通报") == [other]
    assert found(unit=unit.code) == found(q="7号") == [document]
    IssuedScan.objects.create(document=other, file=other.pdf)
    assert found(scan="missing") == [document]


def test_the_kept_bytes_come_back(document: IssuedDocument, unit_admin: User, client_for: SignIn) -> None:
    response = client_for(unit_admin).get(url("document-file", document.pk, "pdf"))
    assert b"".join(response.streaming_content) == PDF + document.number.encode()  # type: ignore[attr-defined]
    assert "attachment" in response["Content-Disposition"]
    assert client_for(unit_admin).get(url("document-file", document.pk, "exe")).status_code == 404


def test_the_page_says_whether_the_file_is_as_issued(
    document: IssuedDocument, unit_admin: User, client_for: SignIn
) -> None:
    page, client = url("document-detail", document.pk), client_for(unit_admin)
    assert client.get(page).context["verified"].is_sound
    document.pdf.file.storage.delete(str(document.pdf.file.name))
    assert not client.get(page).context["verified"].is_sound


def test_a_scan_is_laid_beside(document: IssuedDocument, unit_admin: User, client_for: SignIn) -> None:
    client = client_for(unit_admin)
    refused = client.post(url("scan-add", document.pk), {"scan": SimpleUploadedFile("a.pdf", b"no pdf")})
    assert refused.status_code == 422
    upload = SimpleUploadedFile("盖章.pdf", b"%PDF-1.4\n%%EOF")
    assert client.post(url("scan-add", document.pk), {"scan": upload}).status_code == 302
    scan = document.scans.get()
    kept = client.get(url("scan-file", document.pk, scan.pk))
    assert b"".join(kept.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]


def test_a_stranger_finds_nothing(document: IssuedDocument, other_admin: User, client_for: SignIn) -> None:
    client = client_for(other_admin)
    for name, keys in (("document-detail", ()), ("document-file", ("pdf",))):
        assert client.get(url(name, document.pk, *keys)).status_code == 404
    assert client.post(url("scan-add", document.pk)).status_code == 404


def test_who_was_addressed_reads_and_lays_no_scan_beside(
    office: User, unit: Unit, unit_admin: User, client_for: SignIn
) -> None:
    document = issued(None, office, addressee=unit, issuer="市效能办")
    client = client_for(unit_admin)
    assert client.get(url("document-detail", document.pk)).status_code == 200
    assert client.post(url("scan-add", document.pk)).status_code == 404


def test_a_series_is_switched(unit: Unit, unit_admin: User, client_for: SignIn) -> None:
    client, page = client_for(unit_admin), url("series-edit", unit.code, "rectification-notice")
    assert client.get(url("series-list")).status_code == 200
    refused = client.post(page, {"sign": "", "is_automatic": "on"})
    assert refused.status_code == 422
    client.post(page, {"sign": "民评整改", "is_automatic": "on"})
    assert NumberSeries.objects.get(unit=unit).is_automatic
    assert "民评整改" in client.get(url("series-list")).content.decode()


@pytest.mark.parametrize("owner", ["@office", "other"])
def test_nobody_numbers_for_others(owner: str, unit_admin: User, other_unit: Unit, client_for: SignIn) -> None:
    code = other_unit.code if owner == "other" else owner
    assert client_for(unit_admin).post(url("series-edit", code, "circular"), {"sign": "x"}).status_code == 404


def test_other_roles_in_a_unit_do_not_number_for_it(unit_admin: User, other_unit: Unit, client_for: SignIn) -> None:
    Membership.objects.create(user=unit_admin, unit=other_unit, role=Role.APPROVER)
    client = client_for(unit_admin)
    assert client.post(url("series-edit", other_unit.code, "circular"), {"sign": "x"}).status_code == 404
    assert other_unit.name not in client.get(url("series-list")).content.decode()


def test_a_document_stands_in_its_year_alone(document: IssuedDocument, unit_admin: User, client_for: SignIn) -> None:
    for name, keys in (("document-detail", ()), ("document-file", ("pdf",))):
        address = reverse(f"registry:{name}", args=[2013, document.pk, *keys])
        assert client_for(unit_admin).get(address).status_code == 404


def test_the_office_numbers_as_itself(office: User, client_for: SignIn) -> None:
    client_for(office).post(url("series-edit", "@office", "circular"), {"sign": "市效能办", "is_automatic": "on"})
    assert NumberSeries.objects.get().unit is None


def test_the_list_costs_the_same_with_one_and_three(
    cycle: Cycle, unit: Unit, unit_admin: User, client_for: SignIn
) -> None:
    automatic(unit, unit_admin)
    client, costs = client_for(unit_admin), []
    for place in (1, 2, 3):
        issued(unit, unit_admin, about=f"a.A:{place}")
        client.get(url("document-list"))
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url("document-list")).status_code == 200
        costs.append(len(captured))
    assert costs[0] == costs[2]
