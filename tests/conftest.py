"""Fixtures of the whole suite. Settings that only tests need stand in tests/settings.py."""

from __future__ import annotations

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from opora.journal.triggers import NAMES
from tests import factories


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """On SQLite tests with real transactions empty the tables by DELETE, which the journal's trigger refuses."""
    if connection.vendor == "sqlite":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(f"DROP TRIGGER {NAMES['DELETE']}")


@pytest.fixture
def region(db: None) -> factories.Region:
    """A region authority with an institute, two municipalities, a methodical service and two schools in each."""
    return factories.region()
