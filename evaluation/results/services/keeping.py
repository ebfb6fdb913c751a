"""Papers of a list kept as issued: the public notice, the feedback slips, Annex 3-1 (C10)."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from evaluation.documents.paper import Paper
from evaluation.errors import DomainError
from evaluation.registry.models import IssuedDocument, IssuedDocumentQuerySet, Kind
from evaluation.registry.services import about_of, drawing, issue_document
from evaluation.results.models import Publication
from evaluation.results.papers import feedback_papers, public_notice_paper, summary_paper, track_of

Status = Publication.Status
# From which states on a paper of a list can be kept as issued.
KEPT_FROM: dict[Kind, tuple[Status, ...]] = {
    Kind.FEEDBACK: (Status.FEEDBACK, Status.NOTICE, Status.FINAL),
    Kind.PUBLIC_NOTICE: (Status.NOTICE, Status.FINAL),
    Kind.SUMMARY: (Status.FINAL,),
}
TITLES = {
    Kind.FEEDBACK: "评议结果反馈单",
    Kind.PUBLIC_NOTICE: "评议结果公示",
    Kind.SUMMARY: "得分汇总表",
}


def kept_documents(publication: Publication) -> IssuedDocumentQuerySet:
    """What was kept of this version of the list; a corrected list is another publication, with papers of its own."""
    return IssuedDocument.objects.about(about_of(publication)).filter(kind__in=list(KEPT_FROM))


def keepable(publication: Publication) -> list[Kind]:
    """The papers that can be kept now and are not yet; one query."""
    kept = set(kept_documents(publication).values_list("kind", flat=True))
    return [kind for kind, states in KEPT_FROM.items() if publication.status in states and kind.value not in kept]


@transaction.atomic
def keep_paper(*, publication: Publication, kind: Kind | str, actor: User) -> IssuedDocument:
    """Keep one paper of a list as issued by its organising unit.

    Raises ``DomainError``: ``wrong_step``; ``kept_already``.
    """
    kind = Kind(kind)
    rows = Publication.objects.select_for_update(of=("self",)).select_related("cycle", "organising_unit")
    publication = rows.get(pk=publication.pk)
    if publication.status not in KEPT_FROM.get(kind, ()):
        raise DomainError("wrong_step", _("This paper cannot be issued at this step of the results."))
    if kind not in keepable(publication):
        raise DomainError(
            "kept_already", _("This paper is kept already. After a correction a new version can be kept.")
        )
    unit, year = publication.organising_unit, publication.cycle.year
    corrected = f"（更正，第{publication.version}版）" if publication.version > 1 else ""
    return issue_document(
        kind=kind,
        year=year,
        unit=unit,
        about=about_of(publication),
        title=f"{unit.name}{year}年度公述民评{track_of(publication)}{TITLES[kind]}{corrected}",
        draw=drawing(lambda _number: _papers(publication, kind)),
        actor=actor,
    )


def _papers(publication: Publication, kind: Kind) -> Paper | list[Paper]:
    if kind == Kind.FEEDBACK:
        return feedback_papers(publication)
    return public_notice_paper(publication) if kind == Kind.PUBLIC_NOTICE else summary_paper(publication)
