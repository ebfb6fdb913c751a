"""System checks: in which fonts this machine sets official documents."""

from typing import Any

from django.core.checks import CheckMessage, Info, Warning  # noqa: A004

from evaluation.documents.fonts import FACES, installed_families, missing_fonts

HOW_TO_INSTALL = (
    "docs/documents.md says where a font of your own goes. Until then documents look nearly like the standard."
)
HOW_TO_FETCH = "Run scripts/fonts.sh, or install the Debian package fonts-noto-cjk."


def check_fallback_fonts(**kwargs: Any) -> list[CheckMessage]:
    """W001: a face has neither its standard font nor a free one. W002: no font has all characters of names."""
    there = installed_families()
    faces = [missing.face.label for missing in missing_fonts(there) if not missing.stand_in]
    lacking = sorted({face.fallback for face in FACES.values()} - there)
    found: list[CheckMessage] = []
    if faces:
        text = f"No font on this machine is {', '.join(faces)} or stands in for it: documents may print boxes."
        found.append(Warning(text, hint=HOW_TO_FETCH, id="evaluation.W001"))
    if lacking:
        text = f"{', '.join(lacking)} is missing: rare characters of names may print as boxes."
        found.append(Warning(text, hint=HOW_TO_FETCH, id="evaluation.W002"))
    return found


def check_standard_fonts(**kwargs: Any) -> list[CheckMessage]:
    """I001: standard fonts of official documents that are not here, and what is printed instead."""
    missing = [f"{one.face.label} ({one.face.standard[0]}): {one.stand_in}" for one in missing_fonts() if one.stand_in]
    if not missing:
        return []
    text = f"Standard fonts that this machine lacks, and what stands in for them: {'; '.join(missing)}."
    return [Info(text, hint=HOW_TO_INSTALL, id="evaluation.I001")]
