"""How long the largest files of results take and in what memory: read by the library, and loaded in the application.

A protocol of a million pupils with a column for each task as xlsx of about 200 MB, and the same million in our own
columns as csv of 45 MB; in both one row has a mark that cannot be. Found must be that row with its place, and all the
others. The application uploads, reads and takes on an embedded database of its own; every step is a process.

    python benchmarks/results_large.py [--rows 1000000] [--tasks 55] [--only csv|xlsx] [--folder FOLDER]
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

HEADER = ("Год", "Процедура", "Предмет", "Класс", "Код ОО", "Код участника", "Отметка")
SCHOOLS = 1500
PATTERNS = 2000  # of points of the tasks
READ = """
from opora.identification.reading import read
reading = read(path, schools=schools, folder=folder)
assert reading.taken == rows - 1, (reading.taken, reading.questions)
assert [(one.row, one.value) for one in reading.rejected] == [(rows // 2, "6")], reading.rejected[:3]
"""
DJANGO = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "opora.site.settings"
import django
django.setup()
from django.core.files import File
from opora.access.models import Membership, User
from opora.assessments.actions import taking, uploading
from opora.assessments.models import Loading, SchoolResult
from opora.core.models import Job
from opora.core.tasks.running import run_job
from opora.registry.models import Organisation
def work():
    for job in Job.objects.filter(state="queued"):
        run_job.call(job.public_id)
"""
STEPS = {
    "set up": """
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("createcachetable")
from tests import factories
region = factories.region()
for number in range(len(region.schools), schools_count):
    factories.organisation(parent=region.municipalities[number % 2])
for number, one in enumerate(Organisation.objects.filter(kind="school").order_by("pk")):
    Organisation.objects.filter(pk=one.pk).update(code=f"edu{number:06}")
region.user("regional_coordinator")
""",
    "upload": """
by = User.objects.get()
with path.open("rb") as stream:
    region = Organisation.objects.get(kind="region_authority")
    uploading.upload(by=by, territory=region, files=[(File(stream), path.name)])
""",
    "read": """
work()
made = Loading.objects.counted().latest("pk")
assert made.state == "read", (made.state, made.failure, made.questions)
assert made.taken == rows - 1, made.taken
assert [(one.row, one.value) for one in made.set_aside.all()] == [(rows // 2, "6")]
""",
    "take": """
made = Loading.objects.latest("pk")
taking.take(made, by=User.objects.get())
work()
made.refresh_from_db()
assert made.state == "taken", made.failure
counted = SchoolResult.objects.filter(part__loading=made).values_list("participants", flat=True)
assert sum(counted) == rows - 1
""",
}


def pupils(rows: int) -> Iterator[tuple[object, ...]]:
    """The row in the middle has a mark that cannot be."""
    chance = random.Random(1)
    for number in range(rows):
        mark = 6 if number + 2 == rows // 2 else 2 + chance.randrange(4)
        yield 2022, "ВПР", "математика", 5, f"edu{chance.randrange(SCHOOLS):06}", f"п{number:07}", mark


def write_csv(path: Path, rows: int) -> None:
    with path.open("w", encoding="cp1251", newline="") as stream:
        csv.writer(stream, delimiter=";").writerows([HEADER, *pupils(rows)])


def write_xlsx(path: Path, rows: int, tasks: int) -> None:
    """By hand: the usual writers take minutes for so many cells."""
    import xlsxwriter
    from xlsxwriter.utility import xl_col_to_name

    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Протокол")
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    head = parts.pop(name).partition(b"<sheetData/>")
    names = [xl_col_to_name(column) for column in range(len(HEADER) + tasks)]
    chance = random.Random(2)

    def words(column: str, value: object, row: object) -> str:
        if isinstance(value, int):
            return f'<c r="{column}{row}"><v>{value}</v></c>'
        return f'<c r="{column}{row}" t="inlineStr"><is><t>{value}</t></is></c>'

    patterns = [
        "".join(words(column, chance.randrange(4), "#") for column in names[len(HEADER) :]) for _ in range(PATTERNS)
    ]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for one, content in parts.items():
            archive.writestr(one, content)
        with archive.open(name, "w", force_zip64=True) as stream:
            titles = [*HEADER, *(f"Задание {number} (3б)" for number in range(1, tasks + 1))]
            cells = "".join(words(column, title, 1) for column, title in zip(names, titles, strict=True))
            stream.write(head[0] + f'<sheetData><row r="1">{cells}</row>'.encode())
            for number, row in enumerate(pupils(rows), 2):
                own = "".join(words(column, value, number) for column, value in zip(names, row, strict=False))
                points = chance.choice(patterns).replace("#", str(number))
                stream.write(f'<row r="{number}">{own}{points}</row>'.encode())
            stream.write(b"</sheetData>" + head[2])


def measure(code: str, said: dict[str, object], data: Path) -> tuple[float, float, int]:
    """Seconds by the clock, seconds of the processor and peak megabytes of a process that runs the code."""
    start = time.perf_counter()
    prelude = "from pathlib import Path\n" + "".join(f"{name} = {value!r}\n" for name, value in said.items())
    tail = (
        "\nimport json, resource\nuse = resource.getrusage(resource.RUSAGE_SELF)"
        "\nprint(json.dumps([use.ru_utime + use.ru_stime, use.ru_maxrss // 1024]))"
    )
    env = {**os.environ, "OPORA_DATA": str(data), "DATABASE_URL": f"sqlite:///{data / 'opora.sqlite3'}"}
    done = subprocess.run(
        [sys.executable, "-c", prelude.replace("PosixPath", "Path") + code + tail],
        capture_output=True,
        text=True,
        env=env,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    processor, peak = json.loads(done.stdout.splitlines()[-1])
    return time.perf_counter() - start, processor, peak


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--tasks", type=int, default=55)
    parser.add_argument("--only", choices=["csv", "xlsx"])
    parser.add_argument("--folder", type=Path, help="where the files are, or are written and stay")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = options.folder or Path(name)
        folder.mkdir(exist_ok=True)
        table = folder / "schools.csv"
        table.write_text(
            "school_id;name\n" + "".join(f"edu{one:06};СОШ № {one}\n" for one in range(SCHOOLS)), encoding="utf-8"
        )
        for kind in ("csv", "xlsx"):
            if options.only not in (None, kind):
                continue
            path = folder / f"results.{kind}"
            if not path.exists():
                write_csv(path, options.rows) if kind == "csv" else write_xlsx(path, options.rows, options.tasks)
            print(f"{kind}: {options.rows:,} rows, {path.stat().st_size / 1e6:.0f} MB", flush=True)
            said = {"path": path, "schools": str(table), "rows": options.rows, "schools_count": SCHOOLS}
            with tempfile.TemporaryDirectory() as place:
                tell("library, read", measure(READ, {**said, "folder": Path(place)}, Path(place)))
                for step, code in STEPS.items():
                    tell(f"application, {step}", measure(DJANGO + code, said, Path(place)))


def tell(what: str, measured: tuple[float, float, int]) -> None:
    clock, processor, peak = measured
    print(f"  {what:22} {clock:7.2f} s by the clock, {processor:7.2f} s of the processor, {peak:5} MB", flush=True)


if __name__ == "__main__":
    main()
