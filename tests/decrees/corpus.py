"""Where the real documents lie: beside the project, never in it. Tests that use them skip where they are absent."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[3] / "shared"
DECREES = SHARED / "decrees"
NAMES = sorted(path.name.removesuffix(".gold.json") for path in DECREES.glob("*.gold.json"))

needs_decrees = pytest.mark.skipif(not NAMES, reason="the real documents are not beside the project (shared/decrees)")
