from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.recognition.models import Commendation, Recommendation, Selection, YearEndGrade
from evaluation.recognition.services import commend, mark_selection, publish_selection
from evaluation.roster.models import Appraisal
from evaluation.units.models import Role, Unit
from tests.factories import appraisal_of, member, published_pool
from tests.recognition.conftest import DEEDS, leader, recommended, villagers

ClientFor = Callable[[User], Client]
LISTS = [
    "recommendation-list",
    "selection-list",
    "commendation-list",
    "grade-list",
    "assessment-list",
]


def address(name: str, *args: object) -> str:
    return reverse(f"recognition:{name}", args=[2012, *args])


def test_from_candidate_to_submission(
    unit: Unit, candidates: list[Appraisal], unit_admin: User, client_for: ClientFor
) -> None:
    client = client_for(unit_admin)
    assert "第二名" in client.get(address("candidate-list", unit.code)).content.decode()
    client.post(address("recommendation-choose", unit.code), {"appraisal": candidates[0].pk})
    row = Recommendation.objects.get()
    client.post(address("recommendation-edit", row.pk), {"resume": "简历", "deeds": DEEDS})
    client.post(address("recommendation-submit", row.pk))
    row.refresh_from_db()
    assert row.status == "submitted"


def test_short_deeds_are_saved_with_a_warning(
    recommendation: Recommendation, unit_admin: User, client_for: ClientFor
) -> None:
    client = client_for(unit_admin)
    page = client.post(
        address("recommendation-edit", recommendation.pk), {"resume": "简历", "deeds": "很短"}, follow=True
    )
    assert [message.level_tag for message in page.context["messages"]] == ["success", "warning"]


def test_deeds_that_are_too_long_are_kept_in_the_form(
    recommendation: Recommendation, unit_admin: User, client_for: ClientFor
) -> None:
    page = client_for(unit_admin).post(
        address("recommendation-edit", recommendation.pk), {"resume": "简历", "deeds": "独特" * 1600}
    )
    assert page.status_code == 200
    assert "独特" in page.content.decode()


def test_another_unit_finds_nothing(
    recommendation: Recommendation, unit: Unit, other_admin: User, client_for: ClientFor
) -> None:
    stranger = client_for(other_admin)
    assert stranger.get(address("candidate-list", unit.code)).status_code == 404
    assert stranger.post(address("recommendation-choose", unit.code)).status_code == 404
    for name in ("recommendation-detail", "recommendation-edit"):
        assert stranger.get(address(name, recommendation.pk)).status_code == 404
    assert stranger.post(address("recommendation-submit", recommendation.pk)).status_code == 404


def test_the_approver_reads_and_does_not_write(
    recommendation: Recommendation, approver: User, client_for: ClientFor
) -> None:
    client = client_for(approver)
    assert client.get(address("recommendation-detail", recommendation.pk)).status_code == 200
    assert client.get(address("recommendation-edit", recommendation.pk)).status_code == 403


def test_the_ten_best_are_chosen_on_one_list(
    cycle: Cycle, office: User, organisation: User, client_for: ClientFor
) -> None:
    rows = [recommended(cycle, office) for _number in range(2)]
    for user in (office, organisation):
        client_for(user).post(address("selection-mark"), {"pk": [row.pk for row in rows]})
    client_for(office).post(address("selection-publish"))
    assert Selection.objects.published().count() == 2


@pytest.mark.parametrize("reader", ["unit_admin", "approver"])
def test_units_do_not_see_the_choice(
    cycle: Cycle, request: pytest.FixtureRequest, client_for: ClientFor, reader: str
) -> None:
    assert client_for(request.getfixturevalue(reader)).get(address("selection-list")).status_code == 403


def test_the_auditor_reads_and_does_not_mark(cycle: Cycle, auditor: User, client_for: ClientFor) -> None:
    assert client_for(auditor).get(address("selection-list")).status_code == 200
    assert client_for(auditor).post(address("selection-mark")).status_code == 403


def test_commendation_of_a_list(
    cycle: Cycle, town: Unit, town_admin: User, town_approver: User, client_for: ClientFor
) -> None:
    rows = villagers(cycle, town, 3)
    client_for(town_admin).post(
        address("commendation-create"), {"title": "优秀村干部", "pk": [row.pk for row in rows[:2]]}
    )
    client_for(town_approver).post(address("commendation-publish"), {"all": "1"})
    assert Commendation.objects.published().count() == 2


def test_choice_and_title_are_kept_where_commendation_is_refused(
    cycle: Cycle, town: Unit, town_admin: User, client_for: ClientFor
) -> None:
    (row,) = villagers(cycle, town, 1)
    page = client_for(town_admin).post(
        address("commendation-create"), {"title": "", "reason": "理由写好了", "pk": [row.pk]}
    )
    body = page.content.decode()
    assert "理由写好了" in body
    assert "checked" in body


def test_another_town_commends_nobody_here(cycle: Cycle, town: Unit, other_admin: User, client_for: ClientFor) -> None:
    (row,) = villagers(cycle, town, 1)
    client_for(other_admin).post(address("commendation-create"), {"title": "优秀", "pk": [row.pk]})
    assert not Commendation.objects.exists()


def test_grades_of_the_own_team_only(
    cycle: Cycle, unit: Unit, other_unit: Unit, unit_admin: User, client_for: ClientFor
) -> None:
    mine, other = leader(cycle, unit), leader(cycle, other_unit)
    client_for(unit_admin).post(
        address("grade-enter"), {f"grade-{mine.pk}": "excellent", f"grade-{other.pk}": "incompetent"}
    )
    assert YearEndGrade.objects.get().appraisal == mine


def test_the_list_of_a_unit_shows_nobody_of_another(
    cycle: Cycle, unit: Unit, other_unit: Unit, unit_admin: User, client_for: ClientFor
) -> None:
    leader(cycle, other_unit, name="别家局长")
    published_pool(cycle=cycle, appraisals=[appraisal_of(cycle=cycle, unit=other_unit, name="别家科长")])
    leader(cycle, unit, name="本局局长")
    for part in ("teams", "leaders", "mid_level"):
        body = client_for(unit_admin).get(address("assessment-list"), {"part": part}).content.decode()
        assert "别家" not in body
        assert "市司法局" not in body


def test_the_export_is_a_workbook(cycle: Cycle, organisation: User, client_for: ClientFor) -> None:
    answer = client_for(organisation).get(address("assessment-export"))
    assert answer.content.startswith(b"PK")


def test_residents_read_the_ten_best_only_once_published(
    client: Client, cycle: Cycle, office: User, organisation: User
) -> None:
    row = recommended(cycle, office)
    mark_selection(cycle=cycle, recommendations=[row], side="office", actor=office)
    mark_selection(cycle=cycle, recommendations=[row], side="organisation", actor=organisation)
    assert row.appraisal.name not in client.get(reverse("portal:honour-list")).content.decode()

    publish_selection(cycle=cycle, actor=office)

    assert row.appraisal.name in client.get(reverse("portal:honour-list")).content.decode()


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("reader", ["office", "organisation", "auditor"])
def test_city_roles_open_the_lists(
    cycle: Cycle, request: pytest.FixtureRequest, client_for: ClientFor, name: str, reader: str
) -> None:
    assert client_for(request.getfixturevalue(reader)).get(address(name)).status_code == 200


@pytest.mark.parametrize("name", LISTS)
def test_cadres_have_no_business_here(cycle: Cycle, unit: Unit, client_for: ClientFor, name: str) -> None:
    assert client_for(member(role=Role.CADRE, unit=unit)).get(address(name)).status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        *(pytest.param(address_of, id=address_of) for address_of in LISTS),
        "commendation-create",
        "assessment-list?part=leaders",
        "assessment-list?part=mid_level",
    ],
)
def test_queries_do_not_grow_with_the_rows(
    cycle: Cycle, town: Unit, unit: Unit, office: User, town_admin: User, client_for: ClientFor, path: str
) -> None:
    name, _mark, query = path.partition("?")
    client = client_for(office)

    def more(number: int, of: Unit) -> None:
        for _number in range(number):
            recommended(cycle, office)
            leader(cycle, of)
        village = Unit.objects.create(code=f"t{number}", name=f"镇{number}", kind=Unit.Kind.TOWN)
        rows = villagers(cycle, village, number * 2)
        commend(cycle=cycle, appraisals=rows[:number], title="优秀", reason="", actor=town_admin)

    more(1, unit)
    first = _queries(client, f"{address(name)}?{query}")
    more(3, town)
    assert _queries(client, f"{address(name)}?{query}") == first


def test_queries_of_the_candidates_do_not_grow(
    cycle: Cycle, unit: Unit, other_unit: Unit, office: User, client_for: ClientFor
) -> None:
    published_pool(cycle=cycle, appraisals=[appraisal_of(cycle=cycle, unit=unit)])
    published_pool(cycle=cycle, appraisals=[appraisal_of(cycle=cycle, unit=other_unit) for _number in range(3)])
    client = client_for(office)
    assert _queries(client, address("candidate-list", unit.code)) == _queries(
        client, address("candidate-list", other_unit.code)
    )


def _queries(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)
