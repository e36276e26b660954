"""Fixtures of the whole suite. Settings that only tests need stand in tests/settings.py."""

from __future__ import annotations

import pytest

from tests import factories


@pytest.fixture
def region(db: None) -> factories.Region:
    """A region authority with an institute, two municipalities, a methodical service and two schools in each."""
    return factories.region()
