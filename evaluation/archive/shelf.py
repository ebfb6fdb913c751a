"""What lies on the shelf of some units in one year: the rows from which papers are made, each kind once."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from django.db.models import Prefetch, Q

from accounts.models import User
from evaluation.ballots.models import BallotBox, BoxGroup
from evaluation.bonus.models import BonusClaim
from evaluation.cycle.models import Cycle, WorkPlan
from evaluation.daily.models import Complaint, DailyDeduction
from evaluation.guard.site_test import is_site_tested
from evaluation.meetings.models import DutyReport, ReportMeeting
from evaluation.pledges.models import Pledge
from evaluation.recognition.models import Recommendation
from evaluation.rectification.models import RectificationNotice, RectificationPlan
from evaluation.registry.models import IssuedDocument
from evaluation.results.models import Circular, Publication, Result
from evaluation.roster.models import Appraisal, ScopeList
from evaluation.units.access import roles_of
from evaluation.units.models import Role, Unit

T = TypeVar("T", bound=Any)


def units_with_papers(*, cycle: Cycle, user: User | None) -> list[Unit]:
    """Return the units that organise in ``cycle`` and whose papers ``user`` may see (``None``: the shell, all)."""
    organising = Appraisal.objects.filter(cycle=cycle).values("organising_unit_id")
    units = Unit.objects.filter(pk__in=organising)
    if user is not None and not roles_of(user) & {Role.OFFICE, Role.AUDITOR}:
        units = units.filter(pk__in=Unit.objects.acted_for_by(user, Role.UNIT_ADMIN, Role.APPROVER).values("pk"))
    return list(units.for_list())


@dataclass
class Shelf:
    """``units``: those that organise; ``is_city``: they are all there are.

    Every row is one that ``user`` may see; ``None`` is the shell, which sees all. Each property costs one query (and
    one a prefetch) for however many units.
    """

    cycle: Cycle
    user: User | None
    units: list[Unit]
    is_city: bool = False

    @cached_property
    def site_tested(self) -> bool:
        return is_site_tested()

    @cached_property
    def unit_by_key(self) -> dict[int, Unit]:
        return {unit.pk: unit for unit in self.units}

    @cached_property
    def units_with_pledges(self) -> set[int]:
        published = {key for key, row in self.pledges.items() if row.status == Pledge.Status.PUBLISHED}
        return {row.organising_unit_id for row in self.taking_part if row.pk in published}

    @cached_property
    def scope_lists(self) -> dict[int, ScopeList]:
        return {row.unit_id: row for row in ScopeList.objects.filter(cycle=self.cycle, unit__in=self.units)}

    @cached_property
    def work_plans(self) -> dict[int, WorkPlan]:
        rows = WorkPlan.objects.filter(cycle=self.cycle, unit__in=self.units).select_related("file")
        return {row.unit_id: row for row in rows}

    @cached_property
    def appraisals(self) -> list[Appraisal]:
        rows = Appraisal.objects.filter(cycle=self.cycle, organising_unit__in=self.units)
        return list(self._seen(rows).for_list())

    @cached_property
    def taking_part(self) -> list[Appraisal]:
        return [row for row in self.appraisals if not row.exempt and row.track != "bureau_leader"]

    @cached_property
    def pledges(self) -> dict[int, Pledge]:
        return {row.appraisal_id: row for row in Pledge.objects.filter(appraisal__in=self._keys)}

    @cached_property
    def reports(self) -> dict[int, DutyReport]:
        return {row.appraisal_id: row for row in DutyReport.objects.filter(appraisal__in=self._keys)}

    @cached_property
    def meetings(self) -> list[ReportMeeting]:
        rows = ReportMeeting.objects.filter(cycle=self.cycle, unit__in=self.units)
        return list(self._seen(rows).for_list().prefetch_related("attendance", "inquiries"))

    @cached_property
    def boxes(self) -> list[BallotBox]:
        rows = self._seen(BallotBox.objects.filter(cycle=self.cycle, unit__in=self.units)).real()
        groups = Prefetch("groups", queryset=BoxGroup.objects.order_by("pk"))
        return list(rows.for_list().prefetch_related(groups))

    @cached_property
    def claims(self) -> list[BonusClaim]:
        rows = BonusClaim.objects.filter(appraisal__in=self._keys)
        return list(self._seen(rows).for_list().prefetch_related("further_files"))

    @cached_property
    def deductions(self) -> list[DailyDeduction]:
        rows = self._seen(DailyDeduction.objects.filter(appraisal__in=self._keys)).counting()
        rows = rows.select_related("cadre", "appraisal__organising_unit", "defence", "evidence")
        return list(rows.prefetch_related("further_files", "defence__files").order_by("found_on", "pk"))

    @cached_property
    def complaints(self) -> list[Complaint]:
        rows = Complaint.objects.filter(cycle=self.cycle, unit__in=self.units)
        rows = rows if self.user is None else rows.visible_to(self.user)
        return list(rows.prefetch_related("findings__files").order_by("unit__order", "number"))

    @cached_property
    def publications(self) -> list[Publication]:
        rows = Publication.objects.filter(cycle=self.cycle, organising_unit__in=self.units)
        return list(self._seen(rows).current().for_list())

    @cached_property
    def circulars(self) -> list[Circular]:
        """Of the whole city alone."""
        if not self.is_city:
            return []
        return list(self._seen(Circular.objects.filter(cycle=self.cycle)).for_list())

    @cached_property
    def results(self) -> list[Result]:
        rows = Result.objects.filter(publication__in=[row.pk for row in self.publications])
        rows = rows.select_related("publication", "appraisal__organising_unit", "feedback__scan")
        return list(rows.order_by("publication__organising_unit__order", "publication_id", "list_order", "pk"))

    @cached_property
    def plans(self) -> dict[int, RectificationPlan]:
        rows = RectificationPlan.objects.filter(appraisal__in=self._keys).prefetch_related("items__files")
        return {row.appraisal_id: row for row in rows}

    @cached_property
    def notices(self) -> list[RectificationNotice]:
        rows = self._seen(RectificationNotice.objects.filter(appraisal__in=self._keys))
        return list(rows.for_list())

    @cached_property
    def recommendations(self) -> dict[int, Recommendation]:
        rows = Recommendation.objects.filter(cycle=self.cycle, unit__in=self.units).select_related("appraisal")
        return {row.unit_id: row for row in rows}

    @cached_property
    def issued(self) -> list[IssuedDocument]:
        """What the units issued, and what was addressed to them."""
        rows = IssuedDocument.objects.filter(Q(unit__in=self.units) | Q(addressee__in=self.units), year=self.cycle.year)
        rows = self._seen(rows).select_related("unit", "pdf").prefetch_related("scans__file")
        return list(rows.order_by("unit__order", "issued_at", "pk"))

    @cached_property
    def _keys(self) -> list[int]:
        return [row.pk for row in self.appraisals]

    def _seen(self, rows: T) -> T:
        return rows if self.user is None else rows.visible_to(self.user)
