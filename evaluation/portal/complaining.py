"""Of whom and of what residents complain on the web: the units there are, and the cadres that are public."""

from itertools import groupby

from evaluation.cycle.models import Cycle, Track
from evaluation.portal.pages import cadres_of
from evaluation.portal.public import public_cycles
from evaluation.roster.models import Appraisal
from evaluation.units.models import Unit


def cycle_for_complaints() -> Cycle | None:
    """The newest year that is under way: what comes in late counts where it is verified."""
    return public_cycles().filter(status=Cycle.Status.OPEN).first()


def unit_choices() -> list[tuple[str, list[Unit]]]:
    """Units by kind, the villages under their town: one query."""
    units = list(Unit.objects.filter(merged_into__isnull=True).for_list())
    villages = sorted((unit for unit in units if unit.parent_id), key=lambda unit: unit.parent.name)  # type: ignore[union-attr]
    others = sorted((unit for unit in units if not unit.parent_id), key=lambda unit: Unit.Kind.values.index(unit.kind))
    by_kind = [(str(Unit.Kind(kind).label), list(rows)) for kind, rows in groupby(others, key=lambda unit: unit.kind)]
    by_town = [(town, list(rows)) for town, rows in groupby(villages, key=lambda unit: unit.parent.name)]  # type: ignore[union-attr]
    return by_kind + by_town


def cadres_to_name(unit: Unit, cycle: Cycle) -> list[Appraisal]:
    return list(cadres_of(unit, cycle))


def handling_unit(unit: Unit, appraisal: Appraisal | None) -> Unit:
    """Who deals with it: the unit that organises the cadre; a village's town (C3, C13)."""
    if appraisal is not None:
        return appraisal.organising_unit
    return unit.parent if unit.kind == Unit.Kind.VILLAGE and unit.parent else unit


def is_of_leaders(appraisal: Appraisal | None) -> bool:
    return appraisal is not None and appraisal.track == Track.BUREAU_LEADER
