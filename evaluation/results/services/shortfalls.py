"""Decisions on groups that are too small: proposed by one person, settled by another, for one or a list."""

from collections.abc import Collection, Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.audit.services import record
from evaluation.cycle.models import Cycle
from evaluation.errors import DomainError
from evaluation.results.missing import Shortfall, shortfalls_of
from evaluation.results.models import Publication, ShortfallDecision
from evaluation.roster.models import Appraisal
from evaluation.roster.own_case import require_not_own
from evaluation.roster.services import locked, require_not_final, set_exemption
from evaluation.units.access import roles_of
from evaluation.units.models import Role


@transaction.atomic
def propose_decisions(
    *, cycle: Cycle, chosen: Collection[tuple[Appraisal, str]], decision: str, reason: str, actor: User
) -> int:
    """Propose what happens with groups that are too small; return how many. A new proposal replaces an open one.

    ``chosen``: (appraisal, group code). Raises ``DomainError``: ``nothing_chosen``; ``no_reason``; ``not_open`` where
    the group is not too small, is not counted, or is settled already; ``no_graded_mark`` where nobody in the group
    gave a grade and it was to be accepted, ``shows_few`` where the composite would then show the few who judged;
    ``results_fed_back`` once the result was handed out.
    """
    if not chosen:
        raise DomainError("nothing_chosen", _("Choose at least one group."))
    if not reason.strip():
        raise DomainError("no_reason", _("Give the reason: it is shown on the result."))
    _refuse_fed_back([appraisal for appraisal, _group in chosen])
    waiting = _open_ones(cycle, [appraisal for appraisal, _group in chosen])
    for appraisal, group in chosen:
        shortfall = waiting.get((appraisal.pk, group))
        _require_open(shortfall, decision)
        ShortfallDecision.objects.update_or_create(
            appraisal=appraisal,
            group=group,
            defaults={"decision": decision, "reason": reason.strip(), "proposed_by": actor},
        )
        record(
            actor=actor,
            action="shortfall-proposed",
            target=appraisal,
            detail={"group": group},
            changes={"decision": ("", decision)},
            why=reason.strip(),
        )
    return len(chosen)


@transaction.atomic
def settle_decisions(*, decisions: Collection[ShortfallDecision], actor: User) -> int:
    """Make proposals count; return how many. One of the two people is of the office.

    An exemption takes the cadre out of this year with its reason; what else was proposed for them is dropped.

    Raises ``DomainError``: ``nothing_chosen``, ``same_person``, ``own_case``, ``office_needed``, ``settled_already``,
    ``results_fed_back``.
    """
    rows = _locked(decisions)
    _refuse_fed_back([row.appraisal for row in rows])
    now, by_office = timezone.now(), Role.OFFICE in roles_of(actor)
    for row in rows:
        if row.proposed_by_id == actor.pk:
            raise DomainError("same_person", _("Whoever proposed a decision cannot settle it. Ask the other person."))
        if not by_office and Role.OFFICE not in roles_of(row.proposed_by):
            raise DomainError("office_needed", _("The office settles what a unit proposed."))
        require_not_own(row.appraisal.cadre, actor)
        row.decided_by, row.decided_at = actor, now
        row.save(update_fields=["decided_by", "decided_at"])
        record(
            actor=actor,
            action="shortfall-decided",
            target=row.appraisal,
            detail={"group": row.group, "decision": row.decision},
            changes={"decided_by": (None, actor.pk)},
            why=row.reason,
        )
    _exempt([row for row in rows if row.decision == ShortfallDecision.Decision.EXEMPT], actor)
    return len(rows)


def _exempt(decisions: Collection[ShortfallDecision], actor: User) -> None:
    for appraisal_id, reason in {row.appraisal_id: row.reason for row in decisions}.items():
        appraisal = locked(Appraisal(pk=appraisal_id))
        require_not_final(appraisal=appraisal)
        set_exemption(appraisal=appraisal, reason=reason, actor=actor)
        ShortfallDecision.objects.filter(appraisal=appraisal, decided_by__isnull=True).delete()


@transaction.atomic
def drop_proposals(*, decisions: Collection[ShortfallDecision], actor: User) -> int:
    """Take back, or refuse, proposals that nobody has settled. Raises ``DomainError``: as ``settle_decisions``."""
    rows = _locked(decisions)
    for row in rows:
        changes = {"decision": (row.decision, "")}
        detail = {"group": row.group}
        record(actor=actor, action="shortfall-dropped", target=row.appraisal, detail=detail, changes=changes)
        row.delete()
    return len(rows)


def _locked(decisions: Collection[ShortfallDecision]) -> list[ShortfallDecision]:
    keys = [decision.pk for decision in decisions]
    if not keys:
        raise DomainError("nothing_chosen", _("Choose at least one group."))
    rows = ShortfallDecision.objects.select_for_update(of=("self",)).select_related("appraisal__cadre", "proposed_by")
    found = list(rows.filter(pk__in=keys).order_by("pk"))
    if any(row.decided_by_id is not None for row in found):
        raise DomainError("settled_already", _("One of these is settled already. Load the page again."))
    return found


def _open_ones(cycle: Cycle, appraisals: Iterable[Appraisal]) -> dict[tuple[int, str], Shortfall]:
    keys = {appraisal.pk for appraisal in appraisals}
    rows = Appraisal.objects.filter(pk__in=keys).for_list()
    return {(one.appraisal.pk, one.group.code): one for one in shortfalls_of(cycle=cycle, appraisals=list(rows))}


def _require_open(shortfall: Shortfall | None, decision: str) -> None:
    if shortfall is None or not shortfall.is_open:
        raise DomainError("not_open", _("Only a counted group that is too small and not settled waits for a decision."))
    if decision == ShortfallDecision.Decision.ACCEPT and shortfall.graded == 0:
        raise DomainError(
            "no_graded_mark",
            _("%(name)s: nobody in the group “%(group)s” gave a grade. Reallocate its points instead.")
            % {"name": shortfall.appraisal.name, "group": shortfall.group.label},
        )
    if decision == ShortfallDecision.Decision.ACCEPT and shortfall.shows_few:
        raise DomainError(
            "shows_few",
            _(
                "%(name)s: with “%(group)s” accepted, the composite would show the few who judged."
                " Reallocate its points."
            )
            % {"name": shortfall.appraisal.name, "group": shortfall.group.label},
        )


def _refuse_fed_back(appraisals: Iterable[Appraisal]) -> None:
    current = Publication.objects.current().exclude(status=Publication.Status.COMPUTED)
    if current.filter(results__appraisal__in=[appraisal.pk for appraisal in appraisals]).exists():
        raise DomainError(
            "results_fed_back", _("The result was handed out already. Correct the publication to decide anew.")
        )
