"""When two names are one award."""

import pytest

from evaluation.bonus.awards import are_similar, award_key, names_of_awards


@pytest.mark.parametrize(
    "name",
    [
        "“文明窗口”",
        "《文明 窗口》",
        "文明窗口（2012）",
        "2012年度文明窗口",
        "二〇一二年度文明窗口",
        "２０１２年文明窗口",
        "荣获2012年度“文明窗口”荣誉称号",
        "「文明窗口」称号",
        "年度文明窗口",
    ],
)
def test_small_differences_of_name_are_one_award(name: str) -> None:
    assert award_key(name, 2012) == "文明窗口"


def test_another_year_is_another_award() -> None:
    assert award_key("2011年度文明窗口", 2012) != award_key("2012年度文明窗口", 2012)


@pytest.mark.parametrize("name", ["称号", "2012年", "“”", "年度"])
def test_a_key_is_never_that_of_nothing(name: str) -> None:
    assert award_key(name, 2012) != award_key("文明窗口", 2012)


def test_a_key_has_room_in_its_column() -> None:
    assert len(award_key("㍿" * 120, 2012)) == 120


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("全省和谐社区建设工作先进个人", "全省和谐社区建设先进个人"),
        ("云溪市巾帼文明岗", "巾帼文明岗"),
        ("文明窗口", "文明窗囗"),
        ("法律援助工作先进个人", "法律援助先进个人"),
        ("省级文明单位", "全省文明单位"),
        ("环境监测技术比武团体二等奖", "全省环境监测技术比武团体二等奖"),
        ("2011年度文明窗口", "文明窗口"),
    ],
)
def test_nearly_the_same_name_asks(one: str, other: str) -> None:
    keys = award_key(one, 2012), award_key(other, 2012)
    assert are_similar(*keys)
    assert are_similar(*reversed(keys))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("第3届技能大赛优胜奖", "第4届技能大赛优胜奖"),
        ("第三届技能大赛优胜奖", "第四届技能大赛优胜奖"),
        ("2010年度文明窗口", "2011年度文明窗口"),
        ("技能大赛一等奖", "技能大赛二等奖"),
        ("全省文明单位", "全市文明单位"),
        ("法律援助先进个人", "法律援助先进集体"),
        ("市妇联先进个人", "市工会先进个人"),
        ("民政工作先进个人", "司法工作先进个人"),
        ("文明窗口", "优秀共产党员"),
    ],
)
def test_another_number_year_level_grade_or_body_is_another_award(one: str, other: str) -> None:
    keys = award_key(one, 2012), award_key(other, 2012)
    assert not are_similar(*keys)
    assert not are_similar(*reversed(keys))


def test_one_key_has_one_name_and_two_keys_have_two() -> None:
    assert names_of_awards([("a", "“文明窗口”"), ("a", "文明窗口"), ("b", "“文明窗口”")]) == [
        "“文明窗口”",
        "“文明窗口”",
        "“文明窗口”（2）",
    ]
