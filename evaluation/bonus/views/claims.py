from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from evaluation.audit.services import note_papers
from evaluation.bonus.awards import award_key
from evaluation.bonus.forms import ANOTHER, ClaimForm
from evaluation.bonus.models import BonusClaim
from evaluation.bonus.papers import claim_paper, claim_papers
from evaluation.bonus.selectors import levels_of, same_awards, similar_claims, standings
from evaluation.bonus.services import SimilarAwards, claim_bonus, give_opinion, withdraw_claim
from evaluation.bonus.views.shared import (
    CLAIMERS,
    READERS,
    acted,
    claim_or_404,
    claimable,
    cycle_of,
    filtered,
    level_label,
    visible_claims,
)
from evaluation.cycle.models import Step, Track
from evaluation.cycle.selectors import end_of_step
from evaluation.errors import DomainError
from evaluation.files.models import StoredFile
from evaluation.files.responses import attachment
from evaluation.files.services import store_several
from evaluation.registry.responses import paper_links, paper_response
from evaluation.roster.models import Appraisal
from evaluation.units.access import AuthenticatedRequest, role_required, roles_of
from evaluation.units.models import Role

KEPT_FOR = 24 * 3600
SALT = "minping.bonus.files"
JUDGED = (Track.MID_LEVEL, Track.VILLAGE)


@require_GET
@role_required(*READERS)
def claim_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = cycle_of(year)
    visible = visible_claims(request, year)
    roles = roles_of(request.user)
    page = Paginator(filtered(visible.for_list(), request.GET.dict()), 50).get_page(request.GET.get("page"))
    levels = levels_of(cycle, JUDGED)
    waiting = visible.decidable_by(request.user).values_list("pk", flat=True)
    context = {
        "cycle": cycle,
        "page_obj": page,
        "rows": [(claim, level_label(claim, levels)) for claim in page],
        "due": end_of_step(cycle, Step.RESULT),
        "statuses": BonusClaim.Status.choices,
        "status": request.GET.get("status", ""),
        "query": request.GET.get("q", "").strip(),
        "decidable": set(waiting) if Role.OFFICE in roles else set(),
        "may_claim": bool(roles & set(CLAIMERS)),
        "may_import": bool(roles & {Role.OFFICE, Role.UNIT_ADMIN}),
        "downloads": [
            (label, f"{address}?{request.GET.urlencode()}", kind)
            for label, address, kind in paper_links(_("Claim forms of this list"), "bonus:claim-list-file", year)
        ],
    }
    return render(request, "bonus/claim_list_page.html", context)


@require_GET
@role_required(*READERS)
def total_list(request: AuthenticatedRequest, year: int) -> HttpResponse:
    """Cadres with a claim, and what of it counts."""
    cycle, query = cycle_of(year), request.GET.get("q", "").strip()
    with_claims = visible_claims(request, year).values("appraisal")
    rows = Appraisal.objects.filter(pk__in=with_claims, track__in=JUDGED, name__icontains=query).for_list()
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    context = {"cycle": cycle, "page_obj": page, "query": query, "standings": standings(cycle=cycle, appraisals=page)}
    return render(request, "bonus/total_list_page.html", context)


@require_http_methods(["GET", "POST"])
@role_required(*CLAIMERS)
def claim_create(request: AuthenticatedRequest, year: int) -> HttpResponse:
    cycle = cycle_of(year)
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    mine = claimable(request, cycle)
    tracks = list(mine.order_by().values_list("track", flat=True).distinct())
    kept = _kept_files(request)
    form = ClaimForm(
        *posted,
        appraisals=mine,
        levels=levels_of(cycle, tracks),
        for_unit=bool(roles_of(request.user) & {Role.OFFICE, Role.UNIT_ADMIN}),
        kept=[one.name for one in kept],
    )
    if form.is_valid() and (claim := _claimed(request, form, kept)):
        messages.success(request, _("The claim was handed in. The office decides it."))
        return redirect("bonus:claim-detail", year, claim.pk)
    context = {"cycle": cycle, "form": form, "due": end_of_step(cycle, Step.BALLOT)}
    return render(request, "bonus/claim_form_page.html", context, status=422 if form.errors else 200)


@require_GET
@role_required(*READERS)
def claim_detail(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    cycle, claim = cycle_of(year), claim_or_404(request, year, pk)
    user, roles = request.user, roles_of(request.user)
    levels = levels_of(cycle, [claim.appraisal.track])
    undecided = claim.status == BonusClaim.Status.CLAIMED
    known = visible_claims(request, year)
    may_decide = Role.OFFICE in roles and known.decidable_by(user).filter(pk=pk).exists()
    writes = Appraisal.objects.writable_by(user).filter(pk=claim.appraisal_id).exists()
    similar = similar_claims(appraisal=claim.appraisal, key=claim.award_key, but=pk) if Role.OFFICE in roles else []
    context = {
        "cycle": cycle,
        "claim": claim,
        "levels": levels,
        "level_labels": {level.code: f"{level.label} (+{level.points})" for level in levels},
        "others": same_awards(claim),
        "similar": similar,
        "files": list(claim.further_files.order_by("pk")),
        "standing": standings(cycle=cycle, appraisals=[claim.appraisal])[0],
        "may_opine": undecided and writes and claim.appraisal.cadre.user_id != user.pk,
        "may_decide": may_decide,
        "may_withdraw": undecided and claim.claimed_by_id == user.pk,
        "may_reopen": Role.OFFICE in roles
        and claim.status == BonusClaim.Status.APPROVED
        and claim.appraisal.final_at is None
        and claim.appraisal.cadre.user_id != user.pk,
        "needs_opinion": undecided and not claim.unit_opinion and claim.claimed_by_id == claim.appraisal.cadre.user_id,
        "due": end_of_step(cycle, Step.RESULT),
        "downloads": paper_links(_("Claim form (Annex 2-2)"), "bonus:claim-form-file", year, pk),
    }
    return render(request, "bonus/claim_detail_page.html", context)


@require_GET
@role_required(*READERS)
def claim_form_file(request: AuthenticatedRequest, year: int, pk: int, form: str) -> HttpResponse:
    """Annex 2-2 of one claim."""
    claim = claim_or_404(request, year, pk)
    return paper_response(claim_paper(claim), f"附件2-2加分申请表-{claim.appraisal.name}-{pk}", form)


@require_GET
@role_required(*READERS)
def claim_list_file(request: AuthenticatedRequest, year: int, form: str) -> HttpResponse:
    """Annex 2-2 of every claim of the list, as it is filtered, in one file."""
    cycle = cycle_of(year)
    papers = claim_papers(filtered(visible_claims(request, year).for_list(), request.GET.dict()))
    if not papers:
        messages.info(request, _("No claims here."))
        return redirect("bonus:claim-list", year)
    answer = paper_response(papers, f"附件2-2加分申请表-{year}", form)
    note_papers(actor=request.user, target=cycle, paper="bonus-claim", count=len(papers), form=form)
    return answer


@require_GET
@role_required(*READERS)
def claim_proof(request: AuthenticatedRequest, year: int, pk: int) -> FileResponse:
    return attachment(claim_or_404(request, year, pk).proof)


@require_GET
@role_required(*READERS)
def claim_file(request: AuthenticatedRequest, year: int, pk: int, file_pk: int) -> FileResponse:
    return attachment(claim_or_404(request, year, pk).further_files.filter(pk=file_pk).first())


@require_POST
@role_required(Role.OFFICE, Role.UNIT_ADMIN)
def claim_opinion(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    claim = claim_or_404(request, year, pk)
    if not Appraisal.objects.writable_by(request.user).filter(pk=claim.appraisal_id).exists():
        raise PermissionDenied
    opinion = request.POST.get("opinion", "")
    return acted(
        request,
        year,
        claim,
        lambda: give_opinion(claim=claim, actor=request.user, opinion=opinion),
        _("The opinion of the unit is saved; the office reads it when it decides."),
    )


@require_POST
@role_required(*CLAIMERS)
def claim_withdraw(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    claim = claim_or_404(request, year, pk)
    if claim.claimed_by_id != request.user.pk:
        raise PermissionDenied
    reason = request.POST.get("reason", "")
    return acted(
        request,
        year,
        claim,
        lambda: withdraw_claim(claim=claim, actor=request.user, reason=reason),
        _("The claim was withdrawn; the reason is kept."),
    )


def _claimed(request: AuthenticatedRequest, form: ClaimForm, kept: Sequence[StoredFile]) -> BonusClaim | None:
    """Claim it, or say in the form what stands against it; where it asks, the files wait for the answer."""
    data = dict(form.cleaned_data)
    proof, further, said = data.pop("proof_file"), data.pop("further_files"), data.pop("same_award")
    data.pop("kept_files")
    files = [proof or (kept[0] if kept else None), *(further or kept[1:])]
    if files[0] is None:
        raise Http404
    data.update(_answer_to(data["appraisal"], data["award"], said))
    try:
        return claim_bonus(actor=request.user, proof=files[0], further=files[1:], **data)
    except SimilarAwards as question:
        token = _keep(request.user, files)
        if token is None:
            form.add_error("proof_file", _("This file cannot be taken: choose a PDF, JPEG or PNG."))
        else:
            form.ask(question.claims, own=data["appraisal"].pk, message=str(question), kept=token)
    except DomainError as error:
        form.add_error(None, str(error))
    return None


def _answer_to(appraisal: Appraisal, award: str, said: str) -> dict[str, Any]:
    """What was answered to the question whether it is the same award; a forged answer is none."""
    if said == ANOTHER:
        return {"is_another": True}
    similar = similar_claims(appraisal=appraisal, key=award_key(award, appraisal.cycle.year))
    return {"same_as": next((claim for claim in similar if said == f"same:{claim.pk}"), None)}


def _keep(user: User, files: Sequence[Any]) -> str | None:
    """Take the files in while the question is open; the token is for this person alone, and for a day."""
    try:
        fresh = iter(store_several(uploads=[one for one in files if not isinstance(one, StoredFile)], actor=user))
    except DomainError:
        return None
    keys = [one.pk if isinstance(one, StoredFile) else next(fresh).pk for one in files]
    return signing.dumps({"user": user.pk, "files": keys}, salt=SALT)


def _kept_files(request: AuthenticatedRequest) -> list[StoredFile]:
    try:
        value = signing.loads(request.POST.get("kept_files", ""), salt=SALT, max_age=KEPT_FOR)
    except signing.BadSignature:
        return []
    if value["user"] != request.user.pk:
        return []
    found = StoredFile.objects.in_bulk(value["files"])
    return [found[key] for key in value["files"] if key in found]
