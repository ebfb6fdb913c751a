"""The draw in the city: a list of enterprises, its seed thrown in the room, reserves called up (C15)."""

from evaluation.desk.demonstration.city import City
from evaluation.desk.demonstration.meeting import meeting_of
from evaluation.desk.demonstration.story import Act
from evaluation.meetings.services.drawn import invite_drawn
from evaluation.recipients.draws import draw_frames, replace_unavailable, set_way
from evaluation.recipients.frames import make_list_frame
from evaluation.recipients.models import Draw, DrawnRecipient, Frame
from evaluation.recipients.people import Person, person_of

EACH, RESERVE = 10, 4
CANNOT_COME, BY_LETTER = 2, 6


def story(city: City) -> list[Act]:
    return [
        Act(city.moment(-3, 14), fix_frame),
        Act(city.moment(-3, 15, 30), throw_and_draw),
        Act(city.moment(-2, 15), invite),
    ]


def fix_frame(city: City) -> None:
    code = city.words["draw"]["unit"]
    make_list_frame(
        cycle=city.cycle,
        unit=city.unit(code),
        name=city.words["draw"]["name"],
        people=enterprises(city),
        actor=city.admin(code),
    )


def enterprises(city: City) -> list[Person]:
    """Every firm stands by the section that it deals with, in turn; the first two sections have the most."""
    words = city.words["draw"]
    sections = list(dict.fromkeys(cadre.office for cadre in city.texts[words["unit"]].cadres))
    names = [f"云溪市{firm}{trade}" for trade in words["trades"] for firm in words["firms"]]
    return [
        person_of(section=section, name=name, address=words["street"].format(number=number))
        for place, section in enumerate(sections)
        for number, name in enumerate(names[: max(len(names) - 12 * place, 6)], start=1)
    ]


def throw_and_draw(city: City) -> None:
    words = city.words["draw"]
    draw_frames(
        frames=list(Frame.objects.filter(cycle=city.cycle, unit__code=words["unit"])),
        each=EACH,
        reserve_each=RESERVE,
        seed=words["seed"],
        seed_note=words["seed_note"],
        actor=city.admin(words["unit"]),
    )


def invite(city: City) -> None:
    """Some cannot come, some vote by letter; the others go into the meeting's list."""
    code = city.words["draw"]["unit"]
    drawn, admin = Draw.objects.get(frame__unit__code=code, frame__cycle=city.cycle), city.admin(code)
    rows = DrawnRecipient.objects.filter(stratum__draw=drawn, state=DrawnRecipient.State.DRAWN)
    keys = list(rows.order_by("stratum__section", "place").values_list("pk", flat=True))
    replace_unavailable(drawn=drawn, recipients=keys[:CANNOT_COME], actor=admin)
    set_way(drawn=drawn, recipients=keys[-BY_LETTER:], way=DrawnRecipient.Way.LETTER, actor=admin)
    invite_drawn(meeting=meeting_of(city, code), actor=admin)
