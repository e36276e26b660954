"""The command as an operator runs it, with nothing of the suite's own settings."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def run(
    data: Path, *arguments: str, database: str = "", key: str = "", results: str = ""
) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("OPORA_", "DATABASE_", "DJANGO_"))}
    environment = {**kept, "OPORA_DATA": str(data), "PYTHONPATH": str(ROOT / "src")}
    environment |= {"DATABASE_URL": database} if database else {}
    environment |= {"OPORA_JOURNAL_KEY": key} if key else {}
    environment |= {"OPORA_RESULTS_KEY": results} if results else {}
    command = [sys.executable, "-m", "opora.cli", *arguments]
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)


KEY = "the-key-of-the-journal-lies-apart-from-backups-0123456789"
