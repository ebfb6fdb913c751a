"""The demonstration city, loaded once into an empty database; its numbers recounted by the scorer that stands alone."""

import re
import stat
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import models
from django.test import TestCase, override_settings
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import User
from evaluation.archive.catalogue import CATALOGUE
from evaluation.archive.printable import Asked, Item
from evaluation.archive.shelf import Shelf, units_with_papers
from evaluation.audit.models import AuditEvent
from evaluation.audit.services import first_broken_link
from evaluation.audit.words import ACTIONS, KINDS
from evaluation.ballots.casting import cast
from evaluation.ballots.models import BallotBox, Incident, Opinion, Pass
from evaluation.ballots.sheets import Spec, mark_field
from evaluation.bonus.models import BonusClaim
from evaluation.cycle.models import Cycle
from evaluation.cycle.services import create_cycle
from evaluation.daily.models import Complaint, DailyDeduction, Defence, MonthSheet
from evaluation.desk.demonstration import loading
from evaluation.desk.demonstration.city import City
from evaluation.desk.demonstration.people import PASSWORD
from evaluation.desk.demonstration.story import Act, in_order
from evaluation.desk.demonstration.texts import read_units, read_words
from evaluation.desk.models import TimerRun
from evaluation.desk.periods import timer_state
from evaluation.documents.docx import paper_docx
from evaluation.documents.pdf import paper_pdf
from evaluation.guard.citizen_numbers import holds_citizen_number
from evaluation.meetings.models import ReportMeeting
from evaluation.pledges.models import Pledge
from evaluation.recipients.imports import LEDGER
from evaluation.recipients.models import Draw, DrawnRecipient
from evaluation.recognition.counting import count_characters
from evaluation.recognition.models import Commendation, Recommendation
from evaluation.rectification.models import (
    ItemExtension,
    PlanItem,
    PublicComment,
    RectificationNotice,
    RectificationPlan,
)
from evaluation.rectification.papers import ledger_paper
from evaluation.rectification.services import takes_ratings
from evaluation.results.circulars import circular_paper
from evaluation.results.models import Feedback, Objection, Publication, Result
from evaluation.results.workbook import city_workbook, summary_workbook
from evaluation.roster.imports import ROSTER
from evaluation.roster.models import Appraisal, ScopeList
from evaluation.workbooks import read_workbook
from tests.documents.reader import Printed, squeezed
from tests.factories import user_named
from tests.recalculating import differences, uncached

SAMPLES = Path(settings.BASE_DIR) / "fixtures" / "workbooks"
ACCOUNTS = ("office", "minzheng", "minzheng-sh", "minzheng-1", "jianpiao1", "zuzhibu", "jiwei", "dongxi", "liuan-1")


def load(**options: bool) -> str:
    out = StringIO()
    call_command("load_demo_city", stdout=out, **options)
    return out.getvalue()


class InAnEmptyFolder(TestCase):
    """Slips are written beside the database."""

    folder: tempfile.TemporaryDirectory[str]

    @classmethod
    def setUpClass(cls) -> None:
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.enterClassContext(override_settings(VAR_DIR=Path(cls.folder.name)))
        super().setUpClass()


class TheCity(InAnEmptyFolder):
    printed: str

    @classmethod
    def setUpTestData(cls) -> None:
        cls.printed = load()

    def test_is_of_the_running_year_and_says_that_it_is_none(self) -> None:
        cycle = Cycle.objects.get()
        assert (cycle.is_demonstration, cycle.year) == (True, timezone.localdate().year)
        assert cycle.deadline > timezone.localdate()

    def test_is_loaded_once(self) -> None:
        before = AuditEvent.objects.count()
        assert load(if_new=True) == ""
        with pytest.raises(CommandError):
            load()
        assert AuditEvent.objects.count() == before

    def test_there_are_boxes_to_vote_in(self) -> None:
        now = timezone.now()
        boxes = BallotBox.objects.filter(state=BallotBox.State.OPEN, opened_at__lte=now, closes_at__gt=now)
        assert {box.kind for box in boxes} == {BallotBox.Kind.PUBLIC, BallotBox.Kind.MEETING}

    def test_a_kept_code_votes(self) -> None:
        box = BallotBox.objects.get(state=BallotBox.State.OPEN, kind=BallotBox.Kind.MEETING)
        spec = Spec.from_values(box.spec)
        posted = {mark_field(one, aspect): [spec.grades[0]] for one in spec.appraisals for aspect in spec.aspects}
        _group, code = loading.kept_slips()[0]
        assert not cast(typed=code, posted=posted).again

    def test_codes_are_for_the_owner_alone_and_not_in_the_database(self) -> None:
        assert stat.S_IMODE(loading.slips_file().stat().st_mode) == 0o600
        codes = {code for _group, code in loading.kept_slips()}
        assert len(codes) == 12
        assert not Pass.objects.filter(digest__in=codes).exists()
        assert not Pass.objects.filter(code_digest__in=codes).exists()

    def test_opinions_are_in_every_state_and_repeat_on_one_aspect(self) -> None:
        states = set(Opinion.objects.values_list("status", flat=True))
        touched = Opinion.objects.filter(status="shown").exclude(aspect="").values_list("appraisal", "aspect")
        assert states == {"pending", "shown", "hidden"}
        assert max(Counter(touched).values()) >= 3
        assert Opinion.objects.exclude(shown_text="").exists()
        acts = set(AuditEvent.objects.values_list("action", flat=True))
        assert {"opinion-passed-on", "opinion-taken-back"} <= acts
        assert acts <= set(ACTIONS)
        assert set(AuditEvent.objects.values_list("target_kind", flat=True)) <= set(KINDS)

    def test_units_stand_in_every_step(self) -> None:
        def states(model: type[models.Model]) -> set[str]:
            return {str(status) for status in model._default_manager.values_list("status", flat=True)}

        assert states(Publication) == set(Publication.Status.values)
        assert states(Objection) == set(Objection.Status.values)
        assert states(Pledge) >= {"draft", "submitted", "returned", "published"}
        assert states(ReportMeeting) == {"announced", "held", "reported"}
        assert states(ScopeList) == {"filed", "returned"}
        assert states(RectificationPlan) == set(RectificationPlan.Status.values)
        assert states(RectificationNotice) == set(RectificationNotice.Status.values)
        assert states(ItemExtension) == set(ItemExtension.Status.values)
        assert states(PublicComment) == set(PublicComment.Status.values)
        assert states(BonusClaim) == set(BonusClaim.Status.values)
        assert states(Complaint) == set(Complaint.Status.values)
        assert states(DailyDeduction) == set(DailyDeduction.Status.values)
        assert states(Defence) == set(Defence.Status.values)
        counting = DailyDeduction.objects.filter(status="confirmed")
        assert set(counting.values_list("told_how", flat=True)) == {"page", "slip", ""}
        assert set(DailyDeduction.objects.values_list("rule", flat=True)) == {"1", "2", "3", "4", "5a", "5b", "6"}
        assert counting.exclude(late_reason="").exists()
        assert MonthSheet.objects.exists()

    def test_rectification_shows_what_follows_from_it(self) -> None:
        today = timezone.localdate()
        keys = DailyDeduction.objects.values_list("proposal_key", flat=True)
        assert {key.rpartition(":")[2] for key in keys if key and key.startswith("plan")} >= {
            "overdue",
            "returned-twice",
        }
        assert PlanItem.objects.overdue(today=today).exists()
        assert RectificationNotice.objects.late(today=today).exists()
        assert [takes_ratings(plan) for plan in RectificationPlan.objects.filter(ratings__isnull=False)].count(
            True
        ) >= 5
        assert PlanItem.objects.filter(files__isnull=False).exists()
        assert not timer_state(Cycle.objects.get()).is_silent
        assert not TimerRun.objects.exclude(problem="").exists()

    def test_results_are_handed_over_in_every_way_and_answered(self) -> None:
        ways = {(row.how, row.answer, row.delivered_at is not None) for row in Feedback.objects.all()}
        assert ways == {
            ("page", "accepted", True), ("page", "objected", True), ("page", "none", True),
            ("slip", "none", True), ("slip", "none", False),
        }  # fmt: skip

    def test_an_award_under_two_names_counts_once(self) -> None:
        keys = list(BonusClaim.objects.filter(appraisal__name="罗永生").values_list("award_key", flat=True))
        [result] = Result.objects.filter(name="罗永生")
        assert (len(keys), len(set(keys))) == (2, 1)
        assert sorted(row["counted"] for row in result.awards) == [False, True]

    def test_recipients_are_drawn_from_a_list(self) -> None:
        drawn = Draw.objects.get()
        rows = DrawnRecipient.objects.filter(stratum__draw=drawn)
        assert drawn.frame.made_at < drawn.drawn_at
        assert (rows.filter(state="called_up").count(), rows.filter(way="letter").count()) == (2, 6)

    def test_the_finished_unit_was_judged_by_two_hundred(self) -> None:
        boxes = BallotBox.objects.filter(unit__code="minzheng", state=BallotBox.State.COUNTED)
        assert sum(box.receipts.count() for box in boxes) >= 200
        results = Result.objects.filter(publication__organising_unit__code="minzheng")
        assert results.filter(deductions__gt=[]).exists()
        assert results.filter(awards__gt=[]).exists()
        assert results.get(name="孙志远").missing_groups == {"public": "reallocate"}
        deeds = Recommendation.objects.get(status=Recommendation.Status.SUBMITTED).deeds
        assert 1800 <= count_characters(deeds) <= 2200
        assert Commendation.objects.published().count() == 2

    def test_its_results_are_recounted_without_a_difference(self) -> None:
        file = Path(self.folder.name) / "results.json"
        call_command("export_results", Cycle.objects.get().year, out=file, stderr=StringIO())
        command = [sys.executable, "-m", "evaluation.scoring", str(file)]
        done = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, check=False)
        assert done.returncode == 0, done.stdout.decode()[-500:]

    @pytest.fixture(autouse=True)
    def spreadsheet_program(self, libreoffice: Callable[..., Mapping[str, bytes]]) -> None:
        self.libreoffice = libreoffice

    def test_its_results_are_recalculated_by_their_workbooks(self) -> None:
        """Opened in LibreOffice and computed from the counts: every figure of every list."""
        cycle, lists = Cycle.objects.get(), Publication.objects.current()
        files = {f"{one.pk}.xlsx": summary_workbook(one) for one in lists.for_list()}
        files["city.xlsx"] = city_workbook(lists, cycle=cycle)
        computed = self.libreoffice({name: uncached(data) for name, data in files.items()}, to="xlsx")
        for name, data in files.items():
            formulas, wrong = differences(data, computed[name])
            assert formulas > 300
            assert wrong == []
        found = {
            (row[1].value, str(row[2].value)): (row[3].value, row[4].value, row[5].value, row[6].value, row[7].value)
            for row in load_workbook(BytesIO(computed["city.xlsx"]), data_only=True)["核对"].iter_rows(min_row=4)
        }
        scored = Result.objects.filter(publication__in=lists, status=Result.Status.SCORED)
        for result in scored.select_related("publication__organising_unit"):
            composite, rank = float(result.composite or 0), result.rank
            line = found[result.name, result.publication.organising_unit.name]
            assert line == (composite, composite, rank, rank, "一致")

    def test_its_documents_are_laid_out_alike_in_both_formats(self) -> None:
        """One paper of every kind and layout, opened in LibreOffice: paper, pages and text of its PDF."""
        drawn = dict(_documents_of_every_kind(Cycle.objects.get()))
        opened = self.libreoffice({f"{name}.docx": data for name, (_pdf, data) in drawn.items()})
        missed = {one.code for one in CATALOGUE if "docx" in one.drawn} - {name.partition(" ")[0] for name in drawn}
        unlike = {name: _difference(Printed(pdf), Printed(opened[f"{name}.docx"])) for name, (pdf, _) in drawn.items()}
        assert missed == set()
        assert {name: why for name, why in unlike.items() if why} == {}

    def test_the_record_holds_and_runs_forward(self) -> None:
        assert first_broken_link() is None
        times = list(AuditEvent.objects.order_by("sequence").values_list("at", flat=True))
        assert times == sorted(times)
        assert times[-1] <= timezone.now()
        assert not Incident.objects.exists()

    def test_everybody_signs_in_with_the_one_password(self) -> None:
        for username in ACCOUNTS:
            assert User.objects.get(username=username).check_password(PASSWORD), username

    def test_everybody_has_a_home_page_and_residents_too(self) -> None:
        assert self.client.get(reverse("portal:home")).status_code == 200
        for username in ACCOUNTS:
            user = User.objects.get(username=username)
            self.client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
            assert self.client.get(reverse("desk:home")).status_code == 200, username

    def test_notes_name_accounts_passphrase_and_codes(self) -> None:
        out = StringIO()
        call_command("start_notes", stdout=out)
        _group, code = loading.kept_slips()[0]
        for word in ("office", "minzheng-sh", PASSWORD, "yunxi gongshu minping", f"{code[:4]} {code[4:8]} {code[8:]}"):
            assert word in out.getvalue()

    def test_notes_are_silent_where_a_real_year_has_begun(self) -> None:
        create_cycle(year=2099, actor="test", city_name="某市")
        out = StringIO()
        call_command("start_notes", stdout=out)
        assert PASSWORD not in out.getvalue()

    def test_nothing_in_it_looks_like_a_citizen_number(self) -> None:
        for model in apps.get_app_config("evaluation").get_models():
            kinds = (models.CharField, models.TextField)
            names = [field.name for field in model._meta.fields if isinstance(field, kinds) and not _is_random(field)]
            for values in model._default_manager.values_list(*names) if names else ():
                assert not any(holds_citizen_number(value) for value in values if isinstance(value, str)), model


def _documents_of_every_kind(cycle: Cycle) -> Iterator[tuple[str, tuple[bytes, bytes]]]:
    """The first of every kind that is written as .docx, others of kinds that look different, and drafts."""
    shelf = Shelf(cycle, None, units_with_papers(cycle=cycle, user=None), is_city=True)
    for printable in (one for one in CATALOGUE if "docx" in one.drawn):
        for item in _chosen(printable.code, printable.items(shelf)):
            asked = Asked(cycle, item.target, None)
            yield f"{printable.code} {item.target}", (printable.drawn["pdf"](asked), printable.drawn["docx"](asked))
    for name, paper in (("ledger city", ledger_paper(cycle)), ("circular draft", circular_paper(cycle))):
        yield name, (paper_pdf(paper), paper_docx(paper))


def _chosen(code: str, items: list[Item]) -> list[Item]:
    """The first; of months also one in which something was found, of lists also one with a table of villages."""
    there = [item for item in items if not item.why_not] or [item for item in items if item.target]
    found = [item for item in there if code == "month-sheet" and item.filed]
    villages = [item for item in there if code == "scope-list" and item.unit and item.unit.name == "东溪镇"]
    chosen = [*there[:1], *found[:1], *villages]
    return list({item.target: item for item in chosen}.values())


def _difference(pdf: Printed, docx: Printed) -> object:
    """What tells the .docx from the PDF: pages with their sizes, then characters in whatever order."""
    if pdf.sizes != docx.sizes:
        return pdf.sizes, docx.sizes
    ours, theirs = (Counter(squeezed(one.text).replace("-", "")) for one in (pdf, docx))  # left out at ends of lines
    return (ours - theirs, theirs - ours) if ours != theirs else None


def _is_random(field: models.Field) -> bool:
    """Hashes and codes: what looks like a number in them is chance."""
    return bool(re.search(r"hash|digest|sha256|merkle|code|previous", field.name))


class OnTheSecondOfJanuary(InAnEmptyFolder):
    def test_the_story_lies_in_the_year_before_and_the_year_is_the_new_one(self) -> None:
        with time_machine.travel(datetime(2026, 1, 2, 3, 0, tzinfo=ZoneInfo("Asia/Shanghai"))):
            load()
            cycle = Cycle.objects.get()
            assert cycle.year == 2026
            assert all(claim.awarded_on.year == 2026 for claim in BonusClaim.objects.all())
            assert set(Publication.objects.values_list("status", flat=True)) >= {"final", "notice"}
            assert BallotBox.objects.filter(state=BallotBox.State.OPEN, closes_at__gt=timezone.now()).count() == 3
            assert first_broken_link() is None


@pytest.mark.django_db
def test_it_stays_away_from_a_real_city(cycle: Cycle) -> None:
    assert load(if_new=True) == ""
    with pytest.raises(CommandError):
        load()
    assert not Appraisal.objects.exists()


@pytest.mark.django_db
def test_it_stays_away_where_somebody_has_an_account() -> None:
    user_named()
    assert load(if_new=True) == ""
    with pytest.raises(CommandError):
        load()


@pytest.mark.django_db
def test_a_load_that_was_broken_off_is_told() -> None:
    create_cycle(year=2026, actor="test", city_name="云溪市", is_demonstration=True)
    with pytest.raises(CommandError):
        load(if_new=True)


def test_an_act_never_overtakes_the_one_before_it() -> None:
    city = City(now=timezone.now())
    order: list[str] = []
    later, earlier = city.now, city.now - timedelta(hours=1)
    story = [Act(later, lambda _city: order.append("first")), Act(earlier, lambda _city: order.append("second"))]
    acts = in_order([story, [Act(earlier, lambda _city: order.append("other"))]])
    for act in acts:
        act.does(city)
    assert order == ["other", "first", "second"]
    assert acts == sorted(acts, key=lambda act: act.moment)


def test_names_stand_once_and_pledges_are_answered_for() -> None:
    units = read_units().values()
    cadres = [cadre for unit in units for part in (unit, *unit.villages) for cadre in part.cadres]
    assert len({cadre.name for cadre in cadres}) == len(cadres)
    assert all(len(cadre.done) in (0, len(cadre.items)) for cadre in cadres)


def test_texts_hold_no_citizen_number() -> None:
    texts = [file.read_text(encoding="utf-8") for file in (Path(settings.BASE_DIR) / "fixtures").rglob("*.toml")]
    assert texts
    assert read_words()["meeting_days"]["minzheng"] < 0
    assert not any(holds_citizen_number(text) for text in texts)


@pytest.mark.parametrize("name", ["departments.xlsx", "towns.xlsx", "villages.csv"])
def test_sample_rosters_are_read_to_the_last_row(name: str) -> None:
    roster = ROSTER.read(ROSTER.tables(read_workbook((SAMPLES / name).read_bytes(), name)))
    assert roster.lines
    assert not roster.rejections


def test_the_sample_ledger_is_read_to_the_last_row() -> None:
    ledger = LEDGER.read(LEDGER.tables(read_workbook((SAMPLES / "ledger.xlsx").read_bytes(), "ledger.xlsx")))
    assert (len(ledger.lines), ledger.rejections) == (60, [])
