"""`opora parse`: five documents in one process, its start included, as texts of real PDF pages and as docx."""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SETS = {
    "txt of real documents": sorted((ROOT.parent / "shared" / "decrees").glob("*.txt")),
    "docx of the demo": sorted((ROOT / "src" / "opora" / "site" / "demo" / "documents").glob("*.docx")),
}
LIMIT = 1.0  # seconds for five documents
OPORA = Path(sys.executable).with_name("opora")
READ = (0, 1)  # the statuses of documents that were read, without and with findings


def seconds(files: list[Path], bytecode: str) -> tuple[float, float]:
    """On the clock and of the processor, from start to end of a process whose compiled modules lie in `bytecode`."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start, used = time.perf_counter(), processor()
    done = subprocess.run(
        [OPORA, "parse", "--json", *files],
        check=False,
        capture_output=True,
        env=environment | {"PYTHONPYCACHEPREFIX": bytecode},
    )
    taken = time.perf_counter() - start, processor() - used
    if done.returncode not in READ or len(done.stdout.splitlines()) != len(files):
        sys.exit(done.stderr.decode())
    return taken


def processor() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main() -> int:
    """Print the seconds; 1 where the limit does not hold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip())
    parser.add_argument("--runs", type=int, default=11, help="how often every set is read (11)")
    runs = parser.parse_args().runs
    held = True
    for name, files in SETS.items():
        if not files:
            print(f"{name}: not at hand, skipped.")
            continue
        with tempfile.TemporaryDirectory() as bytecode:
            seconds(files, bytecode)  # compiles the modules, as the first start after an installation does
            taken, used = zip(*(seconds(files, bytecode) for _ in range(runs)), strict=True)
        median = statistics.median(taken)
        holds = median <= LIMIT
        held = held and holds
        print(
            f"{name}, {len(files)} files, {runs} runs: median {median:.2f} s ({min(taken):.2f}-{max(taken):.2f}), "
            f"processor {statistics.median(used):.2f} s, limit {LIMIT:.0f} s: {'holds' if holds else 'DOES NOT HOLD'}"
        )
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
