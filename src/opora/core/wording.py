"""Tables of words follow the texts they are taken from, whoever writes these."""

# ruff: noqa: S608  (names of tables and columns alone are put together)

from __future__ import annotations

from dataclasses import dataclass

from django.db import connections

from opora.core.triggers import Triggers

LONGEST = 200  # characters


@dataclass(frozen=True, slots=True)
class Words:
    """A table of words with the column of its key, and the table and column of the text they are taken from."""

    table: str
    key: str
    source: str
    column: str

    def store(self, vendor: str) -> str:
        """Store the words of the new row."""
        return (
            f"INSERT INTO {self.table} ({self.key}, word) SELECT DISTINCT NEW.id, word "
            f"FROM {_split(vendor, f'NEW.{self.column}')} WHERE word <> ''"
        )

    @property
    def forget(self) -> str:
        return f"DELETE FROM {self.table} WHERE {self.key} = OLD.id"

    @property
    def changed(self) -> str:
        return f"OLD.{self.column} <> NEW.{self.column}"


def word_triggers(*tables: Words) -> Triggers:
    """What keeps these tables of words."""
    names = frozenset(name for one in tables for name in (one.table, one.source))
    return Triggers(
        names, _sqlite(tables), _functions(tables), _postgresql(tables), lambda using: rebuild(tables, using)
    )


def rebuild(tables: tuple[Words, ...], using: str) -> None:
    """All words anew from the texts."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for one in tables:
            cursor.execute(f"DELETE FROM {one.table}")
            if connection.vendor == "postgresql":
                parts, word = f"LATERAL {_split(connection.vendor, f't.{one.column}')}", "word"
            else:
                parts, word = f"json_each({_quoted(f't.{one.column}')}) parts", f"substr(parts.value, 1, {LONGEST})"
            cursor.execute(
                f"INSERT INTO {one.table} ({one.key}, word) SELECT DISTINCT t.id, {word} "
                f"FROM {one.source} t, {parts} WHERE {word} <> ''"
            )


def _split(vendor: str, text: str) -> str:
    """A table of the words of `text`, in a column `word`."""
    if vendor == "postgresql":
        return f"(SELECT left(unnest(string_to_array({text}, ' ')), {LONGEST}) AS word) parts"
    return f"(SELECT substr(value, 1, {LONGEST}) AS word FROM json_each({_quoted(text)})) parts"


def _quoted(text: str) -> str:
    """SQLite: the words of `text` as a JSON list."""
    return f"""'[' || replace(json_quote({text}), ' ', '","') || ']'"""


def _sqlite(tables: tuple[Words, ...]) -> dict[str, str]:
    found = {}
    for one in tables:
        store, at = one.store("sqlite"), one.source
        found[f"{one.table}_came"] = f"AFTER INSERT ON {at} BEGIN {store}; END"
        found[f"{one.table}_changed"] = (
            f"AFTER UPDATE OF {one.column} ON {at} WHEN {one.changed} BEGIN {one.forget}; {store}; END"
        )
        found[f"{one.table}_went"] = f"AFTER DELETE ON {at} BEGIN {one.forget}; END"
    return found


def _functions(tables: tuple[Words, ...]) -> dict[str, str]:
    found = {}
    for one in tables:
        store = one.store("postgresql")
        found[f"opora_{one.table}_store"] = f"IF TG_OP = 'UPDATE' THEN {one.forget}; END IF; {store}; RETURN NULL;"
        found[f"opora_{one.table}_forget"] = f"{one.forget}; RETURN NULL;"
    return found


def _postgresql(tables: tuple[Words, ...]) -> dict[str, tuple[str, str, str]]:
    found = {}
    for one in tables:
        at, store, forget = one.source, f"opora_{one.table}_store", f"opora_{one.table}_forget"
        found[f"{one.table}_came"] = (at, f"AFTER INSERT ON {at} FOR EACH ROW", store)
        changed = f"AFTER UPDATE OF {one.column} ON {at} FOR EACH ROW WHEN ({one.changed})"
        found[f"{one.table}_changed"] = (at, changed, store)
        found[f"{one.table}_went"] = (at, f"AFTER DELETE ON {at} FOR EACH ROW", forget)
    return found
