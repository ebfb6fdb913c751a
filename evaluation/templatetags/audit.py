"""Words for the audit record: codes stay in the rows, people read names."""

from django import template

from evaluation.audit.words import ACTIONS, KINDS, actor_in_words

register = template.Library()


@register.filter
def action_name(code: str) -> str:
    """The act in words; a code without words (a newer one) as it is."""
    return str(ACTIONS.get(code, code))


@register.filter
def kind_name(kind: str) -> str:
    return str(KINDS.get(kind, kind))


@register.filter
def actor_name(actor: str) -> str:
    """``user:3:zhang`` as ``zhang``; commands and the system in words."""
    return actor_in_words(actor)
