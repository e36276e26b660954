"""Charts: drawn without styles and scripts, named for screen readers, with their figures behind them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.template import Context, Template

from opora.ui.charts import Cell, Chart, png, shapes, svg
from opora.ui.charts.narrow import narrow

PHONE = 350  # units across: the screen of a small phone less its margins
MARKS = ("«2»", "«3»", "«4»", "«5»")


def rows() -> list[dict[str, Any]]:
    shares = (0.05, 0.35, 0.4, 0.2)
    return [{"label": "Русский язык, 5 <класс>", "mark": m, "share": s} for m, s in zip(MARKS, shares, strict=True)]


def stacked() -> Chart:
    spec = shapes.stacked(rows(), order=MARKS, label="label", part="mark", share="share", title="Доля участников")
    behind = [[Cell("5 класс", "/schools/1/"), Cell("5 %"), Cell("35 %"), Cell("40 %"), Cell("20 %")]]
    return Chart("Отметки", "Двоек 5 %.", spec, ("Работа", *MARKS), behind)


SPECS = {
    "stacked": stacked().spec,
    "trend": shapes.trend(
        [{"year": str(y), "v": 0.2, "low": 0.1, "high": 0.3, "who": w} for y in (2024, 2025) for w in ("a", "b")],
        at="year",
        value="v",
        low="low",
        high="high",
        series="who",
        order=("a", "b"),
        title="Доля",
    ),
    "intervals": shapes.intervals(
        [
            {"l": "a", "v": 0.2, "low": 0.1, "high": 0.3, "m": False},
            {"l": "b", "v": 0.4, "low": 0.3, "high": 1, "m": True},
        ],
        label="l",
        value="v",
        low="low",
        high="high",
        title="Доля",
        marked="m",
    ),
    "funnel": shapes.funnel(
        [{"n": 10, "v": 0.2, "m": False}, {"n": 50, "v": 0.6, "m": True}],
        [{"n": n, "low": 0.1, "high": 0.3, "name": "95 %"} for n in (10, 50)],
        centre=0.2,
        size="n",
        value="v",
        marked="m",
        title="Доля",
    ),
    "histogram": shapes.histogram(
        [{"at": 1, "n": 5}, {"at": 2, "n": 9}], at="at", count="n", limits=[(1.5, "«3»")], title="Баллы"
    ),
}


@pytest.mark.parametrize("kind", SPECS)
def test_a_picture_needs_no_style_script_or_address(kind: str) -> None:
    drawn = svg(Chart(kind, "", SPECS[kind]))
    assert drawn.startswith("<svg ")
    assert 'aria-hidden="true"' in drawn[:200]
    assert not re.search(r"<(?:style|script|image|a)\b|\sstyle=|href=|NaN", drawn)
    assert png(Chart(kind, "", SPECS[kind]), scale=1).startswith(b"\x89PNG")


def test_a_part_bears_its_figure_unless_it_is_too_narrow() -> None:
    drawn = svg(stacked())
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", drawn)
    assert {"35", "40", "20"} <= set(texts)
    assert "5" not in texts


def test_words_of_the_data_stay_words() -> None:
    assert "<класс>" not in svg(stacked())
    assert "&lt;класс&gt;" in svg(stacked())


def test_shares_are_written_as_in_russian() -> None:
    spec = {"data": {"values": [{"v": 1234.5}]}, "mark": "text", "encoding": {"text": {"field": "v", "format": ",.1f"}}}
    assert re.search(r">1\s234,5<", svg(Chart("", "", spec)))


def test_data_cannot_fetch_anything() -> None:
    spec = {"data": {"url": "https://example.org/x.csv"}, "mark": "point", "encoding": {"x": {"field": "a"}}}
    with pytest.raises(ValueError, match="example"):
        svg(Chart("", "", spec))


def test_on_a_page_the_figures_stand_behind_the_picture() -> None:
    page = Template("{% load ui %}{% chart chart %}").render(Context({"chart": stacked()}))
    assert 'role="img" aria-label="Отметки. Двоек 5 %."' in page
    assert '<a href="/schools/1/">5 класс</a>' in page
    assert re.findall(r'<th scope="col">([^<]*)</th>', page) == ["Работа", *MARKS]


@pytest.mark.parametrize("kind", SPECS)
def test_on_a_phone_every_word_fits(kind: str) -> None:
    drawn = Chart(kind, "", SPECS[kind]).small_picture
    assert drawn is not None
    width = re.match(r'<svg [^>]*width="(\d+)"', drawn)
    assert width is not None
    assert int(width[1]) <= PHONE


def test_on_a_phone_long_labels_stand_in_lines_and_rows_give_them_room() -> None:
    names = ("Работа с обучающимися с ограниченными возможностями здоровья", "Оценка")
    data = [{"scale": name, "part": "доля", "share": 0.4} for name in names]
    spec = shapes.beside(data, order=("доля",), label="scale", part="part", share="share", title="Доля")
    drawn = Chart("", "", spec).small_picture
    assert drawn is not None
    lines = [float(place) for place in re.findall(r'<tspan x="0" dy="(\d+)"', drawn)]
    assert len(lines) >= 4
    found = narrow(spec)
    assert found
    assert found["height"]["step"] >= 5 * shapes.LINE
    assert narrow({**spec, "data": {"values": data * 100}}) is None


def test_a_third_looks_like_one_and_a_single_part_needs_no_legend() -> None:
    data = [{"scale": "Оценка", "part": "доля", "share": 0.33}]
    spec = shapes.beside(data, order=("доля",), label="scale", part="part", share="share", title="Доля", whole=True)
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", svg(Chart("", "", spec)))
    assert "100 %" in [text.replace("\u00a0", " ") for text in texts]
    assert "доля" not in texts
