"""`python -m opora.site.work QUEUE`: one worker, as the supervisor starts it."""

from __future__ import annotations

import sys

from opora.site.serving import ready


def main(queue: str) -> int:
    problem = ready()
    if problem:
        sys.stderr.write(problem + "\n")
        return 2
    from opora.core.tasks.worker import run_worker

    run_worker(queue)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
