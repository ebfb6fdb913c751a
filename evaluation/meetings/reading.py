"""A duty report as cadres write it: the paragraphs of a document into the five sections (C7). No request, no query."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from django.utils.translation import gettext as _

from evaluation.documents.reading import Paragraph, ReadingError, read_docx
from evaluation.errors import DomainError
from evaluation.guard.citizen_numbers import require_no_citizen_number
from evaluation.meetings.models import ItemStatement

Completion = ItemStatement.Completion
ITEMS = "items"
# Which words of a heading mean which section; the first that fits. 存在问题和工作打算 is not about work done.
WORDS = (
    (ITEMS, re.compile(r"承诺事项|公开承诺|践诺|(?<!服务)承诺(的)?(完成|兑现|落实|履行|办理)")),
    ("commitments", re.compile(r"服务承诺|承诺")),
    ("integrity", re.compile(r"廉洁|廉政|述廉|党风|清正|遵纪守法")),
    ("problems", re.compile(r"问题|不足|打算|下一?步|整改|努力方向|今后|改进|差距")),
    ("duty", re.compile(r"履职|履行|职责|述职|主要工作|工作(开展|完成|情况|实绩|成效|回顾|总结)|业务工作")),
)
NUMBERS = (
    re.compile(r"^[一二三四五六七八九十]{1,3}\s*[、.．]\s*"),
    re.compile(r"^[（(]\s*[一二三四五六七八九十]{1,3}\s*[）)]\s*[、.．]?\s*"),
    re.compile(r"^\d{1,2}\s*(?:[、．]|\.(?!\d))\s*"),
    re.compile(r"^(?:[（(]\s*\d{1,2}\s*[）)]|[①-⑳])\s*[、.．]?\s*"),
)
ORDINAL = re.compile(
    r"^(?:第[一二三四五六七八九十]{1,3}[项条]?|[一二三四五六七八九十]{1,2}是|承诺事项?[一二三四五六七八九十\d]{1,2})[、,，.:：]?\s*"
)
CLOSING = re.compile(
    r"^(?:(?:述职|报告|汇报)人?[:：].*|.{0,12}\d{4}年\d{1,2}月(?:\d{1,2}日)?|(?:以上)?(?:汇报|报告|述职)(?:完毕|如上).*|谢谢.{0,6})$"
)
HEADING_LONGEST = 40
NOT_DONE = re.compile(r"未完成|没有完成|未能完成|尚未(完成|兑现|落实|启动)|未兑现|未落实")
UNDER_WAY = re.compile(r"正在(推进|办理|实施|进行|落实|开展)|推进中|进行中|部分完成|基本完成|持续推进")
DONE = re.compile(
    r"已(经)?(全部|全面|按期|如期)?(完成|兑现|落实|办结|建成)|(全部|按期|如期|圆满|全面)(完成|兑现|落实)|完成情况[:：]\s*完成"
)
ALIKE = 0.6


@dataclass(slots=True)
class ReadReport:
    """What a document says in each section; ``items`` by the key of the pledged item; ``rest`` belongs nowhere."""

    duty: str = ""
    commitments: str = ""
    integrity: str = ""
    problems: str = ""
    items: dict[int, str] = field(default_factory=dict)
    rest: list[str] = field(default_factory=list)

    @property
    def sections(self) -> dict[str, str]:
        """The sections of text that were found."""
        texts = {name: getattr(self, name) for name in ("duty", "commitments", "integrity", "problems")}
        return {name: text for name, text in texts.items() if text}


@dataclass(frozen=True, slots=True)
class _Line:
    """A paragraph with what its beginning says: how deep its number stands (0: none), which section it opens."""

    text: str
    level: int
    opens: str
    bare: str
    body: str


def read_report(*, data: bytes, items: Mapping[int, str]) -> ReadReport:
    """Read a duty report from a .docx. ``items``: the pledged items by their keys.

    Raises ``DomainError``: the codes of ``documents.read_docx``, ``citizen_number``, ``not_a_report`` where no section
    is found.
    """
    try:
        paragraphs = read_docx(data)
    except ReadingError as error:
        raise DomainError(error.code, error.message) from error
    require_no_citizen_number(*(paragraph.text for paragraph in paragraphs))
    found = report_of(paragraphs, items)
    if not found.sections and not found.items:
        raise DomainError(
            "not_a_report",
            _("No section was recognised. Give the parts headings, such as 一、履行职责情况 and 四、廉洁自律情况."),
        )
    return found


def report_of(paragraphs: Sequence[Paragraph], items: Mapping[int, str]) -> ReadReport:
    """Put the paragraphs of a duty report into its sections, by the words of its headings (C7).

    ``items`` are the pledged items by their keys; what is said of each is found by its own words, else by its order.
    Nothing is lost: what stands before the first heading, closes the report or answers for no item is in ``rest``.
    """
    lines = [_line_of(paragraph) for paragraph in paragraphs]
    sections, rest = _divided(lines)
    found = ReadReport(rest=rest)
    for name in ("duty", "commitments", "integrity", "problems"):
        setattr(found, name, "\n".join(sections.get(name, [])))
    found.items, left = _answers(sections.get(ITEMS, []), items)
    found.rest.extend(left)
    return found


def completion_of(text: str) -> str:
    """Return how far an item was kept where the words say so plainly; nothing where they do not.

    >>> completion_of("已按期完成，群众满意。"), completion_of("正在推进，尚未完成"), completion_of("很努力")
    ('done', 'under_way', '')
    """
    for pattern, value in ((UNDER_WAY, Completion.UNDER_WAY), (NOT_DONE, Completion.NOT_DONE), (DONE, Completion.DONE)):
        if pattern.search(text):
            return str(value)
    return ""


def _line_of(paragraph: Paragraph) -> _Line:
    text = paragraph.text
    level = next((place for place, number in enumerate(NUMBERS, start=1) if number.match(text)), 0)
    bare = NUMBERS[level - 1].sub("", text, count=1) if level else text
    head, mark, body = _head_of(bare)
    is_head = len(head) <= HEADING_LONGEST and (level > 0 or paragraph.level > 0 or (not body and not mark))
    opens = next((name for name, words in WORDS if words.search(head)), "") if is_head else ""
    if level > 1 and body:  # 1. 履行……，已完成 is a sentence, not a heading
        opens = ""
    return _Line(text, level or paragraph.level, opens, bare, body)


def _head_of(bare: str) -> tuple[str, str, str]:
    """Divide 一、履职情况。一年来…… into its heading and what follows in the same paragraph."""
    match = re.search(r"[。:：\n]", bare)
    if match is None:
        return bare, "", ""
    return bare[: match.start()], match[0], bare[match.end() :].strip()


def _divided(lines: Sequence[_Line]) -> tuple[dict[str, list[str]], list[str]]:
    levels = [line.level for line in lines if line.opens and line.level]
    top = min(levels, default=0)
    of_top = {line.opens for line in lines if line.opens and line.level <= top}
    sections: dict[str, list[str]] = {}
    rest: list[str] = []
    chapter, now, depth = "", "", 0
    for line in lines:
        if line.opens and (line.level == top or (not line.level and _may_open(line, now))):
            chapter = now = line.opens
            depth = 0
            _add(sections, now, line.body)
        elif line.opens and now != ITEMS and line.level > top and line.opens not in of_top:
            now, depth = line.opens, line.level
            _add(sections, now, line.body)
        elif CLOSING.match(line.text) or not now:
            rest.append(line.text)
        else:
            if depth and line.level and line.level <= depth:
                now, depth = chapter, 0
            _add(sections, now, line.text)
    return sections, rest


def _may_open(line: _Line, now: str) -> bool:
    """A short line without a number is a heading where it stands for itself; the title over everything is none."""
    return len(line.text) <= 20 and not re.search(r"报告$|^(各位|尊敬)", line.text) and line.opens != now


def _add(sections: dict[str, list[str]], name: str, text: str) -> None:
    found = sections.setdefault(name, [])
    if text:
        found.append(text)


def _answers(lines: Sequence[str], items: Mapping[int, str]) -> tuple[dict[int, str], list[str]]:
    """Divide what is said of the pledged items, one by one."""
    chunks: list[list[str]] = []
    for line in lines:
        if not chunks or _begins_item(line, items):
            chunks.append([])
        chunks[-1].append(line)
    texts = ["\n".join(chunk) for chunk in chunks]
    found: dict[int, str] = {}
    left: list[str] = []
    for text in texts:
        item = _item_of(text, {key: words for key, words in items.items() if key not in found})
        if item is None:
            left.append(text)
        else:
            found[item] = _without(text, items[item])
    open_items = [key for key in items if key not in found]
    numbered = [text for text in left if _is_numbered(text)]
    if numbered and len(numbered) == len(open_items):  # in the order of the pledge
        found |= {key: _without(text, items[key]) for key, text in zip(open_items, numbered, strict=True)}
        left = [text for text in left if text not in numbered]
    return found, left


def _is_numbered(text: str) -> bool:
    return bool(ORDINAL.match(text)) or any(number.match(text) for number in NUMBERS)


def _begins_item(line: str, items: Mapping[int, str]) -> bool:
    return _is_numbered(line) or any(_starts_with(line, words) for words in items.values())


def _item_of(text: str, items: Mapping[int, str]) -> int | None:
    said = _key(text)
    for key, words in items.items():
        if _key(words) and _key(words) in said:
            return key
    best, ratio = None, ALIKE
    for key, words in items.items():
        mine = _key(words)
        matched = sum(
            block.size for block in SequenceMatcher(None, mine, said[: len(mine) * 2], False).get_matching_blocks()
        )
        if mine and matched / len(mine) > ratio:
            best, ratio = key, matched / len(mine)
    return best


def _starts_with(text: str, words: str) -> bool:
    return bool(_key(words)) and _key(text).startswith(_key(words))


def _without(text: str, words: str) -> str:
    """What was done, without the number and without the pledge's own words before it."""
    kept = _bare(text)
    pattern = r"[\W_]*".join(map(re.escape, _key(words)))
    kept = re.sub(rf"^[“\"《]?{pattern}[”\"》]?[\s。；;，,:：—-]*", "", kept, count=1, flags=re.IGNORECASE) or kept
    return kept.strip()


def _bare(text: str) -> str:
    for number in (*NUMBERS, ORDINAL):
        text = number.sub("", text, count=1)
    return text


def _key(text: str) -> str:
    return re.sub(r"[\W_]", "", _bare(text)).casefold()
