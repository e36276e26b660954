"""The demo: «Заречная область», an invented region with its organisations, people, documents and two months of work."""

from opora.site.demo.build import build

__all__ = ["build"]
