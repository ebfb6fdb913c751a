"""A paper as .docx, for offices that edit in their own program: the PDF's measures, fonts by their standard names."""

from collections.abc import Sequence
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
        section = document.sections[0] if at == 0 else document.add_section(WD_SECTION.NEW_PAGE)
        _set_page(section, paper.layout)
        _Writer(document, paper).write()
    kept = BytesIO()
    document.save(kept)
    return kept.getvalue()


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


def _table(table: Table, page: Measures, *, borders: int = BORDER, frame: int = FRAME, padding: float = 1) -> Any:
    made = _element("w:tbl")
    properties = _child(made, "w:tblPr")
    _child(properties, "w:tblW", w=_dxa(sum(table.widths)), type="dxa")
    _child(properties, "w:jc", val="center")
    if borders:
        edges = _child(properties, "w:tblBorders")
        for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
            size = str(borders if side.startswith("inside") else frame)
            _child(edges, f"w:{side}", val="single", sz=size, space="0", color="000000")
    _child(properties, "w:tblLayout", type="fixed")
    margins = _child(properties, "w:tblCellMar")
    for side, width in (("top", padding), ("left", 1.5), ("bottom", padding), ("right", 1.5)):
        _child(margins, f"w:{side}", w=_dxa(width), type="dxa")
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
    return made


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
        is_close = is_set_closer(paper)
        self.closeness = 0.9 if is_close else 1.0
        self.padding = 0.6 if is_close else 1.0

    def write(self) -> None:
        self.write_head()
        self.write_title()
        previous: Block | None = None
        for block in self.printed_blocks():
            if isinstance(previous, JOINED) and not self.joins(previous, block):
                self.space(6)
            self.write_block(block)
            previous = block
        self.write_foot()

    def printed_blocks(self) -> Sequence[Block]:
        """The blocks without page breaks that nothing follows: each would be an empty page."""
        paper, blocks = self.paper, list(self.paper.blocks)
        has_foot = paper.annexes or paper.signer or paper.day or paper.copies_to or has_imprint(paper)
        while blocks and isinstance(blocks[-1], PageBreak) and not has_foot:
            blocks.pop()
        return blocks

    @staticmethod
    def joins(previous: Block | None, block: Block) -> bool:
        is_plain_grid = isinstance(block, Grid) and not block.caption
        return isinstance(previous, (*JOINED, Grid)) and (isinstance(block, JOINED) or is_plain_grid)

    def add(self, made: Any) -> None:
        self.body.insert(len(self.body) - 1, made)  # before the properties of the last section

    def say(self, text: str, type_: Type | None = None, shape: Shape | None = None, style: str = "") -> None:
        self.add(_paragraph(text, type_ or self.body_type, self.set_close(shape or Shape(line=self.line)), style))

    def set_close(self, shape: Shape) -> Shape:
        by = self.closeness
        return shape._replace(line=shape.line * by, before=shape.before * by, after=shape.after * by)

    def table(self, table: Table, **options: int) -> Any:
        return _table(replace(table, pitch=table.pitch * self.closeness), self.page, padding=self.padding, **options)

    def space(self, points: float) -> None:
        self.say("", Type(FANGSONG, 2), Shape(line=points))

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
            self.say(paper.subtitle, type_, Shape(align="center", line=PITCH if self.is_official else 18))
        if self.is_official:
            self.space(PITCH)
        else:
            self.space(8)
        if paper.addressee:
            self.say(f"{paper.addressee}：")

    def write_block(self, block: Block) -> None:
        match block:
            case Heading(text=text, level=level):
                self.write_heading(text, min(max(level, 1), 4))
            case Text(text=text, indent=indent):
                first = self.indent if indent else 0
                for line in paragraphs(text):
                    self.say(line, None, Shape(line=self.line, first=first))
            case Note(text=text):
                points, pitch = (12, 18.0) if self.is_official else (10.5, 15.0)
                self.say(text, Type(FANGSONG, points), Shape(line=pitch, before=5, after=5))
            case PageBreak():
                self.say("", None, Shape(line=1))
                run = _child(self.body[-2], "w:r")
                _child(run, "w:br", type="page")
            case Picture():
                self.write_picture(block)
            case _:
                self.write_table(block)

    @property
    def indent(self) -> float:
        return 31.56 if self.is_official else 24

    def write_heading(self, text: str, level: int) -> None:
        face = {1: HEITI, 2: KAITI}.get(level, FANGSONG)
        if self.is_official:
            shape = Shape(first=self.indent, keeps=True)
        else:
            shape = Shape(line=self.line, before=5, keeps=True)
        self.say(text, Type(face, self.body_type.points), shape, f"Heading{level}")

    def write_table(self, block: Block) -> None:
        width = self.page.text_width
        match block:
            case Fields(rows=rows):
                self.add(self.table(fields_table(rows, width, self.label)))
            case Opinion():
                self.write_opinion(block, width)
            case Grid():
                self.write_grid(block, width)
            case Bars():
                figures = [[label, figure] for label, _, figure in block.rows]
                self.write_grid(
                    Grid(header=("项目", "数值"), rows=figures, caption=block.caption, widths=(3, 1)), width
                )
            case Signatures(labels=labels):
                cells = [Cell(label if label.endswith(("：", ":")) else f"{label}：") for label in labels]
                table = Table([width / max(len(cells), 1)] * len(cells), [cells])
                self.space(8)
                self.add(self.table(table, borders=0))
                self.space(6)

    def write_opinion(self, block: Opinion, width: float) -> None:
        cells = [Cell(block.label, is_label=True), Cell(block.text)]
        table = self.table(Table([self.label, width - self.label], [cells]))
        cell = table.findall(f".//{qn('w:tc')}")[-1]
        cell.remove(cell.find(qn("w:p")))
        type_, shape = Type(FANGSONG, 12), self.set_close(Shape(line=18))
        for line in paragraphs(block.text):
            cell.append(_paragraph(line, type_, shape._replace(first=24)))
        for _ in range(block.lines):
            cell.append(_paragraph("", type_, shape))
        signed = f"{block.sign}{'　' * 9}年　　月　　日"
        cell.append(_paragraph(signed, type_, shape._replace(align="right")))
        self.add(table)

    def write_grid(self, block: Grid, width: float) -> None:
        table = grid_table(block, width)
        points, line = table.points, table.pitch
        if block.caption:
            self.say(block.caption, Type(HEITI, points), Shape(align="center", line=line + 5, before=8, keeps=True))
        self.add(self.table(table))
        if block.caption:
            self.space(8)

    def write_picture(self, block: Picture) -> None:
        self.document.add_picture(BytesIO(block.jpeg), width=_length(block.width), height=_length(block.height))
        paragraph = self.body[-2]
        for inline in paragraph.iter(qn("wp:docPr")):
            inline.set("descr", printable(block.alt))
        properties = paragraph.get_or_add_pPr()
        properties.extend([_element("w:spacing", line="240", lineRule="auto", before="160", after="160")])
        properties.append(_element("w:jc", val="center"))

    def write_foot(self) -> None:
        paper = self.paper
        self.write_annexes(paper.annexes)
        if paper.signer or paper.day:
            self.write_signed()
        if paper.copies_to or has_imprint(paper):
            self.write_imprint()

    def write_annexes(self, annexes: Sequence[str]) -> None:
        several = len(annexes) > 1
        for at, annex in enumerate(annexes, start=1):
            number = f"{at}." if several else ""
            text = f"附件：{number}{annex}" if at == 1 else f"{number}{annex}"
            hanging = 4 if several and at == 1 else 3 if at == 1 else 1
            left = self.indent + (64 if several else 48)
            self.say(text, None, Shape(before=PITCH if at == 1 else 0, left=left, first=-hanging * 16))

    def write_signed(self) -> None:
        paper, before = self.paper, 2 * LINE
        day = day_text(paper.day) if paper.day else ""
        indent = date_indent(paper.signer, paper.day)
        if paper.signer:
            right = max(indent - (em_width(paper.signer) - em_width(day)) / 2, 0) if day else 2.0
            self.say(paper.signer, None, Shape(align="right", before=before, right=right * 15.78, keeps=bool(day)))
            before = 0
        if day:
            self.say(day, None, Shape(align="right", before=before, right=indent * 15.78))

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
        table = _table(Table(widths, rows, points=14, pitch=22), self.page, borders=0)
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


def _length(millimetres: float) -> Length:
    return Mm(millimetres)
