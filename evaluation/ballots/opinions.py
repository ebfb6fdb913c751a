"""Opinions after the count: read before they are shown, names of third persons blacked out (C4, C10)."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.audit.models import AuditEvent
from evaluation.audit.services import record
from evaluation.ballots.models import BallotBox, Opinion
from evaluation.ballots.redaction import BLACK, blacked_out
from evaluation.cycle.models import AspectRule
from evaluation.errors import DomainError
from evaluation.roster.models import Appraisal

Status = Opinion.Status
PASSED_ON = "opinion-passed-on"
HIDING_REASONS = {
    "offends": _("It offends."),
    "third_person": _("It is about third persons and cannot be shown without them."),
    "says_nothing": _("It is no opinion on the cadre's work."),
}
MOST_WORDS = 20


@transaction.atomic
def show_opinion(
    *, opinion: Opinion, actor: User, aspect: str = "", words: Collection[str] = (), why: str = ""
) -> Opinion:
    """Show one opinion, under an aspect of its track or none, with ``words`` and every citizen number blacked out.

    An opinion that is shown keeps what was blacked out unless ``words`` say otherwise with ``why``. It is read by those
    whom it concerns once its box is released. ``text`` stays as it was written. Raises ``DomainError``: ``own_case``,
    ``aspect_unknown``, ``too_many_words``, ``nothing_left``, ``why_missing`` (it was hidden, or what is shown changes).
    """
    row = _locked(opinion, actor)
    _require_aspect(row, aspect)
    if len(words) > MOST_WORDS:
        raise DomainError("too_many_words", _("Black out at most 20 words; hide an opinion that needs more."))
    only_aspect = row.status == Status.SHOWN and not words and not why
    shown = row.shown_text if only_aspect else _shown_text(row.text, words)
    changed = row.status == Status.HIDDEN or (row.status == Status.SHOWN and shown != row.shown_text)
    if changed and not why.strip():
        raise DomainError("why_missing", _("This opinion was decided before. Say why that changes."))
    return _decide(row, actor, why=why, status=Status.SHOWN, aspect=aspect, shown_text=shown, hidden_reason="")


@transaction.atomic
def hide_opinion(*, opinion: Opinion, reason: str, actor: User) -> Opinion:
    """Hide one opinion, shown or not. Raises ``DomainError``: ``reason_missing``, ``own_case``."""
    _require_reason(reason)
    row = _locked(opinion, actor)
    cleared = {"aspect": "", "shown_text": "", "hidden_reason": reason.strip()[:200]}
    return _decide(row, actor, why=cleared["hidden_reason"], status=Status.HIDDEN, **cleared)


@transaction.atomic
def take_back(*, opinion: Opinion, actor: User) -> Opinion:
    """Undo one's own first decision on an opinion: it is to be read again.

    Raises ``DomainError``: ``own_case``; ``not_undone`` where somebody else decided last, or it was decided twice.
    """
    row = _locked(opinion, actor)
    acts = ("opinion-shown", "opinion-hidden", "opinion-taken-back")
    last = AuditEvent.objects.filter(target_kind="opinion", target_id=str(row.pk), action__in=acts).first()
    mine = last is not None and last.actor.startswith(f"user:{actor.pk}:")
    if not mine or last is None or last.detail.get("changes", {}).get("status", [""])[0] != Status.PENDING:
        raise DomainError("not_undone", _("Only your own first decision can be undone. Decide anew, with a reason."))
    cleared = {"aspect": "", "shown_text": "", "hidden_reason": ""}
    return _decide(row, actor, action="opinion-taken-back", status=Status.PENDING, **cleared)


@transaction.atomic
def show_opinions(*, opinions: Iterable[Opinion], actor: User) -> int:
    """Show those of a list that are still to be read, without an aspect; return how many."""
    pending = [opinion for opinion in opinions if opinion.status == Status.PENDING]
    return len([show_opinion(opinion=opinion, actor=actor) for opinion in pending])


@transaction.atomic
def hide_opinions(*, opinions: Iterable[Opinion], reason: str, actor: User) -> int:
    """Hide a list of opinions with a reason; return how many. Raises ``DomainError`` as ``hide_opinion``."""
    _require_reason(reason)
    return len([hide_opinion(opinion=opinion, reason=reason, actor=actor) for opinion in opinions])


def readable_text(opinion: Opinion) -> str:
    """What of an opinion may leave moderation: as shown, or with citizen numbers blacked out."""
    return opinion.shown_text or blacked_out(opinion.text)


class Shown(NamedTuple):
    """One opinion as it may be read: ``aspect`` is a code or empty."""

    appraisal: int
    text: str
    aspect: str


def shown_rows(appraisals: Iterable[int]) -> list[Shown]:
    """Return what may be read on ``appraisals`` (ids): moderated, of released boxes, never the original where
    something was blacked out, without their group."""
    rows = Opinion.objects.filter(
        appraisal__in=list(appraisals),
        status=Status.SHOWN,
        box__is_trial=False,
        box__state=BallotBox.State.COUNTED,
        box__released_at__isnull=False,
    )
    texts = rows.order_by("pk").values_list("appraisal_id", "text", "shown_text", "aspect")
    return [Shown(appraisal, shown or text, aspect) for appraisal, text, shown, aspect in texts]


def shown_opinions(appraisal: Appraisal) -> list[str]:
    """The texts on one cadre that may be read by those whom they concern."""
    return [row.text for row in shown_rows([appraisal.pk])]


def _locked(opinion: Opinion, actor: User) -> Opinion:
    """Nobody decides on what was written about themselves."""
    rows = Opinion.objects.select_for_update(of=("self",)).select_related("appraisal__cadre")
    row = rows.get(pk=opinion.pk)
    if row.appraisal.cadre.user_id == actor.pk:
        raise DomainError("own_case", _("This opinion is about you. Somebody else decides on it."))
    return row


def _require_aspect(row: Opinion, aspect: str) -> None:
    track = {"rules__cycle": row.appraisal.cycle_id, "rules__track": row.appraisal.track}
    if aspect and not AspectRule.objects.filter(**track, code=aspect).exists():
        raise DomainError("aspect_unknown", _("Choose one of the aspects of this ballot."))


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise DomainError("reason_missing", _("Give a reason for hiding an opinion."))


def _shown_text(text: str, words: Collection[str]) -> str:
    """Empty where the opinion is shown as it was written."""
    shown = blacked_out(text, words)
    if shown != text and not any(char.isalnum() for char in shown.replace(BLACK, "")):
        raise DomainError("nothing_left", _("Nothing would be left to read. Hide the opinion instead."))
    return "" if shown == text else shown


def _decide(row: Opinion, actor: User, *, action: str = "", why: str = "", **fields: str) -> Opinion:
    """Write a decision and record it; what was written or blacked out never goes into the record, only how much."""
    told = ("status", "aspect")
    changes: dict[str, tuple[object, object]] = {
        name: (getattr(row, name), fields[name]) for name in told if getattr(row, name) != fields[name]
    }
    blacked = (row.shown_text.count(BLACK), fields["shown_text"].count(BLACK))
    if blacked[0] != blacked[1]:
        changes["blacked_out"] = blacked
    if not changes and row.hidden_reason == fields["hidden_reason"] and row.shown_text == fields["shown_text"]:
        return row
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=list(fields))
    record(actor=actor, action=action or f"opinion-{row.status}", target=row, changes=changes, why=why.strip()[:200])
    return row
