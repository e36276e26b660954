"""Results × context: the cluster of a school, so that it is compared with its like.

`low_results`                 results in the worst part, conditions not adverse (or unknown)
`low_in_adverse_conditions`   results in the worst part, adverse conditions
`resilient`                   adverse conditions, results at least as good as the better half
`leading`                     results in the best part, conditions not adverse (or unknown)
`steady`                      all others
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from opora.identification.errors import Unfit
from opora.identification.statistics.cells import Floats

TITLES = {
    "low_results": "низкие результаты",
    "low_in_adverse_conditions": "низкие результаты в неблагоприятных условиях",
    "resilient": "резильентная",
    "steady": "стабильная",
    "leading": "лидирующая",
    "unknown": "результатов нет",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Shares of schools: the worst by results, the good ones, the leading ones, the most adverse by the index."""

    low: float = 0.25
    good: float = 0.5
    leading: float = 0.25
    adverse: float = 0.25

    def __post_init__(self) -> None:
        for name, title in (("low", "низких"), ("good", "хороших"), ("leading", "лидирующих"), ("adverse", "трудных")):
            if not 0 < getattr(self, name) < 1:
                raise Unfit(f"доля {title} должна быть больше 0 % и меньше 100 %.", where=f"Порог {name}")
        if self.low + max(self.good, self.leading) > 1 + 1e-12:
            raise Unfit(
                "доли низких и хороших результатов вместе больше 100 %.", "Уменьшите одну.", where="Пороги кластеров"
            )


@dataclass(frozen=True)
class Clusters:
    """By school: the cluster's code and why in one Russian sentence; the limits that the thresholds gave."""

    names: tuple[str, ...]
    reasons: tuple[str, ...]
    low_from: float  # failing share
    good_to: float
    leading_to: float
    adverse_from: float  # index of adverse conditions


def clusters(failing: Floats, index: Floats, by: Thresholds | None = None) -> Clusters:
    """`failing`: the failing share of each school (of `fair`, or observed); `index` of `context`; NaN where unknown."""
    by = by or Thresholds()
    shares, indices = failing[~np.isnan(failing)], index[~np.isnan(index)]

    def limit(values: Floats, part: float) -> float:
        return float(np.quantile(values, part)) if len(values) else float("nan")

    low_from, good_to, leading_to = (limit(shares, part) for part in (1 - by.low, by.good, by.leading))
    adverse_from = limit(indices, 1 - by.adverse)
    names, reasons = [], []
    for share, adversity in zip(failing.tolist(), index.tolist(), strict=True):
        name = _cluster(share, adversity, low_from, good_to, leading_to, adverse_from)
        names.append(name)
        reasons.append(_reason(name, share, adversity, adverse_from))
    return Clusters(tuple(names), tuple(reasons), low_from, good_to, leading_to, adverse_from)


def _cluster(share: float, adversity: float, low: float, good: float, leading: float, adverse: float) -> str:
    if np.isnan(share):
        return "unknown"
    hard = adversity >= adverse  # False where the index is unknown
    if share >= low and share > good:
        return "low_in_adverse_conditions" if hard else "low_results"
    if hard:
        return "resilient" if share <= good else "steady"
    return "leading" if share <= leading else "steady"


def _reason(name: str, share: float, adversity: float, adverse: float) -> str:
    title = TITLES[name]
    if name == "unknown":
        return "Результатов нет: кластер не определён."
    if np.isnan(adversity):
        place = "условия неизвестны (паспорт не заполнен), сравнение только по результатам"
    else:
        side = "неблагоприятные" if adversity >= adverse else "обычные или благоприятные"
        place = f"условия {side} (индекс {adversity:+.1f})".replace(".", ",").replace("-", "−")
    return f"Кластер «{title}»: неуспешных работ {round(share * 100)} %, {place}."
