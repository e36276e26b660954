"""Bad input as it comes through the upload: each has its sentence on the pages, and no good row is lost."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable, Sequence
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from opora.access.models import User
from opora.assessments.models import Loading, LoadingState, SchoolResult
from tests.assessments.conftest import CODES, HEAD, marks, table, work
from tests.factories import Region

pytestmark = pytest.mark.django_db
COUNTS = ("Год", "Процедура", "Предмет", "Класс", "Муниципалитет", "Код ОО", "Кол-во участников", "2", "3", "4", "5")
GOOD = (2025, "ВПР", "математика", 5, "Луговой район", CODES[1], 23, 2, 8, 9, 4)


@pytest.fixture
def client(coordinator: User) -> Client:
    client = Client()
    client.force_login(coordinator)
    return client


def uploaded(client: Client, content: bytes, name: str) -> tuple[Loading, str]:
    """The loading after it was read, and all that its pages say."""
    answer = client.post(
        reverse("assessments:upload"), {"results": [SimpleUploadedFile(name, content)], "title": "Весна"}
    )
    assert answer.status_code == 302, answer.content.decode()
    work()
    loading = Loading.objects.get()
    pages = [client.get(reverse(f"assessments:{page}", args=[loading.public_id])) for page in ("loading", "aside")]
    said = html.unescape(" ".join(page.content.decode() for page in pages)).replace("\u00a0", " ")
    return loading, " ".join(re.sub(r"<[^>]+>", " ", said).split())


def taken(client: Client, loading: Loading) -> dict[str, tuple[int, int]]:
    """School -> participants and failed of what counts after «Принять»."""
    assert loading.state == LoadingState.READ, loading.questions
    answer = client.post(reverse("assessments:take", args=[loading.public_id]))
    assert answer.status_code == 302
    work()
    rows = SchoolResult.objects.current().select_related("organisation")
    return {row.organisation.code: (row.participants, row.failed) for row in rows}


def pupils(*values: Any) -> bytes:
    """A mark each of the first school between three good rows of the second."""
    bad = [[2025, "ВПР", "математика", 5, CODES[0], f"б{number}", value] for number, value in enumerate(values)]
    return table([*marks(CODES[1], "234"), *bad])


def counts(*rows: Sequence[Any]) -> bytes:
    return table([*rows, GOOD], COUNTS)


def of(*figures: Any, school: str = CODES[0], year: Any = 2025, place: str = "Луговой район") -> tuple[Any, ...]:
    return (year, "ВПР", "математика", 5, place, school, *figures)


def book(fill: Callable[[Any], None]) -> bytes:
    made = openpyxl.Workbook()
    fill(made.active)
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def formulas(sheet: Any) -> None:
    sheet.append(HEAD)
    for row in [*marks(CODES[1], "234"), *marks(CODES[0], "5")]:
        sheet.append(row)
    sheet["G5"] = "=2+3"  # never computed: the file was written by a programme


CASES = {
    "a mark of 1": (pupils(1, 3), "a.csv", "Отметка «1» невозможна", {CODES[0]: (1, 0), CODES[1]: (3, 1)}),
    "a mark of 6": (pupils(6, 2), "a.csv", "Отметка «6» невозможна", {CODES[0]: (1, 1), CODES[1]: (3, 1)}),
    "negative participants": (counts(of(-5, 1, 1, 1, 1)), "a.csv", "«-5» невозможно", {CODES[1]: (23, 2)}),
    "shares of 98 %": (counts(of(23, 8, 34, 39, 17)), "a.csv", "98 %", {CODES[0]: (23, 2), CODES[1]: (23, 2)}),
    "a year to come": (counts(of(23, 2, 8, 9, 4, year=2099)), "a.csv", "Год «2099» невозможен", {CODES[1]: (23, 2)}),
    "a year to come in a column of words": (
        counts(of(23, 2, 8, 9, 4, year="двадцать пятый")),
        "a.csv",
        "невозможен",
        {CODES[1]: (23, 2)},
    ),
    "formulas": (book(formulas), "a.xlsx", "не вычислено", {CODES[1]: (3, 1)}),
    "formulas in a csv": (pupils("=A1+1", 3), "a.csv", "формула", {CODES[0]: (1, 0), CODES[1]: (3, 1)}),
    "the encoding of DOS": (
        pupils(2).decode("cp1251").encode("cp866"),
        "a.csv",
        "Кодировка файла: CP866 (DOS)",
        {CODES[0]: (1, 1), CODES[1]: (3, 1)},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_wrong_is_said_and_the_rest_counts(client: Client, coded: Region, case: str) -> None:
    content, name, said, counted = CASES[case]
    loading, pages = uploaded(client, content, name)
    assert said in pages
    assert taken(client, loading) == counted


def test_a_school_in_two_municipalities_is_told_and_counts(client: Client, coded: Region) -> None:
    russian = [*of(10, 1, 4, 4, 1, place="Полевой район")]
    russian[2] = "русский язык"
    loading, pages = uploaded(client, counts(of(10, 1, 4, 4, 1), russian), "a.csv")
    assert "указана и в «Луговой район», и в «Полевой район»" in pages
    taken(client, loading)
    assert SchoolResult.objects.current().filter(organisation__code=CODES[0]).count() == 2


def test_letters_that_nobody_can_read_are_asked_about(client: Client, coded: Region) -> None:
    garbled = table(marks(CODES[0], "234")).decode("cp1251").encode("utf-8").decode("latin-1").encode("utf-8")
    loading, pages = uploaded(client, garbled, "a.csv")
    assert loading.state == LoadingState.ASKING
    assert "неверная кодировка" in pages


def test_merged_cells_hold_for_all_their_rows(client: Client, coded: Region) -> None:
    def fill(sheet: Any) -> None:
        sheet.append(HEAD)
        for row in [*marks(CODES[0], "2345"), *marks(CODES[1], "23")]:
            sheet.append(row)
        for column in "ABCDE":
            sheet.merge_cells(f"{column}2:{column}5")

    loading, _ = uploaded(client, book(fill), "a.xlsx")
    assert taken(client, loading) == {CODES[0]: (4, 1), CODES[1]: (2, 1)}


def test_two_rows_of_headers(client: Client, coded: Region) -> None:
    def fill(sheet: Any) -> None:
        sheet.append([*COUNTS[:7], "Отметки", "", "", ""])
        sheet.append([*[""] * 7, *COUNTS[7:]])
        for column in "ABCDEFG":
            sheet.merge_cells(f"{column}1:{column}2")
        sheet.merge_cells("H1:K1")
        sheet.append(GOOD)
        sheet.append(of(10, 1, 4, 4, 1))

    loading, _ = uploaded(client, book(fill), "a.xlsx")
    assert taken(client, loading) == {CODES[0]: (10, 1), CODES[1]: (23, 2)}


def test_one_broken_row_of_thousands_costs_itself(client: Client, coded: Region) -> None:
    rows = [[2025, "ВПР", "математика", 5, CODES[n % 4], f"п{n}", 2 + n % 4] for n in range(6000)]
    rows[3000][6] = "6"
    loading, _ = uploaded(client, table(rows), "a.csv")
    assert loading.set_aside.get().row == 3002  # below the header
    assert sum(part for part, _ in taken(client, loading).values()) == 5999


def test_a_file_over_the_limit_is_refused_before_it_is_kept(
    client: Client, coded: Region, settings: Any, tmp_path: Any
) -> None:
    settings.OPORA_RESULTS_MB = 1
    large = SimpleUploadedFile("впр.csv", table(marks(CODES[0], "2345")) + b" " * (1 << 20))
    answer = client.post(reverse("assessments:upload"), {"results": [large], "title": "Весна"})
    assert answer.status_code == 422
    assert "больше 1 МБ. Разделите его" in html.unescape(answer.content.decode())
    assert not Loading.objects.exists()
