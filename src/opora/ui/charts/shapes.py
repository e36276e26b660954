"""Kinds of charts, each from plain rows. Shares are fractions of 1; colours differ in lightness too.

A series never depends on its colour alone: bars carry their figures, lines their points' shapes, limits their dashes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from textwrap import wrap
from typing import Any

WIDTH = 640  # units of the picture, about as wide as the text beside it
STEP = 26  # height of a row of bars
PALETTE = ("#d55e00", "#b07d00", "#3b82c4", "#0e8f6b", "#8e5ea2", "#6b7785")  # over 3:1 on white and on dark
LABEL = 28  # characters of a line of a label: fonts of readers are wider than the one measured
LINE = 15  # height of one
_ALL = "length(split(datum.label, '\\n'))"
_HIGHER = [{"test": f"{_ALL} == {lines}", "value": -(lines - 1) * LINE // 2} for lines in range(2, 9)]
#: An axis whose labels stand in lines, the middle of them beside the row.
LINES = {
    "labelExpr": "split(datum.label, '\\n')",
    "labelLineHeight": LINE,
    "labelOffset": {"condition": _HIGHER, "value": 0},
}
ON_BAR = "#ffffff"
LIMIT = "#b42318"
BAND = "#8592a2"
MARKERS = ("triangle-up", "square", "diamond", "circle", "cross", "triangle-down")
_DASHED = {"color": BAND, "strokeDash": [5, 4]}
Rows = Iterable[Mapping[str, Any]]


def stacked(rows: Rows, *, order: Sequence[str], label: str, part: str, share: str, title: str) -> dict[str, Any]:
    """Bars of 100 %, one for each `label`, cut into the parts of `order`; a part of 6 % and more bears its figure."""
    data = [dict(row) for row in rows]
    place: dict[str, Any] = {
        "y": {"field": label, "type": "nominal", "sort": None, "title": None},
        "x": {"field": share, "type": "quantitative", "stack": "zero", "title": title, "axis": _percents()},
        "order": {"field": "_order"},
    }
    colours = {"domain": list(order), "range": list(PALETTE[: len(order)])}
    colour = {"field": part, "type": "nominal", "scale": colours, "title": None}
    for row in data:
        row["_order"] = order.index(row[part])
        row["_figure"] = f"{100 * row[share]:.0f}" if row[share] >= 0.06 else ""
    middle = {**place, "x": {**place["x"], "bandPosition": 0.5}}
    figures = {**middle, "text": {"field": "_figure"}, "detail": {"field": part}}
    layers = [
        {"mark": {"type": "bar", "height": {"band": 0.8}}, "encoding": {**place, "color": colour}},
        {"mark": {"type": "text", "color": ON_BAR, "fontWeight": "bold"}, "encoding": figures},
    ]
    return {"width": WIDTH, "height": {"step": STEP}, "data": {"values": data}, "layer": layers}


def beside(
    rows: Rows, *, order: Sequence[str], label: str, part: str, share: str, title: str, whole: bool = False
) -> dict[str, Any]:
    """Bars side by side, a group for each `label`, a bar for each part of `order`; every bar bears its figure.

    `whole`: the axis goes up to 100 %, so that a third looks like one whatever the other bars are.
    """
    data = [{**row, "_figure": f"{100 * row[share]:.0f} %"} for row in rows]
    scale = [0, 1] if whole else []
    return _beside(data, order=order, label=label, part=part, value=share, title=title, axis=_percents(), scale=scale)


def points(rows: Rows, *, order: Sequence[str], label: str, part: str, value: str, title: str) -> dict[str, Any]:
    """The same of points from 0 to 100."""
    data = [{**row, "_figure": f"{row[value]:.0f}"} for row in rows]
    axis = {"tickCount": 6}
    return _beside(data, order=order, label=label, part=part, value=value, title=title, axis=axis, scale=[0, 100])


def _beside(
    data: list[dict[str, Any]],
    *,
    order: Sequence[str],
    label: str,
    part: str,
    value: str,
    title: str,
    axis: dict[str, Any],
    scale: Sequence[float] = (),
) -> dict[str, Any]:
    data = [{**row, label: "\n".join(wrap(str(row[label]), LABEL))} for row in data]
    place: dict[str, Any] = {
        "y": {"field": label, "type": "nominal", "sort": None, "title": None, "axis": LINES},
        "yOffset": {"field": part, "sort": list(order)},
        "x": {"field": value, "type": "quantitative", "title": title, "axis": axis},
    }
    if scale:
        place["x"]["scale"] = {"domain": list(scale)}
    colours = {"domain": list(order), "range": list(PALETTE[: len(order)])}
    colour: dict[str, Any] = {"field": part, "type": "nominal", "scale": colours, "title": None}
    if len(order) == 1:
        colour["legend"] = None
    figures = {"type": "text", "align": "left", "dx": 4}
    layers = [
        {"mark": {"type": "bar"}, "encoding": {**place, "color": colour}},
        {"mark": figures, "encoding": {**place, "text": {"field": "_figure"}}},
    ]
    height = {"step": STEP, "for": "position"}
    return {"width": WIDTH, "height": {**height, "step": STEP * len(order)}, "data": {"values": data}, "layer": layers}


def trend(
    rows: Rows, *, at: str, value: str, low: str, high: str, series: str, order: Sequence[str], title: str
) -> dict[str, Any]:
    """Lines over years, one a series, each with its interval; points of different shapes tell the series apart."""
    x = {"field": at, "type": "ordinal", "title": None, "axis": {"labelAngle": 0}}
    colours = {"domain": list(order), "range": list(PALETTE[: len(order)])}
    colour = {"field": series, "type": "nominal", "scale": colours, "title": None}
    y = {"type": "quantitative", "title": title, "axis": _percents(), "scale": {"zero": True}}
    shift = {"field": series, "sort": list(order)}
    layers = [
        {
            "mark": {"type": "rule", "strokeWidth": 2, "opacity": 0.7},
            "encoding": {
                "x": x,
                "xOffset": shift,
                "y": {**y, "field": low},
                "y2": {"field": high},
                "color": colour,
            },
        },
        {"mark": {"type": "line"}, "encoding": {"x": x, "xOffset": shift, "y": {**y, "field": value}, "color": colour}},
        {
            "mark": {"type": "point", "filled": True, "size": 70},
            "encoding": {
                "x": x,
                "xOffset": shift,
                "y": {**y, "field": value},
                "color": colour,
                "shape": {"field": series, "type": "nominal", "scale": {"domain": list(order)}, "title": None},
            },
        },
    ]
    return {"width": WIDTH, "height": 260, "data": {"values": [dict(row) for row in rows]}, "layer": layers}


def intervals(rows: Rows, *, label: str, value: str, low: str, high: str, title: str, marked: str) -> dict[str, Any]:
    """A point with its interval for each row, in the order of the rows; rows whose `marked` holds are triangles."""
    y = {"field": label, "type": "nominal", "sort": None, "title": None}
    x = {"type": "quantitative", "title": title, "axis": _percents(), "scale": {"zero": True}}
    shape = {
        "field": marked,
        "type": "nominal",
        "scale": {"domain": [False, True], "range": ["circle", "triangle-up"]},
        "legend": None,
    }
    colour = {
        "field": marked,
        "type": "nominal",
        "scale": {"domain": [False, True], "range": [PALETTE[2], PALETTE[0]]},
        "legend": None,
    }
    layers = [
        {
            "mark": {"type": "rule", "strokeWidth": 2},
            "encoding": {"y": y, "x": {**x, "field": low}, "x2": {"field": high}, "color": colour},
        },
        {
            "mark": {"type": "point", "filled": True, "size": 90},
            "encoding": {"y": y, "x": {**x, "field": value}, "shape": shape, "color": colour},
        },
    ]
    return {"width": WIDTH, "height": {"step": 22}, "data": {"values": [dict(row) for row in rows]}, "layer": layers}


def funnel(
    rows: Rows, limits: Rows, *, centre: float, size: str, value: str, marked: str, title: str
) -> dict[str, Any]:
    """Schools by size and share within limits that narrow as size grows; `limits`: rows of size, low, high, name."""
    x = {"field": size, "type": "quantitative", "title": "Участников"}
    y = {"type": "quantitative", "title": title, "axis": _percents()}
    points = {
        "x": x,
        "y": {**y, "field": value},
        "shape": {
            "field": marked,
            "type": "nominal",
            "scale": {"domain": [False, True], "range": ["circle", "triangle-up"]},
            "legend": None,
        },
        "color": {
            "field": marked,
            "type": "nominal",
            "scale": {"domain": [False, True], "range": [PALETTE[2], PALETTE[0]]},
            "legend": None,
        },
    }
    dashes = {"field": "name", "type": "nominal", "title": None}
    lines = [
        {
            "data": {"values": [dict(row) for row in limits]},
            "mark": {"type": "line", "color": BAND},
            "encoding": {"x": x, "y": {**y, "field": bound}, "strokeDash": dashes},
        }
        for bound in ("low", "high")
    ]
    middle = {"mark": {"type": "rule", "color": BAND}, "encoding": {"y": {"datum": centre}}}
    cloud = {
        "data": {"values": [dict(row) for row in rows]},
        "mark": {"type": "point", "filled": True, "size": 45, "opacity": 0.8},
        "encoding": points,
    }
    return {"width": WIDTH, "height": 320, "layer": [middle, *lines, cloud]}


def scatter(
    rows: Rows,
    *,
    x: str,
    y: str,
    group: str,
    order: Sequence[str],
    across: Sequence[float],
    down: Sequence[float],
    titles: tuple[str, str],
) -> dict[str, Any]:
    """A dot for each row, groups told apart by shape and colour; limits as dashed lines across and down."""
    colours = {"domain": list(order), "range": list(PALETTE[: len(order)])}
    shapes = {"domain": list(order), "range": list(MARKERS[: len(order)])}
    legend = {"columns": 2, "labelLimit": 320, "symbolLimit": 0}
    first = {"field": x, "type": "quantitative", "title": titles[0], "axis": {"format": "+.1f", "tickCount": 7}}
    second = {"field": y, "type": "quantitative", "title": titles[1], "axis": _percents()}
    told = {"field": group, "type": "nominal", "title": None}
    layers = [
        *({"mark": {"type": "rule", **_DASHED}, "encoding": {"y": {"datum": place}}} for place in across),
        *({"mark": {"type": "rule", **_DASHED}, "encoding": {"x": {"datum": place}}} for place in down),
        {
            "data": {"values": [dict(row) for row in rows]},
            "mark": {"type": "point", "filled": True, "size": 60, "opacity": 0.85},
            "encoding": {
                "x": first,
                "y": second,
                "color": {**told, "scale": colours, "legend": legend},
                "shape": {**told, "scale": shapes, "legend": legend},
            },
        },
    ]
    return {"width": WIDTH, "height": 340, "layer": layers}


def among(rows: Rows, *, label: str, low: str, middle: str, high: str, own: str, title: str) -> dict[str, Any]:
    """For each row a band from `low` to `high` with a tick at its `middle`, and a point where `own` is."""
    y = {"field": label, "type": "nominal", "sort": None, "title": None}
    x = {"type": "quantitative", "title": title, "axis": _percents(), "scale": {"zero": True}}
    layers = [
        {
            "mark": {"type": "bar", "height": 12, "color": BAND, "opacity": 0.5},
            "encoding": {"y": y, "x": {**x, "field": low}, "x2": {"field": high}},
        },
        {
            "mark": {"type": "tick", "color": BAND, "thickness": 3, "size": 20},
            "encoding": {"y": y, "x": {**x, "field": middle}},
        },
        {
            "mark": {"type": "point", "filled": True, "size": 90, "color": PALETTE[0], "shape": "diamond"},
            "encoding": {"y": y, "x": {**x, "field": own}},
        },
    ]
    return {"width": WIDTH, "height": {"step": STEP}, "data": {"values": [dict(row) for row in rows]}, "layer": layers}


def histogram(rows: Rows, *, at: str, count: str, limits: Sequence[tuple[float, str]], title: str) -> dict[str, Any]:
    """How many pupils have each number of points, with the limits of marks as dashed lines that bear their mark."""
    bars = {
        "data": {"values": [dict(row) for row in rows]},
        "mark": {"type": "bar", "color": PALETTE[2], "binSpacing": 1},
        "encoding": {
            "x": {"field": at, "type": "quantitative", "title": title},
            "y": {"field": count, "type": "quantitative", "title": "Участников"},
            "size": {"value": 8},
        },
    }
    marks = {"values": [{"at": point, "mark": name} for point, name in limits]}
    place = {"x": {"field": "at", "type": "quantitative"}}
    layers = [
        bars,
        {"data": marks, "mark": {"type": "rule", "color": LIMIT, "strokeDash": [4, 3]}, "encoding": place},
        {
            "data": marks,
            "mark": {"type": "text", "align": "left", "dx": 4, "dy": -4, "baseline": "top"},
            "encoding": {**place, "y": {"value": -14}, "text": {"field": "mark"}},
        },
    ]
    return {"width": WIDTH, "height": 240, "layer": layers}


def _percents() -> dict[str, Any]:
    return {"labelExpr": "format(100 * datum.value, '.0f') + '\u00a0%'", "tickCount": 6}
