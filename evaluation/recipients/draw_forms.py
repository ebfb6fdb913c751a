from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluation.recipients.drawing import EACH, RESERVE_EACH
from evaluation.recipients.draws import LONGEST_SEED, MOST_EACH
from evaluation.recipients.expectations import TURNOUT, TURNOUTS
from evaluation.recipients.models import DrawnRecipient, DrawStratum

DRAWN = (("", _("All")), ("no", _("Not drawn yet")), ("yes", _("Drawn")))


class FrameFilterForm(forms.Form):
    q = forms.CharField(label=_("Unit or list"), required=False, max_length=60)
    drawn = forms.ChoiceField(label=_("State"), choices=DRAWN, required=False)


class SectionFilterForm(forms.Form):
    q = forms.CharField(label=_("Unit or section"), required=False, max_length=60)
    short = forms.BooleanField(label=_("Only those that served too few"), required=False)


class PlanForm(forms.Form):
    """How many; the page shows first what that would bring."""

    each = forms.IntegerField(label=_("Drawn from every section"), min_value=1, max_value=MOST_EACH, initial=EACH)
    reserve = forms.IntegerField(
        label=_("Reserve of every section"), min_value=0, max_value=MOST_EACH, initial=RESERVE_EACH
    )
    turnout = forms.TypedChoiceField(
        label=_("Assumed turnout"),
        choices=[(value, f"{value} %") for value in TURNOUTS],
        coerce=int,
        initial=TURNOUT,
        required=False,
        empty_value="",
    )


class DrawForm(forms.Form):
    each = forms.IntegerField(label=_("Drawn from every section"), min_value=1, max_value=MOST_EACH, initial=EACH)
    reserve = forms.IntegerField(
        label=_("Reserve of every section"), min_value=0, max_value=MOST_EACH, initial=RESERVE_EACH
    )
    seed = forms.CharField(
        label=_("Seed"),
        max_length=LONGEST_SEED,
        required=False,
        help_text=_(
            "What the people in the room throw or name: figures of dice, a lottery number of today. "
            "Left empty, the system makes one."
        ),
    )
    seed_note = forms.CharField(
        label=_("Where the seed comes from"),
        max_length=120,
        required=False,
        help_text=_("Published with the seed, for example: 现场三方各掷骰子三次"),
    )
    reason = forms.CharField(label=_("Why it is drawn again"), max_length=200, required=False)

    def __init__(self, *args: Any, again: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not again:
            del self.fields["reason"]
        else:
            self.fields["reason"].required = True


class RecipientFilterForm(forms.Form):
    q = forms.CharField(label=_("Name"), required=False, max_length=60)
    section = forms.ChoiceField(label=_("Section"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *DrawnRecipient.State.choices])
    way = forms.ChoiceField(label=_("Way"), required=False, choices=[("", _("All")), *DrawnRecipient.Way.choices])

    def __init__(self, strata: list[DrawStratum], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sections = [(str(row.pk), row.section or _("Without a section")) for row in strata]
        self.fields["section"].choices = [("", _("All")), *sections]  # type: ignore[attr-defined]


def plan_of(data: Any) -> dict[str, int]:
    """What was asked for in the address, or the usual numbers."""
    form = PlanForm(data)
    form.is_valid()
    usual = {"each": EACH, "reserve": RESERVE_EACH, "turnout": TURNOUT}
    return {name: usual[name] if (value := form.cleaned_data.get(name)) in (None, "") else value for name in usual}
