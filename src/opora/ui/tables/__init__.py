"""Tables that search, filter, sort, page and export, their whole state in the URL, with JavaScript or without."""

from __future__ import annotations

from opora.ui.tables.cells import Column
from opora.ui.tables.table import Table

__all__ = ["Column", "Table"]
