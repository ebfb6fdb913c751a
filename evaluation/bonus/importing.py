"""Bonus claims from a workbook, one row an award, with a zip of their proofs: all of it or nothing (C26, Annex 2-2)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from evaluation.bonus.awards import are_similar, award_key
from evaluation.bonus.columns import COLUMNS, NOTES
from evaluation.bonus.models import BonusClaim
from evaluation.bonus.posts import Held, tenure_of
from evaluation.bonus.selectors import key_of
from evaluation.bonus.services import claim_bonus
from evaluation.cycle.models import BonusLevel, Cycle, Track
from evaluation.errors import DomainError
from evaluation.files.models import StoredFile
from evaluation.files.services import MOST_FILES
from evaluation.files.zips import Packed, packed_files, unpacked
from evaluation.guard.citizen_numbers import holds_citizen_number
from evaluation.intake.importer import Ask, JudgedRow, Plan, Reading, Refused, Verdict, rejected_row
from evaluation.intake.models import ImportJob
from evaluation.intake.reading import Line, rejection_of
from evaluation.roster.finding import Roll
from evaluation.roster.models import Appraisal
from evaluation.roster.year_imports import YearImporter
from evaluation.workbooks import name_key, text_key
from evaluation.workbooks.forms import write_form

BETWEEN = re.compile(r"[、；;，,\n]")
PARTS = re.compile(r"[-_—–－+,，、.\s()（）/0-9]+")
SUFFIXES = (".pdf", ".jpg", ".jpeg", ".png")
DEPARTMENT = ("集体", "部门", "科室", "单位", "团体", "先进集体", "是")
# What offices call a level beside its name in the rules.
LEVELS: Mapping[str, tuple[str, ...]] = {
    "nation": ("国家级", "全国", "国家", "部级", "中央"),
    "province": ("省级", "全省", "省", "省部级", "省厅"),
    "prefecture": ("设区市", "地级市", "地市级", "设区市级", "地级"),
    "city": ("本市", "本级", "县市级", "县级", "本市级", "县(市)级"),
}


@dataclass(slots=True)
class Act:
    """One claim to be made, with the files of its proof."""

    line: Line
    appraisal: Appraisal
    level: str
    key: str
    files: list[Packed]


class BonusImporter(YearImporter):
    """A unit's administrator claims for whom the unit organises, the office for anybody; another person decides."""

    kind = ImportJob.Kind.BONUS
    columns = COLUMNS
    model = BonusClaim
    title = gettext_lazy("Import bonus claims")
    lead = gettext_lazy(
        "Upload the list of awards, one row an award, and a zip of the certificates. Each becomes a claim that the "
        "office decides."
    )
    done = gettext_lazy("The claims have been handed in. The office decides them.")
    post_label = gettext_lazy("Award")
    back = (gettext_lazy("To the claims"), "bonus:claim-list")
    forms = ((gettext_lazy("Empty form"), "bonus:import-template"),)
    space = "bonus"
    step = 3
    takes_photos = True
    photos_label = gettext_lazy("Proofs")
    photos_help = gettext_lazy(
        "A .zip of PDF, JPEG or PNG files, named in the column 证明材料 or after the cadre: 姓名.pdf. "
        "A claim needs its proof."
    )

    def check_photos(self, data: bytes) -> None:
        if not packed_files(data, SUFFIXES):
            raise DomainError("no_proofs", _("There is no PDF, JPEG or PNG file in the zip."))

    def empty_form(self, year: int, form: str) -> tuple[bytes, str]:
        levels = BonusLevel.objects.filter(rules__cycle__year=year).order_by("order")
        choices = {"级别": list(dict.fromkeys(level.label_zh for level in levels)), "获奖对象": ["个人", "集体"]}
        heading = f"{year}年度加分申请汇总表"
        return write_form("加分申请", COLUMNS, heading=heading, notes=NOTES, choices=choices), _("bonus-form.xlsx")

    def plan(self, ask: Ask, reading: Reading) -> Plan:
        return _Judge(self.cycle(ask), ask).plan(reading)

    def carry_out(self, ask: Ask, plan: Plan) -> None:
        assert isinstance(ask.actor, User)
        packed = _bytes_of(ask.photos)
        for act in plan.acts:  # the files of one claim at a time: together they fill the memory
            taken = unpacked(packed, act.files)
            uploads = [SimpleUploadedFile(PurePosixPath(file.name).name, data) for file, data in taken]
            try:
                claim_bonus(
                    appraisal=act.appraisal,
                    actor=ask.actor,
                    level=act.level,
                    awarded_on=act.line.day("awarded_on") or timezone.localdate(),
                    proof=uploads[0],
                    further=uploads[1:],
                    is_department=_is_department(act.line),
                    is_another=act.line.yes("another"),
                    **{name: act.line.text(name) for name in TEXTS},
                )
            except DomainError as error:
                words = {"row": act.line.number, "said": str(error)}
                raise DomainError(error.code, _("Row %(row)s: %(said)s") % words) from error


TEXTS = ("award", "issuer", "document_number", "department", "post_note", "unit_opinion", "note")


class _Judge:
    def __init__(self, cycle: Cycle, ask: Ask) -> None:
        assert isinstance(ask.actor, User)
        self.cycle, self.actor = cycle, ask.actor
        rows = Appraisal.objects.writable_by(ask.actor).filter(cycle=cycle).exclude(track=Track.BUREAU_LEADER)
        self.roll = Roll.of(rows.select_related("home_unit", "organising_unit", "cycle", "cadre"))
        self.levels: dict[str, list[BonusLevel]] = {}
        for level in BonusLevel.objects.filter(rules__cycle=cycle).select_related("rules"):
            self.levels.setdefault(level.rules.track, []).append(level)
        claims = BonusClaim.objects.standing().filter(appraisal__cycle=cycle).select_related("appraisal")
        self.standing = [
            (claim.appraisal, key_of(claim, cycle.year), claim.level, claim.pk, claim.award) for claim in claims
        ]
        self.files = packed_files(_bytes_of(ask.photos), SUFFIXES) if ask.photos else []
        self.rows_of: Counter[str] = Counter()

    def plan(self, reading: Reading) -> Plan:
        plan = Plan()
        for rejection in reading.rejections:
            plan.reject(rejection)
        self.rows_of.update(name_key(line.person("name")) for line in reading.lines)
        for line in reading.lines:
            try:
                plan.judged.append(self.judged(plan, line))
            except Refused as refused:
                shown = {"name": line.person("name"), "unit": line.text("unit")}
                problem = line.problem(*refused.rejection)
                plan.judged.append(rejected_row(rejection_of(line.sheet, line.number, [problem], shown)))
        used = {file.name for act in plan.acts for file in act.files}
        plan.told["files_unused"] = [file.name for file in self.files if file.name not in used]
        plan.sort(reading.sheets)
        return plan

    def judged(self, plan: Plan, line: Line) -> JudgedRow:
        appraisal = self.roll.find(line)
        level = self.level(line, appraisal)
        key = award_key(line.text("award"), self.cycle.year)
        values = {
            "name": appraisal.name,
            "unit": appraisal.organising_unit.name,
            "office": appraisal.office,
            "post": f"{line.text('award')}（{level.label}）",
        }
        standing = next(
            (row for row in self.standing if (row[0].pk, row[1], row[2]) == (appraisal.pk, key, level.code)), None
        )
        if standing is not None and standing[3]:
            return JudgedRow(line.sheet, line.number, Verdict.SAME, values=values, target=standing[3])
        if standing is not None:
            raise Refused("award", _("This award stands in the file already."), _("Delete one of the two rows."))
        self.check(line, appraisal, key)
        files = self.proofs(line)
        self.standing.append((appraisal, key, level.code, 0, line.text("award")))
        plan.acts.append(Act(line, appraisal, level.code, key, files))
        return JudgedRow(
            line.sheet, line.number, Verdict.NEW, values={**values, "files": [file.name for file in files]}
        )

    def level(self, line: Line, appraisal: Appraisal) -> BonusLevel:
        said, levels = text_key(line.text("level")), self.levels.get(appraisal.track, [])
        for level in levels:
            words = (level.label_zh, level.label_en, level.code, *LEVELS.get(level.code, ()))
            if said in {text_key(word) for word in words} or said == text_key(level.label_zh).removesuffix("表彰"):
                return level
        advice = _("Write one of these: %(named)s.") % {"named": "、".join(level.label_zh for level in levels)}
        raise Refused("level", _("“%(text)s” is no level of this year.") % {"text": line.text("level")[:20]}, advice)

    def check(self, line: Line, appraisal: Appraisal, key: str) -> None:
        day = line.day("awarded_on")
        if appraisal.final_at:
            raise Refused(
                "name",
                _("The result is final; nothing can be claimed for this year any more."),
                _("Delete the row."),
            )
        if day is None or day.year != self.cycle.year or day > timezone.localdate():
            problem = _("Only commendations of %(year)s count in this year.") % {"year": self.cycle.year}
            raise Refused("awarded_on", problem, _("Enter the day on the document, or delete the row."))
        if any(holds_citizen_number(line.text(name)) for name in TEXTS):
            raise Refused(
                "award",
                _("A citizen identity number stands here."),
                _("Delete it. This system does not keep citizen identity numbers."),
            )
        if line.text("unit_opinion") and appraisal.cadre.user_id == self.actor.pk:
            problem = _("The unit gives its own opinion; you cannot word it for your own claim.")
            raise Refused("unit_opinion", problem, _("Leave the opinion empty."))
        self.check_similar(line, appraisal, key)
        if _is_department(line):
            self.check_tenure(line, appraisal)

    def check_similar(self, line: Line, appraisal: Appraisal, key: str) -> None:
        mine = appraisal.organising_unit_id
        similar = [
            row[4] for row in self.standing
            if (row[0].pk == appraisal.pk or row[0].organising_unit_id == mine) and are_similar(key, row[1])
        ]  # fmt: skip
        if similar and not line.yes("another"):
            raise Refused(
                "award",
                _("An award of nearly this name was claimed already: %(award)s.") % {"award": similar[0]},
                _("If it is the same, write the same name; if it is another, write 是 in the column 另一奖项."),
            )

    def check_tenure(self, line: Line, appraisal: Appraisal) -> None:
        department, day = line.text("department") or appraisal.office, line.day("awarded_on")
        if not department or day is None:
            raise Refused("department", _("The department is missing."), _("Enter the department that was commended."))
        tenure = tenure_of(appraisal=appraisal, department=department, day=day)
        if tenure.held == Held.NO:
            who = "、".join(tenure.others) or "–"
            problem = _("By the roster %(name)s did not head %(department)s on %(day)s; then: %(who)s.")
            words = {"name": appraisal.name, "department": department, "day": day, "who": who}
            raise Refused("department", problem % words, _("Claim it for who did, or put the roster right first."))
        if tenure.held == Held.UNKNOWN and not line.text("post_note"):
            raise Refused(
                "post_note" if line.has("post_note") else "department",
                _("The roster does not say who headed %(department)s on that day.") % {"department": department},
                _("Write in the column 任职说明 why it was this cadre (document of appointment, date)."),
            )

    def proofs(self, line: Line) -> list[Packed]:
        """The files that the row names, else those named after the cadre where the cadre has one row."""
        named = [word.strip() for word in BETWEEN.split(line.text("proof")) if word.strip()]
        files = [self.file(line, word) for word in named] if named else self.files_of(line)
        if not files:
            raise Refused(
                "proof" if line.has("proof") else "award",
                _("There is no proof: a claim needs the document or certificate."),
                _("Put it into the zip and write the file's name in the column 证明材料."),
            )
        if len(files) > MOST_FILES:
            problem = _("More than %(most)s files prove one award.") % {"most": MOST_FILES}
            raise Refused("proof" if line.has("proof") else "award", problem, _("Put pages into one PDF."))
        return files

    def file(self, line: Line, word: str) -> Packed:
        wanted = word.casefold()
        for file in self.files:
            path = PurePosixPath(file.name)
            if wanted in (file.name.casefold(), path.name.casefold(), path.stem.casefold()):
                return file
        problem = _("The file “%(name)s” is not in the zip.") % {"name": word[:60]}
        raise Refused("proof", problem, _("Put it into the zip, or correct its name."))

    def files_of(self, line: Line) -> list[Packed]:
        name = name_key(line.person("name"))
        if self.rows_of[name] != 1:
            return []
        return [
            file
            for file in self.files
            if name in {name_key(word) for word in PARTS.split(file.name.rpartition(".")[0])}
        ]


def _is_department(line: Line) -> bool:
    return text_key(line.text("receiver")) in {text_key(word) for word in DEPARTMENT}


def _bytes_of(file: StoredFile | None) -> bytes:
    if file is None:
        raise DomainError("no_proofs", _("There is no PDF, JPEG or PNG file in the zip."))
    with file.file.open("rb") as source:
        return bytes(source.read())


BONUS = BonusImporter()
