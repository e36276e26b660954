"""Reports by the dozen in the demo of OPORA_DATA: `python -m tests.browser.reporting COUNT`."""

from __future__ import annotations

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opora.site.settings")
django.setup()

from opora.access.models import User  # noqa: E402  (the settings come first)
from opora.core.actor import System  # noqa: E402
from opora.roadmaps.actions import working  # noqa: E402
from opora.roadmaps.models import Assignment  # noqa: E402
from opora.roadmaps.models.assignments import OPEN  # noqa: E402


def main(count: int) -> int:
    """Hand in so many reports that the demo's coordinator decides on; how many there are."""
    by = User.objects.get(username="coordinator")
    rows = Assignment.objects.controlled_by(by).filter(state__in=OPEN, lead=None, step=0)
    related = rows.select_related("activity", "executor", "controller", "roadmap__organisation")
    found = list(related.order_by("pk")[:count])
    for one in found:
        working.submit(one, by=System(), text="Сделано", figures=[])
    return len(found)


if __name__ == "__main__":
    sys.stdout.write(str(main(int(sys.argv[1]))))
