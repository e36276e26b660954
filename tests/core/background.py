"""Functions that the tests run in the background."""

from __future__ import annotations

import time
from pathlib import Path

from opora.core.actor import Denied
from opora.core.errors import Problem
from opora.core.tasks import Progress, task
from opora.core.workflow import Refused

calls: list[object] = []


@task()
def count(job: Progress, upto: int) -> None:
    for number in range(1, upto + 1):
        job.step(number, upto, f"Посчитано {number}")
    calls.append(upto)


@task(queue="bulk")
def complain(job: Progress, how: str) -> None:
    calls.append(how)
    raise {"denied": Denied, "refused": Refused, "problem": Problem, "bug": ValueError}[how](f"Причина: {how}.")


@task()
def stop(job: Progress) -> None:
    raise SystemExit(1)


@task()
def write_parts(job: Progress, folder: str) -> None:
    """Write four parts, each once; the worker waits behind the second until the test lets it go on."""
    for part in range(4):
        job.step(part, 4, "Пишутся части")
        with Path(folder, "parts").open("a+") as parts:
            parts.seek(0)
            if str(part) in parts.read().split():
                continue
            parts.write(f"{part}\n")
        while part == 1 and not Path(folder, "go").exists():
            time.sleep(0.05)


def not_registered(job: Progress) -> None:
    calls.append("never")
