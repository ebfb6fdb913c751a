"""Bursts in a public box: more ballots from one network in one hour than the box allows, decided blind by two people.

What is set aside is found when the box closes, by the limit that was fixed before it opened. Nobody has opened an
envelope by then, and the pages show a letter, an hour and a number: nobody knows whom a decision helps.
"""

import secrets
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from itertools import count, product
from string import ascii_uppercase

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.audit.services import record
from evaluation.ballots.keys import require_not_on_sheet
from evaluation.ballots.models import BallotBox, Envelope, SetAside
from evaluation.errors import DomainError
from evaluation.guard.telephones import forget_numbers
from evaluation.units.access import roles_of
from evaluation.units.models import Role

Decision = SetAside.Decision
KEY_BYTES = 32


def new_network_key(box: BallotBox) -> bytes | None:
    """The key by which a public box tells networks apart while it is open; no other box has one."""
    with_passes = box.kind == BallotBox.Kind.PUBLIC and box.takes_passes
    return secrets.token_bytes(KEY_BYTES) if with_passes else None


def set_bursts_aside(box: BallotBox) -> int:
    """Write down what exceeds the limit of the box; return how many bursts. Part of the closing transaction."""
    if box.network_key is None:
        return 0
    found = (
        Envelope.objects.filter(box=box, hour__isnull=False)
        .values("hour", "network")
        .annotate(number=Count("pk"))
        .filter(number__gt=box.burst_limit)
        .order_by("hour", "network")
    )
    rows = [
        SetAside(box=box, label=label, hour=row["hour"] or 0, network=row["network"], number=row["number"])
        for label, row in zip(_labels(), found, strict=False)
    ]
    SetAside.objects.bulk_create(rows)
    return len(rows)


def _labels() -> Iterator[str]:
    """A … Z, AA … ZZ, AAA …"""
    for length in count(1):
        yield from ("".join(letters) for letters in product(ascii_uppercase, repeat=length))


@transaction.atomic
def propose_burst(*, burst: SetAside, decision: str, reason: str, actor: User) -> SetAside:
    """The first of two people says whether a burst is kept or excluded, and why. A new proposal replaces the old one.

    Raises ``DomainError``: ``not_closed``, ``decided``, ``decision``, ``reason_missing``, ``on_sheet``.
    """
    burst = _locked_undecided(burst, actor)
    if decision not in Decision.values:
        raise DomainError("decision", _("Choose: keep or exclude."))
    if not reason.strip():
        raise DomainError("reason_missing", _("Give a reason for the decision."))
    burst.proposed, burst.reason, burst.proposed_by = decision, reason.strip(), actor
    burst.save(update_fields=["proposed", "reason", "proposed_by"])
    record(actor=actor, action="burst-proposed", target=burst.box, detail=_detail(burst, decision))
    return burst


@transaction.atomic
def confirm_burst(*, burst: SetAside, decision: str, actor: User) -> SetAside:
    """The second person confirms ``decision``, which is what the page showed.

    Raises ``DomainError``: ``not_closed``, ``decided``, ``not_proposed`` (or changed meanwhile), ``same_person``,
    ``no_scrutineer`` (one of the two is one), ``on_sheet``.
    """
    burst = _locked_undecided(burst, actor)
    proposer = burst.proposed_by
    if proposer is None or burst.proposed != decision:
        raise DomainError("not_proposed", _("The proposal has changed. Read it again before you confirm it."))
    if proposer.pk == actor.pk:
        raise DomainError("same_person", _("Whoever proposed a decision cannot confirm it."))
    if Role.SCRUTINEER not in roles_of(proposer) | roles_of(actor):
        raise DomainError("no_scrutineer", _("At least one of the two is a scrutineer."))
    burst.decision, burst.decided_by = decision, actor
    burst.save(update_fields=["decision", "decided_by"])
    record(actor=actor, action="burst-decided", target=burst.box, detail=_detail(burst, decision))
    return burst


def _locked_undecided(burst: SetAside, actor: User) -> SetAside:
    box = BallotBox.objects.select_for_update().get(pk=burst.box_id)
    burst = SetAside.objects.select_for_update(of=("self",)).select_related("proposed_by").get(pk=burst.pk)
    burst.box = box
    if box.state != BallotBox.State.CLOSED:
        raise DomainError("not_closed", _("Bursts are decided when the box is closed and not yet counted."))
    if burst.decision:
        raise DomainError("decided", _("This has been decided already."))
    require_not_on_sheet(box=box, user=actor)
    return burst


def _detail(burst: SetAside, decision: str) -> dict[str, object]:
    return {"label": burst.label, "number": burst.number, "decision": decision, "reason": burst.reason}


def require_decided(box: BallotBox) -> None:
    """Raise ``DomainError`` ``burst_undecided`` while two people have not decided on every burst of the box."""
    if box.set_aside.filter(decision="").exists():
        raise DomainError(
            "burst_undecided",
            _("“{title}”: two people first decide what is done with the ballots set aside.").format(title=box.title),
        )


def excluded_digests(box: BallotBox) -> Collection[str]:
    """The envelopes that two people excluded: they are counted as cast, and never opened."""
    bursts = [Q(hour=row.hour, network=row.network) for row in box.set_aside.filter(decision=Decision.EXCLUDED)]
    digests: set[str] = set()
    for burst in bursts:
        digests.update(Envelope.objects.filter(burst, box=box).values_list("digest", flat=True))
    return digests


def forget_networks(box: BallotBox) -> None:
    """With the count, or when the box is annulled: what told networks and telephones apart is destroyed.

    Saves ``network_key``; call it in the transaction, while the box is still as it was closed.
    """
    if box.state == BallotBox.State.CLOSED:
        box.set_aside.exclude(network="").update(network="")
    if box.network_key is not None:
        box.network_key = None
        box.save(update_fields=["network_key"])
    forget_numbers(purpose=telephone_purpose(box))


def excluded_number(box: BallotBox) -> int:
    """How many ballots of a counted box were excluded: published with its figures, and on its page."""
    return sum(row.number for row in box.set_aside.all() if row.decision == Decision.EXCLUDED)


def bursts_of(box: BallotBox) -> list[tuple[SetAside, datetime]]:
    """What the page of the box shows of its bursts: letter, hour and number, and what was decided."""
    rows = box.set_aside.select_related("proposed_by", "decided_by").order_by("hour", "pk")
    return [(row, datetime.fromtimestamp(row.hour * 3600, tz=UTC)) for row in rows]


def next_step(box: BallotBox, bursts: Iterable[tuple[SetAside, datetime]]) -> tuple[str, str] | None:
    """What comes before the count where something was set aside: the act and who does it."""
    if box.state != BallotBox.State.CLOSED or all(row.decision for row, _hour in bursts):
        return None
    return gettext("Decide on the ballots set aside"), gettext("Two people, one of them a scrutineer")


def telephone_purpose(box: BallotBox) -> str:
    return f"public-box:{box.pk}"
