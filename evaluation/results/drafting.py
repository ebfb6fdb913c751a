"""The analysis (综合分析, C10), drafted in Chinese from the figures; the unit edits it afterwards.

Plain values in, text out. A cadre whose groups must be hidden gives nothing to any mean of a group or an aspect.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple, Protocol

Labels = Mapping[str, str]


class Labelling(NamedTuple):
    """Code → Chinese name, by what is named."""

    groups: Labels
    aspects: Labels
    deductions: Labels


class Drafted(NamedTuple):
    """What the draft needs to know of one result."""

    name: str
    status: str
    rank: int | None
    hidden: bool
    explanation: Mapping[str, Any]
    deductions: Sequence[Mapping[str, Any]]
    awards: Sequence[Mapping[str, Any]]


class Explained(Protocol):
    """A result with what it was computed from, drafted or stored."""

    @property
    def explanation(self) -> Mapping[str, Any]: ...


class Pool(NamedTuple):
    """The scored results of one list, for the draft of a circular; ``shown`` leaves out those that are hidden."""

    track: str
    unit: str
    rules: Mapping[str, Any]
    scored: Sequence[Any]
    shown: Sequence[Explained]


class Sheets(NamedTuple):
    """Sheets of all counted boxes of a year."""

    boxes: int
    online: int
    paper: int
    invalid: int


def labelling_of(rules: Mapping[str, Any]) -> Labelling:
    """Return the Chinese names that stand in stored rules; a code where a row has none."""
    return Labelling(
        groups=_labels(rules["groups"]),
        aspects=_labels(rules["aspects"]),
        deductions=_labels(rules["daily"]["deductions"]),
    )


def draft_of_cadre(result: Drafted, *, labels: Labelling, pool_size: int) -> str:
    """Return the analysis of one cadre; empty where there is no composite."""
    if result.status != "scored":
        return ""
    parts = [
        _opening(result, pool_size),
        _groups_of(result, labels),
        _aspects_of(result, labels),
        _deductions_of(result, labels),
        _awards_of(result),
    ]
    return "".join(part for part in parts if part)


def draft_of_unit(results: Sequence[Drafted], *, labels: Labelling, track_label: str, unit: str) -> str:
    """Return the analysis of a pool in three short paragraphs: scores, evaluation, daily assessment and bonus."""
    scored = [result for result in results if result.status == "scored"]
    if not scored:
        return f"{unit}本年度{track_label}尚无可计算的评议结果。"
    paragraphs = [
        _numbers(results, scored, track_label, unit),
        _evaluation(scored, labels),
        _assessment(scored, labels),
        _ahead(scored, labels),
    ]
    return "\n".join(paragraph for paragraph in paragraphs if paragraph)


def mean_groups(shown: Sequence[Explained], rules: Mapping[str, Any]) -> dict[str, Decimal]:
    """Return the mean rate (percent) of every group by its Chinese name; give only results whose groups are shown."""
    return _means_by_group(shown, labelling_of(rules))


def mean_aspects(shown: Sequence[Explained], rules: Mapping[str, Any]) -> dict[str, Decimal]:
    """Return the mean (0–100) of every aspect by its Chinese name; give only results whose groups are shown."""
    return _means_by_aspect(shown, labelling_of(rules))


def draft_of_circular(pools: Sequence[Pool], sheets: Sheets, *, year: int, tracks: Labels) -> str:
    """Return the text of a circular on a year: basis, ballots, results, problems, demands (C10, C31).

    The lines 【结果表】 and 【得分图】 stand where the table of the units and the charts are printed.
    """
    paragraphs = [
        f"根据市委公述民评实施意见，{year}年度公述民评按照公开履职承诺、公开述职述廉、公开民主评议、公开评议结果、"
        "公开整改措施五个步骤组织实施。现将有关情况通报如下：",
        "一、基本情况",
        _taking_part(pools, tracks),
        _sheets(sheets),
        "二、评议结果",
        *_by_track(pools, tracks),
        "【结果表】",
        "【得分图】",
        "三、存在的主要问题",
        *_problems(pools, tracks),
        "四、工作要求",
        "（一）抓好整改落实。各单位要将评议结果和群众意见逐人反馈到位，督促评议对象制定整改措施，明确整改时限和效果，"
        "向社会公开并接受监督。",
        "（二）加强日常管理。对投诉较多、扣分较多的事项，要查找原因，完善制度，防止同类问题再次发生。",
        "（三）注重结果运用。评议结果作为领导班子和领导干部年度考核、干部评先评优的重要依据。",
    ]
    return "\n".join(paragraph for paragraph in paragraphs if paragraph)


# A year


def _taking_part(pools: Sequence[Pool], tracks: Labels) -> str:
    if not pools:
        return "本年度尚无已公布的评议结果。"
    parts = [
        f"{tracks.get(track, track)}{sum(len(pool.scored) for pool in pools if pool.track == track)}名"
        for track in dict.fromkeys(pool.track for pool in pools)
    ]
    units = len({pool.unit for pool in pools})
    return f"截至目前，共有{units}个单位公布评议结果，涉及{'、'.join(parts)}。"


def _sheets(sheets: Sheets) -> str:
    if not sheets.boxes:
        return ""
    valid = sheets.online + sheets.paper
    invalid = f"，无效票{sheets.invalid}张" if sheets.invalid else ""
    return (
        f"民主评议共设票箱{sheets.boxes}个，收到有效测评票{valid}张，"
        f"其中网上{sheets.online}张、纸质{sheets.paper}张{invalid}。"
    )


def _by_track(pools: Sequence[Pool], tracks: Labels) -> list[str]:
    return [
        _track_numbers(tracks.get(track, track), [pool for pool in pools if pool.track == track])
        for track in dict.fromkeys(pool.track for pool in pools)
    ]


def _track_numbers(label: str, pools: Sequence[Pool]) -> str:
    scored = [result for pool in pools for result in pool.scored]
    if not scored:
        return ""
    composites = [result.composite for result in scored]
    spread = f"，最高{max(composites)}分，最低{min(composites)}分" if len(composites) > 1 else ""
    shown, labels = [result for pool in pools for result in pool.shown], labelling_of(pools[0].rules)
    return (
        f"{label}综合得分平均{_mean(composites)}分{spread}；"
        f"民主评议平均得分{_mean([result.democratic for result in scored])}分，"
        f"日常考核平均得分{_mean([result.daily for result in scored])}分。"
        + _ends(
            _means_by_group(shown, labels),
            "从评议主体看，",
            "的评价最高，平均得分率为",
            "%",
            "的评价相对较低，平均得分率为",
        )
    )


def _problems(pools: Sequence[Pool], tracks: Labels) -> list[str]:
    found = []
    for track in dict.fromkeys(pool.track for pool in pools):
        own = [pool for pool in pools if pool.track == track]
        labels, label = labelling_of(own[0].rules), tracks.get(track, track)
        means = _means_by_aspect([result for pool in own for result in pool.shown], labels)
        if means and len(set(means.values())) > 1:
            weakest = min(means, key=lambda name: means[name])
            found.append(f"从评议内容看，{label}“{weakest}”方面得分相对较低，平均{means[weakest]}分。")
        found += _deducted(own, labels, label)
    return found or ["各单位评议和日常考核未反映出突出问题。"]


def _deducted(pools: Sequence[Pool], labels: Labelling, label: str) -> list[str]:
    scored = [result for pool in pools for result in pool.scored]
    rows = [row for result in scored for row in result.deductions]
    if not rows:
        return []
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["rule"]] = counts.get(row["rule"], 0) + int(row["count"])
    kinds = "、".join(f"“{_rule(labels, rule)}”{counts[rule]}项" for rule in _by_points(rows)[:3])
    cadres = sum(bool(result.deductions) for result in scored)
    total = sum((Decimal(row["total"]) for row in rows), Decimal(0))
    return [f"从日常考核看，{label}共扣分{sum(counts.values())}项、{total}分，涉及{cadres}人，主要是{kinds}。"]


# One cadre


def _opening(result: Drafted, pool_size: int) -> str:
    figures = result.explanation
    place = f"，在{pool_size}名评议对象中列第{result.rank}位" if pool_size > 1 and result.rank else ""
    return (
        f"{result.name}同志综合得分{figures['composite']}分{place}。其中，民主评议得分{figures['democratic']}分"
        f"（基础分{_short(figures['base'])}分），日常考核得分{figures['daily']['points']}分"
        f"（基础分{_short(figures['daily']['base'])}分），加分{figures['bonus']['points']}分。"
    )


def _groups_of(result: Drafted, labels: Labelling) -> str:
    if result.hidden:
        return "因部分评议主体评议人数较少，为保护评议人，分主体、分内容情况不予列示。"
    rates = {labels.groups[group["code"]]: Decimal(group["rate"]) for group in _scored_groups(result)}
    sentence = _ends(rates, "从评议主体看，", "的评价最高，得分率为", "%", "的评价相对较低，得分率为")
    return sentence + "".join(_left_out(group, labels) for group in result.explanation["groups"])


def _left_out(group: Mapping[str, Any], labels: Labelling) -> str:
    if group["standing"] != "left_out":
        return ""
    return f"{labels.groups[group['code']]}评议人数不足{group['min_valid']}人，其分值已按规则分摊至其他评议主体。"


def _aspects_of(result: Drafted, labels: Labelling) -> str:
    means = {
        labels.aspects[aspect["code"]]: Decimal(aspect["mean"])
        for aspect in result.explanation["aspects"]
        if aspect["mean"] is not None
    }
    return _ends(means, "从评议内容看，", "得分最高，平均", "分", "得分相对较低，平均", "，应作为整改的重点")


def _deductions_of(result: Drafted, labels: Labelling) -> str:
    if not result.deductions:
        return "日常考核无扣分。"
    items = "；".join(f"{_rule(labels, row['rule'])}{row['count']}项，扣{row['total']}分" for row in result.deductions)
    daily = result.explanation["daily"]
    used_up = "，日常考核基础分已扣完" if daily["used_up"] else ""
    return f"日常考核共扣{daily['deducted']}分{used_up}：{items}。"


def _awards_of(result: Drafted) -> str:
    counted = [row["award"] for row in result.awards if row["counted"]]
    return f"因获“{'”“'.join(counted)}”表彰，加{result.explanation['bonus']['points']}分。" if counted else ""


# A pool


def _numbers(results: Sequence[Drafted], scored: Sequence[Drafted], track_label: str, unit: str) -> str:
    exempt = sum(result.status == "exempt" for result in results)
    open_ = sum(result.status == "incomplete" for result in results)
    composites = [Decimal(result.explanation["composite"]) for result in scored]
    others = (f"，免评{exempt}名" if exempt else "") + (f"，{open_}名因评议人数不足尚待研究" if open_ else "")
    spread = f"，最高{max(composites)}分，最低{min(composites)}分" if len(composites) > 1 else ""
    return (
        f"{unit}本年度参加公述民评的{track_label}{len(results) - exempt}名{others}。"
        f"综合得分平均{_mean(composites)}分{spread}；"
        f"民主评议平均得分{_mean_of(scored, lambda row: row['democratic'])}分，"
        f"日常考核平均得分{_mean_of(scored, lambda row: row['daily']['points'])}分，"
        f"加分平均{_mean_of(scored, lambda row: row['bonus']['points'])}分。"
    )


def _evaluation(scored: Sequence[Drafted], labels: Labelling) -> str:
    shown = [result for result in scored if not result.hidden]
    if not shown:
        return "因部分评议主体评议人数较少，为保护评议人，分主体、分内容情况不予列示。"
    return _ends(
        _means_by_group(shown, labels),
        "从评议主体看，",
        "的评价最高，平均得分率为",
        "%",
        "的评价相对较低，平均得分率为",
    ) + _ends(_means_by_aspect(shown, labels), "从评议内容看，", "得分最高，平均", "分", "得分相对较低，平均")


def _assessment(scored: Sequence[Drafted], labels: Labelling) -> str:
    rows = [row for result in scored for row in result.deductions]
    cadres = sum(bool(result.deductions) for result in scored)
    awards = sum(row["counted"] for result in scored for row in result.awards)
    bonus = f"获表彰加分{awards}项。" if awards else "无表彰加分。"
    if not rows:
        return f"日常考核方面，全年无扣分，{bonus}"
    kinds = _by_points(rows)
    most = _rule(labels, kinds[0])
    total = sum((Decimal(row["total"]) for row in rows), Decimal(0))
    number = sum(row["count"] for row in rows)
    return f"日常考核方面，共扣分{number}项、{total}分，涉及{cadres}人，扣分最多的是“{most}”；{bonus}"


def _ahead(scored: Sequence[Drafted], labels: Labelling) -> str:
    means = _means_by_aspect([result for result in scored if not result.hidden], labels)
    if not means:
        return ""
    weakest = min(means, key=lambda name: means[name])
    if means[weakest] == max(means.values()):
        return ""
    return f"下一步，要针对“{weakest}”方面反映出的问题，逐人制定整改措施，明确时限和成效，并向社会公开。"


def _means_by_group(shown: Sequence[Explained], labels: Labelling) -> dict[str, Decimal]:
    rates: dict[str, list[Decimal]] = {}
    for result in shown:
        for group in _scored_groups(result):
            rates.setdefault(labels.groups[group["code"]], []).append(Decimal(group["rate"]))
    return {name: _mean(values) for name, values in rates.items()}


def _means_by_aspect(shown: Sequence[Explained], labels: Labelling) -> dict[str, Decimal]:
    means: dict[str, list[Decimal]] = {}
    for result in shown:
        for aspect in result.explanation["aspects"]:
            if aspect["mean"] is not None:
                means.setdefault(labels.aspects[aspect["code"]], []).append(Decimal(aspect["mean"]))
    return {name: _mean(values) for name, values in means.items()}


def _by_points(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    totals: dict[str, Decimal] = {}
    for row in rows:
        totals[row["rule"]] = totals.get(row["rule"], Decimal(0)) + Decimal(row["total"])
    return sorted(totals, key=lambda rule: -totals[rule])


# Words


def _ends(figures: Mapping[str, Decimal], lead: str, high: str, mark: str, low: str, after: str = "") -> str:
    """The highest and the lowest of several figures, or that all are the same."""
    if not figures:
        return ""
    best, worst = max(figures, key=lambda name: figures[name]), min(figures, key=lambda name: figures[name])
    if figures[best] == figures[worst]:
        same = "各项相同，均为" if len(figures) > 1 else f"{best}为"
        return f"{lead}{same}{figures[best]}{mark}。"
    return f"{lead}{best}{high}{figures[best]}{mark}，{worst}{low}{figures[worst]}{mark}{after}。"


def _labels(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    return {row["code"]: row.get("label", {}).get("zh") or row["code"] for row in rows}


def _scored_groups(result: Explained) -> list[Mapping[str, Any]]:
    return [group for group in result.explanation["groups"] if group.get("points") is not None]


def _rule(labels: Labelling, code: str) -> str:
    """Without the unit of counting that stands behind it in brackets."""
    return labels.deductions.get(code, code).partition("（")[0]


def _mean_of(results: Sequence[Drafted], figure: Callable[[Mapping[str, Any]], str]) -> Decimal:
    return _mean([Decimal(figure(result.explanation)) for result in results])


def _mean(values: Sequence[Decimal]) -> Decimal:
    return (sum(values, Decimal(0)) / len(values)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def _short(points: str) -> str:
    return points.rstrip("0").rstrip(".")
