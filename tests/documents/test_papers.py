"""Papers as PDF, measured against GB/T 9704-2012: what is on paper, not what the style sheet says."""

import urllib.request
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest

from evaluation.documents.paper import Grid, Heading, Layout, Note, Opinion, Paper, Signatures, Text
from evaluation.documents.pdf import paper_pdf
from tests.documents.reader import Printed, squeezed
from tests.documents.samples import ALL, CIRCULAR, HOSTILE, LETTER, NOTICE, RARE, REPORT, SENTENCE, WIDE_FORM

TOP, LEFT, RIGHT, BOTTOM = 37, 28, 210 - 26, 297 - 35  # edges of the type area, millimetres
LINE, CHARACTER = 28.99 * 25.4 / 72, 15.78 * 25.4 / 72


@pytest.fixture(scope="module")
def circular(printed) -> Printed:
    return printed["circular"]


@pytest.fixture(scope="module")
def letter(printed) -> Printed:
    return printed["letter"]


# --- page, lines, characters ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["circular", "letter", "notice", "form", "report"])
def test_papers_are_a4(printed, name):
    assert set(printed[name].sizes) == {(210, 297)}


def test_a_wide_form_lies(printed):
    assert set(printed["wide"].sizes) == {(297, 210)}


def test_a_full_page_has_22_lines_of_28_characters(circular):
    full = Counter()
    for page in circular.runs:
        lines = {round(run.baseline, 1) for run in page if run.points == 16}
        full[len(lines)] += 1
    longest = max(len(run.glyphs) for page in circular.runs for run in page if run.points == 16)

    assert max(full) == 22
    assert longest == 28


def test_lines_are_one_pitch_apart_even_with_characters_of_another_font(circular):
    (page,) = [number for number, words in enumerate(circular.words) if any("𬭚" in word.text for word in words)]
    lines = sorted({round(run.baseline, 3) for run in circular.runs[page] if run.points == 16})
    steps = [(below - above) / LINE for above, below in pairwise(lines) if below - above < 15]

    assert len({run.font for run in circular.runs[page] if run.points == 16}) >= 3
    assert all(abs(step - round(step)) < 0.01 for step in steps)


def test_the_type_area_is_156_by_225(circular):
    body = [run for run in circular.runs[1] if run.points == 16]
    words = [word for word in circular.words[1] if word.bottom < BOTTOM + 2]

    assert min(run.x for run in body) == pytest.approx(LEFT, abs=0.2)
    assert max(word.right for word in words) == pytest.approx(RIGHT, abs=1)
    assert min(word.top for word in words) == pytest.approx(TOP + (28.99 - 16) / 2 * 25.4 / 72, abs=0.5)
    assert max(word.bottom for word in words) <= BOTTOM


def test_punctuation_takes_a_whole_place():
    paper = Paper(Layout.REPORT, "一", [Text("（一），“二”。《三》、" * 8, indent=False)])
    words = [word for word in Printed(paper_pdf(paper)).words[0] if "二" in word.text]

    assert len(words) == 4
    assert all(word.right - word.left == pytest.approx(24 * CHARACTER, abs=0.3) for word in words)


def test_type_sizes(circular):
    sizes = {run.points for page in circular.runs for run in page}

    assert {22.0, 16.0, 14.0, 12.0} <= sizes  # title, text, page numbers and 版记, tables


def test_the_first_line_of_a_paragraph_is_indented_by_two(circular):
    assert circular.words_with("为深入推进")[0].left == pytest.approx(LEFT + 2 * CHARACTER, abs=0.3)


def test_headings_are_set_in_their_faces(circular):
    fonts = {font.partition("+")[2] for font, *_ in circular.fonts}

    assert any("Hei" in font or "Sans" in font for font in fonts)
    assert any("Kai" in font for font in fonts)


def test_a_heading_never_stands_alone_at_the_foot():
    for lines in (17, 18):  # the heading would be the last line but one, or the last
        paper = Paper(
            Layout.REPORT, "题", [Text("民" * 26 + "评" * 28 * lines), Heading("一、标题"), Text("正文" * 30)]
        )
        first, second = Printed(paper_pdf(paper)).words[:2]
        assert [word.text for word in first if word.bottom < BOTTOM][-1] != "一、标题"
        assert second[0].text[0] in "评一正文"


# --- head and foot of an official document ----------------------------------------------------------------------------


def test_the_red_head_begins_35_mm_below_the_top(circular):
    head, line = circular.ink(1, "red")

    assert head[0] == pytest.approx(TOP + 35, abs=1)
    assert line[1] - line[0] == pytest.approx(0.7, abs=0.3)


def test_the_red_line_is_4_mm_under_the_number_and_as_wide_as_the_text(circular):
    line = circular.ink(1, "red")[1]
    number = max(band[1] for band in circular.ink(1, "black") if band[1] < line[0])

    assert line[0] - number == pytest.approx(4, abs=1)
    assert "105.826772 " in circular.reader.pages[0].get_contents().get_data().decode("latin-1")


def test_a_blank_number_leaves_its_line():
    without = Printed(paper_pdf(replace(CIRCULAR, number="", blocks=[])))
    with_number = Printed(paper_pdf(replace(CIRCULAR, blocks=[])))

    assert without.ink(1, "red") == with_number.ink(1, "red")


def test_the_title_is_centred_two_lines_under_the_red_line(circular):
    line = circular.ink(1, "red")[1]
    title = [word for word in circular.words[0] if "关于2012年度" in word.text or "公述民评结果的通报" in word.text]

    assert len(title) == 2
    assert all((word.left + word.right) / 2 == pytest.approx((LEFT + RIGHT) / 2, abs=0.5) for word in title)
    assert min(band[0] for band in circular.ink(1, "black") if band[0] > line[1] + 1) == pytest.approx(
        line[1] + 2 * LINE + 1.2, abs=1
    )


def test_the_addressee_stands_flush_left_with_a_full_width_colon(circular):
    addressee = circular.words_with("各乡镇人民政府")[0]

    assert addressee.left == pytest.approx(LEFT, abs=0.3)
    assert addressee.text.endswith("：")


def test_the_date_has_no_zeros_and_stands_four_from_the_right(circular):
    day = circular.words_with("2012年12月2日")[0]

    assert day.right == pytest.approx(RIGHT - 4 * CHARACTER, abs=1.5)


def test_a_long_signer_stays_in_the_type_area(printed):
    signer = printed["notice"].words_with("领导小组办公室")[0]

    assert signer.right <= RIGHT + 0.5


def test_annexes_are_indented_by_two_and_numbered(circular):
    assert circular.words_with("附件：1.2012年度")[0].left == pytest.approx(LEFT + 2 * CHARACTER, abs=0.3)
    assert circular.words_with("2.整改事项清单")


def test_the_imprint_ends_at_the_foot_of_the_last_page(circular):
    last = len(circular.words)
    words = circular.words[-1]
    rules = [band for band in circular.ink(last, "black") if band[1] - band[0] < 0.6 and band[0] > 200]

    assert any("抄送：" in word.text for word in words)
    assert any("印发" in word.text for word in words)
    assert max(bottom for _, bottom in rules if bottom < BOTTOM + 2) == pytest.approx(BOTTOM, abs=0.6)
    assert not any("抄送" in word.text for page in circular.words[:-1] for word in page)


def test_page_numbers_stand_right_on_odd_and_left_on_even_pages(circular):
    for number, words in enumerate(circular.words, start=1):
        foot = [word for word in words if word.top > BOTTOM]
        dashes = [word for word in foot if word.text == "—"]
        band = circular.ink(number, "black")[-1] if number <= 2 else None

        assert [word.text for word in foot] == ["—", str(number), "—"]
        if number % 2:
            assert dashes[-1].right == pytest.approx(RIGHT - 14 * 25.4 / 72, abs=0.5)
        else:
            assert dashes[0].left == pytest.approx(LEFT + 14 * 25.4 / 72, abs=0.5)
        if band:
            assert sum(band) / 2 == pytest.approx(BOTTOM + 7, abs=1)


def test_a_letter_has_its_number_at_the_right_and_no_red_head(letter):
    number = letter.words_with("〔2012〕3号")[0]

    assert number.right == pytest.approx(RIGHT, abs=0.5)
    assert letter.ink(1, "red") == []


def test_the_first_page_of_a_letter_has_no_page_number(letter):
    assert "—" not in [word.text for word in letter.words[0]]
    assert [word.text for word in letter.words[1]][-3:] == ["—", "2", "—"]


def test_a_notice_has_neither_head_nor_number(printed):
    notice = printed["notice"]

    assert notice.ink(1, "red") == []
    assert notice.words[0][0].text == "公述民评结果公示"


# --- where pages end --------------------------------------------------------------------------------------------------

ENDS = range(13, 21)  # lines before what is looked at: a page ends in it, before it and behind it


def _filled(lines: int) -> Text:
    return Text("民" * 26 + "评" * 28 * (lines - 1))


def _texts(papers: list[Paper]) -> list[str]:
    return [squeezed("".join(word.text for word in page)) for page in Printed(paper_pdf(papers)).words]


def test_no_page_ends_in_a_small_table():
    table = Grid(header=["栏目"], rows=[["首行"], ["末行"]], caption="表题")
    pages = _texts([Paper(Layout.REPORT, "题", [_filled(lines), table, Text(SENTENCE)]) for lines in ENDS])

    assert len(pages) > len(ENDS)
    assert {tuple(page.count(word) for word in ("表题", "栏目", "首行", "末行")) for page in pages} == {
        (0, 0, 0, 0),
        (1, 1, 1, 1),
    }


def test_a_long_table_does_not_part_from_its_first_or_its_last_row():
    table = Grid(header=["栏目"], rows=[["首行"], ["次行"], *[["行"]] * 20, ["倒数"], ["末行"]], caption="表题")
    pages = _texts([Paper(Layout.REPORT, "题", [_filled(lines), table]) for lines in ENDS])

    assert all(page.count("首行") == page.count("次行") == page.count("表题") for page in pages)
    assert all(page.count("倒数") == page.count("末行") for page in pages)


@pytest.mark.parametrize(
    ("last", "change"),
    [
        ([], {}),
        ([Note("附注一"), Note("附注二")], {"day": None, "printed_on": None, "copies_to": ""}),
        ([], {"annexes": ["清单"]}),
    ],
)
def test_signer_date_and_imprint_never_stand_without_text(last, change):
    paper = replace(CIRCULAR, organ="", annexes=[], signer="署名机关", printer="印发机关")
    blocks = [[_filled(lines), Text("正文" * 50), *last] for lines in range(5, 11)]
    papers = [replace(paper, blocks=own, **change) for own in blocks]
    pages = _texts(papers)

    assert len(pages) > len(papers)
    assert all(page.count("正文") >= 20 for page in pages if "署名机关" in page)
    assert all("署名机关" in page for page in pages if "印发机关" in page)


# --- tables, forms ----------------------------------------------------------------------------------------------------


def test_headers_repeat_on_every_page(printed):
    pages = [page for page in printed["wide"].words if page]

    assert len(pages) >= 2
    assert all(any(word.text == "扣分情形" for word in page) for page in pages)


def test_long_texts_of_a_cell_flow_on_without_an_empty_page():
    grid = Grid(header=["问题", "措施"], rows=[["一", SENTENCE * 60], ["二", "短"]])
    printed = Printed(paper_pdf(Paper(Layout.FORM, "台账", [grid])))

    assert all(len(squeezed("".join(word.text for word in page))) > 40 for page in printed.words)
    assert squeezed(printed.text).count("述") == 60


def test_a_form_without_anything_is_one_page():
    assert len(Printed(paper_pdf([Paper(layout, "空") for layout in Layout])).words) == len(Layout)


@pytest.mark.parametrize(("rows", "pages"), [(22, 1), (29, 1), (50, 2)])
def test_a_form_of_a_page_and_a_few_lines_is_set_closer(rows, pages):
    grid = Grid(header=["问题", "措施"], rows=[["一", "二"]] * rows)

    assert len(Printed(paper_pdf(Paper(Layout.FORM, "台账", [grid]))).words) == pages


@pytest.mark.parametrize(("rows", "pages"), [(16, 1), (18, 1), (24, 2)])
def test_a_lying_form_of_a_page_and_a_few_lines_is_set_closer(rows, pages):
    blocks = [Grid(header=["问题"], rows=[["格"]] * rows), Signatures(["填表人"])]

    assert len(_texts([Paper(Layout.WIDE_FORM, "台账", blocks)])) == pages


def test_what_closes_a_table_does_not_stand_on_a_page_alone():
    closers = [Note("注：共若干项。"), Note("说明：已冻结。"), Signatures(["填表人"])]
    for rows in range(32, 37):
        pages = _texts([Paper(Layout.WIDE_FORM, "台账", [Grid(header=["问题"], rows=[["格"]] * rows), *closers])])
        assert len(pages) in (2, 3)
        assert "格" in pages[-1]


def test_an_opinion_leaves_room_and_a_date():
    text = squeezed(Printed(paper_pdf(Paper(Layout.FORM, "表", [Opinion("意见", lines=3)]))).text)

    assert "签名（盖章）：" in text
    assert "年月日" in text


@pytest.mark.parametrize("columns", [1, 20])
def test_a_table_is_as_wide_as_the_text(columns):
    grid = Grid(header=[f"栏{number}" for number in range(columns)], rows=[["字" * 30] * columns])
    words = Printed(paper_pdf(Paper(Layout.WIDE_FORM, "表", [grid]))).words[0]

    assert max(word.right for word in words) <= 297 - 15
    assert min(word.left for word in words) >= 15


# --- fonts, names -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", list(ALL))
def test_every_font_is_embedded_as_a_subset(printed, name):
    fonts = printed[name].fonts

    assert fonts
    assert all(font[-5:-2] == ["yes", "yes", "yes"] for font in fonts)


@pytest.mark.parametrize("name", list(ALL))
def test_no_character_prints_as_a_box(printed, name):
    assert all(glyph != 0 for page in printed[name].runs for run in page for glyph in run.glyphs)


def test_every_character_of_every_name_prints(circular):
    assert RARE in squeezed(circular.text)


def test_a_rare_character_is_no_bolder_than_its_neighbours(circular):
    """A PDF calls a font by the tag that begins its full name."""
    bold = {name.partition("+")[0] for name, *_ in circular.fonts if "Bold" in name or "Black" in name}
    sizes = {run.points for page in circular.runs for run in page if run.font in bold}

    assert sizes.isdisjoint({16, 14, 12})


@pytest.mark.parametrize("layout", [Layout.CIRCULAR, Layout.FORM])
def test_rare_names_print_in_titles_headings_cells_and_notes(layout):
    blocks = [Heading(RARE), Heading(RARE, 2), Grid(header=[RARE], rows=[[RARE]]), Note(RARE), Opinion(RARE, RARE)]
    printed = Printed(paper_pdf(Paper(layout, RARE, blocks, organ=RARE, signer=RARE, copies_to=RARE, subtitle=RARE)))

    assert all(glyph != 0 for page in printed.runs for run in page for glyph in run.glyphs)
    assert squeezed(printed.text).count("𬭚") >= 7


# --- archive, reading aloud -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", list(ALL))
def test_papers_are_tagged_pdf_a(printed, name):
    root = printed[name].reader.trailer["/Root"]
    xmp = root["/Metadata"].get_data().decode()

    assert 'pdfaid:part="2"' in xmp
    assert 'pdfaid:conformance="A"' in xmp
    assert root["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "zh-Hans"
    assert printed[name].reader.metadata.title == ALL[name].title
    assert printed[name].reader.metadata.author is None


def _elements(node) -> list:
    node = node.get_object()
    if not hasattr(node, "get"):
        return []
    kids = node.get("/K", [])
    kids = kids if isinstance(kids, list) else [kids]
    return [node, *[one for kid in kids if hasattr(kid, "get_object") for one in _elements(kid)]]


def test_structure_has_headings_paragraphs_tables_and_described_pictures(circular):
    elements = _elements(circular.reader.trailer["/Root"]["/StructTreeRoot"]["/K"][0])
    kinds = Counter(str(element.get("/S")) for element in elements)
    described = [str(element.get("/Alt")) for element in elements if element.get("/S") == "/Figure"]

    assert {"/H1", "/H2", "/H3", "/H4", "/P", "/Table", "/TH", "/TD", "/Figure"} <= set(kinds)
    assert kinds["/H1"] == 1
    assert described == ["服务对象：92.10", "基层代表：85.00", "会场照片"]


def test_figures_of_a_chart_stand_in_the_text(circular):
    text = squeezed(circular.text)

    assert "服务对象92.10" in text
    assert "基层代表85.00" in text


def test_the_same_paper_gives_the_same_bytes():
    assert paper_pdf(NOTICE) == paper_pdf(NOTICE)


# --- several papers, hostile text -------------------------------------------------------------------------------------


def test_several_papers_are_one_file_each_counting_its_own_pages(printed):
    several = Printed(paper_pdf([REPORT, NOTICE, WIDE_FORM]))
    numbers = ["".join(word.text for word in words if word.text.isdigit())[-1:] for words in several.words]
    alone = [len(printed[name].words) for name in ("report", "notice", "wide")]

    assert numbers == [str(page) for pages in alone for page in range(1, pages + 1)]
    assert several.sizes.count((297, 210)) == alone[2]


def test_no_papers_are_refused():
    with pytest.raises(ValueError, match="at least one"):
        paper_pdf([])


def test_what_looks_like_markup_prints_as_text_and_fetches_nothing(monkeypatch):
    opened = []
    monkeypatch.setattr(urllib.request.OpenerDirector, "open", lambda self, *a, **k: opened.append(a))
    cells = Grid(header=[HOSTILE], rows=[[HOSTILE]], caption=HOSTILE)
    paper = replace(LETTER, title=HOSTILE, number=HOSTILE, signer=HOSTILE, blocks=[Text(HOSTILE), cells, Note(HOSTILE)])

    text = squeezed(Printed(paper_pdf(paper)).text)

    assert opened == []
    assert text.count(squeezed(HOSTILE)) >= 6
    assert "root:" not in text


def test_a_notice_in_another_language_says_so():
    root = Printed(paper_pdf(replace(NOTICE, lang="en", title="Notice"))).reader.trailer["/Root"]

    assert root["/Lang"] == "en"
