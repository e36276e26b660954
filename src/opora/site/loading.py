"""What a process that goes on for long loads before anybody waits for it."""

from __future__ import annotations

import gc

from django.urls import get_resolver


def load() -> None:
    """All addresses with their views, which are then no longer searched for garbage: one request in a score would wait.

    In the worker the first address would otherwise be asked for inside a transaction, and the embedded database, which
    has one writer, would wait for imports: on a busy machine longer than others wait for it.
    """
    get_resolver().url_patterns  # noqa: B018
    gc.collect()
    gc.freeze()
