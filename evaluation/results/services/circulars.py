"""The circular of the office: drafted from the figures, worded, and issued by another person (C10)."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from evaluation.audit.services import record
from evaluation.cycle.models import Cycle
from evaluation.errors import DomainError
from evaluation.registry.models import Kind
from evaluation.registry.numbers import document_number
from evaluation.registry.services import about_of, drawing, issue_document
from evaluation.results.circulars import ADDRESSEE, circular_paper, drafted_text, title_of
from evaluation.results.models import Circular

Status = Circular.Status


@transaction.atomic
def draft_circular(*, cycle: Cycle, actor: User) -> Circular:
    """Draw up a circular from the published figures. Raises ``DomainError`` ``draft_there`` while one is worded."""
    Cycle.objects.select_for_update().get(pk=cycle.pk)
    if Circular.objects.filter(cycle=cycle, status=Status.DRAFT).exists():
        raise DomainError("draft_there", _("A draft is being worded already: go on with that one."))
    circular = Circular.objects.create(
        cycle=cycle,
        title=title_of(cycle),
        addressee=ADDRESSEE,
        text=drafted_text(cycle),
        drafted_by=actor,
        drafted_at=timezone.now(),
    )
    record(actor=actor, action="circular-drafted", target=circular, changes={"status": ("", circular.status)})
    return circular


@transaction.atomic
def edit_circular(*, circular: Circular, actor: User, **values: Any) -> Circular:
    """Word a draft: ``title``, ``addressee``, ``text``, ``copies_to``, ``number``; whoever words it does not issue it.

    Raises ``DomainError``: ``not_draft``; ``number_shape``.
    """
    circular = _locked(circular)
    _require_draft(circular)
    values["number"] = document_number(values.get("number", circular.number))
    for name in ("title", "addressee", "text", "copies_to", "number"):
        setattr(circular, name, values.get(name, getattr(circular, name)).strip())
    circular.drafted_by, circular.drafted_at = actor, timezone.now()
    circular.save(update_fields=["title", "addressee", "text", "copies_to", "number", "drafted_by", "drafted_at"])
    record(actor=actor, action="circular-edited", target=circular)
    return circular


@transaction.atomic
def issue_circular(*, circular: Circular, actor: User) -> Circular:
    """Issue a draft through the registry, in the name of the office; it bears the day of today.

    Raises ``DomainError``: ``not_draft``; ``same_person`` who worded it last; and as ``issue_document``.
    """
    circular = _locked(circular)
    _require_draft(circular)
    if circular.drafted_by_id == actor.pk:
        raise DomainError("same_person", _("Whoever worded the circular last cannot issue it: another account does."))
    circular.status, circular.issued_by, circular.issued_at = Status.ISSUED, actor, timezone.now()
    cycle = circular.cycle
    document = issue_document(
        kind=Kind.CIRCULAR,
        year=cycle.year,
        unit=None,
        issuer=cycle.office_name,
        about=about_of(circular),
        title=circular.title,
        draw=drawing(lambda number: circular_paper(cycle, circular, number=number)),
        actor=actor,
        number=circular.number,
    )
    circular.number = document.number
    circular.save(update_fields=["status", "issued_by", "issued_at", "number"])
    changes = {"status": (Status.DRAFT, circular.status)}
    record(actor=actor, action="circular-issued", target=circular, detail={"number": circular.number}, changes=changes)
    return circular


@transaction.atomic
def drop_circular(*, circular: Circular, actor: User) -> None:
    """Throw a draft away. Raises ``DomainError`` ``not_draft``."""
    circular = _locked(circular)
    _require_draft(circular)
    record(actor=actor, action="circular-dropped", target=circular, changes={"status": (circular.status, "")})
    circular.delete()


def _locked(circular: Circular) -> Circular:
    return Circular.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=circular.pk)


def _require_draft(circular: Circular) -> None:
    if circular.status != Status.DRAFT:
        raise DomainError("not_draft", _("The circular was issued: it stays as it is. Draw up a new one."))
