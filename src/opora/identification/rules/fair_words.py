"""What `fair` tells a principal in one paragraph: counts first, then what they mean."""

from __future__ import annotations

import math
from typing import NamedTuple

from opora.identification.rules.base import Values


class Case(NamedTuple):
    """One school's evidence; NaN where it has no results."""

    works: int
    failed: int
    observed_share: float
    probability: float
    share: float
    share_low: float
    share_high: float
    rank_low: float
    rank_high: float
    predicted_share: float
    independent_works: float
    compared: float
    missing_context: str
    listed: bool


def percent(share: float) -> str:
    return f"{math.floor(share * 100 + 0.5)} %"


def chance(probability: float) -> str:
    """A probability without false certainty."""
    if probability < 0.01:
        return "менее 1 %"
    return "более 99 %" if probability > 0.99 else percent(probability)


def sentence(case: Case, year: int, values: Values) -> str:
    years = int(values["years"])
    span = f"{year} год" if years == 1 else f"{year - years + 1}–{year} годы"
    if not case.works:
        return f"За {span} результатов нет: о школе нельзя судить, в список она не включена."
    works = "работы" if case.works % 10 == 1 and case.works % 100 != 11 else "работ"
    low, high = percent(case.share_low), percent(case.share_high)
    among = "региона" if values["within"] == "region" else "сравнения"
    text = [
        f"Из {case.works} {works} за {span} {case.failed} с отметкой «2» или ниже минимума "
        f"({percent(case.observed_share)}).",
        f"С учётом размера школы истинная доля, вероятнее всего, между {low} и {high}; "
        f"по условиям и муниципалитету ожидалась {percent(case.predicted_share)}.",
        f"Место школы снизу — между {int(case.rank_low)} и {int(case.rank_high)} из {int(case.compared)}; "
        f"вероятность входить в {percent(float(values['share']))} самых низких школ {among} — "
        f"{chance(case.probability)}.",
    ]
    least = float(values["least_probability"])
    if least > 0:
        text.append(
            f"{'Включена: вероятность не' if case.listed else 'Не включена: вероятность'} ниже {percent(least)}."
        )
    elif case.listed:
        text.append("Включена: она среди школ с наибольшей вероятностью.")
    else:
        text.append("Не включена: у других школ вероятность выше.")
    if case.missing_context:
        text.append(f"Нет сведений: {case.missing_context}; они не заменены нулями, а оценены с запасом по остальному.")
    return " ".join(text)
