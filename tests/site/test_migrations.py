"""Changes of the database do not stop a running server: the one before them goes on working while they are applied."""

from __future__ import annotations

import pytest
from django.db import connection
from django_migration_linter import MigrationLinter
from django_migration_linter.sql_analyser import analyse_sql_statements, get_sql_analyser_class

APPS = "support assessments roadmaps lists documents exports notices access registry journal ui core".split()
BEFORE_RELEASE = ("0002_search",)  # of journal and registry: no server has run without them
LOOSER = ("0006_as_of",)  # of lists: its unique constraint takes the place of a stricter one, so every row meets it
QUIET = ["ok", "ignore", "warning"]

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="the embedded database has no server beside it"),
]


def test_no_change_stops_a_running_server(capsys: pytest.CaptureFixture[str]) -> None:
    known = (*BEFORE_RELEASE, *LOOSER)
    linter = MigrationLinter(path=".", include_apps=APPS, ignore_name=known, no_cache=True, quiet=QUIET)
    linter.lint_all_migrations()
    assert linter.nb_valid > 10
    assert not linter.has_errors, capsys.readouterr().out


@pytest.mark.parametrize(
    "statement",
    [
        'ALTER TABLE "roadmaps_assignment" DROP COLUMN "role" CASCADE;',
        'ALTER TABLE "roadmaps_assignment" RENAME COLUMN "role" TO "part_played";',
        'ALTER TABLE "roadmaps_assignment" ADD COLUMN "weight" integer NOT NULL;',
        'DROP TABLE "roadmaps_report" CASCADE;',
    ],
)
def test_what_would_stop_it_is_found(statement: str) -> None:
    errors, _, _ = analyse_sql_statements(get_sql_analyser_class("postgresql"), [statement])
    assert errors
