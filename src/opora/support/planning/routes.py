"""A season of visits: who goes to which school on which day, so that teams go together and travel little.

First HiGHS chooses who meets which demand, as if days did not matter: that is a relaxation, so its bound holds for
every plan. Then the visits are laid on days: a team on one day where one suits all, apart where none does, and who
cannot go is replaced. What is left without a visit is told with its reason. The gap compares the plan with the bound.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from opora.support.planning.places import Place, kilometres

ELSEWHERE = 100.0  # km there and back to another municipality where coordinates are not known
LEFT = 5000  # what a demand without a visit costs, in km
APART = 200  # what each further day costs on which people come to the same school, in km
TRIES = 40  # orders in which schools are laid on days


@dataclass(frozen=True, slots=True)
class School:
    """`subjects` are the demands; on days outside `days` (numbers of the season) it takes no visit; empty: any.

    Days of `was` are kept where that costs nothing: it has been told of them.
    """

    key: str
    title: str
    place: Place
    subjects: tuple[str, ...]
    days: frozenset[int] = frozenset()
    was: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Methodist:
    """Goes to one school a day, on at most `per_week` days of a week, on his `days` alone; empty: any.

    `taken` counts days of a week (by its number) on which he goes elsewhere already. On days that are `away` he has
    something else than visits.
    """

    key: str
    title: str
    place: Place
    subjects: frozenset[str]
    per_week: int = 2
    days: frozenset[int] = frozenset()
    taken: Mapping[int, int] = field(default_factory=dict)
    away: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Going:
    """One methodist in one school on one day, for these subjects."""

    school: str
    methodist: str
    day: int
    subjects: tuple[str, ...]
    kilometres: int  # there and back
    measured: bool = True  # by coordinates; else by municipality


@dataclass(frozen=True, slots=True)
class Season:
    """`cost` and `bound` in km: travel, `APART` for each day more than one in a school, `LEFT` for each demand left."""

    visits: list[Going]
    left: dict[tuple[str, str], str] = field(default_factory=dict)  # (school, subject) -> why
    cost: int = 0
    bound: int = 0

    @property
    def gap(self) -> float:
        """By which part of its cost the plan may be dearer than the best there is."""
        return (self.cost - self.bound) / self.cost if self.cost else 0.0


@dataclass(slots=True)
class _Task:
    """The same by numbers: `km` there and back by methodist and school, `able` which pairs share a day."""

    schools: Sequence[School]
    methodists: Sequence[Methodist]
    weeks: Sequence[int]  # the week of each day
    km: np.ndarray
    measured: np.ndarray  # whether `km` is by coordinates
    days: list[list[list[int]]]  # days on which methodist and school both can

    def teaches(self, subject: str) -> list[int]:
        return [number for number, one in enumerate(self.methodists) if subject in one.subjects]


def plan(
    schools: Sequence[School], methodists: Sequence[Methodist], weeks: Sequence[int], *, seconds: float = 30.0
) -> Season:
    """Each (school, subject) is visited once, or left with a reason. `weeks` holds the week of each day."""
    task = _task(schools, methodists, weeks)
    chosen, bound = _who(task, seconds / 2)
    best: tuple[int, list[Going], dict[tuple[str, str], str]] | None = None
    chance, until = np.random.default_rng(0), time.monotonic() + seconds / 2
    for number in range(TRIES):
        found = _Laying(task).lay(chosen, chance if number else None)
        if best is None or found[0] < best[0]:
            best = found
        if best[0] <= bound or time.monotonic() > until:
            break
    cost, visits, left = best or (0, [], {})
    return Season(visits, left, cost, min(bound, cost))


def _task(schools: Sequence[School], methodists: Sequence[Methodist], weeks: Sequence[int]) -> _Task:
    homes, places = [one.place for one in methodists], [one.place for one in schools]
    far = 2 * kilometres(homes, places)
    same = np.array([[home.municipality == place.municipality for place in places] for home in homes], dtype=bool)
    same = same.reshape(far.shape)
    km = np.rint(np.where(np.isnan(far), np.where(same, 0.0, ELSEWHERE), far)).astype(int)
    every = frozenset(range(len(weeks)))
    days = [
        [sorted((one.days or every) & (school.days or every) & every - one.away) for school in schools]
        for one in methodists
    ]
    return _Task(schools, methodists, weeks, km, ~np.isnan(far), days)


# -- who goes where ------------------------------------------------------------------------------------------------


def _who(task: _Task, seconds: float) -> tuple[dict[tuple[int, int], list[str]], int]:
    """Subjects by (school, methodist) with the least travel, and the bound of every plan.

    Variables: a visit of a methodist to a school, a demand met by him, a demand left.
    """
    visits: dict[tuple[int, int], int] = {}
    met: list[tuple[int, int, str]] = []  # school, methodist, subject
    demands = [(s, subject) for s, one in enumerate(task.schools) for subject in one.subjects]
    for s, subject in demands:
        for m in task.teaches(subject):
            if task.days[m][s] and task.methodists[m].per_week > 0:
                visits.setdefault((s, m), len(visits))
                met.append((s, m, subject))
    if not demands:
        return {}, 0
    first, second = len(visits), len(visits) + len(met)
    cost = np.zeros(second + len(demands))
    for (s, m), number in visits.items():
        cost[number] = task.km[m, s]
    cost[second:] = LEFT
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    lower: list[float] = []
    upper: list[float] = []

    def limit(entries: Sequence[tuple[int, float]], least: float, most: float) -> None:
        for column, value in entries:
            rows.append(len(lower))
            columns.append(column)
            values.append(value)
        lower.append(least)
        upper.append(most)

    by_demand: dict[tuple[int, str], list[int]] = defaultdict(list)
    for number, (s, m, subject) in enumerate(met):
        by_demand[s, subject].append(first + number)
        limit([(first + number, 1.0), (visits[s, m], -1.0)], -np.inf, 0)
    for number, demand in enumerate(demands):
        limit([*((column, 1.0) for column in by_demand[demand]), (second + number, 1.0)], 1, 1)
    for m in range(len(task.methodists)):
        here = [(number, 1.0) for (_, other), number in visits.items() if other == m]
        limit(here, -np.inf, _most(task, m))
    matrix = coo_array((values, (rows, columns)), shape=(len(lower), len(cost))).tocsr()
    done = milp(
        cost,
        constraints=LinearConstraint(matrix, lower, upper),
        integrality=np.ones(len(cost)),
        bounds=Bounds(0, 1),
        options={"time_limit": seconds, "mip_rel_gap": 1e-6},
    )
    found: dict[tuple[int, int], list[str]] = defaultdict(list)
    if done.x is not None:
        for number, (s, m, subject) in enumerate(met):
            if done.x[first + number] > 0.5:
                found[s, m].append(subject)
    dual = done.mip_dual_bound if done.mip_dual_bound is not None else 0.0
    return dict(found), max(int(np.ceil(dual - 1e-6)), 0)


def _most(task: _Task, m: int) -> int:
    """Days on which he can go at all: of each week, no more than his limit."""
    one = task.methodists[m]
    can = (one.days or frozenset(range(len(task.weeks)))) - one.away
    days = Counter(week for day, week in enumerate(task.weeks) if day in can)
    return sum(min(count, max(one.per_week - one.taken.get(week, 0), 0)) for week, count in days.items())


# -- on which day --------------------------------------------------------------------------------------------------


class _Laying:
    """Visits laid on days one school after another, so that no limit is ever broken."""

    def __init__(self, task: _Task) -> None:
        self.task = task
        self.busy: set[tuple[int, int]] = set()  # (methodist, day)
        self.weekly: Counter[tuple[int, int]] = Counter(  # (methodist, week)
            {(m, week): days for m, one in enumerate(task.methodists) for week, days in one.taken.items()}
        )
        self.visits: list[tuple[int, int, int, list[str]]] = []  # school, methodist, day, subjects
        self.left: dict[tuple[str, str], str] = {}

    def lay(
        self, chosen: Mapping[tuple[int, int], list[str]], chance: np.random.Generator | None
    ) -> tuple[int, list[Going], dict[tuple[str, str], str]]:
        teams: dict[int, list[int]] = defaultdict(list)
        for s, m in chosen:
            teams[s].append(m)
        load = Counter(m for _, m in chosen)
        tight = {s: -max(load[m] / max(_most(self.task, m), 1) for m in team) - len(team) for s, team in teams.items()}
        noise = chance.uniform(0, 2, len(self.task.schools)) if chance is not None else np.zeros(len(self.task.schools))
        told = {s for s, team in teams.items() if chance is None and self._may_keep(s, team)}
        for s in sorted(teams, key=lambda s: (s not in told, tight[s] + noise[s], s)):
            self._school(s, teams[s], chosen)
        self._rest()
        return self._told()

    def _may_keep(self, s: int, team: Sequence[int]) -> bool:
        was = self.task.schools[s].was
        return any(was.intersection(self._free(m, s)) for m in team)

    def _free(self, m: int, s: int) -> list[int]:
        """Days on which he can go there, those of emptier weeks first, so that later schools find room."""
        limit, weeks = self.task.methodists[m].per_week, self.task.weeks
        days = [d for d in self.task.days[m][s] if (m, d) not in self.busy and self.weekly[m, weeks[d]] < limit]
        return sorted(days, key=lambda day: (self.weekly[m, weeks[day]], day))

    def _go(self, s: int, m: int, day: int, subjects: list[str]) -> None:
        self.busy.add((m, day))
        self.weekly[m, self.task.weeks[day]] += 1
        self.visits.append((s, m, day, subjects))

    def _school(self, s: int, team: list[int], chosen: Mapping[tuple[int, int], list[str]]) -> None:
        """The largest part of a team that has a common day goes on it, then the largest of the rest."""
        waiting = sorted(team)
        while waiting:
            free = {m: self._free(m, s) for m in waiting}
            counts = Counter(day for days in free.values() for day in days)
            if not counts:
                return
            spent = {d: sum(self.weekly[m, self.task.weeks[d]] for m in waiting if d in free[m]) for d in counts}
            was = self.task.schools[s].was
            day = min(counts, key=lambda day: (-counts[day], day not in was, spent[day], day))
            for m in [m for m in waiting if day in free[m]]:
                self._go(s, m, day, chosen[s, m])
                waiting.remove(m)

    def _rest(self) -> None:
        """Demands that nobody meets yet: by who is there anyway, else by the nearest who still has a day."""
        met = {(s, subject) for s, _, _, subjects in self.visits for subject in subjects}
        for s, school in enumerate(self.task.schools):
            for subject in school.subjects:
                if (s, subject) not in met:
                    self._replace(s, subject)

    def _replace(self, s: int, subject: str) -> None:
        able = self.task.teaches(subject)
        for number, (there, m, day, subjects) in enumerate(self.visits):
            if there == s and m in able:
                self.visits[number] = (s, m, day, [*subjects, subject])
                return
        days_there = {day for there, _, day, _ in self.visits if there == s}
        offers = [
            (self.task.km[m, s] + (APART if days_there and day not in days_there else 0), m, day)
            for m in able
            for day in self._free(m, s)
        ]
        if offers and min(offers)[0] < LEFT:
            _, m, day = min(offers)
            self._go(s, m, day, [subject])
            return
        school = self.task.schools[s]
        self.left[school.key, subject] = self._why(s, able)

    def _why(self, s: int, able: list[int]) -> str:
        if not able:
            return "Методиста по этому предмету нет."
        names = ", ".join(self.task.methodists[m].title for m in able[:3])
        if not any(self.task.days[m][s] for m in able):
            if any(self.task.methodists[m].away for m in able):
                return f"Не вместилось: в общие со школой дни методисты этого предмета заняты: {names}."
            return "У методистов этого предмета и школы нет общих дней."
        if not any(self._free(m, s) for m in able):
            away = any(self.task.methodists[m].away for m in able)
            others = "другими школами или делами" if away else "другими школами"
            return f"Дни методистов этого предмета заняты {others} или их недельный предел исчерпан: {names}."
        return "Дорога дороже, чем польза от визита."

    def _told(self) -> tuple[int, list[Going], dict[tuple[str, str], str]]:
        task = self.task
        rows = [
            Going(
                task.schools[s].key,
                task.methodists[m].key,
                day,
                tuple(sorted(subjects)),
                int(task.km[m, s]),
                bool(task.measured[m, s]),
            )
            for s, m, day, subjects in sorted(self.visits)
        ]
        days = Counter(key for key, _ in groupby(sorted({(one.school, one.day) for one in rows}), lambda pair: pair))
        per_school = Counter(school for school, _ in days)
        apart = sum(count - 1 for count in per_school.values())
        cost = sum(one.kilometres for one in rows) + APART * apart + LEFT * len(self.left)
        return cost, rows, self.left
