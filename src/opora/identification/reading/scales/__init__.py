"""Points -> marks: scales are data (YAML beside this file, and those that a region gives), not code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from opora.identification.columns import GRADES, PROCEDURES
from opora.identification.errors import Unfit

Key = tuple[str, int, str, int]  # procedure, year, subject, grade


@dataclass(frozen=True, slots=True)
class Scale:
    """Marks by the last points of 2, 3 and 4, or (a work without marks) passing from `passing` points on."""

    procedure: str
    year: int
    subject: str
    grade: int
    last: tuple[float, float, float] | None = None
    passing: float | None = None
    most: float | None = None

    @property
    def key(self) -> Key:
        return self.procedure, self.year, self.subject, self.grade

    def mark(self, score: float) -> int | None:
        if self.last is None:
            return None
        return 2 + sum(score > last for last in self.last)

    def passed(self, score: float) -> bool | None:
        return None if self.passing is None else score >= self.passing


@dataclass(frozen=True)
class Scales:
    """Scales by procedure, year, subject and grade."""

    by_key: Mapping[Key, Scale] = field(default_factory=dict)

    def of(self, key: Key) -> Scale | None:
        return self.by_key.get(key)

    def with_(self, others: Iterable[Scale]) -> Scales:
        """The same with a region's own, which win."""
        return Scales({**self.by_key, **{one.key: one for one in others}})

    @classmethod
    def shipped(cls) -> Scales:
        return cls({one.key: one for one in _shipped()})

    @classmethod
    def given(cls, said: Scales | Path | str | Iterable[Path | str | Scale] | None) -> Scales:
        """The shipped scales and those of a region: files of YAML or `Scale`s. Raises `Unfit`."""
        if said is None:
            return cls.shipped()
        if isinstance(said, Scales):
            return said
        scales = cls.shipped()
        for one in [said] if isinstance(said, Path | str) else said:
            scales = scales.with_([one] if isinstance(one, Scale) else scales_of_yaml(_text(Path(one)), str(one)))
        return scales


@cache
def _shipped() -> tuple[Scale, ...]:
    found: list[Scale] = []
    for one in sorted(resources.files(__package__).iterdir(), key=lambda file: file.name):
        if one.name.endswith(".yaml"):
            found += scales_of_yaml(one.read_text(encoding="utf-8"), one.name)
    return tuple(found)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Unfit("файл не читается.", "Нужен текст YAML в кодировке UTF-8.", where=path.name) from error


def scales_of_yaml(text: str, name: str) -> list[Scale]:
    """The scales of a YAML text; raises `Unfit` that names the scale at fault."""
    import yaml

    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise Unfit("это не YAML.", "Проверьте отступы и скобки.", where=name) from error
    rows = data.get("scales") if isinstance(data, dict) else None
    if not isinstance(rows, list) or not rows:
        raise Unfit("в файле нет списка scales.", "Образец есть в поставке: vpr-2021.yaml.", where=name)
    return [_scale(row, f"{name}, шкала {number}") for number, row in enumerate(rows, 1)]


def _scale(row: Any, where: str) -> Scale:
    try:
        last = row.get("last")
        scale = Scale(
            procedure=str(row["procedure"]),
            year=int(row["year"]),
            subject=str(row["subject"]),
            grade=int(row["grade"]),
            last=None if last is None else (float(last[0]), float(last[1]), float(last[2])),
            passing=None if row.get("passing") is None else float(row["passing"]),
            most=None if row.get("most") is None else float(row["most"]),
        )
    except (AttributeError, KeyError, IndexError, TypeError, ValueError) as error:
        raise Unfit(
            "шкала записана не полностью.",
            "Нужны procedure, year, subject, grade и last (последние баллы отметок 2, 3 и 4) или passing.",
            where=where,
        ) from error
    limits = [*(scale.last or ()), *([scale.passing] if scale.passing is not None else [])]
    rising = scale.last is None or 0 <= scale.last[0] < scale.last[1] < scale.last[2]
    if not limits or not rising or (scale.most is not None and max(limits) >= scale.most):
        raise Unfit(
            "границы отметок не возрастают или выше наибольшего балла.",
            "last – последние баллы отметок 2, 3 и 4 по возрастанию, most больше них.",
            where=where,
        )
    if scale.procedure not in PROCEDURES or not GRADES[0] <= scale.grade <= GRADES[1]:
        raise Unfit("такой процедуры или такого класса нет.", f"Процедуры: {', '.join(PROCEDURES)}.", where=where)
    return scale
