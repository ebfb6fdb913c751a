from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from evaluation.cycle.models import Cycle
from evaluation.recipients.selectors import records_of
from evaluation.units.models import Unit


class RecordFilterForm(forms.Form):
    q = forms.CharField(label=_("Case number, matter, section or handler"), required=False, max_length=60)
    unit = forms.ModelChoiceField(
        label=_("Unit"), queryset=Unit.objects.none(), required=False, empty_label=_("All units")
    )

    def __init__(self, user: User, cycle: Cycle, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        with_records = Unit.objects.filter(pk__in=records_of(user, cycle).values("unit_id"))
        self.fields["unit"].queryset = with_records.order_by("order", "code")  # type: ignore[attr-defined]
