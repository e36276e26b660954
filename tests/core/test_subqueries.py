"""Rows of several queries counted in one."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opora.core.subqueries import counts
from opora.registry.models import Organisation
from tests import factories

pytestmark = pytest.mark.django_db


def test_several_queries_are_counted_in_one_statement() -> None:
    region = factories.region()
    rows = Organisation.objects.filter(path__startswith=region.authority.path).order_by()
    whole = rows.count()
    with CaptureQueriesContext(connection) as asked:
        found = counts(region.authority, rows, rows[:2], rows.filter(pk__in=[]), rows.filter(pk=region.schools[0].pk))
    assert found == [whole, 2, 0, 1]
    assert whole > 2
    assert len(asked) == 1
