"""Posters, boards and plates as they come out of the printer (C6)."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from PIL import Image

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.cycle.services import create_cycle
from evaluation.errors import DomainError
from evaluation.files.services import store_photo
from evaluation.guard.models import SiteTest
from evaluation.pledges.models import Pledge
from evaluation.pledges.posters import board_pdf, plates_pdf, poster_pdf
from evaluation.pledges.workbook import media_list
from evaluation.units.models import Role, Unit
from tests.factories import appraisal_of, member, pledge_of
from tests.printing import codes_of, sizes_of, text_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
SENTENCE = "负责全市城乡居民最低生活保障、特困人员供养和临时救助，依法办理每一件申请。"


@pytest.fixture
def published(cycle: Cycle, unit: Unit) -> Callable[..., Pledge]:
    def make(name: str, of: Unit = unit, **fields: object) -> Pledge:
        post: dict[str, Any] = {key: fields.pop(key) for key in ("post", "office", "order") if key in fields}
        appraisal = appraisal_of(cycle=cycle, unit=of, name=name, **post)
        return pledge_of(appraisal=appraisal, **{"status": "published", **fields})  # type: ignore[arg-type]

    return make


def address_of(pledge: Pledge) -> str:
    row = pledge.appraisal
    return f"http://127.0.0.1:8000/2012/{row.organising_unit.code}/{row.public_code}/"


def photo(office: User) -> object:
    out = io.BytesIO()
    Image.new("RGB", (300, 400), "grey").save(out, "PNG")
    return store_photo(upload=SimpleUploadedFile("人.png", out.getvalue()), actor=office)


def test_a_poster_says_everything_on_one_page(
    tested_site: SiteTest, published: Callable[..., Pledge], office: User, unit: Unit
) -> None:
    Unit.objects.filter(pk=unit.pk).update(telephone="0500-12345678")
    rows = [
        published("张三", photo=photo(office), items=3, staff_number="YX0007"),
        published("阿卜杜热依木·买买提堃", post="建设项目联合审批窗口首席代表兼综合科副科长"),
        published("王喆", duties="\n".join([SENTENCE] * 5), commitments=SENTENCE * 3, items=4),
    ]

    pdf = poster_pdf(rows)

    assert sizes_of(pdf) == [(210, 297)] * 3
    for place, row in enumerate(rows, start=1):
        text = text_of(pdf, place)
        said = ["公开履职承诺公示", "示范市", row.appraisal.name[-1], row.appraisal.post, "市民政局", "0500-12345678"]
        said += [*row.duties.split("\n"), row.commitments, row.identity, row.staff_number, "照片" if place > 1 else ""]
        said += [item.text for item in row.items.all()]
        assert [words for words in said if words not in text] == []
        assert "（续）" not in text
    assert codes_of(pdf) == [address_of(row) for row in rows]


def test_a_very_long_poster_fills_its_pages(tested_site: SiteTest, published: Callable[..., Pledge]) -> None:
    lines = [f"{number}号事项：{SENTENCE}" for number in range(18)]
    row = published("张三", duties="\n".join(lines), commitments="\n".join([SENTENCE] * 4), items=3)

    pdf = poster_pdf([row], size="A3")

    sizes = sizes_of(pdf)
    assert sizes == [(297, 420)] * len(sizes)
    text = text_of(pdf)
    assert [line for line in [*lines, SENTENCE, "承诺事项3"] if line not in text] == []
    assert "张三·公开履职承诺公示（续）" in text_of(pdf, 2)
    # The last page carries far more than its head and foot (about 120 characters).
    assert len(text_of(pdf, len(sizes))) > 220
    assert codes_of(pdf, 80) == [address_of(row)] * len(sizes)


def test_a_board_shows_all_cadres_of_the_unit(
    tested_site: SiteTest, published: Callable[..., Pledge], cycle: Cycle, unit: Unit, other_unit: Unit
) -> None:
    rows = [published(f"干部{place:02}", order=place, items=2) for place in range(13)]
    published("别单位的人", of=other_unit)
    published("未公布的人", status="approved")

    pdf = board_pdf(cycle, unit, size="A3")

    assert sizes_of(pdf) == [(420, 297)] * 2
    text = text_of(pdf)
    assert [row.appraisal.name for row in rows if row.appraisal.name not in text] == []
    assert "别单位的人" not in text and "未公布的人" not in text
    assert text.count("承诺事项2") == 13
    assert codes_of(pdf, 80) == [f"http://127.0.0.1:8000/2012/{unit.code}/"] * 2


def test_what_has_no_room_on_a_board_is_cut_and_stays_in_its_card(
    tested_site: SiteTest, published: Callable[..., Pledge], cycle: Cycle, unit: Unit
) -> None:
    for place in range(12):
        row = published("买买提·阿卜杜热依木" if place else "甲", order=place, post="首席代表兼" * 12)
        row.items.update(text="办理事项全部公开，" * 30)

    pdf = board_pdf(cycle, unit, size="A4")

    assert sizes_of(pdf) == [(297, 210)]
    text = text_of(pdf)
    assert text.count("…") == 24  # of every cadre the post and the item
    assert text.count("办理事项") < 12 * 20


def test_a_board_is_of_its_year(
    tested_site: SiteTest, published: Callable[..., Pledge], cycle: Cycle, unit: Unit, office: User
) -> None:
    published("张某某")
    old = create_cycle(year=2011, actor=office)
    pledge_of(appraisal=appraisal_of(cycle=old, unit=unit, name="去年的人"), status="published")

    assert "去年的人" not in text_of(board_pdf(cycle, unit, size="A4"))
    rows = load_workbook(io.BytesIO(media_list(cycle))).active.iter_rows(values_only=True)  # type: ignore[union-attr]
    assert not [row for row in rows if "去年的人" in row]


def test_who_is_exempt_has_no_poster(
    tested_site: SiteTest, client_for: SignIn, published: Callable[..., Pledge], office: User
) -> None:
    row = published("张三")
    type(row.appraisal).objects.filter(pk=row.appraisal_id).update(exempt=True, exempt_reason="病假")
    assert client_for(office).get(reverse("pledges:pledge-poster", args=[2012, row.appraisal_id])).status_code == 404


def test_plates_stand_two_on_a_sheet_with_two_faces(tested_site: SiteTest, published: Callable[..., Pledge]) -> None:
    rows = [published(name) for name in ("甲某某", "乙某某", "丙某某")]

    pdf = plates_pdf(rows)

    assert sizes_of(pdf) == [(210, 297)] * 2
    text = text_of(pdf)
    assert [text.count(row.appraisal.name) for row in rows] == [2, 2, 2]
    assert sorted(codes_of(pdf)) == sorted(address_of(row) for row in rows)


@pytest.mark.parametrize("status", ["draft", "submitted", "returned", "approved"])
def test_only_what_is_public_is_printed(tested_site: SiteTest, published: Callable[..., Pledge], status: str) -> None:
    with pytest.raises(DomainError) as refused:
        poster_pdf([published("张三"), published("李四", status=status)])

    assert refused.value.code == "not_public"


def test_nothing_is_printed_before_a_phone_has_opened_the_test_code(
    published: Callable[..., Pledge], cycle: Cycle, unit: Unit
) -> None:
    row = published("张三")

    for make in (lambda: poster_pdf([row]), lambda: plates_pdf([row]), lambda: board_pdf(cycle, unit)):
        with pytest.raises(DomainError) as refused:
            make()
        assert refused.value.code == "site_untested"


def test_a_page_without_test_leads_to_the_test_code(
    client_for: SignIn, published: Callable[..., Pledge], office: User
) -> None:
    row = published("张三")

    answer = client_for(office).get(reverse("pledges:pledge-poster", args=[2012, row.appraisal_id]))

    assert answer.status_code == 302
    assert answer["Location"] == reverse("desk:site-test")


def test_a_cadre_prints_the_own_poster_alone(
    tested_site: SiteTest, client_for: SignIn, published: Callable[..., Pledge], unit: Unit
) -> None:
    mine, other = published("张三"), published("李四")
    cadre = member(role=Role.CADRE, unit=unit)
    mine.appraisal.cadre.user = cadre
    mine.appraisal.cadre.save()
    client = client_for(cadre)

    own = client.get(reverse("pledges:pledge-poster", args=[2012, mine.appraisal_id]))

    assert own["Content-Type"] == "application/pdf"
    assert "attachment" in own["Content-Disposition"]
    assert client.get(reverse("pledges:pledge-poster", args=[2012, other.appraisal_id])).status_code == 404
    assert client.post(reverse("pledges:pledge-posters", args=[2012]), {"pk": [mine.appraisal_id]}).status_code == 403


def test_the_chosen_are_printed_and_nobody_elses(
    tested_site: SiteTest, client_for: SignIn, published: Callable[..., Pledge], unit_admin: User, other_unit: Unit
) -> None:
    rows = [
        published("张三"),
        published("李四"),
        published("王五", of=other_unit),
        published("赵六", status="approved"),
    ]
    chosen = {"pk": [rows[0].appraisal_id, rows[2].appraisal_id, rows[3].appraisal_id]}

    answer = client_for(unit_admin).post(reverse("pledges:pledge-posters", args=[2012]), chosen)

    assert len(sizes_of(answer.content)) == 1
    assert "三" in text_of(answer.content)


def test_the_list_offers_posters_board_and_media_list(
    client_for: SignIn, published: Callable[..., Pledge], unit_admin: User, organisation: User, unit: Unit
) -> None:
    published("张三")

    shown = client_for(unit_admin).get(reverse("pledges:pledge-list", args=[2012]))
    reader = client_for(organisation).get(reverse("pledges:pledge-list", args=[2012]))

    for address in (
        reverse("pledges:pledge-posters", args=[2012]),
        reverse("pledges:unit-board", args=[2012, unit.code]),
    ):
        assert address in shown.text
        assert address not in reader.text


def test_too_many_at_once_ask_for_a_filter(
    tested_site: SiteTest,
    client_for: SignIn,
    published: Callable[..., Pledge],
    office: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("evaluation.pledges.print_views.MOST_AT_ONCE", 1)
    published("张三"), published("李四")

    answer = client_for(office).post(reverse("pledges:pledge-plates", args=[2012]), {"all": "1"}, follow=True)

    assert "一次最多打印1份" in answer.text


def test_the_media_list_has_a_row_for_each_published_pledge(
    published: Callable[..., Pledge], cycle: Cycle, unit: Unit, other_unit: Unit
) -> None:
    row = published("张三", duties="=1+1", items=2)
    published("王五", of=other_unit)
    published("赵六", status="submitted")

    [sheet] = load_workbook(io.BytesIO(media_list(cycle, unit))).worksheets
    [city] = load_workbook(io.BytesIO(media_list(cycle))).worksheets

    cells = [[cell.value for cell in line] for line in sheet.iter_rows()]
    [line] = [line for line in cells if "张三" in line]
    assert address_of(row) in line and "=1+1" in line and "1. 承诺事项1\n2. 承诺事项2" in line
    assert all(cell.data_type != "f" for line in sheet.iter_rows() for cell in line)
    assert not any("王五" in line for line in cells)
    names = [cell.value for line in city.iter_rows() for cell in line]
    assert "王五" in names and "赵六" not in names
