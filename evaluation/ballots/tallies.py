"""What later rooms read of the ballots: released figures, and what is still to come."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from evaluation.ballots.models import BallotBox, BoxGroup, Tally
from evaluation.roster.models import Appraisal
from evaluation.scoring import GroupTally, add_tallies

State = BallotBox.State


def tallies_for(*, appraisals: Iterable[Appraisal]) -> dict[int, dict[str, GroupTally]]:
    """Return ``{appraisal id: {group: tally}}``: the sum over released boxes and both channels, in three queries.

    Not in it: trial and annulled boxes, groups whose vote is invalid, boxes not yet counted and released
    (``uncounted_boxes``). An appraisal without a figure has an empty dictionary.
    """
    keys = [appraisal.pk for appraisal in appraisals]
    parts: dict[int, dict[str, list[GroupTally]]] = {key: defaultdict(list) for key in keys}
    invalid = set(
        BoxGroup.objects.filter(box__sheet__appraisal__in=keys, is_valid=False).values_list("box_id", "group")
    )
    rows = Tally.objects.filter(
        appraisal__in=keys, box__is_trial=False, box__state=State.COUNTED, box__released_at__isnull=False
    ).order_by("pk")
    for row in rows:
        if (row.box_id, row.group) not in invalid:
            parts[row.appraisal_id][row.group].append(GroupTally(row.valid, row.marks))
    return {key: {group: add_tallies(found) for group, found in groups.items()} for key, groups in parts.items()}


def shown_early(*, appraisals: Iterable[Appraisal]) -> dict[int, dict[str, GroupTally]]:
    """Return ``{appraisal id: {group: tally}}``: what count reports showed before the last box was counted, one query.

    A hall box released at the meeting shows its groups while the public box is still open. What is known of them
    can be taken from everything that comes later: a small group beside them is no longer one figure among several.
    """
    keys = [appraisal.pk for appraisal in appraisals]
    rows = list(
        Tally.objects.filter(appraisal__in=keys, box__is_trial=False, box__state=State.COUNTED)
        .select_related("box")
        .only("appraisal_id", "group", "valid", "marks", "box__counted_at", "box__released_at")
        .order_by("pk")
    )
    last: dict[int, datetime] = {}
    for row in rows:
        if row.box.counted_at is not None:
            last[row.appraisal_id] = max(last.get(row.appraisal_id, row.box.counted_at), row.box.counted_at)
    parts: dict[int, dict[str, list[GroupTally]]] = {key: defaultdict(list) for key in keys}
    for row in rows:
        if row.box.released_at is not None and row.box.released_at < last[row.appraisal_id]:
            parts[row.appraisal_id][row.group].append(GroupTally(row.valid, row.marks))
    return {key: {group: add_tallies(found) for group, found in groups.items()} for key, groups in parts.items()}


def uncounted_boxes(*, appraisals: Iterable[Appraisal]) -> dict[int, list[BallotBox]]:
    """Return for each appraisal the boxes for which its result waits: not counted, or not released."""
    keys = [appraisal.pk for appraisal in appraisals]
    waiting: dict[int, list[BallotBox]] = {key: [] for key in keys}
    boxes = (
        BallotBox.objects.real()
        .filter(sheet__appraisal__in=keys)
        .filter(~Q(state=State.COUNTED) | Q(released_at__isnull=True))
        .prefetch_related("sheet")
        .distinct()
        .order_by("pk")
    )
    for box in boxes:
        for entry in box.sheet.all():
            if entry.appraisal_id in waiting:
                waiting[entry.appraisal_id].append(box)
    return waiting
