import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evaluation.scoring import RecountRow, load_results, pools, recount, report

Document = dict[str, Any]
AsFile = Callable[[object], bytes]
ROOT = Path(__file__).parents[2]
SUPPRESSED = {code: {"suppressed": True} for code in ("service_recipient", "own_unit", "representative", "public")}
PRINTED = {
    "e1": {
        "groups": {"service_recipient": "32.76", "own_unit": "14.25", "representative": "18.60", "public": "8.52"},
        "democratic": "74.13",
        "daily": "15.00",
        "bonus": "5.00",
        "composite": "94.13",
        "rank": 1,
    },
    "e2": {
        "groups": {"service_recipient": "35.00", "own_unit": "15.00", "representative": "30.00"},
        "democratic": "80.00",
        "daily": "0.00",
        "bonus": "12.00",
        "composite": "92.00",
        "rank": 2,
    },
}


def publish(document: Document) -> None:
    for appraisal in document["appraisals"]:
        if appraisal["id"] in PRINTED:
            appraisal["published"] = json.loads(json.dumps(PRINTED[appraisal["id"]]))


def by_id(document: Document) -> dict[str, RecountRow]:
    return {row.id: row for row in recount(document)}


# The example


def test_the_example_gives_its_figures(document: Document) -> None:
    first, second, third = (row.as_values() for row in recount(document))

    agreed: Document = {"status": "scored", "missing": [], "differences": [], "unchecked": []}
    assert first == {"id": "e1", **agreed, **PRINTED["e1"]}
    assert second == {"id": "e2", **agreed, **PRINTED["e2"], "missing": ["public"]}
    assert third == {
        "id": "e3",
        **agreed,
        "status": "incomplete",
        "groups": {},
        **dict.fromkeys(("democratic", "daily", "bonus", "composite", "rank")),
        "missing": ["own_unit", "representative", "public"],
    }


def test_all_satisfied_with_own_unit_reallocated(document: Document) -> None:
    second = document["appraisals"][1]
    second["missing_groups"] = {"own_unit": "reallocate", "public": "accept"}

    row = by_id(document)["e2"].as_values()

    assert row["groups"] == {"service_recipient": "43.08", "representative": "24.61", "public": "12.31"}
    assert row["democratic"] == "80.00"


# What is published


def test_published_figures_that_agree(document: Document) -> None:
    publish(document)

    assert all(not row.differences for row in recount(document))


def test_figures_are_compared_as_numbers(document: Document) -> None:
    document["appraisals"][1]["published"] = {"democratic": 80, "daily": "0", "bonus": "12.0", "rank": "2"}

    assert by_id(document)["e2"].differences == ()


@pytest.mark.parametrize(
    ("figure", "printed"),
    [("democratic", "74.12"), ("daily", 20), ("bonus", "6"), ("composite", "-94.13"), ("rank", 2)],
)
def test_a_published_figure_that_differs(document: Document, figure: str, printed: object) -> None:
    publish(document)
    document["appraisals"][0]["published"][figure] = printed

    (difference,) = by_id(document)["e1"].differences

    assert difference == f"{figure}: published {printed}, recounted {PRINTED['e1'][figure]}"


def test_a_published_group_that_differs_or_is_not_scored(document: Document) -> None:
    document["appraisals"][1]["published"] = {"groups": {"public": "10.00", "own_unit": "14.99"}}

    assert by_id(document)["e2"].differences == (
        "groups.public: published 10.00, recounted none: it is not scored",
        "groups.own_unit: published 14.99, recounted 15.00",
    )


@pytest.mark.parametrize("values", [{}, {"exempt": True}], ids=["incomplete", "exempt"])
def test_anything_published_of_what_is_not_scored_differs(document: Document, values: Document) -> None:
    document["appraisals"][2].update(values, published={"daily": "20.00", "bonus": 0})

    assert [difference.split(":")[0] for difference in by_id(document)["e3"].differences] == ["daily", "bonus"]


def test_exempt_is_listed_and_not_ranked(document: Document) -> None:
    document["appraisals"][0]["exempt"] = True

    rows = by_id(document)

    assert (rows["e1"].as_values()["status"], rows["e1"].rank, rows["e2"].rank) == ("exempt", None, 1)


# Pools


@pytest.mark.parametrize("key", ["organising_unit", "track"])
def test_a_rank_is_within_track_and_organising_unit(document: Document, key: str) -> None:
    document["rules"]["village"] = document["rules"]["mid_level"]
    document["appraisals"][1][key] = "village"

    rows = by_id(document)

    assert (rows["e1"].rank, rows["e2"].rank) == (1, 1)
    assert len(pools(list(rows.values()))) == 2


def test_equal_composites_share_a_rank_and_the_list_has_an_order(document: Document) -> None:
    twin = json.loads(json.dumps(document["appraisals"][1]))
    twin.update(id="e4", deductions=[], awards=[], published={"rank": 1})
    lower = json.loads(json.dumps(document["appraisals"][1]))
    lower.update(id="e5", deductions=[{"rule": "4"}, {"rule": "4"}], awards=[])
    lower["awards"] = [{"award": award, "level": "nation"} for award in "甲乙"]
    document["appraisals"] += [lower, twin]

    rows = recount(document)

    assert {row.id: row.rank for row in rows} == {"e1": 3, "e2": 4, "e3": None, "e5": 1, "e4": 1}
    assert [row.id for row in next(iter(pools(rows).values()))] == ["e4", "e5", "e1", "e2", "e3"]


# Too small to show


def test_suppressed_takes_democratic_as_published_and_checks_the_sums(document: Document) -> None:
    document["appraisals"][0].update(
        tallies=SUPPRESSED, published={"democratic": "70.1", "daily": 15, "bonus": 5, "composite": "90.10", "rank": 2}
    )

    rows = by_id(document)

    assert rows["e1"].differences == ()
    assert rows["e1"].as_values() | {"unchecked": None} == {
        "id": "e1",
        "status": "scored",
        "groups": {},
        "democratic": "70.10",
        "daily": "15.00",
        "bonus": "5.00",
        "composite": "90.10",
        "rank": 2,
        "missing": [],
        "differences": [],
        "unchecked": None,
    }
    assert rows["e1"].unchecked == (*(f"groups.{code}" for code in SUPPRESSED), "democratic")
    assert rows["e2"].rank == 1


def test_suppressed_sums_that_do_not_add_up_differ(document: Document) -> None:
    document["appraisals"][0].update(tallies=SUPPRESSED, published={"democratic": "70.10", "composite": "90.11"})

    assert by_id(document)["e1"].differences == ("composite: published 90.11, recounted 90.10",)


@pytest.mark.parametrize("democratic", ["80.01", "-1"])
def test_suppressed_democratic_that_cannot_be_differs(document: Document, democratic: str) -> None:
    document["appraisals"][0].update(tallies=SUPPRESSED, published={"democratic": democratic})

    (difference,) = by_id(document)["e1"].differences

    assert "only 0 to 80.00 are possible" in difference


def test_suppressed_without_democratic_is_not_scored(document: Document) -> None:
    document["appraisals"][0].update(tallies=SUPPRESSED, published={"composite": "90.00"})

    row = by_id(document)["e1"]

    assert (row.score.status, row.score.missing, row.rank) == ("incomplete", tuple(SUPPRESSED), None)
    assert len(row.differences) == 1


def test_suppressed_with_published_groups_is_refused(document: Document) -> None:
    document["appraisals"][0].update(tallies=SUPPRESSED, published={"democratic": 70, "groups": {"public": 8}})

    with pytest.raises(ValueError, match=r"appraisals\[0\]\.published\.groups"):
        recount(document)


def test_suppressed_lists_every_group_so_that_empty_looks_alike(document: Document) -> None:
    document["appraisals"][0]["tallies"] = {key: value for key, value in SUPPRESSED.items() if key != "public"}

    with pytest.raises(ValueError, match=r"appraisals\[0\]\.tallies\.public"):
        recount(document)


# The report


def test_the_report_shows_every_part(document: Document) -> None:
    publish(document)
    document["appraisals"][0]["published"]["composite"] = "95.13"

    text = report(recount(document))

    for shown in ("32.76 of 35.00", "style 95.33", "rule 5a: 1 x 2.00", "文明窗口 city not counted", "left out"):
        assert shown in text
    assert "DIFFERS composite: published 95.13, recounted 94.13" in text
    assert "incomplete, not scored: own_unit, representative, public" in text


def test_the_report_tells_of_a_large_group_left_out(document: Document) -> None:
    document["appraisals"][0]["missing_groups"] = {"public": "reallocate"}

    assert "NOTE public: left out by decision, though 41 graded sheets reach the 20 needed" in report(recount(document))


def test_text_of_the_file_cannot_drive_a_terminal(document: Document) -> None:
    document["appraisals"][0]["cadre"] = "\x1b[2J\u202e张三"
    document["appraisals"][0]["awards"][0]["award"] = "\x07"

    text = report(recount(document))

    assert not {"\x1b", "\x07", "\u202e"} & set(text)


def test_a_file_without_appraisals_has_a_report(document: Document) -> None:
    document["appraisals"] = []

    assert report(recount(document)) == "0 appraisals, 0 published figures."


# The command


def command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the recount as anyone would: no site packages, nothing installed, an empty environment."""
    system = {key: value for key, value in os.environ.items() if key in ("SYSTEMROOT", "PATH")}
    return subprocess.run(
        [sys.executable, "-S", "-B", "-W", "error", "-m", "evaluation.scoring", *arguments],
        cwd=ROOT,
        env={**system, **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


@pytest.fixture
def file(tmp_path: Path, document: Document, as_file: AsFile) -> Path:
    path = tmp_path / "results.json"
    publish(document)
    path.write_bytes(as_file(document))
    return path


def rewrite(file: Path, **values: object) -> None:
    document = json.loads(file.read_bytes())
    document["appraisals"][0].update(values)
    file.write_text(json.dumps(document), encoding="utf-8")


def test_the_command_agrees(file: Path) -> None:
    done = command(str(file), LC_ALL="C", PYTHONIOENCODING="ascii")

    assert (done.returncode, done.stderr) == (0, "")
    assert "94.13" in done.stdout
    assert "All published figures agree." in done.stdout


def test_the_command_agrees_where_nothing_is_published(example_path: Path) -> None:
    assert command(str(example_path)).returncode == 0


def test_the_command_prints_json(file: Path) -> None:
    done = command(str(file), "--json")

    assert [row["composite"] for row in json.loads(done.stdout)["appraisals"]] == ["94.13", "92.00", None]


def test_the_command_finds_a_difference(file: Path) -> None:
    rewrite(file, published={"composite": "94.14"})

    done = command(str(file), "--json")

    assert done.returncode == 1
    assert json.loads(done.stdout)["appraisals"][0]["differences"] == ["composite: published 94.14, recounted 94.13"]


def test_the_command_refuses_and_names_the_place(file: Path) -> None:
    rewrite(file, track="nowhere")

    done = command(str(file))

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "appraisals[0].track: not a track of the rules\n"


@pytest.mark.parametrize("argument", ["nowhere.json", "."])
def test_the_command_refuses_what_it_cannot_read(tmp_path: Path, argument: str) -> None:
    done = command(str(tmp_path / argument))

    assert done.returncode == 2
    assert "cannot be read" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_command_refuses_other_arguments() -> None:
    assert command().returncode == 2


def test_the_command_needs_nothing_but_the_standard_library(file: Path) -> None:
    program = (
        "import runpy, sys\n"
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        f"sys.argv = ['scoring', {str(file)!r}]\n"
        "try:\n"
        "    runpy.run_module('evaluation.scoring', run_name='__main__')\n"
        "except SystemExit as leaving:\n"
        "    assert leaving.code == 0, leaving.code\n"
        "tops = {name.partition('.')[0] for name in sys.modules}\n"
        "print(sorted(tops - set(sys.stdlib_module_names) - {'__main__', '__mp_main__'}))\n"
    )

    done = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", program],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
        env={},
    )

    assert done.stderr == ""
    assert done.stdout.splitlines()[-1] == "['evaluation']"


def test_the_folder_runs_from_elsewhere_too(tmp_path: Path, example_path: Path) -> None:
    (tmp_path / "evaluation").mkdir()
    (tmp_path / "evaluation" / "scoring").symlink_to(ROOT / "evaluation" / "scoring")

    done = subprocess.run(
        [sys.executable, "-S", "-B", "-m", "evaluation.scoring", str(example_path)],
        cwd=tmp_path,
        capture_output=True,
        timeout=60,
        check=False,
        env={},
    )

    assert done.returncode == 0


def test_the_room_above_stays_empty() -> None:
    assert (ROOT / "evaluation" / "__init__.py").read_bytes() == b""


def test_a_whole_city_is_recounted_in_seconds(document: Document, as_file: AsFile) -> None:
    first = document["appraisals"][0]
    document["appraisals"] = [{**first, "id": f"n{number}"} for number in range(1_500)]

    rows = recount(load_results(as_file(document)))

    assert {row.rank for row in rows} == {1}
