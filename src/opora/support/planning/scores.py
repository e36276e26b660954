"""How well each mentor suits each school, in whole points, and the same points in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from opora.support.planning.places import Place, kilometres

FAR = 200.0  # km from which on nearness counts nothing


@dataclass(frozen=True, slots=True)
class School:
    """What is asked: by `needs` (subject -> 0 to 1) and conditions, with mentors of earlier years."""

    key: str
    title: str
    place: Place
    needs: Mapping[str, float] = field(default_factory=dict)
    cluster: str = ""
    index: float | None = None  # of its conditions, 0 to 1
    past: frozenset[str] = frozenset()  # keys of mentors


@dataclass(frozen=True, slots=True)
class Mentor:
    """What is offered: `strengths` (subject -> 0 to 1), and to at most how many schools."""

    key: str
    title: str
    place: Place
    load: int
    strengths: Mapping[str, float] = field(default_factory=dict)
    cluster: str = ""
    index: float | None = None


@dataclass(frozen=True, slots=True)
class Weights:
    """The most points of each part. A school with a mentor is worth their sum by itself."""

    subjects: int = 50
    context: int = 20
    distance: int = 20
    past: int = 10

    @property
    def most(self) -> int:
        return self.subjects + self.context + self.distance + self.past


@dataclass(frozen=True, slots=True)
class Scores:
    """Points by school (row) and mentor (column), in whole numbers, so that sums and words agree exactly."""

    subjects: np.ndarray
    context: np.ndarray
    distance: np.ndarray
    past: np.ndarray
    kilometres: np.ndarray  # not a number where a place is not known

    @property
    def total(self) -> np.ndarray:
        found: np.ndarray = self.subjects + self.context + self.distance + self.past
        return found


def scores(schools: Sequence[School], mentors: Sequence[Mentor], weights: Weights) -> Scores:
    km = kilometres([one.place for one in schools], [one.place for one in mentors])
    near = np.where(
        np.isnan(km), _same([s.place.municipality for s in schools], [m.place.municipality for m in mentors]), 0
    )
    near = np.where(np.isnan(km), near, np.clip(1 - km / FAR, 0, 1))
    past = np.zeros(km.shape, dtype=int)
    columns = {one.key: number for number, one in enumerate(mentors)}
    for row, school in enumerate(schools):
        for key in school.past & columns.keys():
            past[row, columns[key]] = 1
    parts = (
        (_subjects(schools, mentors), weights.subjects),
        (_context(schools, mentors), weights.context),
        (near, weights.distance),
        (past, weights.past),
    )
    subjects, context, distance, earlier = (np.rint(part * most).astype(int) for part, most in parts)
    return Scores(subjects, context, distance, earlier, km)


def _subjects(schools: Sequence[School], mentors: Sequence[Mentor]) -> np.ndarray:
    """The share of a school's needs that a mentor's strengths cover."""
    codes = sorted({code for one in schools for code in one.needs})
    needs = _table([one.needs for one in schools], codes)
    strengths = _table([one.strengths for one in mentors], codes)
    whole = needs.sum(axis=1, keepdims=True)
    found: np.ndarray = np.divide(
        needs @ strengths.T, whole, out=np.zeros((len(schools), len(mentors))), where=whole > 0
    )
    return found


def _table(rows: Sequence[Mapping[str, float]], codes: Sequence[str]) -> np.ndarray:
    found = np.zeros((len(rows), len(codes)))
    for number, row in enumerate(rows):
        found[number] = [row.get(code, 0.0) for code in codes]
    return found


def _context(schools: Sequence[School], mentors: Sequence[Mentor]) -> np.ndarray:
    """One less the difference of the indices; where one is unknown, whether the clusters are the same."""
    ours = np.array([np.nan if one.index is None else one.index for one in schools], dtype=float)
    theirs = np.array([np.nan if one.index is None else one.index for one in mentors], dtype=float)
    apart = np.abs(ours[:, None] - theirs[None, :])
    clusters = _same([one.cluster for one in schools], [one.cluster for one in mentors])
    found: np.ndarray = np.where(np.isnan(apart), clusters, np.clip(1 - np.nan_to_num(apart), 0, 1))
    return found


def _same(ours: Sequence[str], theirs: Sequence[str]) -> np.ndarray:
    """Whether both are the same and known."""
    first, second = np.array(ours, dtype=object), np.array(theirs, dtype=object)
    found: np.ndarray = ((first[:, None] == second[None, :]) & (first != "")[:, None]).astype(float)
    return found


def reason(
    found: Scores,
    at: tuple[int, int],
    school: School,
    mentor: Mentor,
    weights: Weights,
    titles: Mapping[str, str],
) -> str:
    """«Предметы 36 из 50: математика; условия 18 из 20; …» — the points by which the pair was chosen."""
    shared = sorted(
        (code for code, need in school.needs.items() if need and mentor.strengths.get(code)),
        key=lambda code: -school.needs[code] * mentor.strengths[code],
    )
    named = ", ".join(titles.get(code, code).lower() for code in shared[:3])
    if not school.needs:
        named = "о трудностях школы сведений нет"
    km = found.kilometres[at]
    if not np.isnan(km):
        where = f"{km:.0f} км"
    else:
        same = "один муниципалитет" if found.distance[at] else "разные муниципалитеты"
        where = f"{same}, координаты неизвестны"
    return (
        f"Предметы — {found.subjects[at]} из {weights.subjects} ({named or 'общих нет'}); "
        f"условия — {found.context[at]} из {weights.context} ({_context_words(school, mentor)}); "
        f"расстояние — {found.distance[at]} из {weights.distance} ({where}); "
        f"прежняя работа — {found.past[at]} из {weights.past} "
        f"({'работали вместе' if found.past[at] else 'вместе не работали'}). "
        f"Всего {found.total[at]} из {weights.most}."
    )


def _context_words(school: School, mentor: Mentor) -> str:
    if school.index is not None and mentor.index is not None:
        return f"индексы условий {school.index:.2f} и {mentor.index:.2f}".replace(".", ",")
    if not school.cluster or not mentor.cluster:
        return "сведений нет"
    return "один кластер" if school.cluster == mentor.cluster else "разные кластеры"
