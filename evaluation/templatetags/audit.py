"""Words for the audit record: codes stay in the rows, people read names."""

from django import template

from evaluation.audit.words import ACTIONS, KINDS

register = template.Library()


@register.filter
def action_name(code: str) -> str:
    """The act in words; a code without words (a newer one) as it is."""
    return str(ACTIONS.get(code, code))


@register.filter
def kind_name(kind: str) -> str:
    return str(KINDS.get(kind, kind))


@register.filter
def pairs(detail: dict[str, object]) -> list[tuple[str, object]]:
    """Name and value of every detail; ``detail.items`` in a template would be the detail named ``items``, if any."""
    return list(detail.items())


@register.filter
def actor_name(actor: str) -> str:
    """``user:3:zhang`` as ``zhang``; everything else (commands, the system, a slip) as it is."""
    kind, _colon, rest = actor.partition(":")
    return rest.partition(":")[2] if kind == "user" and ":" in rest else actor
