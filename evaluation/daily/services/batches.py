"""Many deductions in one act, all or none."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from evaluation.audit.services import record
from evaluation.daily.models import DailyDeduction
from evaluation.daily.services.deductions import record_deduction
from evaluation.errors import DomainError
from evaluation.files.models import StoredFile
from evaluation.files.services import store_evidence


class BatchRefused(DomainError):
    """``rows`` says by place in the batch (from 0) what is wrong; nothing was recorded."""

    def __init__(self, rows: Mapping[int, DomainError]) -> None:
        super().__init__("batch_refused", _("Nothing was recorded. Correct the rows that are marked."))
        self.rows = rows


@transaction.atomic
def record_batch(
    *, entries: Sequence[Mapping[str, Any]], actor: User, upload: UploadedFile | None = None, proof_later: bool = False
) -> list[DailyDeduction]:
    """Record every entry (arguments of ``record_deduction`` without ``actor``), or none.

    ``upload`` is one proof for all of them. Rows of one batch share an incident without a warning; the same cadre, day
    and rule twice is asked about. Raises ``DomainError`` ``nothing_entered``, ``BatchRefused``, and those of
    ``store_evidence``.
    """
    if not entries:
        raise DomainError("nothing_entered", _("Enter at least one row."))
    made, refused = _tried(entries, actor, proof_later=proof_later or upload is not None)
    if refused:
        raise BatchRefused(refused)
    if upload is not None:
        _share(made, store_evidence(upload=upload, actor=actor))
    record(actor=actor, action="deductions-batch", target=made[0], detail={"deductions": [row.pk for row in made]})
    return made


def _tried(
    entries: Sequence[Mapping[str, Any]], actor: User, *, proof_later: bool
) -> tuple[list[DailyDeduction], dict[int, DomainError]]:
    made: list[DailyDeduction] = []
    refused: dict[int, DomainError] = {}
    for place, entry in enumerate(entries):
        try:
            with transaction.atomic():
                together = [row.pk for row in made]
                values = {"proof_later": proof_later, **entry}
                made.append(record_deduction(actor=actor, besides=together, **values))
        except DomainError as error:
            refused[place] = error
    return made, refused


def _share(made: Sequence[DailyDeduction], evidence: StoredFile) -> None:
    for deduction in made:
        if deduction.evidence is None:
            deduction.evidence = evidence
            deduction.save(update_fields=["evidence"])
