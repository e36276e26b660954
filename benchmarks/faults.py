"""Many rounds of processes killed at random moments, without room on the disk, cut off from the database; then the
real server, killed at random moments with its workers while people work on it.

Prints how many died in the middle of their work, and everything that was lost, doubled or torn: nothing may be.

    python benchmarks/faults.py [--rounds 20] [--served 10] [--seed 1] [--database postgres://…]
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
    parser.add_argument("--served", type=int, default=10, help="rounds of the real server, five kills each")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", default="", help="an empty database; without one, SQLite in a temporary folder")
    arguments = parser.parse_args()
    worst = 0
    with tempfile.TemporaryDirectory() as folder:
        for module, rounds in (("arena", arguments.rounds), ("served", arguments.served)):
            if rounds:
                command = [sys.executable, "-m", f"tests.site.faults.{module}", folder, "--rounds", str(rounds)]
                command += ["--seed", str(arguments.seed), "--database", arguments.database]
                worst = max(worst, subprocess.run(command, cwd=Path(__file__).parent.parent).returncode)
    return worst


if __name__ == "__main__":
    sys.exit(main())
