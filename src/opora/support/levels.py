"""How far a concern can go, and what has to be checked there: shipped, in numbered versions (`ready/concerns.yaml`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from opora.support.models.steps import Who

_FILE = Path(__file__).parent / "ready" / "concerns.yaml"


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a checklist."""

    key: str
    title: str


@dataclass(frozen=True, slots=True)
class Level:
    rank: int  # from 1
    key: str
    title: str
    who: Who  # who may put a concern there, and take it from there
    checklist: Sequence[Item]

    def item(self, key: str) -> Item | None:
        return next((one for one in self.checklist if one.key == key), None)


@cache
def versions() -> dict[int, tuple[Level, ...]]:
    told = yaml.safe_load(_FILE.read_text(encoding="utf-8"))["versions"]
    return {
        one["number"]: tuple(
            Level(rank, level["key"], level["title"], Who(level["who"]), [Item(**item) for item in level["checklist"]])
            for rank, level in enumerate(one["levels"], start=1)
        )
        for one in told
    }


def newest() -> int:
    return max(versions())


def levels(version: int) -> tuple[Level, ...]:
    return versions()[version]


def title_of(rank: int) -> str:
    """As the newest version calls it: for tables and filters, where concerns of all versions stand."""
    found = levels(newest())
    return found[min(rank, len(found)) - 1].title
