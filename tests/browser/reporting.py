"""Reports by the dozen in the demo of OPORA_DATA: `python -m tests.browser.reporting COUNT`."""

from __future__ import annotations

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opora.site.settings")
django.setup()

from opora.access.models import User  # noqa: E402  (the settings come first)
from opora.core.actor import System  # noqa: E402
from opora.core.clock import today  # noqa: E402
from opora.roadmaps.actions import working  # noqa: E402
from opora.roadmaps.models import Assignment, AssignmentState  # noqa: E402
from opora.roadmaps.models.assignments import OPEN  # noqa: E402


def main(count: int) -> int:
    """Hand in reports that the demo's coordinator decides on, until so many wait for him; how many do.

    What is overdue stays so: other tests look at it.
    """
    by = User.objects.get(username="coordinator")
    mine = Assignment.objects.controlled_by(by).filter(lead=None)
    count -= (waiting := mine.filter(state=AssignmentState.REPORTED).count())
    rows = mine.filter(state__in=OPEN, step=0).exclude(due__lt=today())
    related = rows.select_related("activity", "executor", "controller", "roadmap__organisation")
    found = list(related.order_by("pk")[: max(count, 0)])
    for one in found:
        working.submit(one, by=System(), text="Сделано", figures=[])
    return waiting + len(found)


if __name__ == "__main__":
    sys.stdout.write(str(main(int(sys.argv[1]))))
