"""Papers as .docx: opened by LibreOffice and compared with their PDF, and what their XML says to Word and WPS."""

import zipfile
from collections import Counter
from dataclasses import replace
from io import BytesIO

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Mm
from PIL import Image

from evaluation.documents.docx import paper_docx
from evaluation.documents.paper import Fields, Grid, Layout, Note, PageBreak, Paper, Text
from evaluation.documents.pdf import paper_pdf
from tests.documents.reader import Printed, squeezed
from tests.documents.samples import ALL, CIRCULAR, FORM, HOSTILE, LETTER, NOTICE, RARE, WIDE_FORM

ENDS = [
    replace(
        CIRCULAR,
        blocks=[Text("民" * 26 + "评" * 28 * (lines - 1)), Grid(header=["首行"], rows=[["末行"]]), Text("正文" * 50)],
        annexes=[],
        signer="署名机关",
        printer="印发机关",
    )
    for lines in range(12, 34, 3)
]
JOINED = Paper(Layout.FORM, "表", [Fields([[("时间", "上午")]]), Grid(header=["栏目"], rows=[["格"]] * 60)])
CLOSE = replace(FORM, blocks=[Grid(header=["问题", "措施"], rows=[["一", "二"]] * 29)])
STANDARD = {"仿宋_GB2312", "楷体_GB2312", "黑体", "宋体", "方正小标宋简体"}


@pytest.fixture(scope="module")
def written() -> dict[str, bytes]:
    return {name: paper_docx(paper) for name, paper in ALL.items()}


@pytest.fixture(scope="module")
def opened(written, libreoffice) -> dict[str, Printed]:
    """Each .docx as LibreOffice prints it."""
    files = {f"{name}.docx": data for name, data in written.items()}
    files |= {"several.docx": paper_docx([NOTICE, WIDE_FORM]), "close.docx": paper_docx(CLOSE)}
    files |= {"ends.docx": paper_docx(ENDS), "joined.docx": paper_docx(JOINED)}
    return {name.removesuffix(".docx"): Printed(pdf) for name, pdf in libreoffice(files).items()}


def _document(data: bytes):
    return docx.Document(BytesIO(data))


# --- as LibreOffice prints them ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", list(ALL))
def test_as_many_pages_as_the_pdf(opened, printed, name):
    assert opened[name].sizes == printed[name].sizes


@pytest.mark.parametrize("name", list(ALL))
def test_the_same_text_as_the_pdf(opened, printed, name):
    """Character by character, whatever the order in which a reader of tables takes their cells."""
    ours, theirs = Counter(squeezed(printed[name].text)), Counter(squeezed(opened[name].text))

    assert theirs == ours


def test_a_form_of_a_page_and_a_few_lines_is_set_closer(opened):
    assert len(opened["close"].sizes) == 1


def test_pages_end_where_those_of_the_pdf_do(opened):
    """Small tables stay whole; signer, date and 版记 never stand without text."""
    pages = [squeezed("".join(word.text for word in page)) for page in opened["ends"].words]

    assert len(pages) == len(Printed(paper_pdf(ENDS)).sizes)
    assert all(page.count("首行") == page.count("末行") for page in pages)
    assert all(page.count("正文") >= 20 for page in pages if "署名机关" in page)
    assert all("署名机关" in page for page in pages if "印发机关" in page)


def test_the_header_of_a_table_under_another_repeats(opened):
    assert all("栏目" in [word.text for word in page] for page in opened["joined"].words)


@pytest.mark.parametrize("name", ["notice", "report"])
def test_lines_stand_where_they_stand_in_the_pdf(opened, printed, name):
    ours, theirs = ([word for word in one.words[0] if word.bottom < 262] for one in (printed[name], opened[name]))

    assert ours[0].text.startswith(theirs[0].text)
    for mine, other in zip(ours, theirs, strict=False):
        assert (other.top + other.bottom) / 2 == pytest.approx((mine.top + mine.bottom) / 2, abs=2.5)


def test_the_red_head_and_line_stand_where_they_stand_in_the_pdf(opened, printed):
    ours, theirs = printed["circular"].ink(1, "red"), opened["circular"].ink(1, "red")

    assert [band[0] for band in theirs] == pytest.approx([band[0] for band in ours], abs=1.5)


def test_the_imprint_ends_at_the_foot_of_the_last_page(opened):
    last = opened["circular"]
    bands = last.ink(len(last.words), "black")

    assert max(bottom for top, bottom in bands if bottom < 264) == pytest.approx(262, abs=1)
    assert any("印发" in word.text for word in last.words[-1])


def test_page_numbers_stand_right_on_odd_and_left_on_even_pages(opened):
    for number, words in enumerate(opened["circular"].words, start=1):
        foot = [word for word in words if word.top > 263]
        assert str(number) in "".join(word.text for word in foot)
        assert (foot[0].left > 105) == bool(number % 2)


def test_a_lying_paper_after_an_upright_one_counts_from_one(opened):
    pages = opened["several"].sizes

    assert pages[0] == (210, 297)
    assert set(pages[1:]) == {(297, 210)}
    assert "1" in "".join(word.text for word in opened["several"].words[1] if word.top > 192)


def test_every_character_of_every_name_is_there(opened):
    assert RARE in squeezed(opened["circular"].text)


# --- what Word and WPS read -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", list(ALL))
def test_fonts_are_the_standard_ones(written, name):
    parts = zipfile.ZipFile(BytesIO(written[name]))
    body = docx.oxml.parse_xml(parts.read("word/document.xml"))
    named = {fonts.get(qn("w:eastAsia")) for fonts in body.iter(qn("w:rFonts"))}

    assert named <= STANDARD
    assert "方正小标宋简体" in named


def test_an_official_document_has_the_margins_and_the_lines_of_the_standard(written):
    section = _document(written["circular"]).sections[0]
    grid = section._sectPr.find(qn("w:docGrid"))

    assert [round(section.top_margin.mm), round(section.left_margin.mm)] == [37, 28]
    assert [round(section.right_margin.mm), round(section.bottom_margin.mm)] == [26, 35]
    assert grid.get(qn("w:linePitch")) == "579"
    assert 22 * 579 / 20 <= 225 / 25.4 * 72


def test_a_wide_form_lies(written):
    section = _document(written["wide"]).sections[0]

    assert section.orientation == WD_ORIENT.LANDSCAPE
    assert round(section.page_width.mm) == 297


def test_the_header_of_a_table_repeats_and_rows_stay_whole(written):
    rows = _document(written["wide"]).tables[0]._tbl.tr_lst

    assert [row.find(f".//{qn('w:tblHeader')}") is not None for row in rows[:3]] == [True, True, False]
    assert rows[5].find(f".//{qn('w:cantSplit')}") is not None


def test_a_row_longer_than_half_a_page_may_break():
    paper = Paper(Layout.FORM, "台账", [Grid(header=["问题"], rows=[["长" * 3000]])])

    assert _document(paper_docx(paper)).tables[0]._tbl.tr_lst[1].find(f".//{qn('w:cantSplit')}") is None


def test_headings_are_headings_and_stay_with_their_text(written):
    styles = {paragraph.style.name for paragraph in _document(written["circular"]).paragraphs}
    headings = [one for one in _document(written["circular"]).paragraphs if one.style.name.startswith("Heading")]

    assert {"Title", "Heading 1", "Heading 2", "Heading 3"} <= styles
    assert all(one.paragraph_format.keep_with_next for one in headings)


def test_properties_name_the_document_and_no_person(written):
    properties = _document(written["circular"]).core_properties

    assert properties.title == CIRCULAR.title
    assert properties.language == "zh-CN"
    assert [properties.author, properties.last_modified_by, properties.comments] == ["", "", ""]


def test_pictures_are_described(written):
    body = _document(written["circular"]).element.body
    described = [one.get("descr") for one in body.iter(qn("wp:docPr"))]

    assert described == ["服务对象：92.10", "基层代表：85.00", "会场照片"]


def test_a_chart_is_a_table_of_bars_and_figures(written):
    table = _document(written["circular"]).tables[1]

    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["服务对象", "", "92.10"],
        ["基层代表", "", "85.00"],
    ]


def test_bars_are_as_long_as_their_figures_and_fill_their_cells(written):
    parts = zipfile.ZipFile(BytesIO(written["circular"]))
    bars = [Image.open(BytesIO(parts.read(name))) for name in parts.namelist() if name.endswith(".png")]
    inline = next(_document(written["circular"]).element.body.iter(qn("wp:inline")))

    assert sorted(sum(bar.getpixel((at, 0))[1] < 100 for at in range(500)) for bar in bars) == [425, 460]
    assert [inline.get(f"dist{side}") for side in "TBLR"] == ["0"] * 4


def test_the_first_page_of_a_letter_has_no_page_number(written):
    section = _document(written["letter"]).sections[0]

    assert section.different_first_page_header_footer
    assert not section.first_page_footer._element.findall(f".//{qn('w:fldSimple')}")


def test_several_papers_are_sections_of_one_file():
    document = _document(paper_docx([NOTICE, FORM, LETTER]))
    starts = [section._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) for section in document.sections]

    assert starts == ["1", "1", "1"]
    assert document.sections[1].top_margin == pytest.approx(Mm(18), abs=1000)


def test_a_page_break_that_nothing_follows_makes_no_empty_page():
    paper = Paper(Layout.FORM, "表", [Text("一"), PageBreak(), PageBreak()])

    assert "w:br " not in zipfile.ZipFile(BytesIO(paper_docx(paper))).read("word/document.xml").decode()


ORDER = {
    "w:sectPr": "headerReference footerReference type pgSz pgMar pgNumType cols titlePg docGrid",
    "w:pPr": "pStyle keepNext widowControl pBdr overflowPunct autoSpaceDE autoSpaceDN snapToGrid spacing ind jc sectPr",
    "w:rPr": "rFonts color spacing sz szCs lang",
    "w:tblPr": "tblpPr tblW jc tblBorders tblLayout tblCellMar",
    "w:tcPr": "tcW gridSpan vMerge tcMar vAlign",
    "w:trPr": "cantSplit tblHeader trHeight",
}


def test_elements_stand_in_the_order_that_word_asks_for():
    data = paper_docx([CIRCULAR, LETTER, FORM, WIDE_FORM])
    body = docx.oxml.parse_xml(zipfile.ZipFile(BytesIO(data)).read("word/document.xml"))

    for tag, order in ORDER.items():
        names = [qn(f"w:{name}") for name in order.split()]
        for element in body.iter(qn(tag)):
            places = [names.index(child.tag) for child in element]
            assert places == sorted(places), (tag, [child.tag for child in element])


def test_what_looks_like_markup_is_text():
    cells = Grid(header=[HOSTILE], rows=[[HOSTILE]])
    paper = replace(LETTER, title="题", blocks=[Text(HOSTILE), cells, Note(HOSTILE)], signer=HOSTILE)
    parts = zipfile.ZipFile(BytesIO(paper_docx(paper)))

    assert parts.read("word/document.xml").decode().count("&lt;img src=") == 5
    assert "etc/passwd" not in parts.read("word/_rels/document.xml.rels").decode()


def test_characters_that_a_file_cannot_hold_are_left_out():
    paper = Paper(Layout.NOTICE, "题\x00目", [Text("正\x02文\x1f"), Grid(header=["a\x01"], rows=[["b\ufffe"]])])

    assert "正文" in [one.text for one in _document(paper_docx(paper)).paragraphs]
    assert paper_pdf(paper).startswith(b"%PDF")


def test_no_papers_are_refused():
    with pytest.raises(ValueError, match="at least one"):
        paper_docx([])
