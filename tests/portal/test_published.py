"""Only what is published appears; what was asked for wrongly is ignored; no list asks per row."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from evaluation.ballots.models import BallotBox
from evaluation.cycle.models import Cycle, Track
from evaluation.cycle.services import create_cycle
from evaluation.meetings.models import Inquiry
from evaluation.recognition.models import Commendation, Recommendation, Selection
from evaluation.results.models import Publication
from evaluation.results.services import compute_publication
from evaluation.roster.models import Appraisal
from evaluation.units.models import Unit
from tests.factories import appraisal_of, pledge_of, unit_of
from tests.portal.conftest import SECRET, meeting_of, plan_of, show
from tests.results.conftest import ORDER, judged

LISTS = ["portal:home", "portal:search", "portal:result-list", "portal:honour-list", "portal:year-list"]
TEXTS = ["portal:about", "portal:help", "portal:accessibility", "portal:open-data", "portal:components"]


def address(appraisal: Appraisal, name: str = "portal:cadre-detail") -> str:
    return reverse(name, args=[appraisal.cycle.year, appraisal.home_unit.code, appraisal.public_code])


def unit_address(unit: Unit, year: int = 2012) -> str:
    return reverse("portal:unit-detail", args=[year, unit.code])


def text(client: Client, url: str, **query: str) -> str:
    response = client.get(url, query)
    assert response.status_code == 200
    return response.content.decode()


def test_nothing_unpublished_appears_anywhere(
    client: Client,
    cycle: Cycle,
    unit: Unit,
    other_unit: Unit,
    published: Appraisal,
    hidden: Appraisal,
    computed: Publication,
) -> None:
    pages = [reverse(name) for name in LISTS + TEXTS]
    pages += [
        unit_address(unit),
        unit_address(other_unit),
        address(published),
        reverse("portal:year-detail", args=[2012]),
    ]
    pages += [reverse("portal:results-csv", args=[2012])]

    assert [page for page in pages if SECRET in text(client, page)] == []
    found = client.get(reverse("portal:search"), {"q": SECRET}).context["page_obj"]
    assert list(found) == []


def test_the_open_data_begin_with_the_first_published_list(client: Client, computed: Publication) -> None:
    url = reverse("portal:results-file", args=[2012])
    assert client.get(url).status_code == 404

    show(computed)

    assert client.get(url).status_code == 200


def test_an_unpublished_result_has_no_figures_in_the_open_data(
    client: Client, cycle: Cycle, unit: Unit, unit_admin: User, computed: Publication
) -> None:
    judged(cycle=cycle, unit=unit, name="王公开")
    show(compute_publication(cycle=cycle, track=Track.MID_LEVEL, organising_unit=unit, actor=unit_admin))

    document = client.get(reverse("portal:results-file", args=[2012])).json()

    pending = next(entry for entry in document["appraisals"] if entry["organising_unit"] != unit.name)
    assert not pending.get("tallies")
    assert "published" not in pending


@pytest.mark.parametrize("name", ["portal:cadre-detail", "portal:cadre-photo"])
def test_a_cadre_without_anything_published_is_not_there(client: Client, hidden: Appraisal, name: str) -> None:
    assert client.get(address(hidden, name)).status_code == 404


def test_a_draft_meeting_is_not_there(client: Client, cycle: Cycle, unit: Unit) -> None:
    meeting = meeting_of(cycle=cycle, unit=unit, status="draft")
    url = reverse("portal:meeting-detail", args=[2012, unit.code, meeting.public_code])

    assert client.get(url).status_code == 404
    type(meeting).objects.filter(pk=meeting.pk).update(status="announced")
    assert client.get(url).status_code == 200


def test_what_was_asked_is_public_only_with_the_report_of_the_meeting(
    client: Client, cycle: Cycle, unit: Unit, published: Appraisal
) -> None:
    meeting = meeting_of(cycle=cycle, unit=unit, status="held")
    Inquiry.objects.create(
        meeting=meeting,
        appraisal=published,
        kind="question",
        topic="style",
        asked_by="supervisor",
        question="窗口几点开门？",
    )
    url = reverse("portal:meeting-detail", args=[2012, unit.code, meeting.public_code])
    assert "窗口几点开门？" not in text(client, url)

    type(meeting).objects.filter(pk=meeting.pk).update(status="reported")

    assert "窗口几点开门？" in text(client, url)


def test_a_list_of_results_is_there_from_the_notice_on(client: Client, other_unit: Unit, computed: Publication) -> None:
    url = reverse("portal:publication-detail", args=[2012, other_unit.code, computed.public_code])

    assert client.get(url).status_code == 404
    show(computed)
    assert SECRET in text(client, url)
    assert SECRET in text(client, reverse("portal:result-list"))
    assert SECRET in text(client, reverse("portal:results-csv", args=[2012]))


def test_a_draft_year_is_not_there(client: Client, office: User, published: Appraisal) -> None:
    create_cycle(year=2013, actor=office, city_name="示范市")

    assert client.get(reverse("portal:year-detail", args=[2013])).status_code == 404
    assert client.get(unit_address(published.home_unit, 2013)).status_code == 404
    assert client.get(reverse("portal:results-file", args=[2013])).status_code == 404
    assert client.get(reverse("portal:search"), {"year": "2013"}).context["cycle"].year == 2012


def test_a_page_of_a_cadre_shows_the_pledge_but_not_the_drafts(
    client: Client, published: Appraisal, hidden: Appraisal
) -> None:
    plan_of(appraisal=published, problem="草稿里的问题")

    page = text(client, address(published))

    assert "承诺事项1" in page
    assert "草稿里的问题" not in page


def test_a_window_head_is_found_under_either_unit(client: Client, cycle: Cycle, unit: Unit, other_unit: Unit) -> None:
    appraisal = appraisal_of(cycle=cycle, unit=unit, organising_unit=other_unit)
    pledge_of(appraisal=appraisal, status="published")

    for code in (unit.code, other_unit.code):
        url = reverse("portal:cadre-detail", args=[2012, code, appraisal.public_code])
        assert client.get(url).status_code == 200
    assert (
        client.get(reverse("portal:cadre-detail", args=[2012, unit_of().code, appraisal.public_code])).status_code
        == 404
    )


def test_villages_stand_under_their_town(client: Client, cycle: Cycle) -> None:
    town = unit_of("东湖镇", Unit.Kind.TOWN)
    village = unit_of("汇头林村", Unit.Kind.VILLAGE, parent=town)
    villager = appraisal_of(cycle=cycle, unit=village, organising_unit=town, track=Track.VILLAGE, name="李村民")
    pledge_of(appraisal=villager, status="published")

    assert "李村民" not in text(client, unit_address(town))
    assert unit_address(village) in text(client, unit_address(town))
    assert "李村民" in text(client, unit_address(village))


def test_home_says_what_can_be_done_today(
    client: Client, cycle: Cycle, unit: Unit, published: Appraisal, computed: Publication
) -> None:
    meeting_of(cycle=cycle, unit=unit, title="近期会议")
    plan_of(appraisal=published, open_days=3)
    show(computed)

    page = text(client, reverse("portal:home"))

    assert "近期会议" in page
    assert address(published) in page
    assert computed.public_code in page


def test_progress_counts_what_is_published(
    client: Client, cycle: Cycle, published: Appraisal, hidden: Appraisal
) -> None:
    first = client.get(reverse("portal:home")).context["progress"][0]

    assert (first.done, first.total) == (1, 2)


@pytest.mark.parametrize(
    "query",
    [
        {"page": "abc"},
        {"page": "-1"},
        {"units": "x"},
        {"year": "nineteen"},
        {"year": "9999"},
        {"track": "emperor"},
        {"unit": "' OR 1=1"},
        {"q": "\x00%_"},
        {"q": "长" * 5000},
    ],
)
@pytest.mark.parametrize("name", ["portal:search", "portal:result-list", "portal:honour-list"])
def test_forged_parameters_are_ignored(client: Client, published: Appraisal, name: str, query: dict[str, str]) -> None:
    assert client.get(reverse(name), query).status_code == 200


@pytest.mark.parametrize("asked", ["王公开", "公开", "民政", "王 民政", "办公室"])
def test_search_finds_by_name_unit_and_section(client: Client, published: Appraisal, asked: str) -> None:
    assert list(client.get(reverse("portal:search"), {"q": asked}).context["page_obj"]) == [published]


def test_honours_show_what_both_have_published(
    client: Client, cycle: Cycle, published: Appraisal, office: User, organisation: User
) -> None:
    recommendation = Recommendation.objects.create(cycle=cycle, unit=published.home_unit, appraisal=published)
    selection = Selection.objects.create(recommendation=recommendation, office_by=office, organisation_by=organisation)
    commended = appraisal_of(cycle=cycle, unit=unit_of(), name="赵表彰")
    Commendation.objects.create(appraisal=commended, title="优秀村干部", commended_by=office)
    url = reverse("portal:honour-list")
    assert published.name not in text(client, url)
    assert "赵表彰" not in text(client, url)

    Selection.objects.filter(pk=selection.pk).update(published_at=timezone.now())
    Commendation.objects.update(published_at=timezone.now())

    assert published.name in text(client, url)
    assert "赵表彰" in text(client, url)


def test_public_addresses_carry_no_serial_keys(
    client: Client, cycle: Cycle, unit: Unit, published: Appraisal, computed: Publication
) -> None:
    meeting_of(cycle=cycle, unit=unit)
    show(computed)
    for name in [reverse("portal:home"), reverse("portal:search"), unit_address(unit), address(published)]:
        links = re.findall(r'(?:href|action)="(/2012/[^"]*)"', text(client, name))
        assert links
        for link in links:
            assert not any(part.isdecimal() for part in link.split("/")[2:]), link


def _cadres(cycle: Cycle, unit: Unit, admin: User, count: int) -> None:
    for _place in range(count):
        appraisal = judged(cycle=cycle, unit=unit)
        pledge_of(appraisal=appraisal, status="published")
        plan_of(appraisal=appraisal, open_days=3)
        meeting_of(cycle=cycle, unit=unit)
        unit_of()
    show(compute_publication(cycle=cycle, track=Track.MID_LEVEL, organising_unit=unit, actor=admin))


@pytest.mark.parametrize("place", ["home", "search", "unit", "results", "year", "pool", "honours", "csv"])
def test_query_counts_do_not_grow(
    client: Client,
    cycle: Cycle,
    unit: Unit,
    other_unit: Unit,
    unit_admin: User,
    place: str,
    django_assert_max_num_queries: Any,
) -> None:
    def url(of: Unit) -> str:
        urls: dict[str, Callable[[], str]] = {
            "home": lambda: reverse("portal:home"),
            "search": lambda: reverse("portal:search"),
            "unit": lambda: unit_address(of),
            "results": lambda: reverse("portal:result-list"),
            "year": lambda: reverse("portal:year-detail", args=[2012]),
            "pool": lambda: reverse(
                "portal:publication-detail", args=[2012, of.code, of.publications.get().public_code]
            ),
            "honours": lambda: reverse("portal:honour-list"),
            "csv": lambda: reverse("portal:results-csv", args=[2012]),
        }
        return urls[place]()

    _cadres(cycle, unit, unit_admin, 1)
    with django_assert_max_num_queries(40) as one:
        client.get(url(unit))
    _cadres(cycle, other_unit, unit_admin, 3)
    with django_assert_max_num_queries(len(one.captured_queries)):
        client.get(url(other_unit))


@pytest.mark.parametrize(
    ("fields", "is_shown"),
    [
        ({"state": "open"}, True),
        ({"state": "ready"}, True),
        ({"state": "draft"}, False),
        ({"state": "open", "is_trial": True}, False),
        ({"state": "open", "kind": "meeting"}, False),
        ({"state": "open", "closes_at": timedelta(minutes=-1)}, False),
    ],
)
def test_home_leads_to_the_public_boxes_that_are_open(
    client: Client, cycle: Cycle, unit: Unit, fields: dict[str, Any], is_shown: bool
) -> None:
    now, state = timezone.now(), BallotBox.State(fields.pop("state"))
    closes_at = now + fields.pop("closes_at", timedelta(days=1))
    given = {"kind": "public", "opens_at": now - timedelta(hours=2), "closes_at": closes_at, **fields}
    box = BallotBox.objects.create(cycle=cycle, unit=unit, track=Track.MID_LEVEL, title="公众测评", **given)
    for passed in ORDER[1 : ORDER.index(state) + 1]:
        BallotBox.objects.filter(pk=box.pk).update(state=passed)

    assert (reverse("vote:public-box", args=[box.public_code]) in text(client, reverse("portal:home"))) is is_shown
