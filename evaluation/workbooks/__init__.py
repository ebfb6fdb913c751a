"""Workbooks: bytes to plain rows and back. No request, no query."""

from evaluation.workbooks.dates import PartialDate, parse_date, parse_day
from evaluation.workbooks.headers import (
    Header,
    find_header,
    find_known_header,
    guess_header,
    known_labels,
    label_keys,
)
from evaluation.workbooks.reading import read_workbook
from evaluation.workbooks.shapes import Row, Sheet, Value, Workbook, WorkbookError
from evaluation.workbooks.text import (
    clean_name,
    clean_text,
    digits,
    holds_citizen_number,
    holds_telephone,
    name_key,
    text_key,
    to_halfwidth,
    value_text,
    yes_or_no,
)
from evaluation.workbooks.writing import Formula, Table, Written, write_csv, write_workbook

__all__ = [
    "Formula",
    "Header",
    "PartialDate",
    "Row",
    "Sheet",
    "Table",
    "Value",
    "Workbook",
    "WorkbookError",
    "Written",
    "clean_name",
    "clean_text",
    "digits",
    "find_header",
    "find_known_header",
    "guess_header",
    "holds_citizen_number",
    "holds_telephone",
    "known_labels",
    "label_keys",
    "name_key",
    "parse_date",
    "parse_day",
    "read_workbook",
    "text_key",
    "to_halfwidth",
    "value_text",
    "write_csv",
    "write_workbook",
    "yes_or_no",
]
