"""Ruled tables of a PDF page, with merged cells recovered from their geometry."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import Any

_SNAP = 3.0  # points between two drawings of the same line
_LETTER = 20.0  # points; curves no larger draw letters

Box = tuple[float, float, float, float]  # x0, top, x1, bottom


@dataclass(slots=True)
class Place:
    """One cell: where it stands on the page and in the grid."""

    box: Box
    row: int
    column: int
    rows: int
    columns: int


@dataclass(slots=True)
class Grid:
    box: Box
    rows: int
    columns: int
    places: list[Place]


def find_grids(page: Any) -> list[Grid]:
    """The tables of a page from top to bottom; a single box is a frame, not a table."""
    page = page.filter(_rules)
    settings = {
        "vertical_strategy": "lines",
        "horizontal_strategy": "lines",
        "snap_tolerance": _SNAP,
        "explicit_horizontal_lines": _open_ends(page),
    }
    grids = [_grid(table) for table in page.find_tables(settings)]
    return sorted((grid for grid in grids if len(grid.places) > 1), key=lambda grid: grid.box[1])


def _rules(shape: dict[str, Any]) -> bool:
    """Whether a shape may rule a table: drawn letters (a stamp, the foot of a copy) have upright sides too, and would
    draw the lines near them aside."""
    return bool(shape["object_type"] != "curve" or max(shape["width"], shape["height"]) > _LETTER)


def _open_ends(page: Any) -> list[dict[str, Any]]:
    """Lines that close a table where the page cut it: its columns go on, no line ends them."""
    verticals = [edge for edge in page.edges if edge["orientation"] == "v" and edge["bottom"] - edge["top"] > _SNAP]
    horizontals = [edge for edge in page.edges if edge["orientation"] == "h"]
    closing: list[dict[str, Any]] = []
    for side in ("top", "bottom"):
        ends: dict[int, list[dict[str, Any]]] = {}
        for edge in verticals:
            ends.setdefault(round(edge[side] / _SNAP), []).append(edge)
        for edges in ends.values():
            if len({round(edge["x0"]) for edge in edges}) < 3:
                continue
            y = edges[0][side]
            x0, x1 = min(edge["x0"] for edge in edges), max(edge["x1"] for edge in edges)
            if not any(abs(h["top"] - y) <= _SNAP and h["x0"] < x1 and h["x1"] > x0 for h in horizontals):
                closing.append(_line(page, x0, x1, y))
    return closing


def _line(page: Any, x0: float, x1: float, y: float) -> dict[str, Any]:
    return {
        "object_type": "line",
        "x0": x0,
        "x1": x1,
        "top": y,
        "bottom": y,
        "doctop": y + page.initial_doctop,
        "width": x1 - x0,
        "height": 0,
        "orientation": "h",
    }


def _grid(table: Any) -> Grid:
    boxes: list[Box] = sorted({tuple(box) for box in table.cells}, key=lambda box: (box[1], box[0]))
    columns = _steps([x for box in boxes for x in (box[0], box[2])])
    rows = _steps([y for box in boxes for y in (box[1], box[3])])
    places = []
    for box in boxes:
        left, right = _step(columns, box[0]), _step(columns, box[2])
        top, bottom = _step(rows, box[1]), _step(rows, box[3])
        if right > left and bottom > top:
            places.append(Place(box, top, left, bottom - top, right - left))
    return Grid(tuple(table.bbox), max(len(rows) - 1, 0), max(len(columns) - 1, 0), places)


def _steps(values: list[float]) -> list[float]:
    """The distinct lines of a grid, those within a snap of each other being one."""
    steps: list[float] = []
    for value in sorted(values):
        if not steps or value - steps[-1] > _SNAP:
            steps.append(value)
    return steps


def _step(steps: list[float], value: float) -> int:
    place = bisect_left(steps, value)
    near = [index for index in (place - 1, place) if 0 <= index < len(steps)]
    return min(near, key=lambda index: abs(steps[index] - value))
