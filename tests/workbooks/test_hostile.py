import resource
import struct
import time
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest
from openpyxl import Workbook

from evaluation.workbooks import WorkbookError, read_workbook

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def book(fill: Callable[[Workbook], object]) -> bytes:
    made = Workbook()
    fill(made)
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def package(sheet: str, extra: dict[str, str] | None = None, sheets: int = 1, parts: int = 1) -> bytes:
    """A package written by hand, so that nothing but our limits stands between it and the reader."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("_rels/.rels", f'<R><r Id="a" Type="{REL}/officeDocument" Target="xl/workbook.xml"/></R>')
        listed = "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="r1"/>' for n in range(1, sheets + 1))
        archive.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{MAIN}" xmlns:r="{REL}"><sheets>{listed}</sheets></workbook>'
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<R><r Id="r1" Type="{REL}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<r Id="r2" Type="{REL}/sharedStrings" Target="sharedStrings.xml"/></R>',
        )
        for number in range(1, parts + 1):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", f'<worksheet xmlns="{MAIN}">{sheet}</worksheet>')
        archive.writestr("xl/sharedStrings.xml", (extra or {}).get("strings", f'<sst xmlns="{MAIN}"/>'))
    return out.getvalue()


def data(rows: str) -> str:
    return f"<sheetData>{rows}</sheetData>"


def far_cell(made: Workbook) -> None:
    made.active["A1"] = "姓名"
    made.active["XFD1048576"] = "x"


def numbered(cells: str, count: int) -> str:
    return "".join(f'<row r="{number}" ht="{number % 97}">{cells}</row>' for number in range(1, count + 1))


def strings_everywhere() -> str:
    cells = "ABCDEFGH"
    return "".join(
        f'<row r="{n}">' + "".join(f'<c r="{c}{n}" t="s"><v>0</v></c>' for c in cells) + "</row>"
        for n in range(1, 5001)
    )


ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
CASES = [
    pytest.param(lambda: b"", "empty", id="nothing"),
    pytest.param(lambda: b"\0" * 5_000_000, "empty", id="zeros"),
    pytest.param(lambda: b"x" * 30_000_000, "too_large", id="30 MB"),
    pytest.param(lambda: package(data("<row/>" + " " * 140_000_000)), "too_large", id="zip bomb"),
    pytest.param(lambda: package(data("<row>" + "<c/>" * 4_000_000 + "</row>")), "too_large", id="a row without end"),
    pytest.param(lambda: package(data(numbered("", 1_048_576))), "too_many_rows", id="a million empty rows"),
    pytest.param(
        lambda: package(data(numbered("<c><v>1</v></c>", 1_000_000))),
        "too_many_rows",
        id="a million rows",
    ),
    pytest.param(lambda: package("<x/>" * 1_000_000), "too_large", id="a million elements of nothing"),
    pytest.param(
        lambda: package(
            data("<row/>"), {"strings": f'<sst xmlns="{MAIN}">' + "<si><t>x</t></si>" * 1_500_000 + "</sst>"}
        ),
        "too_large",
        id="a million strings",
    ),
    pytest.param(lambda: book(far_cell), "far_cell", id="XFD1048576"),
    pytest.param(lambda: package(data("<row/>"), parts=3000), "too_many_sheets", id="3000 sheets"),
    pytest.param(lambda: package(data("<row/>"), sheets=3000), "too_many_sheets", id="one sheet listed 3000 times"),
    pytest.param(
        lambda: package(
            data('<row r="1"><c r="A1"><v>1</v></c></row>')
            + "<mergeCells>"
            + '<mergeCell ref="A1:XFD1048576"/>' * 50_000
            + "</mergeCells>"
        ),
        "too_large",
        id="everything merged 50,000 times",
    ),
    pytest.param(
        lambda: package(
            data(strings_everywhere()), {"strings": f'<sst xmlns="{MAIN}"><si><t>{"x" * 32_000}</t></si></sst>'}
        ),
        "too_large",
        id="one long text in 40,000 cells",
    ),
    pytest.param(lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "damaged", id="an .xls of nothing"),
    pytest.param(
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
        "encrypted",
        id="encrypted",
    ),
    pytest.param(lambda: b"<html><table><tr><td>x", "not_a_workbook", id="a web page"),
    pytest.param(lambda: b"%PDF-1.7 ", "not_a_workbook", id="a PDF"),
    pytest.param(lambda: "姓名,单位".encode("gb18030"), "not_a_workbook", id="text called .xlsx"),
    pytest.param(lambda: package(data("<row><c><v>1"))[:-40], "damaged", id="cut off"),
    pytest.param(lambda: package(data('<row><c t="s"><v>7</v></c></row>')), "damaged", id="a string that is not there"),
    pytest.param(lambda: package(data("<row/>"), {"strings": f"{ENTITIES}<sst>&b;</sst>"}), "damaged", id="entities"),
]


@pytest.mark.parametrize(("make", "code"), CASES)
def test_refused_in_seconds_within_memory(make: Callable[[], bytes], code: str) -> None:
    bytes_ = make()
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()

    with pytest.raises(WorkbookError) as refused:
        read_workbook(bytes_, "名单.xlsx")
    assert refused.value.code == code
    assert refused.value.message

    assert time.monotonic() - started < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000


def test_declared_sizes_are_not_believed() -> None:
    lying = bytearray(package(data("<row/>" + " " * 30_000_000)))
    size = struct.pack("<L", 30_000_000 + len(f'<worksheet xmlns="{MAIN}"><sheetData><row/></sheetData></worksheet>'))
    assert size in lying
    with pytest.raises(WorkbookError):
        read_workbook(bytes(lying.replace(size, struct.pack("<L", 500))), "名单.xlsx")


def test_external_links_are_refused() -> None:
    out = BytesIO(package(data("<row/>")))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/externalLinks/externalLink1.xml", "<x/>")
    with pytest.raises(WorkbookError) as refused:
        read_workbook(out.getvalue(), "名单.xlsx")
    assert refused.value.code == "external_links"


def test_far_cell_says_where() -> None:
    with pytest.raises(WorkbookError, match="XFD1048576") as refused:
        read_workbook(book(far_cell), "名单.xlsx")
    assert refused.value.sheet == "Sheet"
    assert refused.value.row == 1_048_576


def test_csv_in_no_known_encoding() -> None:
    with pytest.raises(WorkbookError) as refused:
        read_workbook(b"\x80\xff\xff,\xfe\x00\n" * 20, "名单.csv")
    assert refused.value.code == "not_a_workbook"


def test_csv_with_a_field_without_end() -> None:
    with pytest.raises(WorkbookError) as refused:
        read_workbook(b'name,unit\n"' + b"x" * 1_000_000, "名单.csv")
    assert refused.value.code == "damaged"
