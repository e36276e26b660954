"""The pictures of clusters: schools by results and conditions, and one school among those of its cluster."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from statistics import median

from opora.assessments.queries.looks import Among
from opora.identification.clusters import TITLES
from opora.identification.rules.words import percent
from opora.ui import words
from opora.ui.charts import Cell, Chart, shapes

Dot = tuple[str, float | None, float | None]  # cluster, index of conditions, share that failed
MOST = 400  # schools that are drawn one by one; of more every dot stands for several
HARDER = "Индекс условий: 0 — среднее по региону, больше — труднее"
NOTE = (
    "Линии — пороги: выше верхней результаты низкие, ниже нижней хорошие, правее отвесной условия неблагоприятные. "
    "Доля посчитана за три года с учётом размера школы."
)


def clusters(dots: Sequence[Dot], limits: Mapping[str, float], *, title: str) -> Chart | None:
    """Every school that has both results and an index; the table behind counts and describes the clusters."""
    drawn = [
        {"index": round(index, 2), "share": round(share, 3), "cluster": TITLES[cluster]}
        for cluster, index, share in dots
        if index is not None and share is not None
    ]
    if not drawn:
        return None
    order = [title for title in TITLES.values() if any(one["cluster"] == title for one in drawn)]
    spec = shapes.scatter(
        _thinned(drawn),
        x="index",
        y="share",
        group="cluster",
        order=order,
        across=[limits[name] for name in ("low_from", "good_to") if name in limits],
        down=[limits["adverse_from"]] if "adverse_from" in limits else [],
        titles=(HARDER, "Неуспешных работ"),
    )
    found: dict[str, list[Dot]] = defaultdict(list)
    for dot in dots:
        found[dot[0]].append(dot)
    rows = [_described(code, found[code]) for code in TITLES if found[code]]
    low = sum(one["cluster"] in (TITLES["low_results"], TITLES["low_in_adverse_conditions"]) for one in drawn)
    resilient = sum(one["cluster"] == TITLES["resilient"] for one in drawn)
    summary = (
        f"На рисунке школ: {len(drawn)}; из них с низкими результатами {low}, резильентных (трудные условия, хорошие "
        f"результаты) {resilient}."
    )
    without = len(dots) - len(drawn)
    note = f"{NOTE} Без индекса или результатов, на рисунке их нет: {without}." if without else NOTE
    heads = ("Кластер", "Школ", "Неуспешных работ, медиана", "Индекс условий, медиана")
    return Chart(title, summary, spec, heads, rows, note)


def _described(code: str, dots: Sequence[Dot]) -> list[Cell]:
    shares = [share for _, _, share in dots if share is not None]
    indices = [index for _, index, _ in dots if index is not None]
    return [
        Cell(TITLES[code]),
        Cell(words.number(len(dots))),
        Cell(percent(median(shares)) if shares else "—"),
        Cell(f"{median(indices):+.1f}".replace(".", ",").replace("-", "−") if indices else "—"),
    ]


def _thinned(drawn: Sequence[dict[str, object]]) -> list[dict[str, object]]:
    """One dot for each place of a grid where there are very many, so that the picture stays small."""
    if len(drawn) <= MOST:
        return list(drawn)
    places = {
        (round(float(str(one["index"])) * 12), round(float(str(one["share"])) * 80), one["cluster"]): one
        for one in drawn
    }
    return list(places.values())


def among(works: Sequence[Among], *, title: str) -> Chart | None:
    """The middle half of the cluster's schools in each work with their median, and the school's own share."""
    if not works:
        return None
    drawn = [
        {"work": one.work, "low": one.lower, "middle": one.middle, "high": one.upper, "own": one.share} for one in works
    ]
    spec = shapes.among(drawn, label="work", low="low", middle="middle", high="high", own="own", title="Не справились")
    rows = [
        [
            Cell(one.work),
            Cell(f"{percent(one.share)} ({one.failed} из {one.participants})"),
            Cell(percent(one.middle)),
            Cell(f"{percent(one.lower)} – {percent(one.upper)}"),
            Cell(f"{one.place} из {one.schools}"),
            Cell(one.side),
        ]
        for one in works
    ]
    worse = [one.work for one in works if one.share > one.upper]
    summary = (
        f"Не справившихся больше, чем у трёх четвертей школ кластера, в работах: {'; '.join(worse)}."
        if worse
        else "Ни в одной работе не справившихся не больше, чем у трёх четвертей школ кластера."
    )
    heads = ("Работа", "Не справились", "Медиана кластера", "Средняя половина школ", "Место (1 — меньше всех)", "Вывод")
    note = (
        "Полоса — средняя половина школ кластера (от 25-го до 75-го процента), чёрточка — медиана, ромб — эта школа. "
        "Чем меньше участников, тем случайнее место."
    )
    return Chart(title, summary, spec, heads, rows, note)
