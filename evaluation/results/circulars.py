"""The circular 通报 on a year's results: drafted from the figures, then a paper of what was worded (C10, C31)."""

import re
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Sum
from django.utils import timezone

from evaluation.ballots.models import BallotBox, PaperCount
from evaluation.ballots.selectors import turnouts
from evaluation.cycle.models import Cycle
from evaluation.documents.paper import Bars, Block, Grid, Heading, Layout, Paper, Text
from evaluation.results.drafting import Pool, Sheets, draft_of_circular
from evaluation.results.models import Circular, Publication, Result
from evaluation.results.papers import TRACKS, Cell, charts

TABLE, CHART = "【结果表】", "【得分图】"
ADDRESSEE = "各有关单位"
FIRST_LEVEL = re.compile(r"[一二三四五六七八九十]+、")
SECOND_LEVEL = re.compile(r"（[一二三四五六七八九十]+）[^。；]{1,24}$")


def title_of(cycle: Cycle) -> str:
    return f"关于{cycle.year}年度公述民评情况的通报"


def drafted_text(cycle: Cycle) -> str:
    """Return the first wording of a circular, from the published figures of the cycle."""
    return draft_of_circular(_pools(cycle), _sheets(cycle), year=cycle.year, tracks=TRACKS)


def circular_paper(cycle: Cycle, circular: Circular | None = None, *, number: str = "") -> Paper:
    """Return the circular of the city's office; without one that was worded, as it would be drafted now.

    ``number`` is the number under which it is issued; a draft bears the typed one, or none.
    """
    if circular is None:
        circular = Circular(cycle=cycle, title=title_of(cycle), addressee=ADDRESSEE, text=drafted_text(cycle))
    issued = timezone.localdate(circular.issued_at) if circular.issued_at else None
    return Paper(
        layout=Layout.CIRCULAR,
        organ=cycle.office_name,
        number=number or circular.number,
        title=circular.title,
        addressee=circular.addressee,
        blocks=list(_blocks(circular)),
        signer=cycle.office_name,
        day=issued,
        copies_to=circular.copies_to,
        printer=cycle.office_name,
        printed_on=issued,
    )


def _blocks(circular: Circular) -> Iterator[Block]:
    pools = _pools(circular.cycle) if TABLE in circular.text or CHART in circular.text else []
    for line in filter(None, map(str.strip, circular.text.splitlines())):
        if line == TABLE:
            yield from _table(pools)
        elif line == CHART:
            yield from _charts(pools)
        elif FIRST_LEVEL.match(line):
            yield Heading(line, level=1)
        elif SECOND_LEVEL.match(line):
            yield Heading(line, level=2)
        else:
            yield Text(line)


def _pools(cycle: Cycle) -> list[Pool]:
    """The lists under notice or final; two queries."""
    shown = (Publication.Status.NOTICE, Publication.Status.FINAL)
    rows = Publication.objects.filter(cycle=cycle, status__in=shown).select_related("organising_unit")
    publications = list(rows.order_by("track", "organising_unit__order", "organising_unit__code"))
    by_list: dict[int, list[Result]] = {publication.pk: [] for publication in publications}
    for result in Result.objects.filter(publication__in=publications, status=Result.Status.SCORED).order_by("rank"):
        by_list[result.publication_id].append(result)
    return [_pool(publication, by_list[publication.pk]) for publication in publications]


def _pool(publication: Publication, scored: list[Result]) -> Pool:
    return Pool(
        track=publication.track,
        unit=publication.organising_unit.name,
        rules=publication.rules,
        scored=scored,
        shown=[result for result in scored if not result.is_suppressed],
    )


def _sheets(cycle: Cycle) -> Sheets:
    """Of the real boxes that were counted and released."""
    boxes = list(BallotBox.objects.real().filter(cycle=cycle, state="counted", released_at__isnull=False))
    paper = PaperCount.objects.filter(box__in=boxes).aggregate(valid=Sum("valid"), invalid=Sum("invalid"))
    online = sum(turnout.spent for turnout in turnouts(boxes).values())
    return Sheets(len(boxes), online, paper["valid"] or 0, paper["invalid"] or 0)


def _table(pools: Sequence[Pool]) -> Iterator[Block]:
    rows: list[list[Cell]] = [
        [pool.unit, TRACKS.get(pool.track, pool.track), len(pool.scored), *_means(pool.scored)]
        for pool in pools
        if pool.scored
    ]
    if rows:
        header = ["单位", "类别", "人数", "民主评议", "日常考核", "加分", "综合得分"]
        yield Grid(header=header, rows=rows, caption="各单位平均得分（单位：分）", widths=[24, 16, 8, 13, 13, 9, 13])


def _means(results: Sequence[Result]) -> list[Decimal]:
    names = ("democratic", "daily", "bonus", "composite")
    return [_mean([getattr(result, name) for result in results]) for name in names]


def _mean(values: Sequence[Decimal]) -> Decimal:
    return (sum(values, Decimal(0)) / len(values)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def _charts(pools: Sequence[Pool]) -> Iterator[Block]:
    """By track; only of cadres whose groups are shown."""
    for track in dict.fromkeys(pool.track for pool in pools):
        own = [pool for pool in pools if pool.track == track]
        results = [result for pool in own for result in pool.scored]
        for block in charts(results, own[0].rules):
            if isinstance(block, Bars):
                yield Bars(f"{TRACKS.get(track, track)}：{block.caption}", block.rows, block.most)
