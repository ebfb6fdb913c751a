"""Which fonts documents are set in, and what is said of those that are missing."""

import subprocess
from pathlib import Path

import pytest
from django.core.checks import INFO, WARNING
from django.core.checks.registry import registry

from evaluation.documents import checks, fonts
from evaluation.documents.checks import check_fallback_fonts, check_standard_fonts
from evaluation.documents.fonts import FACES, installed_families, missing_fonts
from tests.documents.samples import RARE

ROOT = Path(__file__).resolve().parents[2]
FREE = frozenset({"FandolFang", "FandolKai", "FandolHei", "FandolSong", "Noto Serif CJK SC", "Noto Sans CJK SC"})


@pytest.mark.parametrize("face", list(FACES))
def test_a_stack_names_the_standard_font_first_and_one_with_every_character_last(face):
    names = FACES[face].stack.split(", ")

    assert names[0] in {"仿宋_GB2312", "楷体_GB2312", "黑体", "宋体", "方正小标宋简体"}
    assert names[-2].startswith("Noto ")
    assert '"' not in FACES[face].stack


@pytest.mark.parametrize("family", ["Noto Serif CJK SC", "Noto Sans CJK SC"])
def test_the_last_font_of_every_stack_has_the_characters_of_names(family):
    """By the font's own table of characters, which says more than a look at a page."""
    pattern = f"{family}:charset={' '.join(f'{ord(character):x}' for character in RARE)}"
    listed = subprocess.run(["fc-list", pattern, "family"], capture_output=True, check=True, text=True).stdout

    assert family in listed


def test_fonts_that_the_makefile_brought_are_found():
    assert {"FandolFang", "FandolKai", "FandolHei", "FandolSong", "AR PL UKai CN"} <= installed_families()


def test_missing_fonts_say_what_stands_in():
    missing = {one.face.label: one.stand_in for one in missing_fonts(FREE)}

    assert missing == {
        "仿宋": "FandolFang",
        "楷体": "FandolKai",
        "黑体": "FandolHei",
        "宋体": "FandolSong",
        "小标宋": "Noto Serif CJK SC",
    }


def test_an_offices_own_font_is_not_missing():
    assert "仿宋" not in {one.face.label for one in missing_fonts(FREE | {"FangSong"})}


def test_stand_ins_are_information(monkeypatch):
    monkeypatch.setattr(fonts, "installed_families", lambda: FREE)
    (said,) = check_standard_fonts()

    assert (said.level, said.id) == (INFO, "evaluation.I001")
    assert "仿宋_GB2312" in said.msg
    assert "FandolFang" in said.msg


def test_all_standard_fonts_leave_nothing_to_say(monkeypatch):
    own = frozenset(face.standard[0] for face in FACES.values())
    monkeypatch.setattr(fonts, "installed_families", lambda: own)

    assert check_standard_fonts() == []


@pytest.mark.parametrize(
    ("there", "ids"),
    [
        pytest.param(FREE, [], id="all that is needed"),
        pytest.param(FREE - {"Noto Serif CJK SC"}, ["evaluation.W001", "evaluation.W002"], id="no 小标宋, rare names"),
        pytest.param(FREE - {"FandolFang", "FandolKai"}, [], id="no network: Noto stands in"),
        pytest.param(frozenset(), ["evaluation.W001", "evaluation.W002"], id="nothing at all"),
    ],
)
def test_a_face_without_any_font_is_a_warning(there, ids, monkeypatch):
    monkeypatch.setattr(checks, "installed_families", lambda: there)

    said = check_fallback_fonts()

    assert [one.id for one in said] == ids
    assert all(one.level == WARNING for one in said)


def test_this_machine_has_all_that_documents_need():
    assert check_fallback_fonts() == []


def test_stand_ins_are_told_only_where_the_whole_installation_is_looked_at():
    assert check_fallback_fonts in registry.registered_checks
    assert check_standard_fonts in registry.deployment_checks


def test_a_fetch_that_fails_says_what_is_missing_and_goes_on(tmp_path):
    broken = tmp_path / "bin"
    broken.mkdir()
    for tool in ("apt-get", "sudo"):
        (broken / tool).write_text("#!/bin/sh\necho 'E: no network'\nexit 100\n")
        (broken / tool).chmod(0o755)
    work = tmp_path / "work"
    work.mkdir()

    done = subprocess.run(
        ["/bin/sh", str(ROOT / "scripts/fonts.sh")],
        cwd=work,
        env={"PATH": f"{broken}:/usr/bin:/bin", "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0
    assert "FandolFang-Regular.otf" in done.stderr
    assert "no network" in done.stderr


def test_fonts_that_are_there_are_not_fetched_again(tmp_path):
    folder = tmp_path / ".venv/share/fonts/minping"
    folder.mkdir(parents=True)
    for name in ("FandolFang", "FandolKai", "FandolHei", "FandolSong"):
        (folder / f"{name}-Regular.otf").write_text("x")
    (folder / "ukai.ttc").write_text("x")

    done = subprocess.run(
        ["/bin/sh", str(ROOT / "scripts/fonts.sh")], cwd=tmp_path, env={"PATH": ""}, capture_output=True
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
