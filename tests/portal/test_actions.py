"""Residents object and comment: from the page, within limits, with what they typed kept."""

from django.test import Client
from django.urls import reverse

from evaluation.results.models import Objection, Publication
from evaluation.roster.models import Appraisal
from tests.portal.conftest import show

TYPED = {"objection-person": "张居民", "objection-contact": "0000-1234567", "objection-text": "窗口经常无人。"}


def _address(appraisal: Appraisal) -> str:
    return reverse("portal:objection-create", args=[2012, appraisal.home_unit.code, appraisal.public_code])


def test_an_objection_is_received_and_never_shown(client: Client, computed: Publication) -> None:
    appraisal = show(computed).results.get().appraisal

    response = client.post(_address(appraisal), TYPED, follow=True)

    objection = Objection.objects.get()
    assert (objection.person, objection.by_cadre) == ("张居民", False)
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
