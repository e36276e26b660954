"""Mentors for schools: the best assignment under limits of load, with a proof of how good it is.

The transport problem is solved by HiGHS over a few mentors of each school; the prices of mentors' places that it gives
tell which pairs left out could improve anything, and those are added until none could. The same prices give a bound by
duality over *all* pairs: whatever the solver did, no assignment is better than the bound.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array

from opora.support.planning.scores import Mentor, School, Scores, Weights, reason, scores

FIRST = 24  # mentors of a school that are looked at first
MORE = 8  # those of a school that are added at a time
ROUNDS = 60
STEPS = 150  # by which prices are guessed before the first round
STEP = 12.0  # points of the first of them
_EPSILON = 1e-6

Pair = tuple[str, str]  # keys of the school and of the mentor


class Impossible(Exception):
    """What was fixed by hand contradicts itself; the message (Russian) says where."""


@dataclass(frozen=True, slots=True)
class Chosen:
    school: str
    mentor: str
    points: int
    fixed: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """`value` is the sum over pairs of `Weights.most` and their points; no assignment is worth more than `bound`."""

    pairs: list[Chosen]
    without: dict[str, str]  # school -> why it has no mentor
    value: int
    bound: int
    weights: Weights = field(default_factory=Weights)

    @property
    def gap(self) -> float:
        """By which part of the bound the plan may be worse than the best there is."""
        return (self.bound - self.value) / self.bound if self.bound else 0.0


def plan(
    schools: Sequence[School],
    mentors: Sequence[Mentor],
    *,
    fixed: Mapping[str, str] | None = None,
    forbidden: Iterable[Pair] = (),
    weights: Weights | None = None,
    titles: Mapping[str, str] | None = None,
) -> Plan:
    """The best pairs: `fixed` (school -> mentor) stand and use up load, `forbidden` never come about.

    Raises `Impossible` where the fixed pairs alone break a limit.
    """
    fixed, forbidden, weights = dict(fixed or {}), set(forbidden), weights or Weights()
    rows = {one.key: number for number, one in enumerate(schools)}
    columns = {one.key: number for number, one in enumerate(mentors)}
    _check(schools, mentors, fixed, forbidden)
    found = scores(schools, mentors, weights)
    worth = np.where(_allowed(rows, columns, forbidden), found.total + weights.most, 0)
    left = np.array([one.load for one in mentors], dtype=int)
    for mentor in fixed.values():
        left[columns[mentor]] -= 1
    free = np.array([one.key not in fixed for one in schools], dtype=bool)
    taken, bound = _assign(worth[free], left)
    chosen = dict(zip(np.flatnonzero(free).tolist(), taken.tolist(), strict=True))
    chosen |= {rows[school]: columns[mentor] for school, mentor in fixed.items()}
    held = sum(int(found.total[rows[s], columns[m]]) + weights.most for s, m in fixed.items())
    loads = Counter(column for column in chosen.values() if column >= 0)
    full = np.array([loads[number] >= one.load for number, one in enumerate(mentors)], dtype=bool)
    pairs, without, value = [], {}, 0
    for row, school in enumerate(schools):
        column = chosen[row]
        if column < 0:
            without[school.key] = _why_none(worth[row], full)
            continue
        mentor, points = mentors[column], int(found.total[row, column])
        value += points + weights.most
        words = reason(found, (row, column), school, mentor, weights, titles or {})
        is_fixed = school.key in fixed
        words += " Закреплено вручную." if is_fixed else _better(found, worth, row, column, mentors)
        pairs.append(Chosen(school.key, mentor.key, points, is_fixed, words))
    return Plan(pairs, without, value, max(bound + held, value), weights)


def _check(
    schools: Sequence[School], mentors: Sequence[Mentor], fixed: Mapping[str, str], forbidden: set[Pair]
) -> None:
    known, titles = {one.key: one for one in mentors}, {one.key: one.title for one in schools}
    for school, mentor in fixed.items():
        if school not in titles or mentor not in known:
            raise Impossible("Закреплена пара, школы или наставника которой в подборе нет.")
        if (school, mentor) in forbidden:
            raise Impossible(f"Пара «{titles[school]} — {known[mentor].title}» и закреплена, и запрещена.")
    for key, count in Counter(fixed.values()).items():
        if count > known[key].load:
            raise Impossible(
                f"За наставником «{known[key].title}» закреплено школ: {count}, а может он {known[key].load}."
            )


def _allowed(rows: Mapping[str, int], columns: Mapping[str, int], forbidden: set[Pair]) -> np.ndarray:
    found = np.ones((len(rows), len(columns)), dtype=bool)
    for school, mentor in forbidden:
        if school in rows and mentor in columns:
            found[rows[school], columns[mentor]] = False
    return found


def _assign(worth: np.ndarray, load: np.ndarray) -> tuple[np.ndarray, int]:
    """The column of each row (-1: none) and the bound; a pair worth 0 is not allowed."""
    rows, columns = worth.shape
    taken = np.full(rows, -1)
    if not rows or not columns:
        return taken, 0
    looked = np.zeros(worth.shape, dtype=bool)
    first = min(FIRST, columns)
    best = np.argpartition(_asked(worth, load) - worth, first - 1, axis=1)[:, :first]
    np.put_along_axis(looked, best, True, axis=1)
    looked &= worth > 0
    bound = np.inf
    for _ in range(ROUNDS):
        at = np.argwhere(looked)
        share, price = _solve(at, worth, load)
        gain = np.where(worth > 0, worth - price[None, :], 0.0)
        bound = min(bound, float(np.maximum(gain.max(axis=1), 0).sum() + price @ load))
        kept = np.where(looked, gain, 0.0).max(axis=1)
        better = np.argpartition(-gain, min(MORE, columns) - 1, axis=1)[:, :MORE]
        fresh = np.zeros_like(looked)
        np.put_along_axis(fresh, better, True, axis=1)
        fresh &= ~looked & (gain > kept[:, None] + _EPSILON)
        if not fresh.any():
            break
        looked |= fresh
    for (row, column), part in zip(at.tolist(), share.tolist(), strict=True):
        if part > 0.5:  # a vertex of a transport problem is whole
            taken[row] = column
    return taken, int(np.floor(bound + _EPSILON))


def _asked(worth: np.ndarray, load: np.ndarray) -> np.ndarray:
    """About the price of a place with each mentor: raised while more schools ask for him than he can take."""
    price = np.zeros(worth.shape[1])
    for step in range(STEPS):
        gain = worth - price
        wanted = np.bincount(gain.argmax(axis=1)[gain.max(axis=1) > 0], minlength=len(load))
        price = np.maximum(price + STEP / (1 + step / 10) * np.clip((wanted - load) / (load + 1), -1, 1), 0)
    return price


def _solve(at: np.ndarray, worth: np.ndarray, load: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Shares of the pairs `at`, and the price of a place with each mentor."""
    rows, columns = worth.shape
    count = len(at)
    if not count:
        return np.zeros(0), np.zeros(columns)
    ones, number = np.ones(2 * count), np.arange(count)
    places = (np.concatenate([at[:, 0], rows + at[:, 1]]), np.concatenate([number, number]))
    limits = coo_array((ones, places), shape=(rows + columns, count)).tocsr()
    most = np.concatenate([np.ones(rows), load])
    done = linprog(-worth[at[:, 0], at[:, 1]], A_ub=limits, b_ub=most, bounds=(0, None), method="highs-ds")
    if done.x is None:
        raise RuntimeError(done.message)  # zero pairs are always a solution
    return done.x, np.maximum(-done.ineqlin.marginals[rows:], 0)


def _why_none(worth: np.ndarray, full: np.ndarray) -> str:
    if not (worth > 0).any():
        return "Все наставники для этой школы запрещены вручную."
    if full[worth > 0].all():
        return "Нагрузка всех разрешённых наставников занята: добавьте наставников или увеличьте нагрузку."
    return "Разрешённые наставники заняты школами, которым они подходят больше."


def _better(found: Scores, worth: np.ndarray, row: int, column: int, mentors: Sequence[Mentor]) -> str:
    """Who would suit the school more, but works with those who lose more without him."""
    best = int(np.argmax(worth[row]))
    if worth[row, best] <= worth[row, column]:
        return " Лучшая из возможных оценок для школы."
    return f" Выше оценка у другого — {mentors[best].title} ({found.total[row, best]}), но он занят другими школами."
