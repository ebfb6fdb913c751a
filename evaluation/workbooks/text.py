"""Text as offices type it, made comparable: widths, spaces, dots, yes and no."""

from __future__ import annotations

import re
from datetime import date, datetime, time

from evaluation.workbooks.shapes import Value

WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
WIDE_WORDS = {wide: narrow for wide, narrow in WIDE.items() if chr(narrow).isalnum()}
# Nearly every cell: Chinese characters and ASCII without a space have nothing to be cleaned.
UNPLAIN = re.compile("[^\x21-\x7e\u4e00-\u9fff]")
INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
SPACES = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
DOTS = str.maketrans(dict.fromkeys("•・･‧∙⋅．●᛫", "·"))
YES = frozenset(["是", "√", "✓", "✔", "y", "yes", "1", "有", "true", "对", "■", "☑"])
NO = frozenset(["否", "×", "✗", "✕", "x", "n", "no", "0", "无", "false", "不是", "非", "—", "-", "/", "□"])
CITIZEN = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[0-9Xx](?![0-9A-Za-z])"
)

GAP = r"[\s\-—]?"
TELEPHONE = re.compile(
    rf"(?<![0-9A-Za-z])(?:\+?86{GAP})?1[3-9]\d(?:{GAP}\d{{4}}){{2}}(?!\d)"
    rf"|(?<![0-9A-Za-z])\(?0\d{{2,3}}\)?{GAP}\d{{3,4}}{GAP}\d{{4}}(?!\d)"
    rf"|^[2-9]\d{{2,3}}{GAP}\d{{4}}$"
)
PLAIN_DAY = re.compile(r"(19|20)\d\d[01]\d[0-3]\d")


def to_halfwidth(text: str) -> str:
    """Write full-width letters, figures, punctuation and spaces at half width.

    >>> to_halfwidth("０５７６－８２（代）")
    '0576-82(代)'
    """
    return text.translate(WIDE)


def value_text(value: Value) -> str:
    """Return a cell as an office would read it aloud: 13.0 is 13, a midnight is its day.

    >>> value_text(13627904820.0)
    '13627904820'
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e18 else repr(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d" if value.time() == time() else "%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def clean_text(value: Value) -> str:
    """Return text without invisible signs, with single spaces and figures at half width.

    Punctuation stays as it was written: 管理（服务） is not ours to change.

    >>> clean_text(" １２  号\\n楼 ")
    '12 号 楼'
    """
    if type(value) is str and UNPLAIN.search(value) is None:
        return value
    text = CONTROL.sub("", INVISIBLE.sub("", value_text(value)))
    text = SPACES.sub(" ", text.translate(WIDE_WORDS).replace("\r", "\n").replace("\n", " "))
    return text.strip()


def clean_name(value: Value) -> str:
    """Return a person's name without the spaces offices put inside, and with one kind of middle dot.

    A space between Latin words stays.

    >>> clean_name("张　三"), clean_name("买买提•阿布都"), clean_name("John  Smith")
    ('张三', '买买提·阿布都', 'John Smith')
    """
    text = clean_text(value)
    if UNPLAIN.search(text) is None:
        return text
    text = text.translate(DOTS)
    return re.sub(r"(?<![A-Za-z.]) | (?![A-Za-z])", "", text)


def name_key(value: Value) -> str:
    """Return what two spellings of one name have in common.

    >>> name_key("张　三") == name_key(" 张三")
    True
    """
    name = clean_name(value)
    if UNPLAIN.search(name) is None:
        return name.replace(".", "").casefold()
    return re.sub(r"[\s·.]", "", to_halfwidth(name)).casefold()


def text_key(value: Value) -> str:
    """Return what two spellings of one label, unit or section have in common: no spaces, half width, lower case."""
    text = clean_text(value)
    if UNPLAIN.search(text) is None:
        return text.casefold()
    return re.sub(r"\s", "", to_halfwidth(text)).casefold()


def digits(value: Value) -> str:
    """Return only the figures of a telephone number.

    >>> digits("0576-8276 6208（办）")
    '057682766208'
    """
    if type(value) is str and value.isascii() and value.isdigit():
        return value
    return re.sub(r"[^0-9]", "", to_halfwidth(value_text(value)))


def yes_or_no(value: Value) -> bool | None:
    """Read 是 / 否 / √ / empty; ``None`` where it is neither.

    >>> yes_or_no("√"), yes_or_no(None), yes_or_no("否"), yes_or_no("也许")
    (True, False, False, None)
    """
    word = text_key(value)
    if not word or word in NO:
        return False
    return True if word in YES else None


def holds_telephone(value: Value) -> bool:
    """Tell whether a telephone number stands in a cell; a day in eight figures is none.

    >>> [holds_telephone(text) for text in ("138 0000 0001", "电话：0576-82766208", "8276 6208", 13800000001.0)]
    [True, True, True, True]
    >>> holds_telephone("20120529"), holds_telephone("2012-05-29"), holds_telephone("2012民政00001")
    (False, False, False)
    """
    text = to_halfwidth(value_text(value)).strip()
    return TELEPHONE.search(text) is not None and not PLAIN_DAY.fullmatch(text)


def holds_citizen_number(value: Value) -> bool:
    """Tell whether an 18-digit citizen number (居民身份证号) stands anywhere in the text, spaced or full-width.

    >>> holds_citizen_number("身份证３３１００２１９８００１０１１２３Ｘ")
    True
    """
    if value is None or (type(value) is str and len(value) < 18) or isinstance(value, date | time):
        return False
    text = to_halfwidth(value_text(value))
    return bool(CITIZEN.search(text) or CITIZEN.search(re.sub(r"(?<=[0-9])[\s\-_.]+(?=[0-9Xx])", "", text)))
