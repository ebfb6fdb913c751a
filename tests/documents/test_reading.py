"""A .docx from outside: its words and nothing else; hostile ones refused in seconds within 200 MB."""

import io
import resource
import struct
import time
import zipfile
from collections.abc import Callable, Mapping

import docx
import pytest

from evaluation.documents import reading
from evaluation.documents.reading import Paragraph, ReadingError, read_docx

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def package(body: str, extra: Mapping[str, bytes | str] | None = None, relations: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "word/document.xml", f'<w:document xmlns:w="{W}" xmlns:mc="{MC}"><w:body>{body}</w:body></w:document>'
        )
        archive.writestr("word/_rels/document.xml.rels", f"<Relationships>{relations}</Relationships>")
        for name, content in (extra or {}).items():
            archive.writestr(name, content)
    return out.getvalue()


def p(text: str, more: str = "") -> str:
    return f"<w:p>{more}<w:r><w:t>{text}</w:t></w:r></w:p>"


def external(kind: str, target: str) -> str:
    return f'<Relationship Id="r1" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="External"/>'


def test_what_a_word_processor_wrote() -> None:
    document = docx.Document()
    document.add_heading("述职述廉报告", 0)
    document.add_heading("一、履职情况", 1)
    document.add_paragraph("  全年办理\u3000低保1200件。")
    table = document.add_table(2, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "事项", "完成"
    table.cell(1, 0).text = "压缩时限"
    out = io.BytesIO()
    document.save(out)

    assert read_docx(out.getvalue()) == (
        Paragraph("述职述廉报告", 0),
        Paragraph("一、履职情况", 1),
        Paragraph("全年办理 低保1200件。"),
        Paragraph("事项\t完成"),
        Paragraph("压缩时限"),
    )


def test_recorded_changes_boxes_and_what_stands_twice() -> None:
    inserted = (
        "<w:p><w:ins><w:r><w:t>加的</w:t></w:r></w:ins><w:del><w:r><w:delText>删的</w:delText></w:r></w:del></w:p>"
    )
    box = f"<mc:AlternateContent><mc:Choice><w:txbxContent>{p('框里')}</w:txbxContent></mc:Choice>"
    box += f"<mc:Fallback><w:txbxContent>{p('框里')}</w:txbxContent></mc:Fallback></mc:AlternateContent>"
    around = f"<w:p><w:r>{box}<w:t>框外</w:t></w:r></w:p>"
    link = "<w:p><w:hyperlink><w:r><w:t>网址</w:t></w:r></w:hyperlink><w:r><w:br/><w:t>下一行</w:t></w:r></w:p>"

    texts = [one.text for one in read_docx(package(inserted + around + link))]
    assert texts == ["加的", "框里", "框外", "网址\n下一行"]


def test_links_that_people_follow_may_stand() -> None:
    relations = external("hyperlink", "http://example.cn/") + external("attachedTemplate", "file:///C:\\Normal.dotm")
    assert read_docx(package(p("正文"), relations=relations))


ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def with_entities() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(
            "word/document.xml", f'{ENTITIES}<w:document xmlns:w="{W}"><w:p><w:t>&b;</w:t></w:p></w:document>'
        )
    return data.getvalue()


def lying() -> bytes:
    """Declares 500 bytes and holds 5 MB."""
    body = p("x" * 5_000_000)
    data = bytearray(package(body))
    size = next(
        one.file_size for one in zipfile.ZipFile(io.BytesIO(bytes(data))).infolist() if "document.xml" in one.filename
    )
    return bytes(data.replace(struct.pack("<L", size), struct.pack("<L", 500)))


CASES = [
    pytest.param(lambda: b"", "empty", id="nothing"),
    pytest.param(lambda: package("<w:p/>"), "empty", id="no text"),
    pytest.param(lambda: b"x" * 11_000_000, "too_large", id="11 MB"),
    pytest.param(lambda: package(p(" " * 90_000_000)), "too_large", id="zip bomb"),
    pytest.param(lambda: package(p("正文"), {"word/media/a.bmp": b"\0" * 79_000_000}), "too_large", id="picture bomb"),
    pytest.param(lambda: package("<w:p>" * 600_000), "too_large", id="nested without end"),
    pytest.param(lambda: package(p("字" * 400) * 1000), "too_large", id="400,000 characters"),
    pytest.param(lambda: package(p("a") * 6000), "too_large", id="6,000 paragraphs"),
    pytest.param(
        lambda: package(p("a"), {f"word/media/{n}.txt": b"" for n in range(1100)}), "too_large", id="1,100 parts"
    ),
    pytest.param(lambda: OLE + b"\0" * 600, "old_format", id="renamed .doc"),
    pytest.param(lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted", id="password"),
    pytest.param(lambda: package(p("a"), {"word/vbaProject.bin": b"x"}), "macros", id="macros"),
    pytest.param(lambda: package(p("a"), {"word/embeddings/a.docx": package(p("b"))}), "embedded", id="nested"),
    pytest.param(
        lambda: package(p("a"), relations=external("image", "http://10.0.0.1/a.png")), "external_links", id="image"
    ),
    pytest.param(
        lambda: package(p("a"), relations=external("attachedTemplate", "http://x.cn/a.dotm")),
        "external_links",
        id="template",
    ),
    pytest.param(
        lambda: package(p("a"), relations=external("attachedTemplate", "\\\\server\\a.dotm")),
        "external_links",
        id="template of the network",
    ),
    pytest.param(lambda: b"{\\rtf1 x}", "not_a_document", id="RTF"),
    pytest.param(lambda: b"%PDF-1.7", "not_a_document", id="PDF"),
    pytest.param(lambda: package(p("a"))[:-200], "damaged", id="cut off"),
    pytest.param(with_entities, "damaged", id="entities"),
    pytest.param(lying, "damaged", id="declared sizes are not believed"),
]


@pytest.mark.parametrize(("make", "code"), CASES)
def test_refused_in_seconds_within_memory(make: Callable[[], bytes], code: str) -> None:
    data = make()
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()

    with pytest.raises(ReadingError) as refused:
        read_docx(data)

    assert (refused.value.code, bool(refused.value.message)) == (code, True)
    assert time.monotonic() - started < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000


def test_signs_that_nobody_sees_are_left_out() -> None:
    assert read_docx(package(p("正\u200b文\u202e\ufeff"))) == (Paragraph("正文"),)


def test_only_a_template_of_this_machine_may_stand() -> None:
    """A word processor keeps the place of its template; a picture of that place would be fetched."""
    with pytest.raises(ReadingError) as refused:
        read_docx(package(p("a"), relations=external("image", "file:///C:\\a.png")))
    assert refused.value.code == "external_links"


@pytest.mark.parametrize(
    ("limit", "make"),
    [
        ("MOST_RELATIONS", lambda: package(p("a"), relations="<x/>" * 10)),
        ("MOST_ENTRIES", lambda: package(p("a"), {f"{n}.txt": b"" for n in range(20)})),
    ],
)
def test_what_is_too_much_is_refused_before_it_is_read(
    monkeypatch: pytest.MonkeyPatch, limit: str, make: Callable[[], bytes]
) -> None:
    monkeypatch.setattr(reading, limit, 5)
    untouched = "_check_relations" if limit == "MOST_RELATIONS" else "_read"
    monkeypatch.setattr(reading, untouched, lambda *_given: pytest.fail("read"))
    with pytest.raises(ReadingError) as refused:
        read_docx(make())
    assert refused.value.code == "too_large"


def test_a_workbook_is_no_document() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    with pytest.raises(ReadingError) as refused:
        read_docx(out.getvalue())
    assert refused.value.code == "not_a_document"
