import pytest

from evaluation.roster.matching import Known, Match, match_group
from evaluation.roster.reading import RosterRow

ONE, TWO = Known(1, "办公室", "0576-111"), Known(2, "法规科", "0576-222")


def row(number: int, office: str = "", telephone: str = "") -> RosterRow:
    given = {"office": office, "telephone": telephone}
    return RosterRow("", number, "mid_level", "甲局", "department", "", None, "张伟", "张伟", False, given, {}, {})


@pytest.mark.parametrize(
    ("rows", "known", "matches"),
    [
        pytest.param([row(2)], [], [Match(new=True)], id="nobody known"),
        pytest.param([row(2, "新科室", "9")], [ONE], [Match(known=ONE)], id="one and one are the same"),
        pytest.param([row(2, "法规科")], [ONE, TWO], [Match(known=TWO)], id="section decides"),
        pytest.param([row(2, "新科室", "0576 222")], [ONE, TWO], [Match(known=TWO)], id="telephone decides"),
        pytest.param([row(2)], [ONE, TWO], [Match(question=True)], id="a question"),
        pytest.param([row(2, "新科室", "9")], [ONE, TWO], [Match(new=True)], id="a third person"),
        pytest.param([row(2), row(3)], [], [Match(new=True), Match(repeats=2)], id="said twice"),
        pytest.param([row(2, "甲"), row(3, "乙")], [], [Match(new=True)] * 2, id="namesakes in two sections"),
        pytest.param([row(2, "甲", "1"), row(3, "甲", "2")], [], [Match(new=True)] * 2, id="two telephones"),
        pytest.param(
            [row(2, "法规科"), row(3, "办公室")], [ONE, TWO], [Match(known=TWO), Match(known=ONE)], id="both found"
        ),
        pytest.param(
            [row(2, "办公室"), row(3, "新科室")], [ONE, TWO], [Match(known=ONE), Match(known=TWO)], id="one has moved"
        ),
        pytest.param(
            [row(2, "办公室"), row(3, "新科室")], [ONE], [Match(known=ONE), Match(new=True)], id="a namesake joins"
        ),
    ],
)
def test_who_is_meant(rows: list[RosterRow], known: list[Known], matches: list[Match]) -> None:
    assert match_group(rows, known) == matches
