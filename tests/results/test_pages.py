"""Every page and act of the room: who opens it, what it says, what a list costs."""

from collections.abc import Callable

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from evaluation.cycle.models import Cycle, Track
from evaluation.daily.models import DailyDeduction
from evaluation.results.models import Feedback, Objection, Publication, ShortfallDecision
from evaluation.results.services import (
    approve_publication,
    compute_publication,
    deliver_feedback,
    make_public_objection,
    start_notice,
)
from evaluation.roster.models import Appraisal
from evaluation.units.models import Role, Unit
from tests.bonus.conftest import status_of
from tests.factories import appraisal_of, member, unit_of
from tests.results.conftest import Compute, judged
from tests.results.test_flow import claim_of, deduction_of
from tests.world import picture

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


def url(name: str, *args: object) -> str:
    return reverse(f"results:{name}", args=[2012, *args])


def pages_of(publication: Publication) -> list[str]:
    result = publication.results.first()
    assert result
    return [
        url("publication-detail", publication.pk),
        url("publication-feedback", publication.pk),
        url("feedback-slips", publication.pk, "docx"),
        url("result-detail", result.pk),
    ]


def test_own_unit_and_city_roles_read_every_page(
    fed_back: Publication, client_for: SignIn, unit_admin: User, approver: User, office: User, organisation: User,
    auditor: User,
) -> None:  # fmt: skip
    lists = [url("publication-list"), url("shortfall-list"), url("objection-list")]
    for user in (unit_admin, approver, office, organisation, auditor):
        client = client_for(user)
        assert [client.get(page).status_code for page in lists + pages_of(fed_back)] == [200] * 7


def test_another_unit_gets_404(fed_back: Publication, client_for: SignIn, other_admin: User) -> None:
    client = client_for(other_admin)

    assert {client.get(page).status_code for page in pages_of(fed_back)} == {404}
    assert fed_back.organising_unit.name not in client.get(url("publication-list")).content.decode()


@pytest.mark.parametrize("name", ["publication-analysis", "publication-correct"])
def test_forms_open_for_the_unit_and_not_for_readers(
    computed: Publication, client_for: SignIn, unit_admin: User, other_admin: User, auditor: User, name: str
) -> None:
    page = url(name, computed.pk)

    statuses = [client_for(user).get(page).status_code for user in (unit_admin, other_admin, auditor)]

    assert statuses == [200, 404, 403]


@pytest.mark.parametrize("name", ["publication-approve", "publication-return", "notice-start"])
def test_acts_are_posts_for_those_who_may(
    computed: Publication, client_for: SignIn, other_admin: User, auditor: User, cadre_user: User, name: str
) -> None:
    other_approver = member(role=Role.APPROVER, unit=unit_of())
    page = url(name, computed.pk)

    assert client_for(other_approver).get(page).status_code == 405
    assert client_for(other_approver).post(page).status_code == 404
    assert client_for(auditor).post(page).status_code == 403
    assert client_for(cadre_user).post(page).status_code == 403
    assert Client().post(page).status_code == 302


def test_the_steps_by_their_buttons(
    appraisal: Appraisal, client_for: SignIn, unit_admin: User, approver: User, office: User,
    clock: time_machine.Traveller,
) -> None:  # fmt: skip
    client_for(unit_admin).post(url("publication-compute"), {"pk": f"mid_level:{appraisal.organising_unit_id}"})
    pk = Publication.objects.get().pk
    client_for(approver).post(url("publication-approve", pk))
    client_for(unit_admin).post(url("feedback-deliver"), {"all": "1"})
    clock.move_to("2012-11-23T09:00:00+08:00")
    client_for(unit_admin).post(url("notice-start", pk))
    clock.move_to("2012-12-03T09:00:00+08:00")

    client_for(office).post(url("publication-finalise"), {"all": "1"})

    assert Publication.objects.get().status == Publication.Status.FINAL


def test_the_analysis_form_saves_and_keeps_what_was_typed(
    computed: Publication, client_for: SignIn, unit_admin: User
) -> None:
    result = computed.results.get()
    data = {"unit": "总体良好。", f"cadre_{result.pk}": "继续努力。"}

    client_for(unit_admin).post(url("publication-analysis", computed.pk), data)

    computed.refresh_from_db()
    assert (computed.analysis, computed.results.get().analysis) == ("总体良好。", "继续努力。")


def test_the_result_page_explains_down_to_tallies(computed: Publication, client_for: SignIn, office: User) -> None:
    page = client_for(office).get(url("result-detail", computed.results.get().pk)).content.decode()

    for figure in ("33.37", "95.33", "35.00", "满意"):
        assert figure in page


# The cadre


def test_the_cadre_sees_nothing_before_the_feedback(
    approved: Publication, client_for: SignIn, cadre_user: User
) -> None:
    client = client_for(cadre_user)

    assert client.get(url("result-detail", approved.results.get().pk)).status_code == 404
    assert str(approved.results.get().composite) not in client.get(url("feedback-list")).content.decode()


def test_the_cadre_reads_the_result_and_accepts(fed_back: Publication, client_for: SignIn, cadre_user: User) -> None:
    client = client_for(cadre_user)
    feedback = Feedback.objects.get()

    assert str(fed_back.results.get().composite) in client.get(url("feedback-list")).content.decode()
    client.post(url("feedback-accept", feedback.pk))

    feedback.refresh_from_db()
    assert feedback.answer == Feedback.Answer.ACCEPTED


def test_the_cadre_objects(fed_back: Publication, client_for: SignIn, cadre_user: User) -> None:
    client_for(cadre_user).post(
        url("feedback-object", Feedback.objects.get().pk), {"target": "figures", "text": "10月8日当天我在出差。"}
    )

    objection = Objection.objects.get()
    assert (objection.by_cadre, objection.about, objection.text) == (True, "figures", "10月8日当天我在出差。")


def test_an_empty_objection_is_refused_on_the_page(fed_back: Publication, client_for: SignIn, cadre_user: User) -> None:
    response = client_for(cadre_user).post(url("feedback-object", Feedback.objects.get().pk), {"text": " "})

    assert response.status_code == 422
    assert not Objection.objects.exists()


def test_a_colleague_reads_and_answers_nothing_of_another(
    cycle: Cycle, unit: Unit, fed_back: Publication, client_for: SignIn
) -> None:
    colleague = member(role=Role.CADRE, unit=unit)
    appraisal_of(cycle=cycle, unit=unit, user=colleague)
    client = client_for(colleague)

    assert client.get(url("result-detail", fed_back.results.get().pk)).status_code == 404
    assert client.post(url("feedback-accept", Feedback.objects.get().pk)).status_code == 404


def test_the_unit_hands_in_a_signed_objection(fed_back: Publication, client_for: SignIn, unit_admin: User) -> None:
    page = url("objection-record", fed_back.pk, fed_back.results.get().pk)

    client_for(unit_admin).post(page, {"target": "other", "text": "对投诉扣分有异议。", "documents": picture()})

    assert Objection.objects.get().by_cadre
    assert Feedback.objects.get().answer == Feedback.Answer.OBJECTED


def test_silence_is_shown_as_no_objection_by_the_date(
    fed_back: Publication, client_for: SignIn, unit_admin: User, clock: time_machine.Traveller
) -> None:
    clock.move_to("2012-11-23T09:00:00+08:00")

    response = client_for(unit_admin).get(url("publication-feedback", fed_back.pk))

    assert response.context["rows"][0]["code"] == "accepted"
    assert Feedback.objects.get().answer == Feedback.Answer.NONE


def test_slips_are_a_pdf(computed: Publication, client_for: SignIn, unit_admin: User) -> None:
    response = client_for(unit_admin).get(url("feedback-slips", computed.pk, "pdf"))

    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")


# Objections


@pytest.fixture
def residents(noticed: Publication) -> Objection:
    return make_public_objection(
        result=noticed.results.get(), person="李居民", contact="13800000000", text="材料不实。"
    )


def test_the_unit_never_learns_who_objected(residents: Objection, client_for: SignIn, unit_admin: User) -> None:
    client = client_for(unit_admin)

    for page in (url("objection-list"), url("objection-detail", residents.pk)):
        text = client.get(page).content.decode()
        assert "李居民" not in text
        assert "13800000000" not in text


def test_the_office_takes_it_opens_the_contact_and_reviews(
    residents: Objection, client_for: SignIn, office: User, second_office: User
) -> None:
    client, page = client_for(office), url("objection-detail", residents.pk)
    client.post(url("objection-take", residents.pk))

    opened = client.post(url("objection-contact", residents.pk))
    assert "李居民" in opened.content.decode()
    assert opened["Cache-Control"] == "no-store"
    assert "李居民" not in client.get(page).content.decode()
    assert client_for(second_office).post(url("objection-contact", residents.pk)).status_code == 302
    client.post(page, {"upheld": "no", "answer": "经查，材料属实。"})

    residents.refresh_from_db()
    assert (residents.status, residents.reviewed_by) == (Objection.Status.DISMISSED, office)


def test_what_a_resident_handed_in_is_for_the_office_alone(
    noticed: Publication, client_for: SignIn, office: User, unit_admin: User, organisation: User
) -> None:
    made = make_public_objection(
        result=noticed.results.get(), person="李居民", contact="0", text="有误。", uploads=[picture()]
    )
    page = url("objection-file", made.pk, made.files.get().pk)

    assert [status_of(client_for(user), page) for user in (office, unit_admin, organisation)] == [200, 404, 404]


def test_every_figure_leads_to_its_clause_and_to_its_record_for_who_may_see_it(
    appraisal: Appraisal, compute: Compute, approver: User, unit_admin: User, cadre_user: User, client_for: SignIn
) -> None:
    row, claim = deduction_of(appraisal), claim_of(appraisal, "文明窗口", "city")
    publication = approve_publication(publication=compute(), approver=approver)
    deliver_feedback(publications=[publication], actor=unit_admin)

    page = client_for(cadre_user).get(url("feedback-list")).content.decode()

    for address in (
        f"{reverse('portal:rule-list', args=[2012])}#rule-mid_level-1",
        f"{reverse('portal:rule-list', args=[2012])}#bonus-mid_level-city",
        reverse("daily:deduction-detail", args=[2012, row.pk]),
        reverse("bonus:claim-detail", args=[2012, claim.pk]),
    ):
        assert f'href="{address}"' in page


def test_the_public_page_leads_to_the_clause_and_to_no_record(
    appraisal: Appraisal, compute: Compute, approver: User, unit_admin: User, cadre_user: User, client_for: SignIn,
    clock: time_machine.Traveller,
) -> None:  # fmt: skip
    row, claim = deduction_of(appraisal), claim_of(appraisal, "文明窗口", "city")
    DailyDeduction.objects.filter(pk=row.pk).update(told_how="page", told_on="2012-10-10", defence_due="2012-10-17")
    publication = approve_publication(publication=compute(), approver=approver)
    deliver_feedback(publications=[publication], actor=unit_admin)
    clock.move_to("2012-11-26T09:00:00+08:00")
    start_notice(publication=publication, actor=unit_admin)
    address = reverse("portal:cadre-detail", args=[2012, appraisal.home_unit.code, appraisal.public_code])

    page = Client().get(address).content.decode()

    assert f"{reverse('portal:rule-list', args=[2012])}#rule-mid_level-1" in page
    assert reverse("daily:deduction-detail", args=[2012, row.pk]) not in page
    assert reverse("bonus:claim-detail", args=[2012, claim.pk]) not in page
    assert row.facts not in page
    assert row.basis not in page


def test_slips_of_a_list_are_handed_over_in_one_act(
    cycle: Cycle, unit: Unit, compute: Compute, approver: User, unit_admin: User, client_for: SignIn
) -> None:
    for name in ("甲", "乙"):
        judged(cycle=cycle, unit=unit, name=name)
    publication = approve_publication(publication=compute(), approver=approver)
    deliver_feedback(publications=[publication], actor=unit_admin)
    client = client_for(unit_admin)
    first = Feedback.objects.get(result__name="甲").result_id
    client.post(url("slip-hand-over", publication.pk, first), {"on": "2012-11-19", "scan": picture()})

    client.post(url("slips-hand-over", publication.pk), {"on": "2012-11-19", "all": "1"})

    assert Feedback.objects.filter(delivered_at__isnull=False, due="2012-11-22").count() == 2
    assert status_of(client, url("slip-scan", first)) == 200
    assert client.get(url("slip-scan", Feedback.objects.get(result__name="乙").result_id)).status_code == 404


def test_whoever_approved_does_not_review(residents: Objection, client_for: SignIn, approver: User) -> None:
    client, page = client_for(approver), url("objection-detail", residents.pk)

    assert client.get(page).context["form"] is None
    assert client.post(page, {"upheld": "no", "answer": "不成立。"}).status_code == 404


def test_objections_of_another_unit_are_unknown(residents: Objection, client_for: SignIn, other_admin: User) -> None:
    assert client_for(other_admin).get(url("objection-detail", residents.pk)).status_code == 404


# Missing groups


def test_a_missing_group_is_proposed_by_the_unit_and_settled_by_the_office(
    cycle: Cycle, unit: Unit, client_for: SignIn, unit_admin: User, office: User, compute: Compute
) -> None:
    one = judged(cycle=cycle, unit=unit, sizes={"representative": 6})
    data = {"pk": f"{one.pk}:representative", "decision": "accept", "reason": "代表人数有限。"}

    client_for(unit_admin).post(url("shortfall-propose"), data)
    client_for(unit_admin).post(url("shortfall-settle"), {"all": "1"})
    assert ShortfallDecision.objects.get().decided_by is None
    client_for(office).post(url("shortfall-settle"), {"all": "1"})

    assert ShortfallDecision.objects.get().decided_by == office
    assert compute().results.get().missing_groups == {"representative": "accept"}


def test_another_unit_neither_sees_nor_settles(
    cycle: Cycle, unit: Unit, client_for: SignIn, unit_admin: User, other_admin: User
) -> None:
    one = judged(cycle=cycle, unit=unit, name="缺票人", sizes={"representative": 6})
    data = {"pk": f"{one.pk}:representative", "decision": "accept", "reason": "代表人数有限。"}
    client = client_for(other_admin)

    assert "缺票人" not in client.get(url("shortfall-list")).content.decode()
    client.post(url("shortfall-propose"), data)
    assert not ShortfallDecision.objects.exists()
    client_for(unit_admin).post(url("shortfall-propose"), data)
    client.post(url("shortfall-drop"), {"all": "1"})
    assert ShortfallDecision.objects.exists()


def test_a_proposal_without_reason_keeps_what_was_chosen(
    cycle: Cycle, unit: Unit, client_for: SignIn, unit_admin: User
) -> None:
    one = judged(cycle=cycle, unit=unit, sizes={"representative": 6})

    response = client_for(unit_admin).post(
        url("shortfall-propose"), {"pk": f"{one.pk}:representative", "decision": "accept"}
    )

    assert response.status_code == 422
    assert "checked" in response.content.decode()


# What a list costs


def cadres_with_results(cycle: Cycle, number: int) -> Publication:
    publication = None
    for _place in range(number):
        unit = unit_of()
        admin = member(role=Role.UNIT_ADMIN, unit=unit)
        judged(cycle=cycle, unit=unit, sizes={"representative": 6})
        for _cadre in range(number):
            judged(cycle=cycle, unit=unit)
        Appraisal.objects.filter(organising_unit=unit).update(exempt=False)
        publication = compute_publication(cycle=cycle, track=Track.MID_LEVEL, organising_unit=unit, actor=admin)
    assert publication
    return publication


def queries(client: Client, page: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(page).status_code == 200
    return len(captured)


@pytest.mark.parametrize("name", ["publication-list", "shortfall-list", "publication-detail", "publication-feedback"])
def test_lists_cost_the_same_with_one_and_three_rows(cycle: Cycle, client_for: SignIn, office: User, name: str) -> None:
    client = client_for(office)
    costs = []
    for number in (1, 3):
        publication = cadres_with_results(cycle, number)
        args = [] if name.endswith("-list") and name != "publication-detail" else [publication.pk]
        client.get(url(name, *args))
        costs.append(queries(client, url(name, *args)))

    assert costs[0] == costs[1]


def test_the_list_of_objections_costs_the_same_with_one_and_three(
    noticed: Publication, client_for: SignIn, office: User
) -> None:
    client, costs = client_for(office), []
    client.get(url("objection-list"))
    for number in (1, 2):
        for place in range(number):
            make_public_objection(result=noticed.results.get(), person=f"居民{place}", contact="0", text="有误。")
        costs.append(queries(client, url("objection-list")))

    assert costs[0] == costs[1]
