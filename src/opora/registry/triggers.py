"""The tables of words follow the texts they are taken from, whoever writes these."""

# ruff: noqa: S608  (names of tables and columns alone are put together)

from __future__ import annotations

from django.db import connections

from opora.core.triggers import Triggers

# (table of words, its key, table and column of the text)
WORDS = (
    ("registry_organisationword", "organisation_id", "registry_organisation", "search"),
    ("registry_personword", "person_id", "registry_person", "sort_name"),
)
LONGEST = 200  # characters


def _split(vendor: str, text: str) -> str:
    """A table of the words of `text`, in a column `word`."""
    if vendor == "postgresql":
        return f"(SELECT left(unnest(string_to_array({text}, ' ')), {LONGEST}) AS word) parts"
    quoted = f"""'[' || replace(json_quote({text}), ' ', '","') || ']'"""
    return f"(SELECT substr(value, 1, {LONGEST}) AS word FROM json_each({quoted})) parts"


def _store(vendor: str, words: str, key: str, text: str, row: str) -> str:
    """Store the words of `text`, the text of the row with the key `row`."""
    return f"INSERT INTO {words} ({key}, word) SELECT DISTINCT {row}, word FROM {_split(vendor, text)} WHERE word <> ''"


def _sqlite() -> dict[str, str]:
    found = {}
    for words, key, table, column in WORDS:
        store = _store("sqlite", words, key, f"NEW.{column}", "NEW.id")
        forget = f"DELETE FROM {words} WHERE {key} = OLD.id"
        found[f"{words}_came"] = f"AFTER INSERT ON {table} BEGIN {store}; END"
        found[f"{words}_changed"] = (
            f"AFTER UPDATE OF {column} ON {table} WHEN OLD.{column} <> NEW.{column} BEGIN {forget}; {store}; END"
        )
        found[f"{words}_went"] = f"AFTER DELETE ON {table} BEGIN {forget}; END"
    return found


def _functions() -> dict[str, str]:
    found = {}
    for words, key, _, column in WORDS:
        store = _store("postgresql", words, key, f"NEW.{column}", "NEW.id")
        forget = f"DELETE FROM {words} WHERE {key} = OLD.id"
        found[f"opora_{words}_store"] = f"IF TG_OP = 'UPDATE' THEN {forget}; END IF; {store}; RETURN NULL;"
        found[f"opora_{words}_forget"] = f"{forget}; RETURN NULL;"
    return found


def _postgresql() -> dict[str, tuple[str, str, str]]:
    found = {}
    for words, _, table, column in WORDS:
        store, forget = f"opora_{words}_store", f"opora_{words}_forget"
        found[f"{words}_came"] = (table, f"AFTER INSERT ON {table} FOR EACH ROW", store)
        changed = f"AFTER UPDATE OF {column} ON {table} FOR EACH ROW WHEN (OLD.{column} <> NEW.{column})"
        found[f"{words}_changed"] = (table, changed, store)
        found[f"{words}_went"] = (table, f"AFTER DELETE ON {table} FOR EACH ROW", forget)
    return found


def rebuild(using: str = "default") -> None:
    """All words anew from the texts."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for words, key, table, column in WORDS:
            cursor.execute(f"DELETE FROM {words}")
            lateral = _split(connection.vendor, f"t.{column}")
            if connection.vendor == "postgresql":
                lateral = f"LATERAL {lateral}"
            else:
                quoted = f"""'[' || replace(json_quote(t.{column}), ' ', '","') || ']'"""
                lateral = f"json_each({quoted}) parts"
            word = "word" if connection.vendor == "postgresql" else f"substr(parts.value, 1, {LONGEST})"
            cursor.execute(
                f"INSERT INTO {words} ({key}, word) SELECT DISTINCT t.id, {word} FROM {table} t, {lateral} "
                f"WHERE {word} <> ''"
            )


TRIGGERS = Triggers(
    frozenset(name for words, _, table, _ in WORDS for name in (words, table)),
    _sqlite(),
    _functions(),
    _postgresql(),
    rebuild,
)
