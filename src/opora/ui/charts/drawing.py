"""A chart and how it is drawn: a Vega-Lite specification, by `vl-convert`, which starts neither Node nor a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import vl_convert
from django.utils.safestring import SafeString, mark_safe

from opora.ui.charts.narrow import narrow

# Texts and lines take the colour of the words around them, so that one picture serves both themes and paper.
INK, FAINT = "currentColor", "#8592a2"
CONFIG: dict[str, Any] = {
    "aria": False,  # the picture has one name, and the table behind it says the rest
    "background": None,
    "padding": {"left": 36, "top": 5, "right": 5, "bottom": 5},  # fonts of readers are wider than the one measured
    "font": "sans-serif",
    "axis": {
        "labelColor": INK,
        "titleColor": INK,
        "gridColor": FAINT,
        "gridOpacity": 0.35,
        "domainColor": FAINT,
        "tickColor": FAINT,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "labelLimit": 260,
    },
    "legend": {
        "labelColor": INK,
        "titleColor": INK,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "orient": "top",
        "columnPadding": 26,
        "labelLimit": 320,
    },
    "header": {"labelColor": INK, "titleColor": INK, "labelFontSize": 12},
    "text": {"color": INK, "fontSize": 12},
    "view": {"stroke": None},
}
SMALL = {
    **CONFIG,
    "padding": {"left": 12, "top": 5, "right": 16, "bottom": 5},
    "legend": {**CONFIG["legend"], "columns": 1, "labelLimit": 280},
}
_SPOKEN = re.compile(r' (?:role|aria-roledescription|aria-hidden|aria-label)="[^"]*"')
_SIZE = re.compile(r'<svg [^>]*?width="([\d.]+)" height="([\d.]+)"')


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the table behind a chart; `url` leads on to what it stands for."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """One picture: what it shows in a title, what is seen on it in a sentence, and its figures as a table."""

    title: str
    summary: str
    spec: Mapping[str, Any] = field(repr=False)  # Vega-Lite with its data, without `config`
    heads: Sequence[str] = ()
    rows: Sequence[Sequence[Cell]] = ()
    note: str = ""

    @property
    def lines(self) -> list[list[tuple[str, Cell]]]:
        """The rows of the table, each cell with its head: on a phone the head stands above the cell."""
        return [list(zip(self.heads, row, strict=True)) for row in self.rows]

    @property
    def picture(self) -> SafeString:
        return svg(self)

    @property
    def small_picture(self) -> SafeString | None:
        return small_svg(self)


def svg(chart: Chart) -> SafeString:
    """The picture for a page: no style, script, link or address in it, named for screen readers by its summary."""
    return _svg(_text(chart.spec))


def small_svg(chart: Chart) -> SafeString | None:
    """The same for a phone; None where the picture stays as it is."""
    spec = narrow(chart.spec)
    return None if spec is None else _svg(_text(spec, config=SMALL))


def png(chart: Chart, scale: float = 2.0) -> bytes:
    """The same picture for a document; at a scale of 2 a point has 144 dots to the inch."""
    return bytes(vl_convert.vegalite_to_png(_text(chart.spec, background="#ffffff"), scale=scale, **_HERE))


_HERE: dict[str, Any] = {"allowed_base_urls": [], "format_locale": "ru-RU", "time_format_locale": "ru-RU"}


def _text(spec: Mapping[str, Any], background: str | None = None, config: Mapping[str, Any] = CONFIG) -> str:
    config = {**config, "background": background}
    return json.dumps({**spec, "config": config}, ensure_ascii=False, sort_keys=True)


@lru_cache(maxsize=256)
def _svg(text: str) -> SafeString:
    drawn = _SPOKEN.sub("", vl_convert.vegalite_to_svg(text, **_HERE))
    size = _SIZE.match(drawn)
    if size is None:
        raise ValueError("the picture has no size")
    width, height = (round(float(one)) for one in size.groups())
    head = f'<svg class="chart-picture" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    rest = drawn[drawn.index(">") + 1 :]
    return mark_safe(f'{head} aria-hidden="true" focusable="false">{rest}')  # noqa: S308 (drawn here, texts escaped)
