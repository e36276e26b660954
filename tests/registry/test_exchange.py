from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.actor import Actor, Denied, System
from opora.core.workflow import Refused, Stale
from opora.journal.models import Entry
from opora.registry import points
from opora.registry.exchange import apply, export, read
from opora.registry.exchange.columns import COLUMNS, MAX_BYTES, escaped, plain
from opora.registry.models import Alias, Organisation, Person, Post
from opora.registry.resolve import resolve
from tests.factories import Region, organisation

ORGANISATIONS = [
    ["00", "РОИВ", "Министерство", "Минобр", "", "", "", "", "", "", ""],
    ["02", "МОУО", "Управление образования", "УО", "00", "г. Луг", "", "uo@example.org", "+7 (495) 1", "", ""],
    ["02-1", "школа", "", "МБОУ «СОШ № 1»", "02", "г. Луг", "", "", "", 320, "Первая школа; Школа на горе"],
]
PEOPLE = [
    ["02-1", "Королёва", "Анна", "Петровна", "директор", "да", "k@example.org", "", "руководитель школы"],
    ["02-1", "Ким", "Пётр", "", "учитель", "", "", "", ""],
    ["02", "Королёва", "Анна", "Петровна", "методист", "нет", "k@example.org", "", ""],
]


def book(organisations: list[list[object]] | None = None, people: list[list[object]] | None = None) -> bytes:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for title, rows in (("Организации", organisations), ("Люди", people)):
        if rows is not None:
            sheet = workbook.create_sheet(title)
            for row in [list(COLUMNS[title].values()), *rows]:
                sheet.append(row)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


@pytest.fixture
def editor(region: Region) -> User:
    Organisation.objects.filter(pk=region.authority.pk).update(code="00")
    return region.user(RoleCode.REGIONAL_COORDINATOR)


def rows(*changed: list[object]) -> list[list[object]]:
    return [ORGANISATIONS[1], *(changed or (ORGANISATIONS[2],))]


@pytest.mark.django_db
def test_an_empty_system_gets_its_region_from_a_file() -> None:
    plan = read(book(ORGANISATIONS, PEOPLE), "реестр.xlsx")
    assert [str(problem) for problem in plan.problems] == []
    assert (plan.new, plan.changed, plan.same, plan.roles) == (6, 0, 0, 1)
    apply(plan, by=System())
    school = Organisation.objects.get(code="02-1")
    assert [len(o.path) for o in Organisation.objects.order_by("code")] == [8, 16, 24]
    assert school.path.startswith(Organisation.objects.get(code="02").path)
    assert school.name == "МБОУ «СОШ № 1»"
    assert school.search == " мбоу сош 1 02 г луг первая школа на горе"
    assert Person.objects.count() == 2
    assert Post.objects.filter(person__last_name="Королёва").count() == 2
    assert Post.objects.get(is_head=True).organisation == school


def test_importing_twice_changes_nothing(region: Region, editor: User) -> None:
    content = book(rows(), PEOPLE)
    apply(read(content, "реестр.xlsx"), by=editor)
    entries = Entry.objects.count()
    plan = read(content, "реестр.xlsx", by=editor)
    assert (plan.new, plan.changed, plan.same) == (0, 0, 5)
    assert plan.is_empty
    apply(plan, by=editor)
    assert Entry.objects.count() == entries
    assert Alias.objects.count() == 2


def test_the_preview_counts_and_names_every_change(region: Region, editor: User) -> None:
    apply(read(book(rows(), PEOPLE), "р.xlsx"), by=editor)
    changed = [*ORGANISATIONS[2]]
    changed[3], changed[9] = "МБОУ «Гимназия № 1»", 340
    changed[1] = "другое"
    head = [*PEOPLE[0]]
    head[5], head[7] = "нет", "+7 900"
    plan = read(book(rows(changed), [head, PEOPLE[1]]), "р.xlsx")
    assert (plan.new, plan.changed, plan.same) == (0, 2, 2)
    assert [(c.sheet, c.row, c.field, c.before, c.after) for c in plan.changes()] == [
        ("Организации", 3, "краткое наименование", "МБОУ «СОШ № 1»", "МБОУ «Гимназия № 1»"),
        ("Организации", 3, "вид", "общеобразовательная организация", "другая организация"),
        ("Организации", 3, "обучающихся", "320", "340"),
        ("Люди", 2, "телефон", "пусто", "+7 900"),
        ("Люди", 2, "руководитель", "да", "нет"),
    ]
    apply(plan, by=editor)
    school = Organisation.objects.get(code="02-1")
    assert resolve("МБОУ СОШ № 1", Organisation.objects.get(code="02")) == school
    assert list(Organisation.objects.matching("гимназия первая")) == [school]
    assert Entry.objects.filter(code="registry.imported_rows").count() == 2


def test_an_empty_cell_and_a_missing_row_change_nothing(region: Region, editor: User) -> None:
    apply(read(book(rows(), PEOPLE), "р.xlsx"), by=editor)
    bare: list[object] = ["02-1", "", "", "МБОУ «СОШ № 1»", "", "", "", "", "", "", ""]
    plan = read(book([bare]), "р.xlsx")
    assert (plan.same, plan.changed, plan.problems) == (1, 0, [])


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        (0, "", "Заполните эту ячейку"),
        (0, "x" * 41, "не больше 40 знаков"),
        (1, "колледж мечты", "Такого вида нет"),
        (1, "", "Заполните эту ячейку"),
        (3, "", "Заполните эту ячейку"),
        (4, "99", "нет ни в реестре, ни в файле"),
        (4, "", "кому подчинена"),
        (4, "02-1", "в круг"),
        (7, "почта", "не адрес электронной почты"),
        (9, "-5", "целое число"),
        (9, "много", "целое число"),
    ],
)
def test_a_bad_cell_of_an_organisation_is_named(
    region: Region, editor: User, column: int, value: str, text: str
) -> None:
    row = [*ORGANISATIONS[2]]
    row[column] = value
    plan = read(book(rows(row)), "р.xlsx")
    problem = plan.problems[0]
    label = list(COLUMNS["Организации"].values())[column]
    assert (problem.sheet, problem.row, problem.column, problem.value) == ("Организации", 3, label, value)
    assert text in problem.text
    with pytest.raises(Refused, match="есть ошибки"):
        apply(plan, by=editor)
    assert not Organisation.objects.filter(code="02").exists()


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        (0, "", "Заполните"),
        (0, "77", "нет ни в реестре"),
        (1, "", "Заполните"),
        (4, "", "Заполните"),
        (4, "д" * 301, "не больше 300"),
        (5, "наверное", "«да» или «нет»"),
        (6, "k@", "не адрес"),
    ],
)
def test_a_bad_cell_of_a_person_is_named(region: Region, editor: User, column: int, value: str, text: str) -> None:
    row: list[object] = [*PEOPLE[1]]
    row[column] = value
    problem = read(book(rows(), [row]), "р.xlsx").problems[0]
    label = list(COLUMNS["Люди"].values())[column]
    assert (problem.sheet, problem.row, problem.column, problem.value) == ("Люди", 2, label, value)
    assert text in problem.text
    assert str(problem).startswith(f"лист «Люди», строка 2, столбец «{label}»: ")


@pytest.mark.parametrize(
    ("latitude", "longitude", "column", "text"),
    [
        (54.6, "", "долгота", "и широту, и долготу"),
        ("", 46.8, "широта", "и широту, и долготу"),
        ("север", 46.8, "широта", "число градусов"),
        ("nan", 46.8, "широта", "В России такого места нет"),
        (37.6, 55.7, "широта", "не переставлены ли"),
        (54.6, 200, "широта", "В России такого места нет"),
    ],
)
def test_coordinates_that_cannot_be_right_are_named(
    region: Region, editor: User, latitude: object, longitude: object, column: str, text: str
) -> None:
    problem = read(book(rows([*ORGANISATIONS[2], latitude, longitude])), "р.xlsx").problems[0]
    assert (problem.row, problem.column) == (3, column)
    assert text in problem.text


def test_coordinates_come_with_the_file_and_stay_without_them(region: Region, editor: User) -> None:
    apply(read(book(rows([*ORGANISATIONS[2], "54,601234", 46.8])), "р.xlsx"), by=editor)
    school = Organisation.objects.get(code="02-1")
    assert school.coordinates == (54.601234, 46.8)
    moved = read(book(rows([*ORGANISATIONS[2], 54.61, 46.8])), "р.xlsx")
    assert [(one.field, one.before, one.after) for one in moved.changes()] == [("широта", "54,601234", "54,61")]
    assert read(book(rows()), "р.xlsx").is_empty


def test_rows_that_contradict_each_other_are_named(region: Region, editor: User) -> None:
    other = [*PEOPLE[0]]
    other[4], other[7] = "учитель", "+7"
    first = [*PEOPLE[0]]
    first[7] = "+8"
    plan = read(book([*rows(), ORGANISATIONS[2]], [first, first, other]), "р.xlsx")
    assert [(p.row, p.column) for p in plan.problems] == [(3, ""), (4, "телефон"), (4, "код")]


def test_a_name_taken_by_another_is_named(region: Region, editor: User) -> None:
    second = ["02-2", "школа", "", "МБОУ «СОШ № 2»", "02", "", "", "", "", "", "первая школа"]
    plan = read(book([*rows(), second]), "р.xlsx")
    assert [(p.row, p.column) for p in plan.problems] == [(4, "другие названия")]


def test_roles_are_checked_and_handed_up(region: Region, editor: User) -> None:
    told: list[tuple[Person, Organisation, str]] = []

    def listener(person: Person, where: Organisation, role: str, by: Actor) -> None:
        told.append((person, where, role))

    def words() -> list[str]:
        return ["руководитель школы"]

    points.person_imported.register(listener)
    points.role_words.register(words)
    wrong = [*PEOPLE[0]]
    wrong[8] = "царь"
    assert [p.column for p in read(book(rows(), [wrong]), "р.xlsx").problems] == ["роль"]
    apply(read(book(rows(), PEOPLE), "р.xlsx"), by=editor)
    assert [(str(person), where.code, role) for person, where, role in told] == [
        ("Королёва Анна Петровна", "02-1", "руководитель школы")
    ]


def test_a_plan_is_refused_when_the_registry_has_changed_since(region: Region, editor: User) -> None:
    apply(read(book(rows()), "р.xlsx"), by=editor)
    row = [*ORGANISATIONS[2]]
    row[9] = 500
    plan = read(book(rows(row)), "р.xlsx")
    Organisation.objects.filter(code="02-1").update(pupils=400)
    with pytest.raises(Stale, match="изменился после предпросмотра"):
        apply(plan, by=editor)


def test_a_row_outside_ones_part_is_a_problem_that_tells_nothing(region: Region, editor: User) -> None:
    other = organisation(kind="region_authority", name="Другая область", code="99", phone="секрет")
    row: list[object] = ["99", "", "", "Моя область", "", "", "", "", "1", "", ""]
    plan = read(book([row]), "р.xlsx", by=editor)
    assert [p.text for p in plan.problems] == ["Вы не можете изменять эту часть реестра."]
    assert not plan.organisations
    with pytest.raises(Refused):
        apply(read(book([row]), "р.xlsx"), by=editor)
    with pytest.raises(Denied):
        apply(read(book([row]), "р.xlsx"), by=region.user(RoleCode.METHODIST))
    other.refresh_from_db()
    assert other.phone == "секрет"


def test_a_subtree_moves_by_import_even_where_places_are_swapped(region: Region, editor: User) -> None:
    apply(read(book(rows()), "р.xlsx"), by=editor)
    swapped = [
        ["02", "МОУО", "", "УО", "02-1", "", "", "", "", "", ""],
        ["02-1", "школа", "", "МБОУ «СОШ № 1»", "00", "", "", "", "", "", ""],
    ]
    apply(read(book(swapped), "р.xlsx"), by=editor)
    upper, lower = Organisation.objects.get(code="02-1"), Organisation.objects.get(code="02")
    assert lower.parent == upper
    assert lower.path.startswith(upper.path)
    assert upper.parent == region.authority


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp1251"])
@pytest.mark.parametrize("delimiter", [";", ","])
def test_csv_is_read_in_the_ways_people_save_it(region: Region, editor: User, encoding: str, delimiter: str) -> None:
    lines = ["код,вид,краткое наименование,подчинена", "02,моуо,УО района,00", '02-1,школа,"МБОУ ""СОШ 1""",02']
    plan = read("\r\n".join(lines).replace(",", delimiter).encode(encoding), "р.csv")
    assert not plan.problems
    assert [item.subject for item in plan.organisations] == ["УО района", 'МБОУ "СОШ 1"']
    people = delimiter.join(("Код организации", "ФАМИЛИЯ", "Должность")) + "\n" + delimiter.join(("00", "Ким", "и.о."))
    assert [item.subject for item in read(people.encode(encoding), "л.csv").people] == ["Ким"]


@pytest.mark.parametrize(
    ("content", "name", "text"),
    [
        (b"", "р.csv", "нет заголовков"),
        (b"\xff\xfe\x00binary", "р.csv", "нет заголовков"),
        (b"PK\x03\x04broken", "р.xlsx", "повреждена"),
        (b"%PDF-1.4", "р.pdf", "не таблица xlsx"),
        (b"x" * (MAX_BYTES + 1), "р.csv", "больше 10 МБ"),
        (("код;краткое наименование" + "\n1;1" * 50_001).encode(), "р.csv", "больше 50000 строк"),
    ],
)
@pytest.mark.django_db
def test_what_is_no_registry_is_said(content: bytes, name: str, text: str) -> None:
    plan = read(content, name)
    assert len(plan.problems) == 1
    assert text in str(plan.problems[0])


def test_a_file_on_disk_is_read(region: Region, editor: User, tmp_path: Path) -> None:
    path = tmp_path / "р.xlsx"
    path.write_bytes(book(rows()))
    assert read(path).new == 2


@pytest.mark.parametrize("kind", ["xlsx", "csv", "people.csv"])
def test_an_export_reads_back_as_nothing_new(region: Region, editor: User, kind: str) -> None:
    apply(read(book(rows(), PEOPLE), "р.xlsx"), by=editor)
    place = {"latitude": 54.601234, "longitude": -169.5}
    Organisation.objects.filter(code="02-1").update(address="=1+1", phone="'@x", **place)
    content = export(region.authority, editor, kind)
    plan = read(content, f"р.{kind}", by=editor)
    assert [str(problem) for problem in plan.problems] == []
    assert list(plan.changes()) == []
    assert plan.is_empty
    assert bool(plan.people) is (kind != "csv")
    assert bool(plan.organisations) is (kind != "people.csv")
    assert Entry.objects.get(code="exports.released").text.startswith("взял(а) копию «Реестр, Министерство")


def test_a_copy_holds_people_only_for_those_who_may_see_them(region: Region) -> None:
    post = Post.objects.create(
        person=Person.objects.create(last_name="Ким"), organisation=region.schools[0], title="директор"
    )
    observer = region.user(RoleCode.OBSERVER)
    sheets = openpyxl.load_workbook(io.BytesIO(export(region.authority, observer, "xlsx"))).sheetnames
    assert sheets == ["Организации"]
    with pytest.raises(Denied):
        export(region.authority, observer, "people.csv")
    assert "Ким" in export(post.organisation, region.user(RoleCode.SCHOOL_HEAD), "people.csv").decode("utf-8-sig")


@pytest.mark.parametrize("text", ["=1", "'=1", "@a", "+cmd", "-x", "''+cmd"])
def test_formulas_get_an_apostrophe_that_imports_take_away(text: str) -> None:
    assert escaped(text) == f"'{text}"
    assert plain(escaped(text)) == text


@pytest.mark.parametrize("text", ["+7 (495) 123-45-67", "-5", "'слово", "школа", ""])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert escaped(text) == text
    assert plain(text) == text
