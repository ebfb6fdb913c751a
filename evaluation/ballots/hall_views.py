from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evaluation.ballots.acts import CITY, READERS, WRITERS, act, back_to, readable_box, writable_box
from evaluation.ballots.forms import HallForm
from evaluation.ballots.models import BallotBox
from evaluation.ballots.paper import discard_paper, may_key_paper, set_hall_numbers
from evaluation.ballots.paper_ballot_pages import ballots_page
from evaluation.ballots.paper_downloads import report_downloads
from evaluation.ballots.paper_pages import mark_labels, paper_page, say_with
from evaluation.ballots.papers import count_report_paper, sealing_slip_paper, tally_paper
from evaluation.ballots.passes import Slip, make_passes, reprint_passes
from evaluation.ballots.reports import count_report, sheets_used
from evaluation.ballots.selectors import group_labels
from evaluation.ballots.slips import FORMS, paper_ballot_pdf, pdf_response, slips_pdf
from evaluation.ballots.tellers import make_teller_slip
from evaluation.ballots.workbook import count_workbook
from evaluation.errors import DomainError
from evaluation.files.responses import attachment, download
from evaluation.registry.responses import PDF, paper_response, workbook_response
from evaluation.units.access import AuthenticatedRequest, role_required, roles_of
from evaluation.units.models import Role


@require_POST
@never_cache
@role_required(*WRITERS)
def passes_make(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    box = writable_box(request, year, pk)
    group, typed = request.POST.get("group", ""), request.POST.get("number", "")
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 0
    return _slips(request, box, lambda: make_passes(box=box, group=group, number=number, actor=request.user))


@require_POST
@never_cache
@role_required(*WRITERS)
def passes_reprint(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    box = writable_box(request, year, pk)
    group = request.POST.get("group", "")
    return _slips(request, box, lambda: reprint_passes(box=box, group=group, actor=request.user))


def _slips(request: AuthenticatedRequest, box: BallotBox, make: Callable[[], list[Slip]]) -> HttpResponse:
    """The one download: whoever loses it makes the slips again."""
    try:
        slips = make()
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("desk:site-test") if error.code == "site_untested" else back_to(box)
    return pdf_response(slips_pdf(box=box, slips=slips), f"slips-{box.pk}.pdf")


@require_http_methods(["GET", "POST"])
@role_required(*WRITERS)
def hall_numbers(request: AuthenticatedRequest, year: int, pk: int, group: str) -> HttpResponse:
    box = writable_box(request, year, pk)
    row = get_object_or_404(box.groups, group=group)
    form = HallForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        values = {**form.cleaned_data, "printed": form.cleaned_data["printed"] or 0}
        try:
            set_hall_numbers(group=row, actor=request.user, **values)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved."))
            return back_to(box)
    context = {
        "cycle": box.cycle,
        "box": box,
        "form": form,
        "what": group_labels(box).get(group, row.get_group_display()),
    }
    return render(request, "ballots/edit_page.html", context, status=400 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@role_required(*WRITERS)
def paper_key(request: AuthenticatedRequest, year: int, pk: int, group: str) -> HttpResponse:
    box = writable_box(request, year, pk)
    if not box.takes_paper or not box.spec or not box.groups.filter(group=group).exists():
        raise Http404
    if not may_key_paper(user=request.user, box=box):
        raise PermissionDenied
    return paper_page(
        request,
        box=box,
        group=group,
        who=f"user:{request.user.pk}",
        template="ballots/paper_page.html",
        back=reverse("ballots:box-detail", args=[year, box.pk]),
        by_ballots=reverse("ballots:paper-ballots", args=[year, box.pk, group]),
        say=say_with(request),
    )


@require_http_methods(["GET", "POST"])
@role_required(*WRITERS)
def paper_ballots(request: AuthenticatedRequest, year: int, pk: int, group: str) -> HttpResponse:
    box = writable_box(request, year, pk)
    if not box.takes_paper or not box.spec or not box.groups.filter(group=group).exists():
        raise Http404
    if not may_key_paper(user=request.user, box=box):
        raise PermissionDenied
    return ballots_page(
        request,
        box=box,
        group=group,
        who=f"user:{request.user.pk}",
        template="ballots/paper_ballots_page.html",
        here=reverse("ballots:paper-ballots", args=[year, box.pk, group]),
        back=reverse("ballots:box-detail", args=[year, box.pk]),
        say=say_with(request),
    )


@require_GET
@role_required(*CITY)
def paper_scan(request: AuthenticatedRequest, year: int, pk: int, group: str) -> FileResponse:
    box = writable_box(request, year, pk)
    return attachment(get_object_or_404(box.paper_counts.select_related("scan"), group=group).scan)


@require_POST
@role_required(Role.SCRUTINEER)
def paper_discard(request: AuthenticatedRequest, year: int, pk: int, group: str) -> HttpResponse:
    box = writable_box(request, year, pk)
    act(
        request,
        lambda: discard_paper(box=box, group=group, actor=request.user),
        _("Both entries are thrown away. Key the sheet anew."),
    )
    return back_to(box)


@require_POST
@never_cache
@role_required(*WRITERS)
def teller_add(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    box = writable_box(request, year, pk)
    try:
        slip, code = make_teller_slip(box=box, name=request.POST.get("name", "")[:60], actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
        return back_to(box)
    spaced = " ".join(code[start : start + 4] for start in range(0, len(code), 4))
    context = {"cycle": box.cycle, "box": box, "slip": slip, "code": spaced}
    return render(request, "ballots/teller_slip_page.html", context)


def _ready_box(request: AuthenticatedRequest, year: int, pk: int) -> BallotBox:
    box = readable_box(request, year, pk)
    if not box.spec:
        raise Http404
    return box


@require_GET
@role_required(*WRITERS)
def ballot_print(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    box = _ready_box(request, year, pk)
    group, form = request.GET.get("group", ""), request.GET.get("form", "")
    if form not in ("", *FORMS) or (group and not box.groups.filter(group=group).exists()):
        raise Http404
    return download(paper_ballot_pdf(box=box, group=group, form=form), f"{box.title}测评票.pdf", PDF)


@require_GET
@role_required(*WRITERS)
def tally_print(request: AuthenticatedRequest, year: int, pk: int, format: str) -> HttpResponse:  # noqa: A002
    box = _ready_box(request, year, pk)
    return paper_response(tally_paper(box), f"{box.title}唱票计票单", format)


@require_GET
@role_required(*WRITERS)
def sealing_slip(request: AuthenticatedRequest, year: int, pk: int, format: str) -> HttpResponse:  # noqa: A002
    box = _ready_box(request, year, pk)
    return paper_response(sealing_slip_paper(box), f"{box.title}测评票封存单", format)


@require_GET
@role_required(*READERS)
def count_report_file(request: AuthenticatedRequest, year: int, pk: int, format: str) -> HttpResponse:  # noqa: A002
    """As the page: figures before the chair's release for those who count and sign, and for nobody else."""
    box = _ready_box(request, year, pk)
    if format == "xlsx":
        data = count_workbook(box, with_figures=_may_read_figures(request, box))
        return workbook_response(data, f"{box.title}计票结果报告单")
    paper = count_report_paper(box, with_figures=_may_read_figures(request, box))
    return paper_response(paper, f"{box.title}计票结果报告单", format)


def _may_read_figures(request: AuthenticatedRequest, box: BallotBox) -> bool:
    roles = roles_of(request.user)
    signs = Role.SCRUTINEER in roles or bool(box.is_trial and roles & set(CITY))
    return box.state == BallotBox.State.COUNTED and (box.released_at is not None or signs)


@require_GET
@role_required(*READERS)
def count_report_page(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    """Before the chair's release only those who count and sign see figures."""
    box = readable_box(request, year, pk)
    if box.state not in {BallotBox.State.CLOSED, BallotBox.State.COUNTED}:
        return redirect("ballots:box-detail", year, box.pk)
    with_figures = _may_read_figures(request, box)
    report = count_report(box, with_figures=with_figures, labels=mark_labels())
    context = {
        "cycle": box.cycle,
        "box": box,
        "report": report,
        "with_figures": with_figures,
        "sheets_used": sheets_used(box),
        "downloads": report_downloads(box),
    }
    return render(request, "ballots/count_report_page.html", context)
