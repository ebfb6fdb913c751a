from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluation.files.fields import SeveralFilesField
from evaluation.guard.citizen_numbers import no_citizen_number
from evaluation.rectification.models import PlanItem, RectificationPlan

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
MOST_ROWS = 40


def _text(label: Any, *, most: int, required: bool = False, rows: int = 3, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=most,
        widget=forms.Textarea(attrs={"rows": rows}),
        validators=[no_citizen_number],
        help_text=help_text,
    )


class ItemForm(forms.Form):
    """A row of a plan; measure, effect and time may follow until the plan is submitted."""

    source = forms.ChoiceField(label=_("Source"), choices=PlanItem.Source.choices, initial=PlanItem.Source.OTHER)
    problem = _text(_("Problem"), most=500, required=True, rows=2)
    measure = _text(_("Measure"), most=1000)
    effect = _text(_("Effect to be reached"), most=500, rows=2)
    due = forms.DateField(label=_("To be done by"), required=False, widget=DAY)
    person = forms.CharField(
        label=_("Who sees to it"),
        max_length=60,
        required=False,
        validators=[no_citizen_number],
        help_text=_("Left empty: the cadre."),
    )


class ItemFormSet(forms.BaseFormSet):
    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = _("Remove this row")

    def rows(self) -> list[dict[str, Any]]:
        """The rows that were filled in and not removed, as values of a plan's items."""
        kept = [form.cleaned_data for form in self.forms if form.cleaned_data and not form.cleaned_data["DELETE"]]
        names = ("source", "problem", "measure", "effect", "due", "person")
        return [{name: row[name] for name in names} for row in kept if row.get("problem")]


PlanFormSet = forms.formset_factory(
    ItemForm, formset=ItemFormSet, extra=1, can_delete=True, max_num=MOST_ROWS, validate_max=True
)


class CompletionForm(forms.Form):
    """One field an item of ``plan``, named by the item's key."""

    def __init__(self, *args: Any, plan: RectificationPlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = list(plan.items.all())
        for number, item in enumerate(self.items, start=1):
            label = _("%(number)d. What was done about: %(problem)s") % {"number": number, "problem": item.problem}
            self.fields[f"item-{item.pk}"] = _text(label, most=1000)
            self.fields[f"item-{item.pk}"].initial = item.completion

    def completions(self) -> dict[int, str]:
        return {item.pk: self.cleaned_data[f"item-{item.pk}"] for item in self.items}


class ItemReportForm(forms.Form):
    """How one item stands; the day is left empty while it is under way."""

    completion = _text(_("What was done, and what it achieved"), most=1000, required=True, rows=5)
    completed_on = forms.DateField(
        label=_("Done on"), required=False, widget=DAY, help_text=_("Left empty, the item stays under way.")
    )
    uploads = SeveralFilesField(label=_("Proofs"))


class ExtensionForm(forms.Form):
    until = forms.DateField(label=_("New day"), widget=DAY)
    reason = _text(
        _("Reason"), most=200, required=True, help_text=_("It is public beside the new day and the old one.")
    )


class AnswerForm(forms.Form):
    text = _text(_("Answer"), most=1000, required=True, rows=5)


class NoticeForm(forms.Form):
    number = forms.CharField(
        label=_("Document number"),
        max_length=40,
        required=False,
        help_text=_("Like 市效能办〔2012〕18号. Blank where your own document system or this one gives it."),
    )
    text = _text(_("Problems and demands"), most=3000, required=True, rows=10)
    due = forms.DateField(label=_("Deadline"), widget=DAY)
