"""The database itself refuses to change or delete an entry.

On SQLite a migration that rebuilds the table (a changed column) drops its triggers: it has to end with `install`.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

MESSAGE = "journal entries are never changed or deleted"
NAMES = {"UPDATE": "journal_entry_no_update", "DELETE": "journal_entry_no_delete"}

_INSTALL = {
    "sqlite": [
        f"CREATE TRIGGER {name} BEFORE {event} ON journal_entry BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        for event, name in NAMES.items()
    ],
    "postgresql": [
        "CREATE FUNCTION journal_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}'; END $$",
        *(
            f"CREATE TRIGGER {name} BEFORE {event} ON journal_entry "
            "FOR EACH ROW EXECUTE FUNCTION journal_entry_refuse()"
            for event, name in NAMES.items()
        ),
    ],
}
_REMOVE = {
    "sqlite": [f"DROP TRIGGER IF EXISTS {name}" for name in NAMES.values()],
    "postgresql": [
        *(f"DROP TRIGGER IF EXISTS {name} ON journal_entry" for name in NAMES.values()),
        "DROP FUNCTION IF EXISTS journal_entry_refuse()",
    ],
}


def install(connection: BaseDatabaseWrapper) -> None:
    """Lock the table, also where it is locked already."""
    remove(connection)
    _run(connection, _INSTALL[connection.vendor])


def remove(connection: BaseDatabaseWrapper) -> None:
    """Unlock the table: for a migration that has to rebuild it, and for tests of damage."""
    _run(connection, _REMOVE[connection.vendor])


def _run(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
