"""`python -m opora.site.work QUEUE`: one worker, as the supervisor starts it."""

from __future__ import annotations

import sys
import threading
from typing import Final

from opora.site.serving import ready

#: The queue whose worker runs rules: it imports what that takes before anybody waits for it.
RUNS: Final = "default"


def main(queue: str) -> int:
    problem = ready()
    if problem:
        sys.stderr.write(problem + "\n")
        return 2
    from opora.core.tasks.worker import run_worker
    from opora.identification.compiling import warm
    from opora.site.loading import load

    load()
    if queue in (RUNS, "*"):
        threading.Thread(target=warm, name="warm", daemon=True).start()
    run_worker(queue)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
