"""A backup put back into an empty database of either engine, older backups brought up to date."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, TextIO, cast

from django.apps.registry import Apps
from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import IntegrityError, connection, models, transaction
from django.db.migrations.exceptions import IrreversibleError
from django.db.migrations.executor import MigrationExecutor

from opora.access.models import User
from opora.access.triggers import TRIGGERS as ACCOUNTS
from opora.core.errors import Problem
from opora.core.tables import fill_empty
from opora.journal.verify import verify
from opora.registry.models import Organisation
from opora.registry.triggers import TRIGGERS as REGISTRY
from opora.roadmaps import tallies
from opora.site.operations.archive import FORMAT, MANIFEST, identity_in, members
from opora.site.operations.backup import key_print
from opora.site.operations.tables import columns, kept_models, label, values

_BLOCK = 1 << 20


@dataclass(slots=True)
class Restored:
    """What was put back, and what the person should know."""

    made: str
    rows: int = 0
    files: int = 0
    findings: list[str] = field(default_factory=list)


def restore(path: Path, *, key: Path | None = None, out: TextIO) -> Restored:
    """Put the backup into the database that the settings name. Raises `Problem`; then nothing of the tables is there.

    Files are put in place before the tables; those that are there already with the same content stay.
    """
    _refuse_unless_empty()
    stream = members(path, identity_in(key) if key else None)
    name, first = next(stream)
    if name != MANIFEST:
        raise Problem(f"{path.name} — не резервная копия Опоры.")
    manifest = json.loads(first.read())
    if manifest["format"] > FORMAT:
        raise Problem("Копия сделана более новой Опорой. Обновите эту и восстановите ещё раз.")
    restored = Restored(manifest["made"])
    models_then = _migrated_to(manifest["migrations"])
    with transaction.atomic():
        _load(stream, models_then, restored, out)
        _count_on(models_then.values())
    call_command("migrate", verbosity=0, interactive=False)
    tallies.rebuild()
    for kept in (REGISTRY, ACCOUNTS):
        kept.rebuild("default")
    restored.findings += _after(manifest)
    return restored


def _refuse_unless_empty() -> None:
    if "registry_organisation" not in connection.introspection.table_names():
        return
    if Organisation.objects.exists() or User.objects.exists():
        raise Problem(
            "База данных не пуста. Восстанавливают в пустую: укажите другую папку OPORA_DATA или другую DATABASE_URL."
        )


def _migrated_to(applied: dict[str, list[str]]) -> dict[str, type[models.Model]]:
    """Bring the empty database to the state of the backup; its models of that time by their labels."""
    executor = MigrationExecutor(connection)
    graph = executor.loader.graph
    then = {(app, name) for app, names in applied.items() for name in names}
    unknown = sorted(node for node in then if node not in graph.nodes and node[0] in executor.loader.migrated_apps)
    if unknown:
        raise Problem(f"Копия сделана более новой Опорой ({unknown[0][0]}, {unknown[0][1]}). Обновите эту.")
    known = then & set(graph.nodes)
    targets = [node for node in known if not any(child.key in known for child in graph.node_map[node].children)]
    if then >= set(graph.nodes):
        fill_empty(connection)
        executor = MigrationExecutor(connection)
    beyond = [(app, None) for app in executor.loader.migrated_apps if app not in applied]
    try:
        executor.migrate([*targets, *beyond])
    except IrreversibleError:
        raise Problem("Эта база данных новее копии и назад не возвращается. Укажите новую пустую базу.") from None
    state: Apps = executor.loader.project_state(targets).apps
    return {label(model): model for model in kept_models(state)}


def _load(
    stream: Iterator[tuple[str, io.RawIOBase]], then: dict[str, type[models.Model]], restored: Restored, out: TextIO
) -> None:
    ready: dict[str, tuple[list[Any], str]] = {}
    for name, content in stream:
        kind, _, rest = name.partition("/")
        if kind == "files":
            _put(rest, content, restored)
            restored.files += 1
        elif kind == "columns":
            table = rest.removesuffix(".json")
            ready[table] = _insert(then, table, json.loads(content.read()))
        elif kind == "tables":
            table = rest.partition("/")[0]
            fields, statement = ready[table]
            rows = [values(fields, row, connection) for row in json.loads(content.read())]
            try:
                with connection.cursor() as cursor:
                    cursor.executemany(statement, rows)
            except IntegrityError as error:
                raise Problem(f"Таблица «{table}» не восстановлена: {error}") from error
            restored.rows += len(rows)
            if restored.rows % 200_000 < len(rows):
                out.write(f"Восстановлено строк: {restored.rows}\n")
                out.flush()


def _insert(then: dict[str, type[models.Model]], table: str, names: list[str]) -> tuple[list[Any], str]:
    """The fields in the order of the backup, and the statement that stores a row."""
    model = then.get(table)
    if model is None:
        raise Problem(f"В копии есть таблица «{table}», о которой эта Опора не знает. Обновите её.")
    if not model._base_manager.exists():
        fields = {one.column: one for one in columns(model)}
    else:
        raise Problem(f"Таблица «{table}» не пуста. Укажите новую пустую базу данных.")
    quote = connection.ops.quote_name
    listed = ", ".join(quote(name) for name in names)
    marks = ", ".join(["%s"] * len(names))
    overriding = "OVERRIDING SYSTEM VALUE " if connection.vendor == "postgresql" else ""
    return [fields[name] for name in names], (
        f"INSERT INTO {quote(model._meta.db_table)} ({listed}) {overriding}VALUES ({marks})"
    )


def _put(name: str, content: io.RawIOBase, restored: Restored) -> None:
    """Store a file under its very name."""
    if default_storage.exists(name):
        with default_storage.open(name, "rb") as there:
            same = True
            while same and (block := content.read(_BLOCK) or b""):
                same = there.read(len(block)) == block
            same = same and not there.read(1)
        if not same:
            raise Problem(f"Файл «{name}» уже есть и другой. Укажите пустую папку данных.")
        return
    if default_storage.save(name, File(cast("IO[bytes]", content), name=name)) != name:
        raise Problem(f"Файл «{name}» не записан под своим именем. Укажите пустую папку данных.")


def _count_on(then: Any) -> None:
    """New rows get keys behind the restored ones."""
    statements = connection.ops.sequence_reset_sql(no_style(), list(then))
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _after(manifest: dict[str, Any]) -> list[str]:
    """Does the journal end as it did, under the same key?"""
    if manifest["journal_key"] != key_print(settings.OPORA_JOURNAL_KEY):
        return ["Ключ журнала другой: цепь журнала не проверить. Верните прежний ключ (OPORA_JOURNAL_KEY)."]
    count, _, mac = manifest["head"].partition(":")
    return [str(finding) for finding in verify((int(count), mac))]
