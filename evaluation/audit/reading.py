"""An event in words: who, what, from what to what, why; and what else it holds. Codes stay in the rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.translation import gettext as _

from evaluation.audit.models import AuditEvent
from evaluation.audit.words import FIELDS

EMPTY = "—"


@dataclass(frozen=True)
class Change:
    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Told:
    name: str
    value: str


def changes_of(event: AuditEvent) -> list[Change]:
    """What went from what to what, in the words of the object's own fields."""
    changes = event.detail.get("changes")
    if not isinstance(changes, Mapping):
        return []
    kind = event.target_kind
    pairs = ((name, values if isinstance(values, list) else [None, values]) for name, values in changes.items())
    return [
        Change(name_in_words(kind, name), value_in_words(kind, name, values[0]), value_in_words(kind, name, values[-1]))
        for name, values in pairs
        if values
    ]


def why_of(event: AuditEvent) -> str:
    """The reason that was given, also where an older event keeps it under another name."""
    why = event.detail.get("why") or event.detail.get("reason")
    return str(why) if why else ""


def rest_of(event: AuditEvent) -> list[Told]:
    """Everything else that the event holds."""
    shown = {"why"} | ({"reason"} if not event.detail.get("why") else set()) | {"changes"}
    kind = event.target_kind
    return [
        Told(name_in_words(kind, name), value_in_words(kind, name, value))
        for name, value in event.detail.items()
        if name not in shown
    ]


def name_in_words(kind: str, name: str) -> str:
    if name in FIELDS:
        return str(FIELDS[name])
    field = _field(kind, name)
    return str(field.verbose_name) if field is not None else name


def value_in_words(kind: str, name: str, value: Any) -> str:
    """A value as people read it: the label of a choice, yes or no, a list with commas."""
    if value is None or value in ("", [], {}):
        return EMPTY
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Mapping):
        pairs = [f"{name_in_words(kind, key)} {value_in_words(kind, key, one)}" for key, one in value.items()]
        return " · ".join(pairs)
    if isinstance(value, list):
        return ", ".join(value_in_words(kind, name, one) for one in value)
    field = _field(kind, name)
    labels = {str(code): str(label) for code, label in getattr(field, "flatchoices", ())}
    return labels.get(str(value), str(value))


def model_of(kind: str) -> type[models.Model] | None:
    try:
        return apps.get_model("evaluation", kind)
    except LookupError:
        return None


def _field(kind: str, name: str) -> "models.Field[Any, Any] | None":
    model = model_of(kind)
    try:
        field = model._meta.get_field(name) if model is not None else None
    except FieldDoesNotExist:
        return None
    return field if isinstance(field, models.Field) else None
