"""Arithmetic of rows that never meet, a part at a time on every core: the same bits in any order, and in the caches."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

PART: Final = 1024  # rows of a grid that fit into a core's own cache


def in_parts(rows: int, work: Callable[[slice], None]) -> None:
    """Call `work` for every part of so many rows; NumPy lets other threads work meanwhile."""
    parts = [slice(start, start + PART) for start in range(0, rows, PART)]
    if len(parts) < 2:
        work(slice(0, rows))
        return
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(work, parts))
