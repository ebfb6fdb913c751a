"""Gathers the rooms' models; nothing is defined here."""

from evaluation.audit.models import AuditEvent, AuditHead
from evaluation.ballots.models import (
    Ballot,
    BallotBox,
    BoxGroup,
    BoxKeyShare,
    Envelope,
    Incident,
    Opinion,
    PaperCount,
    PaperLine,
    Pass,
    Receipt,
    ScrutineerKey,
    SheetEntry,
    Tally,
    TellerSlip,
)
from evaluation.bonus.models import BonusClaim
from evaluation.cycle.models import (
    AspectRule,
    BonusLevel,
    CalendarDay,
    Cycle,
    CycleStep,
    DeductionRule,
    GradeRule,
    GroupRule,
    TrackRules,
    WorkPlan,
)
from evaluation.daily.models import DailyDeduction
from evaluation.files.models import StoredFile
from evaluation.guard.models import TryCount
from evaluation.intake.models import ImportJob, ImportRow
from evaluation.meetings.models import (
    AgendaItem,
    AttendanceCount,
    Attendee,
    DutyReport,
    Inquiry,
    ItemStatement,
    ReportMeeting,
)
from evaluation.pledges.models import Pledge, PledgeChange, PledgeItem
from evaluation.recipients.models import ServiceRecord
from evaluation.recognition.models import Commendation, Recommendation, Selection, YearEndGrade
from evaluation.rectification.models import PlanItem, PublicComment, RectificationNotice, RectificationPlan
from evaluation.results.models import Feedback, Objection, Publication, Result, ShortfallDecision
from evaluation.roster.models import Appraisal, Cadre, Posting, ScopeList
from evaluation.units.models import Membership, Unit, UnitName

__all__ = [
    "AgendaItem",
    "Appraisal",
    "AspectRule",
    "AttendanceCount",
    "Attendee",
    "AuditEvent",
    "AuditHead",
    "Ballot",
    "BallotBox",
    "BonusClaim",
    "BonusLevel",
    "BoxGroup",
    "BoxKeyShare",
    "Cadre",
    "CalendarDay",
    "Commendation",
    "Cycle",
    "CycleStep",
    "DailyDeduction",
    "DeductionRule",
    "DutyReport",
    "Envelope",
    "Feedback",
    "GradeRule",
    "GroupRule",
    "ImportJob",
    "ImportRow",
    "Incident",
    "Inquiry",
    "ItemStatement",
    "Membership",
    "Objection",
    "Opinion",
    "PaperCount",
    "PaperLine",
    "Pass",
    "PlanItem",
    "Pledge",
    "PledgeChange",
    "PledgeItem",
    "Posting",
    "PublicComment",
    "Publication",
    "Receipt",
    "Recommendation",
    "RectificationNotice",
    "RectificationPlan",
    "ReportMeeting",
    "Result",
    "ScopeList",
    "ScrutineerKey",
    "Selection",
    "ServiceRecord",
    "SheetEntry",
    "ShortfallDecision",
    "StoredFile",
    "Tally",
    "TellerSlip",
    "TrackRules",
    "TryCount",
    "Unit",
    "UnitName",
    "WorkPlan",
    "YearEndGrade",
]
