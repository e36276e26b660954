"""From files to results that count: reading, matching, taking, replacing, undoing."""

from __future__ import annotations

import io
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core.files.storage import default_storage
from openpyxl import Workbook

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.assessments import points
from opora.assessments.actions import correcting, matching, taking, undoing, uploading
from opora.assessments.models import (
    FileState,
    Loading,
    LoadingState,
    MappingMemory,
    MatchState,
    Part,
    PartState,
    SchoolResult,
)
from opora.assessments.queries import data
from opora.assessments.queries.parts import differing
from opora.assessments.queries.report import report_of
from opora.core.actor import Denied
from opora.core.points import Point
from opora.core.workflow import Refused
from opora.identification import samples
from opora.journal.models import Entry
from opora.registry.models import Alias
from tests.assessments.conftest import CODES, file, load, marks, table, taken, work, zipped
from tests.factories import Region

pytestmark = pytest.mark.django_db


def counts(region: Region) -> dict[str, tuple[int, int, int]]:
    """School -> participants, failed, absent of what counts."""
    rows = SchoolResult.objects.current().select_related("organisation")
    return {row.organisation.code: (row.participants, row.failed, row.absent) for row in rows}


def test_marks_become_counts_of_schools(coded: Region, coordinator: User) -> None:
    content = table(marks(CODES[0], "22345-") + marks(CODES[1], "55"))
    made = load(coordinator, coded, (content, "впр.csv"))
    assert made.state == LoadingState.READ, (made.failure, made.questions)
    assert Loading.objects.counted().get().taken == 8
    assert not made.matches.exists()
    taking.take(made, by=coordinator)
    assert not SchoolResult.objects.current().exists()  # until all is written
    work()
    made.refresh_from_db()
    assert made.state == LoadingState.TAKEN, made.failure
    assert counts(coded) == {CODES[0]: (5, 2, 1), CODES[1]: (2, 0, 0)}
    row = SchoolResult.objects.get(organisation=coded.schools[0])
    assert (row.marks_2, row.marks_3, row.marks_4, row.marks_5) == (2, 1, 1, 1)
    part = Part.objects.get()
    assert (part.state, part.schools, part.participants, part.absent) == (PartState.CURRENT, 2, 7, 1)
    assert Entry.objects.filter(code="results.taken", confidential=True).exists()


def test_what_a_run_takes_has_the_schools_of_the_registry(coded: Region, coordinator: User) -> None:
    taken(coordinator, coded, (table(marks(CODES[0], "2234-")), "впр.csv"))
    found = data.counts(coded.authority, [2025]).to_pylist()
    assert [(row["school_id"], row["participants"], row["failed"]) for row in found] == [
        (coded.schools[0].public_id, 4, 2)
    ]
    tallies = data.tallies(coded.authority, [2025]).to_pylist()
    assert sum(row["pupils"] for row in tallies) == 4
    assert {row["school_id"] for row in tallies} == {coded.schools[0].public_id}
    assert len(data.stored(coded.authority, [2025]).digests) == 1


def test_originals_and_codes_of_pupils_are_not_kept(
    coded: Region, coordinator: User, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        made = taken(coordinator, coded, (table(marks(CODES[0], "234")), "впр.csv"))
    part = Part.objects.get()
    assert not made.rows
    assert not made.files.get().original
    kept = default_storage.listdir(f"results/parts/{part.public_id}")[1]
    assert len(kept) == 2
    with part.pupils.open("rb") as stored:
        assert b"5\xd0\x90/1" not in stored.read()
    assert default_storage.listdir(f"results/{made.public_id}")[1] == []


def test_the_same_file_again_changes_nothing(coded: Region, coordinator: User) -> None:
    content = table(marks(CODES[0], "2345"))
    taken(coordinator, coded, (content, "впр.csv"))
    again = load(coordinator, coded, (content, "копия.csv"))
    assert again.files.get().state == FileState.KNOWN
    with pytest.raises(Refused, match="Принимать нечего"):
        taking.take(again, by=coordinator)
    correcting.bring_back(again.files.select_related("loading__territory").get(), by=coordinator)
    work()
    again.refresh_from_db()
    taking.take(again, by=coordinator)
    work()
    again.refresh_from_db()
    assert again.report["unchanged"] == ["ВПР, математика, 5 класс, 2025"]
    assert Part.objects.count() == 1
    assert counts(coded) == {CODES[0]: (4, 1, 0)}


def test_a_corrected_file_replaces_its_schools_and_the_old_stays_readable(coded: Region, coordinator: User) -> None:
    first = taken(coordinator, coded, (table(marks(CODES[0], "22") + marks(CODES[1], "333")), "впр.csv"))
    second = taken(coordinator, coded, (table(marks(CODES[0], "344")), "исправлено.csv"))
    assert counts(coded) == {CODES[0]: (3, 0, 0), CODES[1]: (3, 0, 0)}
    old, new = first.parts.get(), second.parts.get()
    assert (old.state, new.state) == (PartState.REPLACED, PartState.CURRENT)
    assert second.report["replaced"] == 1
    before = old.results.get(organisation=coded.schools[0])
    assert (before.failed, before.current, before.replaced_by) == (2, False, new)
    changed = differing(old, new).order_by("pk")
    assert [(one.code, one.before_failed, one.after_failed) for one in changed] == [
        (CODES[0], 2, 0),
        (CODES[1], 0, None),
    ]
    tallies = data.tallies(coded.authority, [2025]).to_pylist()
    assert sum(row["pupils"] for row in tallies) == 6  # of the old part the other school alone


def test_before_it_is_taken_it_is_said_whose_results_it_replaces(coded: Region, coordinator: User) -> None:
    taken(coordinator, coded, (table(marks(CODES[0], "2345") + marks(CODES[1], "55")), "впр.csv"))
    content = table(marks(CODES[0], "2245") + marks(CODES[1], "55") + marks(CODES[2], "3"))
    made = load(coordinator, coded, (content, "исправлено.csv"))
    (procedure,) = made.report["procedures"]
    assert (procedure["fresh"], procedure["changed"], procedure["same"]) == (1, 1, 1)
    work_of = "ВПР, математика, 5 класс"
    assert made.report["changed"] == [[coded.schools[0].short_name, work_of, 2025, 4, 1, 4, 2]]
    assert report_of(made).replaces


def test_undo_brings_back_what_was_replaced(coded: Region, coordinator: User, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []  # to the floors above
    for name in ("taken", "undone"):
        monkeypatch.setattr(points, name, Point())
        getattr(points, name).register(lambda loading, by: said.append(f"{loading.state} {by.label}"))
    first = taken(coordinator, coded, (table(marks(CODES[0], "22")), "впр.csv"))
    second = taken(coordinator, coded, (table(marks(CODES[0], "344")), "исправлено.csv"))
    with pytest.raises(Refused, match="заменены более новой"):
        undoing.undo(first, by=coordinator)
    undoing.undo(second, by=coordinator)
    assert counts(coded) == {CODES[0]: (2, 2, 0)}
    assert first.parts.get().state == PartState.CURRENT
    assert second.parts.get().state == PartState.UNDONE
    undoing.undo(Loading.objects.get(pk=first.pk), by=coordinator)
    assert counts(coded) == {}
    assert said == [f"{state} {coordinator.label}" for state in ("taken", "taken", "dropped", "dropped")]


def test_a_changed_prefix_is_proposed_and_remembered(coded: Region, coordinator: User) -> None:
    made = load(coordinator, coded, (table(marks("sch520001", "22")), "впр.csv"))
    match = made.matches.get()
    assert (match.state, match.organisation, match.rows) == (MatchState.PROPOSED, coded.schools[0], 2)
    with pytest.raises(Refused, match="Не про все школы решено"):
        taking.take(made, by=coordinator)
    matching.accept_all(made, by=coordinator)
    assert Alias.objects.get().name == "sch520001"
    taking.take(made, by=coordinator)
    work()
    assert counts(coded) == {CODES[0]: (2, 2, 0)}
    again = load(coordinator, coded, (table(marks("sch520001", "23")), "впр-2.csv"))
    assert not again.matches.exists()


def test_schools_nobody_knows_are_asked_about_and_can_be_left_out(coded: Region, coordinator: User) -> None:
    made = load(coordinator, coded, (table(marks("zzz1", "22") + marks(CODES[1], "5")), "впр.csv"))
    match = made.matches.select_related("loading__territory").get()
    assert match.state == MatchState.MISSING
    matching.decide(match, by=coordinator, organisation=None)
    taking.take(made, by=coordinator)
    work()
    assert counts(coded) == {CODES[1]: (1, 0, 0)}


def test_one_school_under_two_names_is_not_counted_twice(coded: Region, coordinator: User) -> None:
    made = load(coordinator, coded, (table(marks("sch520001", "22") + marks(CODES[0], "55")), "впр.csv"))
    matching.accept_all(made, by=coordinator)
    taking.take(made, by=coordinator)
    work()
    made.refresh_from_db()
    assert made.state == LoadingState.READ
    assert "посчиталась бы дважды" in made.failure
    assert not SchoolResult.objects.exists()
    assert not Part.objects.exists()


def test_questions_are_asked_answered_and_columns_remembered(coded: Region, coordinator: User) -> None:
    head = ("Школа", "Чей-то код", "Итог")
    rows = [[CODES[0], f"{n}", mark] for n, mark in enumerate("2345", 1)]
    made = load(coordinator, coded, (table(rows, head), "работа.csv"))
    assert made.state == LoadingState.ASKING
    found = made.files.select_related("loading__territory").get()
    assert found.state == FileState.ASKING
    sheet = found.sheets[0]
    correcting.correct_columns(found, by=coordinator, sheet=sheet["sheet"], fields=["school_id", "pupil_id", "mark"])
    work()
    made.refresh_from_db()
    assert made.state == LoadingState.ASKING
    asked = {question["field"] for question in made.questions}
    assert {"year", "procedure", "subject", "grade"} <= asked
    found = made.files.select_related("loading__territory").get()
    said = {"year": "2025", "procedure": "regional", "subject": "rus", "grade": "7"}
    correcting.answer(found, by=coordinator, sheet=found.sheets[0]["sheet"], said=said)
    work()
    made.refresh_from_db()
    assert made.state == LoadingState.READ, made.questions
    assert made.files.get().state == FileState.READ
    assert made.report["procedures"][0]["participants"] == 4
    assert MappingMemory.objects.count() == 1
    second = load(coordinator, coded, (table(rows, head), "другая.csv"))
    assert "columns" not in {question["field"] for question in second.questions}


def test_rows_set_aside_are_kept_with_place_and_reason(coded: Region, coordinator: User) -> None:
    rows = [*marks(CODES[0], "22"), [2025, "ВПР", "математика", 5, CODES[0], "5А/9", "7"]]
    made = load(coordinator, coded, (table(rows), "впр.csv"))
    row = made.set_aside.get()
    assert (row.file, row.row, row.value) == ("впр.csv", 4, "7")
    assert "Отметка" in row.reason
    assert made.report["aside"] == 1


def test_names_of_people_are_never_read(coded: Region, coordinator: User) -> None:
    head = ("Фамилия", *("Год", "Процедура", "Предмет", "Класс", "Код ОО", "Код участника", "Отметка"))
    rows = [["Тайнова", *row] for row in marks(CODES[0], "22")]
    made = load(coordinator, coded, (table(rows, head), "впр.csv"))
    assert made.report["names"] == ["Фамилия"]
    found = made.files.select_related("loading__territory").get()
    assert "Тайнова" not in str(found.sheets)
    assert "Тайнова" not in str(made.report)
    fields = [column["field"] for column in found.sheets[0]["mapping"]["columns"]]
    with pytest.raises(Refused, match="имена людей"):
        correcting.correct_columns(
            found, by=coordinator, sheet=found.sheets[0]["sheet"], fields=["pupil_id", *fields[1:]]
        )


def test_dropping_deletes_the_files(coded: Region, coordinator: User) -> None:
    made = load(coordinator, coded, (table(marks(CODES[0], "22")), "впр.csv"))
    correcting.drop(made, by=coordinator)
    made.refresh_from_db()
    assert made.state == LoadingState.DROPPED
    assert not made.rows


def test_a_zip_is_taken_apart(coded: Region, coordinator: User) -> None:
    archive = zipped(
        (table(marks(CODES[0], "22")), "а/матем.csv"),
        (table(marks(CODES[0], "33", subject="русский язык")), "русский.csv"),
        (b"x", "__MACOSX/readme.csv"),
        (b"text", "readme.docx"),
    )
    made = load(coordinator, coded, (archive, "всё.zip"))
    assert sorted(made.files.values_list("file_name", flat=True)) == ["матем.csv", "русский.csv"]
    assert {one["subject"] for one in made.report["procedures"]} == {"mat", "rus"}


def workbook(*rows: list[object]) -> bytes:
    made = Workbook()
    for row in rows:
        made.active.append(row)  # type: ignore[union-attr]
    kept = io.BytesIO()
    made.save(kept)
    return kept.getvalue()


BROKEN = {
    "пустая.csv": (b"", "Файл пуст"),
    "обрезанная.xlsx": (workbook(["Год", "Класс"], [2025, 4])[:-900], "повреждён"),
    "под паролем.xlsx": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
        "защищён паролем",
    ),
    "страница.xls": (b"<html><table><tr><td>5</td></tr></table></html>", "Это страница"),
    "без строк.xlsx": (workbook(), "нет ни одной строки"),
}


@pytest.mark.parametrize("packed", [False, True], ids=["files", "zip"])
def test_broken_files_say_why_and_cost_nothing_of_the_others(coded: Region, coordinator: User, packed: bool) -> None:
    files = [(table(marks(CODES[0], "2233")), "впр.csv"), *((content, name) for name, (content, _) in BROKEN.items())]
    files = [(zipped(*files), "всё.zip")] if packed else [one for one in files if one[0]]
    made = load(coordinator, coded, *files)
    said = {one.file_name: (one.state, one.failure) for one in made.files.all()}
    assert said.pop("впр.csv") == (FileState.READ, "")
    assert len(said) == len(BROKEN) - (not packed)
    for name, (state, failure) in said.items():
        assert state == FileState.UNREADABLE, name
        assert BROKEN[name][1] in failure
    assert made.state == LoadingState.READ
    assert Loading.objects.counted().get().taken == 4


def test_every_file_that_is_refused_is_named(coded: Region, coordinator: User) -> None:
    with pytest.raises(Refused, match=r"«а\.csv».*«б\.pdf»"):
        uploading.upload(by=coordinator, territory=coded.authority, files=[file(b"", "а.csv"), file(b"x", "б.pdf")])


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "впр.csv", "пуст"),
        (b"%PDF-1.7", "впр.pdf", "такие файлы не загружаются"),
        (b"MZ", "впр.xlsx", "хотя так назван"),
        (b"a" * 2_000_000, "впр.csv", "больше 1 МБ"),
    ],
)
def test_what_cannot_be_results_is_refused(
    coded: Region, coordinator: User, settings: object, content: bytes, name: str, said: str
) -> None:
    settings.OPORA_RESULTS_MB = 1  # type: ignore[attr-defined]
    with pytest.raises(Refused, match=said):
        uploading.upload(by=coordinator, territory=coded.authority, files=[file(content, name)])
    assert not Loading.objects.exists()


def test_only_who_may_loads_results(coded: Region) -> None:
    for role in RoleCode.values:
        if role != RoleCode.REGIONAL_COORDINATOR:
            with pytest.raises(Denied):
                uploading.upload(by=coded.user(role), territory=coded.authority, files=[file(b"1", "a.csv")])


def test_protocols_of_the_federal_system_are_read_and_taken(coded: Region, coordinator: User, tmp_path: Path) -> None:
    """Points become marks by the shipped scale; absent pupils are counted apart; the prefix has changed."""
    chance = Random(7)  # noqa: S311  (the same file every time)
    school = samples.SampleSchool("sch520001", "МБОУ «СОШ № 6»", "Луговой район")
    points = [5, 9, 14, 20, None]
    works = [samples.SampleWork(school, f"{n}", "4А", (0,) * 12, score, 4) for n, score in enumerate(points, 1)]
    path = tmp_path / "ВПР математика 4 класс 2021.xlsx"
    samples.fisoko_2021(path, works, (2,) * 12, chance)
    taken(coordinator, coded, (path.read_bytes(), path.name))
    row = SchoolResult.objects.get()
    assert (row.procedure, row.subject, row.grade, row.year) == ("vpr", "mat", 4, 2021)
    assert (row.participants, row.absent) == (4, 1)
    assert (row.marks_2, row.marks_3, row.marks_4, row.marks_5) == (1, 1, 1, 1)
