"""What is printed is read back: the same activities from each kind of file."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from opora.decrees import Decree, read
from opora.decrees.formats.cleaning import clean
from opora.documents.printing import KINDS, Kind, Printed, PrintedSection, render
from opora.exports.cells import escaped
from tests.documents.printing import samples

Row = tuple[str | None, str, str, str, str]


def reading(printed: Printed, kind: Kind, folder: Path) -> Decree:
    path = folder / f"printed.{kind}"
    path.write_bytes(render(printed, kind))
    return read(path)


def rows_read(decree: Decree) -> list[tuple[str | None, list[Row]]]:
    assert len(decree.roadmaps) == 1
    return [
        (
            section.title,
            [
                (
                    activity.number,
                    activity.text,
                    activity.deadline.text if activity.deadline else "",
                    " ".join(one.text for one in activity.responsible),
                    activity.completion or "",
                )
                for activity in section.activities
            ],
        )
        for section in decree.roadmaps[0].sections
    ]


def rows_printed(sections: list[PrintedSection], kind: Kind) -> list[tuple[str | None, list[Row]]]:
    def said(text: str) -> str:
        text = escaped(text) if kind == "xlsx" else text
        return " ".join(clean(text).split())

    return [
        (
            section.title.partition(". ")[2] if section.title else None,
            [(row[0], said(row[1]), said(row[2]).strip("–"), said(row[3]), said(row[4])) for row in section.rows],
        )
        for section in sections
        if section.rows
    ]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("landscape", [False, True])
@pytest.mark.parametrize("sections", [samples.plain(), samples.hard()], ids=["plain", "hard"])
def test_a_road_map_is_read_back(kind: Kind, landscape: bool, sections: list[PrintedSection], tmp_path: Path) -> None:
    decree = reading(samples.road_map(sections, landscape=landscape), kind, tmp_path)
    assert rows_read(decree) == rows_printed(sections, kind)
    assert (decree.kind, decree.number, decree.date) == ("plan", "814-р", dt.date(2026, 8, 20))
    assert decree.title == samples.heading().title
    assert decree.place == "Томск"
    assert decree.issuer == "Департамент общего образования Томской области"


@pytest.mark.parametrize("kind", KINDS)
def test_a_long_road_map_over_many_pages_is_read_back(kind: Kind, tmp_path: Path) -> None:
    """Rows of very different heights, so that pages end everywhere."""
    sections = [
        PrintedSection(
            "I. Общий раздел",
            [
                [
                    str(number),
                    " ".join([samples.SEMINAR] * (1 + number % 7)),
                    f"до {1 + number % 28:02}.10.2026",
                    "МОУО" if number % 2 else "ТОИПКРО",
                    "",
                ]
                for number in range(1, 61)
            ],
        )
    ]
    printed = samples.road_map(sections, heading=samples.heading(place="", stamp=[]), lead=[], closing=[])
    assert rows_read(reading(printed, kind, tmp_path)) == rows_printed(sections, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_the_heading_of_a_directive_is_read_back(kind: Kind, tmp_path: Path) -> None:
    printed = samples.road_map(
        [], heading=samples.order(), tables=[], lead=["В целях поддержки школ:", "1. Утвердить."]
    )
    decree = reading(printed, kind, tmp_path)
    assert (decree.kind, decree.number, decree.date) == ("directive", "814-р", dt.date(2026, 8, 20))
    assert decree.title == "Об утверждении региональной дорожной карты"
    assert decree.place == "Томск"


@pytest.mark.parametrize("kind", KINDS)
def test_the_responsible_stay_apart(kind: Kind, tmp_path: Path) -> None:
    sections = samples.plain()
    decree = reading(samples.road_map(sections), kind, tmp_path)
    first = decree.roadmaps[0].sections[0].activities[0]
    assert [one.text for one in first.responsible] == ["ТОИПКРО", "МОУО"]


def test_signature_of_a_docx_is_read_back(tmp_path: Path) -> None:
    decree = reading(samples.road_map(samples.plain()), "docx", tmp_path)
    assert decree.signatory
    assert (decree.signatory.name, decree.signatory.position) == ("И.Б. Грабцевич", "Начальник Департамента")


def test_the_goal_is_not_taken_for_the_title_in_a_docx(tmp_path: Path) -> None:
    printed = samples.road_map(samples.plain(), heading=samples.heading(place="", stamp=[]))
    assert reading(printed, "docx", tmp_path).title == samples.heading().title
