"""Any list of those served as a frame of the draw: taken whole or not at all, fixed when it is confirmed (C15)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.forms import CharField, Field, ModelChoiceField
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from evaluation.errors import DomainError
from evaluation.intake.importer import Ask, JudgedRow, Plan, Reading, Refused, Verdict
from evaluation.intake.models import ImportJob
from evaluation.intake.reading import Line, Problem
from evaluation.recipients import people
from evaluation.recipients.draw_selectors import units_to_draw_for
from evaluation.recipients.drawing import Entry, frame_digest
from evaluation.recipients.frames import has_frame_of, list_name, make_list_frame, require_own_unit
from evaluation.recipients.models import Frame
from evaluation.recipients.people import Person
from evaluation.roster.year_imports import YearImporter
from evaluation.units.models import Unit
from evaluation.workbooks import holds_telephone

REACHABLE = "✓"


class ServedImporter(YearImporter):
    """A frame leaves nobody out: while a row is rejected, nothing is made. How somebody is reached is never shown."""

    kind = ImportJob.Kind.SERVED
    columns = people.COLUMNS
    title = gettext_lazy("Frame from a list")
    lead = gettext_lazy(
        "Any list of those served: enterprises, households, persons. It is taken whole or not at all, fixed when it is "
        "confirmed, and its digest is published."
    )
    done = gettext_lazy("The frame is fixed and its digest published. Now it can be drawn from.")
    act = gettext_lazy("Fix the frame and publish its digest")
    post_label = gettext_lazy("Telephone or address given")
    back = (gettext_lazy("Back to the draws"), "recipients:draw-list")
    forms = ((gettext_lazy("Empty form"), "recipients:served-template"),)
    space = "recipients"
    names = "served"
    step = 3
    takes_whole = True

    def asked(self, user: User) -> dict[str, Field]:
        units = units_to_draw_for(user)
        only = units[0] if len(units[:2]) == 1 else None
        example = _("For example: 2012年规上企业名单")
        return {
            "unit": ModelChoiceField(label=_("Unit"), queryset=units, initial=only),
            "name": CharField(label=_("Name of the list"), max_length=120, help_text=example),
        }

    def empty_form(self, year: int, form: str) -> tuple[bytes, str]:
        return people.empty_list(), _("list-of-those-served.xlsx")

    def require_open(self, ask: Ask) -> None:
        """Raises ``DomainError``: ``cycle_closed``, ``no_unit``, ``not_yours``."""
        super().require_open(ask)
        require_own_unit(self.unit(ask), actor_of(ask))

    def unit(self, ask: Ask) -> Unit:
        given = ask.given.get("unit", "")
        unit = Unit.objects.filter(pk=given).first() if given.isdigit() else None
        if unit is None:
            raise DomainError("no_unit", _("Say which unit served them, and upload the file again."))
        return unit

    def problems(self, line: Line) -> Iterable[Problem]:
        return people.problems(line)

    def shown(self, line: Line) -> dict[str, str]:
        return {"name": "" if holds_telephone(line.text("name")) else line.text("name")}

    def plan(self, ask: Ask, reading: Reading) -> Plan:
        """Every row is new, or every row the same: of exactly these people the unit has a frame already."""
        plan, unit, cycle = Plan(), self.unit(ask), self.cycle(ask)
        for rejection in reading.rejections:
            plan.reject(rejection)
        lines = self._once(plan, reading.lines)
        plan.acts = [person for _line, person in lines]
        known = bool(lines) and has_frame_of(cycle, unit, plan.acts)
        verdict = Verdict.SAME if known else Verdict.NEW
        plan.judged += [_judged(line, person, unit, verdict) for line, person in lines]
        plan.sort(reading.sheets)
        plan.told = {"unit": unit.name, "list": list_name(ask.given.get("name", "")), **_told(plan.acts, known)}
        return plan

    def _once(self, plan: Plan, lines: Iterable[Line]) -> list[tuple[Line, Person]]:
        """Return everybody who stands in a file, once; who stands there again is rejected."""
        first: dict[Entry, Line] = {}
        kept = []
        for line in lines:
            person = people.person_of_line(line)
            if person.entry in first:
                refused: Refused = people.told_twice(line, first[person.entry])
                plan.reject(line.rejected(*refused.rejection, self.shown(line)))
            else:
                first[person.entry] = line
                kept.append((line, person))
        return kept

    def carry_out(self, ask: Ask, plan: Plan) -> None:
        name = ask.given.get("name", "")
        make_list_frame(cycle=self.cycle(ask), unit=self.unit(ask), name=name, people=plan.acts, actor=actor_of(ask))

    def notes(self, summary: Mapping[str, Any]) -> list[str]:
        if "frame" not in summary:
            return []
        said = [_("%(list)s, served by %(unit)s. Sections or categories: %(sections)s.") % summary]
        if summary["known"]:
            said.append(_("This unit has a frame of exactly these people already. Draw from it."))
        if summary["unreachable"]:
            message = ngettext(
                "%(unreachable)s of them has neither telephone nor address and cannot be invited.",
                "%(unreachable)s of them have neither telephone nor address and cannot be invited.",
                summary["unreachable"],
            )
            said.append(message % summary)
        return said

    def done_url(self, year: int, summary: Mapping[str, Any]) -> str:
        frames = Frame.objects.filter(cycle__year=year, unit_id=summary["given"]["unit"], digest=summary["frame"])
        return reverse("recipients:frame-detail", args=[year, frames.latest("pk").pk])


def actor_of(ask: Ask) -> User:
    """Return who fixes the frame: a person always, never the shell."""
    assert isinstance(ask.actor, User)
    return ask.actor


def _judged(line: Line, person: Person, unit: Unit, verdict: str) -> JudgedRow:
    values = {
        "name": person.entry.name,
        "unit": unit.name,
        "office": person.entry.section,
        "post": REACHABLE if person.telephone or person.address else "",
    }
    return JudgedRow(line.sheet, line.number, verdict, values=values)


def _told(listed: list[Person], known: bool) -> dict[str, Any]:
    return {
        "frame": frame_digest(person.entry for person in listed),
        "known": known,
        "sections": len({person.entry.section for person in listed}),
        "unreachable": sum(not (person.telephone or person.address) for person in listed),
    }


SERVED = ServedImporter()
