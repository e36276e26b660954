"""`opora doctor`: settings, disk, database, files, and what every floor says of itself (`core.health.checks`)."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import DatabaseError, connection, models
from django.db.migrations.executor import MigrationExecutor

from opora.core.health import Finding, checks, error, fine, warning
from opora.site.operations.backup import stored_files

LEAST = 1 << 30  # bytes free on the disk
LITTLE = 5 << 30
LOCAL = {"localhost", "127.0.0.1", "[::1]"}
SHOWN = 5


def examine() -> Iterator[Finding]:
    """Everything looked at; what cannot be looked at for want of the database is left out, with the reason."""
    yield from _settings()
    yield from _disk()
    reachable = True
    for one in _database():
        reachable = reachable and not one.mend.startswith("Проверьте DATABASE_URL")
        yield one
    if not reachable or _pending():
        return
    yield from _files()
    for check in checks:
        yield from check()


def _settings() -> Iterator[Finding]:
    outside = set(settings.ALLOWED_HOSTS) - LOCAL
    if settings.DEBUG:
        yield error("Настройки", "включена отладка: ошибки показывают устройство системы", "Уберите OPORA_DEBUG.")
    if outside and not settings.SESSION_COOKIE_SECURE:
        yield error("Настройки", "вход без HTTPS", "Поставьте прокси с TLS и OPORA_HTTPS=true.")
    if outside and settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"):
        yield warning("Почта", "письма складываются в папку, а не отправляются", "Укажите EMAIL_URL.")
    if "*" in settings.ALLOWED_HOSTS:
        yield warning("Настройки", "принимается любое имя сайта", "Перечислите имена в OPORA_HOSTS.")
    for name in ("secret.key", "journal.key"):
        path = settings.DATA / "keys" / name
        if path.exists() and path.stat().st_mode & 0o077:
            yield error("Ключи", f"{path} читают не только владелец", f"Выполните: chmod 600 {path}")
    if len(settings.SECRET_KEY) < 40 or len(settings.OPORA_JOURNAL_KEY) < 32:
        yield error("Ключи", "слишком короткие", "Возьмите не менее 50 случайных знаков.")
    if not (settings.DEBUG or (outside and not settings.SESSION_COOKIE_SECURE)):
        yield fine("Настройки", f"адреса: {', '.join(settings.ALLOWED_HOSTS)}")


def _disk() -> Iterator[Finding]:
    disks: set[int] = set()
    for place in (settings.DATA, *_folder()):
        if not place.exists() or not os.access(place, os.W_OK):
            yield error("Диск", f"в папку {place} нельзя писать", "Создайте её и отдайте пользователю службы.")
            continue
        device = place.stat().st_dev
        if device in disks:
            continue
        disks.add(device)
        free = shutil.disk_usage(place).free
        said = f"свободно {free / (1 << 30):.1f} ГБ ({place})"
        if free < LEAST:
            yield error("Диск", said, "Освободите место: без него отчёты не сохранятся.")
        elif free < LITTLE:
            yield warning("Диск", said, "Скоро понадобится место.")
        else:
            yield fine("Диск", said)


def _database() -> Iterator[Finding]:
    try:
        yield from _sqlite() if connection.vendor == "sqlite" else _postgresql()
    except DatabaseError as problem:
        yield error("База данных", f"недоступна: {problem}", "Проверьте DATABASE_URL и запущен ли сервер.")
        return
    pending = _pending()
    if pending:
        yield error("База данных", f"не применены изменения: {', '.join(pending[:SHOWN])}", "Запустите: opora serve")
    else:
        yield fine("База данных", "изменения применены")


def _sqlite() -> Iterator[Finding]:
    with connection.cursor() as asked:
        wrong = [row[0] for row in asked.execute("PRAGMA quick_check(5)").fetchall() if row[0] != "ok"]
        mode = asked.execute("PRAGMA journal_mode").fetchone()[0]
    if wrong:
        yield error("База данных", f"повреждена: {wrong[0]}", "Восстановите из резервной копии: opora restore")
    if mode not in ("wal", "memory"):
        yield warning("База данных", f"режим журнала «{mode}»", "Папка данных, видимо, сетевая: перенесите на диск.")
    if not wrong:
        yield fine("База данных", "SQLite, цела")


def _postgresql() -> Iterator[Finding]:
    with connection.cursor() as asked:
        asked.execute("SHOW server_version")
        version = asked.fetchone()[0]
        asked.execute("SHOW server_encoding")
        encoding = asked.fetchone()[0]
        asked.execute("SELECT current_setting('max_connections')::int, count(*) FROM pg_stat_activity")
        most, used = asked.fetchone()
    if encoding != "UTF8":
        yield error("База данных", f"кодировка {encoding}", "Создайте базу с кодировкой UTF8.")
    if used > 0.8 * most:
        yield warning(
            "База данных", f"соединений {used} из {most}", "Увеличьте max_connections или уменьшите OPORA_POOL."
        )
    yield fine("База данных", f"PostgreSQL {version}, соединений {used} из {most}")


def _pending() -> list[str]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def _folder() -> list[Path]:
    """Where files are kept, unless that is a store reached over the network."""
    location = getattr(default_storage, "location", "")
    return [Path(location)] if isinstance(default_storage, FileSystemStorage) else []


def _files() -> Iterator[Finding]:
    """Does every row have its file, of the size it should have, and every file its row?"""
    named: set[str] = set()
    absent: list[str] = []
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, models.FileField):
                names = model._base_manager.exclude(**{field.name: ""}).values_list(field.name, flat=True)
                for name in names.iterator():
                    named.add(name)
                    if not default_storage.exists(name):
                        absent.append(name)
    if absent:
        said = f"нет на месте: {len(absent)} ({', '.join(absent[:SHOWN])})"
        yield error("Файлы", said, "Верните их из резервной копии в папку files.")
    orphans = [name for name in stored_files() if name not in named]
    if orphans:
        said = f"без записи в базе: {len(orphans)} ({', '.join(orphans[:SHOWN])})"
        yield warning("Файлы", said, "Остались от прерванных загрузок; их можно убрать после проверки.")
    if not absent:
        yield fine("Файлы", f"на месте: {len(named)}")
