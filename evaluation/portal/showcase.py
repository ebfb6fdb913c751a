"""The page that shows every component, with values that stand for none of the city's."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

MARKS = [
    ("satisfied", _("Satisfied")),
    ("fairly", _("Fairly satisfied")),
    ("fair", _("Fair")),
    ("dissatisfied", _("Not satisfied")),
    ("dont_know", _("Don't know")),
]
COLOURS = [
    *("accent", "accent-dark", "ink", "ink-soft", "line-strong", "line", "sunk", "ground"),
    *("info", "good", "warn", "bad"),
]
STATUSES = [
    ("draft", _("Draft")),
    ("submitted", _("Submitted")),
    ("returned", _("Returned")),
    ("approved", _("Approved")),
    ("published", _("Published")),
    ("open", _("Open")),
    ("closed", _("Closed")),
    ("counted", _("Counted")),
    ("rejected", _("Rejected")),
    ("final", _("Final")),
    ("overdue", _("Overdue")),
    ("void", _("Void")),
]
ASPECTS = [
    (_("Work style"), "92.40", "96.00", "90.10", "84.75"),
    (_("Acting by law"), "94.00", "97.20", "93.33", "88.00"),
    (_("Efficiency"), "81.60", "95.00", "86.25", "71.20"),
    (_("Achievements"), "90.00", "94.40", "91.00", "80.50"),
    (_("Integrity"), "96.80", "98.00", "95.00", None),
]
GROUPS = [
    _("Service recipients"),
    _("Staff of the unit"),
    _("Representatives and supervisors"),
    _("The public"),
]


class SampleForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=40, help_text=_("As on the roster, without spaces."))
    unit = forms.ChoiceField(label=_("Unit"), choices=[("", "—"), ("one", _("Administrative service centre"))])
    day = forms.DateField(label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}))
    text = forms.CharField(label=_("Service commitments"), widget=forms.Textarea(attrs={"rows": 4}))
    photo = forms.FileField(label=_("Photo"), required=False, help_text=_("JPEG or PNG, at most 20 MB."))
    way = forms.ChoiceField(label=_("How it is carried out"), choices=MARKS[:3], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label=_("I have checked what I entered"))


class SampleBallot(forms.Form):
    style = forms.ChoiceField(
        label=_("Work style"),
        help_text=_("Attitude, discipline, closeness to the people."),
        choices=MARKS,
        widget=forms.RadioSelect,
    )
    law = forms.ChoiceField(label=_("Acting by law"), choices=MARKS, widget=forms.RadioSelect)


def component_showcase(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/components_page.html", _samples())


def _samples() -> dict[str, Any]:
    wrong = SampleForm(data={"name": "", "unit": "one", "text": gettext("Answer within one working day."), "day": "x"})
    return {
        "colours": COLOURS,
        "sample_steps": [
            {"number": 1, "done": True, "starts_on": date(2012, 9, 1), "ends_on": date(2012, 9, 20)},
            {"number": 2, "done": True, "starts_on": date(2012, 9, 21), "ends_on": date(2012, 10, 31)},
            {"number": 3, "done": False, "starts_on": date(2012, 11, 1), "ends_on": date(2012, 11, 20)},
            {"number": 4, "done": False, "starts_on": date(2012, 11, 21), "ends_on": date(2012, 12, 10)},
            {"number": 5, "done": False, "starts_on": date(2012, 12, 11), "ends_on": date(2012, 12, 20)},
        ],
        "statuses": STATUSES,
        "democratic": Decimal("74.13"),
        "daily": Decimal(15),
        "bonus": Decimal(5),
        "aspects": _aspects(),
        "page_obj": Paginator(range(1331), 50).page(3),
        "facts": [
            (_("Post"), gettext("Head of the approval section")),
            (_("Duties"), gettext("Acceptance and approval of business licences, guidance at the window.")),
            (_("Telephone of supervision"), "0000-0000000"),
        ],
        "wrong_form": wrong,
        "ballot": SampleBallot(initial={"style": "satisfied"}, prefix="sample"),
        "turnout": {"cast": 42, "issued": 60},
    }


def _aspects() -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "groups": [
                {"label": group, "mean": None if mean is None else Decimal(mean)}
                for group, mean in zip(GROUPS, means, strict=True)
            ],
        }
        for label, *means in ASPECTS
    ]
