"""What the explaining pages say, read from the code: columns, states, sizes, parameters. They cannot drift from it."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from evaluation.ballots.counting import SEAL_BYTES
from evaluation.ballots.keys import LIMITS, SHORTEST_PASSPHRASE
from evaluation.ballots.limits import WINDOW, WRONG_CODES
from evaluation.ballots.models import Ballot, BallotBox, Envelope, Opinion, Pass, Receipt
from evaluation.ballots.passes import CODE_DIGITS, LETTERS, RANDOM_LETTERS, RECEIPT_LENGTH
from evaluation.ballots.sheets import OPINION_LENGTH, Spec
from evaluation.ballots.small_groups import K
from evaluation.cycle.models import Cycle

# How long a half-filled sheet stays on a phone; static/js/draft.js holds the same figure.
DRAFT_HOURS = 12
EXAMPLE = Spec(tuple(range(12)), tuple("abcde"), tuple("wxyz"))
BITS_A_LETTER = len(LETTERS).bit_length() - 1

WHAT: dict[type[Model], tuple[Any, Any]] = {
    Pass: (_("Pass (the slip)"), _("That somebody of a group may vote once in a box; never who, and never when.")),
    Envelope: (_("Sealed envelope"), _("The encrypted sheet. It exists only between casting and counting.")),
    Ballot: (_("Ballot"), _("After the count: the marks for one person. The sheets have been taken apart.")),
    Opinion: (_("Opinion"), _("After the count: one written opinion on one person, apart from every ballot.")),
    Receipt: (_("Receipt"), _("After the count: a code that says “counted”, and of which box.")),
}
COLUMNS: dict[str, Any] = {
    "Pass.digest": _("fingerprint of the slip's secret; the secret itself is on the slip alone"),
    "Pass.code_digest": _("keyed fingerprint of the 12 digits; the key is not in the database"),
    "Pass.box_id": _("the box"),
    "Pass.group": _("the group of the slip"),
    "Pass.state": _("issued, spent or void"),
    "Envelope.digest": _("fingerprint of the encrypted sheet"),
    "Envelope.box_id": _("the box"),
    "Envelope.group": _("the group"),
    "Envelope.sealed": _("the encrypted sheet; all of a box are equally long"),
    "Envelope.hour": _("in a public box alone, against stuffing: the hour"),
    "Envelope.network": _("in a public box alone, against stuffing: a keyed fingerprint of the network"),
    "Ballot.id": _("a number in the shuffled order of the count"),
    "Ballot.box_id": _("the box"),
    "Ballot.group": _("the group"),
    "Ballot.channel": _("by phone or on paper"),
    "Ballot.appraisal_id": _("the person who is judged"),
    "Ballot.marks": _("the marks, one sign for each aspect"),
    "Opinion.id": _("a number in the shuffled order of the count"),
    "Opinion.box_id": _("the box"),
    "Opinion.appraisal_id": _("the person who is judged"),
    "Opinion.text": _("the text"),
    "Opinion.shown_text": _("the text as it is shown, where names of others were blacked out"),
    "Opinion.aspect": _("the aspect that it touches, as the moderator saw it"),
    "Opinion.status": _("to be read, shown or hidden"),
    "Opinion.hidden_reason": _("why it was hidden"),
    "Receipt.code": _("the receipt"),
    "Receipt.box_id": _("the box"),
}


@dataclass(frozen=True, slots=True)
class Table:
    name: Any
    what: Any
    columns: list[tuple[str, Any]]


def tables() -> list[Table]:
    """Every column of the five tables, as the database has them. Raises ``KeyError`` where one is not explained."""
    return [
        Table(name, what, [(column, COLUMNS[f"{model.__name__}.{column}"]) for column in columns_of(model)])
        for model, (name, what) in WHAT.items()
    ]


def columns_of(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def figures() -> dict[str, Any]:
    """Sizes and parameters, as they are set."""
    opslimit, memlimit = LIMITS[settings.KEY_DERIVATION]
    return {
        "k": K,
        "token_bits": RANDOM_LETTERS * BITS_A_LETTER,
        "code_digits": CODE_DIGITS,
        "receipt_length": RECEIPT_LENGTH,
        "wrong_codes": WRONG_CODES,
        "wrong_codes_minutes": WINDOW // 60,
        "opinion_length": OPINION_LENGTH,
        "envelope_cadres": len(EXAMPLE.appraisals),
        "envelope_aspects": len(EXAMPLE.aspects),
        "envelope_bytes": EXAMPLE.padded_size + SEAL_BYTES,
        "shortest_passphrase": SHORTEST_PASSPHRASE,
        "opslimit": opslimit,
        "memory_mib": memlimit // 2**20,
        "memory_kib": memlimit // 2**10,
        "draft_hours": DRAFT_HOURS,
        "states": [state.label for state in BallotBox.State if state != BallotBox.State.ANNULLED],
    }


def committed_boxes(cycle: Cycle | None) -> QuerySet[BallotBox]:
    """The boxes of a year whose contents are committed, for everybody to read; nothing of a trial."""
    return (
        BallotBox.objects.real()
        .filter(cycle=cycle, takes_passes=True, closed_at__isnull=False)
        .exclude(merkle_root="")
        .select_related("unit")
        .defer("spec")
        .order_by("unit__order", "closed_at", "pk")
    )


@dataclass(frozen=True, slots=True)
class Commitment:
    """What a witness compares, beside the root: passes and envelopes of the whole box at closing."""

    box: BallotBox
    passes: int
    envelopes: int


def commitment(box: BallotBox) -> Commitment:
    numbers = box.committed.get("groups", {}).values()
    return Commitment(
        box,
        passes=sum(group["issued"] + group["spent"] for group in numbers),
        envelopes=sum(group["envelopes"] for group in numbers),
    )


def boxes_wait() -> bool:
    """Whether any real box is still to be counted."""
    states = [BallotBox.State.READY, BallotBox.State.OPEN, BallotBox.State.CLOSED]
    return BallotBox.objects.real().filter(state__in=states).exists()
