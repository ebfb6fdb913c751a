"""From computed to final: analysis, approval, public notice, finality, correction (C10, C12)."""

from collections.abc import Collection, Mapping
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from evaluation.audit.services import record
from evaluation.cycle.models import Track
from evaluation.cycle.working_days import add_working_days
from evaluation.daily.models import DailyDeduction
from evaluation.daily.selectors import open_defences, running_defence_periods, untold
from evaluation.errors import DomainError
from evaluation.results.models import Feedback, Objection, ObjectionQuerySet, Publication, Result
from evaluation.results.services.computing import changed_since, material_for, write_publication
from evaluation.roster.finality import reopen_final, set_final
from evaluation.roster.models import Appraisal

Status = Publication.Status


@transaction.atomic
def edit_analysis(*, publication: Publication, text: str, by_cadre: Mapping[int, str], actor: User) -> Publication:
    """Replace the drafted analyses: of the unit, and of results by their key. An approval is taken back.

    Raises ``DomainError``: ``fed_back_already``.
    """
    publication = _locked(publication)
    _require_computed(publication)
    for result in publication.results.filter(pk__in=list(by_cadre)):
        if result.analysis != by_cadre[result.pk]:
            result.analysis = by_cadre[result.pk]
            result.save(update_fields=["analysis"])
    publication.analysis, publication.analysis_by, approved = text, actor, publication.approved_by_id
    publication.approved_by = publication.approved_at = None
    publication.save(update_fields=["analysis", "analysis_by", "approved_by", "approved_at"])
    changes = {"approved_by": (approved, None)} if approved else {}
    record(actor=actor, action="analysis-edited", target=publication, changes=changes)
    return publication


@transaction.atomic
def approve_publication(*, publication: Publication, approver: User) -> Publication:
    """Confirm figures and analyses for the unit, by somebody who neither computed nor worded them.

    Raises ``DomainError``: ``same_person``, ``own_case`` for somebody on the list, ``incomplete`` and
    ``figures_changed`` (both name the cadres), ``fed_back_already``.
    """
    publication = _locked(publication)
    _require_computed(publication)
    if approver.pk in (publication.computed_by_id, publication.analysis_by_id):
        raise DomainError("same_person", _("Whoever computed or worded the results cannot approve them."))
    _require_not_on_list(publication, approver)
    _require_complete(publication)
    _require_up_to_date(publication)
    publication.approved_by, publication.approved_at = approver, timezone.now()
    publication.return_reason = ""
    publication.save(update_fields=["approved_by", "approved_at", "return_reason"])
    changes = {"approved_by": (None, approver.pk)}
    record(actor=approver, action="publication-approved", target=publication, changes=changes)
    return publication


@transaction.atomic
def return_publication(*, publication: Publication, approver: User, reason: str) -> Publication:
    """Send figures and analyses back to the unit, with a reason. Raises ``DomainError``: ``no_reason``,
    ``fed_back_already``."""
    publication = _locked(publication)
    _require_computed(publication)
    if not reason.strip():
        raise DomainError("no_reason", _("Say what the unit should change."))
    publication.return_reason, approved = reason.strip(), publication.approved_by_id
    publication.approved_by = publication.approved_at = None
    publication.save(update_fields=["return_reason", "approved_by", "approved_at"])
    changes = {"approved_by": (approved, None)} if approved else {}
    record(
        actor=approver,
        action="publication-returned",
        target=publication,
        changes=changes,
        why=publication.return_reason,
    )
    return publication


@transaction.atomic
def start_notice(*, publication: Publication, actor: User) -> Publication:
    """Open the public notice: from today, for the working days of the cycle.

    Raises ``DomainError``: ``wrong_step``; ``slips_waiting`` while a slip is not handed over (names the cadres);
    ``feedback_open`` while a cadre may still answer; ``objections_open``; ``objection_upheld`` where an upheld
    objection asks for a correction first; ``defence_open``, ``defence_may_come``, ``deduction_untold``;
    ``figures_changed``.
    """
    publication = _locked(publication)
    if publication.status != Status.FEEDBACK:
        raise DomainError("wrong_step", _("The public notice follows the feedback to the cadres."))
    today = timezone.localdate()
    _require_feedback_done(publication, today)
    require_objections_settled(publication)
    _require_defences_settled(publication, today)
    _require_up_to_date(publication)
    publication.status = Status.NOTICE
    publication.notice_from = today
    publication.notice_until = add_working_days(today, publication.cycle.notice_days)
    publication.save(update_fields=["status", "notice_from", "notice_until"])
    record(
        actor=actor,
        action="notice-started",
        target=publication,
        detail={"until": publication.notice_until.isoformat()},
        changes={"status": (Status.FEEDBACK, publication.status)},
    )
    return publication


@transaction.atomic
def finalise(*, publications: Collection[Publication], actor: User) -> int:
    """Make whole pools final, all or none; return how many. Later deductions count in the next cycle.

    Raises ``DomainError``: ``nothing_chosen``; ``wrong_step``; ``notice_running`` up to and including its last day;
    ``objections_open``, ``objection_upheld``, ``defence_open``, ``defence_may_come``, ``deduction_untold``,
    ``figures_changed``; ``own_case`` for somebody on the list; ``same_person``: whoever approved for the unit does not
    finalise for the office, and in villages, where the town does both, whoever computed does not.
    """
    if not publications:
        raise DomainError("nothing_chosen", _("Choose at least one result."))
    now, today = timezone.now(), timezone.localdate()
    for publication in publications:
        publication = _locked(publication)
        _require_final_allowed(publication, actor, today)
        publication.status = Status.FINAL
        publication.finalised_by, publication.finalised_at = actor, now
        publication.save(update_fields=["status", "finalised_by", "finalised_at"])
        set_final(appraisals=Appraisal.objects.filter(results__publication=publication), at=now)
        changes = {"status": (Status.NOTICE, publication.status)}
        record(actor=actor, action="publication-final", target=publication, changes=changes)
    return len(publications)


@transaction.atomic
def correct_publication(*, publication: Publication, actor: User, reason: str) -> Publication:
    """Compute the whole pool anew as the next version and return it; the earlier version is kept, as superseded.

    The new version runs every step again: approval, feedback, notice, final. Until it is final the appraisals are not
    (``final_at`` is taken back), so a deduction that was wrong can be withdrawn and the version computed once more.
    Raises ``DomainError``: ``no_reason``; ``wrong_step`` where it was not fed back yet (compute anew instead) or is
    superseded; ``objections_open``; and as ``compute_publication``.
    """
    publication = _locked(publication)
    if publication.status not in (Status.FEEDBACK, Status.NOTICE, Status.FINAL):
        raise DomainError("wrong_step", _("Only a result that was handed out is corrected; before that, compute anew."))
    if not reason.strip():
        raise DomainError("no_reason", _("Give the reason for the correction: it is published."))
    _require_none_open(publication)
    appraisals, material = material_for(
        cycle=publication.cycle, track=publication.track, organising_unit=publication.organising_unit
    )
    before, publication.status = publication.status, Status.SUPERSEDED
    publication.save(update_fields=["status"])
    reopen_final(appraisals=appraisals)
    corrected = write_publication(
        publication=Publication(
            cycle=publication.cycle,
            track=publication.track,
            organising_unit=publication.organising_unit,
            version=publication.version + 1,
            correction_reason=reason.strip(),
        ),
        appraisals=appraisals,
        material=material,
        actor=actor,
    )
    record(
        actor=actor,
        action="publication-corrected",
        target=publication,
        detail={"version": corrected.version},
        changes={"status": (before, publication.status), "version": (publication.version, corrected.version)},
        why=corrected.correction_reason,
    )
    return corrected


def require_objections_settled(publication: Publication) -> None:
    """Raise ``DomainError`` while an objection is open, or one was upheld and the result is not corrected."""
    _require_none_open(publication)
    if _objections(publication).filter(status=Objection.Status.UPHELD).exists():
        raise DomainError("objection_upheld", _("An objection was upheld: correct the result first."))


def _require_none_open(publication: Publication) -> None:
    if _objections(publication).filter(status=Objection.Status.OPEN).exists():
        raise DomainError("objections_open", _("Objections are still open: review them first."))


def _objections(publication: Publication) -> ObjectionQuerySet:
    return Objection.objects.filter(result__publication=publication)


def _locked(publication: Publication) -> Publication:
    rows = Publication.objects.select_for_update(of=("self",)).select_related("cycle", "organising_unit")
    return rows.get(pk=publication.pk)


def _require_computed(publication: Publication) -> None:
    if publication.status != Status.COMPUTED:
        raise DomainError("fed_back_already", _("This result was handed out already. Use “Correct the result”."))


def _require_complete(publication: Publication) -> None:
    names = list(publication.results.filter(status=Result.Status.INCOMPLETE).values_list("name", flat=True))
    if names:
        raise DomainError(
            "incomplete",
            ngettext(
                "%(names)s has no result yet. Decide on the missing groups or exempt the cadre, then compute anew.",
                "%(names)s have no result yet. Decide on the missing groups or exempt the cadres, then compute anew.",
                len(names),
            )
            % {"names": "、".join(names)},
        )


def _require_up_to_date(publication: Publication) -> None:
    """A deduction or award that was decided after the computing would be lost to every cycle."""
    if names := changed_since(publication):
        raise DomainError(
            "figures_changed",
            _("Deductions or awards of %(names)s changed after the computing. Compute anew, or correct the result.")
            % {"names": "、".join(names)},
        )


def _require_not_on_list(publication: Publication, actor: User) -> None:
    """Nobody decides about a list on which they stand."""
    if publication.results.filter(appraisal__cadre__user=actor).exists():
        raise DomainError(
            "own_case",
            _("%(unit)s: you stand on this list yourself. Somebody else decides about it.")
            % {"unit": publication.organising_unit.name},
        )


def _require_feedback_done(publication: Publication, today: date) -> None:
    unanswered = Feedback.objects.filter(result__publication=publication, answer=Feedback.Answer.NONE)
    waiting = unanswered.filter(delivered_at__isnull=True)
    if names := "、".join(waiting.order_by("result__list_order").values_list("result__name", flat=True)):
        raise DomainError("slips_waiting", _("These slips have not been handed over: %(names)s.") % {"names": names})
    dues = [due for due in unanswered.filter(due__gte=today).values_list("due", flat=True) if due is not None]
    if dues:
        raise DomainError(
            "feedback_open",
            ngettext(
                "%(count)s cadre may still answer the feedback until %(due)s.",
                "%(count)s cadres may still answer the feedback until %(due)s.",
                len(dues),
            )
            % {"count": len(dues), "due": max(dues)},
        )


def _require_defences_settled(publication: Publication, today: date) -> None:
    """No result is published on a deduction of which the cadre was not told, may still speak, or is not answered."""
    appraisals = list(Appraisal.objects.filter(results__publication=publication))
    counting = DailyDeduction.objects.filter(appraisal__in=appraisals)
    for code, message, names in (
        (
            "defence_open",
            _("Defences against deductions are under review: %(names)s."),
            [row.deduction.cadre.name for row in open_defences(appraisals).select_related("deduction__cadre")],
        ),
        (
            "defence_may_come",
            _("These cadres may still answer a deduction: %(names)s."),
            [row.cadre.name for row in running_defence_periods(appraisals, today).select_related("cadre")],
        ),
        (
            "deduction_untold",
            _("These cadres have not been told of a deduction: %(names)s. Hand over the slips first."),
            [row.cadre.name for row in untold(counting).select_related("cadre")],
        ),
    ):
        if names:
            raise DomainError(code, message % {"names": "、".join(dict.fromkeys(names))})


def _require_final_allowed(publication: Publication, actor: User, today: date) -> None:
    values = {"unit": publication.organising_unit.name, "until": publication.notice_until}
    if publication.status != Status.NOTICE or publication.notice_until is None:
        raise DomainError("wrong_step", _("%(unit)s: only a result after its public notice becomes final.") % values)
    if today <= publication.notice_until:
        raise DomainError("notice_running", _("%(unit)s: the public notice runs until %(until)s.") % values)
    _require_not_on_list(publication, actor)
    require_objections_settled(publication)
    _require_defences_settled(publication, today)
    _require_up_to_date(publication)
    of_village = publication.track == Track.VILLAGE
    other = publication.computed_by_id if of_village else publication.approved_by_id
    if actor.pk == other:
        raise DomainError("same_person", _("%(unit)s: another person must make it final than the one before.") % values)
