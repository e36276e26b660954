"""Fixtures of the whole suite. Settings that only tests need stand in tests/settings.py."""

from __future__ import annotations

import gc
import inspect
import os
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection
from django.template import engines
from django.template.base import Node
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker

import opora
from opora.journal.triggers import NAMES
from tests import factories, migrated

OURS = str(Path(opora.__file__).parent)
LONG = Path(__file__).parent / "site"
# A busy machine is no failure, and the fixtures of a test serve all its examples.
CALM = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
settings.register_profile("suite", deadline=None, suppress_health_check=CALM)
settings.load_profile("suite")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes minutes comes first, so that no core is idle at the end; what empties the tables stays last.

    On PostgreSQL only what knows a database runs, without walks that any engine answers alike: all has been seen with
    SQLite.
    """
    items.sort(key=lambda item: (_empties(item), not item.path.is_relative_to(LONG)))
    if connection.vendor == "postgresql":
        left = {item for item in items if not knows_a_database(item)}
        config.hook.pytest_deselected(items=list(left))
        items[:] = [item for item in items if item not in left]


def _empties(item: pytest.Item) -> bool:
    marked = item.get_closest_marker("django_db")
    return "transactional_db" in getattr(item, "fixturenames", ()) or bool(marked and marked.kwargs.get("transaction"))


def pytest_collection_finish() -> None:
    """What is loaded by now stays; looking through it again and again for garbage took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def knows_a_database(item: pytest.Item) -> bool:
    """It asks for that of the suite, or says that it makes one of its own on the same engine; no engine matters to it
    that says so.
    """
    if item.get_closest_marker("any_engine"):
        return False
    marked = item.get_closest_marker("django_db") or item.get_closest_marker("engine")
    asked: Collection[str] = getattr(item, "fixturenames", ())
    return marked is not None or not {"db", "transactional_db", "django_db_setup", "server"}.isdisjoint(asked)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """The database of this process begins as a copy of a migrated one; `migrate` finds nothing left to do."""
    if connection.vendor == "postgresql":
        connection.settings_dict["TEST"]["TEMPLATE"] = migrated.postgresql(os.environ["DATABASE_URL"])
        yield
        return
    name = connection.creation._get_test_db_name()
    with closing(sqlite3.connect(name, uri=True)) as memory, closing(sqlite3.connect(migrated.sqlite())) as kept:
        kept.backup(memory)
        yield  # what is in memory lasts while somebody is connected


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """On SQLite tests with real transactions empty the tables by DELETE, which the journal's trigger refuses."""
    if connection.vendor == "sqlite":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(f"DROP TRIGGER {NAMES['DELETE']}")


class UnknownVariable(Exception):
    """A template of ours names a variable that its view does not give."""


class Strict(str):
    """`string_if_invalid` that raises in our own templates; others may lean on unknown variables being empty."""

    __slots__ = ()

    def __contains__(self, item: object) -> bool:
        return item == "%s"

    def __mod__(self, variable: object) -> str:
        template = _template()
        if template.startswith(OURS):
            raise UnknownVariable(f"{variable} in {template}")
        return ""


def _template() -> str:
    """The file of the innermost template tag or variable that is being rendered."""
    frame = inspect.currentframe()
    while frame := frame and frame.f_back:
        node = frame.f_locals.get("self")
        if isinstance(node, Node) and hasattr(node, "origin"):
            return str(node.origin.name)
    return ""


@pytest.fixture(autouse=True)
def strict_templates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any unknown variable in a template of ours fails the test."""
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", Strict("%s"))


@pytest.fixture
def region(db: None) -> factories.Region:
    """A region authority with an institute, two municipalities, a methodical service and two schools in each."""
    return factories.region()
