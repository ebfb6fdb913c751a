"""Keying a tally sheet, first and second: the same page for accounts and for tellers with a slip."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from evaluation.ballots.models import BallotBox, PaperCount
from evaluation.ballots.paper import PaperMismatch, check_paper, key_paper, require_closed
from evaluation.ballots.paper_ballot_pages import can_be_keyed_by_ballot
from evaluation.ballots.paper_files import UPLOAD_MOST, Totals, note_file, read_totals_file, totals_workbook
from evaluation.ballots.paper_forms import difference_rows, paper_table, read_number, read_totals
from evaluation.ballots.sheets import Spec
from evaluation.ballots.voter_pages import BlankSheet, blank_sheet
from evaluation.errors import DomainError
from evaluation.files.models import StoredFile
from evaluation.files.responses import download
from evaluation.files.services import XLSX, store_evidence


def mark_labels() -> dict[str, str]:
    return {
        "dont_know": _("Don't know"),
        "abstained": _("Abstained"),
        "spoiled": _("Spoiled"),
        "valid": _("Valid ballots"),
        "invalid": _("Invalid ballots"),
    }


def paper_page(
    request: HttpRequest,
    *,
    box: BallotBox,
    group: str,
    who: str,
    template: str,
    back: str,
    by_ballots: str,
    say: Callable[[str], None],
) -> HttpResponse:
    """Show the form, or key what was posted. ``who`` keys for the first time, or checks what another has keyed.

    ``by_ballots``: where the group is keyed ballot by ballot instead.
    """
    blank = blank_sheet(box.pk, Spec.from_values(box.spec))
    count = PaperCount.objects.filter(box=box, group=group).first()
    if count is not None and count.mode == PaperCount.Mode.BALLOTS:
        return redirect(by_ballots)
    if request.method == "GET" and request.GET.get("form") == "xlsx":
        return _form(blank, count, group)
    is_second = count is not None and count.keyed_by != who
    posted, read, error = _typed_or_read(request, box=box, group=group, who=who, blank=blank)
    context: dict[str, Any] = {
        "box": box,
        "cycle": box.cycle,
        "group_label": blank.groups.get(group, group),
        "count": count,
        "is_second": is_second,
        "back": back,
        "by_ballots": by_ballots if count is None and can_be_keyed_by_ballot(blank.spec) else "",
        "error": error,
        "read": read,
        "scan_lost": bool(request.FILES.get("scan")),
        "differences": [],
        "valid": posted.get("valid", ""),
        "invalid": posted.get("invalid", ""),
        "group_row": box.groups.get(group=group),
        **paper_table(blank, posted, mark_labels()),
    }
    if request.method == "POST" and "read" not in request.POST:
        try:
            _key(request, box=box, group=group, who=who, is_second=is_second, spec=blank.spec)
        except PaperMismatch as mismatch:
            context["error"] = str(mismatch)
            context["differences"] = difference_rows(blank, mismatch.differences, mark_labels())
        except DomainError as error:
            context["error"] = str(error)
        except ValueError:
            context["error"] = _("Enter whole numbers.")
        else:
            say(_("Checked: both entries agree.") if is_second else _("Keyed. Another person keys it a second time."))
            return redirect(back)
    return render(request, template, context, status=400 if context["error"] else 200)


def _typed_or_read(
    request: HttpRequest, *, box: BallotBox, group: str, who: str, blank: BlankSheet
) -> tuple[dict[str, str], bool, str]:
    """What stands in the fields: as typed, or read from a workbook and not recorded; and what is wrong with it."""
    typed = request.POST.dict()
    if "read" not in typed:
        return typed, False, ""
    upload = request.FILES.get("totals")
    if upload is None:
        return typed, False, _("Choose the workbook first.")
    try:
        require_closed(box)
        data = bytes(upload.read(UPLOAD_MOST + 1))
        found = read_totals_file(data=data, name=upload.name or "", blank=blank)
        note_file(box=box, group=group, data=data, who=who)
    except DomainError as error:
        return typed, False, str(error)
    return found, True, ""


def _form(blank: BlankSheet, count: PaperCount | None, group: str) -> HttpResponse:
    """The form to be filled in; once two people have keyed the same, the totals themselves."""
    totals = None
    if count is not None and count.state == PaperCount.State.CHECKED:
        totals = Totals(count.valid, count.invalid, dict(count.lines.values_list("appraisal", "marks")))
    label = blank.groups.get(group, group)
    return download(totals_workbook(blank, group=label, totals=totals), f"{label}唱票计票汇总.xlsx", XLSX)


def _key(request: HttpRequest, *, box: BallotBox, group: str, who: str, is_second: bool, spec: Spec) -> None:
    posted = request.POST.dict()
    keyed: dict[str, Any] = {
        "box": box,
        "group": group,
        "valid": read_number(posted, "valid"),
        "invalid": read_number(posted, "invalid"),
        "totals": read_totals(spec, posted),
        "who": who,
    }
    if is_second:
        check_paper(**keyed)
        return
    upload = request.FILES.get("scan")
    with transaction.atomic():
        scan = store_evidence(upload=upload, actor=who, kind=StoredFile.Kind.SCAN) if upload else None
        key_paper(**keyed, scan=scan)


def say_with(request: HttpRequest) -> Callable[[str], None]:
    return lambda text: messages.success(request, text)
