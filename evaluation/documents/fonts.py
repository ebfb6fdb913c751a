"""Fonts of official documents: the standard ones by name first, free ones after them, Noto for every character.

Imported before WeasyPrint, which reads ``FONTCONFIG_FILE`` when it loads: ``fonts.conf`` adds the fonts that
``scripts/fonts.sh`` brought to those of this machine. Whoever sets ``FONTCONFIG_FILE`` themselves keeps theirs.
"""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("FONTCONFIG_FILE", str(Path(__file__).with_name("fonts.conf")))


@dataclass(frozen=True)
class Face:
    """A typeface of GB/T 9704: ``standard`` names as they are known on machines that own it, free ``others`` after it.

    ``fallback`` has every character of every name.
    """

    label: str
    standard: tuple[str, ...]
    free: tuple[str, ...]
    fallback: str

    @property
    def stack(self) -> str:
        """The value of ``font-family``; none of the names needs quotation marks."""
        return ", ".join([*self.standard, *self.free, self.fallback, "serif"])


SERIF, SANS = "Noto Serif CJK SC", "Noto Sans CJK SC"
KAI = "AR PL UKai CN"  # has the rarer characters of names, in a colour that goes with 仿宋 and 楷体
FACES = {
    "fangsong": Face(
        "仿宋", ("仿宋_GB2312", "FangSong_GB2312", "FangSong", "仿宋", "STFangsong"), ("FandolFang", KAI), SERIF
    ),
    "kaiti": Face("楷体", ("楷体_GB2312", "KaiTi_GB2312", "KaiTi", "楷体", "STKaiti"), ("FandolKai", KAI), SERIF),
    "heiti": Face("黑体", ("黑体", "SimHei", "STHeiti"), ("FandolHei",), SANS),
    "songti": Face("宋体", ("宋体", "SimSun", "NSimSun", "STSong"), ("FandolSong",), SERIF),
    # Free fonts have no 小标宋; the heaviest Noto Serif is the nearest in colour.
    "biaosong": Face(
        "小标宋",
        ("方正小标宋简体", "FZXiaoBiaoSong-B05S", "方正小标宋_GBK", "FZXiaoBiaoSong-B05"),
        (),
        SERIF,
    ),
}


def stacks() -> dict[str, str]:
    """Return the value of ``font-family`` for each face: fangsong, kaiti, heiti, songti, biaosong."""
    return {name: face.stack for name, face in FACES.items()}


def installed_families() -> frozenset[str]:
    """Return the names of all font families that a document can be set in; empty where fontconfig cannot be asked."""
    try:
        listed = subprocess.run(["fc-list", "--format", "%{family}\n"], capture_output=True, check=True, timeout=60)  # noqa: S607
    except (OSError, subprocess.SubprocessError):
        return frozenset()
    return frozenset(name for line in listed.stdout.decode(errors="replace").splitlines() for name in line.split(","))


@dataclass(frozen=True)
class MissingFont:
    """A face whose standard font is not here; ``stand_in`` is what is printed instead, "" where nothing is."""

    face: Face
    stand_in: str


def missing_fonts(installed: frozenset[str] | None = None) -> list[MissingFont]:
    """Return the faces whose standard font this machine lacks, with what stands in for each."""
    there = installed_families() if installed is None else installed
    return [
        MissingFont(face, next((name for name in (*face.free, face.fallback) if name in there), ""))
        for face in FACES.values()
        if not there.intersection(face.standard)
    ]
