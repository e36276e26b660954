"""What of a questionnaire may be shown: never fewer than five people, nor what two looks would tell of fewer.

The answers to a question count in the order they came, by fives: of thirteen the first ten. So what is shown changes by
five people or not at all, whenever one looks, and sums over schools are sums of what each of them shows. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from opora.collection.definition import Definition, Kind
from opora.collection.values import Stored

FIVE = 5


@dataclass(slots=True)
class Spread:
    """How people answered one question: how many did (a multiple of five) and how many chose each answer."""

    asked: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)  # what was written in words, in the order of the alphabet

    def share(self, *options: str) -> float | None:
        """Of those who answered, how many chose one of the options; None where nothing may be shown."""
        return sum(self.counts.get(one, 0) for one in options) / self.asked if self.asked else None


def spreads(definition: Definition, responses: Iterable[Mapping[str, Stored]]) -> dict[str, Spread]:
    """By the keys of the questions, in order; `responses` in the order they came."""
    given: dict[str, list[Stored]] = {key: [] for key in definition.fields}
    for answers in responses:
        for key in given:
            if answers.get(key) is not None:
                given[key].append(answers[key])
    return {key: _spread(definition, key, said[: shown_of(len(said))]) for key, said in given.items()}


def shown_of(count: int) -> int:
    """How many of so many people may be told: as many fives as there are."""
    return count // FIVE * FIVE


def answers_shown(count: int) -> str:
    """«меньше 5», «10 и больше»"""
    return f"{shown_of(count)} и больше" if count >= FIVE else f"меньше {FIVE}"


def _spread(definition: Definition, key: str, said: list[Stored]) -> Spread:
    one = definition.fields[key]
    found = Spread(len(said), dict.fromkeys(one.options, 0) if said else {})
    for answer in said:
        if one.kind in (Kind.CHOICE, Kind.SEVERAL):
            for option in answer if isinstance(answer, list) else [answer]:
                found.counts[option] = found.counts.get(option, 0) + 1
        else:
            found.said.append(str(answer))
    found.said.sort()
    return found


def together(several: Iterable[Mapping[str, Spread]]) -> dict[str, Spread]:
    """Of several organisations: the sum of what each of them shows."""
    found: dict[str, Spread] = {}
    for one in several:
        for key, spread in one.items():
            into = found.setdefault(key, Spread())
            into.asked += spread.asked
            for option, count in spread.counts.items():
                into.counts[option] = into.counts.get(option, 0) + count
            into.said = sorted([*into.said, *spread.said])
    return found
