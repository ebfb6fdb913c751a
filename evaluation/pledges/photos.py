"""Photos named after the cadres: which shows whom, which nobody, and which only somebody can say."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from evaluation.files.zips import Packed
from evaluation.roster.models import Appraisal
from evaluation.workbooks import name_key, text_key

SUFFIXES = (".jpg", ".jpeg", ".png")
PARTS = re.compile(r"[-_—–－+,，、.\s()（）【】\[\]/]+")
BEHIND = re.compile(r"(副本|复印件|照片|证件照|免冠照|标准照|\d+)$")


@dataclass(slots=True)
class Shown:
    """Which photo shows whom (by the cadre's key), those that may show several, and those that show nobody here."""

    photos: dict[int, Packed] = field(default_factory=dict)
    questions: list[tuple[Packed, list[Appraisal]]] = field(default_factory=list)
    unmatched: list[Packed] = field(default_factory=list)


def match_photos(photos: Sequence[Packed], cadres: Sequence[Appraisal], answers: Mapping[str, str]) -> Shown:
    """Say whom each photo shows: 姓名.jpg, 单位-姓名.jpg, 姓名_科室.jpg, the names of folders counting too.

    A name that several cadres have is a question, so are two photos of one cadre. ``answers`` are what somebody chose:
    by the photo's name the key of a cadre, or nothing where the photo is to be left out.
    """
    by_name: dict[str, list[Appraisal]] = {}
    for one in cadres:
        by_name.setdefault(name_key(one.name), []).append(one)
    found = {photo.name: (photo, _candidates(photo, by_name)) for photo in photos}
    sure = [candidates[0].pk for _photo, candidates in found.values() if len(candidates) == 1]
    shown = Shown()
    for photo, candidates in found.values():
        if not candidates:
            shown.unmatched.append(photo)
        elif len(candidates) == 1 and sure.count(candidates[0].pk) == 1:
            shown.photos[candidates[0].pk] = photo
        else:
            shown.questions.append((photo, candidates))
    for photo, candidates in shown.questions:
        chosen = next((one for one in candidates if str(one.pk) == answers.get(photo.name)), None)
        if chosen is not None:
            shown.photos.setdefault(chosen.pk, photo)
    return shown


def undecided(shown: Shown, answers: Mapping[str, str]) -> list[str]:
    """Return the names of the photos that nobody has decided about, or that were given to a cadre who has one."""
    return [
        photo.name
        for photo, _cadres in shown.questions
        if photo.name not in answers or (answers[photo.name] and photo not in shown.photos.values())
    ]


def _candidates(photo: Packed, by_name: Mapping[str, list[Appraisal]]) -> list[Appraisal]:
    stem = str(PurePosixPath(photo.name).with_suffix(""))
    words = [word for word in PARTS.split(stem) if word]
    keys = [key for word in (*words, "".join(words)) for key in (word, BEHIND.sub("", word))]
    named = list({one.pk: one for key in keys for one in by_name.get(name_key(key), [])}.values())
    said = {text_key(word) for word in words}
    hints: tuple[Callable[[Appraisal], set[str]], ...] = (
        lambda one: {text_key(one.home_unit.name), text_key(one.organising_unit.name)},
        lambda one: {text_key(text) for text in (one.office, one.post, one.position) if text},
    )
    for words_of in hints:
        narrowed = [one for one in named if words_of(one) & said]
        named = narrowed or named
    return named
