"""Opinions from ballots: decided one by one, names of others blacked out, and nothing else is ever read."""

from collections.abc import Callable

import pytest

from accounts.models import User
from evaluation.audit.models import AuditEvent
from evaluation.ballots.models import BallotBox, Opinion
from evaluation.ballots.opinions import (
    hide_opinion,
    hide_opinions,
    show_opinion,
    show_opinions,
    shown_opinions,
    shown_rows,
    take_back,
)
from evaluation.ballots.redaction import Names, blacked_out, parts_of, proposed_words
from evaluation.ballots.selectors import moderated_opinions, readable_opinions
from evaluation.cycle.models import Cycle
from evaluation.daily.models import Complaint
from evaluation.daily.services.opinions import pass_on_opinion
from evaluation.errors import DomainError
from evaluation.rectification.selectors import opinions_by_aspect, opinions_shown
from evaluation.roster.models import Appraisal
from evaluation.units.models import Role, Unit
from tests.factories import appraisal_of, member
from tests.results.conftest import count, counted_box, tally

CITIZEN = "320582198001011239"
NAMES = Names.of(["张建国", "李梅", "王小红", "陈卫东", "欧阳修文"])
Write = Callable[..., Opinion]


@pytest.fixture
def appraisal(cycle: Cycle, unit: Unit) -> Appraisal:
    return appraisal_of(cycle=cycle, unit=unit, name="陈卫东", user=member(role=Role.CADRE, unit=unit))


@pytest.fixture
def write(cycle: Cycle, unit: Unit, appraisal: Appraisal) -> Write:
    """Opinions in boxes of their own: counted and released unless said otherwise."""

    def written(
        text: str = "办事利索，态度也好。", *, released: bool = True, about: Appraisal | None = None, **box: object
    ) -> Opinion:
        about = about or appraisal
        title = f"票箱{BallotBox.objects.count()}"
        made = counted_box(cycle=cycle, unit=about.organising_unit, appraisals=[about], title=title, **box)
        tally(made, about, "own_unit", satisfied=6)
        opinion = Opinion.objects.create(box=made, appraisal=about, text=text)
        if released:
            count(made)
        return opinion

    return written


# What is blacked out


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("陈卫东科长很好", [], id="the judged one"),
        pytest.param("张建国和李梅都在场", ["张建国", "李梅"], id="other cadres"),
        pytest.param("找过欧阳修文", ["欧阳修文"], id="four characters"),
        pytest.param("李科长推给王主任", ["李科长", "王主任"], id="surname and title"),
        pytest.param("陈科长说不归他管", [], id="title of the judged one's surname"),
        pytest.param("打13812345678没人接", ["13812345678"], id="mobile"),
        pytest.param("打１３８ 1234-5678没人接", ["１３８ 1234-5678"], id="mobile, full width and gaps"),
        pytest.param("打0512-58221234没人接", ["0512-58221234"], id="landline"),
        pytest.param("苏E·12B45停在门口", ["苏E·12B45"], id="plate"),
        pytest.param("写信到li.mei@example.cn", ["li.mei@example.cn"], id="e-mail"),
        pytest.param("等了20分钟，3个窗口只开1个", [], id="figures"),
        pytest.param(f"我的号是{CITIZEN}", [], id="a citizen number is no proposal"),
    ],
)
def test_what_is_proposed_to_be_blacked_out(text: str, words: list[str]) -> None:
    assert proposed_words(text, judged="陈卫东", names=NAMES) == words


@pytest.mark.parametrize(
    "number",
    [
        CITIZEN,
        "32058219800101123X",
        "３２０５８２１９８００１０１１２３９",
        "320582 19800101 1239",
        "320582-1980-0101-1239",
    ],
)
def test_a_citizen_number_is_always_blacked_out(number: str) -> None:
    assert blacked_out(f"我是{number}，请回电") == "我是××，请回电"


def test_every_occurrence_of_a_word_is_blacked_out_and_neighbours_are_one() -> None:
    assert blacked_out("张三李四来过，张三没走", ["张三", "李四"]) == "××来过，××没走"


def test_one_character_is_no_word() -> None:
    assert blacked_out("张三来过", ["张"]) == "张三来过"


def test_parts_join_to_the_text_and_say_what_is_marked() -> None:
    text = f"李梅，{CITIZEN}，<b>好</b>"

    parts = parts_of(text, ["李梅"])

    assert "".join(part.text for part in parts) == text
    assert [(part.text, part.kind) for part in parts if part.kind] == [("李梅", "proposed"), (CITIZEN, "always")]


@pytest.mark.parametrize("text", ["㎏" * 60, "ﷺ" * 40, "é" * 100, "𠮷田" * 50, "١٢٣٤٥٦٧٨٩٠١٢٣٤٥٦٧٨"])
def test_odd_characters_keep_their_places(text: str) -> None:
    assert "".join(part.text for part in parts_of(text, proposed_words(text, judged="", names=NAMES))) == text
    assert len(blacked_out(text)) <= 200


def test_what_is_blacked_out_never_grows() -> None:
    text = "张三" * 100
    assert len(blacked_out(text, ["张三"])) <= len(text)


# Deciding


def test_shown_under_an_aspect(write: Write, office: User) -> None:
    row = show_opinion(opinion=write(), actor=office, aspect="style")

    assert (row.status, row.aspect, row.shown_text) == ("shown", "style", "")


def test_shown_with_words_blacked_out_keeps_the_original_apart(
    write: Write, appraisal: Appraisal, office: User
) -> None:
    row = show_opinion(opinion=write("李梅推给了张建国"), actor=office, words=["李梅", "张建国"])

    assert (row.text, row.shown_text) == ("李梅推给了张建国", "××推给了××")
    assert shown_opinions(appraisal) == ["××推给了××"]


def test_a_citizen_number_is_not_shown_whatever_is_pressed(write: Write, appraisal: Appraisal, office: User) -> None:
    show_opinions(opinions=[write(f"我是{CITIZEN}，等了三天")], actor=office)

    assert shown_opinions(appraisal) == ["我是××，等了三天"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"aspect": "beauty"}, "aspect_unknown"),
        ({"words": ["办事利索，态度也好"]}, "nothing_left"),
        ({"words": ["词语"] * 21}, "too_many_words"),
    ],
)
def test_refused(write: Write, office: User, fields: dict[str, object], code: str) -> None:
    opinion = write()
    with pytest.raises(DomainError) as caught:
        show_opinion(opinion=opinion, actor=office, **fields)  # type: ignore[arg-type]

    opinion.refresh_from_db()
    assert (caught.value.code, opinion.status) == (code, "pending")


@pytest.mark.parametrize("act", [hide_opinion, lambda **given: hide_opinions(opinions=[given.pop("opinion")], **given)])
def test_hiding_needs_a_reason(write: Write, office: User, act: Callable[..., object]) -> None:
    with pytest.raises(DomainError) as caught:
        act(opinion=write(), reason="  ", actor=office)
    assert caught.value.code == "reason_missing"


def test_hiding_takes_away_what_was_shown(write: Write, appraisal: Appraisal, office: User) -> None:
    opinion = show_opinion(opinion=write("李梅推诿"), actor=office, aspect="style", words=["李梅"])

    row = hide_opinion(opinion=opinion, reason="涉及他人", actor=office)

    assert (row.aspect, row.shown_text, row.hidden_reason) == ("", "", "涉及他人")
    assert shown_opinions(appraisal) == []


def test_a_hidden_one_is_shown_later_with_a_reason_alone(write: Write, office: User) -> None:
    opinion = hide_opinion(opinion=write(), reason="看错", actor=office)
    with pytest.raises(DomainError) as caught:
        show_opinion(opinion=opinion, actor=office)
    assert caught.value.code == "why_missing"

    row = show_opinion(opinion=opinion, actor=office, why="重新阅读，没有问题")

    event = AuditEvent.objects.first()
    assert (row.status, row.hidden_reason) == ("shown", "")
    assert event is not None
    assert event.detail == {"changes": {"status": ["hidden", "shown"]}, "why": "重新阅读，没有问题"}


def test_what_was_blacked_out_is_not_uncovered_without_a_reason(write: Write, office: User) -> None:
    opinion = show_opinion(opinion=write("李梅推诿，态度差"), actor=office, words=["李梅"])

    moved = show_opinion(opinion=opinion, actor=office, aspect="style")
    assert (moved.aspect, moved.shown_text) == ("style", "××推诿，态度差")
    with pytest.raises(DomainError) as caught:
        show_opinion(opinion=opinion, actor=office, words=["推诿"])
    assert caught.value.code == "why_missing"


def test_one_takes_back_ones_own_first_decision(write: Write, office: User) -> None:
    opinion = show_opinion(opinion=write("李梅推诿"), actor=office, aspect="style", words=["李梅"])

    row = take_back(opinion=opinion, actor=office)

    assert (row.status, row.aspect, row.shown_text) == ("pending", "", "")


@pytest.mark.parametrize("case", ["never decided", "another's", "decided twice", "taken back before"])
def test_nothing_else_is_taken_back(write: Write, office: User, unit_admin: User, case: str) -> None:
    opinion = write()
    if case != "never decided":
        show_opinion(opinion=opinion, actor=unit_admin if case == "another's" else office)
    if case == "decided twice":
        hide_opinion(opinion=opinion, reason="涉及他人", actor=office)
    if case == "taken back before":
        take_back(opinion=opinion, actor=office)
    with pytest.raises(DomainError) as caught:
        take_back(opinion=opinion, actor=office)
    assert caught.value.code == "not_undone"


@pytest.mark.parametrize("act", ["show", "hide", "take back", "pass on"])
def test_nobody_decides_on_what_was_written_about_themselves(
    write: Write, appraisal: Appraisal, office: User, act: str
) -> None:
    opinion, own = write("窗口上周二下午没有人值守"), member(role=Role.OFFICE)
    appraisal.cadre.user = own
    appraisal.cadre.save(update_fields=["user"])
    acts: dict[str, Callable[[User], object]] = {
        "show": lambda actor: show_opinion(opinion=opinion, actor=actor),
        "hide": lambda actor: hide_opinion(opinion=opinion, reason="涉及他人", actor=actor),
        "take back": lambda actor: take_back(opinion=opinion, actor=actor),
        "pass on": lambda actor: pass_on_opinion(opinion=opinion, actor=actor),
    }
    with pytest.raises(DomainError) as caught:
        acts[act](own)
    assert caught.value.code == "own_case"
    if act == "take back":
        show_opinion(opinion=opinion, actor=office)

    acts[act](office)


def test_the_record_says_from_what_to_what_and_never_what_was_written(write: Write, office: User) -> None:
    show_opinion(
        opinion=write("李梅推给了张建国，电话13812345678"), actor=office, aspect="style", words=["李梅", "138"]
    )

    event = AuditEvent.objects.get(action="opinion-shown")
    assert event.detail == {"changes": {"status": ["pending", "shown"], "aspect": ["", "style"], "blacked_out": [0, 2]}}
    assert not any(word in str(event.detail) for word in ("李梅", "138", "××"))


# What is read


def leaks(write: Write, office: User, cycle: Cycle, unit: Unit) -> Opinion:
    """One that may be read, and beside it everything that may not."""
    write("还没看的")
    hide_opinion(opinion=write("隐去的"), reason="涉及他人", actor=office)
    for fields in ({"released": False}, {"is_trial": True}):
        hidden = write(f"试投或未发布{len(fields)}{fields}", **fields)  # type: ignore[arg-type]
        Opinion.objects.filter(pk=hidden.pk).update(status="shown", aspect="style")
    annulled = write("作废票箱里的")
    Opinion.objects.filter(pk=annulled.pk).update(status="shown", aspect="style")
    BallotBox.objects.filter(pk=annulled.box_id).update(state="annulled")
    return show_opinion(opinion=write("李梅推诿，窗口没人"), actor=office, aspect="style", words=["李梅"])


def test_only_what_passed_is_read_anywhere(
    write: Write, office: User, cycle: Cycle, unit: Unit, appraisal: Appraisal
) -> None:
    leaks(write, office, cycle, unit)

    assert shown_opinions(appraisal) == ["××推诿，窗口没人"]
    assert shown_rows([appraisal.pk]) == [(appraisal.pk, "××推诿，窗口没人", "style")]
    assert opinions_shown(appraisals=[appraisal.pk]) == {appraisal.pk: ["××推诿，窗口没人"]}
    assert opinions_by_aspect(appraisals=[appraisal.pk]) == {appraisal.pk: {"style": 1}}


@pytest.mark.parametrize(
    ("role", "number"),
    [("office", 3), ("unit_admin", 3), ("auditor", 3), ("approver", 1), ("organisation", 1), ("other_admin", 0)],
)
def test_who_moderates_reads_all_and_others_what_is_shown(
    request: pytest.FixtureRequest, write: Write, office: User, cycle: Cycle, unit: Unit, role: str, number: int
) -> None:
    leaks(write, office, cycle, unit)

    assert readable_opinions(request.getfixturevalue(role), cycle).count() == number


@pytest.mark.parametrize(("role", "number"), [("office", 1), ("unit_admin", 1), ("approver", 0), ("auditor", 0)])
def test_who_decides(request: pytest.FixtureRequest, write: Write, cycle: Cycle, role: str, number: int) -> None:
    write()
    user = request.getfixturevalue(role)
    assert role in {"auditor"} or moderated_opinions(user, cycle).count() == number


# Passed on


def test_an_opinion_becomes_a_complaint_once(write: Write, office: User, appraisal: Appraisal) -> None:
    opinion = write(f"上周二下午窗口没人，我是{CITIZEN}")

    complaint = pass_on_opinion(opinion=opinion, actor=office)

    assert (complaint.channel, complaint.appraisal, complaint.is_named) == ("ballot", appraisal, False)
    assert complaint.text == "上周二下午窗口没人，我是××"
    with pytest.raises(DomainError) as caught:
        pass_on_opinion(opinion=opinion, actor=office)
    assert (caught.value.code, Complaint.objects.count()) == ("passed_on_before", 1)
