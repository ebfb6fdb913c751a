"""An award of a department goes to whoever headed it on the day."""

from datetime import date

import pytest

from accounts.models import User
from evaluation.bonus.posts import Held, Post, held_on, span_of
from evaluation.cycle.models import Cycle
from evaluation.files.models import StoredFile
from evaluation.roster.models import Appraisal, Posting
from evaluation.units.models import Unit
from tests.bonus.conftest import claimed, refused
from tests.factories import appraisal_of

DAY = date(2012, 5, 4)


@pytest.mark.parametrize(
    ("since", "span"),
    [
        ("2009", (date(2009, 1, 1), date(2009, 12, 31))),
        ("2012-02", (date(2012, 2, 1), date(2012, 2, 29))),
        ("2012-05-04", (DAY, DAY)),
        ("", None),
        ("去年", None),
        ("2012-13", None),
        ("2012-05-04-1", (DAY, DAY)),
    ],
)
def test_since_when(since: str, span: tuple[date, date] | None) -> None:
    assert span_of(since) == span


@pytest.mark.parametrize(
    ("since", "until", "held"),
    [
        ("2009", None, Held.YES),
        ("2012-05-04", None, Held.YES),
        ("2012-05-05", None, Held.NO),
        ("2012", None, Held.UNKNOWN),
        ("2012-05", None, Held.UNKNOWN),
        ("2013", None, Held.NO),
        ("", None, Held.UNKNOWN),
        ("2009", date(2012, 5, 4), Held.YES),
        ("2009", date(2012, 5, 3), Held.NO),
        ("", date(2012, 5, 3), Held.NO),
    ],
)
def test_who_held_a_post_on_the_day(since: str, until: date | None, held: Held) -> None:
    assert held_on(Post("救助科", "科长", since, until), DAY) == held


def head(cycle: Cycle, unit: Unit, name: str, *, since: str = "", until: date | None = None) -> Appraisal:
    made = appraisal_of(cycle=cycle, unit=unit, name=name, office="救助科", appointed=since)
    Posting.objects.create(cadre=made.cadre, unit=unit, office="救助科", post="科长", since=since, until=until)
    return made


@pytest.mark.django_db
def test_whoever_held_the_post_is_credited(cycle: Cycle, unit: Unit, unit_admin: User, proof: StoredFile) -> None:
    claim = claimed(head(cycle, unit, "林敏", since="2009-06"), unit_admin, proof, is_department=True)

    assert (claim.department, claim.held_post) == ("救助科", "救助科 科长（2009-06 –）")


@pytest.mark.django_db
def test_another_is_named_who_held_it(cycle: Cycle, unit: Unit, unit_admin: User, proof: StoredFile) -> None:
    head(cycle, unit, "前任", since="2009", until=date(2012, 6, 30))
    successor = head(cycle, unit, "现任", since="2012-07-01")

    with refused("other_held_post") as refusal:
        claimed(successor, unit_admin, proof, is_department=True)

    assert "前任" in str(refusal.value)


@pytest.mark.django_db
def test_a_predecessor_who_has_left_is_named_too(cycle: Cycle, unit: Unit, unit_admin: User, proof: StoredFile) -> None:
    gone = head(cycle, unit, "调离者", since="2009", until=date(2012, 6, 30))
    Appraisal.objects.filter(pk=gone.pk).delete()
    successor = head(cycle, unit, "现任", since="2012-07-01")

    with refused("other_held_post") as refusal:
        claimed(successor, unit_admin, proof, is_department=True)

    assert "调离者" in str(refusal.value)


@pytest.mark.django_db
def test_somebody_else_cannot_take_the_departments_award(
    cycle: Cycle, unit: Unit, unit_admin: User, proof: StoredFile
) -> None:
    head(cycle, unit, "林敏", since="2009")
    other = appraisal_of(cycle=cycle, unit=unit, name="旁人", office="办公室", appointed="2009")

    with refused("other_held_post"):
        claimed(other, unit_admin, proof, is_department=True, department="救助科")


@pytest.mark.django_db
def test_where_the_roster_says_nothing_the_claimant_says_why(
    cycle: Cycle, unit: Unit, unit_admin: User, proof: StoredFile
) -> None:
    unknown = head(cycle, unit, "林敏")
    with refused("post_unknown"):
        claimed(unknown, unit_admin, proof, is_department=True)

    claim = claimed(unknown, unit_admin, proof, is_department=True, post_note="2011年3月任科长，民任〔2011〕2号")

    assert claim.post_note.startswith("2011年3月")


@pytest.mark.django_db
def test_an_award_of_no_department_is_refused(cycle: Cycle, unit: Unit, unit_admin: User, proof: StoredFile) -> None:
    with refused("no_department"):
        claimed(appraisal_of(cycle=cycle, unit=unit, office=""), unit_admin, proof, is_department=True)
