"""What the measurements of size share: databases built once and kept, figures of many requests."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REGION = (320, 3000)  # schools and assignments of the demo


@dataclass(frozen=True)
class Base:
    """One database: its folder, and its address where it is not the SQLite file in there."""

    name: str
    folder: Path
    url: str
    schools: int
    assignments: int

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        address = {"DATABASE_URL": self.url} if self.url else {}
        return {**kept, **address, "OPORA_DATA": str(self.folder), "DJANGO_SETTINGS_MODULE": "opora.site.settings"}

    def build(self) -> None:
        """Build it where it is not there yet; bring what is there up to date."""
        self.folder.mkdir(parents=True, exist_ok=True)
        size = ["--schools", str(self.schools), "--assignments", str(self.assignments)]
        print(f"«{self.name}»: {self.schools} schools, {self.assignments} assignments…", file=sys.stderr)
        command = [sys.executable, "-m", "opora.cli", "demo", "--no-serve", *size]
        subprocess.run(command, env=self.environment, check=True, stdout=sys.stderr)

    def ask(self, script: str, *arguments: str) -> Any:
        """What `script` prints as JSON when it is run against this database."""
        command = [sys.executable, script, "--inside", *arguments]
        done = subprocess.run(command, env=self.environment, check=True, stdout=subprocess.PIPE)
        return json.loads(done.stdout.splitlines()[-1])

    def asking(self, script: str) -> Asked:
        """`script` run against this database for as long as it is asked."""
        command = [sys.executable, script, "--inside"]
        pipe = subprocess.PIPE
        return Asked(subprocess.Popen(command, env=self.environment, stdin=pipe, stdout=pipe, text=True))

    @property
    def kind(self) -> str:
        return "PostgreSQL" if self.url else "SQLite"


@dataclass(frozen=True)
class Asked:
    """A process that answers each line of JSON with one."""

    process: subprocess.Popen[str]

    def __call__(self, question: Any) -> Any:
        asked, answers = self.process.stdin, self.process.stdout
        assert asked is not None
        assert answers is not None
        asked.write(json.dumps(question) + "\n")
        asked.flush()
        return json.loads(answers.readline())

    def stop(self) -> None:
        if self.process.stdin:
            self.process.stdin.close()
        self.process.wait()


def answer(how: Callable[[Any], Any]) -> None:
    """Be the other side of `Asked` until nothing is asked any more."""
    for line in sys.stdin:
        print(json.dumps(how(json.loads(line))), flush=True)


def options(parser: argparse.ArgumentParser, *, schools: int, assignments: int) -> None:
    parser.add_argument("--schools", type=int, default=schools, help="of the country (issue: 40000)")
    parser.add_argument("--assignments", type=int, default=assignments, help="of the country (issue: 2000000)")
    parser.add_argument("--data", type=Path, help="folder in which what was built is kept between runs")
    parser.add_argument(
        "--server", default="", help="postgres://user:password@host:port with the databases «region» and «country»"
    )


def base(name: str, arguments: argparse.Namespace, folder: Path) -> Base:
    url = f"{arguments.server.rstrip('/')}/{name}" if arguments.server else ""
    schools, assignments = REGION if name == "region" else (arguments.schools, arguments.assignments)
    return Base(name, folder / name, url, schools, assignments)


def p95(times: list[float]) -> float:
    return sorted(times)[max(0, -(-len(times) * 95 // 100) - 1)]
