"""Groups with too few graded sheets: what the rules say, what was decided, what is still open (scoring, point 4)."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from evaluation.ballots.small_groups import K
from evaluation.ballots.tallies import shown_early, tallies_for, uncounted_boxes
from evaluation.cycle.models import Cycle, EvaluatorGroup, GroupRule, Track, TrackRules
from evaluation.cycle.services import rules_as_values, rules_of
from evaluation.results.explanation import BY_DECISION, BY_RULES, ShortfallAnswer
from evaluation.results.models import ShortfallDecision
from evaluation.roster.models import Appraisal
from evaluation.scoring import GroupCount, GroupTally, group_counts, rules_from_values

ACCEPT = ShortfallDecision.Decision.ACCEPT
REALLOCATE = ShortfallDecision.Decision.REALLOCATE
LEAST_OWN_STAFF = 5


@dataclass(frozen=True)
class Shortfall:
    """One group of one cadre that is too small. ``answer`` of the rules or of two people, else ``proposal`` or open.

    ``shows_few``: accepted, it would show the few who judged; its points can only be reallocated.
    """

    appraisal: Appraisal
    group: GroupRule
    graded: int
    answer: ShortfallAnswer | None
    proposal: ShortfallDecision | None
    shows_few: bool

    @property
    def key(self) -> str:
        return f"{self.appraisal.pk}:{self.group.code}"

    @property
    def graded_shown(self) -> int | None:
        """Below five, the number is not shown: none and few look alike."""
        return self.graded if self.graded >= K else None

    @property
    def is_open(self) -> bool:
        return self.answer is None


def shortfalls_of(*, cycle: Cycle, appraisals: Collection[Appraisal]) -> list[Shortfall]:
    """Return every group too small of appraisals whose boxes are all counted, in the order given."""
    waiting = uncounted_boxes(appraisals=appraisals)
    counted = [one for one in appraisals if not waiting[one.pk] and not one.exempt]
    tallies, early = tallies_for(appraisals=counted), shown_early(appraisals=counted)
    decisions = decisions_for(appraisals=counted)
    rules = {track: rules_of(cycle, track) for track in sorted({one.track for one in counted})}
    return [
        shortfall
        for one in counted
        for shortfall in _of_one(
            one, rules[one.track], tallies.get(one.pk, {}), decisions.get(one.pk, {}), early.get(one.pk, {})
        )
    ]


def decisions_for(*, appraisals: Collection[Appraisal]) -> dict[int, dict[str, ShortfallDecision]]:
    """Return by appraisal and group what is stands; a settled exemption took the cadre out instead."""
    found: dict[int, dict[str, ShortfallDecision]] = defaultdict(dict)
    rows = ShortfallDecision.objects.filter(appraisal__in=[one.pk for one in appraisals])
    settled_exemptions = Q(decision=ShortfallDecision.Decision.EXEMPT, decided_by__isnull=False)
    for decision in rows.exclude(settled_exemptions).select_related("proposed_by", "decided_by"):
        found[decision.appraisal_id][decision.group] = decision
    return found


def answers_to(
    *,
    appraisal: Appraisal,
    groups: Sequence[GroupRule],
    counts: Mapping[str, GroupCount],
    decisions: Mapping[str, ShortfallDecision],
    shown: Collection[str] = (),
) -> dict[str, ShortfallAnswer]:
    """Return group → what happens with it, for each that is too small and is settled.

    ``shown``: groups whose figures a count report showed before the last box was counted. Where all that is scored
    besides rests on fewer than five graded sheets, it is not scored even where it was accepted: the composite, less
    what is known already, would show the few who judged.
    """
    found = {}
    for group in groups:
        if counts[group.code].short and (
            answer := _answer(appraisal, group, counts[group.code], decisions.get(group.code))
        ):
            found[group.code] = answer
    return _without_what_few_would_show(counts, found, shown)


def staff_of(appraisal: Appraisal) -> int | None:
    """Return how many could vote as own unit: the village's for village cadres, else the organising unit's (C13)."""
    unit = appraisal.home_unit if appraisal.track == Track.VILLAGE else appraisal.organising_unit
    return unit.staff_count


def _of_one(
    appraisal: Appraisal,
    rules: TrackRules,
    tallies: Mapping[str, GroupTally],
    decisions: Mapping[str, ShortfallDecision],
    shown: Collection[str],
) -> list[Shortfall]:
    groups = list(rules.groups.all())
    counts = group_counts(rules=rules_from_values(rules_as_values(rules=rules)), tallies=tallies)
    answers = answers_to(appraisal=appraisal, groups=groups, counts=counts, decisions=decisions, shown=shown)
    return [
        Shortfall(
            appraisal=appraisal,
            group=group,
            graded=counts[group.code].graded,
            answer=answers.get(group.code),
            proposal=_proposal(decisions.get(group.code)),
            shows_few=_shows_few(group.code, counts, answers, shown),
        )
        for group in groups
        if counts[group.code].short
    ]


def _answer(
    appraisal: Appraisal, group: GroupRule, count: GroupCount, decision: ShortfallDecision | None
) -> ShortfallAnswer | None:
    if decision is not None and decision.decided_by_id is not None and decision.decided_at is not None:
        day = timezone.localdate(decision.decided_at).isoformat()
        return ShortfallAnswer(decision.decision, BY_DECISION, decision.reason, day)
    if group.on_shortfall == GroupRule.OnShortfall.REALLOCATE:
        return ShortfallAnswer(REALLOCATE.value, BY_RULES)
    if group.on_shortfall == GroupRule.OnShortfall.ACCEPT and _rules_accept(appraisal, group, count):
        return ShortfallAnswer(ACCEPT.value, BY_RULES)
    return None


def _rules_accept(appraisal: Appraisal, group: GroupRule, count: GroupCount) -> bool:
    if group.code != EvaluatorGroup.OWN_UNIT:
        return count.graded > 0
    staff = staff_of(appraisal)
    return count.graded >= LEAST_OWN_STAFF and staff is not None and count.graded * 2 >= staff


def _proposal(decision: ShortfallDecision | None) -> ShortfallDecision | None:
    return decision if decision is not None and decision.decided_by_id is None else None


def _shows_few(
    code: str, counts: Mapping[str, GroupCount], answers: Mapping[str, ShortfallAnswer], shown: Collection[str]
) -> bool:
    accepted = {**answers, code: ShortfallAnswer(ACCEPT.value, BY_DECISION)}
    return code not in _without_what_few_would_show(counts, accepted, shown)


def _without_what_few_would_show(
    counts: Mapping[str, GroupCount], answers: Mapping[str, ShortfallAnswer], shown: Collection[str]
) -> dict[str, ShortfallAnswer]:
    accepted = {code for code, answer in answers.items() if answer.decision == ACCEPT}
    unknown = [code for code, count in counts.items() if (not count.short or code in accepted) and code not in shown]
    if sum(counts[code].graded for code in unknown) >= K:
        return dict(answers)
    return {code: answer for code, answer in answers.items() if code not in accepted or code not in unknown}
