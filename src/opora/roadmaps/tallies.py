"""The tallies of assignments: joined, checked, worked out anew. The database keeps them (`roadmaps.triggers`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connections, transaction
from django.db.models import Count, F, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Substr

from opora.core.actor import LEVEL
from opora.registry.models import Organisation
from opora.roadmaps.models import Assignment, Tally
from opora.roadmaps.models.tallies import DEEPEST

KEY = ("level", "place", "controller_place", "roadmap", "activity", "window", "due", "via_list", "state")
BATCH = 2000


def compact() -> None:
    """The clock: join the loose rows of PostgreSQL with others alike. What two processes take at once stays right."""
    if not Tally.objects.filter(loose=True).exists():
        return
    columns = ", ".join(f"{name}_id" if name in ("roadmap", "activity", "window") else name for name in KEY)
    alike = " AND ".join(
        f"t.{name} IS NOT DISTINCT FROM g.{name}" for name in columns.split(", ") if name != "window_id"
    )
    with transaction.atomic(), connections[Tally.objects.db].cursor() as cursor:
        cursor.execute(
            f"WITH freed AS (DELETE FROM roadmaps_tally WHERE loose RETURNING {columns}, count), "  # noqa: S608
            f"g AS (SELECT {columns}, sum(count) AS count FROM freed GROUP BY {columns}), "
            "old AS (DELETE FROM roadmaps_tally t USING g WHERE NOT t.loose AND t.window_id = g.window_id "
            f"AND {alike} RETURNING {', '.join('t.' + name for name in columns.split(', '))}, t.count) "
            f"INSERT INTO roadmaps_tally ({columns}, count, loose) SELECT {columns}, sum(count), false FROM "
            f"(SELECT {columns}, count FROM g UNION ALL SELECT {columns}, count FROM old) both_kinds "
            f"GROUP BY {columns} HAVING sum(count) <> 0"
        )


def differences() -> list[str]:
    """Where tallies and assignments disagree, a line each; nothing where all is well. Reads every assignment."""
    told = {tuple(key): count for *key, count in _told() if count}
    right = {tuple(key): count for *key, count in _counted()}
    found = []
    for key in sorted(told.keys() | right.keys(), key=str):
        have, want = told.get(key, 0), right.get(key, 0)
        if have != want:
            found.append(f"{dict(zip(KEY, key, strict=True))}: {have} ≠ {want}")
    return found + _misplaced()


def rebuild(using: str | None = None) -> int:
    """Work all paths and tallies out anew from the assignments; how many tallies there are."""
    rows = Assignment.objects.using(using)
    with transaction.atomic(using=using):
        unplaced = rows.filter(executor_path="")
        if unplaced.exists():
            here = Organisation.objects.using(using).filter(pk=OuterRef("executor"))
            above = Organisation.objects.using(using).filter(pk=OuterRef("controller"))
            unplaced.update(
                executor_path=Subquery(here.values("path")),
                controller_path=Subquery(above.values("path")),
                region=Subquery(here.annotate(root=Substr("path", 1, LEVEL)).values("root")),
            )
        Tally.objects.using(using).all()._raw_delete(using or Tally.objects.db)
        made = 0
        for batch in _batches(_counted(using)):
            Tally.objects.using(using).bulk_create(batch)
            made += len(batch)
    return made


def _batches(rows: Iterable[tuple[Any, ...]]) -> Iterable[list[Tally]]:
    batch: list[Tally] = []
    for level, place, controller_place, roadmap, activity, window, due, via_list, state, count in rows:
        batch.append(
            Tally(
                level=level,
                place=place,
                controller_place=controller_place,
                roadmap_id=roadmap,
                activity_id=activity,
                window_id=window,
                due=due,
                via_list=via_list,
                state=state,
                count=count,
            )
        )
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _counted(using: str | None = None) -> Iterable[tuple[Any, ...]]:
    """What the tallies have to be, from the assignments."""
    for level in range(1, DEEPEST + 1):
        yield from (
            Assignment.objects.using(using)
            .order_by()
            .annotate(
                level=Value(level),
                place=Substr("executor_path", 1, level * LEVEL),
                controller_place=Substr("controller_path", 1, level * LEVEL),
            )
            .values_list(*KEY)
            .annotate(n=Count("pk"))
            .iterator(chunk_size=BATCH)
        )


def _told() -> Iterable[tuple[Any, ...]]:
    return Tally.objects.order_by().values_list(*KEY).annotate(n=Sum("count")).iterator(chunk_size=BATCH)


def _misplaced() -> list[str]:
    wrong = Assignment.objects.exclude(
        executor_path=F("executor__path"), controller_path=F("controller__path")
    ) | Assignment.objects.exclude(region=Substr("executor__path", 1, LEVEL))
    count = wrong.count()
    return [f"Поручений, у которых путь организации записан неверно: {count}"] if count else []
