"""Changes of the database do not stop a running server: the one before them goes on working while they are applied."""

from __future__ import annotations

import pytest
from django.db import connection
from django_migration_linter import MigrationLinter
from django_migration_linter.sql_analyser import analyse_sql_statements, get_sql_analyser_class

APPS = [
    *"development support collection assessments roadmaps lists documents".split(),
    *"exports notices access registry journal ui core".split(),
]
# Of journal, registry and visits: no released server has run without them.
BEFORE_RELEASE = ("0002_search", "0014_sheet_of_each_visit")
# Of lists and forms: their unique constraints take the place of stricter ones, so every row meets them.
LOOSER = ("0006_as_of", "0007_for_meetings", "0007_remarks_to_rows")
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
