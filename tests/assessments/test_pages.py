"""The pages of loading over HTTP: forms, refusals in words, copies, a form sent twice."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from opora.access.models import User
from opora.assessments.actions import undoing
from opora.assessments.models import Loading, LoadingState, MatchState, Part, Scale
from opora.assessments.points import used
from opora.journal.models import Entry
from tests.assessments.conftest import CODES, load, marks, table, taken, work
from tests.factories import Region

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(coordinator: User) -> Client:
    client = Client()
    client.force_login(coordinator)
    return client


def post(client: Client, name: str, *arguments: Any, **data: Any) -> Any:
    return client.post(reverse(f"assessments:{name}", args=arguments), data)


def text(client: Client, name: str, *arguments: Any) -> str:
    return client.get(reverse(f"assessments:{name}", args=arguments)).content.decode()


def upload(content: bytes, name: str = "впр.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_files_are_uploaded_and_sent_twice_are_loaded_once(client: Client) -> None:
    content = table(marks(CODES[0], "2345"))
    first = post(client, "upload", results=[upload(content), upload(content, "b.csv")], title="Весна", once="1")
    assert re.match(r"/tasks/\w+/", first.url)
    again = post(client, "upload", results=[upload(content), upload(content, "b.csv")], title="Весна", once="1")
    assert again.url == first.url
    assert Loading.objects.get().title == "Весна"
    assert Loading.objects.get().files.count() == 2


@pytest.mark.parametrize(
    ("files", "said"),
    [([], "Выберите хотя бы один файл"), ([upload(b"%PDF", "a.pdf")], "такие файлы не загружаются")],
)
def test_an_upload_is_refused_in_words(client: Client, files: list[Any], said: str) -> None:
    answer = post(client, "upload", results=files, title="Весна")
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Loading.objects.exists()


def test_set_aside_rows_are_copied(client: Client, coded: Region, coordinator: User) -> None:
    rows = [*marks(CODES[0], "22"), [2025, "ВПР", "математика", 5, CODES[0], "5А/9", "=7"]]
    made = load(coordinator, coded, (table(rows), "впр.csv"))
    answer = client.get(reverse("assessments:aside", args=[made.public_id]), {"to": "xlsx"})
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    head, row = [[cell.value for cell in line] for line in sheet.iter_rows(max_row=2)]
    assert head == ["Файл", "Лист", "Строка", "Столбец", "Значение", "Причина"]
    assert (row[0], row[2]) == ("впр.csv", 4)
    assert Entry.objects.filter(code="exports.released", confidential=True).exists()
    assert "впр.csv" in text(client, "aside", made.public_id)


def test_a_match_is_accepted_corrected_or_left_out(client: Client, coded: Region, coordinator: User) -> None:
    content = table(marks("sch520001", "22") + marks("sch520002", "33") + marks("zzz", "4"))
    made = load(coordinator, coded, (content, "впр.csv"))
    first, second, _ = made.matches.order_by("said")
    assert "СОШ № 6" in text(client, "match", first.public_id)
    post(client, "match", first.public_id, answer="proposed")
    wrong = post(client, "match", second.public_id, answer="other", school="Нет такой")
    assert wrong.status_code == 422
    assert "Такой школы" in wrong.content.decode()
    post(client, "match", second.public_id, answer="other", school=coded.schools[3].code)
    assert "Не загружать ненайденные (1)" in text(client, "matches", made.public_id)
    asked = post(client, "ignore_matches", made.public_id)
    assert "Не загружать ненайденные школы?" in asked.content.decode()
    post(client, "ignore_matches", made.public_id, confirmed="1")
    found = {one.said: (one.state, one.organisation) for one in made.matches.all()}
    assert found == {
        "sch520001": (MatchState.ACCEPTED, coded.schools[0]),
        "sch520002": (MatchState.ACCEPTED, coded.schools[3]),
        "zzz": (MatchState.IGNORED, None),
    }


def test_a_loading_is_taken_and_undone_by_its_page(client: Client, coded: Region, coordinator: User) -> None:
    made = load(coordinator, coded, (table(marks(CODES[0], "22")), "впр.csv"))
    assert "Принять результаты" in text(client, "loading", made.public_id)
    post(client, "take", made.public_id)
    assert "Результаты записываются" in text(client, "loading", made.public_id)
    work()
    page = text(client, "loading", made.public_id)
    assert "Отменить приём" in page
    assert str(Part.objects.get()) in page
    assert "Отменить приём результатов?" in post(client, "undo", made.public_id).content.decode()
    post(client, "undo", made.public_id, confirmed="1")
    made.refresh_from_db()
    assert made.state == LoadingState.DROPPED


def test_what_is_built_on_a_loading_forbids_its_undoing(
    client: Client, coded: Region, coordinator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = taken(coordinator, coded, (table(marks(CODES[0], "22")), "впр.csv"))
    monkeypatch.setattr(used, "_functions", [lambda loading: "По ним выполнен расчёт."])
    assert undoing.obstacle(made) == "По ним выполнен расчёт."
    assert "По ним выполнен расчёт." in text(client, "loading", made.public_id)
    refused = post(client, "undo", made.public_id, confirmed="1")
    assert refused.status_code == 409


def test_versions_are_compared(client: Client, coded: Region, coordinator: User) -> None:
    first = taken(coordinator, coded, (table(marks(CODES[0], "22")), "впр.csv")).parts.get()
    second = taken(coordinator, coded, (table(marks(CODES[0], "245")), "исправлено.csv")).parts.get()
    assert "заменена" in text(client, "parts")
    assert reverse("assessments:difference", args=[second.public_id, first.public_id]) in text(
        client, "part", second.public_id
    )
    page = text(client, "difference", second.public_id, first.public_id)
    assert coded.schools[0].short_name in page


def test_the_report_compares_with_the_year_before(client: Client, coded: Region, coordinator: User) -> None:
    before = marks(CODES[0], "22", year=2024) + marks(CODES[1], "33", year=2024)
    before += marks(CODES[0], "22", year=2024, subject="русский язык")
    taken(coordinator, coded, (table(before), "2024.csv"))
    made = load(coordinator, coded, (table(marks(CODES[0], "2" * 101 + "-" * 50)), "2025.csv"))
    page = text(client, "loading", made.public_id)
    assert "ВПР, русский язык, 5 класс, 2025 — годом раньше писали школ: 1" in page
    assert coded.schools[1].short_name in page
    assert made.report["crowded"] == [[coded.schools[0].short_name, "ВПР, математика, 5 класс", 151, 100]]
    assert made.report["absent"] == [[coded.schools[0].short_name, "ВПР, математика, 5 класс", 50, 151]]


# -- scales ------------------------------------------------------------------------------------------------------


def typed(**changes: Any) -> dict[str, Any]:
    given = {"year": 2025, "procedure": "vpr", "subject": "mat", "grade": 6, "last_2": 5, "last_3": 9, "last_4": 13}
    return {**given, "highest": 16, **changes}


def test_a_scale_is_typed_and_its_change_is_a_new_version(client: Client) -> None:
    assert post(client, "new_scale", **typed()).status_code == 302
    first = Scale.objects.get()
    post(client, "scale", first.public_id, **typed(last_2=6))
    versions = Scale.objects.order_by("version").values_list("version", "last_2", "current")
    assert list(versions) == [(1, 5, False), (2, 6, True)]
    post(client, "new_scale", **typed(last_2=6))
    assert Scale.objects.count() == 2  # the same again is no version
    assert "математика" in text(client, "scales")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"last_3": 5}, "должны возрастать"),
        ({"highest": 13}, "наибольший балл должен быть больше"),
        ({"year": 2099}, "Проверьте год"),
    ],
)
def test_a_scale_that_cannot_be_is_refused(client: Client, changes: dict[str, Any], said: str) -> None:
    answer = post(client, "new_scale", **typed(**changes))
    assert said in answer.content.decode()
    assert not Scale.objects.exists()


def test_scales_are_read_from_a_table(client: Client) -> None:
    head = ("Год", "Процедура", "Предмет", "Класс", "«2» до", "«3» до", "«4» до", "Наибольший балл")
    rows = [(2025, "ВПР", "Русский язык", 6, 24, 34, 44, 51), (2025, "ВПР", "математика", 6, 5, 9, 13, 16)]
    assert post(client, "upload_scales", file=upload(table(rows, head), "шкалы.csv")).status_code == 302
    assert set(Scale.objects.values_list("subject", "last_4", "highest")) == {("rus", 44, 51), ("mat", 13, 16)}
    broken = [(2025, "ВПР", "алхимия", 6, 1, 2, 3, 4)]
    answer = post(client, "upload_scales", file=upload(table(broken, head), "шкалы.csv"))
    assert "предмет «алхимия» неизвестен" in answer.content.decode()
    answer = post(client, "upload_scales", file=upload(table([], ("Год",)), "шкалы.csv"))
    assert "нет столбцов" in answer.content.decode()


def test_points_wait_for_a_scale_of_the_region(client: Client, coded: Region, coordinator: User) -> None:
    head = ("Год", "Процедура", "Предмет", "Класс", "Код ОО", "Код участника", "Первичный балл")
    rows = [(2025, "ВПР", "математика", 6, CODES[0], f"{n}", score) for n, score in enumerate((5, 9, 13, 16), 1)]
    made = load(coordinator, coded, (table(rows, head), "баллы.csv"))
    assert [one["field"] for one in made.questions] == ["scale"]
    assert "Внести шкалу" in text(client, "loading", made.public_id)
    post(client, "new_scale", **typed())
    post(client, "read", made.public_id)
    work()
    made.refresh_from_db()
    assert made.state == LoadingState.READ, made.questions
    (found,) = made.report["procedures"]
    assert [found[f"marks_{n}"] for n in (2, 3, 4, 5)] == [1, 1, 1, 1]
