"""The service ledger: the frame from which service recipients are drawn (C15)."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.errors import DomainError
from evaluation.intake.models import ImportJob
from evaluation.intake.services import bytes_of, keep_preview, lock_preview, mark_confirmed
from evaluation.recipients.importing import carry_out, plan_ledger, read_file
from evaluation.roster.services import require_own_job, require_running


@transaction.atomic
def preview_ledger(*, cycle: Cycle, data: bytes, name: str, actor: User | str) -> ImportJob:
    """Read a service ledger (办件台账) and say what it would change; nothing but the preview is kept.

    Raises ``DomainError``: ``cycle_closed`` and the codes of ``read_workbook``, ``no_header``.
    """
    require_running(cycle)
    plan = plan_ledger(cycle=cycle, ledger=read_file(data=data, name=name), actor=actor)
    return keep_preview(
        kind=ImportJob.Kind.LEDGER,
        year=cycle.year,
        data=data,
        name=name,
        actor=actor,
        rows=plan.judged,
        summary=plan.summary(),
    )


@transaction.atomic
def confirm_ledger_import(*, job: ImportJob, actor: User | str) -> ImportJob:
    """Carry out a previewed ledger import, all or nothing. Rejected rows stay out.

    Raises ``DomainError``: ``not_previewed``, ``not_yours``, ``cycle_closed``, and ``moved`` where the ledger has
    changed since the preview so that the file would now do something else.
    """
    cycle = Cycle.objects.select_for_update().get(year=job.year)
    require_running(cycle)
    job = lock_preview(job=job)
    require_own_job(job=job, actor=actor)
    plan = plan_ledger(cycle=cycle, ledger=read_file(data=bytes_of(job), name=job.file.name), actor=actor)
    if plan.digest() != job.summary["digest"]:
        raise DomainError("moved", _("The ledger has changed since the preview. Upload the file again."))
    carry_out(cycle=cycle, plan=plan, actor=actor)
    return mark_confirmed(job=job, actor=actor)
