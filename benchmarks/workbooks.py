"""A municipality brings 100 filled-in school passports at once: how long until it sees what is in them.

    python benchmarks/workbooks.py [--files N] [--data FOLDER]

SQLite, in the process. Handed over while the person waits, read and taken with progress: the reading has the limit, in
seconds of the processor, which a busy machine does not stretch.
`FOLDER` holds a migrated database to be filled, else one is made.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from typing import Any

LIMIT = 5.0  # seconds of the processor for the reading
TURNS = 3


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=100)
    parser.add_argument("--data")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["OPORA_DATA"] = arguments.data or folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "opora.site.settings"
        return measure(arguments.files)


def measure(count: int) -> int:
    import django

    django.setup()
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.core.management import call_command

    from opora.collection.actions import bringing, workbooks
    from opora.core.tasks.running import Progress, take

    call_command("migrate", verbosity=0)
    user, asked = sent(count)
    began = time.perf_counter()
    contents = [answered(workbooks.issue(one, by=user)) for one in asked]
    issued = time.perf_counter() - began
    size = sum(map(len, contents)) / count / 1024
    print(f"{count} passports given out and filled in: {issued:.1f} s, {size:.0f} KB each")
    handed, clock, processor = [], [], []
    for _ in range(TURNS):
        files = [SimpleUploadedFile(f"{number}.xlsx", one) for number, one in enumerate(contents)]
        began = time.perf_counter()
        upload = bringing.take_in(files, by=user)
        handed.append(time.perf_counter() - began)
        began, used = time.perf_counter(), time.process_time()
        job = take(upload.job_id)
        if job:
            bringing.read_in_background(Progress(job), **job.arguments)
        clock.append(time.perf_counter() - began)
        processor.append(time.process_time() - used)
    work = statistics.median(processor)
    print(f"handed over: {statistics.median(handed):.2f} s by the clock")
    read = statistics.median(clock)
    print(f"read and compared, with progress: {read:.2f} s by the clock, {work:.2f} s of the processor")
    began, used = time.perf_counter(), time.process_time()
    done, waiting = workbooks._all(workbooks.pending(upload, user), user)
    took, spent = time.perf_counter() - began, time.process_time() - used
    print(f"taken, with progress: {done} in {took:.2f} s by the clock, {spent:.2f} s of the processor; {waiting} wait")
    print(f"limit for reading: {LIMIT:.0f} s; {work / LIMIT:.0%} of it")
    return 0 if work < LIMIT and done == count else 1


def sent(count: int) -> tuple[Any, list[Any]]:
    """The passport, sent to as many schools of a region: its coordinator, and what each has to fill in."""
    import datetime as dt

    from opora.access.models import User
    from opora.collection.actions import building, campaigns
    from opora.collection.models import Submission
    from opora.core.clock import today
    from opora.site.demo.region import build_people, build_region

    rng = random.Random(1)
    region = build_region(count, rng)
    user = User.objects.get(username=build_people(region, "no one signs in", rng)[0].login)
    place = region.authority
    form = building.create(by=user, territory=place, title="Паспорт школы", kind="passport", ready="passport")
    version = building.publish(form, by=user, revision=0)
    due = today() + dt.timedelta(days=10)
    plan = campaigns.Plan(title="Паспорт школы", due=due, place=place, picked=tuple(region.schools))
    campaigns.send_all(campaigns.prepare(version, plan, by=user), by=user)
    about = ("campaign__version__form", "campaign__territory", "organisation__parent")
    return user, list(Submission.objects.select_related(*about).order_by("pk"))


def answered(content: bytes) -> bytes:
    """The workbook with a number in each cell that asks for one: more changes than a school makes in an evening."""
    import io

    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in book.worksheets:
        for row in sheet.iter_rows(min_row=4, max_row=60, min_col=3, max_col=3):
            if not row[0].protection.locked and row[0].value is None:
                row[0].value = 7 if row[0].number_format == "General" else None
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


if __name__ == "__main__":
    sys.exit(main())
