"""A small demo region, built once a run by the command itself and copied wherever one is needed."""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path

from tests import migrated
from tests.site.operations.command import KEY, run

ASKED = ("demo", "--no-serve", "--schools", "48", "--seed", "7")
SAID = "said.txt"  # beside the region: what the command printed


def built(folder: Path) -> str:
    """Build the region into that folder, its journal sealed with `KEY`; what the command said."""
    done = run(migrated.put_into(folder), *ASKED, key=KEY)
    assert done.returncode == 0, done.stderr
    return done.stdout


def put_into(folder: Path) -> str:
    """A copy of the region that this run has built; what the command said when it did."""
    kept = Path(os.environ[migrated.FOLDER]) / "demo"
    kept.mkdir(exist_ok=True)
    with (kept / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (kept / SAID).exists():
            (kept / SAID).write_text(built(kept / "region"), encoding="utf-8")
    shutil.copytree(kept / "region", folder, dirs_exist_ok=True)
    return (kept / SAID).read_text(encoding="utf-8")
