"""The scrutineer's card, one A4 sheet: what to do, what to compare by hand, written from the states of a box."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from evaluation.ballots.keys import SHORTEST_PASSPHRASE
from evaluation.ballots.models import BallotBox
from evaluation.ballots.selectors import next_action
from evaluation.ballots.small_groups import K
from evaluation.cycle.models import Cycle
from evaluation.documents.pdf import html_to_pdf

State = BallotBox.State


@dataclass(frozen=True, slots=True)
class Step:
    """One state of a box: what its page says comes next and who does it, the acts, what to compare by hand."""

    state: str
    label: str
    action: str
    who: str
    acts: list[str]
    compare: list[str]


def card_steps() -> dict[str, Any]:
    """The states of a meeting's box with slips and paper, in their order."""
    acts, compare = _acts(), _compare()
    steps = []
    for state in State:
        if state in acts:
            action, who = next_action(_box_in(state))
            steps.append(Step(state.value, str(state.label), action, who, acts[state], compare.get(state, [])))
    return {"card_steps": steps, "shortest": SHORTEST_PASSPHRASE}


def card_pdf(*, cycle: Cycle) -> bytes:
    return html_to_pdf(render_to_string("ballots/card_document.html", {"cycle": cycle, **card_steps()}))


def _box_in(state: State) -> BallotBox:
    return BallotBox(
        kind=BallotBox.Kind.MEETING,
        state=state,
        takes_passes=True,
        takes_paper=True,
        closes_at=timezone.now() + timedelta(hours=1),
    )


def _acts() -> dict[State, list[str]]:
    return {
        State.DRAFT: [
            _("Make your key: a passphrase of at least {number} characters, best several words.").format(
                number=SHORTEST_PASSPHRASE
            ),
            _("Put the recovery sheet, sealed and signed across the flap, into the office's safe."),
            _("Read the sheet: names, order, groups. Make the box ready with your passphrase; nobody looks on."),
        ],
        State.READY: [
            _("Whoever readies or counts a box does not make its slips."),
            _("Have every slip handed out at random: a paper ballot or a slip, never both."),
            _("Open the box when the chair says so."),
        ],
        State.OPEN: [
            _("Watch the screen of the hall: only numbers, no result."),
            _("Close the box when the chair says so. Unused slips and ballots are counted and voided."),
        ],
        State.CLOSED: [
            _("Read the root and the numbers aloud before the passphrase is entered."),
            _("Have the numbers of the hall entered, the paper keyed by one and checked by another."),
            _("Count with your passphrase: all or nothing. If it stops, do not try again: read the incident."),
        ],
        State.COUNTED: [
            _("Print the count report; chief scrutineer, scrutineers, tellers and supervisor sign it."),
            _("The figures are shown when the chair releases them. Groups below {number} are never shown.").format(
                number=K
            ),
        ],
    }


def _compare() -> dict[State, list[str]]:
    return {
        State.READY: [_("Slips made ≤ invited + a tenth, for each group.")],
        State.OPEN: [_("0 ballots cast at opening.")],
        State.CLOSED: [
            _("Handed out = printed − left over. Collected ≤ handed out."),
            _("Cast by phone ≤ slips handed out. Cast + collected ≤ present."),
            _("Each row of the tally sheet = valid ballots."),
        ],
        State.COUNTED: [
            _("Root on the count report = root that was noted at closing."),
            _("Ballots by phone = envelopes noted at closing."),
        ],
    }
