import doctest
import importlib
from datetime import date, datetime

import pytest

from evaluation.workbooks import (
    PartialDate,
    Value,
    clean_name,
    clean_text,
    digits,
    holds_citizen_number,
    name_key,
    parse_date,
    parse_day,
    yes_or_no,
)


@pytest.mark.parametrize("module", ["text", "dates", "headers"])
def test_examples_in_docstrings(module: str) -> None:
    result = doctest.testmod(importlib.import_module(f"evaluation.workbooks.{module}"))
    assert result.attempted and not result.failed


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("2004.05", "2004-05"),
        ("2004.5", "2004-05"),
        ("2011年6月", "2011-06"),
        ("2011年", "2011"),
        ("2009", "2009"),
        ("2011年12月3日", "2011-12-03"),
        ("２０１１年６月", "2011-06"),
        ("2008-03-14", "2008-03-14"),
        ("2007/07/26", "2007-07-26"),
        ("2007.7.6", "2007-07-06"),
        (" 2010 . 08 ", "2010-08"),
        ("200405", "2004-05"),
        ("20040512", "2004-05-12"),
        ("2011年6月起", "2011-06"),
        (datetime(2009, 6, 25), "2009-06-25"),
        (date(2009, 6, 25), "2009-06-25"),
        (39989, "2009-06-25"),
        (2010.05, "2010-05"),
        (2012, "2012"),
        (2010.1, None),
        ("2011.13", None),
        ("2011-02-30", None),
        ("11.6", None),
        ("去年", None),
        ("", None),
        (None, None),
        (True, None),
        ("2011.", "2011"),
        (float("nan"), None),
        (1e300, None),
    ],
)
def test_dates_as_offices_write_them(written: Value, stored: str | None) -> None:
    found = parse_date(written)
    assert (str(found) if found else None) == stored


def test_dates_sort_and_show() -> None:
    assert PartialDate(2011, 12, 3).display == "2011年12月3日"
    assert PartialDate(2011, 6).display == "2011年6月"


def test_a_day_needs_a_day() -> None:
    assert parse_day("2011年6月") is None
    assert parse_day("2011/6/9 08:30:00") == date(2011, 6, 9)
    assert parse_day(datetime(2011, 6, 9, 8)) == date(2011, 6, 9)


@pytest.mark.parametrize(
    ("written", "clean"),
    [("张　三", "张三"), (" 孔秀芳 ", "孔秀芳"), ("买买提・阿布都", "买买提·阿布都"), ("\ufeff李\u200b喆", "李喆")],
)
def test_names(written: str, clean: str) -> None:
    assert clean_name(written) == clean
    assert name_key(written) == name_key(clean)


def test_punctuation_stays_as_written() -> None:
    assert clean_text("管理（服务） ") == "管理（服务）"


@pytest.mark.parametrize(
    ("written", "meant"), [("是", True), ("√", True), ("否", False), (None, False), ("　", False), ("待定", None)]
)
def test_yes_and_no(written: Value, meant: bool | None) -> None:
    assert yes_or_no(written) is meant


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("331002198001011232", True),
        ("号：33100219800101123x。", True),
        ("３３１００２１９８００１０１１２３Ｘ", True),
        ("331002 19800101 1232", True),
        (331002198001011232, True),
        ("13627904820", False),
        ("331002198013011232", False),
        ("9133100219800101123X", False),
        ("0576-82766208", False),
    ],
)
def test_citizen_numbers_are_found(text: Value, found: bool) -> None:
    assert holds_citizen_number(text) is found


def test_telephones_compare_by_their_figures() -> None:
    assert digits("0576-8276 6208") == digits(57682766208.0).rjust(12, "0")
