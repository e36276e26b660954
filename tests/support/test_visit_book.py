"""The report of a visit filled in without a network: what is new is added, what differs is asked about."""

from __future__ import annotations

import datetime as dt
import io
import re
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from docx import Document

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.actor import Denied
from opora.core.clock import today
from opora.core.workflow import Refused, Stale
from opora.identification.reading import opening
from opora.identification.reading.opening import Unreadable
from opora.lists.models import SchoolList
from opora.notices.models import Notice
from opora.support.actions import advising, bringing, mentors, sheets, visiting
from opora.support.models import Mentor, ObservationSheet, Visit
from opora.support.papers.visit_book import Line, read
from tests.factories import Region

pytestmark = pytest.mark.django_db
SOON = today() + dt.timedelta(days=30)


@pytest.fixture
def goes(region: Region) -> User:
    return region.user(RoleCode.REGIONAL_SPECIALIST)


@pytest.fixture
def visit(listed: SchoolList, region: Region, coordinator: User) -> Visit:
    """Agreed; one lesson and one recommendation are written."""
    one = mentors.add_mentor(by=coordinator, organisation=region.institute, kind="methodist", name="Лосева И. П.")
    made = visiting.make_visit(by=coordinator, school=region.schools[0], day=today(), team=[one])
    visiting.agree(made, by=region.user(RoleCode.SCHOOL_HEAD), side="school")
    visiting.agree(made, by=region.user(RoleCode.MUNICIPAL_COORDINATOR), side="area")
    given = {"kind": "lesson", "subject": "mat", "about": "7 «А», функции", "text": "Хорошо", "marks": {"aim": 2}}
    visiting.add_note(made, by=coordinator, **given)
    advising.advise(made, by=coordinator, text="Разбор работ", due=SOON)
    return made


def downloaded(client: Client, visit: Visit) -> openpyxl.Workbook:
    content = client.get(reverse("support:visit_book", args=[visit.public_id])).content
    return openpyxl.load_workbook(io.BytesIO(content))


def saved(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_it_goes_round_and_nothing_is_overwritten_silently(visit: Visit, goes: User, client: Client) -> None:
    client.force_login(goes)
    book = downloaded(client, visit)
    assert book["Уроки"]["B2"].value == "7 «А», функции"
    assert len(book["Уроки"].data_validations.dataValidation) == 2
    book["Отчёт"]["B4"] = "Посетили два урока"
    book["Уроки"]["C2"], book["Уроки"]["H2"] = "отчасти", "Лучше"
    for column, value in zip("ABDH", ["русский язык", "8 «Б», причастия", "да", "Живо"], strict=True):
        book["Уроки"][f"{column}3"] = value
    book["Консультации"]["A2"], book["Консультации"]["B2"] = "математика", "Молодые учителя"
    book["Рекомендации"]["A3"], book["Рекомендации"]["B3"] = "Открыть кружок", SOON
    upload = reverse("support:upload_visit_book", args=[visit.public_id])
    shown = client.post(upload, {"file": SimpleUploadedFile("v.xlsx", saved(book))}).content.decode()
    assert "Расхождения: 1" in shown
    assert "Новые записи: 3" in shown
    assert "Уже записано так же: 1" in shown
    assert visit.notes.count() == 1
    signed = re.findall(r'name="signed" value="([^"]+)"', shown)[0]
    take = reverse("support:take_visit_book", args=[visit.public_id])
    given = {"signed": signed, "clashes": "1", "choice-Уроки, A2": "here", "hold": "on"}
    assert client.post(take, given).status_code == 302
    visit.refresh_from_db()
    assert (visit.state, visit.report) == ("held", "Посетили два урока")
    assert [one.text for one in visit.notes.all()] == ["Хорошо", "Живо", ""]
    assert [one.text for one in visit.advice.order_by("pk")] == ["Разбор работ", "Открыть кружок"]
    assert client.post(take, {**given, "choice-Уроки, A2": "file", "hold": ""}).status_code == 302
    first = visit.notes.order_by("pk")[0]
    assert (first.text, first.marks["aim"]) == ("Лучше", 1)
    assert visit.notes.count() == 3
    assert client.post(take, {**given, "signed": signed[:-2]}).status_code == 409


def test_mistakes_are_named_by_sheet_cell_and_value(visit: Visit, goes: User, client: Client, tmp_path: Path) -> None:
    client.force_login(goes)
    book = downloaded(client, visit)
    book["Уроки"]["A3"], book["Уроки"]["B3"], book["Уроки"]["C3"] = "алхимия", "7 «А»", "отлично"
    book["Рекомендации"]["A3"], book["Рекомендации"]["B3"] = "Кружок", "скоро"
    book["Рекомендации"]["A4"], book["Рекомендации"]["B4"] = "разбор работ", SOON
    path = tmp_path / "v.xlsx"
    path.write_bytes(saved(book))
    found = read(path, visit)
    assert [(one.sheet, one.cell, one.value) for one in found.problems] == [
        ("Уроки", "A3", "алхимия"),
        ("Уроки", "C3", "отлично"),
        ("Рекомендации", "B3", "скоро"),
        ("Рекомендации", "A4", "разбор работ"),
    ]
    upload = reverse("support:upload_visit_book", args=[visit.public_id])
    shown = client.post(upload, {"file": SimpleUploadedFile("v.xlsx", path.read_bytes())})
    assert shown.status_code == 422
    assert "Лист «Рекомендации», ячейка B3, «скоро»: Нужна дата" in shown.content.decode()
    visit.public_id = "0" * 26
    with pytest.raises(Unreadable, match="другого визита"):
        read(path, visit)
    (tmp_path / "x.xlsx").write_bytes(b"PK")
    with pytest.raises(Unreadable):
        read(tmp_path / "x.xlsx", visit)


def test_a_visit_keeps_the_sheet_it_was_made_with(
    visit: Visit, region: Region, goes: User, coordinator: User, client: Client, tmp_path: Path
) -> None:
    """The region's own sheet is followed by the form, the file, the day pack and the report of later visits alone."""
    client.force_login(coordinator)
    assert "Действует версия 1" in client.get(reverse("support:observation_sheets")).content.decode()
    made = client.post(reverse("support:start_sheet"))["Location"]
    draft = ObservationSheet.objects.get(state="draft")
    assert made == draft.get_absolute_url()
    edit = reverse("support:edit_sheet", args=[draft.public_id])
    assert "Цель урока понятна ученикам" in client.get(edit).content.decode()
    for wrong, said in (
        ({"criteria": "Цель\nцель", "scale": "нет\nда"}, "две строки одинаковы"),
        ({"criteria": "Цель", "scale": "да"}, "нужно от 2 до 7"),
        ({"criteria": "ц" * 151, "scale": "нет\nда"}, "длиннее 150"),
    ):
        assert said in client.post(edit, wrong).content.decode()
    given = {"criteria": "Ученики говорят\nЦель урока понятна ученикам", "scale": "слабо\nсредне\nхорошо\nотлично"}
    assert client.post(edit, given).status_code == 302
    publish = reverse("support:publish_sheet", args=[draft.public_id])
    assert "Ввести лист в действие?" in client.post(publish).content.decode()
    assert client.post(publish, {"confirmed": "1"}).status_code == 302
    with pytest.raises(Refused, match="начните новую версию"):
        sheets.edit_sheet(draft, by=coordinator, criteria=["Цель"], scale=["нет", "да"])

    old = downloaded(client, visit)
    assert old["Уроки"]["C1"].value == "Цель урока понятна ученикам"
    assert visit.notes.get().said == [("Цель урока понятна ученикам", "да")]
    one = mentors.add_mentor(by=coordinator, organisation=region.institute, kind="methodist", name="Ким А. А.")
    later = visiting.make_visit(by=coordinator, school=region.schools[2], day=today(), team=[one])
    assert later.sheet.number == 2
    note = {"kind": "lesson", "subject": "mat", "about": "5 «А»", "m_own_1": "3", "m_aim": "0"}
    form = reverse("support:add_visit_note", args=[later.public_id])
    assert "отлично" in client.get(form).content.decode()
    assert client.post(form, note).status_code == 302
    assert later.notes.get().said == [("Ученики говорят", "отлично"), ("Цель урока понятна ученикам", "слабо")]
    book = downloaded(client, later)
    assert [cell.value for cell in book["Уроки"][1]] == [
        *("Предмет", "Класс, тема", "Ученики говорят", "Цель урока понятна ученикам", "Выводы")
    ]
    assert [cell.value for cell in book["Уроки"][2]][2:4] == ["отлично", "слабо"]
    for column, value in zip("ABCD", ["математика", "6 «Б»", "Средне", "плохо"], strict=True):
        book["Уроки"][f"{column}3"] = value
    path = tmp_path / "v.xlsx"
    path.write_bytes(saved(book))
    assert [one.cell for one in read(path, later).problems] == ["D3"]
    book = downloaded(client, later)
    for column, value in zip("ABC", ["математика", "6 «Б»", "Средне"], strict=True):
        book["Уроки"][f"{column}3"] = value
    path.write_bytes(saved(book))
    line = read(path, later).lines[1]
    assert (line.marks, line.detail) == ({"own_1": 1}, "Ученики говорят — средне")
    pack = Document(io.BytesIO(client.get(reverse("support:day_pack", args=[later.public_id])).content))
    cells = {cell.text for table in pack.tables for row in table.rows for cell in row.cells}
    assert {"Ученики говорят", "Слабо, средне, хорошо, отлично"} <= cells
    report = Document(io.BytesIO(client.get(reverse("support:visit_report", args=[later.public_id])).content))
    text = "\n".join(cell.text for table in report.tables for row in table.rows for cell in row.cells)
    assert "Ученики говорят — отлично" in text


def test_a_new_sheet_reaches_visits_that_are_to_come(
    visit: Visit, region: Region, goes: User, coordinator: User, client: Client, tmp_path: Path
) -> None:
    """Whose teams take the file anew: that of the former sheet would be misread."""
    one = Mentor.objects.get()
    days = [today() + dt.timedelta(days=number) for number in (3, 4)]
    ahead, written = (visiting.make_visit(by=coordinator, school=visit.school, day=day, team=[one]) for day in days)
    written.notes.create(kind="lesson", subject="mat", about="до переноса", written_by="Кто")
    client.force_login(coordinator)
    path = tmp_path / "v.xlsx"
    path.write_bytes(saved(downloaded(client, ahead)))
    assert read(path, ahead).problems == []
    draft = sheets.start_sheet(region.authority, by=coordinator)
    sheets.edit_sheet(draft, by=coordinator, criteria=["Ученики говорят"], scale=["нет", "да"])
    publish = reverse("support:publish_sheet", args=[draft.public_id])
    assert "ничего не записано: 1." in client.post(publish).content.decode()
    shown = client.post(publish, {"confirmed": "1"}, follow=True).content.decode()
    assert "Перешло на него визитов: 1." in shown
    for each in (visit, ahead, written):
        each.refresh_from_db()
    assert [each.sheet.number for each in (visit, ahead, written)] == [1, 2, 1]
    assert "Новый лист наблюдения" in Notice.objects.filter(user=goes).latest("pk").text
    with pytest.raises(Unreadable, match="по другому листу наблюдения"):
        read(path, ahead)


def test_a_mark_outside_the_sheet_is_refused(visit: Visit, coordinator: User) -> None:
    given = {"kind": "lesson", "subject": "mat", "about": "5 «А»", "text": ""}
    for marks in ({"own_1": 1}, {"aim": 3}, {"aim": -1}):
        with pytest.raises(Refused, match="не по листу"):
            visiting.add_note(visit, by=coordinator, marks=marks, **given)


def test_a_draft_of_a_sheet_is_dropped(region: Region, coordinator: User) -> None:
    draft = sheets.start_sheet(region.authority, by=coordinator)
    assert sheets.start_sheet(region.authority, by=coordinator) == draft
    sheets.drop_sheet(draft, by=coordinator)
    assert ObservationSheet.objects.get().state == "current"
    with pytest.raises(Denied):
        sheets.start_sheet(region.authority, by=region.user(RoleCode.MUNICIPAL_COORDINATOR))


def test_what_was_written_meanwhile_is_looked_at_first(visit: Visit, goes: User, coordinator: User) -> None:
    line = Line("consultation", "Молодые учителя", "mat", {}, "Разобрали", place="Консультации, A2")
    given = {"kind": "consultation", "subject": "mat", "about": "Молодые учителя", "text": "Иначе", "marks": {}}
    visiting.add_note(visit, by=coordinator, **given)
    with pytest.raises(Stale, match="записали другое"):
        bringing.bring(visit, by=goes, lines=[line], seen=0, replace=[])
    assert bringing.bring(visit, by=goes, lines=[line], seen=1, replace=[line.place]) == 1
    assert visit.notes.get(kind="consultation").text == "Разобрали"


def test_no_file_breaks_the_reading(
    visit: Visit, goes: User, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(goes)
    book, path = downloaded(client, visit), tmp_path / "book.xlsx"
    book["Рекомендации"]["A3"], book["Рекомендации"]["B3"] = "Разбор", "1.1.99999999999999999999"
    book["Уроки"]["A100000"] = "далеко внизу"
    path.write_bytes(saved(book))
    assert [one.message for one in read(path, visit).problems] == ["Нужна дата, например 15.01.2027."]
    monkeypatch.setattr(opening, "MAX_FORM", 1000)
    with pytest.raises(Unreadable, match="слишком велик"):
        read(path, visit)
