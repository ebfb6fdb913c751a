"""Residents object and comment: from the page, within limits, with what they typed kept."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from evaluation.guard.contacts import unseal
from evaluation.rectification.models import FollowUpRating, PublicComment, RectificationPlan
from evaluation.rectification.services import rate_plan
from evaluation.results.models import Objection, Publication
from evaluation.roster.models import Appraisal
from tests.factories import user_named
from tests.portal.conftest import plan_of, show

TYPED = {
    "objection-about": "other", "objection-person": "张居民", "objection-contact": "0000-1234567",
    "objection-text": "窗口经常无人。",
}  # fmt: skip


def _address(appraisal: Appraisal) -> str:
    return reverse("portal:objection-create", args=[2012, appraisal.home_unit.code, appraisal.public_code])


def test_an_objection_is_received_and_never_shown(client: Client, computed: Publication) -> None:
    appraisal = show(computed).results.get().appraisal

    response = client.post(_address(appraisal), TYPED, follow=True)

    objection = Objection.objects.get()
    assert (objection.person, objection.contact, objection.by_cadre) == ("", "", False)
    assert unseal(objection.sealed or b"") == {"person": "张居民", "contact": "0000-1234567"}
    assert "0000-1234567" not in response.content.decode()
    assert "窗口经常无人" not in client.get(response.redirect_chain[-1][0]).content.decode()


def test_an_objection_without_a_name_comes_back_with_what_was_typed(client: Client, computed: Publication) -> None:
    appraisal = show(computed).results.get().appraisal

    page = client.post(_address(appraisal), {**TYPED, "objection-person": ""}).content.decode()

    assert "窗口经常无人。" in page
    assert not Objection.objects.exists()


def test_no_objection_to_what_is_not_published(client: Client, computed: Publication) -> None:
    assert client.post(_address(computed.results.get().appraisal), TYPED).status_code == 404


def test_objections_from_one_place_are_limited(client: Client, computed: Publication) -> None:
    appraisal = show(computed).results.get().appraisal
    for _try in range(12):
        response = client.post(_address(appraisal), TYPED)

    assert Objection.objects.count() == 10
    assert "窗口经常无人。" in response.content.decode()


def test_changes_ask_for_post(client: Client, published: Appraisal) -> None:
    for name in ("portal:objection-create", "portal:comment-create"):
        url = reverse(name, args=[2012, published.home_unit.code, published.public_code])
        assert client.get(url).status_code == 405


OPINION = {"opinion-name": "", "opinion-text": "建议公布办理时限。"}


def _opinion(appraisal: Appraisal) -> str:
    return reverse("portal:comment-create", args=[2012, appraisal.home_unit.code, appraisal.public_code])


def test_an_opinion_is_shown_only_once_it_was_read(client: Client, published: Appraisal) -> None:
    plan_of(appraisal=published, open_days=3)

    page = client.post(_opinion(published), OPINION, follow=True).content.decode()

    comment = PublicComment.objects.get()
    assert comment.text == "建议公布办理时限。"
    assert "建议公布办理时限。" not in page
    PublicComment.objects.update(status="shown")
    assert "建议公布办理时限。" in client.get(_opinion(published).replace("opinion/", "")).content.decode()


def test_an_opinion_that_is_refused_keeps_what_was_typed(client: Client, published: Appraisal) -> None:
    plan_of(appraisal=published, open_days=3)

    page = client.post(_opinion(published), {"opinion-name": "刘居民", "opinion-text": "好"}).content.decode()

    assert "刘居民" in page
    assert not PublicComment.objects.exists()


def test_no_opinion_on_a_plan_that_is_not_published(client: Client, published: Appraisal) -> None:
    plan_of(appraisal=published)

    assert client.post(_opinion(published), OPINION).status_code == 404


def test_the_form_goes_when_the_time_is_over(
    client: Client, published: Appraisal, clock: time_machine.Traveller
) -> None:
    plan_of(appraisal=published, open_days=3)
    page = _opinion(published).replace("opinion/", "")
    assert _opinion(published) in client.get(page).content.decode()

    clock.move_to("2012-11-29T09:00:00+08:00")

    assert _opinion(published) not in client.get(page).content.decode()
    client.post(_opinion(published), OPINION)
    assert not PublicComment.objects.exists()


def _accepted(appraisal: Appraisal) -> RectificationPlan:
    """Carried out and accepted today, open for ratings."""
    plan = plan_of(appraisal=appraisal, open_days=3)
    approver = user_named()
    for fields in (
        {"status": "completed", "completed_at": timezone.now()},
        {
            "status": "accepted", "accepted_by": approver, "accepted_at": timezone.now(),
            "rating_until": timezone.localdate() + timedelta(days=14),
        },
    ):  # fmt: skip
        RectificationPlan.objects.filter(pk=plan.pk).update(**fields)
    plan.refresh_from_db()
    return plan


def _rating(appraisal: Appraisal) -> str:
    return _opinion(appraisal).replace("opinion/", "rating/")


def test_a_browser_rates_once_and_its_cookie_names_the_plan_alone(client: Client, published: Appraisal) -> None:
    plan = _accepted(published)
    page = _rating(published).replace("rating/", "")
    assert _rating(published) in client.get(page).content.decode()

    client.post(_rating(published), {"grade": "satisfied"})
    client.post(_rating(published), {"grade": "dissatisfied"})

    assert [row.grade for row in plan.ratings.all()] == ["satisfied"]
    assert client.cookies["rated"].value.split(":")[0] == published.public_code
    assert _rating(published) not in client.get(page).content.decode()


def test_whoever_is_signed_in_does_not_rate(client: Client, published: Appraisal, unit_admin: User) -> None:
    plan = _accepted(published)
    client.force_login(unit_admin)

    client.post(_rating(published), {"grade": "satisfied"})

    assert not plan.ratings.exists()


def test_a_forged_cookie_does_not_count_as_a_rating(client: Client, published: Appraisal) -> None:
    plan = _accepted(published)
    client.cookies["rated"] = f"{published.public_code}:forged"

    client.post(_rating(published), {"grade": "satisfied"})

    assert plan.ratings.count() == 1


def test_ratings_from_one_network_are_limited(client: Client, published: Appraisal) -> None:
    plan = _accepted(published)
    for _try in range(22):
        client.cookies.clear()
        client.post(_rating(published), {"grade": "satisfied"})

    assert plan.ratings.count() == 20


@pytest.mark.parametrize("grade", ["", "excellent", "satisfied' --"])
def test_a_forged_grade_is_refused(client: Client, published: Appraisal, grade: str) -> None:
    plan = _accepted(published)

    client.post(_rating(published), {"grade": grade})

    assert not plan.ratings.exists()


def test_figures_of_ratings_begin_with_five(client: Client, published: Appraisal) -> None:
    plan = _accepted(published)
    page = _rating(published).replace("rating/", "")
    for number in range(5):
        assert "共 5 人次" not in client.get(page).content.decode()
        rate_plan(plan=plan, grade="satisfied" if number else "dissatisfied")

    assert "共 5 人次" in client.get(page).content.decode()


def test_no_rating_before_acceptance_nor_of_what_is_not_published(
    client: Client, published: Appraisal, hidden: Appraisal
) -> None:
    plan_of(appraisal=published, open_days=3)

    client.post(_rating(published), {"grade": "satisfied"})

    assert not FollowUpRating.objects.exists()
    assert client.post(_rating(hidden), {"grade": "satisfied"}).status_code == 404
    assert client.get(_rating(published)).status_code == 405
