"""Schools and works with known results, of which the files of the tests are made."""

from __future__ import annotations

from random import Random

import pyarrow as pa
import pytest

from opora.identification.samples import SampleCounts, SampleSchool, SampleWork

SCHOOLS = tuple(
    SampleSchool(f"sch22{number:04}", f"МБОУ «СОШ № {number} {place.split()[0]}»", place)
    for number, place in enumerate(["Луговой район"] * 3 + ["Ясногорск"] * 2 + ["Заречный район"], 1)
)


def dice(seed: int) -> Random:
    return Random(seed)  # noqa: S311  # the same files for the same seed


@pytest.fixture
def table() -> pa.Table:
    """SCHOOLS of all of them."""
    return pa.table(
        {
            "school_id": [one.login for one in SCHOOLS],
            "name": [one.name for one in SCHOOLS],
            "municipality_id": [one.municipality for one in SCHOOLS],
        }
    )


def works(random: Random, maxima: tuple[int, ...], *, grade: int = 5, absent: float = 0.1) -> list[SampleWork]:
    """Twelve pupils of each school; a work of nobody is «не пройд.» throughout."""
    found = []
    for school in SCHOOLS:
        for number in range(1, 13):
            tasks: tuple[int | None, ...] = tuple(
                None if random.random() < 0.1 else random.randint(0, most) for most in maxima
            )
            score = None if random.random() < absent else sum(one or 0 for one in tasks)
            letter = f"{grade}{'АБ'[number % 2]}"
            journal = random.choice([None, 2, 3, 4, 5])
            found.append(SampleWork(school, f"{grade}{number:04}", letter, tasks, score, journal))
    return found


def counts(
    random: Random, years: tuple[int, ...] = (2022,), subject: str = "mat", grade: int = 5
) -> list[SampleCounts]:
    return [
        SampleCounts(school, year, subject, grade, tuple(random.randint(0, 30) for _ in range(4)))  # type: ignore[arg-type]
        for year in years
        for school in SCHOOLS
    ]
