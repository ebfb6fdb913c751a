"""Step 1: write a pledge, take it to publication, record what is changed after it (C6)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.audit.services import record
from evaluation.errors import DomainError
from evaluation.files.models import StoredFile
from evaluation.files.services import store_photo
from evaluation.guard.citizen_numbers import require_no_citizen_number
from evaluation.pledges.models import Pledge, PledgeChange, PledgeItem
from evaluation.pledges.review import EDITABLE, Outcome, advance, advance_all, require_open, writable
from evaluation.roster.models import Appraisal

Status = Pledge.Status


@dataclass(frozen=True)
class PledgeText:
    """What a pledge says; plain text, shown to everybody once it is published."""

    duties: str = ""
    identity: str = ""
    staff_number: str = ""
    commitments: str = ""


@dataclass(frozen=True)
class ItemText:
    """One pledged item in its order; ``pk`` of the row that it replaces, or ``None`` for a new one."""

    text: str
    due: date | None = None
    pk: int | None = None


@transaction.atomic
def draft_pledge(*, appraisal: Appraisal, actor: User | str) -> Pledge:
    """Return the pledge of an appraisal, begun if it is not. Raises ``DomainError`` as ``require_open``."""
    appraisal = _locked_appraisal(appraisal)
    require_open(appraisal)
    pledge, created = Pledge.objects.select_for_update(of=("self",)).get_or_create(appraisal=appraisal)
    if created:
        record(actor=actor, action="pledge-begun", target=pledge, detail={"appraisal": appraisal.public_code})
    return pledge


@transaction.atomic
def save_pledge(
    *,
    appraisal: Appraisal,
    actor: User,
    text: PledgeText,
    items: Sequence[ItemText],
    photo: UploadedFile | None = None,
    remove_photo: bool = False,
) -> Pledge:
    """Write a pledge and its items, in the order given; items that are missing are removed.

    A draft or returned pledge changes in silence. A published one is changed by the organising unit or the office
    alone, and every change becomes a ``PledgeChange`` that the public page shows with its date. Raises ``DomainError``:
    ``not_allowed``, ``in_review``, ``citizen_number``, ``pledge_incomplete`` (published ones stay complete),
    ``item_unknown``, ``item_in_report``, as ``store_photo`` and ``require_open``.
    """
    require_no_citizen_number(*vars(text).values(), *(item.text for item in items))
    if not writable(actor).filter(pk=appraisal.pk).exists():
        raise DomainError("not_allowed", _("This is for the cadre or the organising unit to write."))
    pledge = draft_pledge(appraisal=appraisal, actor=actor)
    _require_writable_now(pledge, actor)
    before = _shown(pledge)
    kept = store_photo(upload=photo, actor=actor) if photo else None if remove_photo else pledge.photo
    _write(pledge, text, kept, actor)
    _write_items(pledge, items)
    if pledge.status == Status.PUBLISHED:
        check_complete(pledge)
        _record_changes(pledge, before)
    record(actor=actor, action="pledge-saved", target=pledge, detail={"appraisal": appraisal.public_code})
    return pledge


def submit_pledge(*, pledge: Pledge, actor: User) -> Pledge:
    """Hand a complete pledge to the approver. Raises ``DomainError``: ``pledge_incomplete``, as ``review.advance``."""
    return advance(paper=pledge, code="submit", actor=actor, check=check_complete)


def return_pledge(*, pledge: Pledge, actor: User, reason: str) -> Pledge:
    """Give a pledge back with the reason (1–200 characters). Raises ``DomainError`` as ``review.advance``."""
    return advance(paper=pledge, code="return", actor=actor, reason=reason)


def approve_pledge(*, pledge: Pledge, actor: User) -> Pledge:
    """Approve what another person wrote and submitted. Raises ``DomainError`` as ``review.advance``."""
    return advance(paper=pledge, code="approve", actor=actor)


def publish_pledge(*, pledge: Pledge, actor: User) -> Pledge:
    """Put an approved pledge on the public pages. Raises ``DomainError`` as ``review.advance``."""
    return advance(paper=pledge, code="publish", actor=actor)


def advance_pledges(*, appraisals: Iterable[Appraisal], code: str, actor: User, reason: str = "") -> Outcome:
    """Submit, return, approve or publish (``code``) the pledges of a list in one act."""
    return advance_all(model=Pledge, appraisals=appraisals, code=code, actor=actor, check=check_complete, reason=reason)


def check_complete(pledge: Pledge) -> None:
    """Raise ``DomainError`` ``pledge_incomplete`` unless duties, commitments and one item at least are there (C6)."""
    if not (pledge.duties.strip() and pledge.commitments.strip() and pledge.items.exists()):
        message = _("Duties, service commitments and at least one pledged item are needed before it can be submitted.")
        raise DomainError("pledge_incomplete", message)


def _locked_appraisal(appraisal: Appraisal) -> Appraisal:
    return Appraisal.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=appraisal.pk)


def _require_writable_now(pledge: Pledge, actor: User) -> None:
    if pledge.status == Status.PUBLISHED:
        if not Appraisal.objects.writable_by(actor).filter(pk=pledge.appraisal_id).exists():
            raise DomainError(
                "not_allowed", _("It is published. Ask your unit to make the change; it is shown with its date.")
            )
    elif pledge.status not in EDITABLE:
        raise DomainError("in_review", _("It has been submitted. Ask the approver to return it before you change it."))


def _write(pledge: Pledge, text: PledgeText, photo: StoredFile | None, actor: User) -> None:
    for field, value in vars(text).items():
        setattr(pledge, field, value.strip())
    pledge.photo, pledge.edited_by = photo, actor
    pledge.save(update_fields=[*vars(text), "photo", "edited_by"])


def _write_items(pledge: Pledge, items: Sequence[ItemText]) -> None:
    rows = {item.pk: item for item in pledge.items.all()}
    if {item.pk for item in items if item.pk} - set(rows):
        raise DomainError("item_unknown", _("An item of this list has been removed meanwhile. Open the page again."))
    for order, given in enumerate(items, start=1):
        row = rows.pop(given.pk or 0, None) or PledgeItem(pledge=pledge)
        row.order, row.text, row.due = order, given.text.strip(), given.due
        row.save()
    try:
        pledge.items.filter(pk__in=rows).delete()
    except ProtectedError as error:
        message = _("A duty report already answers for this item; it can be reworded but not removed.")
        raise DomainError("item_in_report", message) from error


def _shown(pledge: Pledge) -> dict[tuple[str, int], str]:
    """What the public page says, by field and (for items) row."""
    shown = {(field, 0): str(getattr(pledge, field)) for field in vars(PledgeText())}
    shown["photo", 0] = pledge.photo.sha256[:12] if pledge.photo else ""
    shown |= {("item", item.pk): _item_shown(item) for item in pledge.items.all()}
    return shown


def _item_shown(item: PledgeItem) -> str:
    return f"{item.text} ({item.due.isoformat()})" if item.due else item.text


def _record_changes(pledge: Pledge, before: dict[tuple[str, int], str]) -> None:
    """One row for each field or item that reads differently; of a photo only that it was changed."""
    after, now = _shown(pledge), timezone.now()
    differing = [key for key in {**before, **after} if before.get(key, "") != after.get(key, "")]
    PledgeChange.objects.bulk_create(
        PledgeChange(
            pledge=pledge,
            changed_at=now,
            field=key[0],
            before="" if key[0] == "photo" else before.get(key, ""),
            after="" if key[0] == "photo" else after.get(key, ""),
        )
        for key in differing
    )
