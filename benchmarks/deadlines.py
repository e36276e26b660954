"""Reading deadlines: ours beside dateparser's `search_dates` and natasha's `DatesExtractor` on the same texts.

Every reader runs in a fresh process and goes over the texts once, so that no cache of its own helps it. Outside the
clock stay the imports, the loading of models, and one text of no set, which makes a reader load what it loads late.
The readers take turns, and a ratio compares two processes of one turn. dateparser is timed without settings.

How an answer is counted. Ours is right where its windows equal the annotated ones. A peer gives dates, so it gets the
most favourable reading: limits («до», «с»), recurrences and order are not asked of it. A text without windows is right
where the peer finds no date. Any other text is right where the dates name every end of every window, and each date
names an end or lies inside a window. A date names an end when it is that day, or lies in the month that the end begins
or closes, or is a bare year that the end begins or closes; beside a deadline without a first day, the month after it
counts too («до мая»). A year left out is taken as right. For this count, and not for the clock, dateparser is told the
day of issue, the order of day and month, and that dates lie ahead.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
OWN = ROOT / "tests" / "deadlines" / "expressions.tsv"
DECREES = ROOT.parent / "shared" / "decrees" / "deadlines.tsv"
LIMITS = {"dateparser": 0.1, "natasha": 0.5}
READERS = ("opora", *LIMITS)
OUTSIDE = "7 июля 2007 года"  # in no set

Day = str | None  # as in ISO
Window = list[Day]
Date = list[int | None]  # year, month, day; None where the peer left it out
Text = tuple[str, str, list[Window]]  # the text, the day of issue, the annotated windows


def texts() -> list[Text]:
    """The distinct texts of the sets at hand; the first of equal ones counts."""
    found: dict[str, Text] = {}
    for path in (OWN, DECREES):
        if not path.exists():
            continue
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                windows = json.loads(row["windows"]) if path == DECREES else own_windows(row["windows"])
                found.setdefault(row["text"], (row["text"], row["issued"], windows))
    return list(found.values())


def own_windows(text: str) -> list[Window]:
    """«..2023-10-01 2024-01-01..2024-01-31»"""
    windows: list[Window] = []
    for part in text.split():
        first, mark, last = part.partition("..")
        windows.append([first or None, (last if mark else first) or None])
    return windows


# -- one reader, in a process of its own ---------------------------------------------------------------------------


def measure(reader: str) -> dict[str, Any]:
    """Seconds for the loading and for each text, and which answers are right."""
    given = texts()
    start = time.perf_counter()
    read, right = {"opora": opora, "dateparser": dateparser, "natasha": natasha}[reader]()
    read(OUTSIDE, "2007-01-01")
    loaded = time.perf_counter()
    for text, issued, _ in given:
        read(text, issued)
    done = time.perf_counter()
    return {
        "load": loaded - start,
        "each": (done - loaded) / len(given),
        "right": sum(right(*one) for one in given) / len(given),
    }


Reader = tuple[Callable[[str, str], object], Callable[[str, str, list[Window]], bool]]


def opora() -> Reader:
    from opora.deadlines import read, to_json

    def right(text: str, issued: str, windows: list[Window]) -> bool:
        return bool(to_json(read(text, dt.date.fromisoformat(issued)))["windows"] == windows)

    return lambda text, issued: read(text, dt.date.fromisoformat(issued)), right


def dateparser() -> Reader:
    search_dates = import_module("dateparser.search").search_dates

    def right(text: str, issued: str, windows: list[Window]) -> bool:
        base = dt.datetime.fromisoformat(issued)
        settings = {"RELATIVE_BASE": base, "DATE_ORDER": "DMY", "PREFER_DATES_FROM": "future"}
        found = search_dates(text, languages=["ru"], settings=settings) or []
        return counted([[day.year, day.month, day.day] for _, day in found], windows)

    return lambda text, issued: search_dates(text, languages=["ru"]), right


def natasha() -> Reader:
    package = import_module("natasha")
    extract = package.DatesExtractor(package.MorphVocab())

    def right(text: str, issued: str, windows: list[Window]) -> bool:
        return counted([[m.fact.year, m.fact.month, m.fact.day] for m in extract(text)], windows)

    return lambda text, issued: list(extract(text)), right


def counted(found: list[Date], windows: list[Window]) -> bool:
    """Whether a peer's dates are right, read as favourably as the module's docstring says."""
    ends_named = all(
        any(names(date, first, last)[side] for date in found)
        for first, last in windows
        for side, end in enumerate((first, last))
        if end
    )
    return ends_named and all(
        any(any(names(date, *window)) or inside(date, *window) for window in windows) for date in found
    )


def names(date: Date, first: Day, last: Day) -> tuple[bool, bool]:
    """Whether `date` names the first and the last day of a window."""
    begins = ends = False
    if first:
        day = dt.date.fromisoformat(first)
        begins = same(date, day, whole_month=day.day == 1, whole_year=(day.month, day.day) == (1, 1))
    if last:
        day = dt.date.fromisoformat(last)
        after = day + dt.timedelta(days=1)
        of_month, of_year = after.day == 1, (after.month, after.day) == (1, 1)
        ends = same(date, day, whole_month=of_month, whole_year=of_year)
        if first is None:
            ends = ends or same(date, after, whole_month=of_month, whole_year=of_year)
    return begins, ends


def same(date: Date, day: dt.date, *, whole_month: bool, whole_year: bool) -> bool:
    year, month, of_month = date
    if year not in (None, day.year):
        return False
    if month is None:
        return whole_year and of_month is None and year is not None
    return month == day.month and (of_month == day.day or whole_month)


def inside(date: Date, first: Day, last: Day) -> bool:
    year, month, day = date
    if not (first and last and month):
        return False
    return any(
        first <= f"{one:04}-{month:02}-{day or 15:02}" <= last
        for one in ([year] if year else range(int(first[:4]), int(last[:4]) + 1))
    )


# -- all of them, in turns -----------------------------------------------------------------------------------------


def fresh(reader: str) -> dict[str, Any]:
    command = [sys.executable, "-W", "ignore", __file__, "--measure", reader]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout))


def spread(values: list[float], form: str) -> str:
    """«median (least-greatest)»"""
    return f"{statistics.median(values):{form}} ({min(values):{form}}-{max(values):{form}})"


def main() -> int:
    """Print the comparison; 1 where a limit does not hold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--turns", type=int, default=7, help="how often every reader is measured (7)")
    parser.add_argument("--measure", choices=READERS, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.measure:
        print(json.dumps(measure(args.measure)))
        return 0
    if not DECREES.exists():
        print("The deadlines of the real documents are not at hand: that set is skipped.")
    print(f"Deadlines: {len(texts())} distinct texts, {args.turns} turns, fresh processes, first pass only.")
    turns = [{reader: fresh(reader) for reader in READERS} for _ in range(args.turns)]
    print(f"{'':12}{'ms per text':>24}{'right':>10}{'loading, s':>14}")
    for reader in READERS:
        each = spread([turn[reader]["each"] * 1000 for turn in turns], ".3f")
        load = statistics.median(turn[reader]["load"] for turn in turns)
        print(f"{reader:12}{each:>24}{turns[0][reader]['right']:>10.1%}{load:>14.2f}")
    held = True
    for peer, limit in LIMITS.items():
        ratios = [turn["opora"]["each"] / turn[peer]["each"] for turn in turns]
        holds = statistics.median(ratios) <= limit
        held = held and holds
        print(f"opora / {peer}: {spread(ratios, '.3f')}, limit {limit}: {'holds' if holds else 'DOES NOT HOLD'}")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
