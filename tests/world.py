"""One object of every kind in one unit's year, and a person in every role, for tests that try every address."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.models import User
from evaluation.archive.models import PaperJob
from evaluation.ballots.boxes import create_box, make_ready
from evaluation.ballots.keys import make_scrutineer_key
from evaluation.ballots.models import BallotBox, Opinion, PassRequest, ScrutineerKey, SetAside
from evaluation.ballots.passes import make_passes
from evaluation.ballots.tellers import make_teller_slip
from evaluation.bonus.services import claim_bonus
from evaluation.cycle.models import CalendarDay, Cycle, WorkPlan
from evaluation.cycle.services import create_cycle, open_cycle
from evaluation.daily.services import (
    accept_complaint,
    confirm_deductions,
    make_defence,
    propose_deduction,
    receive_complaint,
    record_deduction,
)
from evaluation.files.services import store_evidence, store_photo, store_workbook
from evaluation.guard.models import SiteTest
from evaluation.guard.site_test import open_site_test, site_test
from evaluation.intake.models import ImportJob, LearnedColumn
from evaluation.meetings.models import DutyReport, Inquiry, ReportMeeting
from evaluation.pledges.models import Pledge
from evaluation.recipients.models import ServiceRecord
from evaluation.recognition.models import Recommendation
from evaluation.rectification.models import (
    ItemExtension,
    PlanItem,
    PublicComment,
    RectificationNotice,
    RectificationPlan,
)
from evaluation.registry.services import add_scan, issue_document
from evaluation.results.models import Circular, Feedback, Objection, Publication
from evaluation.results.services import compute_publication
from evaluation.roster.models import Appraisal, ScopeList
from evaluation.units.models import Role, Unit, UnitName
from evaluation.workbooks import write_csv
from tests.factories import appraisal_of, draw_of, frame_of, member, unit_of
from tests.results.conftest import ENOUGH, count, counted_box, tally

YEAR = 2012
PASSPHRASE = "correct horse battery staple"


def picture(name: str = "图.png") -> SimpleUploadedFile:
    data = BytesIO()
    Image.new("RGB", (60, 80), "white").save(data, "PNG")
    return SimpleUploadedFile(name, data.getvalue(), content_type="image/png")


@dataclass
class UnitsYear:
    """Everything that one unit has in the year, published or not."""

    unit: Unit
    admin: User
    approver: User
    cadre: User
    colleague: User
    appraisal: Appraisal
    objects: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.objects[name]


def full_year(cycle: Cycle, office: User, name: str) -> UnitsYear:
    unit = unit_of(name)
    admin, approver = member(role=Role.UNIT_ADMIN, unit=unit), member(role=Role.APPROVER, unit=unit)
    cadre, colleague = member(role=Role.CADRE, unit=unit), member(role=Role.CADRE, unit=unit)
    appraisal = appraisal_of(cycle=cycle, unit=unit, user=cadre, name=f"{name}甲")
    appraisal_of(cycle=cycle, unit=unit, user=colleague, name=f"{name}乙")
    year = UnitsYear(unit, admin, approver, cadre, colleague, appraisal)
    for make in (_papers, _points, _answered_deduction, _results, _ballots, _after):
        year.objects.update(make(cycle, office, year))
    return year


def _papers(cycle: Cycle, office: User, year: UnitsYear) -> dict[str, Any]:
    proof = store_evidence(upload=picture(), actor=office)
    rows = write_csv(["姓名"], [["某某"]])
    workbook = store_workbook(data=rows, name="名册.csv", actor=office)
    now = timezone.now()
    ScopeList.objects.create(cycle=cycle, unit=year.unit, status="filed", filed_at=now)
    meeting = ReportMeeting.objects.create(
        cycle=cycle, unit=year.unit, title="述职述廉会议", starts_at=now + timedelta(days=3), place="礼堂",
        status="announced", announced_at=now,
    )  # fmt: skip
    return {
        "proof": proof,
        "pledge": Pledge.objects.create(
            appraisal=year.appraisal, duties="职责", commitments="承诺", status="published", published_at=now,
            photo=store_photo(upload=picture(), actor=office),
        ),
        "report": DutyReport.objects.create(appraisal=year.appraisal, duty="履职", status="submitted"),
        "meeting": meeting,
        "inquiry": Inquiry.objects.create(
            meeting=meeting, appraisal=year.appraisal, kind="question", topic="style", asked_by="recipient",
            question="何时办结？", written_due=date(2012, 12, 1),
        ),
        "work_plan": WorkPlan.objects.create(cycle=cycle, unit=year.unit, text="方案", status="submitted", file=proof),
        "service_record": ServiceRecord.objects.create(
            cycle=cycle, unit=year.unit, number=f"n{year.unit.pk}", matter="许可", applicant="某某"
        ),
        "learned_column": LearnedColumn.objects.create(kind="roster", label_key=f"名{year.unit.pk}", field="name"),
        "roster_import": ImportJob.objects.create(kind="roster", year=YEAR, file=workbook, created_by=year.admin),
        "ledger_import": ImportJob.objects.create(kind="ledger", year=YEAR, file=workbook, created_by=year.admin),
        "served_import": ImportJob.objects.create(kind="served", year=YEAR, file=workbook, created_by=year.admin),
        "daily_import": ImportJob.objects.create(kind="daily", year=YEAR, file=workbook, created_by=year.admin),
        "pledges_import": ImportJob.objects.create(kind="pledges", year=YEAR, file=workbook, created_by=year.admin),
        "attendance_import": ImportJob.objects.create(
            kind="attendance", year=YEAR, file=workbook, created_by=year.admin, about=str(meeting.pk)
        ),
        "bonus_import": ImportJob.objects.create(kind="bonus", year=YEAR, file=workbook, created_by=year.admin),
        "paper_job": PaperJob.objects.create(
            kind="selection", year=YEAR, unit=year.unit, title="文件", status="ready", file=proof, created_by=year.admin
        ),
        "earlier_name": UnitName.objects.create(unit=year.unit, name="旧名"),
    }  # fmt: skip


def _points(cycle: Cycle, office: User, year: UnitsYear) -> dict[str, Any]:
    complaint = receive_complaint(
        cycle=cycle, channel="letter", text="窗口中午无人值守，跑了三趟。", appraisal=year.appraisal, actor=year.admin,
        contact={"person": "周小安", "telephone": "13812345678"}, uploads=[picture()],
    )  # fmt: skip
    return {
        "complaint": accept_complaint(complaint=complaint, actor=year.admin, handler=year.admin),
        "deduction": record_deduction(
            appraisal=year.appraisal, actor=year.admin, rule="1", found_on=date(2012, 6, 1), source="complaint",
            facts="事实", basis="依据", evidence=year["proof"], late_reason="年中补录",
        ),
        "claim": claim_bonus(
            appraisal=year.appraisal, actor=year.admin, award="文明窗口", issuer="市政府", level="city",
            awarded_on=date(2012, 5, 4), proof=year["proof"], further=[year["proof"]],
        ),
    }  # fmt: skip


def _answered_deduction(cycle: Cycle, office: User, year: UnitsYear) -> dict[str, Any]:
    """A proposal; and a deduction that counts, of which the cadre was told, and to which they answered."""
    found: dict[str, Any] = {"found_on": date(2012, 6, 2), "source": "discipline", "facts": "事实", "basis": "依据"}
    confirmed = record_deduction(
        appraisal=year.appraisal, actor=year.admin, rule="3", decision="问责〔2012〕3号", late_reason="年中补录",
        uploads=[picture(), picture()], **found,
    )  # fmt: skip
    confirm_deductions(deductions=[confirmed], approver=year.approver)
    proposal = propose_deduction(
        key=f"world:{year.unit.pk}", appraisal=year.appraisal, rule="2", why="逾期未整改",
        **{**found, "found_on": date(2012, 6, 9)},
    )  # fmt: skip
    return {
        "proposal": proposal,
        "confirmed": confirmed,
        "defence": make_defence(deduction=confirmed, text="情况不属实。", actor=year.cadre, uploads=[picture()]),
    }


def _ballots(cycle: Cycle, office: User, year: UnitsYear) -> dict[str, Any]:
    soon = timezone.now() + timedelta(days=3)
    frame = frame_of(cycle=cycle, unit=year.unit, sections={"办公室": 2})

    def new_box(kind: str, group: str, title: str) -> BallotBox:
        return create_box(
            cycle=cycle, unit=year.unit, track="mid_level", kind=kind, title=title, closes_at=soon, actor=office,
            groups={group: 20}, takes_paper=kind == "meeting", opens_at=timezone.now() + timedelta(hours=1),
        )  # fmt: skip

    scrutineer = ScrutineerKey.objects.get(cycle=cycle).user
    prepared = [new_box("meeting", "own_unit", "会场票箱"), new_box("public", "public", "公众票箱")]
    ready, public = make_ready(boxes=prepared, scrutineer=scrutineer, passphrase=PASSPHRASE)
    [slip] = make_passes(box=ready, group="own_unit", number=1, actor=year.admin)
    _teller, teller_code = make_teller_slip(box=ready, name="计票人甲", actor=office)
    closed = new_box("meeting", "own_unit", "已关票箱")
    for state in ("ready", "open", "closed"):
        BallotBox.objects.filter(pk=closed.pk).update(state=state)
    crowded = new_box("public", "public", "有集中投票的票箱")
    for state in ("ready", "open", "closed"):
        BallotBox.objects.filter(pk=crowded.pk).update(state=state)
    return {
        "box": new_box("meeting", "own_unit", "筹备中的票箱"),
        "burst": SetAside.objects.create(box=crowded, label="A", hour=400_000, network="0" * 64, number=31),
        "frame": frame,
        "draw": draw_of(frame=frame),
        "ready_box": ready,
        "slip": slip,
        "teller_code": teller_code,
        "public_box": public,
        "slip_request": PassRequest.objects.create(
            box=ready, group="own_unit", kind="extra", reason="补发", proposed_by=office
        ),
        "opinion": Opinion.objects.create(box=closed, appraisal=year.appraisal, text="窗口中午无人"),
    }


def _results(cycle: Cycle, office: User, year: UnitsYear) -> dict[str, Any]:
    """Both cadres judged, computed by the service, fed back and under public notice."""
    today = timezone.localdate()
    rows = list(Appraisal.objects.filter(organising_unit=year.unit))
    box = counted_box(cycle=cycle, unit=year.unit, appraisals=rows, title="已计票箱")
    for appraisal in rows:
        for group, size in ENOUGH.items():
            tally(box, appraisal, group, satisfied=size - 2, ordinary=2)
    opinion = Opinion.objects.create(box=box, appraisal=year.appraisal, text="上周二下午窗口一直无人值守")
    count(box)
    publication = compute_publication(cycle=cycle, track="mid_level", organising_unit=year.unit, actor=office)
    result = publication.results.get(appraisal=year.appraisal)
    feedback = Feedback.objects.create(
        result=result, how="slip", scan=year["proof"], delivered_at=timezone.now(), due=today + timedelta(days=3)
    )
    objection = Objection.objects.create(result=result, text="有异议", due=today + timedelta(days=5))
    objection.files.add(year["proof"])
    for status in ("feedback", "notice"):
        Publication.objects.filter(pk=publication.pk).update(
            status=status, notice_from=today, notice_until=today + timedelta(days=7)
        )
    document = issue_document(
        kind="summary", year=YEAR, unit=year.unit, about=f"test:{year.unit.pk}", title="得分汇总表", actor=office,
        draw=lambda number: (b"%PDF-1.7", b"PK"),
    )  # fmt: skip
    add_scan(document=document, upload=picture(), actor=office)
    return {
        "document": document,
        "circular": Circular.objects.create(
            cycle=cycle, title="通报", text="一、基本情况", drafted_by=office, drafted_at=timezone.now()
        ),
        "publication": publication,
        "counted_opinion": opinion,
        "result": result,
        "feedback": feedback,
        "objection": objection,
    }


def _after(cycle: Cycle, office: User, year: UnitsYear) -> dict[str, Any]:
    today = timezone.localdate()
    plan = RectificationPlan.objects.create(
        appraisal=year.appraisal, status="published", published_at=timezone.now(),
        comments_until=today + timedelta(days=5),
    )  # fmt: skip
    item = PlanItem.objects.create(
        plan=plan, order=1, source="other", problem="排队长", measure="增设窗口", effect="十分钟内",
        due=today + timedelta(days=30), first_due=today + timedelta(days=30),
    )  # fmt: skip
    item.files.add(year["proof"])
    return {
        "plan": plan,
        "plan_item": item,
        "extension": ItemExtension.objects.create(
            item=item,
            until=today + timedelta(days=60),
            old_due=today + timedelta(days=30),
            reason="设备未到",
            asked_by=year.cadre,
        ),
        "comment": PublicComment.objects.create(plan=plan, text="建议延长窗口时间", status="shown"),
        "notice": RectificationNotice.objects.create(
            appraisal=year.appraisal,
            unit=year.unit,
            text="请整改",
            due=today + timedelta(days=30),
            status="issued",
            issued_at=timezone.now(),
        ),
        "recommendation": Recommendation.objects.create(
            cycle=cycle, unit=year.unit, appraisal=year.appraisal, status="submitted"
        ),
    }


@dataclass
class World:
    cycle: Cycle
    mine: UnitsYear
    theirs: UnitsYear
    people: dict[str, User]
    day: CalendarDay
    site_test: SiteTest

    def client(self, person: str) -> Client:
        """A browser that is signed in, or has opened a sheet with a pass, or holds a teller's slip, or nothing."""
        client = Client()
        if person in self.people:
            client.force_login(self.people[person], backend="django.contrib.auth.backends.ModelBackend")
        elif person == "voter":
            opened = client.post(reverse("vote:sheet"), {"secret": self.mine["slip"].token})
            assert opened.status_code == 200
        elif person == "teller":
            entered = client.post(reverse("vote:teller-enter"), {"code": self.mine["teller_code"]})
            assert entered.status_code == 302
        return client


def make_world() -> World:
    office = member(role=Role.OFFICE)
    tested = open_site_test(code=site_test().code)
    cycle = open_cycle(cycle=create_cycle(year=YEAR, actor=office, city_name="示范市"), actor=office)
    scrutineer = member(role=Role.SCRUTINEER)
    make_scrutineer_key(cycle=cycle, user=scrutineer, passphrase=PASSPHRASE)
    mine, theirs = full_year(cycle, office, "市民政局"), full_year(cycle, office, "市司法局")
    people = {
        "cadre": mine.cadre,
        "colleague": mine.colleague,
        "unit": mine.admin,
        "other_unit": theirs.admin,
        "approver": mine.approver,
        "other_approver": theirs.approver,
        "scrutineer": scrutineer,
        "office": office,
        "organisation": member(role=Role.ORGANISATION),
        "auditor": member(role=Role.AUDITOR),
    }
    day, _made = CalendarDay.objects.get_or_create(day=date(2012, 10, 1), defaults={"is_working": False})
    return World(cycle, mine, theirs, people, day, tested)
