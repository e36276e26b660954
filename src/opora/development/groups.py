"""Groups of people of which anything may be shown: of so many that nobody can be told, whichever are compared.

Whatever is shown is put together of cells of one division of all people, each cell of `LEAST` or more. Then any union
and any difference of what is shown is empty or of `LEAST` or more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

LEAST = 5
K = TypeVar("K")
S = TypeVar("S")


def cells(counts: Mapping[K, int], least: int = LEAST) -> list[list[K]]:
    """Keys put together so that each cell counts `least` or more: small ones together, with the smallest where they
    are too few. Nothing where all are too few. Keys of nobody are left out."""
    there = sorted((one for one in counts.items() if one[1]), key=lambda one: one[1])
    small = [(count, key) for key, count in there if count < least]
    large = [[key] for key, count in there if count >= least]
    rest = [key for _, key in small]
    if sum(count for count, _ in small) >= least:
        return [*large, rest]
    if rest and large:
        large[0] += rest
    return large


def divided(counts: Mapping[str, Mapping[K, int]], least: int = LEAST) -> list[tuple[list[str], list[list[K]]]]:
    """The same on two levels: cells of areas, each with the cells of the places in its areas."""
    areas = {area: sum(places.values()) for area, places in counts.items()}
    found = []
    for cell in cells(areas, least):
        places = {place: count for area in cell for place, count in counts[area].items()}
        found.append((cell, cells(places, least)))
    return found


def sorted_out(
    counts: Mapping[S, Mapping[str, Mapping[K, int]]], least: int = LEAST
) -> list[tuple[list[S], list[tuple[list[str], list[list[K]]]]]]:
    """The same of people of several sorts: cells of sorts, each divided by areas and places as `divided` does."""
    sizes = {sort: sum(sum(places.values()) for places in areas.values()) for sort, areas in counts.items()}
    found = []
    for cell in cells(sizes, least):
        together: dict[str, dict[K, int]] = {}
        for sort in cell:
            for area, places in counts[sort].items():
                into = together.setdefault(area, {})
                for place, count in places.items():
                    into[place] = into.get(place, 0) + count
        found.append((cell, divided(together, least)))
    return found
