"""Who is invited to a meeting and who came, by name, from a workbook (C7): all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from evaluation.errors import DomainError
from evaluation.guard.citizen_numbers import holds_citizen_number
from evaluation.intake.columns import Column, Kind
from evaluation.intake.importer import Ask, JudgedRow, Plan, Reading, Refused, Verdict
from evaluation.intake.models import ImportJob
from evaluation.intake.reading import Line, Problem
from evaluation.meetings.models import Attendee, Category, ReportMeeting
from evaluation.meetings.services import NamedAttendee, save_attendees
from evaluation.meetings.services.holding import require_may_write
from evaluation.roster.year_imports import YearImporter
from evaluation.workbooks import name_key, text_key
from evaluation.workbooks.forms import write_form

MOST = 3_000
# What offices call them; the first is how the city's own forms do.
CATEGORIES: Mapping[str, tuple[str, ...]] = {
    Category.RECIPIENT: ("服务对象", "办事群众", "企业代表", "服务对象代表", "管理服务对象"),
    Category.STAFF: ("本单位干部职工", "干部职工", "本单位人员", "单位职工", "职工代表", "本单位"),
    Category.PARTY_DELEGATE: ("党代表", "党代会代表", "党员代表"),
    Category.PEOPLE_DEPUTY: ("人大代表",),
    Category.CPPCC_MEMBER: ("政协委员",),
    Category.SUPERVISOR: ("各类监督员", "监督员", "行风监督员", "效能监督员", "特邀监督员", "社会监督员"),
    Category.SOCIETY: ("社会各界代表", "各界代表", "群众代表", "村(居)民代表", "新闻媒体", "社会代表"),
}
STATES: Mapping[str, tuple[str, ...]] = {
    Attendee.Status.INVITED: ("已邀请", "应到", "邀请", "未到", "缺席"),
    Attendee.Status.PRESENT: ("实到", "出席", "已到", "到会", "参加", "签到", "到", "是", "√"),
    Attendee.Status.ON_LEAVE: ("请假", "事假", "病假", "公假"),
}
COLUMNS = (
    Column("serial", "序号", ("编号",)),
    Column(
        "category",
        "类别",
        ("代表类别", "人员类别", "身份类别", "参会类别", "评议主体"),
        required=True,
        choices=tuple(words[0] for words in CATEGORIES.values()),
        example="人大代表",
    ),
    Column(
        "name", "姓名", ("名字", "参会人员", "代表姓名"), required=True, length=60, kind=Kind.NAME, example="张　三"
    ),
    Column(
        "organisation",
        "单位或住址",
        ("单位", "工作单位", "所在单位", "住址", "地址"),
        length=80,
        example="城关镇中心小学",
    ),
    Column("seat", "座次", ("座位", "座位号", "席位", "席次"), length=20, example="3排5座"),
    Column(
        "status",
        "到会情况",
        ("出席情况", "参会情况", "签到", "签到情况", "是否到会", "到会"),
        length=20,
        choices=tuple(words[0] for words in STATES.values()),
        example="实到",
    ),
    Column("invited", "是否受邀", ("受邀", "是否邀请"), kind=Kind.YES_NO, example="是"),
)
NOTES = (
    "填表说明：1.一人一行，“例”行不读入；2.类别、到会情况从下拉列表中选择，会前只填类别、姓名、单位、座次即可；"
    "3.已在名单上的按类别、姓名、单位核对更新，名单上有而本表没有的保留不动；4.姓名只由本单位掌握，公开页面只显示人数；5.不填身份证号。",
)
FIELDS = ("organisation", "seat", "status", "is_walk_in")
Key = tuple[str, str]


def code_of(words: Mapping[str, Iterable[str]], text: str) -> str:
    """Return the code that a word means; nothing where it is none of them.

    >>> code_of(STATES, "出席"), code_of(CATEGORIES, "路人")
    ('present', '')
    """
    said = text_key(text)
    return next((str(code) for code, known in words.items() if said in {text_key(word) for word in known}), "")


class AttendanceImporter(YearImporter):
    """About one meeting. The organising unit brings in its guests, or the office does."""

    kind = ImportJob.Kind.ATTENDANCE
    columns = COLUMNS
    model = Attendee
    title = gettext_lazy("Import attendance")
    lead = gettext_lazy(
        "Upload the list of those invited, or of those who came. Whoever stands on the list already is brought up to "
        "date; whoever is missing in the file stays."
    )
    done = gettext_lazy("The names have been imported; the counts follow them.")
    post_label = gettext_lazy("Category")
    back = (gettext_lazy("To the meeting"), "meetings:meeting-list")
    forms = ((gettext_lazy("Empty form"), "meetings:attendance-template"),)
    space = "meetings"
    names = "attendance-import"
    step = 2

    def page_context(self, user: User, year: int, about: str) -> dict[str, Any]:
        rows = ReportMeeting.objects.visible_to(user).filter(cycle__year=year)
        meeting = get_object_or_404(rows.select_related("cycle", "unit"), pk=about)
        if not ReportMeeting.objects.writable_by(user).filter(pk=meeting.pk).exists():
            raise PermissionDenied
        return {"cycle": meeting.cycle, "meeting": meeting}

    def back_url(self, year: int, about: str) -> str:
        return reverse("meetings:meeting-detail", args=[year, about])

    def empty_form(self, year: int, form: str) -> tuple[bytes, str]:
        return write_form("参会人员名单", COLUMNS, heading="参会人员名单", notes=NOTES), _("attendance-form.xlsx")

    def require_open(self, ask: Ask) -> None:
        """Raises ``DomainError``: ``cycle_closed``, ``not_allowed``, ``wrong_state`` once the meeting is reported."""
        super().require_open(ask)
        meeting = self.meeting(ask)
        if isinstance(ask.actor, User):
            require_may_write(meeting, ask.actor)
        if meeting.status == ReportMeeting.Status.REPORTED:
            raise DomainError("wrong_state", _("The meeting is over; this cannot be changed any more."))

    def problems(self, line: Line) -> Iterable[Problem]:
        category, status = line.text("category"), line.text("status")
        if category and not code_of(CATEGORIES, category):
            named = "、".join(words[0] for words in CATEGORIES.values())
            problem = _("“%(text)s” is no category of guests.") % {"text": category[:20]}
            yield line.problem("category", problem, _("Write one of these: %(named)s.") % {"named": named})
        if status and not code_of(STATES, status):
            problem = _("“%(text)s” does not say whether somebody came.") % {"text": status[:20]}
            yield line.problem("status", problem, _("Write 实到 or 请假, or leave it empty."))
        for name in ("name", "organisation", "seat"):
            if holds_citizen_number(line.text(name)):
                advice = _("Delete it. This system does not keep citizen identity numbers.")
                yield line.problem(name, _("A citizen identity number stands here."), advice)

    def shown(self, line: Line) -> dict[str, str]:
        return {"name": line.person("name"), "unit": line.text("organisation")}

    def plan(self, ask: Ask, reading: Reading) -> Plan:
        plan = Plan()
        for rejection in reading.rejections:
            plan.reject(rejection)
        standing: dict[Key, list[Attendee]] = {}
        for one in Attendee.objects.filter(meeting=self.meeting(ask)):
            standing.setdefault((one.category, name_key(one.name)), []).append(one)
        seen: dict[tuple[Key, str], int] = {}
        for line in reading.lines:
            try:
                plan.judged.append(_judged(plan, line, standing, seen))
            except Refused as refused:
                plan.reject(line.rejected(*refused.rejection))
        plan.sort(reading.sheets)
        return plan

    def carry_out(self, ask: Ask, plan: Plan) -> None:
        assert isinstance(ask.actor, User)
        meeting = self.meeting(ask)
        changed = {pk: given for pk, given in plan.acts if pk is not None}
        kept = [changed.get(one.pk) or _named(one) for one in meeting.attendees.all()]
        new = [given for pk, given in plan.acts if pk is None]
        save_attendees(meeting=meeting, actor=ask.actor, attendees=[*kept, *new])

    def meeting(self, ask: Ask) -> ReportMeeting:
        return ReportMeeting.objects.select_related("unit", "cycle").get(pk=ask.about, cycle__year=ask.year)


def _judged(
    plan: Plan, line: Line, standing: Mapping[Key, list[Attendee]], seen: dict[tuple[Key, str], int]
) -> JudgedRow:
    """Say what a row is, and note what it does."""
    key = code_of(CATEGORIES, line.text("category")), name_key(line.person("name"))
    earlier = seen.setdefault((key, text_key(line.text("organisation"))), line.number)
    if earlier != line.number:
        raise Refused(
            "name",
            _("The same person stands in row %(row)s already.") % {"row": earlier},
            _("Delete one of the two rows, or write where each is from."),
        )
    if len(seen) > MOST:
        raise Refused("name", _("There are more than 3,000 names."), _("Bring only those who are invited."))
    one = _same_person(line, standing.get(key, []))
    given = _given(line, key[0], one)
    label = str(Category(key[0]).label)
    values: dict[str, object] = {"name": given.name, "unit": given.organisation, "office": given.seat, "post": label}
    if one is None:
        plan.acts.append((None, given))
        return JudgedRow(line.sheet, line.number, Verdict.NEW, values=values)
    before = _named(one)
    changes = {
        name: [_word(name, getattr(before, name)), _word(name, getattr(given, name))]
        for name in FIELDS
        if (getattr(before, name) or "") != (getattr(given, name) or "")
    }
    if not changes:
        return JudgedRow(line.sheet, line.number, Verdict.SAME, values=values, target=one.pk)
    plan.acts.append((one.pk, given))
    return JudgedRow(line.sheet, line.number, Verdict.CHANGED, values={**values, "changes": changes}, target=one.pk)


def _same_person(line: Line, standing: list[Attendee]) -> Attendee | None:
    """Of those of one category and name the one from the same place; where the file does not say, the only one."""
    place = text_key(line.text("organisation"))
    same = [one for one in standing if text_key(one.organisation) == place]
    if same:
        return same[0]
    unsaid = standing if not place else [one for one in standing if not one.organisation]
    return unsaid[0] if len(unsaid) == 1 else None


def _given(line: Line, category: str, one: Attendee | None) -> NamedAttendee:
    """What the row says; what it leaves empty stays as it stands."""
    before = _named(one) if one else NamedAttendee(category=category, name=line.person("name"))
    status = code_of(STATES, line.text("status")) or before.status
    walk_in = not line.yes("invited") if line.text("invited") else before.is_walk_in
    return NamedAttendee(
        category=category,
        name=before.name,
        organisation=line.text("organisation") or before.organisation,
        status=status,
        is_walk_in=walk_in,
        seat=line.text("seat") or before.seat,
    )


def _named(one: Attendee) -> NamedAttendee:
    return NamedAttendee(one.category, one.name, one.organisation, one.status, one.is_walk_in, one.seat)


def _word(name: str, value: object) -> str:
    if name == "status":
        return STATES[str(value)][0]
    return {True: "是", False: "否"}[value] if isinstance(value, bool) else str(value or "")


ATTENDANCE = AttendanceImporter()
