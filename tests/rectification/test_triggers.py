"""What was published stays and what was accepted is closed, whoever writes to the database: raw SQL."""

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.rectification.models import ItemExtension, PublicComment, RectificationNotice, RectificationPlan
from evaluation.rectification.services import (
    add_comment,
    ask_extension,
    decide_extension,
    issue_notices,
    propose_notices,
    rate_plan,
    report_item,
)
from evaluation.roster.models import Appraisal
from tests.factories import published_pool
from tests.rectification.test_items import LATER
from tests.world import picture


def refused(statement: str, *values: object) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
    except DatabaseError as error:
        return "never" in str(error)
    return False


@pytest.mark.parametrize(
    "change",
    [
        "problem = '别的'",
        "measure = '别的'",
        "effect = '别的'",
        "source = 'aspect'",
        "person = '别人'",
        "first_due = '2013-06-30'",
        "due = '2013-06-30'",
        "due = NULL",
    ],
)
def test_what_was_published_of_an_item_never_changes(published_plan: RectificationPlan, change: str) -> None:
    assert refused(f"UPDATE evaluation_planitem SET {change} WHERE plan_id = %s", published_plan.pk)


def test_the_day_moves_to_an_approved_one_alone(
    published_plan: RectificationPlan, cadre_user: User, approver: User
) -> None:
    item = published_plan.items.get()
    asked = ask_extension(item=item, until=LATER, reason="设备", actor=cadre_user)
    assert refused("UPDATE evaluation_planitem SET due = %s WHERE id = %s", str(LATER), item.pk)
    decide_extension(extension=asked, approve=True, actor=approver)
    item.refresh_from_db()
    assert item.due == LATER
    assert refused("UPDATE evaluation_planitem SET due = '2013-02-28' WHERE id = %s", item.pk)


@pytest.mark.parametrize("change", ["published_at = NULL", "comments_until = '2013-06-30'", "times_returned = -1"])
def test_when_a_plan_was_published_never_changes(published_plan: RectificationPlan, change: str) -> None:
    RectificationPlan.objects.filter(pk=published_plan.pk).update(times_returned=0)
    assert refused(f"UPDATE evaluation_rectificationplan SET {change} WHERE id = %s", published_plan.pk)


@pytest.mark.parametrize("table", ["planitem WHERE plan_id", "rectificationplan WHERE id"])
def test_what_was_published_is_never_deleted(published_plan: RectificationPlan, table: str) -> None:
    assert refused(f"DELETE FROM evaluation_{table} = %s", published_plan.pk)


@pytest.mark.parametrize(
    "change", ["status = 'published'", "rating_until = '2013-12-31'", "accepted_by_id = NULL", "return_reason = '改'"]
)
def test_an_accepted_plan_never_changes(accepted_plan: RectificationPlan, change: str) -> None:
    assert refused(f"UPDATE evaluation_rectificationplan SET {change} WHERE id = %s", accepted_plan.pk)


@pytest.mark.parametrize("change", ["completion = '改写'", "completed_on = NULL"])
def test_nor_do_its_items(accepted_plan: RectificationPlan, change: str) -> None:
    assert refused(f"UPDATE evaluation_planitem SET {change} WHERE plan_id = %s", accepted_plan.pk)


def test_nor_do_their_proofs(published_plan: RectificationPlan, cadre_user: User) -> None:
    item = published_plan.items.get()
    report_item(item=item, completion="已做", completed_on=None, actor=cadre_user, uploads=[picture()])
    (proof,) = item.files.all()
    RectificationPlan.objects.filter(pk=published_plan.pk).update(status="accepted")
    assert refused("DELETE FROM evaluation_planitem_files WHERE planitem_id = %s", item.pk)
    taken = "INSERT INTO evaluation_planitem_files (planitem_id, storedfile_id) VALUES (%s, %s)"
    assert refused(taken, item.pk, proof.pk + 1)


def test_ratings_are_given_once_and_of_accepted_plans(
    accepted_plan: RectificationPlan, cycle: Cycle, unit_admin: User
) -> None:
    rating = rate_plan(plan=accepted_plan, grade="satisfied")
    assert refused("UPDATE evaluation_followuprating SET grade = 'dissatisfied' WHERE id = %s", rating.pk)
    assert refused("DELETE FROM evaluation_followuprating WHERE id = %s", rating.pk)


def test_a_plan_that_is_not_accepted_takes_no_rating(published_plan: RectificationPlan) -> None:
    given = "INSERT INTO evaluation_followuprating (id, plan_id, grade, made_on) VALUES (7, %s, 'satisfied', %s)"
    assert refused(given, published_plan.pk, "2012-12-03")


def test_an_extension_that_was_decided_never_changes(
    published_plan: RectificationPlan, cadre_user: User, approver: User
) -> None:
    asked = ask_extension(item=published_plan.items.get(), until=LATER, reason="设备", actor=cadre_user)
    assert refused("UPDATE evaluation_itemextension SET until = '2013-06-30' WHERE id = %s", asked.pk)
    decide_extension(extension=asked, approve=False, actor=approver, answer="先租用")
    assert refused("UPDATE evaluation_itemextension SET status = 'approved' WHERE id = %s", asked.pk)
    assert refused("DELETE FROM evaluation_itemextension WHERE id = %s", asked.pk)
    assert ItemExtension.objects.get().status == "refused"


def test_what_a_resident_wrote_never_changes(published_plan: RectificationPlan) -> None:
    comment = add_comment(plan=published_plan, name="甲", text="希望周末也开窗口")
    assert refused("UPDATE evaluation_publiccomment SET text = '很好' WHERE id = %s", comment.pk)
    assert refused("DELETE FROM evaluation_publiccomment WHERE id = %s", comment.pk)
    assert PublicComment.objects.get().text == "希望周末也开窗口"


@pytest.mark.parametrize("change", ["text = '改'", "due = '2013-06-30'", "reasons = '[]'", "status = 'dropped'"])
def test_an_issued_notice_never_changes(cycle: Cycle, appraisal: Appraisal, office: User, change: str) -> None:
    pool = published_pool(cycle=cycle, appraisals=[appraisal], means={"style": "61.00"})
    notices = propose_notices(publication=pool, actor=office)
    (notice,) = issue_notices(notices=notices, actor=office)
    assert refused(f"UPDATE evaluation_rectificationnotice SET {change} WHERE id = %s", notice.pk)
    assert refused("DELETE FROM evaluation_rectificationnotice WHERE id = %s", notice.pk)
    assert RectificationNotice.objects.get().status == "issued"
