"""What the database keeps by itself: the paths of an assignment's organisations, and the tallies of assignments.

Many actions change assignments, some of them thousands at once; a trigger sees every change in its own transaction,
whoever makes it.

PostgreSQL works once for each statement and only adds rows, so nobody waits for another's counts. SQLite has one
writer and works row by row: it adds to the row there is.
"""

from __future__ import annotations

from opora.core.actor import LEVEL
from opora.core.triggers import Triggers
from opora.roadmaps import tallies

A, T, O = "roadmaps_assignment", "roadmaps_tally", "registry_organisation"  # noqa: E741
KEY = "roadmap_id, activity_id, window_id, due, via_list, state"
COLUMNS = f"level, place, controller_place, {KEY}, count, loose"


def _add(row: str, level: int) -> str:
    """SQLite: one more in the tally of `row` (NEW)."""
    place, controller = (f"substr({row}.{name}, 1, {level * LEVEL})" for name in ("executor_path", "controller_path"))
    values = ", ".join(f"{row}.{name}" for name in KEY.split(", "))
    return (
        f"{_change(row, level, 1)} INSERT INTO {T} ({COLUMNS}) "
        f"SELECT {level}, {place}, {controller}, {values}, 1, 0 WHERE changes() = 0;"
    )


def _change(row: str, level: int, by: int) -> str:
    """SQLite: `by` more in the tally of `row`, where there is one."""
    same = " AND ".join(f"{name} IS {row}.{name}" for name in KEY.split(", ") if name != "window_id")
    return (
        f"UPDATE {T} SET count = count + ({by}) WHERE window_id = {row}.window_id AND level = {level} "
        f"AND place = substr({row}.executor_path, 1, {level * LEVEL}) "
        f"AND controller_place = substr({row}.controller_path, 1, {level * LEVEL}) AND {same};"
    )


_MORE = " ".join(_add("NEW", level) for level in (1, 2))
_LESS = " ".join(_change("OLD", level, -1) for level in (1, 2))
_COUNTED = [*KEY.split(", "), "executor_path", "controller_path"]
_MOVED = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in _COUNTED)
_PLACES = (
    f"UPDATE {A} SET executor_path = (SELECT path FROM {O} WHERE id = NEW.executor_id), "
    f"controller_path = (SELECT path FROM {O} WHERE id = NEW.controller_id), "
    f"region = (SELECT substr(path, 1, {LEVEL}) FROM {O} WHERE id = NEW.executor_id) WHERE id = NEW.id;"
)
_UNPLACED = "NEW.executor_path = '' OR NEW.controller_path = '' OR NEW.region = ''"

# ruff: noqa: S608  (names of tables and columns alone are put together)

SQLITE = {
    "assignment_placed": f"AFTER INSERT ON {A} WHEN {_UNPLACED} BEGIN {_PLACES} END",
    "assignment_replaced": (
        f"AFTER UPDATE ON {A} WHEN OLD.executor_id <> NEW.executor_id OR OLD.controller_id <> NEW.controller_id "
        f"OR {_UNPLACED} BEGIN {_PLACES} END"
    ),
    "assignment_counted": f"AFTER INSERT ON {A} WHEN NEW.executor_path <> '' BEGIN {_MORE} END",
    "assignment_recounted": (
        # rows without paths are counted when they get them
        f"AFTER UPDATE ON {A} WHEN OLD.executor_path <> '' AND NEW.executor_path <> '' AND ({_MOVED}) "
        f"BEGIN {_LESS} {_MORE} END"
    ),
    "assignment_first_counted": (
        f"AFTER UPDATE ON {A} WHEN OLD.executor_path = '' AND NEW.executor_path <> '' BEGIN {_MORE} END"
    ),
    "assignment_unplaced": (
        f"AFTER UPDATE ON {A} WHEN OLD.executor_path <> '' AND NEW.executor_path = '' BEGIN {_LESS} END"
    ),
    "assignment_discounted": f"AFTER DELETE ON {A} WHEN OLD.executor_path <> '' BEGIN {_LESS} END",
    "organisation_moves_assignments": (
        f"AFTER UPDATE OF path ON {O} WHEN OLD.path <> NEW.path BEGIN "
        f"UPDATE {A} SET executor_path = NEW.path, region = substr(NEW.path, 1, {LEVEL}) WHERE executor_id = NEW.id; "
        f"UPDATE {A} SET controller_path = NEW.path WHERE controller_id = NEW.id; END"
    ),
}


def _sum(*parts: str) -> str:
    """PostgreSQL: the tallies of rows that came (`fresh`) and went (`stale`), added as loose rows."""
    rows = " UNION ALL ".join(
        f"SELECT {KEY}, executor_path, controller_path, {sign} AS n FROM {table}"
        for table, sign in (("fresh", 1), ("stale", -1))
        if table in parts
    )
    place, controller = (f"substr({name}, 1, l * {LEVEL})" for name in ("executor_path", "controller_path"))
    return (
        f"INSERT INTO {T} ({COLUMNS}) SELECT l, {place}, {controller}, {KEY}, sum(n), true "
        f"FROM ({rows}) changed CROSS JOIN (VALUES (1), (2)) levels (l) "
        f"GROUP BY l, {place}, {controller}, {KEY} HAVING sum(n) <> 0;"
    )


FUNCTIONS = {
    "opora_assignment_places": (
        f"SELECT path, substr(path, 1, {LEVEL}) INTO NEW.executor_path, NEW.region FROM {O} "
        f"WHERE id = NEW.executor_id; "
        f"SELECT path INTO NEW.controller_path FROM {O} WHERE id = NEW.controller_id; RETURN NEW;"
    ),
    "opora_assignment_came": f"{_sum('fresh')} RETURN NULL;",
    "opora_assignment_changed": f"{_sum('fresh', 'stale')} RETURN NULL;",
    "opora_assignment_went": f"{_sum('stale')} RETURN NULL;",
    "opora_organisation_moved": (
        f"UPDATE {A} SET executor_path = NEW.path, region = substr(NEW.path, 1, {LEVEL}) WHERE executor_id = NEW.id; "
        f"UPDATE {A} SET controller_path = NEW.path WHERE controller_id = NEW.id; RETURN NULL;"
    ),
}
POSTGRESQL = {
    "assignment_placed": (A, f"BEFORE INSERT ON {A} FOR EACH ROW WHEN ({_UNPLACED})", "opora_assignment_places"),
    "assignment_replaced": (
        A,
        f"BEFORE UPDATE ON {A} FOR EACH ROW WHEN (OLD.executor_id <> NEW.executor_id "
        f"OR OLD.controller_id <> NEW.controller_id OR {_UNPLACED})",
        "opora_assignment_places",
    ),
    "assignment_counted": (
        A,
        f"AFTER INSERT ON {A} REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT",
        "opora_assignment_came",
    ),
    "assignment_recounted": (
        A,
        f"AFTER UPDATE ON {A} REFERENCING OLD TABLE AS stale NEW TABLE AS fresh FOR EACH STATEMENT",
        "opora_assignment_changed",
    ),
    "assignment_discounted": (
        A,
        f"AFTER DELETE ON {A} REFERENCING OLD TABLE AS stale FOR EACH STATEMENT",
        "opora_assignment_went",
    ),
    "organisation_moves_assignments": (
        O,
        f"AFTER UPDATE OF path ON {O} FOR EACH ROW WHEN (OLD.path <> NEW.path)",
        "opora_organisation_moved",
    ),
}


TRIGGERS = Triggers(frozenset({A, T, O}), SQLITE, FUNCTIONS, POSTGRESQL, tallies.rebuild)
