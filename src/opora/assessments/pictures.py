"""The charts of results: each from counts, with a sentence that says what is seen and its figures as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from opora.assessments.figures import Counted, Share, percent
from opora.assessments.queries.looking import Points
from opora.identification.titles import procedure_words
from opora.ui import words
from opora.ui.charts import Cell, Chart, shapes

FAILED = "«2», не сдали"
PASSED = "сдали"
PARTS = (FAILED, "«3»", "«4»", "«5»", PASSED)
BEYOND = 0.998  # of the schools of a size lie inside, were there chance alone
MOST_POINTS = 400  # schools that are drawn one by one; of more every dot stands for several
INTERVAL = "Отрезок — 95-процентный интервал: на меньшем числе участников доля известна менее точно."


class Marked(Counted, Protocol):
    @property
    def marks_3(self) -> int: ...
    @property
    def marks_4(self) -> int: ...
    @property
    def marks_5(self) -> int: ...


def work_words(row: Counted) -> str:
    return procedure_words(row.procedure, row.subject, row.grade)


def marks(rows: Sequence[Marked], *, title: str, label: Any = work_words, url: Any = None) -> Chart | None:
    """A bar of 100 % for each row, cut into marks (passed and not where a work has no marks)."""
    rows = [row for row in rows if row.participants]
    if not rows:
        return None
    drawn: list[dict[str, Any]] = []
    table = []
    for row in rows:
        counts = _parts(row)
        drawn += [
            {"work": label(row), "part": part, "share": count / row.participants}
            for part, count in counts.items()
            if count
        ]
        head = Cell(label(row), url(row) if url else "")
        shares = [
            f"{counts[part]} ({percent(counts[part] / row.participants)})" if counts[part] else "—" for part in PARTS
        ]
        table.append([head, Cell(words.number(row.participants)), *map(Cell, shares)])
    worst = max(rows, key=lambda row: row.failed / row.participants)
    share = Share.of(worst.failed, worst.participants)
    summary = f"Наибольшая доля не справившихся — {share.words if share else ''}: {label(worst)}."
    spec = shapes.stacked(drawn, order=PARTS, label="work", part="part", share="share", title="Доля участников")
    return Chart(title, summary, spec, ("", "Участников", *PARTS), table)


def _parts(row: Marked) -> dict[str, int]:
    graded = row.marks_3 + row.marks_4 + row.marks_5
    passed = row.participants - row.failed - graded
    return dict(zip(PARTS, (row.failed, row.marks_3, row.marks_4, row.marks_5, max(0, passed)), strict=True))


def dynamics(series: Mapping[str, Sequence[Counted]], *, title: str) -> Chart | None:
    """The share of those who failed over the years, a line for each series (the first is what the page is of)."""
    drawn: list[dict[str, Any]] = []
    table: dict[int, dict[str, str]] = {}
    shares: dict[str, dict[int, Share]] = {}
    for name, rows in series.items():
        for row in rows:
            share = Share.of(row.failed, row.participants)
            if share:
                shares.setdefault(name, {})[row.year] = share
                point = {"year": str(row.year), "value": share.value, "low": share.low, "high": share.high, "who": name}
                drawn.append(point)
                table.setdefault(row.year, {})[name] = f"{share.words} ({share.interval}), {row.participants} чел."
    if not drawn:
        return None
    names = list(shares)
    drawn.sort(key=lambda one: (one["year"], names.index(one["who"])))
    summary = _change(names[0], shares[names[0]])
    spec = shapes.trend(
        drawn, at="year", value="value", low="low", high="high", series="who", order=names, title="Не справились"
    )
    cells = [[Cell(str(year)), *(Cell(table[year].get(name, "—")) for name in names)] for year in sorted(table)]
    return Chart(title, summary, spec, ("Год", *names), cells, INTERVAL)


def _change(who: str, shares: Mapping[int, Share]) -> str:
    """From the first year to the last, where chance alone would not do it."""
    from opora.identification.statistics.intervals import difference

    first, last = shares[min(shares)], shares[max(shares)]
    now = f"{who}: в {max(shares)} году не справились {last.words}"
    if first is last:
        return f"{now}."
    change = difference((first.part, first.whole), (last.part, last.whole))
    grown = "больше" if change.value > 0 else "меньше"
    said = f"заметно {grown}, чем" if change.sure else "в пределах случайных колебаний от"
    return f"{now}, {said} {first.words} в {min(shares)}."


def funnel(rows: Iterable[tuple[int, int, str, str]], *, title: str) -> Chart | None:
    """Schools as (participants, failed, name, address) within the limits of chance around the share of all."""
    import numpy as np

    from opora.identification.statistics.intervals import funnel as limits_of

    found = [row for row in rows if row[0]]
    whole = sum(row[0] for row in found)
    if not whole:
        return None
    centre = sum(row[1] for row in found) / whole
    largest = max(row[0] for row in found)
    sizes = np.array(sorted({max(1, round(largest * step / 40)) for step in range(1, 41)}))
    limits = [
        {"size": size, "low": low, "high": high, "name": name}
        for name, confidence in (("95 % школ", 0.95), ("99,8 % школ", BEYOND))
        for size, low, high in zip(*map(np.ndarray.tolist, (sizes, *limits_of(centre, sizes, confidence))), strict=True)
    ]
    _, highest = limits_of(centre, [row[0] for row in found], BEYOND)
    beyond = [row for row, high in zip(found, highest.tolist(), strict=True) if row[1] / row[0] > high]
    marked = {row[2:] for row in beyond}
    dots = [
        {"size": size, "value": failed / size, "marked": (name, url) in marked} for size, failed, name, url in found
    ]
    spec = shapes.funnel(
        _thinned(dots), limits, centre=centre, size="size", value="value", marked="marked", title="Не справились"
    )
    table = [
        [Cell(name, url), Cell(str(size)), Cell(str(failed)), Cell(percent(failed / size))]
        for size, failed, name, url in sorted(beyond, key=lambda row: -row[1] / row[0])
    ]
    summary = (
        f"В среднем не справились {percent(centre)}. Выше верхней границы, где случайностью уже не объяснить, школ: "
        f"{len(beyond)} из {len(found)} (треугольники)."
    )
    note = "Чем меньше участников, тем шире границы: маленькая школа далеко от среднего ещё не повод для вывода."
    return Chart(title, summary, spec, ("Школа выше границы", "Участников", "Не справились", "Доля"), table, note)


def _thinned(dots: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """One dot for each place of a grid where there are very many, so that the picture stays small."""
    if len(dots) <= MOST_POINTS:
        return list(dots)
    largest = max(dot["size"] for dot in dots)
    places = {(round(60 * dot["size"] / largest), round(50 * dot["value"]), dot["marked"]): dot for dot in dots}
    return list(places.values())


def distribution(found: Points, *, title: str) -> Chart | None:
    """How many pupils have how many primary points, with the limits of marks."""
    points, limits = found.pupils, found.limits
    if not points:
        return None
    whole = sum(points.values())
    drawn = [{"at": at, "n": count} for at, count in sorted(points.items())]
    lines = [(at - 0.5, name) for at, name in limits]
    spec = shapes.histogram(drawn, at="at", count="n", limits=lines, title="Первичный балл")
    table = [
        [Cell(words.number(at)), Cell(str(count)), Cell(percent(count / whole))] for at, count in sorted(points.items())
    ]
    middle = _median(points)
    summary = (
        f"Половина участников набрала не больше {words.number(middle)} баллов; всего участников {words.number(whole)}."
    )
    jump = _jump(points, limits)
    return Chart(title, " ".join(filter(None, [summary, jump])), spec, ("Баллы", "Участников", "Доля"), table)


def _median(points: Counter[float]) -> float:
    left = sum(points.values()) / 2
    for at, count in sorted(points.items()):
        left -= count
        if left <= 0:
            return at
    return max(points)


def _jump(points: Counter[float], limits: Sequence[tuple[float, str]]) -> str:
    """Many more pupils at the first point of a mark than one point before: a sign to look at how works were marked."""
    found = [name for at, name in limits if points[at] >= 10 and points[at] > 2 * max(1, points[at - 1])]
    if not found:
        return ""
    return f"На границе отметки {', '.join(found)} резкий скачок: проверьте, как оценивались работы у границы."
