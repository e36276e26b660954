"""A chart drawn for a phone: the same figures, in a column as wide as its screen, with words of the same size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from textwrap import wrap
from typing import Any

from opora.ui.charts.shapes import LINE, LINES

WIDTH, BESIDE = 240, 170  # units: of a picture alone, and of one beside the labels of its rows
LABEL = 15  # characters of a line of a label
FIGURES = 3  # on the axis of values, at most
MOST = 150  # rows of data: a cloud of more points says nothing at this width


def narrow(spec: Mapping[str, Any]) -> dict[str, Any] | None:
    """The specification for a phone; None where the picture has to stay as it is."""
    data = [row for layer in (spec, *spec["layer"]) for row in layer.get("data", {}).get("values", ())]
    if len(data) > MOST:
        return None
    labels = {one["y"]["field"] for one in _encodings(spec) if one.get("y", {}).get("type") == "nominal"}
    longest = max((len(_lines(row[label])) for row in data for label in labels if label in row), default=1)
    found = {**_changed(spec, labels), "width": BESIDE if labels else WIDTH}
    height = found["height"]
    if isinstance(height, Mapping):
        found["height"] = {**height, "step": max(height["step"], LINE * longest + 6)}
    return found


def _encodings(spec: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return (layer["encoding"] for layer in spec["layer"] if "encoding" in layer)


def _changed(one: Any, labels: set[str]) -> Any:
    """The same specification with short lines of labels and few figures on axes."""
    if isinstance(one, list):
        return [_changed(each, labels) for each in one]
    if not isinstance(one, Mapping):
        return one
    found = {key: _changed(value, labels) for key, value in one.items()}
    found |= {key: "\n".join(_lines(one[key])) for key in labels & found.keys() if isinstance(one[key], str)}
    if found.get("type") == "nominal" and found.get("field") in labels and "sort" in found:
        found["axis"] = LINES
    if found.get("type") == "quantitative" and "axis" in found:
        found["axis"] = {**found["axis"], "tickCount": FIGURES}
    if found.get("legend"):
        found["legend"] = {**found["legend"], "columns": 1}
    return found


def _lines(label: Any) -> list[str]:
    return wrap(str(label), LABEL)
