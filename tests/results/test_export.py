"""The results file, written and recounted by the stand-alone recount."""

import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.results.export import results_document
from evaluation.results.models import Publication
from evaluation.results.services import (
    approve_publication,
    correct_publication,
    deliver_feedback,
)
from evaluation.roster.models import Appraisal
from evaluation.units.models import Unit
from tests.factories import appraisal_of
from tests.results.conftest import Compute, judged
from tests.results.test_flow import claim_of, deduction_of

pytestmark = pytest.mark.django_db


def recount(file: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "evaluation.scoring", str(file), "--json"],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def city(cycle: Cycle, unit: Unit, other_unit: Unit, appraisal: Appraisal) -> Cycle:
    """One pool with every kind of result, and one that is still pending."""
    deduction_of(appraisal)
    deduction_of(appraisal, rule="6", points="2.50", number=2)
    claim_of(appraisal, "文明窗口", "city")
    claim_of(appraisal, "文明窗口", "province")
    judged(cycle=cycle, unit=unit, name="小组人", sizes={"public": 3})
    judged(cycle=cycle, unit=unit, name="缺公众", sizes={"public": 8})
    judged(cycle=cycle, unit=unit, name="并列人")
    appraisal_of(cycle=cycle, unit=unit, name="免评人", exempt=True, exempt_reason="援藏")
    judged(cycle=cycle, unit=other_unit, name="未公示")
    return cycle


@pytest.fixture
def exported(city: Cycle, compute: Compute, approver: User, unit_admin: User, tmp_path: Path) -> Path:
    publication = compute()
    approve_publication(publication=publication, approver=approver)
    deliver_feedback(publications=[publication], actor=unit_admin)
    Publication.objects.update(status="notice", notice_from="2012-11-26", notice_until="2012-12-03")
    file = tmp_path / "results.json"
    call_command("export_results", "2012", out=file)
    return file


def test_the_recount_agrees(exported: Path) -> None:
    done = recount(exported)

    assert (done.returncode, done.stderr) == (0, "")
    rows = {row["id"]: row for row in json.loads(done.stdout)["appraisals"]}
    names = {row["id"]: row["cadre"] for row in json.loads(exported.read_bytes())["appraisals"]}
    assert {names[key]: row["status"] for key, row in rows.items()} == {
        "王示例": "scored",
        "小组人": "scored",
        "缺公众": "scored",
        "并列人": "scored",
        "免评人": "exempt",
        "未公示": "incomplete",
    }


def test_a_figure_that_was_tampered_with_is_found(exported: Path) -> None:
    text = exported.read_text(encoding="utf-8")
    document = json.loads(text)
    document["appraisals"][0]["published"]["composite"] = "100.00"
    exported.write_text(json.dumps(document), encoding="utf-8")

    assert recount(exported).returncode == 1


def test_decimals_are_never_floats(exported: Path) -> None:
    def refuse(text: str) -> None:
        raise AssertionError(text)

    json.loads(exported.read_bytes(), parse_float=refuse)


def test_a_pool_before_its_notice_gives_nothing_away(city: Cycle, compute: Compute) -> None:
    compute()

    rows = results_document(cycle=city)["appraisals"]

    assert all((row["tallies"], row["deductions"], row["awards"]) == ({}, [], []) for row in rows)
    assert not any("published" in row for row in rows)


def test_a_pool_that_is_being_corrected_is_pending(final: Publication, unit_admin: User, cycle: Cycle) -> None:
    correct_publication(publication=final, actor=unit_admin, reason="复核。")

    assert results_document(cycle=cycle)["appraisals"][0]["tallies"] == {}


def test_names_of_the_public_file_are_public_codes(final: Publication, appraisal: Appraisal, cycle: Cycle) -> None:
    row = results_document(cycle=cycle)["appraisals"][0]

    assert row["id"] == appraisal.public_code
    assert Decimal(row["published"]["composite"]) == final.results.get().composite


def test_a_year_that_is_not_there(db: None) -> None:
    with pytest.raises(CommandError):
        call_command("export_results", "1999")
