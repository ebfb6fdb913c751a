import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from evaluation.scoring import InvalidValueError, load_results, recount, rules_from_values
from tests.scoring.conftest import rule_values

Document = dict[str, Any]
AsFile = Callable[[object], bytes]
RULES = "rules.mid_level"
FIRST = "appraisals[0]"
REMOVED = object()


def put(document: Any, path: str, value: object) -> None:
    *above, last = [int(step) if step.isdigit() else step for step in path.split("/")]
    for step in above:
        document = document[step]
    if value is REMOVED:
        del document[last]
    else:
        document[last] = value


def refused(content: bytes) -> InvalidValueError:
    with pytest.raises(InvalidValueError) as refusal:
        load_results(content)
    return refusal.value


def test_the_example_is_valid(document: Document, as_file: AsFile) -> None:
    assert load_results(as_file(document)) == document


def test_a_byte_order_mark_is_accepted(document: Document, as_file: AsFile) -> None:
    assert load_results(b"\xef\xbb\xbf" + as_file(document)) == document


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        ("format", "minping-results/2", "format"),
        ("format", REMOVED, "format"),
        ("rules", REMOVED, "rules"),
        ("rules", [], "rules"),
        ("rules/mid_level", None, RULES),
        ("appraisals", REMOVED, "appraisals"),
        ("appraisals", {}, "appraisals"),
        ("rules/mid_level/aspects", REMOVED, f"{RULES}.aspects"),
        ("rules/mid_level/aspects", [], f"{RULES}.aspects"),
        ("rules/mid_level/aspects/1", "style", f"{RULES}.aspects[1]"),
        ("rules/mid_level/aspects/1/code", "style", f"{RULES}.aspects[1].code"),
        ("rules/mid_level/aspects/1/code", REMOVED, f"{RULES}.aspects[1].code"),
        ("rules/mid_level/aspects/1/code", 3, f"{RULES}.aspects[1].code"),
        ("rules/mid_level/aspects/1/code", " ", f"{RULES}.aspects[1].code"),
        ("rules/mid_level/aspects/1/weight", 0, f"{RULES}.aspects[1].weight"),
        ("rules/mid_level/aspects/1/weight", -20, f"{RULES}.aspects[1].weight"),
        ("rules/mid_level/aspects/1/weight", 20.0, f"{RULES}.aspects[1].weight"),
        ("rules/mid_level/aspects/1/weight", "20.125", f"{RULES}.aspects[1].weight"),
        ("rules/mid_level/aspects/1/weight", "20%", f"{RULES}.aspects[1].weight"),
        ("rules/mid_level/aspects/1/weight", "２０", f"{RULES}.aspects[1].weight"),
        ("rules/mid_level/aspects/1/weight", "1e3", f"{RULES}.aspects[1].weight"),
        ("rules/mid_level/aspects/1/weight", "NaN", f"{RULES}.aspects[1].weight"),
        ("rules/mid_level/aspects/1/weight", "", f"{RULES}.aspects[1].weight"),
        ("rules/mid_level/aspects/1/weight", " 20", f"{RULES}.aspects[1].weight"),
        ("rules/mid_level/aspects/1/weight", "20\n", f"{RULES}.aspects[1].weight"),
        ("rules/mid_level/aspects/1/weight", True, f"{RULES}.aspects[1].weight"),
        ("rules/mid_level/aspects/1/weight", None, f"{RULES}.aspects[1].weight"),
        ("rules/mid_level/aspects/1/weight", "9" * 40, f"{RULES}.aspects[1].weight"),
        ("rules/mid_level/grades/0/value", "100.01", f"{RULES}.grades[0].value"),
        ("rules/mid_level/grades/0/value", -1, f"{RULES}.grades[0].value"),
        ("rules/mid_level/grades/0/code", "dont_know", f"{RULES}.grades[0].code"),
        ("rules/mid_level/grades/0/code", "ordinary", f"{RULES}.grades[2].code"),
        ("rules/mid_level/groups/0/base", 0, f"{RULES}.groups[0].base"),
        ("rules/mid_level/groups/0/part", REMOVED, f"{RULES}.groups[0].part"),
        ("rules/mid_level/groups/0/min_valid", "10", f"{RULES}.groups[0].min_valid"),
        ("rules/mid_level/groups/0/min_valid", -1, f"{RULES}.groups[0].min_valid"),
        ("rules/mid_level/groups/1/code", "public", f"{RULES}.groups[3].code"),
        ("rules/mid_level/daily/base", -1, f"{RULES}.daily.base"),
        ("rules/mid_level/daily/deductions/0/points", REMOVED, f"{RULES}.daily.deductions[0].points"),
        ("rules/mid_level/daily/deductions/0/points", -5, f"{RULES}.daily.deductions[0].points"),
        ("rules/mid_level/daily/deductions/1/code", "1", f"{RULES}.daily.deductions[1].code"),
        ("rules/mid_level/daily/deductions/6/max", REMOVED, f"{RULES}.daily.deductions[6].max"),
        ("rules/mid_level/bonus/levels/1/code", "city", f"{RULES}.bonus.levels[1].code"),
        ("rules/mid_level/bonus/levels/1/points", 2.5, f"{RULES}.bonus.levels[1].points"),
        ("rules/mid_level/bonus/cap", REMOVED, f"{RULES}.bonus.cap"),
        ("rules/mid_level/bonus/cap", -1, f"{RULES}.bonus.cap"),
        ("appraisals/0", [], FIRST),
        *((f"appraisals/0/{key}", REMOVED, f"{FIRST}.{key}") for key in ("id", "cadre", "unit", "organising_unit")),
        *((f"appraisals/0/{key}", REMOVED, f"{FIRST}.{key}") for key in ("track", "tallies", "deductions", "awards")),
        ("appraisals/1/id", "e1", "appraisals[1].id"),
        ("appraisals/0/id", 1, f"{FIRST}.id"),
        ("appraisals/0/track", "village", f"{FIRST}.track"),
        ("appraisals/0/exempt", 1, f"{FIRST}.exempt"),
        ("appraisals/0/tallies/strangers", {"valid": 1, "marks": {}}, f"{FIRST}.tallies.strangers"),
        ("appraisals/0/tallies/public/valid", REMOVED, f"{FIRST}.tallies.public.valid"),
        ("appraisals/0/tallies/public/valid", -1, f"{FIRST}.tallies.public.valid"),
        ("appraisals/0/tallies/public/valid", True, f"{FIRST}.tallies.public.valid"),
        ("appraisals/0/tallies/public/valid", "41", f"{FIRST}.tallies.public.valid"),
        ("appraisals/0/tallies/public/valid", 41.0, f"{FIRST}.tallies.public.valid"),
        ("appraisals/0/tallies/public/valid", 10**12, f"{FIRST}.tallies.public.valid"),
        ("appraisals/0/tallies/public/valid", 10**30, f"{FIRST}.tallies.public.valid"),
        ("appraisals/0/tallies/public/valid", 40, f"{FIRST}.tallies.public.marks.style"),
        ("appraisals/0/tallies/public/marks", REMOVED, f"{FIRST}.tallies.public.marks"),
        ("appraisals/0/tallies/public/marks/looks", {}, f"{FIRST}.tallies.public.marks.looks"),
        ("appraisals/0/tallies/public/marks/style", 3, f"{FIRST}.tallies.public.marks.style"),
        ("appraisals/0/tallies/public/marks/style/excellent", 0, f"{FIRST}.tallies.public.marks.style.excellent"),
        ("appraisals/0/tallies/public/marks/style/ordinary", -6, f"{FIRST}.tallies.public.marks.style.ordinary"),
        ("appraisals/0/tallies/public/marks/style/ordinary", False, f"{FIRST}.tallies.public.marks.style.ordinary"),
        ("appraisals/0/tallies/public/marks/style/spoiled", 1, f"{FIRST}.tallies.public.marks.style"),
        ("appraisals/0/missing_groups", {"strangers": "accept"}, f"{FIRST}.missing_groups.strangers"),
        ("appraisals/0/missing_groups", {"public": "ask"}, f"{FIRST}.missing_groups.public"),
        ("appraisals/0/missing_groups", {"public": True}, f"{FIRST}.missing_groups.public"),
        ("appraisals/0/deductions/0/rule", "9", f"{FIRST}.deductions[0].rule"),
        ("appraisals/0/deductions/0/rule", REMOVED, f"{FIRST}.deductions[0].rule"),
        ("appraisals/0/deductions/0/count", -1, f"{FIRST}.deductions[0].count"),
        ("appraisals/0/deductions/0/count", "1", f"{FIRST}.deductions[0].count"),
        ("appraisals/0/deductions/0/points", 5, f"{FIRST}.deductions[0].points"),
        ("appraisals/0/deductions/0", {"rule": "6"}, f"{FIRST}.deductions[0].points"),
        ("appraisals/0/deductions/0", {"rule": "6", "points": "5.01"}, f"{FIRST}.deductions[0].points"),
        ("appraisals/0/deductions/0", {"rule": "6", "points": 1.5}, f"{FIRST}.deductions[0].points"),
        ("appraisals/0/deductions/0", {"rule": "6", "points": -1}, f"{FIRST}.deductions[0].points"),
        ("appraisals/0/deductions/0", {"rule": "6", "points": 1, "count": 1}, f"{FIRST}.deductions[0].count"),
        ("appraisals/0/awards/1/level", "moon", f"{FIRST}.awards[1].level"),
        ("appraisals/0/awards/1/award", REMOVED, f"{FIRST}.awards[1].award"),
        ("appraisals/0/published", [], f"{FIRST}.published"),
        ("appraisals/0/published", {"composite": 94.13}, f"{FIRST}.published.composite"),
        ("appraisals/0/published", {"composite": "94.130"}, f"{FIRST}.published.composite"),
        ("appraisals/0/published", {"rank": True}, f"{FIRST}.published.rank"),
        ("appraisals/0/published", {"groups": {"strangers": "1"}}, f"{FIRST}.published.groups.strangers"),
        ("appraisals/0/tallies/public", {"suppressed": 1}, f"{FIRST}.tallies.public.suppressed"),
        ("appraisals/0/tallies/public", {"suppressed": True}, f"{FIRST}.tallies.service_recipient"),
        ("appraisals/0/tallies/public/suppressed", True, f"{FIRST}.tallies.public.valid"),
    ],
)
def test_refuses_and_names_the_place(document: Document, as_file: AsFile, path: str, value: object, place: str) -> None:
    put(document, path, value)

    assert refused(as_file(document)).place == place


def test_the_message_is_the_place_and_the_reason(document: Document, as_file: AsFile) -> None:
    put(document, "appraisals/0/tallies/public/marks/style/excellent", 1)

    assert str(refused(as_file(document))) == (
        "appraisals[0].tallies.public.marks.style.excellent: not a grade of the rules"
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"", "line 1, column 1: is not JSON", id="empty"),
        pytest.param(b"<html>", "line 1, column 1: is not JSON", id="a page"),
        pytest.param(b'{"format":\n minping}', "line 2, column 2: is not JSON", id="broken"),
        pytest.param(b'{"a": 1} {}', "line 1, column 10: is not JSON", id="more behind"),
        pytest.param("{}".encode("utf-16"), "document: is not UTF-8 text", id="UTF-16"),
        pytest.param('{"标题": "民评"}'.encode("gb18030"), "document: is not UTF-8 text", id="GB18030"),
        pytest.param(b"[]", "document: must be an object", id="a list"),
        pytest.param(b"3", "document: must be an object", id="a number"),
        pytest.param(b"null", "document: must be an object", id="nothing"),
        pytest.param(b'{"a": [0, NaN]}', "a[1]: NaN is not JSON", id="NaN"),
        pytest.param(b'{"a": -Infinity}', "a: -Infinity is not JSON", id="infinity"),
        pytest.param(b'{"a": [{"b": 1, "c": 2, "b": 1}]}', "a[0].b: given twice", id="a key twice"),
        pytest.param(b'{"a": 1, "a": 1}', "a: given twice", id="a key twice on top"),
        pytest.param(b'{"a": ' + b"9" * 10_000 + b"}", "a: a number of more than 18 digits", id="huge"),
        pytest.param(b'{"a": "\\ud800"}', "a: holds half a character", id="lone surrogate"),
        pytest.param(b'{"a b": {"\\ud800": 1}}', '["a b"]["\\ud800"]: holds half a character', id="odd keys"),
        pytest.param(b"[" * 60 + b"]" * 60, "[0]" * 41 + ": is nested too deeply", id="deep"),
        pytest.param(b"[" * 200_000, "document: is nested too deeply", id="very deep"),
    ],
)
def test_refuses_what_is_no_document(content: bytes, message: str) -> None:
    assert str(refused(content)).startswith(message)


def test_labels_and_unknown_keys_are_ignored(document: Document, as_file: AsFile) -> None:
    plain = [row.as_values() for row in recount(document)]
    document["note"] = {"written": 0.5}
    document["rules"]["mid_level"]["groups"][0]["labels"] = {"zh": "服务对象", "en": "Service recipients"}
    document["appraisals"][0]["office"] = None

    assert [row.as_values() for row in recount(load_results(as_file(document)))] == plain


def test_decimals_are_strings_or_integers(document: Document, as_file: AsFile) -> None:
    plain = [row.as_values() for row in recount(document)]
    rules = document["rules"]["mid_level"]
    for row in [*rules["aspects"], *rules["grades"], *rules["groups"]]:
        row.update({key: f"{row[key]}.00" for key in ("weight", "value", "base") if key in row})

    assert [row.as_values() for row in recount(load_results(as_file(document)))] == plain


def test_recount_refuses_a_document_that_was_never_a_file(document: Document) -> None:
    document["appraisals"][0]["deductions"] = [{"rule": "6", "points": Decimal(1)}]

    with pytest.raises(InvalidValueError, match=r"appraisals\[0\]\.deductions\[0\]\.points"):
        recount(document)


def test_rules_name_the_place_they_were_given() -> None:
    values = rule_values()
    values["bonus"]["levels"][0]["points"] = "many"

    with pytest.raises(InvalidValueError) as refusal:
        rules_from_values(json.loads(json.dumps(values)), place="rules.village")

    assert refusal.value.place == "rules.village.bonus.levels[0].points"
