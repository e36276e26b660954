from __future__ import annotations

import pytest

from opora.registry import points


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the floors above do at the registry's points is their tests' matter."""
    for point in (points.organisation_succeeded, points.person_imported, points.role_words):
        monkeypatch.setattr(point, "_functions", [])
