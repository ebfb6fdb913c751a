from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evaluation.cycle.models import Cycle
from evaluation.errors import DomainError
from evaluation.rectification.forms import AnswerForm
from evaluation.rectification.models import PublicComment, PublicCommentQuerySet
from evaluation.rectification.selectors import unread_by
from evaluation.rectification.services import answer_comment, hide_comments, show_comments
from evaluation.rectification.services.comments import HIDING_REASONS
from evaluation.rectification.views import READERS, STAFF, WRITERS
from evaluation.units.access import AuthenticatedRequest, role_required


def _visible(request: AuthenticatedRequest, cycle: Cycle) -> PublicCommentQuerySet:
    return PublicComment.objects.visible_to(request.user).of_cycle(cycle)


@require_GET
@role_required(*READERS)
def comment_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    visible = _visible(request, cycle)
    rows, status = visible, request.GET.get("status", "")
    if status in PublicComment.Status.values:
        rows = rows.filter(status=status)
    if status == "unanswered":
        rows = rows.unanswered()
    context = {
        "cycle": cycle,
        "page_obj": Paginator(rows.for_list(), 50).get_page(request.GET.get("page")),
        "statuses": PublicComment.Status.choices,
        "status": status,
        "unread_count": unread_by(request.user, visible).count(),
        "moderated": set(visible.moderated_by(request.user).values_list("pk", flat=True)),
        "hiding_reasons": HIDING_REASONS,
        "today": timezone.localdate(),
        "answerable": set(visible.answerable_by(request.user).filter(status="shown").values_list("pk", flat=True)),
    }
    return render(request, "rectification/comment_list_page.html", context)


def _chosen(request: AuthenticatedRequest, year: int) -> PublicCommentQuerySet:
    cycle = get_object_or_404(Cycle, year=year)
    moderated = _visible(request, cycle).moderated_by(request.user)
    if request.POST.get("all"):
        return unread_by(request.user, moderated)
    return moderated.filter(pk__in=[key for key in request.POST.getlist("pk") if key.isdecimal()])


@require_POST
@role_required(*STAFF)
def comment_show(request: AuthenticatedRequest, year: int) -> HttpResponse:
    try:
        count = show_comments(comments=_chosen(request, year), actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%(count)d opinions are shown now.") % {"count": count})
    return redirect("rectification:comment-list", year)


def _reason(request: AuthenticatedRequest) -> str:
    """One of the preset reasons, own words, or both."""
    preset = request.POST.get("preset", "")
    given = [preset if preset in HIDING_REASONS else "", request.POST.get("reason", "").strip()]
    return "：".join(part for part in given if part)


@require_POST
@role_required(*STAFF)
def comment_hide(request: AuthenticatedRequest, year: int) -> HttpResponse:
    reason = _reason(request)
    try:
        count = hide_comments(comments=_chosen(request, year), actor=request.user, reason=reason)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%(count)d opinions are hidden; the reason is kept.") % {"count": count})
    return redirect("rectification:comment-list", year)


@require_http_methods(["GET", "POST"])
@role_required(*WRITERS)
def comment_answer(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    cycle = get_object_or_404(Cycle, year=year)
    comment = get_object_or_404(_visible(request, cycle).answerable_by(request.user).for_list(), pk=pk)
    form = AnswerForm(request.POST if request.method == "POST" else None, initial={"text": comment.answer})
    if form.is_valid():
        try:
            answer_comment(comment=comment, text=form.cleaned_data["text"], actor=request.user)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The answer stands beside the opinion now."))
            return redirect("rectification:comment-list", year)
    context = {"cycle": cycle, "comment": comment, "form": form}
    return render(request, "rectification/comment_answer_page.html", context)
