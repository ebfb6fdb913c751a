"""When two names are one award (C26: 同一奖项就高加分，不重复加分). Plain text in, plain values out."""

import re
import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher

LONGEST = 120
NUMERALS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
YEAR_IN_WORDS = re.compile(r"[〇○零一二三四五六七八九]{4}(?=年)")
YEAR = re.compile(r"((?:19|20)\d{2})(?:年度?|(?!\d))")
TITLE = re.compile(r"(?:荣誉)?称号$")
# What is said around an award and tells nothing of it.
AROUND = re.compile(r"^(?:荣获|获得|获|被评为|被授予|授予)")
ALIKE = 0.7
# Where one name has one of these and the other another, they are two awards.
OPPOSITES = (
    re.compile(r"全国|国家|全省|省|全市|市|全县|县|全区|区|镇|乡"),
    re.compile(r"特等|一等|二等|三等|四等|金奖|银奖|铜奖|提名|[冠亚季]军"),
    re.compile(r"个人|集体|团体|单位|家庭|工作者|标兵"),
    re.compile(r"\d+"),
    re.compile(r"第[一二三四五六七八九十百]+[届次批期]"),
)
SAME_LEVEL = {"国家": "全国", "省": "全省", "市": "全市", "县": "全县", "区": "全区"}


def award_key(award: str, year: int | None = None) -> str:
    """Return one key for one award, however it is written.

    Width, spaces, quotes, brackets, punctuation and case make no difference, nor do 荣获 before and 荣誉称号 after it,
    nor the year of the cycle (``year``) or 年度 before it; another year does: that is another award.
    """
    text = unicodedata.normalize("NFKC", award).casefold()
    text = YEAR_IN_WORDS.sub(lambda found: found[0].translate(NUMERALS), text)
    text = re.sub(r"[\W_]", "", text)
    bare = YEAR.sub(lambda found: "" if found[1] == str(year) else found[1], text).removeprefix("年度")
    bare = TITLE.sub("", AROUND.sub("", bare))
    return (bare or text)[:LONGEST]


def are_similar(one: str, other: str) -> bool:
    """Return whether two keys may be one award, so that somebody has to be asked; equal keys are, not similar.

    Another number, year, level, grade or receiver (个人, 集体) makes another award; so does another body or field in
    the same place (妇联 for 工会).
    """
    if one == other or any(_oppose(mark, one, other) for mark in OPPOSITES):
        return False
    # The result of ``ratio`` depends on the order.
    first, second = sorted((one, other))
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    if matcher.ratio() < ALIKE and not _continues(one, other):
        return False
    swapped = (min(b - a, d - c) for tag, a, b, c, d in matcher.get_opcodes() if tag == "replace")
    return max(swapped, default=0) < 2


def names_of_awards(awards: Sequence[tuple[str, str]]) -> list[str]:
    """Return for each (key, award) one name: the first writing of its key; two keys never share a name."""
    names: dict[str, str] = {}
    for key, award in awards:
        if key not in names:
            taken = set(names.values())
            names[key] = next(
                name for number in range(1, len(taken) + 2) if (name := _named(award, number)) not in taken
            )
    return [names[key] for key, _award in awards]


def _named(award: str, number: int) -> str:
    return award if number == 1 else f"{award}（{number}）"


def _oppose(mark: re.Pattern[str], one: str, other: str) -> bool:
    mine, theirs = _marks(mark, one), _marks(mark, other)
    return bool(mine and theirs and mine != theirs and not (mine <= theirs or theirs <= mine))


def _marks(mark: re.Pattern[str], text: str) -> set[str]:
    return {SAME_LEVEL.get(found, found) for found in mark.findall(text)}


def _continues(one: str, other: str) -> bool:
    """One name stands whole in the other and is most of it."""
    short, long = sorted((one, other), key=len)
    return len(short) >= 4 and short in long and len(short) * 2 >= len(long)
