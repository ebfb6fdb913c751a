"""The algorithm of the draw, without a database."""

import doctest
import hashlib
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.recipients import drawing, expectations
from evaluation.recipients.drawing import Entry, Stratum, draw, frame_digest, frame_text, number_of, read_frame
from evaluation.workbooks import Table, write_csv, write_workbook

NUMBERS = {"each": 6, "reserve_each": 4, "min_valid": 3}
names = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=4)
people = st.lists(
    st.builds(Entry, st.sampled_from(["救助科", "优抚科", "婚姻登记处"]), names, st.sampled_from(["", "0001", "0002"])),
    min_size=1,
    max_size=60,
    unique_by=lambda entry: entry.line,
)
seeds = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20)


def lists(strata: list[Stratum]) -> list[tuple[str, list[Entry], list[Entry]]]:
    return [(one.section, list(one.main), list(one.reserve)) for one in strata]


@pytest.mark.parametrize("module", [drawing, expectations])
def test_examples(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


@settings(max_examples=60, deadline=None)
@given(people, seeds, st.randoms())
def test_the_order_of_rows_does_not_matter(entries: list[Entry], seed: str, random: object) -> None:
    shuffled = list(entries)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert frame_digest(shuffled) == frame_digest(entries)
    assert lists(draw(shuffled, seed=seed, **NUMBERS)) == lists(draw(entries, seed=seed, **NUMBERS))


@settings(max_examples=60, deadline=None)
@given(people, seeds)
def test_main_and_reserve_are_apart_and_of_the_right_size(entries: list[Entry], seed: str) -> None:
    for one in draw(entries, seed=seed, **NUMBERS):
        served = [entry for entry in entries if entry.section == one.section]
        assert not set(one.main) & set(one.reserve)
        assert set(one.main) | set(one.reserve) <= set(served)
        assert one.share.size == len(served)
        wanted = len(served) if len(served) < 6 else min(6, len(served))
        assert (len(one.main), len(one.reserve)) == (wanted, min(4, len(served) - wanted))
        assert one.share.is_whole == (len(one.main) == len(served))


def test_everybody_is_equally_likely() -> None:
    entries = [Entry("救助科", f"人{number}", f"{number:04d}") for number in range(30)]
    times = 600
    drawn = Counter(
        entry
        for number in range(times)
        for entry in draw(entries, seed=f"seed {number}", each=10, reserve_each=0, min_valid=1)[0].main
    )
    expected = times / 3
    assert len(drawn) == 30
    assert sum((drawn[entry] - expected) ** 2 / (expected * 2 / 3) for entry in entries) < 60  # χ², 29 degrees


def test_another_seed_draws_others() -> None:
    entries = [Entry("救助科", f"人{number}") for number in range(60)]
    first, second = (draw(entries, seed=seed, **NUMBERS)[0].main for seed in ("1", "2"))
    assert first != second


def test_by_hand() -> None:
    """What docs tell a citizen to do with sha256sum alone."""
    entries = [Entry("救助科", name, "") for name in "甲乙丙丁"]
    text = "救助科\t丁\t\n救助科\t丙\t\n救助科\t乙\t\n救助科\t甲\t\n"
    assert frame_text(entries) == text
    digest = hashlib.sha256(text.encode()).hexdigest()
    numbers = {one.name: hashlib.sha256(f"7 7\n{digest}\n{one.line}".encode()).hexdigest() for one in entries}
    assert numbers["甲"] == number_of(seed=" 7  7 ", digest=digest, line=entries[0].line)
    [one] = draw(entries, seed="7 7", each=2, reserve_each=1, min_valid=1)
    assert [entry.name for entry in (*one.main, *one.reserve)] == sorted(numbers, key=numbers.__getitem__)[:3]


@pytest.mark.parametrize("entries", [[Entry("科", "甲"), Entry("科", "甲")], [Entry("科", "甲 "), Entry("科", "甲")]])
def test_nobody_stands_twice(entries: list[Entry]) -> None:
    with pytest.raises(ValueError, match="twice"):
        frame_digest(entries)


@pytest.mark.parametrize("seed", ["", "  "])
def test_no_draw_without_a_seed(seed: str) -> None:
    with pytest.raises(ValueError, match="seed"):
        draw([Entry("科", "甲")], seed=seed, **NUMBERS)


ROWS = [Entry("救助科", "=甲公司", "0012"), Entry("", "+乙", ""), Entry("优抚科", "丙", "1e5")]
HEADER = ("科室/类别", "姓名/名称", "识别码")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("f.txt", frame_text(ROWS).encode()),
        ("f.csv", write_csv(HEADER, ROWS)),
        ("f.xlsx", write_workbook([Table("抽取总体", HEADER, ROWS)])),
    ],
)
def test_an_exported_frame_has_the_same_digest(name: str, data: bytes) -> None:
    assert frame_digest(read_frame(data, name)) == frame_digest(ROWS)


def test_it_runs_alone(tmp_path: Path) -> None:
    file = tmp_path / "frame.txt"
    file.write_text(frame_text(Entry("救助科", name) for name in "甲乙丙丁戊己"), encoding="utf-8")
    command = [sys.executable, "-m", "evaluation.recipients.drawing", str(file), "3 5 1 6"]
    done = subprocess.run(
        [*command, "--each", "2", "--reserve", "1", "--least", "1"], capture_output=True, text=True, check=True,
        env={"PATH": "", "PYTHONIOENCODING": "utf-8"}, cwd=Path(drawing.__file__).parents[2],
    )  # fmt: skip
    assert hashlib.sha256(file.read_bytes()).hexdigest() in done.stdout
    assert "救助科: 6 -> 2 + 1" in done.stdout
    assert "drawn 1: 戊" in done.stdout
