"""What the page of opinions shows: cadre by cadre, what is marked, how many were read. A constant number of queries."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from django.db.models import Count, Q, QuerySet

from evaluation.audit.models import AuditEvent
from evaluation.ballots.models import Opinion
from evaluation.ballots.opinions import PASSED_ON, Shown, readable_text, shown_rows
from evaluation.ballots.redaction import Names, Part, parts_of, proposed_words
from evaluation.cycle.models import AspectRule, Cycle
from evaluation.roster.models import Appraisal


@dataclass(frozen=True)
class Row:
    """One opinion. ``words`` are proposed to be blacked out; ``parts`` mark them; ``text`` is what others may read."""

    opinion: Opinion
    parts: Sequence[Part]
    words: Sequence[str]
    text: str
    aspect: str
    aspects: Sequence[AspectRule]
    is_passed_on: bool
    moderates: bool
    reads_original: bool


@dataclass
class Group:
    appraisal: Appraisal
    read: int = 0
    total: int = 0
    rows: list[Row] = field(default_factory=list)


def groups_of(
    opinions: Iterable[Opinion],
    *,
    cycle: Cycle,
    all_readable: QuerySet[Opinion],
    moderated: Collection[int],
    reads_all: bool,
) -> list[Group]:
    """The opinions of one page, cadre by cadre. ``moderated``: ids on which the reader may decide."""
    page = list(opinions)
    aspects = aspects_by_track(cycle)
    names = Names.of(Appraisal.objects.filter(cycle=cycle).values_list("name", flat=True))
    gone = passed_on([opinion.pk for opinion in page])
    counted = _counted(all_readable, {opinion.appraisal_id for opinion in page})
    groups = []
    for appraisal, rows in groupby(page, key=lambda opinion: opinion.appraisal):
        read, total = counted.get(appraisal.pk, (0, 0))
        track = aspects.get(appraisal.track, [])
        made = [_row(one, names, track, one.pk in gone, one.pk in moderated, reads_all) for one in rows]
        groups.append(Group(appraisal, read, total, made))
    return groups


def aspects_by_track(cycle: Cycle) -> dict[str, list[AspectRule]]:
    """The aspects of every track's ballot, in their order."""
    found: dict[str, list[AspectRule]] = {}
    for aspect in AspectRule.objects.filter(rules__cycle=cycle).select_related("rules"):
        found.setdefault(aspect.rules.track, []).append(aspect)
    return found


def passed_on(keys: Iterable[int]) -> set[int]:
    """Which of these opinions were passed on as a complaint."""
    wanted = [str(key) for key in keys]
    rows = AuditEvent.objects.filter(action=PASSED_ON, target_kind="opinion", target_id__in=wanted)
    return {int(key) for key in rows.values_list("target_id", flat=True)}


def shown_by_aspect(appraisal: Appraisal) -> list[tuple[str, list[Shown]]]:
    """What may be read on one cadre: (label of the aspect or "", texts), in the order of the ballot."""
    rules = AspectRule.objects.filter(rules__cycle=appraisal.cycle_id, rules__track=appraisal.track)
    rows = shown_rows([appraisal.pk])
    labels = [*((rule.code, rule.label) for rule in rules), ("", "")]
    grouped = [(label, [row for row in rows if row.aspect == code]) for code, label in labels]
    return [(label, texts) for label, texts in grouped if texts]


def _counted(readable: QuerySet[Opinion], appraisals: Collection[int]) -> dict[int, tuple[int, int]]:
    """By appraisal: how many were read, of how many."""
    rows = readable.filter(appraisal__in=appraisals).select_related(None).order_by().values("appraisal_id")
    counted = rows.annotate(total=Count("pk"), unread=Count("pk", filter=Q(status=Opinion.Status.PENDING)))
    return {row["appraisal_id"]: (row["total"] - row["unread"], row["total"]) for row in counted}


def _row(
    opinion: Opinion, names: Names, aspects: Sequence[AspectRule], gone: bool, moderates: bool, reads_all: bool
) -> Row:
    reads = reads_all or moderates
    words = proposed_words(opinion.text, judged=opinion.appraisal.name, names=names) if reads else []
    return Row(
        opinion=opinion,
        parts=parts_of(opinion.text, words) if reads else [],
        words=words,
        text=readable_text(opinion),
        aspect=next((rule.label for rule in aspects if rule.code == opinion.aspect), ""),
        aspects=aspects,
        is_passed_on=gone,
        moderates=moderates,
        reads_original=reads,
    )
