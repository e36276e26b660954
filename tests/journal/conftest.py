from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

from opora.journal import triggers


@pytest.fixture
def unlocked(db: None) -> Iterator[None]:
    """The table as somebody with all rights in the database could have it: without its triggers."""
    triggers.remove(connection)
    yield
    triggers.install(connection)
