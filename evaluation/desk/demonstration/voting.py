"""Step 3 in the city: boxes, slips, ballots cast one by one through the service that every voter meets (C8, C9)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from evaluation.ballots import boxes as box_services
from evaluation.ballots.casting import cast
from evaluation.ballots.counting import count_boxes
from evaluation.ballots.keys import appoint_scrutineers
from evaluation.ballots.models import BallotBox, Opinion, ScrutineerKey
from evaluation.ballots.opinions import hide_opinion, show_opinion, take_back
from evaluation.ballots.paper import check_paper, key_paper, set_hall_numbers
from evaluation.ballots.passes import Slip, make_passes, make_public_pass
from evaluation.ballots.places import create_places
from evaluation.ballots.redaction import Names, proposed_words
from evaluation.ballots.sheets import Spec, mark_field, opinion_field
from evaluation.cycle.models import EvaluatorGroup as Group
from evaluation.cycle.models import Track
from evaluation.daily.services.opinions import pass_on_opinion
from evaluation.desk.demonstration import meeting as meetings
from evaluation.desk.demonstration.city import City
from evaluation.desk.demonstration.people import PASSPHRASE, SCRUTINEERS
from evaluation.desk.demonstration.story import Act
from evaluation.desk.demonstration.texts import CadreText
from evaluation.guard.site_test import open_site_test, site_test
from evaluation.roster.models import Appraisal

FIRST, SECOND = SCRUTINEERS
# How strictly people judge an aspect, beside the cadre's quality; in the order of the rules.
ASPECT_SHIFTS = (2.0, 3.0, -3.0, 0.0, 4.0)
GRADE_FROM = (86, 74, 61)
SPREAD = 6.5
ABSTAINED, DONT_KNOW, UNKNOWN_TO_PUBLIC = 0.01, 0.04, 0.78
OPEN_DAYS, MEETING_OPEN_DAYS = 30, 7
# The unit whose opinions are still being read, and whose administrator passes one on as a complaint.
HALF_READ = "weisheng"


@dataclass(frozen=True)
class Vote:
    """What is cast in one box: sheets per group. ``village``: the box judges the cadres of that village alone."""

    code: str
    kind: str
    cast: dict[str, int]
    village: str = ""
    invited: dict[str, int] | None = None
    paper: tuple[int, int] | None = None

    @property
    def key(self) -> str:
        return f"{self.code}/{self.village}/{self.kind}"


def _hall(code: str, recipients: int, staff: int, others: int, **more: object) -> Vote:
    groups = {Group.SERVICE_RECIPIENT: recipients, Group.OWN_UNIT: staff, Group.REPRESENTATIVE: others}
    return Vote(code, "meeting", {str(group): number for group, number in groups.items()}, **more)  # type: ignore[arg-type]


def _public(code: str, number: int) -> Vote:
    return Vote(code, "public", {str(Group.PUBLIC): number})


VOTES = {
    "minzheng": (_hall("minzheng", 58, 36, 42), _public("minzheng", 66)),
    "dongxi": (
        _hall("dongxi", 24, 12, 12, village="liuan"),
        _hall("dongxi", 20, 11, 11, village="shiqiao"),
        _hall("dongxi", 18, 10, 10, village="qingshan"),
        _public("dongxi", 38),
    ),
    "shenpi": (_hall("shenpi", 32, 18, 16), _public("shenpi", 30)),
    "sifa": (_hall("sifa", 25, 19, 13), _public("sifa", 26)),
    # The representatives came few, and voted on paper.
    "weisheng": (_hall("weisheng", 22, 21, 0, paper=(6, 1)), _public("weisheng", 25)),
    "huanbao": (
        _hall("huanbao", 5, 9, 4, invited={"service_recipient": 24, "own_unit": 28, "representative": 18}),
        _public("huanbao", 12),
    ),
}


class Ballots:
    """The story's boxes and the slips that are still in people's hands; slips exist nowhere else."""

    def __init__(self) -> None:
        self.boxes: dict[str, int] = {}
        self.slips: dict[str, list[Slip]] = {}

    def box(self, vote: Vote) -> BallotBox:
        return BallotBox.objects.select_related("cycle", "unit").get(pk=self.boxes[vote.key])

    def before(self, city: City, code: str) -> list[Act]:
        """Boxes set up, made ready by a scrutineer, slips printed by the office; the public votes from then on."""
        votes, halls, public = _parts(code)
        day = meetings.meeting_day(city, code)
        return [
            Act(city.near(day, -6, 9), self._setting_up(votes)),
            Act(city.near(day, -5, 9), self._readying(votes)),
            *([Act(city.near(day, -5, 10), self._placing(public[0]))] if code == meetings.TODAY else []),
            Act(city.near(day, -4, 9), self._printing(halls)),
            Act(city.near(day, -4, 10), self._opening(public)),
            *([Act(city.near(day, -4, 10), self._opening_places)] if code == meetings.TODAY else []),
            Act(city.near(day, -1, 19), self._casting(public, part=0), durable=True),
        ]

    def during(self, city: City, code: str) -> list[Act]:
        """In the hall. Today's is under way: some have voted, and slips are left."""
        _votes, halls, public = _parts(code)
        if code == meetings.TODAY:
            began = meetings.began(city, code)
            return [
                Act(began + timedelta(minutes=75), self._opening(halls)),
                Act(began + timedelta(minutes=80), self._casting(halls), durable=True),
                Act(began + timedelta(minutes=90), self._casting(public, part=1), durable=True),
            ]
        day = meetings.meeting_day(city, code)
        return [
            Act(city.near(day, 0, 11, 20), self._opening(halls)),
            Act(city.near(day, 0, 11, 30), self._casting(halls), durable=True),
            Act(city.near(day, 0, 12), self._closing(halls)),
            Act(city.near(day, 0, 20), self._casting(public, part=1), durable=True),
        ]

    def after(self, city: City, code: str) -> list[Act]:
        votes, _halls, public = _parts(code)
        day = meetings.meeting_day(city, code)
        return [
            Act(city.near(day, 2, 18, 5), self._closing(public)),
            Act(city.near(day, 3, 9, 30), self._counting(votes), durable=True),
            Act(city.near(day, 3, 10), self._releasing(votes)),
            Act(city.near(day, 3, 15), self._moderating(votes)),
        ]

    # What the office and the scrutineers do

    def _setting_up(self, votes: tuple[Vote, ...]) -> Callable[[City], None]:
        def set_up(city: City) -> None:
            for vote in votes:
                box = box_services.create_box(
                    cycle=city.cycle,
                    unit=city.unit(vote.code),
                    track=Track.VILLAGE if vote.code == "dongxi" else Track.MID_LEVEL,
                    kind=vote.kind,
                    title=_title(city, vote),
                    actor=city.office,
                    groups=_invited(vote),
                    meeting=meetings.meeting_of(city, vote.code) if vote.kind == "meeting" else None,
                    appraisals=_sheet(city, vote),
                    takes_paper=vote.paper is not None,
                    opens_at=_opens_at(city, vote),
                    closes_at=_closes_at(city, vote),
                )
                keys = ScrutineerKey.objects.filter(cycle=city.cycle).order_by("pk")
                self.boxes[vote.key] = appoint_scrutineers(box=box, keys=keys, actor=city.office).pk

        return set_up

    def _readying(self, votes: tuple[Vote, ...]) -> Callable[[City], None]:
        def make_ready(city: City) -> None:
            chosen = [self.box(vote) for vote in votes]
            box_services.make_ready(boxes=chosen, scrutineer=city.user(FIRST), passphrase=PASSPHRASE)

        return make_ready

    def _placing(self, vote: Vote) -> Callable[[City], None]:
        """One staffed paper box of the public beside the vote by phone; it opens by its time."""

        def place_box(city: City) -> None:
            [box] = create_places(
                cycle=city.cycle,
                unit=city.unit(vote.code),
                track=Track.MID_LEVEL,
                places=[(str(city.words["box"]["paper_place"]), str(city.words["box"]["paper_staff"]))],
                opens_at=_opens_at(city, vote) or city.near(meetings.meeting_day(city, vote.code), -4, 8),
                closes_at=_closes_at(city, vote),
                invited=0,
                actor=city.office,
            )
            [box] = box_services.make_ready(boxes=[box], scrutineer=city.user(FIRST), passphrase=PASSPHRASE)
            self.boxes[f"{vote.key}/paper"] = box.pk

        return place_box

    def _opening_places(self, city: City) -> None:
        for key in [key for key in self.boxes if key.endswith("/paper")]:
            box_services.open_box(box=BallotBox.objects.get(pk=self.boxes[key]), actor="system:clock")

    def _printing(self, votes: list[Vote]) -> Callable[[City], None]:
        def print_slips(city: City) -> None:
            open_site_test(code=site_test().code)
            for vote in votes:
                box = self.box(vote)
                groups = {row.group: row.invited for row in box.groups.all() if not _by_paper(vote, row.group)}
                made = [make_passes(box=box, group=g, number=n, actor=city.office) for g, n in groups.items()]
                self.slips[vote.key] = [slip for slips in made for slip in slips]

        return print_slips

    def _opening(self, votes: list[Vote]) -> Callable[[City], None]:
        def open_them(city: City) -> None:
            for vote in votes:
                actor = city.user(FIRST) if vote.kind == "meeting" else "system:clock"
                box_services.open_box(box=self.box(vote), actor=actor)

        return open_them

    def _closing(self, votes: list[Vote]) -> Callable[[City], None]:
        def close(city: City) -> None:
            for vote in votes:
                box = box_services.close_box(box=self.box(vote), actor=city.user(SECOND))
                if vote.kind == "meeting":
                    self._enter_hall(city, vote, box)

        return close

    def _enter_hall(self, city: City, vote: Vote, box: BallotBox) -> None:
        for row in box.groups.all():
            if not _by_paper(vote, row.group):
                present = min(vote.cast[row.group] + 1, row.invited)
                set_hall_numbers(group=row, actor=city.user(SECOND), present=present)
            elif vote.paper:
                valid, invalid = vote.paper
                collected = valid + invalid
                numbers = {"printed": row.invited, "leftover": row.invited - collected - 1, "collected": collected}
                set_hall_numbers(group=row, actor=city.user(SECOND), present=collected + 1, **numbers)
                self._key_paper(city, vote, box, row.group)

    def _key_paper(self, city: City, vote: Vote, box: BallotBox, group: str) -> None:
        """Keyed from the signed sheet by one teller, and by another."""
        valid, invalid = vote.paper or (0, 0)
        spec = Spec.from_values(box.spec)
        best, good, fair, *_worst = spec.grades
        shares = {best: valid - valid // 2, good: valid // 2 - valid // 4, fair: valid // 4}
        totals = {key: dict.fromkeys(spec.aspects, shares) for key in spec.appraisals}
        for act, who in ((key_paper, FIRST), (check_paper, SECOND)):
            user = city.user(who)
            act(box=box, group=group, valid=valid, invalid=invalid, totals=totals, who=f"user:{user.pk}")

    def _counting(self, votes: tuple[Vote, ...]) -> Callable[[City], None]:
        def count(city: City) -> None:
            chosen = [self.box(vote) for vote in votes]
            count_boxes(boxes=chosen, scrutineer=city.user(SECOND), passphrase=PASSPHRASE)

        return count

    def _releasing(self, votes: tuple[Vote, ...]) -> Callable[[City], None]:
        def release(city: City) -> None:
            box_services.release_boxes(boxes=[self.box(vote) for vote in votes], actor=city.office)

        return release

    def _moderating(self, votes: tuple[Vote, ...]) -> Callable[[City], None]:
        """Read one by one; of the unit that waits only the first half, so that some are still to be read."""

        def moderate(city: City) -> None:
            rows = Opinion.objects.filter(box__in=[self.boxes[vote.key] for vote in votes]).select_related("appraisal")
            opinions = list(rows.order_by("appraisal__order", "appraisal_id", "pk"))
            read = opinions[: len(opinions) // 2] if votes[0].code == HALF_READ else opinions
            names = Names.of(Appraisal.objects.filter(cycle=city.cycle).values_list("name", flat=True))
            for opinion in read:
                _decide(city, opinion, names)
            _passing_on(city, opinions)
            if votes[0].code == HALF_READ:
                take_back(opinion=read[-1], actor=city.office)

        return moderate

    # What voters do

    def _casting(self, votes: list[Vote], part: int | None = None) -> Callable[[City], None]:
        """``part``: the first or the second half of a public box, which stays open for days."""

        def vote_now(city: City) -> None:
            for vote in votes:
                self._cast_all(city, vote, part)

        return vote_now

    def _cast_all(self, city: City, vote: Vote, part: int | None) -> None:
        random = Random(f"{vote.key}/{part}")  # noqa: S311 (how people of a story vote)
        box = self.box(vote)
        spec = Spec.from_values(box.spec)
        people = [city.text_of(one) for one in _sheet(city, vote)]
        hand = self.slips.get(vote.key, [])
        for group, number in vote.cast.items():
            for place in _places(number, part):
                typed = make_public_pass(box=box) if vote.kind == "public" else _take(hand, group).token
                posted = _filled(spec, people, group, place, random)
                cast(typed=typed, posted=posted, network=f"household {place // 2}")
            if vote.kind == "public" and part == 0 and people[0].opinions:
                unfit = {opinion_field(spec.appraisals[0]): [city.words["opinions"]["unfit"]]}
                cast(typed=make_public_pass(box=box), posted=_filled(spec, people, group, number, random) | unfit)


def _decide(city: City, opinion: Opinion, names: Names) -> None:
    """As the office would: by aspect, third persons blacked out, what is unfit hidden, one hidden and shown later."""
    words, actor = city.words["opinions"], city.office
    if opinion.text == words["unfit"]:
        hide_opinion(opinion=opinion, reason=words["hidden_reason"], actor=actor)
        return
    black: list[str] = []
    if opinion.text == words["third_persons"]:
        black = [*proposed_words(opinion.text, judged=opinion.appraisal.name, names=names), *words["further_words"]]
    if opinion.text == words["second_thought"]:
        hide_opinion(opinion=opinion, reason=words["hidden_reason"], actor=actor)
    why = words["second_reason"] if opinion.text == words["second_thought"] else ""
    fitting = (row["code"] for row in words["aspects"] if any(word in opinion.text for word in row["words"]))
    show_opinion(opinion=opinion, actor=actor, aspect=next(fitting, ""), words=black, why=why)


def _passing_on(city: City, opinions: list[Opinion]) -> None:
    """One reports something concrete: it becomes a complaint."""
    concrete = next((one for one in opinions if one.text == city.words["opinions"]["passed_on"]), None)
    if concrete is not None:
        pass_on_opinion(opinion=concrete, actor=city.admin(HALF_READ))


def _take(hand: list[Slip], group: str) -> Slip:
    slip = next(slip for slip in hand if slip.group == group)
    hand.remove(slip)
    return slip


def _places(number: int, part: int | None) -> range:
    middle = number // 2
    return range(number) if part is None else range(middle) if part == 0 else range(middle, number)


def _filled(spec: Spec, people: list[CadreText], group: str, place: int, random: Random) -> dict[str, list[str]]:
    """One sheet. The opinions in the texts come by turns from the public and from those served."""
    posted = {}
    for number, (appraisal, text) in enumerate(zip(spec.appraisals, people, strict=True)):
        stranger = group == Group.PUBLIC and text.little_known and random.random() < UNKNOWN_TO_PUBLIC
        for aspect, shift in zip(spec.aspects, ASPECT_SHIFTS, strict=True):
            mark = "dont_know" if stranger else _mark(spec, text.quality + shift, random)
            posted[mark_field(appraisal, aspect)] = [mark]
        turn, rest = divmod(place - number, 3)
        by_turns = Group.PUBLIC if turn % 2 == 0 else Group.SERVICE_RECIPIENT
        if group == by_turns and rest == 0 and 0 <= turn < len(text.opinions):
            posted[opinion_field(appraisal)] = [text.opinions[turn]]
    return posted


def _mark(spec: Spec, quality: float, random: Random) -> str:
    chance = random.random()
    if chance < ABSTAINED:
        return "abstained"
    if chance < ABSTAINED + DONT_KNOW:
        return "dont_know"
    felt = random.gauss(quality, SPREAD)
    return next((grade for grade, least in zip(spec.grades, GRADE_FROM, strict=False) if felt >= least), spec.grades[2])


def _by_paper(vote: Vote, group: str) -> bool:
    return vote.paper is not None and group == Group.REPRESENTATIVE


def _sheet(city: City, vote: Vote) -> list[Appraisal]:
    if vote.code != "dongxi":
        return city.appraisals(vote.code)
    rows = city.appraisals(vote.code, Track.VILLAGE)
    return [row for row in rows if vote.village in ("", row.home_unit.code)]


def _title(city: City, vote: Vote) -> str:
    village = next((text.name for text in city.texts[vote.code].villages if text.code == vote.village), "")
    unit = village or city.texts[vote.code].name
    return str(city.words["box"][vote.kind]).format(unit=unit)


def _invited(vote: Vote) -> dict[str, int]:
    if vote.kind == "public":
        return {str(Group.PUBLIC): 0}
    more = {str(Group.OWN_UNIT): 0}  # a unit's staff get no more slips than there are people
    return vote.invited or {
        group: 12 if _by_paper(vote, group) else number + more.get(group, 3) for group, number in vote.cast.items()
    }


def _parts(code: str) -> tuple[tuple[Vote, ...], list[Vote], list[Vote]]:
    """All boxes of a unit's vote, those in the hall, and that of the public."""
    votes = VOTES[code]
    return votes, [vote for vote in votes if vote.kind == "meeting"], [vote for vote in votes if vote.kind == "public"]


def _opens_at(city: City, vote: Vote) -> datetime | None:
    return None if vote.kind == "meeting" else city.near(meetings.meeting_day(city, vote.code), -4, 8)


def _closes_at(city: City, vote: Vote) -> datetime:
    """Boxes of the past are closed by their time at the latest; those of today stay open for visitors."""
    day, in_hall = meetings.meeting_day(city, vote.code), vote.kind == "meeting"
    if vote.code == meetings.TODAY:
        return city.evening(MEETING_OPEN_DAYS if in_hall else OPEN_DAYS)
    return city.near(day, 0 if in_hall else 2, 18)
