from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.forms import BaseFormSet, formset_factory
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from evaluation.cycle.choices import code_for
from evaluation.cycle.models import Cycle
from evaluation.daily.demands import PARTICULARS
from evaluation.daily.forms.deductions import FIELDS_OF, BatchCommonForm, BatchRowForm, rule_choices
from evaluation.daily.services import BatchRefused, record_batch
from evaluation.daily.views.shared import WRITERS, cycle_of, rules_for, writable_appraisals
from evaluation.errors import DomainError
from evaluation.roster.choices import cadre_choices
from evaluation.units.access import AuthenticatedRequest, role_required

MOST = 20
SHOWN = 5
OWN = ("found_on", "facts", "basis", *PARTICULARS)
Rows = BaseFormSet


@require_http_methods(["GET", "POST"])
@role_required(*WRITERS)
def batch_create(request: AuthenticatedRequest, year: int) -> HttpResponse:
    """One rule or incident for many cadres, or many rows: all are recorded, or none."""
    cycle = cycle_of(year)
    common, rows = _forms(request, cycle)
    if request.method == "POST" and "more" not in request.POST and common.is_valid() and rows.is_valid():
        made = _record(request, common, rows)
        if made:
            done = ngettext(
                "%(count)d deduction is recorded. It counts when a second person has confirmed it.",
                "%(count)d deductions are recorded. They count when a second person has confirmed them.",
                made,
            )
            messages.success(request, done % {"count": made})
            return redirect("daily:deduction-list", year)
    context = {"cycle": cycle, "common": common, "rows": rows, "most": MOST, "lost_files": bool(request.FILES)}
    return render(request, "daily/batch_form_page.html", context)


def _forms(request: AuthenticatedRequest, cycle: Cycle) -> tuple[BatchCommonForm, Rows]:
    appraisals = writable_appraisals(request, cycle)
    rules = rules_for(appraisals, cycle)
    listed = appraisals.for_list()
    made = formset_factory(BatchRowForm, extra=SHOWN, max_num=MOST, absolute_max=MOST, validate_max=True)
    given = {"cadres": cadre_choices(listed), "appraisals": listed, "rules": rule_choices(rules)}
    if request.method != "POST":
        return BatchCommonForm(rules=rules, prefix="all"), made(prefix="rows", form_kwargs=given)
    posted = request.POST.copy()
    if "more" in posted and (number := posted.get("rows-TOTAL_FORMS", "")).isdecimal() and len(number) < 4:
        posted["rows-TOTAL_FORMS"] = str(min(int(number) + SHOWN, MOST))
    common = BatchCommonForm(posted, request.FILES, rules=rules, prefix="all")
    return common, made(posted, prefix="rows", form_kwargs=given)


def _record(request: AuthenticatedRequest, common: BatchCommonForm, rows: Rows) -> int:
    used = [form for form in rows.forms if form.cleaned_data.get("appraisal")]
    whole = [_entry(form, common.cleaned_data) for form in used]
    lacking = [form for form, entry in zip(used, whole, strict=True) if not _is_whole(form, entry)]
    if lacking:
        return 0
    try:
        upload = common.cleaned_data["evidence_file"]
        return len(record_batch(entries=whole, actor=request.user, upload=upload))
    except BatchRefused as refused:
        for place, error in refused.rows.items():
            _refuse(used[place], error)
    except DomainError as error:
        common.add_error("evidence_file" if common.cleaned_data["evidence_file"] else None, str(error))
    return 0


def _entry(form: BatchRowForm, common: Mapping[str, Any]) -> dict[str, Any]:
    row = form.cleaned_data
    rule = row.get("rule") or common.get("rule") or ""
    entry = {name: row.get(name) or common.get(name) for name in OWN}
    entry |= {name: common.get(name) for name in ("source", "incident_number", "late_reason")}
    return {
        **{
            name: value if value is not None or name in ("found_on", "rectify_by") else ""
            for name, value in entry.items()
        },
        "appraisal": row["appraisal"],
        "rule": code_for(rule, row["appraisal"].track) or "",
        "count": row.get("count") or 1,
        "points": row.get("points"),
        "despite_doubles": bool(row.get("despite_doubles")),
    }


def _is_whole(form: BatchRowForm, entry: Mapping[str, Any]) -> bool:
    """Rule, day, facts and basis stand in the row or above."""
    for name in ("rule", "found_on", "facts", "basis"):
        if not entry[name]:
            form.add_error(name, _("Enter it here, or above for all rows."))
    return not form.errors


def _refuse(form: BatchRowForm, error: DomainError) -> None:
    name = FIELDS_OF.get(error.code, error.code.removesuffix("_missing"))
    name = "despite_doubles" if name == "despite" else name
    form.add_error(name if name in form.fields else None, str(error))
