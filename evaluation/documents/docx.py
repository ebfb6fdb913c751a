"""A paper as .docx, for offices that edit in their own program: the PDF's measures, fonts by their standard names."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from typing import Any, NamedTuple

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Length, Mm
from docx.text.run import Run
from PIL import Image

from evaluation.documents.layout import (
    LINE,
    OFFICIAL,
    PAGE,
    Cell,
    Measures,
    Table,
    as_papers,
    date_indent,
    day_text,
    em_width,
    fields_table,
    grid_table,
    has_imprint,
    label_width,
    organ_points,
    paragraphs,
    printable,
    title_lines,
)
from evaluation.documents.paper import (
    Bars,
    Block,
    Fields,
    Grid,
    Heading,
    Layout,
    Note,
    Opinion,
    PageBreak,
    Paper,
    Picture,
    Signatures,
    Text,
)
from evaluation.documents.pdf import is_set_closer

FANGSONG, KAITI, HEITI, SONGTI, BIAOSONG = "仿宋_GB2312", "楷体_GB2312", "黑体", "宋体", "方正小标宋简体"
RED = "E60012"
PITCH = 28.95  # points, a multiple of the program's twentieths: 22 lines still stand in 225 mm
TIGHT = -0.25  # points between characters, so that 28 of 16 points stand in 156 mm
RULE, THICK_RULE, BORDER, FRAME = 6, 8, 6, 12  # eighths of a point: 0.25, 0.35, 0.25, 0.5 mm
JOINED = (Fields, Opinion)
SHORT = 8  # lines: a last paragraph of no more stays with the signer
BAR, REST, DOTS = (0x8F, 0x1D, 0x1D), (0xE6, 0xE6, 0xE6), 500


class Room(NamedTuple):
    """How much room the parts of a form take, as in ``paper_style.css``: lines in points, what is around in mm."""

    line: float = 20
    note_line: float = 15
    writing_line: float = 18
    bar_line: float = 18
    bar_padding: float = 0.6
    sheet: float = 3
    note: float = 2
    signatures: float = 4
    rows: Mapping[float, tuple[float, float]] = {12: (18, 1), 10.5: (15, 1), 9: (12.5, 0.8)}  # line, padding by size


OPEN = Room()
CLOSE = Room(17, 14, 15, 15, 0.2, 2, 1, 2, {12: (16.5, 0.7), 10.5: (14, 0.7), 9: (11.5, 0.6)})


def paper_docx(papers: Paper | Sequence[Paper]) -> bytes:
    """Return the papers as one .docx, each a section that begins a new page and counts its pages from one.

    No papers: ``ValueError``. The properties name no person.
    """
    several = as_papers(papers)
    if not several:
        raise ValueError("A document needs at least one paper.")
    document = docx.Document()
    _set_properties(document, several[0])
    _set_defaults(document)
    for at, paper in enumerate(several):
        section = document.sections[0] if at == 0 else _next_section(document)
        _set_page(section, paper.layout)
        _Writer(document, paper).write()
    kept = BytesIO()
    document.save(kept)
    return kept.getvalue()


def _next_section(document: Document) -> Section:
    """End the section; its properties stand in the last paragraph, so that they take no line of their own."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    own = document.element.body[-2]
    last = own.getprevious()
    last.get_or_add_pPr().append(own.pPr.sectPr)
    document.element.body.remove(own)
    return section


# --- properties, defaults, pages --------------------------------------------------------------------------------------


def _set_properties(document: Document, paper: Paper) -> None:
    properties = document.core_properties
    properties.title, properties.language = " ".join(paragraphs(printable(paper.title)))[:255], "zh-CN"
    for name in ("author", "last_modified_by", "comments", "keywords", "subject", "category"):
        setattr(properties, name, "")


def _set_defaults(document: Document) -> None:
    styles = document.styles.element
    defaults = styles.find(qn("w:docDefaults"))
    defaults.clear()
    runs = _child(_child(defaults, "w:rPrDefault"), "w:rPr")
    runs.extend(_run_properties(Type(FANGSONG, 16)))
    _child(runs, "w:lang", val="zh-CN", eastAsia="zh-CN", bidi="ar-SA")
    lines = _child(_child(defaults, "w:pPrDefault"), "w:pPr")
    lines.extend(_paragraph_properties(Shape()))
    for at, face in enumerate((HEITI, KAITI, FANGSONG, FANGSONG), start=1):
        _set_style(document, f"Heading {at}", Type(face, 16), Shape(keeps=True))
    _set_style(document, "Title", Type(BIAOSONG, 22), Shape(align="center", keeps=True))
    document.settings.odd_and_even_pages_header_footer = True
    settings = document.settings.element
    settings.find(qn("w:characterSpacingControl")).set(qn("w:val"), "doNotCompress")
    settings.find(qn("w:themeFontLang")).set(qn("w:eastAsia"), "zh-CN")


def _set_style(document: Document, name: str, type_: "Type", shape: "Shape") -> None:
    """Give a style our face and shape; of its own it keeps only its place in the outline."""
    style = document.styles[name].element
    properties, letters = _element("w:pPr"), _element("w:rPr")
    properties.extend(_paragraph_properties(shape))
    properties.extend(style.findall(f"{qn('w:pPr')}/{qn('w:outlineLvl')}"))
    letters.extend(_run_properties(type_))
    for old in (*style.findall(qn("w:pPr")), *style.findall(qn("w:rPr"))):
        style.remove(old)
    style.extend([properties, letters])


def _set_page(section: Section, layout: Layout) -> None:
    page, official = PAGE[layout], layout in OFFICIAL
    section.orientation = WD_ORIENT.LANDSCAPE if page.width > page.height else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(page.width), Mm(page.height)
    section.top_margin, section.right_margin = Mm(page.top), Mm(page.right)
    section.bottom_margin, section.left_margin = Mm(page.bottom), Mm(page.left)
    section.header_distance = Mm(10)
    section.footer_distance = Mm(25.2 if official else 9)
    section.different_first_page_header_footer = layout is Layout.LETTER
    _set_grid(section, official)
    numbers = section._sectPr.find(qn("w:pgNumType"))
    if numbers is None:
        section._sectPr.find(qn("w:cols")).addprevious(_element("w:pgNumType", start="1"))
    for footer, align in (
        (section.footer, "right"),
        (section.even_page_footer, "left"),
        (section.first_page_footer, ""),
    ):
        footer.is_linked_to_previous = False
        _write_page_number(footer._element, align if official else "center" if align else "")


def _set_grid(section: Section, official: bool) -> None:
    properties = section._sectPr
    for old in properties.findall(qn("w:docGrid")):
        properties.remove(old)
    if official:
        # Lines only: LibreOffice gives a character that is wider than its place two of them. 28 a line come by spacing.
        properties.append(_element("w:docGrid", type="lines", linePitch=_twentieths(PITCH)))


def _write_page_number(footer: Any, align: str) -> None:
    """``— 1 —``: right on odd pages and left on even ones, one character from the edge; in the middle of a form."""
    for old in list(footer):
        footer.remove(old)
    type_ = Type(SONGTI, 14 if align != "center" else 10.5)
    shape = Shape(
        align=align or "left", line=16, left=14 if align == "left" else 0, right=14 if align == "right" else 0
    )
    paragraph = _paragraph("", type_, shape)
    footer.append(paragraph)
    if not align:
        return
    paragraph.append(_run("— ", type_))
    field = _element("w:fldSimple", instr="PAGE")
    field.append(_run("1", type_))
    paragraph.append(field)
    paragraph.append(_run(" —", type_))


# --- paragraphs and tables as XML -------------------------------------------------------------------------------------


class Type(NamedTuple):
    """A face by its name, its size in points, its colour."""

    face: str
    points: float
    colour: str = ""


class Shape(NamedTuple):
    """How a paragraph stands; measures in points. ``rules``: (side, eighths of a point, space, colour) of borders."""

    align: str = "left"
    line: float = PITCH
    before: float = 0
    after: float = 0
    first: float = 0
    left: float = 0
    right: float = 0
    keeps: bool = False
    rules: tuple[tuple[str, int, int, str], ...] = ()


def _element(tag: str, **attributes: str) -> Any:
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    return made


def _child(parent: Any, tag: str, **attributes: str) -> Any:
    made = _element(tag, **attributes)
    parent.append(made)
    return made


def _twentieths(points: float) -> str:
    return str(round(points * 20))


def _run_properties(type_: Type) -> list[Any]:
    face, size = type_.face, str(round(type_.points * 2))
    made = [_element("w:rFonts", ascii=face, hAnsi=face, eastAsia=face, cs=face, hint="eastAsia")]
    if type_.colour:
        made.append(_element("w:color", val=type_.colour))
    if type_.points == 16:
        made.append(_element("w:spacing", val=_twentieths(TIGHT)))
    return [*made, _element("w:sz", val=size), _element("w:szCs", val=size)]


def _paragraph_properties(shape: Shape) -> list[Any]:
    """In the order that the format asks for."""
    made = []
    if shape.keeps:
        made.append(_element("w:keepNext"))
    made.append(_element("w:widowControl"))
    if shape.rules:
        borders = _element("w:pBdr")
        for side, eighths, space, colour in shape.rules:
            _child(borders, f"w:{side}", val="single", sz=str(eighths), space=str(space), color=colour)
        made.append(borders)
    made += [_element(f"w:{name}", val="0") for name in ("overflowPunct", "autoSpaceDE", "autoSpaceDN", "snapToGrid")]
    spacing = {"before": shape.before, "after": shape.after, "line": shape.line}
    made.append(_element("w:spacing", **{k: _twentieths(v) for k, v in spacing.items()}, lineRule="exact"))
    indents = {"left": shape.left, "right": shape.right}
    indents |= {"firstLine": shape.first} if shape.first >= 0 else {"hanging": -shape.first}
    made.append(_element("w:ind", **{k: _twentieths(v) for k, v in indents.items()}))
    made.append(_element("w:jc", val=shape.align))
    return made


def _run(text: str, type_: Type) -> Any:
    run = _element("w:r")
    _child(run, "w:rPr").extend(_run_properties(type_))
    for at, line in enumerate(printable(text).split("\n")):
        if at:
            _child(run, "w:br")
        written = _child(run, "w:t")
        written.text = line
        written.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return run


def _paragraph(text: str, type_: Type, shape: Shape, style: str = "") -> Any:
    made = _element("w:p")
    properties = _child(made, "w:pPr")
    if style:
        _child(properties, "w:pStyle", val=style)
    properties.extend(_paragraph_properties(shape))
    if text:
        made.append(_run(text, type_))
    return made


def _table(
    table: Table, page: Measures, *, borders: int = BORDER, padding: float = 1, side: float = 1.5, is_kept: bool = False
) -> Any:
    """``is_kept``: its last row stays with what follows."""
    made = _element("w:tbl")
    properties = _child(made, "w:tblPr")
    _child(properties, "w:tblW", w=_dxa(sum(table.widths)), type="dxa")
    _child(properties, "w:jc", val="center")
    if borders:
        edges = _child(properties, "w:tblBorders")
        for edge in ("top", "left", "bottom", "right", "insideH", "insideV"):
            size = str(borders if edge.startswith("inside") else FRAME)
            _child(edges, f"w:{edge}", val="single", sz=size, space="0", color="000000")
    _child(properties, "w:tblLayout", type="fixed")
    _set_margins(_child(properties, "w:tblCellMar"), padding, side)
    columns = _child(made, "w:tblGrid")
    for width in table.widths:
        _child(columns, "w:gridCol", w=_dxa(width))
    held: dict[int, Cell] = {}
    for at, row in enumerate(table.rows):
        written = _child(made, "w:tr")
        properties = _child(written, "w:trPr")
        if not table.may_break(row, page):
            _child(properties, "w:cantSplit")
        if at < table.heads:
            _child(properties, "w:tblHeader")
        held = _write_cells(written, table, row, held)
        if _keeps(table, at, page, is_kept):
            _keep(written)
    return made


def _keeps(table: Table, at: int, page: Measures, is_kept: bool) -> bool:
    """Whether a row stays with the next: headers, all rows of a small table, the first and the last but one."""
    last = len(table.rows) - 1
    if at == last:
        return is_kept
    if table.may_break(table.rows[at + 1], page):
        return False
    return at <= table.heads or at == last - 1 or table.stays_whole(page)


def _keep(written: Any) -> None:
    for properties in written.iter(qn("w:pPr")):
        if properties.find(qn("w:keepNext")) is None:
            properties.find(qn("w:widowControl")).addprevious(_element("w:keepNext"))


def _set_margins(margins: Any, padding: float, side: float) -> None:
    for name, width in (("top", padding), ("left", side), ("bottom", padding), ("right", side)):
        _child(margins, f"w:{name}", w=_dxa(width), type="dxa")


def _write_cells(written: Any, table: Table, row: Sequence[Cell], held: dict[int, Cell]) -> dict[int, Cell]:
    """Write a row's cells; ``held`` are columns that a cell above still fills. Return those that this row holds."""
    cells, holding, column = iter(row), {}, 0
    while column < len(table.widths):
        if column in held:
            written.append(_cell(held[column], table, column, merge="continue"))
            column += 1
            continue
        cell = next(cells, None) or Cell("")
        if cell.rows > 1:
            holding[column] = cell
        written.append(_cell(cell, table, column, merge="restart" if cell.rows > 1 else ""))
        column += cell.span
    return holding


def _cell(cell: Cell, table: Table, column: int, *, merge: str = "") -> Any:
    width = sum(table.widths[column : column + cell.span])
    made = _element("w:tc")
    properties = _child(made, "w:tcPr")
    _child(properties, "w:tcW", w=_dxa(width), type="dxa")
    if cell.span > 1:
        _child(properties, "w:gridSpan", val=str(cell.span))
    if merge:
        _child(properties, "w:vMerge", val=merge)
    _child(properties, "w:vAlign", val="center")
    align = cell.align or ("center" if cell.is_label else "left")
    type_ = Type(HEITI if cell.is_label else FANGSONG, table.points)
    made.append(_paragraph("" if merge == "continue" else cell.text, type_, Shape(align=align, line=table.pitch)))
    return made


def _dxa(millimetres: float) -> str:
    return _twentieths(millimetres / 25.4 * 72)


# --- one paper --------------------------------------------------------------------------------------------------------


class _Writer:
    """Writes the parts of one paper at the end of the document."""

    def __init__(self, document: Document, paper: Paper) -> None:
        self.document, self.paper = document, paper
        self.body = document.element.body
        self.page: Measures = PAGE[paper.layout]
        self.is_official = paper.layout in OFFICIAL
        self.label = label_width(paper)
        self.body_type = Type(FANGSONG, 16 if self.is_official else 12)
        self.line = PITCH if self.is_official else 20
        self.room = CLOSE if is_set_closer(paper) else OPEN
        self.line = PITCH if self.is_official else self.room.line
        self.gap = 0.0  # points under what was written last, as much of it as what follows does not want itself

    def write(self) -> None:
        self.write_head()
        self.write_title()
        blocks = self.printed_blocks()
        for at, block in enumerate(blocks):
            self.write_block(block, blocks[at - 1] if at else None, self.is_kept(block, blocks[at + 1 :]))
        self.write_foot()
        if self.body[-2].tag == qn("w:tbl"):
            self.space(1)

    def printed_blocks(self) -> Sequence[Block]:
        """The blocks without page breaks that nothing follows: each would be an empty page."""
        blocks = list(self.paper.blocks)
        while blocks and isinstance(blocks[-1], PageBreak) and not self.has_foot:
            blocks.pop()
        return blocks

    @property
    def has_foot(self) -> bool:
        return self.is_signed or self.has_imprint

    @property
    def has_imprint(self) -> bool:
        return bool(self.paper.copies_to) or has_imprint(self.paper)

    @property
    def is_signed(self) -> bool:
        return bool(self.paper.annexes or self.paper.signer or self.paper.day)

    def is_kept(self, block: Block, following: Sequence[Block]) -> bool:
        """Whether a block, or its last lines, stay with what follows: what closes a table, and notes; the signer."""
        if not following:
            return self.is_signed
        kept = (Note, Signatures) if not isinstance(block, Text) or self.is_official else Signatures
        return isinstance(following[0], kept)

    @staticmethod
    def joins(previous: Block | None, block: Block) -> bool:
        is_plain_grid = isinstance(block, Grid) and not block.caption
        return isinstance(previous, (*JOINED, Grid)) and (isinstance(block, JOINED) or is_plain_grid)

    def add(self, made: Any) -> None:
        self.body.insert(len(self.body) - 1, made)  # before the properties of the last section

    def say(self, text: str, type_: Type | None = None, shape: Shape | None = None, style: str = "") -> None:
        """Write a paragraph. What is around paragraphs and tables is as wide as the wider of the two wants it."""
        shape = shape or Shape(line=self.line)
        before, self.gap = max(self.gap, shape.before), shape.after
        self.add(_paragraph(text, type_ or self.body_type, shape._replace(before=before, after=0), style))

    def table(self, table: Table, *, is_kept: bool = False) -> Any:
        pitch, padding = self.room.rows[table.points]
        side = 0.8 if table.points < 10 else 1.5
        return _table(replace(table, pitch=pitch), self.page, padding=padding, side=side, is_kept=is_kept)

    def space(self, points: float) -> None:
        """An empty line that stays with what follows."""
        self.gap = 0
        self.add(_paragraph("", Type(FANGSONG, 1), Shape(line=max(points, 1), keeps=True)))

    def leave(self, millimetres: float) -> None:
        """Leave room above a table, which has none of its own."""
        self.space(max(self.gap, _points(millimetres)))

    def write_head(self) -> None:
        paper = self.paper
        if paper.layout is Layout.CIRCULAR:
            points = organ_points(paper.organ)
            if paper.organ:
                above = Shape(align="center", line=points, before=35 / 25.4 * 72)
                self.say(paper.organ, Type(BIAOSONG, round(points * 2) / 2, RED), above)
            red = (("bottom", 16, 5, RED),)
            self.say(paper.number, None, Shape(align="center", before=2 * LINE, rules=red))
        elif paper.layout is Layout.LETTER or paper.number:
            self.say(paper.number, None, Shape(align="right"))

    def write_title(self) -> None:
        paper = self.paper
        before = 2 * LINE if paper.layout in {Layout.CIRCULAR, Layout.LETTER} else 0
        shape = Shape(align="center", line=PITCH if self.is_official else 30, before=before, keeps=True)
        self.say("\n".join(title_lines(paper.title)), Type(BIAOSONG, 22), shape, "Title")
        if paper.subtitle:
            type_ = Type(KAITI, 16) if self.is_official else Type(FANGSONG, 12)
            shape = Shape(align="center", line=PITCH, keeps=True)
            if not self.is_official:
                shape = shape._replace(line=18, before=_points(1))
            self.say(paper.subtitle, type_, shape)
        if self.is_official:
            self.gap = PITCH
        if paper.addressee:
            self.say(f"{paper.addressee}：")

    def write_block(self, block: Block, previous: Block | None, is_kept: bool) -> None:
        match block:
            case Heading(text=text, level=level):
                self.write_heading(text, min(max(level, 1), 4))
            case Text():
                self.write_text(block, is_kept)
            case Note(text=text):
                points, line = (12, 18.0) if self.is_official else (10.5, self.room.note_line)
                around = _points(self.room.note)
                self.say(text, Type(FANGSONG, points), Shape(line=line, before=around, after=around, keeps=is_kept))
            case PageBreak():
                self.say("", None, Shape(line=1))
                run = _child(self.body[-2], "w:r")
                _child(run, "w:br", type="page")
            case Picture():
                self.write_picture(block)
            case Signatures(labels=labels):
                self.write_signatures(labels)
            case Bars():
                self.write_bars(block)
            case Fields() | Opinion() | Grid():
                self.write_sheet(block, joins=self.joins(previous, block), is_kept=is_kept)

    @property
    def indent(self) -> float:
        return 31.56 if self.is_official else 24

    def write_heading(self, text: str, level: int) -> None:
        face = {1: HEITI, 2: KAITI}.get(level, FANGSONG)
        if self.is_official:
            shape = Shape(first=self.indent, keeps=True)
        else:
            shape = Shape(line=self.line, before=_points(2) if level < 3 else 0, keeps=True)
        self.say(text, Type(face, self.body_type.points), shape, f"Heading{level}")

    def write_text(self, block: Text, is_kept: bool) -> None:
        first = self.indent if block.indent else 0
        lines = paragraphs(block.text)
        for at, line in enumerate(lines, start=1):
            keeps = is_kept and at == len(lines) and em_width(line) <= SHORT * 28
            self.say(line, None, Shape(line=self.line, first=first, keeps=keeps))

    def write_sheet(self, block: Fields | Opinion | Grid, *, joins: bool, is_kept: bool) -> None:
        """A table with a frame; one that joins stands right under the one above it."""
        width, caption = self.page.text_width, block.caption if isinstance(block, Grid) else ""
        made = self.sheet(block, width, is_kept)
        if caption:
            points = grid_table(block, width).points if isinstance(block, Grid) else 12
            line = self.room.rows[points][0] + _points(2)
            self.say(caption, Type(HEITI, points), Shape("center", line, _points(self.room.sheet), keeps=True))
        elif not joins:
            self.leave(self.room.sheet)
        elif made.find(f".//{qn('w:tblHeader')}") is not None:
            self.space(1)  # two tables without a line between them are one, whose second header does not repeat
        self.add(made)
        self.gap = _points(self.room.sheet)

    def sheet(self, block: Fields | Opinion | Grid, width: float, is_kept: bool) -> Any:
        match block:
            case Fields(rows=rows):
                made = self.table(fields_table(rows, width, self.label), is_kept=is_kept)
                for row in made.iter(qn("w:trPr")):
                    least = 7 + 2 * self.room.rows[12][1] + 0.25
                    row.append(_element("w:trHeight", val=_dxa(least), hRule="atLeast"))
                return made
            case Grid():
                return self.table(grid_table(block, width), is_kept=is_kept)
        return self.opinion(block, width, is_kept)

    def opinion(self, block: Opinion, width: float, is_kept: bool) -> Any:
        cells = [Cell(block.label, is_label=True), Cell(block.text)]
        made = self.table(Table([self.label, width - self.label], [cells]))
        cell = made.findall(f".//{qn('w:tc')}")[-1]
        cell.remove(cell.find(qn("w:p")))
        margins = _element("w:tcMar")
        _set_margins(margins, 2, 3)
        cell.find(qn("w:tcPr")).find(qn("w:vAlign")).addprevious(margins)
        type_, shape = Type(FANGSONG, 12), Shape(line=self.room.rows[12][0])
        for line in paragraphs(block.text):
            cell.append(_paragraph(line, type_, shape._replace(first=24)))
        for _ in range(block.lines):
            cell.append(_paragraph("", type_, shape._replace(line=self.room.writing_line)))
        signed = f"{block.sign}{'　' * 9}年　　月　　日"
        cell.append(_paragraph(signed, type_, shape._replace(align="right")))
        if is_kept:
            _keep(made)
        return made

    def write_signatures(self, labels: Sequence[str]) -> None:
        cells = [Cell(label if label.endswith(("：", ":")) else f"{label}：") for label in labels]
        wanted = [em_width(cell.text) + 2 for cell in cells]
        widths = [self.page.text_width * own / sum(wanted) for own in wanted]
        self.leave(self.room.signatures)
        line = self.room.rows[12][0]
        self.add(_table(Table(widths, [cells], pitch=line), self.page, borders=0, padding=2))
        self.gap = _points(self.room.signatures)

    def write_bars(self, block: Bars) -> None:
        width = self.page.text_width
        line, padding = self.room.bar_line, self.room.bar_padding
        widths = [width * part for part in (0.30, 0.52, 0.18)]
        rows = [[Cell(label, align="right"), Cell(""), Cell(figure)] for label, _, figure in block.rows]
        around = _points(self.room.sheet)
        self.say(block.caption, Type(HEITI, self.body_type.points), Shape("center", self.line, around, keeps=True))
        made = _table(Table(widths, rows, pitch=line), self.page, borders=0, padding=padding)
        for row, (label, value, figure) in zip(made.tr_lst, block.rows, strict=True):
            share = min(max(float(value / (block.most or 1)), 0), 1)
            self.draw_bar(row.tc_lst[1].p_lst[0], share, widths[1] - 3, f"{label}：{figure}")
            if row is not made.tr_lst[-1]:
                _keep(row)
        self.add(made)
        self.gap = around

    def draw_bar(self, paragraph: Any, share: float, width: float, alt: str) -> None:
        bar = Image.new("RGB", (DOTS, 1), REST)
        bar.paste(BAR, (0, 0, round(share * DOTS), 1))
        kept = BytesIO()
        bar.save(kept, "PNG")
        run = Run(_child(paragraph, "w:r"), self.document._body)
        run.add_picture(kept, width=_length(width), height=_length(4))
        _describe(paragraph, alt)

    def write_picture(self, block: Picture) -> None:
        around = _points(3)
        self.document.add_picture(BytesIO(block.jpeg), width=_length(block.width), height=_length(block.height))
        paragraph = self.body[-2]
        _describe(paragraph, block.alt)
        before, self.gap = _twentieths(max(self.gap, around)), around
        properties = paragraph.get_or_add_pPr()
        properties.extend([_element("w:spacing", line="240", lineRule="auto", before=before, after="0")])
        properties.append(_element("w:jc", val="center"))

    def write_foot(self) -> None:
        paper = self.paper
        self.write_annexes(paper.annexes)
        if paper.signer or paper.day:
            self.write_signed()
        if self.has_imprint:
            self.write_imprint()

    def write_annexes(self, annexes: Sequence[str]) -> None:
        several = len(annexes) > 1
        for at, annex in enumerate(annexes, start=1):
            number = f"{at}." if several else ""
            text = f"附件：{number}{annex}" if at == 1 else f"{number}{annex}"
            hanging = 4 if several and at == 1 else 3 if at == 1 else 1
            left = self.indent + (64 if several else 48)
            before = PITCH if at == 1 else 0
            self.say(text, None, Shape(before=before, left=left, first=-hanging * 16, keeps=True))

    def write_signed(self) -> None:
        paper, before = self.paper, 2 * PITCH
        day = day_text(paper.day) if paper.day else ""
        indent = date_indent(paper.signer, paper.day)
        if paper.signer:
            right = max(indent - (em_width(paper.signer) - em_width(day)) / 2, 0) if day else 2.0
            self.say(
                paper.signer,
                None,
                Shape(align="right", before=before, right=right * 15.78, keeps=bool(day) or self.has_imprint),
            )
            before = 0
        if day:
            self.say(day, None, Shape(align="right", before=before, right=indent * 15.78, keeps=self.has_imprint))

    def write_imprint(self) -> None:
        """版记: a table at the foot of the type area of the page that its place falls on, which is the last one."""
        paper = self.paper
        width = self.page.text_width - 0.4  # as wide as the text, LibreOffice would not let it float
        rows, widths = [], [width - 60, 60]
        if paper.copies_to:
            rows.append([Cell(f"抄送：{paper.copies_to}。", 2)])
        if has_imprint(paper):
            printed = f"{day_text(paper.printed_on)}印发" if paper.printed_on else ""
            rows.append([Cell(paper.printer), Cell(printed, align="right")])
        # Indents, not margins of cells: by those a program would move the whole table to the left.
        table = _table(Table(widths, rows, points=14, pitch=22), self.page, borders=0, side=0)
        for at, indent in enumerate(table.iter(qn("w:ind"))):
            hanging = 42 if at == 0 and paper.copies_to else 0
            indent.attrib.clear()
            for name, points in (("left", 14 + hanging), ("right", 14), ("hanging", hanging)):
                indent.set(qn(f"w:{name}"), _twentieths(points))
        properties = table.find(qn("w:tblPr"))
        place = {"horzAnchor": "page", "vertAnchor": "margin", "tblpX": _dxa(self.page.left), "tblpYSpec": "bottom"}
        properties.insert(0, _element("w:tblpPr", leftFromText="0", rightFromText="0", **place))
        if paper.layout is Layout.CIRCULAR:
            edges = _element("w:tblBorders")
            for side, size in (("top", THICK_RULE), ("bottom", THICK_RULE), ("insideH", RULE)):
                _child(edges, f"w:{side}", val="single", sz=str(size), space="0", color="000000")
            properties.find(qn("w:tblLayout")).addprevious(edges)
        self.add(table)
        self.space(1)


def _describe(paragraph: Any, alt: str) -> None:
    """Say what a picture shows, and that it stands without room around it, of which LibreOffice would give it 3 mm."""
    for inline in paragraph.iter(qn("wp:inline")):
        inline.find(qn("wp:docPr")).set("descr", printable(alt))
        for side in "TBLR":
            inline.set(f"dist{side}", "0")


def _points(millimetres: float) -> float:
    return millimetres / 25.4 * 72


def _length(millimetres: float) -> Length:
    return Mm(millimetres)
