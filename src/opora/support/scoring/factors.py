"""The factors of risk and the pieces of which each is made, as `ready/factors.yaml` ships them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from opora.collection import ready
from opora.collection.language import Expression, parse

_FILE = Path(__file__).parents[1] / "ready" / "factors.yaml"
RESULTS = "results"  # what assessments tell: `participants`, `failed`, `graded`, `good`


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing that speaks for or against a risk: a number between two ends, or an answer with its points."""

    form: str
    title: str
    value: Expression
    unit: str = ""
    start: float = 0  # of a number: where the risk is 0
    end: float = 0  # where it is 100; below `start` where more is better
    points: Mapping[str, float] = field(default_factory=dict)
    weight: float = 1

    @property
    def key(self) -> str:
        """Of a questionnaire: the question."""
        return self.value.text.strip()


@dataclass(frozen=True, slots=True)
class Factor:
    code: str
    title: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class FactorSet:
    version: str
    factors: tuple[Factor, ...]

    @property
    def titles(self) -> dict[str, str]:
        return {one.code: one.title for one in self.factors}


@cache
def shipped() -> FactorSet:
    data = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    titles = {code: one.title for code, one in ready.factors().items()}
    factors = [Factor(one["code"], titles[one["code"]], tuple(map(_piece, one["pieces"]))) for one in data["factors"]]
    return FactorSet(data["version"], tuple(factors))


def _piece(one: Mapping[str, Any]) -> Piece:
    return Piece(
        form=one["form"],
        title=one["title"],
        value=parse(one["value"]),
        unit=one.get("unit", ""),
        start=one.get("from", 0),
        end=one.get("to", 0),
        points=one.get("points", {}),
        weight=one.get("weight", 1),
    )
