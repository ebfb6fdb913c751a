"""What each rule demands besides facts and basis (C20–C24); rule 1 the complaint, or evidence (C19)."""

from collections.abc import Mapping

DEMANDS: Mapping[str, tuple[str, ...]] = {
    "2": ("to_rectify", "rectify_by"),
    "3": ("decision",),
    "4": ("decision", "impropriety", "harm"),
    "5a": ("supervised_person", "responsibility"),
    "5b": ("supervised_person", "responsibility"),
    "6": ("amount_reason",),
}
PARTICULARS = (
    *("to_rectify", "rectify_by", "decision", "impropriety", "harm"),
    *("supervised_person", "responsibility", "amount_reason"),
)
