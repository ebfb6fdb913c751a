"""Rows of a form that people add, remove and put in order, with a script or without one."""

from typing import Any

from django.forms import BaseFormSet, Form
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

ADDED = 3


class RowsFormSet(BaseFormSet):
    """Rows with a number for their order and a box to take them away; ``with_more`` gives further empty ones."""

    def add_fields(self, form: Form, index: int | None) -> None:
        super().add_fields(form, index)
        for name, label in (("ORDER", _("Order")), ("DELETE", _("Take away"))):
            if name in form.fields:
                form.fields[name].label = label
                form.fields[name].widget.attrs["class"] = "form-check-input" if name == "DELETE" else "form-control"

    def kept_rows(self) -> list[dict[str, Any]]:
        """The filled rows that are not taken away, in the order of their numbers; without a number, at the end."""
        rows = [
            (form.cleaned_data.get("ORDER") or 9999, place, form.cleaned_data)
            for place, form in enumerate(self.forms)
            if form.has_changed() or form.initial
        ]
        return [
            data for _order, _place, data in sorted(rows, key=lambda row: row[:2]) if data and not data.get("DELETE")
        ]


def wants_more(data: QueryDict) -> bool:
    """Whether the button "further rows" was pressed: nothing is saved then, what was typed is shown again."""
    return "more" in data


def with_rows(data: QueryDict, prefix: str, rows: list[dict[str, str]]) -> QueryDict:
    """Return ``data`` with ``rows`` after those it has."""
    key = f"{prefix}-TOTAL_FORMS"
    more = data.copy()
    given = more.get(key, "")
    start = int(given) if given.isdecimal() and len(given) < 5 else 0
    for place, row in enumerate(rows, start=start):
        for field, value in row.items():
            more[f"{prefix}-{place}-{field}"] = value
    more[key] = str(start + len(rows))
    return more


def with_more(data: QueryDict, prefix: str) -> QueryDict:
    """Return ``data`` with room for further rows."""
    key = f"{prefix}-TOTAL_FORMS"
    more = data.copy()
    given = more.get(key, "")
    more[key] = str((int(given) if given.isdecimal() and len(given) < 5 else 0) + ADDED)
    return more
