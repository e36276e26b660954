"""129 programmes of schools as docx, each with its sheet of approval: how long, and how long as pdf.

python benchmarks/programmes.py [--programmes N]
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
import tempfile
import time

LIMIT = 30.0  # seconds for all as docx
FACTORS = 3  # of a programme: three goals, eleven measures, six indicators or so


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programmes", type=int, default=129)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["OPORA_DATA"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "opora.site.settings"
        return measure(arguments.programmes)


def measure(count: int) -> int:
    import django

    django.setup()
    from opora.core.actor import System
    from opora.documents.printing import render
    from opora.registry.models import Organisation
    from opora.support.models import Case, Programme
    from opora.support.papers.programmes import programme as paper
    from opora.support.programmes import draft, to_json
    from opora.support.scoring import shipped

    codes = list(shipped().titles)
    made = []
    for number in range(count):
        chosen = {codes[(number + at) % len(codes)]: 70.0 for at in range(FACTORS)}
        name = f"МБОУ «СОШ № {number}»"
        case = Case(school=Organisation(name=name, short_name=name), school_year=2026)
        made.append(
            Programme(
                case=case, content=to_json(draft(chosen, {}, 2026, dt.date(2026, 9, 1))), version=1, sent_by="Директор"
            )
        )
    taken = {}
    for kind in ("docx", "pdf"):
        began, size = time.perf_counter(), 0
        for one in made:
            size += len(render(paper(one, System()), kind))
        taken[kind] = time.perf_counter() - began
        each = 1000 * taken[kind] / count
        print(f"{kind}: {count} programmes in {taken[kind]:.1f} s, {each:.0f} ms and {size / count / 1024:.0f} KB each")
    print(f"limit for docx: {LIMIT:.0f} s; {taken['docx'] / LIMIT:.0%} of it")
    return 0 if taken["docx"] < LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
