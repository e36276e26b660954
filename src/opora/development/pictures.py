"""The charts of diagnostics: bars of the shares of points, with their figures as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from opora.development.models import Score
from opora.development.queries.sittings import Mean
from opora.ui.charts import Cell, Chart, shapes

ENOUGH, DEFICIT = "достаточно", "дефицит"
_PART = "доля баллов"


def profile(scores: Sequence[Score]) -> Chart | None:
    """What one person has on each scale."""
    if not scores:
        return None
    low = [one for one in scores if one.deficit]
    said = f"Дефицитов: {len(low)}." if low else "Дефицитов нет."
    table = [
        [Cell(one.title), Cell(f"{one.points} из {one.most}"), Cell(f"{100 * one.share:.0f} %"), Cell(_word(one))]
        for one in scores
    ]
    data = [{"scale": _label(one), "part": _PART, "share": one.share} for one in scores]
    spec = _bars(data, _PART, "Доля баллов")
    return Chart("Профиль дефицитов", said, spec, ("Шкала", "Баллы", "Доля", "Вывод"), table)


def _bars(data: Sequence[Mapping[str, Any]], part: str, title: str) -> dict[str, Any]:
    return shapes.beside(data, order=(part,), label="scale", part="part", share="share", title=title, whole=True)


def _label(one: Score) -> str:
    return f"{one.title} — {DEFICIT}" if one.deficit else one.title


def _word(one: Score) -> str:
    return DEFICIT if one.deficit else ENOUGH


def means(title: str, rows: Sequence[Mean]) -> Chart | None:
    """What a group has on each scale: the mean; how many have the deficit stands in the table."""
    if not rows:
        return None
    worst = max(rows, key=lambda one: one.deficits / one.people)
    said = f"Чаще всего не хватает: {worst.title} — у {worst.deficits} из {worst.people}."
    table = [
        [Cell(one.title), Cell(f"{100 * one.share:.0f} %"), Cell(f"{one.deficits} из {one.people}")] for one in rows
    ]
    data = [{"scale": one.title, "part": "средняя", "share": one.share} for one in rows]
    mean = "Средняя доля баллов"
    spec = _bars(data, "средняя", mean)
    return Chart(title, said, spec, ("Шкала", mean, "С дефицитом"), table)
