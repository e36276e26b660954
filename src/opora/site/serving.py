"""Running the application: the database made ready, the web server and the workers beside it, the demo."""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import threading
from types import FrameType
from typing import TextIO

import django
from django.core.exceptions import ImproperlyConfigured

QUEUES = ("default", "bulk")
KEPT = 150  # seconds of an idle connection: a proxy keeps its own two minutes, and must not write into a closed one
_MIGRATING = 7_261_001  # the number of an advisory lock: of several starting servers one migrates, the others wait


def configured() -> str:
    """Set Django up, whatever the database is like; a sentence where the settings will not do, else nothing."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opora.site.settings")
    try:
        django.setup()
    except (ImproperlyConfigured, OSError, ValueError) as error:
        return f"Настройки не годятся: {error}"
    return ""


def ready(*, migrate: bool = False) -> str:
    """Set Django up; a sentence where the database is not usable, else nothing."""
    problem = configured()
    if problem:
        return problem
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        if migrate:
            _migrate()
        elif (known := MigrationExecutor(connection)).migration_plan(known.loader.graph.leaf_nodes()):
            return "База данных не подготовлена. Запустите «opora serve» или «opora demo»."
    except DatabaseError as error:
        return f"База данных недоступна: {error}"
    return ""


def _migrate() -> None:
    from django.core.management import call_command
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_advisory_lock(%s)", [_MIGRATING])
        try:
            call_command("migrate", verbosity=0, interactive=False)
        finally:
            if connection.vendor == "postgresql":
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_MIGRATING])


def default_login() -> str:
    """Whom a command acts as where nobody is named: in the demo the regional coordinator."""
    from django.conf import settings

    demo = settings.DATA / "demo.json"
    if not demo.exists():
        raise ValueError("Укажите, от чьего имени: --by ЛОГИН или переменная OPORA_USER.")
    shown = json.loads(demo.read_text(encoding="utf-8"))
    return str(shown["accounts"][0]["login"])


def serve(host: str, port: int, workers: int, out: TextIO, err: TextIO, part: str = "all") -> int:
    """The production server with its workers (or one `part` of them, where several machines share), until a signal."""
    problem = ready(migrate=True)
    if problem:
        err.write(problem + "\n")
        return 2
    from django.core.management import call_command

    if part != "work":
        call_command("collectstatic", verbosity=0, interactive=False)
        out.write(f"Опора: http://{host}:{port}\n")
        out.flush()
    return _Supervisor(host, port, workers, part).run()


def demo(schools: int, assignments: int, seed: int, port: int | None, out: TextIO, err: TextIO) -> int:
    """Build the demo region where it is not built yet, and serve it."""
    os.environ.setdefault("OPORA_DEMO", "1")
    problem = ready(migrate=True)
    if problem:
        err.write(problem + "\n")
        return 2
    from opora.site.demo import build

    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)  # a quarter of the building went into looking for what is hardly there
    if not build(schools=schools, assignments=assignments, seed=seed, out=out, err=err):
        return 2
    return serve("127.0.0.1", port, 2, out, err) if port is not None else 0


class _Supervisor:
    """Starts one web server and one worker a queue, starts again what dies, ends all together."""

    def __init__(self, host: str, port: int, workers: int, part: str) -> None:
        web = {
            "web": [
                "gunicorn",
                "opora.site.wsgi:application",
                *("--bind", f"{host}:{port}", "--workers", str(workers), "--threads", "4", "--worker-class", "gthread"),
                *("--log-level", "warning", "--timeout", "120", "--keep-alive", str(KEPT)),
            ],
        }
        work = {queue: ["opora.site.work", queue] for queue in QUEUES}
        self.commands = {**(web if part != "work" else {}), **(work if part != "web" else {})}
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.over = threading.Event()
        self.deaths = 0

    def run(self) -> int:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        try:
            while not self.over.is_set():
                for name, command in self.commands.items():
                    self._keep(name, command)
                self.over.wait(1)
        finally:
            for process in self.running.values():
                process.terminate()
            for process in self.running.values():
                try:
                    process.wait(30)
                except subprocess.TimeoutExpired:
                    process.kill()
        return 2 if self.deaths else 0

    def _keep(self, name: str, command: list[str]) -> None:
        process = self.running.get(name)
        if process is not None and process.poll() is None:
            return
        if process is not None and name == "web":  # an address in use is no reason to try for ever
            self.deaths += 1
            self.over.set()
            return
        self.running[name] = subprocess.Popen([sys.executable, "-m", *command])  # noqa: S603

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.over.set()
