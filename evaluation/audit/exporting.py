"""The record for spreadsheets (CSV) and for recomputing the chain elsewhere (JSON lines), line by line."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping

from django.utils import timezone
from django.utils.translation import gettext as _

from evaluation.audit.models import AuditEvent
from evaluation.audit.reading import changes_of, rest_of, why_of
from evaluation.audit.selectors import as_values, export_head
from evaluation.audit.words import ACTIONS, KINDS, actor_in_words
from evaluation.workbooks.writing import guarded, plain

BOM = "\ufeff"


class _Line:
    """What ``csv`` writes to: gives the line back."""

    def write(self, text: str) -> str:
        return text


def csv_lines(events: Iterable[AuditEvent]) -> Iterator[str]:
    """A header and a line an event, UTF-8 with a byte order mark, no cell a formula."""
    writer = csv.writer(_Line())
    header = [
        *(_("Entry no."), _("Time"), _("Acted by"), _("Act"), _("Code of the act"), _("Object"), _("Number")),
        *(_("From what to what"), _("Why"), _("Details"), _("Hash")),
    ]
    yield BOM + str(writer.writerow(header))
    for event in events:
        yield str(writer.writerow([guarded(plain(cell)) for cell in _cells(event)]))


def json_lines(events: Iterable[AuditEvent], *, filters: Mapping[str, object]) -> Iterator[str]:
    """A head, then an event a line with everything that its hash is taken of (``scripts/check_audit_export.py``)."""
    yield _line(export_head(filters=filters))
    for event in events:
        yield _line(as_values(event))


def _line(values: Mapping[str, object]) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")) + "\n"


def _cells(event: AuditEvent) -> list[str | int]:
    changes = "\n".join(f"{one.field}: {one.before} → {one.after}" for one in changes_of(event))
    details = "\n".join(f"{one.name}: {one.value}" for one in rest_of(event))
    return [
        event.sequence,
        timezone.localtime(event.at).strftime("%Y-%m-%d %H:%M:%S"),
        actor_in_words(event.actor),
        str(ACTIONS.get(event.action, event.action)),
        event.action,
        str(KINDS.get(event.target_kind, event.target_kind)),
        event.target_id,
        changes,
        why_of(event),
        details,
        event.hash,
    ]
