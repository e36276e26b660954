"""How fast files of results are read, and in what memory, beside pandas and the plain csv module reading the same file.

    python benchmarks/identification_reading.py [--rows 1000000] [--rounds 3] [--only csv|xlsx]

One file of one region's year in our own columns, as csv and as xlsx.
Every reading is a process of its own; start, matching of schools by a changed prefix, checks of every cell and the
result as RESULTS are included.
pandas only parses: `read_excel` with its usual engine (openpyxl) and with calamine, `read_csv` with text columns.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HEADER = (
    "year",
    "procedure",
    "subject",
    "grade",
    "school_id",
    "pupil_id",
    "mark",
    "score",
    "max_score",
    "journal_mark",
)
READ = """
from opora.identification.reading import read
reading = read(path, schools=schools)
assert reading.taken == rows - 1, reading.taken
assert [one.row for one in reading.rejected] == [rows // 2], reading.rejected[:3]
"""
JOBS = {
    "csv": {
        "opora": READ,
        "pandas.read_csv": "import pandas\nassert len(pandas.read_csv(path, dtype=str)) == rows",
        "csv.reader": "import csv\nassert sum(1 for _ in csv.reader(open(path, encoding='utf-8'))) == rows + 1",
    },
    "xlsx": {
        "opora": READ,
        "pandas.read_excel": "import pandas\nassert len(pandas.read_excel(path, dtype=str)) == rows",
        "pandas.read_excel, calamine": (
            "import pandas\nassert len(pandas.read_excel(path, dtype=str, engine='calamine')) == rows"
        ),
    },
}


def works(rows: int):
    """One row has a mark that cannot be: it is set aside, and nothing else."""
    chance = random.Random(1)
    for number in range(rows):
        score = chance.randint(0, 20)
        mark = 6 if number + 2 == rows // 2 else 2 + min(score // 6, 3)
        school = f"sch{chance.randrange(1500):06}"
        yield 2022, "vpr", "mat", 5, school, f"p{number:07}", mark, score, 20, chance.randint(2, 5)


def write(folder: Path, rows: int) -> None:
    import xlsxwriter

    with (folder / "results.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([HEADER, *works(rows)])
    with xlsxwriter.Workbook(folder / "results.xlsx", {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        for number, row in enumerate(works(rows), 1):
            sheet.write_row(number, 0, row)
    with (folder / "schools.csv").open("w", encoding="utf-8") as stream:
        stream.write("school_id;name\n" + "".join(f"edu{number:06};СОШ № {number}\n" for number in range(1500)))


def measure(code: str, path: Path, schools: Path, rows: int) -> tuple[float, float, int]:
    """Seconds by the clock, seconds of the processor and peak megabytes of a process that runs the code."""
    start = time.perf_counter()
    prelude = f"path, schools, rows = {str(path)!r}, {str(schools)!r}, {rows}\n"
    tail = (
        "\nimport json, resource\nuse = resource.getrusage(resource.RUSAGE_SELF)"
        "\nprint(json.dumps([use.ru_utime + use.ru_stime, use.ru_maxrss // 1024]))"
    )
    done = subprocess.run([sys.executable, "-c", prelude + code + tail], capture_output=True, text=True, check=True)
    processor, peak = json.loads(done.stdout.splitlines()[-1])
    return time.perf_counter() - start, processor, peak


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=list(JOBS))
    parser.add_argument("--folder", type=Path, help="where the files are, or are written and stay")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = options.folder or Path(name)
        if not (folder / "schools.csv").exists():
            folder.mkdir(exist_ok=True)
            write(folder, options.rows)
        for kind, jobs in JOBS.items():
            if options.only not in (None, kind):
                continue
            path = folder / f"results.{kind}"
            print(f"{kind}: {options.rows:,} rows, {path.stat().st_size / 1e6:.0f} MB")
            seconds: dict[str, list[tuple[float, float]]] = {job: [] for job in jobs}
            peaks: dict[str, int] = {}
            for _ in range(options.rounds):
                for job, code in jobs.items():
                    took, processor, peak = measure(code, path, folder / "schools.csv", options.rows)
                    seconds[job].append((took, processor))
                    peaks[job] = max(peak, peaks.get(job, 0))
            ours = statistics.median(processor for _, processor in seconds["opora"])
            for job in jobs:
                clock = statistics.median(took for took, _ in seconds[job])
                processor = statistics.median(processor for _, processor in seconds[job])
                said = f"{clock:7.2f} s by the clock, {processor:7.2f} s of the processor, {peaks[job]:5} MB"
                print(f"  {job:28} {said}, processor {processor / ours:5.2f} of ours")


if __name__ == "__main__":
    main()
