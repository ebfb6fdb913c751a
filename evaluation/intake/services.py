"""Read a file, keep what it would change until somebody confirms or discards it, learn what its columns mean."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from evaluation.audit.services import record
from evaluation.errors import DomainError
from evaluation.files.models import StoredFile
from evaluation.files.services import store_document, store_workbook
from evaluation.intake.collecting import collecting_nothing
from evaluation.intake.columns import Naming
from evaluation.intake.importer import Ask, Importer, JudgedRow, Plan, Verdict
from evaluation.intake.models import ImportJob, ImportRow, LearnedColumn
from evaluation.intake.reading import Tables
from evaluation.units.access import roles_of
from evaluation.units.models import Role
from evaluation.workbooks import Workbook, WorkbookError, label_keys, read_workbook

SHOWN = 200
Status = ImportJob.Status
Mapped = dict[str, dict[str, str]]


def opened(*, data: bytes, name: str) -> Workbook:
    """Read an upload. Raises ``DomainError`` with the code of the ``WorkbookError`` it replaces."""
    try:
        return read_workbook(data, name)
    except WorkbookError as error:
        raise DomainError(error.code, error.message) from error


def naming_of(*, kind: str, mapping: Mapping[str, Mapping[str, str]] | None = None) -> Naming:
    """Return what labels mean for one file of ``kind``: learned once, or said of this file."""
    learned = LearnedColumn.objects.filter(kind=kind).values_list("label_key", "field")
    return Naming(dict(learned), mapping or {})


def tables_of(importer: Importer, data: bytes, name: str, mapping: Mapping[str, Mapping[str, str]]) -> Tables:
    """Open a file and find its tables. Raises ``DomainError``: the codes of ``read_workbook``."""
    return importer.tables(opened(data=data, name=name), naming_of(kind=importer.kind, mapping=mapping))


@collecting_nothing()
@transaction.atomic
def preview_import(
    *,
    importer: Importer,
    year: int,
    data: bytes,
    name: str,
    actor: User | str,
    about: str = "",
    photos: tuple[bytes, str] | None = None,
    given: Mapping[str, str] | None = None,
) -> ImportJob:
    """Read a file and say what it would change; nothing but the preview is kept.

    Where no sheet has the columns that are needed, the job waits for somebody to say what its columns mean (status
    ``columns``); the shell gets ``DomainError("no_header")`` instead, as does a file without anything like a table.
    ``photos`` are the bytes and the name of a zip beside the file, where the importer takes one; ``given`` what was
    filled in beside it, by the names of ``importer.asked``. Raises ``DomainError``: what ``importer.require_open`` and
    ``check_photos`` say, and the codes of ``read_workbook``.
    """
    ask = Ask(year, actor, about, _kept_photos(importer, photos, actor), given=given or {})
    importer.require_open(ask)
    tables = tables_of(importer, data, name, {})
    if not tables.tables and (isinstance(actor, str) or not any(gap.header for gap in tables.gaps)):
        raise no_header(importer)
    job = ImportJob(
        kind=importer.kind,
        year=year,
        about=about,
        photos=ask.photos,
        created_by=None if isinstance(actor, str) else actor,
    )
    plan = _judged(importer, ask, tables, job)
    job.file = store_workbook(data=data, name=name, actor=actor)
    job.save()
    _keep_rows(job, plan)
    record(
        actor=actor, action="import-previewed", target=job, detail={"kind": job.kind, "year": year, "read": job.read}
    )
    return job


def _kept_photos(importer: Importer, photos: tuple[bytes, str] | None, actor: User | str) -> StoredFile | None:
    if photos is None or not importer.takes_photos:
        return None
    data, name = photos
    importer.check_photos(data)
    return store_document(
        data=data, name=name, content_type="application/zip", actor=actor, kind=StoredFile.Kind.WORKBOOK
    )


def no_header(importer: Importer) -> DomainError:
    needed = [column.label for column in importer.columns if column.required]
    message = _("No header was found. Name the columns in one row, among them %(columns)s.")
    return DomainError("no_header", str(message) % {"columns": "、".join(needed)})


def _judged(importer: Importer, ask: Ask, tables: Tables, job: ImportJob) -> Plan:
    """Judge what can be read and note the outcome on ``job``, unsaved."""
    plan = importer.plan(ask, importer.read(tables)) if tables.tables else Plan()
    job.status = Status.PREVIEWED if tables.tables else Status.COLUMNS
    job.summary = {
        **plan.told,
        "answers": dict(ask.answers),
        "given": dict(ask.given),
        "digest": plan.digest(),
        "ignored_sheets": list(tables.ignored),
        "gaps": [
            {"sheet": gap.sheet.title, "missing": importer.labels_of(gap.missing)} for gap in tables.gaps if gap.header
        ],
        "unknown": [{"sheet": sheet, "label": label[:80]} for sheet, label in tables.unknown],
    }
    for field, count in counts_of(plan.judged).items():
        setattr(job, field, count)
    return plan


def _keep_rows(job: ImportJob, plan: Plan) -> None:
    """Keep what is shown: every rejected and changed row, of the new and the same the first ones."""
    left = {str(Verdict.NEW): SHOWN, str(Verdict.SAME): SHOWN}
    kept: list[JudgedRow] = []
    for row in plan.judged:
        if (rest := left.get(row.verdict, 1)) > 0:
            kept.append(row)
            if row.verdict in left:
                left[row.verdict] = rest - 1
    ImportRow.objects.bulk_create(
        (
            ImportRow(
                job=job,
                sheet=row.sheet,
                number=row.number,
                column=row.column,
                verdict=row.verdict,
                problem=row.problem,
                advice=row.advice,
                values=dict(row.values),
                target_id=row.target,
            )
            for row in kept
        ),
        batch_size=500,
    )


def counts_of(rows: Iterable[JudgedRow]) -> dict[str, int]:
    """Return ``read`` and the number of rows by verdict."""
    counts = dict.fromkeys(["read", *(str(value) for value in Verdict.values)], 0)
    for row in rows:
        counts["read"] += 1
        counts[row.verdict] += 1
    return counts


@collecting_nothing()
@transaction.atomic
def confirm_import(*, importer: Importer, job: ImportJob, actor: User | str) -> ImportJob:
    """Carry out a previewed import, all or nothing. Rejected rows stay out.

    Raises ``DomainError``: ``not_previewed``, ``not_yours``, what ``importer.require_open`` says, ``moved`` where what
    is known has changed since the preview so that the file would now do something else, and ``rejected_rows`` where a
    file is taken whole or not at all.
    """
    ask = _ask_again(job, actor, confirming=True)
    importer.require_open(ask)
    job = lock_preview(job=job)
    require_own_job(job=job, actor=actor)
    tables = tables_of(importer, bytes_of(job), job.file.name, job.mapping)
    plan = importer.plan(ask, importer.read(tables))
    if plan.digest() != job.summary.get("digest"):
        raise DomainError("moved", _("What stands here has changed since the preview. Upload the file again."))
    _require_whole(importer, job)
    importer.carry_out(ask, plan)
    job.status = Status.CONFIRMED
    job.confirmed_at = timezone.now()
    job.photos = None  # what was taken of it is kept where it belongs; the rest of the zip is nobody's
    job.save(update_fields=["status", "confirmed_at", "photos"])
    detail = {name: getattr(job, name) for name in ("kind", "year", "read", "new", "changed", "same", "rejected")}
    record(actor=actor, action="import-confirmed", target=job, detail=detail)
    return job


def _ask_again(job: ImportJob, actor: User | str, **said: Any) -> Ask:
    """Return what was asked when the file was uploaded, now by ``actor``."""
    kept = {name: job.summary.get(name, {}) for name in ("answers", "given")}
    return Ask(job.year, actor, job.about, job.photos, **{**kept, **said})


def _require_whole(importer: Importer, job: ImportJob) -> None:
    if importer.takes_whole and job.rejected:
        message = ngettext(
            "Nothing was made: %(count)s row has to be corrected first.",
            "Nothing was made: %(count)s rows have to be corrected first.",
            job.rejected,
        )
        raise DomainError("rejected_rows", message % {"count": job.rejected})


def lock_preview(*, job: ImportJob, also: Sequence[str] = ()) -> ImportJob:
    """Lock a job that is still to be decided. Raises ``DomainError``: ``not_previewed``."""
    job = ImportJob.objects.select_for_update(of=("self",)).select_related("file", "photos").get(pk=job.pk)
    if job.status not in (Status.PREVIEWED, *also):
        raise DomainError("not_previewed", _("This file has been imported or discarded already."))
    return job


def require_own_job(*, job: ImportJob, actor: User | str) -> None:
    """The office decides about every file, anybody else about their own. Raises ``DomainError``: ``not_yours``."""
    is_office = isinstance(actor, str) or Role.OFFICE in roles_of(actor)
    if not is_office and job.created_by_id != getattr(actor, "pk", None):
        raise DomainError("not_yours", _("Somebody else uploaded this file."))


@transaction.atomic
def discard_import(*, job: ImportJob, actor: User | str) -> ImportJob:
    """Drop a preview; its rows go, the file and the audit record stay.

    Raises ``DomainError``: ``not_previewed``, ``not_yours``.
    """
    job = lock_preview(job=job, also=[Status.COLUMNS])
    require_own_job(job=job, actor=actor)
    job.status, job.photos = Status.DISCARDED, None
    job.save(update_fields=["status", "photos"])
    job.rows.all().delete()
    record(actor=actor, action="import-discarded", target=job, detail={"kind": job.kind, "year": job.year})
    return job


@collecting_nothing()
@transaction.atomic
def name_columns(*, importer: Importer, job: ImportJob, said: Mapped, actor: User) -> ImportJob:
    """Note what somebody says of the columns of a file, and make its preview anew.

    ``said`` maps the title of a sheet and the key of a label to a column's name, or to nothing: not read. Where columns
    are still missing the job goes on waiting. Raises ``DomainError``: ``not_previewed``, ``not_yours``,
    ``column_twice``, what ``importer.require_open`` says.
    """
    _require_once(importer, said)
    job = _judged_anew(importer, job, actor, said, job.summary.get("answers", {}))
    named = {label: field for labels in said.values() for label, field in labels.items()}
    record(actor=actor, action="import-columns-named", target=job, detail={"kind": job.kind, "columns": named})
    return job


@transaction.atomic
def answer_questions(*, importer: Importer, job: ImportJob, answers: Mapping[str, str], actor: User) -> ImportJob:
    """Note what somebody answers to the questions of a preview, and make it anew.

    ``answers`` by the question's key: one of its choices, or nothing. Raises ``DomainError``: ``not_previewed``,
    ``not_yours``, what ``importer.require_open`` says.
    """
    job = _judged_anew(importer, job, actor, job.mapping, dict(answers))
    detail = {"kind": job.kind, "questions": len(answers)}
    record(actor=actor, action="import-questions-answered", target=job, detail=detail)
    return job


def _judged_anew(
    importer: Importer, job: ImportJob, actor: User, said: Mapped, answers: Mapping[str, str]
) -> ImportJob:
    ask = _ask_again(job, actor, answers=answers)
    importer.require_open(ask)
    job = lock_preview(job=job, also=[Status.COLUMNS])
    require_own_job(job=job, actor=actor)
    tables = tables_of(importer, bytes_of(job), job.file.name, said)
    plan = _judged(importer, ask, tables, job)
    job.mapping = said
    job.save()
    job.rows.all().delete()
    _keep_rows(job, plan)
    return job


def _require_once(importer: Importer, said: Mapped) -> None:
    for labels in said.values():
        named = [field for field in labels.values() if field]
        for field in named:
            if field not in {column.name for column in importer.columns}:
                raise DomainError("no_such_column", _("There is no such column. Choose from the list."))
            if named.count(field) > 1:
                message = _("Two columns are said to mean “%(column)s”. Only one can.")
                raise DomainError("column_twice", str(message) % {"column": importer.label_of(field)})


def to_be_learned(*, importer: Importer, job: ImportJob) -> list[tuple[str, str, str]]:
    """Return (key of the label, column's name, its label) of what was said of this file and is not yet remembered."""
    if job.summary.get("asked"):
        return []
    learned = dict(LearnedColumn.objects.filter(kind=job.kind).values_list("label_key", "field"))
    said = {key: field for labels in job.mapping.values() for key, field in labels.items() if field}
    built_in = {key for column in importer.columns for word in column.words for key in label_keys(word)[:1]}
    order = [column.name for column in importer.columns]
    return [
        (key, field, importer.label_of(field))
        for key, field in sorted(said.items(), key=lambda one: (order.index(one[1]), one[0]))
        if learned.get(key) != field and not (key in built_in and field in _built_in_fields(importer, key))
    ]


def _built_in_fields(importer: Importer, key: str) -> set[str]:
    return {column.name for column in importer.columns if any(key in label_keys(word) for word in column.words)}


@transaction.atomic
def learn_columns(*, importer: Importer, job: ImportJob, keys: Iterable[str], actor: User) -> int:
    """Remember for every later file what was said of this one: those of ``keys``; the others are not asked again.

    Raises ``DomainError``: ``not_office``.
    """
    require_office(actor)
    job = ImportJob.objects.select_for_update(of=("self",)).get(pk=job.pk)
    wanted = set(keys)
    chosen = [(key, field) for key, field, _label in to_be_learned(importer=importer, job=job) if key in wanted]
    for key, field in chosen:
        learned, _made = LearnedColumn.objects.update_or_create(
            kind=job.kind, label_key=key[:120], defaults={"label": key[:120], "field": field, "learned_by": actor}
        )
        detail = {"kind": job.kind, "label": key, "field": field}
        record(actor=actor, action="column-learned", target=learned, detail=detail)
    job.summary = {**job.summary, "asked": True}
    job.save(update_fields=["summary"])
    return len(chosen)


@transaction.atomic
def forget_column(*, learned: LearnedColumn, actor: User) -> None:
    """Forget what a label was learned to mean. Raises ``DomainError``: ``not_office``."""
    require_office(actor)
    detail = {"kind": learned.kind, "label": learned.label, "field": learned.field}
    record(actor=actor, action="column-forgotten", target=learned, detail=detail)
    learned.delete()


def require_office(actor: User) -> None:
    if Role.OFFICE not in roles_of(actor):
        raise DomainError("not_office", _("What columns mean is settled by the office."))


def bytes_of(job: ImportJob) -> bytes:
    with job.file.file.open("rb") as source:
        return bytes(source.read())
