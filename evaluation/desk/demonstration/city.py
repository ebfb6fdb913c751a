"""The city while it is being loaded: its year and days, its units, people and texts."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from django.utils import timezone

from accounts.models import User
from evaluation.cycle.models import Cycle, Track
from evaluation.cycle.working_days import is_working_day
from evaluation.desk.demonstration.texts import CadreText, UnitText, read_units, read_words
from evaluation.roster.models import Appraisal
from evaluation.units.models import Unit

CITY_NAME = "云溪市"
DAYS_TO_DEADLINE = 50
DAY = timedelta(days=1)
MEETING_HOURS = (time(19), time(14, 30), time(9))
# Acts longer ago than the longest holiday move forward to a working day, later ones back, so that none passes today.
MOVES_FORWARD_UNTIL = -14


@dataclass
class City:
    """``now`` is the moment of loading; every date is told in days from it."""

    now: datetime
    texts: dict[str, UnitText] = field(default_factory=read_units)
    words: dict[str, Any] = field(default_factory=read_words)
    codes: list[str] = field(default_factory=list)

    @property
    def today(self) -> date:
        return timezone.localdate(self.now)

    @property
    def year(self) -> int:
        return self.today.year

    @property
    def deadline(self) -> date:
        return self.today + timedelta(days=DAYS_TO_DEADLINE)

    @cached_property
    def cycle(self) -> Cycle:
        return Cycle.objects.get(year=self.year)

    def day(self, offset: int) -> date:
        return self.today + timedelta(days=offset)

    def working_day(self, offset: int) -> date:
        """The working day nearest to ``offset``, never beyond today for a day that is past."""
        step = DAY if offset > 0 or offset < MOVES_FORWARD_UNTIL else -DAY
        day = self.day(offset)
        while not is_working_day(day):
            day += step
        return day

    def moment(self, offset: int, hour: int, minute: int = 0) -> datetime:
        """A time on a working day in the past or in the future."""
        return timezone.make_aware(datetime.combine(self.working_day(offset), time(hour, minute)))

    def near(self, anchor: date, days: int, hour: int, minute: int = 0) -> datetime:
        """A time so many days before or after ``anchor``, moved away from it to a working day that is past."""
        wanted = day = anchor + timedelta(days=days)
        while not is_working_day(day):
            day += DAY if days > 0 else -DAY
        if days > 0 and day >= self.today:
            day = wanted
        return timezone.make_aware(datetime.combine(day, time(hour, minute)))

    def evening(self, offset: int) -> datetime:
        return timezone.make_aware(datetime.combine(self.day(offset), time(18)))

    def last_meeting_hour(self, minutes: int) -> datetime:
        """The last time at which a meeting begins on a day of work, so many minutes ago at least."""
        days = (self.day(0), self.day(-1))
        hours = [timezone.make_aware(datetime.combine(day, hour)) for day in days for hour in MEETING_HOURS]
        return next(hour for hour in hours if hour <= self.now - timedelta(minutes=minutes))

    def user(self, username: str) -> User:
        return User.objects.get(username=username)

    @property
    def office(self) -> User:
        return self.user("office")

    @property
    def second_office(self) -> User:
        return self.user("office2")

    def admin(self, code: str) -> User:
        return self.user(code)

    def approver(self, code: str) -> User:
        return self.user(f"{code}-sh")

    def unit(self, code: str) -> Unit:
        return Unit.objects.get(code=code)

    def text_of(self, appraisal: Appraisal) -> CadreText:
        return self._texts_by_name[appraisal.name]

    @cached_property
    def _texts_by_name(self) -> dict[str, CadreText]:
        """Every name stands once in the city."""
        units = [*self.texts.values(), *(village for text in self.texts.values() for village in text.villages)]
        return {cadre.name: cadre for unit in units for cadre in unit.cadres}

    def appraisals(self, code: str, track: str = Track.MID_LEVEL) -> list[Appraisal]:
        """Those whom a unit organises, in the order of its list."""
        rows = Appraisal.objects.filter(cycle=self.cycle, organising_unit__code=code, track=track)
        return list(rows.for_list())

    def appraisal(self, name: str) -> Appraisal:
        return Appraisal.objects.for_list().get(cycle=self.cycle, name=name)
