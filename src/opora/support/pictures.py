"""The risk profile as a picture: bars of the school beside its cluster and the region, with a table behind it."""

from __future__ import annotations

from collections.abc import Sequence

from opora.support.queries.risks import Line
from opora.ui import words
from opora.ui.charts import Cell, Chart, shapes

SCHOOL, CLUSTER, REGION = "школа", "кластер школы", "регион"
NOTE = "Кластер и регион — средние по школам списков, у которых профиль посчитан; меньше пяти школ не показываем."


def profile(lines: Sequence[Line]) -> Chart | None:
    """Nothing where no factor has a score."""
    known = [one for one in lines if one.value is not None]
    if not known:
        return None
    parts = {SCHOOL: "value", CLUSTER: "cluster", REGION: "region"}
    drawn = [
        {"factor": one.title, "who": who, "points": getattr(one, name)}
        for one in sorted(known, key=lambda one: -(one.value or 0))
        for who, name in parts.items()
        if getattr(one, name) is not None
    ]
    order = [who for who in parts if any(row["who"] == who for row in drawn)]
    spec = shapes.points(drawn, order=order, label="factor", part="who", value="points", title="Баллы риска, 0–100")
    table = [[Cell(one.title), *(Cell(_figure(getattr(one, name))) for name in parts.values())] for one in lines]
    worst = max(known, key=lambda one: one.value or 0)
    without = len(lines) - len(known)
    summary = f"Самый высокий риск — {worst.title.lower()}: {_figure(worst.value)} из 100."
    if without:
        summary += f" Нет данных по {without} из {len(lines)} факторов."
    return Chart("Рисковый профиль", summary, spec, ("Фактор", "Школа", "Кластер", "Регион"), table, NOTE)


def _figure(value: float | None) -> str:
    return "нет данных" if value is None else words.number(round(value))
