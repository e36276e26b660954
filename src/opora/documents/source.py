"""The file as it was read, for the page beside the reading: paragraphs and tables with the anchors that facts name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from opora.decrees.layout import Layout, PageBreak, Paragraph, Table
from opora.decrees.model import Source


def blocks_of(layout: Layout) -> list[dict[str, Any]]:
    """JSON of a layout: {kind: paragraph | table | page, …}; the template draws it with everything escaped."""
    return [_block(block) for block in layout.blocks]


def pages_of(layout: Layout) -> int:
    """The number of the last page that has a source, 0 where the format knows none."""
    sources = (block.source.page or 0 for block in layout.blocks if not isinstance(block, PageBreak))
    return max(sources, default=0)


def _block(block: Paragraph | Table | PageBreak) -> dict[str, Any]:
    if isinstance(block, PageBreak):
        return {"kind": "page", "page": block.page}
    if isinstance(block, Paragraph):
        anchor = anchor_of(_json(block.source))
        return {
            "kind": "paragraph",
            "anchor": anchor,
            "text": block.text,
            "bold": block.bold,
            "centred": block.centred,
        }
    rows = [
        {
            "anchor": anchor_of(_json(row.source)),
            "header": row.header,
            "cells": [{"text": cell.text, "columns": cell.columns, "rows": cell.rows} for cell in row.cells],
        }
        for row in block.rows
    ]
    return {"kind": "table", "anchor": anchor_of(_json(block.source), table=True), "rows": rows}


def _json(source: Source) -> dict[str, Any]:
    return {name: getattr(source, name) for name in ("page", "paragraph", "line", "cell")}


def anchor_of(source: dict[str, Any], *, table: bool = False) -> str:
    """The anchor of a paragraph or of a table's row: «source-2-14-r3»; empty where the source says nothing."""
    if not source or not any(source.get(name) for name in ("page", "paragraph", "line")):
        return ""
    parts = [str(source.get("page") or 0), str(source.get("paragraph") or source.get("line") or 0)]
    if table:
        parts.append("t")
    elif source.get("cell") and not source.get("line"):
        parts.append("r" + str(source["cell"]).partition(":")[0])
    return "source-" + "-".join(parts)


def place_of(source: dict[str, Any], suffix: str = "") -> str:
    """«стр. 2, строка 3 таблицы», «абзац 14»."""
    if not source:
        return ""
    words = []
    if source.get("page"):
        words.append(f"{'лист' if suffix in ('.xlsx', '.xlsm') else 'стр.'} {source['page']}")
    if source.get("cell"):
        words.append(f"строка {str(source['cell']).partition(':')[0]} таблицы")
    elif source.get("line"):
        words.append(f"строка {source['line']}")
    elif source.get("paragraph"):
        words.append(f"абзац {source['paragraph']}")
    return ", ".join(words)


def page_anchor(number: int) -> str:
    """The anchor of a page's picture."""
    return f"page-{number}"


def anchors(blocks: Iterable[dict[str, Any]]) -> set[str]:
    """All anchors of the text."""
    found = {block["anchor"] for block in blocks if block["kind"] != "page"}
    return found | {row["anchor"] for block in blocks if block["kind"] == "table" for row in block["rows"]}
