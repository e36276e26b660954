"""What a trial says, in charts and as a sheet."""

from __future__ import annotations

from collections.abc import Sequence

from opora.assessments.figures import percent
from opora.assessments.models import Trial
from opora.assessments.queries.trials import YearRow
from opora.ui import words
from opora.ui.charts import Cell, Chart, shapes

STAYED, ENTERED = "были и годом раньше", "вошли"
LISTED, ALL, SIMULATED, TRULY = (
    "в списке",
    "среди всех школ",
    "в списке моделируемых регионов",
    "среди действительно самых слабых в них",
)
KINDS = (("small", "Малые"), ("rural", "Сельские"))
TRUTH_NOTE = (
    "В моделируемом регионе известно, какие школы действительно самые слабые. Если в списке малых заметно больше, чем"
    " среди них, правило принимает за слабость случай."
)


def changes(rows: Sequence[YearRow]) -> Chart | None:
    """Of each year's list, who was on it the year before and who is new."""
    rows = [row for row in rows if row.compared and row.told["listed"]]
    if not rows:
        return None
    drawn = []
    table = []
    for row in rows:
        listed, stayed = row.told["listed"], row.told["stayed"]
        for part, count in ((STAYED, stayed), (ENTERED, listed - stayed)):
            drawn.append({"year": str(row.year), "part": part, "share": count / listed})
        table.append([Cell(str(row.year)), *(Cell(words.number(row.told[name])) for name in _COUNTS), Cell(row.common)])
    last = rows[-1]
    summary = (
        f"В {last.year} году в списке {last.told['listed']}, из них впервые {last.told['entered']};"
        f" общая часть с прошлым годом — {last.common}."
    )
    spec = shapes.stacked(drawn, order=(STAYED, ENTERED), label="year", part="part", share="share", title="Доля списка")
    heads = ("Год", "В списке", "Были и годом раньше", "Вошли", "Вышли", "Общая часть")
    return Chart("Насколько список устойчив", summary, spec, heads, table)


_COUNTS = ("listed", "stayed", "entered", "left")


def fairness(trial: Trial, rows: Sequence[YearRow]) -> Chart | None:
    """Small and rural schools: among the listed of the last year, among all, and where the truth is known."""
    if not rows:
        return None
    told, truth = rows[-1].told, trial.figures.get("truth", {})
    drawn = []
    table = []
    said = []
    for name, label in KINDS:
        shares = {LISTED: told.get(name), ALL: told.get(f"{name}_of_all")}
        shares |= {SIMULATED: truth.get(name), TRULY: truth.get(f"{name}_truly")}
        drawn += [{"kind": label, "part": part, "share": share} for part, share in shares.items() if share is not None]
        table.append([Cell(label), *(Cell("—" if share is None else percent(share)) for share in shares.values())])
        listed, of_all = shares[LISTED], shares[ALL]
        if listed is not None and of_all is not None:
            said.append(f"{label.lower()} — {percent(listed)} списка и {percent(of_all)} всех школ")
    if not drawn:
        return None
    order = [part for part in (LISTED, ALL, SIMULATED, TRULY) if any(one["part"] == part for one in drawn)]
    summary = f"{rows[-1].year} год: {'; '.join(said)}." if said else "Численность и место школ не загружены."
    spec = shapes.beside(drawn, order=order, label="kind", part="part", share="share", title="Доля школ")
    heads = ("", LISTED, ALL, SIMULATED, TRULY)
    return Chart("Кого список касается", summary, spec, heads, table, TRUTH_NOTE if truth.get("listed") else "")


SHEET = (
    "Год", "Школ", "В списке", "Вошли", "Вышли", "Были и годом раньше", "Общая часть", "Каппа", "Обучающихся в списке",
    "Малых в списке", "Малых среди всех", "Сельских в списке", "Сельских среди всех", "Поддержка, рублей",
)  # fmt: skip
_OF_SHEET = (
    "judged", "listed", "entered", "left", "stayed", "jaccard", "kappa", "pupils", "small", "small_of_all", "rural",
    "rural_of_all",
)  # fmt: skip


def sheet(rows: Sequence[YearRow]) -> list[list[object]]:
    """The figures of the years, for a table file; shares are fractions of 1."""
    return [[row.year, *(row.told.get(name) for name in _OF_SHEET), row.cost] for row in rows]
