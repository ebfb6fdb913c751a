"""How one part of a job is drawn: from the catalogue, as it was kept, or from the other parts."""

from collections.abc import Callable

from django.utils.translation import override

from evaluation.archive.catalogue import BY_CODE
from evaluation.archive.contents import contents_pdf, contents_workbook, cover_pdf
from evaluation.archive.models import PaperJob, PaperPart
from evaluation.archive.printable import Asked
from evaluation.cycle.models import Cycle
from evaluation.documents.pages import merged_pdf
from evaluation.files.models import StoredFile

KEPT, CONTENTS, PRINT_RUN = "kept", "contents", "print-run"


def draw_part(part: PaperPart) -> bytes:
    """Return the bytes of a part, in Chinese whatever language the page is read in; its job is loaded."""
    with override("zh-hans"):
        return _OWN.get(part.paper, _of_catalogue)(part)


def _of_catalogue(part: PaperPart) -> bytes:
    cycle = Cycle.objects.get(year=part.job.year)
    return BY_CODE[part.paper].drawn[part.format](Asked(cycle, part.target, part.job.created_by))


def _kept(part: PaperPart) -> bytes:
    return bytes_of(StoredFile.objects.get(pk=part.target))


def _contents(part: PaperPart) -> bytes:
    draw = contents_workbook if part.format == "xlsx" else contents_pdf
    return draw(part.job, _others(part))


def _print_run(part: PaperPart) -> bytes:
    others = [one for one in _others(part) if one.format == "pdf"]
    made = [(bytes_of(one.file), BY_CODE[one.paper].single_sided) for one in others if one.file]
    return merged_pdf([(cover_pdf(part.job, others), False), *made])


def _others(part: PaperPart) -> list[PaperPart]:
    return list(part.job.parts.filter(stage=0).select_related("file"))


def bytes_of(stored: StoredFile) -> bytes:
    with stored.file.open("rb") as file:
        return bytes(file.read())


def finished_parts(job: PaperJob) -> list[PaperPart]:
    return list(job.parts.select_related("file"))


_OWN: dict[str, Callable[[PaperPart], bytes]] = {KEPT: _kept, CONTENTS: _contents, PRINT_RUN: _print_run}
