"""Scores of 0 (no risk) to 100 from what forms and results tell, each with what it was worked out from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from opora.collection.language import evaluate
from opora.collection.values import Value
from opora.support.scoring.factors import Factor, FactorSet, Piece
from opora.ui import words

HIGH, MIDDLE = 67, 34  # from where on a risk is called high, and middling
LOUDEST = 2  # pieces named in the words of a factor


@dataclass(frozen=True, slots=True)
class Source:
    """What one form, questionnaire or year of results tells: values by field, or people by answer by question."""

    title: str
    day: dt.date | None = None
    url: str = ""
    values: Mapping[str, Value] = field(default_factory=dict)
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """One piece of a factor: what was found and how many points that is; None where nothing is known."""

    title: str
    shown: str
    points: float | None
    weight: float
    source: str = ""
    day: str = ""  # ISO
    url: str = ""

    @property
    def moment(self) -> dt.date | None:
        return dt.date.fromisoformat(self.day) if self.day else None

    def json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Score:
    factor: str
    value: float | None
    findings: tuple[Finding, ...]

    @property
    def known(self) -> int:
        return sum(one.points is not None for one in self.findings)


def scored(factors: FactorSet, sources: Mapping[str, Source]) -> list[Score]:
    """Every factor of the set, by the sources by the codes of their forms."""
    return [_factor(one, sources) for one in factors.factors]


def _factor(factor: Factor, sources: Mapping[str, Source]) -> Score:
    findings = tuple(_finding(piece, sources.get(piece.form)) for piece in factor.pieces)
    known = [(one.points, one.weight) for one in findings if one.points is not None]
    weight = sum(part for _, part in known)
    value = sum(points * part for points, part in known) / weight if weight else None
    return Score(factor.code, None if value is None else round(value, 1), findings)


def _finding(piece: Piece, source: Source | None) -> Finding:
    points, shown = _points(piece, source) if source else (None, "")
    if source is None or points is None:
        return Finding(piece.title, "", None, piece.weight)
    day = source.day.isoformat() if source.day else ""
    return Finding(piece.title, shown, round(points, 1), piece.weight, source.title, day, source.url)


def _points(piece: Piece, source: Source) -> tuple[float | None, str]:
    if piece.points and source.counts:
        return _answered(piece, source.counts.get(piece.key, {}))
    value = evaluate(piece.value, source.values)
    if piece.points:
        return (piece.points.get(value), value) if isinstance(value, str) else (None, "")
    if not isinstance(value, Decimal):
        return None, ""
    share = (float(value) - piece.start) / (piece.end - piece.start)
    said = piece.title.casefold().startswith(piece.unit.casefold())  # «Ставок психолога — 1»
    unit = "" if said else f" {piece.unit}"
    return 100 * min(1.0, max(0.0, share)), f"{words.number(round(float(value), 1))}{unit}"


def _answered(piece: Piece, counts: Mapping[str, int]) -> tuple[float | None, str]:
    """The mean of those who answered."""
    told = {answer: count for answer, count in counts.items() if answer in piece.points and count > 0}
    people = sum(told.values())
    if not people:
        return None, ""
    mean = sum(piece.points[answer] * count for answer, count in told.items()) / people
    most = max(told, key=lambda answer: told[answer])
    return mean, f"чаще всего «{most}» ({round(100 * told[most] / people)}\u00a0%, ответов {people})"


def level(value: float | None) -> str:
    """«high», «middle», «low»; «unknown» where there are no data."""
    if value is None:
        return "unknown"
    return "high" if value >= HIGH else "middle" if value >= MIDDLE else "low"


LEVELS = {"high": "высокий", "middle": "средний", "low": "низкий", "unknown": "нет данных"}


def words_of(value: float | None, findings: list[Finding]) -> str:
    """A score in a sentence: how high, out of how much that is known, and what speaks for it most."""
    if value is None:
        return "Нет данных: паспорт, самоанализ и анкеты не собраны, результатов нет."
    known = [one for one in findings if one.points is not None]
    loud = sorted((one for one in known if one.points and one.points >= HIGH), key=lambda one: -(one.points or 0))
    said = "; ".join(f"{one.title} — {one.shown}" for one in loud[:LOUDEST])
    text = (
        f"Риск {LEVELS[level(value)]}: {words.number(round(value))} из 100, по {len(known)} из {len(findings)} данных."
    )
    return f"{text} Больше всего: {said.rstrip('.')}." if said else text  # «чел.» ends with one of its own
