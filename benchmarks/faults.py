"""Many rounds of processes killed at random moments, without room on the disk, cut off from the database.

Prints how many died in the middle of their work, and everything that was lost, doubled or torn: nothing may be.

    python benchmarks/faults.py [--rounds 20] [--seed 1] [--database postgres://…]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", default="", help="an empty database; without one, SQLite in a temporary folder")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tests.site.faults.arena", folder, "--rounds", str(arguments.rounds)]
        command += ["--seed", str(arguments.seed), "--database", arguments.database]
        return subprocess.run(command, cwd=Path(__file__).parent.parent).returncode


if __name__ == "__main__":
    sys.exit(main())
