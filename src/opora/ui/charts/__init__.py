"""Charts as pictures made on the server: the same in a page, a docx and a PDF, without a script, with a table behind.

`shapes` builds a `Chart` of plain rows; `drawing` draws it. A page shows it by `{% chart chart %}`.
"""

from opora.ui.charts.drawing import Cell, Chart, png, svg

__all__ = ["Cell", "Chart", "png", "svg"]
