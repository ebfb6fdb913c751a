"""The arithmetic of 公述民评: plain values in, plain values out (C14–C26; ``docs/scoring.md``).

Standard library only: no Django, settings, clock or translation, so that anyone can recount a published file with a
bare Python: ``python -m evaluation.scoring FILE.json``.
"""

from .bases import effective_bases, shares_received
from .bonus import Award, AwardScore, BonusScore, bonus_score
from .checks import ACCEPT, REALLOCATE
from .composite import GroupCount, GroupScore, Score, Standing, Status, group_counts, score_appraisal
from .daily import DailyScore, Deduction, DeductionScore, daily_points, daily_score
from .means import AspectMean, aspect_means, group_share
from .ranking import PoolEntry, order_pool, rank_pool
from .recounting import RecountRow, pools, recount
from .results_file import FORMAT, load_results
from .rounding import half_up, two_places
from .rules import AspectRule, BonusLevel, DeductionRule, GradeRule, GroupRule, TrackRules, rules_from_values
from .table import report
from .tally import WITHOUT_GRADE, GroupTally, add_tallies, tally_sheets
from .values import InvalidValueError

__all__ = [
    "ACCEPT",
    "FORMAT",
    "REALLOCATE",
    "WITHOUT_GRADE",
    "AspectMean",
    "AspectRule",
    "Award",
    "AwardScore",
    "BonusLevel",
    "BonusScore",
    "DailyScore",
    "Deduction",
    "DeductionRule",
    "DeductionScore",
    "GradeRule",
    "GroupCount",
    "GroupRule",
    "GroupScore",
    "GroupTally",
    "InvalidValueError",
    "PoolEntry",
    "RecountRow",
    "Score",
    "Standing",
    "Status",
    "TrackRules",
    "add_tallies",
    "aspect_means",
    "bonus_score",
    "daily_points",
    "daily_score",
    "effective_bases",
    "group_counts",
    "group_share",
    "half_up",
    "load_results",
    "order_pool",
    "pools",
    "rank_pool",
    "recount",
    "report",
    "rules_from_values",
    "score_appraisal",
    "shares_received",
    "tally_sheets",
    "two_places",
]
