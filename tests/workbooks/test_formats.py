"""One table in every format that offices keep: the same rows come out."""

import re
import resource
import struct
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest
from openpyxl import Workbook

from evaluation.workbooks import WorkbookError, fast, old, read_workbook
from evaluation.workbooks.fast import NotPlain, inflated
from evaluation.workbooks.old import read_xls
from evaluation.workbooks.reader_process import TooLarge
from evaluation.workbooks.reader_process import sheet_of as sheet_in_process
from evaluation.workbooks.rows import rows_of
from evaluation.workbooks.shapes import LIMITS, Limits, Sheet
from evaluation.workbooks.xlsx import _Package

FILES = Path(__file__).parent / "files"  # made by LibreOffice from one workbook


def sheet_of(form: str, name: str = "") -> Sheet:
    return read_workbook((FILES / f"roster.{form}").read_bytes(), name or f"a.{form}").sheets[0]


@pytest.fixture(scope="module", params=["xls", "ods", "xlsx"])
def sheet(request: pytest.FixtureRequest) -> Sheet:
    return sheet_of(request.param)


def test_rows_keep_their_numbers(sheet: Sheet) -> None:
    assert [row.number for row in sheet.rows] == [1, 2, 3, 4, 5]
    assert sheet.title == "名单"


def test_dates_and_numbers_come_as_such(sheet: Sheet) -> None:
    assert sheet.rows[2].cells == ("市民政局", "张三", date(2012, 5, 1), 13627904820)


def test_merged_cells_are_filled(sheet: Sheet) -> None:
    assert sheet.rows[0].cells == ("二〇一二年名单",) * 4
    assert (sheet.rows[3].at(0), sheet.rows[3].filled) == ("市民政局", frozenset({0}))


def test_formulas_give_their_result_and_are_known(sheet: Sheet) -> None:
    assert sheet.rows[3].at(1) == "李四"
    assert 1 in sheet.rows[3].formulas
    assert sheet.rows[2].formulas == frozenset()


@pytest.mark.parametrize("form", ["xls", "ods"])
def test_hidden_sheets_are_passed_over(form: str) -> None:
    workbook = read_workbook((FILES / f"roster.{form}").read_bytes(), "a")
    assert [one.title for one in workbook.visible()] == ["名单"]


@pytest.mark.parametrize("form", ["xls", "ods"])
@pytest.mark.parametrize("name", ["名单.xlsx", "名单.csv", "名单"])
def test_a_renamed_file_is_told_by_its_content(form: str, name: str) -> None:
    assert sheet_of(form, name).rows[2].at(1) == "张三"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_text_tables_in_every_encoding(encoding: str) -> None:
    data = "单位,姓名\n市民政局,张喆\n".encode(encoding)
    assert read_workbook(data, "名单.csv").sheets[0].rows[1].cells == ("市民政局", "张喆")


def odd_workbook() -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.append(["单位", "姓名", "日期", "数"])
    sheet.append(["市民政局", '="张"&"三"', date(2012, 5, 1), 13.0])
    sheet.append([None, "#N/A", "２０１２年", 2.5])
    sheet["B3"].data_type = "e"
    sheet["E4"] = True
    sheet["C5"], sheet["C5"].number_format = 41030, "[$-804]yyyy年m月"
    sheet.merge_cells("A2:A4")
    sheet["F2"], sheet["A9"] = "_x0041_", "隔行"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def test_both_readers_say_the_same() -> None:
    data = odd_workbook()
    with ZipFile(BytesIO(data)) as archive:
        slow = _Package(archive, LIMITS).sheets(None)
    plain = data.replace(b"_x0041_", b"")  # the escape alone would leave it to the slow reader
    assert read_workbook(data, "a").sheets == slow
    assert read_workbook(plain, "a").sheets[0].rows[2:] == slow[0].rows[2:]


def test_errors_and_formulas_are_told_by_the_fast_reader() -> None:
    rows = sheet_of("xlsx").rows
    assert rows[4].at(1) == "#DIV/0!"
    assert rows[4].formulas >= {1}


def test_1904_dates() -> None:
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.append(["日期", "x"])
    book.active.append([date(2012, 5, 1), "x"])
    out = BytesIO()
    book.save(out)
    assert read_workbook(out.getvalue(), "a").sheets[0].rows[1].at(0) == date(2012, 5, 1)


# --- hostile ones -----------------------------------------------------------------------------------------------------


def patched_ods(before: str, after: str) -> bytes:
    out = BytesIO()
    with ZipFile(FILES / "roster.ods") as source, ZipFile(out, "w", ZIP_DEFLATED) as made:
        for entry in source.infolist():
            data = source.read(entry)
            if entry.filename == "content.xml":
                assert before.encode() in data
                data = data.replace(before.encode(), after.encode(), 1)
            made.writestr(entry.filename, data)
    return out.getvalue()


ROW = '<table:table-row table:style-name="ro1">'
CELL = '<table:table-cell office:value-type="string" calcext:value-type="string"><text:p>单位'


def ods_of_a_million_rows() -> bytes:
    return patched_ods(ROW, ROW.replace(">", ' table:number-rows-repeated="1048576">'))


def ods_of_wide_rows() -> bytes:
    return patched_ods(CELL, CELL.replace(" ", ' table:number-columns-repeated="2000000000" ', 1))


def ods_bomb() -> bytes:
    return patched_ods(CELL, CELL + "x" * 20_000_000)


def locked_ods() -> bytes:
    out = BytesIO()
    with ZipFile(FILES / "roster.ods") as source, ZipFile(out, "w", ZIP_DEFLATED) as made:
        for entry in source.infolist():
            data = source.read(entry)
            made.writestr(
                entry.filename, data.replace(b"</manifest:manifest>", b"<encryption-data/></manifest:manifest>")
            )
    return out.getvalue()


def locked_xls() -> bytes:
    data = (FILES / "roster.xls").read_bytes()
    place = data.index(b"\x09\x08\x10\x00") + 20  # behind the first record of the stream
    return data[:place] + b"\x2f\x00" + data[place + 2 :]  # FILEPASS


HOSTILE = [
    pytest.param(ods_of_a_million_rows, "too_many_rows too_large", id="an .ods row repeated a million times"),
    pytest.param(ods_of_wide_rows, "too_large far_cell damaged", id="an .ods cell repeated two thousand million times"),
    pytest.param(ods_bomb, "too_large", id="an .ods bomb"),
    pytest.param(locked_ods, "encrypted", id="a locked .ods"),
    pytest.param(locked_xls, "encrypted", id="a locked .xls"),
    pytest.param(lambda: (FILES / "roster.xls").read_bytes()[:3000], "damaged", id="an .xls cut off"),
    pytest.param(lambda: (FILES / "roster.ods").read_bytes()[:3000], "damaged", id="an .ods cut off"),
    pytest.param(
        lambda: (FILES / "roster.xls").read_bytes()[:512] + b"\xff" * 6000, "damaged too_large", id="an .xls of noise"
    ),
]


@pytest.mark.parametrize(("make", "codes"), HOSTILE)
def test_refused_in_seconds_within_memory(make: Callable[[], bytes], codes: str) -> None:
    data = make()
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    with pytest.raises(WorkbookError) as refused:
        read_workbook(data, "名单.xlsx")
    assert refused.value.code in codes.split()
    assert refused.value.message
    assert time.monotonic() - started < 10
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # the other process has RLIMIT_AS


def test_an_old_file_of_another_kind_is_damaged() -> None:
    with pytest.raises(WorkbookError) as refused:
        read_xls(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 5000)
    assert refused.value.code == "damaged"


def test_a_package_that_lies_about_its_sizes_never_reaches_the_fast_reader() -> None:
    """What follows the declared end of a part would be inflated by a reader that believes the stream."""
    data = bytearray((FILES / "roster.xlsx").read_bytes())
    with ZipFile(BytesIO(bytes(data))) as archive:
        entry = archive.getinfo("xl/worksheets/sheet1.xml")
        short = archive.read(entry)[:-10]
    directory = data.index(b"xl/worksheets/sheet1.xml", data.index(b"PK\x01\x02")) - 46
    struct.pack_into("<L", data, directory + 16, zlib.crc32(short))
    struct.pack_into("<L", data, directory + 24, len(short))
    with pytest.raises(WorkbookError) as refused:
        read_workbook(bytes(data), "a.xlsx")
    assert refused.value.code == "damaged"


def test_hidden_sheets_of_an_xlsx_are_not_read() -> None:
    book = Workbook()
    book.active["A1"] = "姓名"
    hidden = book.create_sheet("底稿")
    hidden["A1"], hidden.sheet_state = "秘密", "hidden"
    out = BytesIO()
    book.save(out)
    assert [(one.hidden, len(one.rows)) for one in read_workbook(out.getvalue(), "a").sheets] == [(False, 1), (True, 0)]


def rewritten(change: Callable[[str, bytes], bytes], extra: dict[str, bytes] | None = None) -> bytes:
    """The plain table, each part as ``change`` returns it."""
    out = BytesIO()
    with ZipFile(FILES / "roster.xlsx") as source, ZipFile(out, "w", ZIP_DEFLATED) as made:
        for entry in source.infolist():
            made.writestr(entry.filename, change(entry.filename, source.read(entry)))
        for name, data in (extra or {}).items():
            made.writestr(name, data)
    return out.getvalue()


def of_large_extent() -> bytes:
    """Little in it, and twenty million cells if it were laid out in full."""
    book = Workbook()
    book.active["A1"], book.active["GR99999"] = "姓名", "x"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def with_declaration(name: str, data: bytes) -> bytes:
    return data.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet', 1) if "/sheet1" in name else data


def with_the_second_sheet(title: str) -> Callable[[str, bytes], bytes]:
    """The hidden sheet shown, under ``title``."""

    def change(name: str, data: bytes) -> bytes:
        if name != "xl/workbook.xml":
            return data
        shown = data.replace(b'state="hidden"', b'state="visible"')
        return re.sub(rb'(.*<sheet name=")[^"]*', rb"\g<1>" + title.encode(), shown, count=1, flags=re.DOTALL)

    return change


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    "make",
    [
        pytest.param(of_large_extent, id="large extent"),
        pytest.param(lambda: rewritten(with_declaration), id="declarations"),
        pytest.param(
            lambda: rewritten(lambda _name, data: data, {"xl/worksheets/sheet1.xml": b"<x/>"}), id="one part twice"
        ),
    ],
)
def test_what_is_not_plain_never_reaches_the_fast_reader(
    monkeypatch: pytest.MonkeyPatch, make: Callable[[], bytes]
) -> None:
    monkeypatch.setattr(fast, "load_workbook", lambda _data: pytest.fail("read by the fast reader"))
    with suppress(WorkbookError):
        read_workbook(make(), "a.xlsx")


def test_of_two_sheets_of_one_title_each_is_read_by_its_own_part() -> None:
    one, other = (read_workbook(rewritten(with_the_second_sheet(title)), "a.xlsx") for title in ("名单", "另一个"))
    assert [sheet.title for sheet in one.sheets] == ["名单", "名单"]
    assert [sheet.rows for sheet in one.sheets] == [sheet.rows for sheet in other.sheets]
    assert one.sheets[0].rows != one.sheets[1].rows


@pytest.mark.parametrize(
    ("size", "behind", "kind"),
    [(3, b"", ZIP_DEFLATED), (2, b"", ZIP_DEFLATED), (4, b"", ZIP_DEFLATED), (3, b"more", ZIP_DEFLATED), (3, b"", 12)],
    ids=["as it says", "longer", "shorter", "something behind it", "another packer"],
)
def test_a_part_is_measured_by_unpacking_it(size: int, behind: bytes, kind: int) -> None:
    packer = zlib.compressobj(wbits=-15)
    packed = packer.compress(b"abc") + packer.flush() + behind
    entry = ZipInfo("a")
    entry.header_offset, entry.compress_size, entry.file_size, entry.compress_type = 0, len(packed), size, kind
    data = b"\0" * 30 + packed
    if (size, behind, kind) == (3, b"", ZIP_DEFLATED):
        assert inflated(data, entry, keep=True) == b"abc"
    else:
        with pytest.raises(NotPlain):
            inflated(data, entry, keep=True)


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(rows=2), "too_many_rows"),
        (Limits(columns=1), "far_cell"),
        (Limits(characters=5), "too_large"),
    ],
)
def test_a_sheet_is_measured_whoever_read_it(limits: Limits, code: str) -> None:
    values = [["ab", "c"]] * 3
    assert len(rows_of("名单", values)) == 3
    with pytest.raises(WorkbookError) as refused:
        rows_of("名单", values, limits=limits)
    assert refused.value.code == code


def test_the_other_process_has_the_memory_it_is_given_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(old, "MEMORY", 1_000_000)
    with pytest.raises(WorkbookError) as refused:
        read_xls((FILES / "roster.xls").read_bytes())
    assert refused.value.code == "too_large"


def test_the_other_process_lays_out_no_sheet_without_end() -> None:
    sheet = SimpleNamespace(total_height=1_000_000, total_width=1_000)
    about = SimpleNamespace(name="名单", visible="SheetVisibleEnum.Visible", typ="SheetTypeEnum.WorkSheet")
    book = SimpleNamespace(sheets_metadata=[about], get_sheet_by_index=lambda _place: sheet)
    with pytest.raises(TooLarge):
        sheet_in_process(book, 0, {})
