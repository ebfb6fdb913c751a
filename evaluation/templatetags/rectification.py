"""How an item of a plan stands today, for pages that residents read too. No queries where the plan is loaded."""

from typing import NamedTuple

from django import template
from django.utils import timezone
from django.utils.functional import Promise

from evaluation.rectification.models import PlanItem, RectificationNotice

register = template.Library()


class Standing(NamedTuple):
    state: str
    label: str | Promise


@register.filter
def standing(item: PlanItem) -> Standing:
    state = item.state_on(timezone.localdate())
    return Standing(str(state), state.label)


@register.filter
def is_late(notice: RectificationNotice) -> bool:
    return notice.is_late_on(timezone.localdate())
