"""A layout -> a Decree: zones, then tables and points, then what a careful clerk would say about them."""

from opora.decrees.reading.document import read_layout

__all__ = ["read_layout"]
