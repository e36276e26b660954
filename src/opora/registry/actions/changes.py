"""Old and new values, for the journal."""

from __future__ import annotations

from typing import Any

from django.db.models import Model


def changes(row: Model, wanted: dict[str, Any]) -> dict[str, list[Any]]:
    """Field -> [old, new] of the fields that `wanted` would change."""
    return {
        name: [getattr(row, name), value]
        for name, value in wanted.items()
        if (getattr(row, name) if getattr(row, name) is not None else "") != (value if value is not None else "")
    }


def in_words(row: Model, found: dict[str, list[Any]]) -> str:
    """The changed fields as people call them."""
    return ", ".join(str(getattr(row._meta.get_field(name), "verbose_name", name)) for name in found)
