"""Pledges from a workbook, one row a cadre, with a zip of photos beside it: all of it or nothing (C6)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.errors import DomainError
from evaluation.files.images import PHOTO_SIZE, redrawn_jpeg
from evaluation.files.models import StoredFile
from evaluation.files.services import PHOTO_LIMIT
from evaluation.files.zips import Packed, packed_files, unpacked
from evaluation.guard.citizen_numbers import holds_citizen_number
from evaluation.intake.importer import Ask, JudgedRow, Plan, Reading, Refused, Verdict, rejected_row
from evaluation.intake.models import ImportJob
from evaluation.intake.reading import Line, rejection_of
from evaluation.pledges.columns import COLUMNS, ITEM_COLUMNS
from evaluation.pledges.models import Pledge, PledgeItem
from evaluation.pledges.photos import SUFFIXES, match_photos, undecided
from evaluation.pledges.reading import ReadItem, items_in, long_text, same_words
from evaluation.pledges.review import EDITABLE, TRACKS
from evaluation.pledges.services import ItemText, PledgeText, save_pledge
from evaluation.pledges.workbook_forms import empty_pledges
from evaluation.roster.finding import Roll
from evaluation.roster.models import Appraisal
from evaluation.roster.year_imports import YearImporter

MOST_ITEMS = 40
SHOWN_SIZE = (240, 320)
TEXTS = ("duties", "identity", "staff_number", "commitments")


@dataclass(slots=True)
class Act:
    """What confirming does for one cadre."""

    line: Line
    appraisal: Appraisal
    pledge: Pledge | None
    text: PledgeText
    items: list[ItemText]
    changes: dict[str, tuple[str, str]]
    photo: Packed | None = None


@dataclass(slots=True)
class PledgePlan(Plan):
    undecided: list[str] = field(default_factory=list)


class PledgeImporter(YearImporter):
    """A unit's administrator brings in the pledges of whom the unit organises, the office anybody's."""

    kind = ImportJob.Kind.PLEDGES
    columns = COLUMNS
    model = Pledge
    words = {"photo": gettext_lazy("Photo"), "items": gettext_lazy("Pledged items of the year")}
    title = gettext_lazy("Import pledges")
    lead = gettext_lazy(
        "Upload the list of pledges, one row a cadre, and a zip of their photos. Whoever has no pledge gets a draft; "
        "empty cells leave what stands there."
    )
    done = gettext_lazy("The pledges have been imported.")
    post_label = gettext_lazy("Post")
    back = (gettext_lazy("To the pledges"), "pledges:pledge-list")
    forms = ((gettext_lazy("Empty form"), "pledges:pledge-template"),)
    space = "pledges"
    step = 1
    takes_photos = True

    def require_open(self, ask: Ask) -> None:
        """Raises ``DomainError``: ``cycle_closed``, ``cycle_not_open``."""
        super().require_open(ask)
        if self.cycle(ask).status != Cycle.Status.OPEN:
            raise DomainError("cycle_not_open", _("This year is not under way; nothing can be changed in it now."))

    def check_photos(self, data: bytes) -> None:
        if not packed_files(data, SUFFIXES):
            raise DomainError("no_photos", _("There is no JPEG or PNG picture in the zip file."))

    def picture(self, photos: StoredFile, key: str) -> bytes | None:
        packed = _bytes_of(photos)
        wanted = [file for file in packed_files(packed, SUFFIXES) if file.name == key]
        try:
            return next((redrawn_jpeg(data, size=SHOWN_SIZE) for _file, data in unpacked(packed, wanted)), None)
        except DomainError:
            return None

    def empty_form(self, year: int, form: str) -> tuple[bytes, str]:
        return empty_pledges(year, COLUMNS), _("pledges-form.xlsx")

    def plan(self, ask: Ask, reading: Reading) -> PledgePlan:
        plan = _Judge(self.cycle(ask), ask).plan(reading)
        if ask.confirming and plan.undecided:
            message = _("Say first whom these photos show: %(names)s.")
            raise DomainError("photos_open", message % {"names": "、".join(plan.undecided[:5])})
        return plan

    def carry_out(self, ask: Ask, plan: Plan) -> None:
        assert isinstance(ask.actor, User)
        packed = _bytes_of(ask.photos) if ask.photos else b""
        for act in plan.acts:
            photos = unpacked(packed, [act.photo] if act.photo else [])  # one at a time: together they fill the memory
            photo = next((SimpleUploadedFile(file.name, data) for file, data in photos), None)
            save_pledge(appraisal=act.appraisal, actor=ask.actor, text=act.text, items=act.items, photo=photo)

    def notes(self, summary: Mapping[str, Any]) -> list[str]:
        notes = []
        if names := summary.get("photos_unmatched"):
            notes.append(_("These photos show nobody of the file: %(names)s.") % {"names": "、".join(names)})
        if names := summary.get("without_photo"):
            notes.append(_("Without a photo: %(names)s.") % {"names": "、".join(names)})
        return notes


class _Judge:
    def __init__(self, cycle: Cycle, ask: Ask) -> None:
        assert isinstance(ask.actor, User)
        self.ask = ask
        rows = Appraisal.objects.writable_by(ask.actor).filter(cycle=cycle, track__in=TRACKS).taking_part()
        self.roll = Roll.of(rows.select_related("home_unit", "organising_unit", "cycle"))
        pledges = Pledge.objects.filter(appraisal__in=rows).select_related("photo").prefetch_related("items")
        self.pledges = {pledge.appraisal_id: pledge for pledge in pledges}
        answered = PledgeItem.objects.filter(pledge__in=pledges.values("pk"), statements__isnull=False)
        self.answered = set(answered.values_list("pk", flat=True))

    def plan(self, reading: Reading) -> PledgePlan:
        plan = PledgePlan()
        for rejection in reading.rejections:
            plan.reject(rejection)
        acts: list[Act] = []
        for line, found in zip(reading.lines, self.roll.find_each(reading.lines), strict=True):
            try:
                if isinstance(found, Refused):
                    raise found
                acts.append(self.act(line, found))
            except Refused as refused:
                plan.judged.append(_refused(line, refused))
        self.add_photos(plan, acts)
        for act in acts:
            self.judge(plan, act)
        plan.sort(reading.sheets)
        return plan

    def act(self, line: Line, appraisal: Appraisal) -> Act:
        pledge = self.pledges.get(appraisal.pk)
        before = PledgeText(**{name: getattr(pledge, name) for name in TEXTS}) if pledge else PledgeText()
        said = {name: long_text(line.row.at(line.header.columns.get(name))) for name in TEXTS}
        changes = {
            name: (getattr(before, name), text)
            for name, text in said.items()
            if text and text != long_text(getattr(before, name))
        }
        items = items_in(line.row.at(line.header.columns.get(name)) for name in ("items", *ITEM_COLUMNS))
        _check_words(line, said, items)
        kept = list(pledge.items.all()) if pledge else []
        written = self.items(line, items, kept) if items else [ItemText(one.text, one.due, one.pk) for one in kept]
        if _shown(written) != _shown([ItemText(one.text, one.due, one.pk) for one in kept]):
            changes["items"] = (_shown_text(kept), _shown_text(written))
        text = PledgeText(**{name: changes[name][1] if name in changes else getattr(before, name) for name in TEXTS})
        return Act(line, appraisal, pledge, text, written, changes)

    def items(self, line: Line, items: Sequence[ReadItem], kept: Sequence[PledgeItem]) -> list[ItemText]:
        """Items that say the same stay the rows they are; others are reworded in their order, or new."""
        left = list(kept)
        same: dict[int, PledgeItem] = {}
        for place, item in enumerate(items):
            found = next((one for one in left if _says(one, item)), None)
            if found is not None:
                same[place] = found
                left.remove(found)
        written = []
        for place, item in enumerate(items):
            if one := same.get(place):
                written.append(ItemText(one.text, one.due, one.pk))
            else:
                written.append(ItemText(item.text, item.due, left.pop(0).pk if left else None))
        if any(one.pk in self.answered for one in left):
            raise Refused(
                "items",
                _("A duty report already answers for an item that does not stand here."),
                _("Leave the item in; it can be reworded but not removed."),
            )
        return written

    def add_photos(self, plan: PledgePlan, acts: list[Act]) -> None:
        """Match the photos with the cadres of the file; a picture that cannot be taken refuses its row."""
        if self.ask.photos is None:
            return
        answers = self.ask.answers
        packed, cadres = _bytes_of(self.ask.photos), [act.appraisal for act in acts]
        shown = match_photos(packed_files(packed, SUFFIXES), cadres, answers)
        plan.undecided = undecided(shown, answers)
        plan.told["questions"] = [
            {
                "key": photo.name,
                "choices": [[str(one.pk), _who(one)] for one in cadres],
                "chosen": answers.get(photo.name),
            }
            for photo, cadres in shown.questions
        ]
        plan.told["photos_unmatched"] = [photo.name for photo in shown.unmatched]
        by_name = {photo.name: key for key, photo in shown.photos.items()}
        wanted = {act.appraisal.pk: act for act in acts}
        for photo, data in unpacked(packed, list(shown.photos.values())):
            act = wanted[by_name[photo.name]]
            try:
                self.add_photo(act, photo, data)
            except Refused as refused:
                acts.remove(act)
                plan.judged.append(_refused(act.line, refused))
        plan.told["without_photo"] = [
            act.appraisal.name for act in acts if act.photo is None and not (act.pledge and act.pledge.photo_id)
        ]

    def add_photo(self, act: Act, photo: Packed, data: bytes) -> None:
        try:
            if len(data) > PHOTO_LIMIT:
                raise DomainError("file_too_large", _("The picture is larger than 10 MB. Make it smaller."))
            digest = hashlib.sha256(redrawn_jpeg(data, size=PHOTO_SIZE)).hexdigest()
        except DomainError as error:
            problem = _("The photo %(name)s cannot be taken.") % {"name": photo.name}
            raise Refused("name", problem, str(error)) from error
        act.photo = photo
        standing = act.pledge.photo if act.pledge else None
        if standing is None or standing.sha256 != digest:
            act.changes["photo"] = (standing.name if standing else "", photo.name)

    def judge(self, plan: PledgePlan, act: Act) -> None:
        values = _values(act.appraisal)
        if act.pledge is not None and not act.changes:
            plan.judged.append(_row(act.line, Verdict.SAME, values, act.pledge.pk))
            return
        try:
            _require_writable(act)
        except Refused as refused:
            plan.judged.append(_refused(act.line, refused))
            return
        if act.pledge is None:
            plan.judged.append(
                _row(act.line, Verdict.NEW, {**values, "photo": act.photo.name if act.photo else ""}, None)
            )
        else:
            changes = {name: [before[:300], after[:300]] for name, (before, after) in act.changes.items()}
            plan.judged.append(_row(act.line, Verdict.CHANGED, {**values, "changes": changes}, act.pledge.pk))
        if "photo" not in act.changes:
            act.photo = None
        plan.acts.append(act)


def _require_writable(act: Act) -> None:
    if act.appraisal.final_at is not None:
        raise Refused(
            "name",
            _("The result of this cadre is final; nothing before it can be changed now."),
            _("Delete the row."),
        )
    if act.pledge is None or act.pledge.status in EDITABLE:
        return
    if act.pledge.status != Pledge.Status.PUBLISHED:
        raise Refused(
            "name",
            _("The pledge has been submitted or approved; it is not overwritten."),
            _("Ask the approver to return it, then import again."),
        )
    if not act.line.yes("despite"):
        raise Refused(
            "despite" if act.line.has("despite") else "name",
            _("The pledge is published; every change is shown to everybody with its date."),
            _("If it is to be changed all the same, write 是 in the column 公开后更改."),
        )


def _check_words(line: Line, said: Mapping[str, str], items: Sequence[ReadItem]) -> None:
    place = "items" if line.has("items") else next((name for name in ITEM_COLUMNS if line.has(name)), "name")
    if any(len(item.text) > 300 for item in items):
        raise Refused(place, _("A pledged item is longer than 300 characters."), _("Shorten it, or make two of it."))
    if len(items) > MOST_ITEMS:
        raise Refused(place, _("There are more than 40 pledged items."), _("Keep the most important ones."))
    for name, text in {**said, place: "\n".join(item.whole for item in items)}.items():
        if holds_citizen_number(text):
            raise Refused(
                name,
                _("A citizen identity number stands here."),
                _("Delete it. This system does not keep citizen identity numbers."),
            )


def _says(one: PledgeItem, item: ReadItem) -> bool:
    return same_words(one.text, item.whole) or (same_words(one.text, item.text) and one.due == item.due)


def _shown(items: Iterable[ItemText]) -> list[tuple[str, object]]:
    return [(item.text, item.due) for item in items]


def _shown_text(items: Iterable[PledgeItem | ItemText]) -> str:
    return "；".join(f"{item.text}（{item.due.isoformat()}）" if item.due else item.text for item in items)


def _who(one: Appraisal) -> str:
    return " ".join(part for part in (one.home_unit.name, one.office, one.name, one.held_post) if part)


def _values(one: Appraisal) -> dict[str, object]:
    return {"name": one.name, "unit": one.organising_unit.name, "office": one.office, "post": one.held_post}


def _row(line: Line, verdict: str, values: Mapping[str, object], target: int | None) -> JudgedRow:
    return JudgedRow(line.sheet, line.number, verdict, values=values, target=target)


def _refused(line: Line, refused: Refused) -> JudgedRow:
    shown = {"name": line.person("name"), "unit": line.text("unit")}
    return rejected_row(rejection_of(line.sheet, line.number, [line.problem(*refused.rejection)], shown))


def _bytes_of(file: StoredFile) -> bytes:
    with file.file.open("rb") as source:
        return bytes(source.read())


PLEDGES = PledgeImporter()
