"""Bonus claims as a workbook that reads back unchanged."""

from collections.abc import Iterable, Mapping

from evaluation.bonus.columns import COLUMNS
from evaluation.bonus.models import BonusClaim
from evaluation.workbooks.forms import write_form
from evaluation.workbooks.writing import Written


def claims_workbook(*, year: int, claims: Iterable[BonusClaim], levels: Mapping[tuple[str, str], str]) -> bytes:
    """Return claims in the shape of the form; reading it back changes nothing. ``levels``: label by track and code.

    Claims come with ``appraisal__home_unit`` and ``proof`` selected.
    """
    rows = [_row(claim, levels) for claim in claims]
    return write_form("加分申请", COLUMNS[1:], heading=f"{year}年度加分申请汇总表", example=(), rows=rows, empty_rows=0)


def _row(claim: BonusClaim, levels: Mapping[tuple[str, str], str]) -> list[Written]:
    one = claim.appraisal
    return [
        one.home_unit.name,
        one.office,
        one.name,
        claim.award,
        claim.issuer,
        levels.get((one.track, claim.level), claim.level),
        claim.document_number,
        claim.awarded_on,
        "集体" if claim.is_department else "个人",
        claim.department,
        claim.post_note,
        claim.unit_opinion,
        claim.note,
        claim.proof.name,
    ]
