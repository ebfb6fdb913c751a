import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "name",
    [
        "portal:home",
        "portal:search",
        "portal:result-list",
        "portal:components",
        "portal:about",
        "portal:help",
        "portal:year-list",
        "portal:honour-list",
        "portal:open-data",
        "portal:accessibility",
    ],
)
def test_pages_answer_before_the_first_year(client: Client, name: str) -> None:
    assert client.get(reverse(name)).status_code == 200
