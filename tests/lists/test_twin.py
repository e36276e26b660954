"""The public twin: nothing in its bytes tells which schools are listed, in whatever case the document names them."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import docx
import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from opora.access.models import User
from opora.core.workflow import Refused
from opora.decrees.model import Activity, RoadMap, Section, Source
from opora.decrees.reading.cases import analyser
from opora.decrees.reading.responsible import read_responsible
from opora.documents import actions as documents
from opora.documents.models import Document, DocumentState, FactKind
from opora.journal.models import Entry
from opora.lists.models import ListEntry, SchoolList
from opora.lists.twin import office
from opora.lists.twin.actions import save_twin
from opora.lists.twin.finding import Finder
from opora.lists.twin.labels import Labels
from opora.lists.twin.making import Choices, Maker, digest_of
from opora.lists.twin.models import Twin
from opora.lists.twin.subjects import Subject, Subjects
from opora.lists.twin.words import numbers_of, telling, tokens_of, types_of
from opora.registry import actions as registry
from opora.registry.models import Organisation, Post
from tests.factories import Region


def subject(key: str, *names: str, settlement: str = "", head: tuple[str, str] | None = None) -> Subject:
    made = Subject(key, place=set(telling(settlement)), heads=[head] if head else [])
    for name in names:
        made.words |= telling(name)
        made.numbers |= numbers_of(name)
        made.types |= types_of(name)
    return made


SUBJECTS = Subjects(
    [
        subject("A", "МБОУ «Ясногорская СОШ № 1»", settlement="с. Ясногорское", head=("ковальчук", "АП")),
        subject("B", "МБОУ «СОШ № 6»", settlement="г. Заречный", head=("вершинина", "ОС")),
        subject("C", "МКОУ «Гимназия «Гармония»"),
        subject("D", "МБОУ Покровская ООШ имени Петра Лаптева", settlement="село Покровка"),
    ],
    frozenset({"ясногорский", "луговой"}),
)

FOUND = [
    ("Директору МБОУ «Ясногорская СОШ № 1» Ковальчук А.П. поручить", ["МБОУ «Ясногорская СОШ № 1»", "Ковальчук А.П."]),
    ("в Ясногорской средней общеобразовательной школе № 1", ["Ясногорской средней общеобразовательной школе № 1"]),
    ("школы Ясногорского района", ["Ясногорского района"]),
    ("школам № 6, 12 и СОШ №6", ["школам № 6", "12", "СОШ №6"]),
    ("школа 6", ["школа 6"]),
    ("№ 6", ["№ 6"]),
    ("посетить Ясногорскую школу; А. П. Ковальчук", ["Ясногорскую школу", "А. П. Ковальчук"]),
    ("Ковальчуку Андрею Петровичу", ["Ковальчуку Андрею Петровичу"]),
    ("гимназией «Гармония»", ["гимназией «Гармония»"]),
    ("Покровской ООШ имени Петра Лаптева в селе Покровке", ["Покровской ООШ имени Петра Лаптева", "селе Покровке"]),
    ("3 школы, в двух общеобразовательных организациях", ["3", "двух"]),
    ("МБОУ «COШ № 6» латиницей", ["МБОУ «COШ № 6»"]),
    ("Ясно\u00adгорской школе", ["Ясно\u00adгорской школе"]),
]
NOT_FOUND = [
    "распоряжение от 01.02.2026 № 6",
    "в гармонии с природой",
    "1. Школам района до 1 октября",
    "Ковальчук И.И.",
    "школы с низкими образовательными результатами",
    "Общеобразовательным организациям обеспечить участие 20 школ",
    "учителям школ 5-9 классов",
    "в школах 2026 года постройки",
]


@pytest.mark.parametrize(("text", "parts"), FOUND)
def test_what_tells_is_found_in_any_case(text: str, parts: list[str]) -> None:
    found = [text[one.start : one.end] for one in Finder(SUBJECTS).find(text)]
    assert found == parts


@pytest.mark.parametrize("text", NOT_FOUND)
def test_what_tells_nothing_stays(text: str) -> None:
    assert Finder(SUBJECTS).find(text) == []


def test_one_school_is_one_number_in_its_case() -> None:
    text = "В Ясногорской школе и МБОУ «СОШ № 6», директору Ковальчук А.П.; Ясногорскую школу, школой № 6"
    found = Finder(SUBJECTS).find(text)
    labels = Labels("document", found)
    said = [labels.of(one) for one in found]
    number = said[0][-1]
    assert said[0] == f"общеобразовательной организации {number}"
    assert said[2] == f"руководитель общеобразовательной организации {number}"
    assert said[3] == f"общеобразовательную организацию {number}"
    assert said[1].rsplit(" ", 1)[1] == said[4].rsplit(" ", 1)[1] != number
    assert said[4].startswith("общеобразовательной организацией ")


def test_another_school_of_the_same_place_is_another() -> None:
    text = "Ясногорская СОШ № 1, Ясногорская СОШ № 3, Ясногорская гимназия, Ясногорск"
    kinds = [(one.kind, one.key) for one in Finder(SUBJECTS).find(text)]
    assert kinds[0] == ("school", "A")
    assert kinds[3][0] == "place"
    assert len(set(kinds)) == 4
    own = Finder(SUBJECTS, own_number="6")
    assert own.find("№ 6") == []  # the number of the document itself
    assert own.find("школа № 6") != []


def test_the_order_of_the_numbers_tells_nothing() -> None:
    mentions = Finder(SUBJECTS).find("школа № 6, Ясногорская школа, гимназия «Гармония», Покровская школа")
    orders = {tuple(Labels(f"document {n}", mentions).of(one)[-1] for one in mentions) for n in range(30)}
    assert len(orders) > 5


# -- any document ---------------------------------------------------------------------------------------------------

SECRET = ("ясногорская", "гармония", "покровская", "лаптева", "покровка", "ковальчук", "вершинина")


def forms(word: str) -> list[str]:
    """The word as it may be written, with a capital."""
    readings = [reading for reading in analyser().parse(word) if reading.tag.POS in ("NOUN", "ADJF")]
    return sorted({form.word.capitalize() for reading in readings for form in reading.lexeme if form.tag.case})


FORMS = {word: forms(word) for word in SECRET}
MENTIONS = st.one_of(
    st.sampled_from([form for word in SECRET for form in FORMS[word]]),
    st.builds("{} школе № 1".format, st.sampled_from(FORMS["ясногорская"])),
    st.builds("МБОУ «{} СОШ № 1»".format, st.sampled_from(FORMS["ясногорская"])),
    st.builds("гимназии «{}»".format, st.sampled_from(FORMS["гармония"])),
    st.builds("директору {} А.П.".format, st.sampled_from(FORMS["ковальчук"])),
    st.sampled_from(["школа № 6", "СОШ №6", "школам №№ 6, 12", "МБОУ «СОШ № 6»"]),
)
TEXTS = st.lists(
    st.one_of(MENTIONS, st.sampled_from(["провести семинар", "до 1 октября 2026 года", "№ п/п", "в срок;", "Министр"])),
    min_size=1,
    max_size=5,
).map(" ".join)


def office_file(body: list[str], cells: list[str], head: str, cut: int) -> bytes:
    """A docx that names schools in every place a docx has, its paragraphs cut into runs anywhere."""
    document = docx.Document()
    for text in body:
        paragraph = document.add_paragraph()
        at = cut % (len(text) + 1)
        for part in (text[:at], text[at : at + 1], text[at + 1 :]):
            paragraph.add_run(part)
        document.add_comment(paragraph.runs, text=text, author=text, initials="я")
    table = document.add_table(rows=1, cols=max(len(cells), 1))
    for cell, text in zip(table.rows[0].cells, cells, strict=False):
        cell.text = text
    section = document.sections[0]
    section.header.paragraphs[0].text = head
    section.footer.paragraphs[0].text = head
    about = document.core_properties
    about.title = about.author = about.subject = about.keywords = about.comments = head[:200]
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def everything(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "\n".join(archive.namelist()) + "\n".join(
            archive.read(n).decode("utf-8", "replace") for n in archive.namelist()
        )


@settings(max_examples=25)
@given(st.lists(TEXTS, min_size=1, max_size=4), st.lists(TEXTS, max_size=3), TEXTS, st.integers(0, 80))
def test_no_word_that_tells_is_left_in_the_bytes(body: list[str], cells: list[str], head: str, cut: int) -> None:
    content = office_file(body, cells, head, cut)
    finder = Finder(SUBJECTS)
    texts = office.texts_of(content)
    labels = Labels("document", [one for text in texts for one in finder.find(text)])

    def replace(text: str) -> list[tuple[Any, str]]:
        return [(one, labels.of(one)) for one in finder.find(text)]

    made = office.rewritten(content, replace, title="Открытая версия")
    said = everything(made)
    left = [form for word in SECRET for form in FORMS[word] if form in said]
    assert left == []
    text = "\n".join(office.texts_of(made))
    assert "№ 6" not in text.replace("№6", "№ 6")
    assert len(docx.Document(io.BytesIO(made)).tables) == 1


def test_what_a_docx_hides_is_gone() -> None:
    document = docx.Document()
    document.add_paragraph("Текст")
    buffer = io.BytesIO()
    document.save(buffer)
    tracked = (
        '<w:p><w:del w:id="1" w:author="Ковальчук"><w:r><w:delText>Ясногорская школа</w:delText></w:r></w:del>'
        '<w:ins w:id="2" w:author="Ковальчук"><w:r><w:t>Вставлено</w:t></w:r></w:ins></w:p><w:p>'
    )
    made = io.BytesIO()
    with zipfile.ZipFile(buffer) as archive, zipfile.ZipFile(made, "w") as copy:
        for name in archive.namelist():
            part = archive.read(name)
            if name == "word/document.xml":
                part = part.replace(b"<w:p>", tracked.encode(), 1)
            copy.writestr(name, part)
        copy.writestr("customXml/item9.xml", "<a>Ясногорская</a>")
        copy.writestr("word/embeddings/object.bin", "Ясногорская")
        copy.writestr("docProps/custom.xml", "<a>Ясногорская</a>")
    said = everything(office.rewritten(made.getvalue(), lambda text: [], title="Т"))
    assert "Вставлено" in said
    assert "Ясногорская" not in said
    assert "Ковальчук" not in said


# -- the page -------------------------------------------------------------------------------------------------------


@pytest.fixture
def coordinator(region: Region) -> User:
    return region.user("regional_coordinator")


@pytest.fixture
def listed(region: Region, coordinator: User) -> Organisation:
    school = region.schools[0]
    Organisation.objects.filter(pk=school.pk).update(settlement="с. Ясногорское", email="yasn@school.example")
    made = SchoolList.objects.create(
        territory=region.authority, school_year=2026, title="Список", state="approved",
        approved_at="2026-08-01T00:00Z", approved_by="Иванова",
    )  # fmt: skip
    ListEntry.objects.create(list=made, organisation=school)
    registry.add_alias(by=coordinator, territory=region.authority, name="Ясногорская школа", organisation=school)
    post = registry.add_person(
        by=coordinator, organisation=school, title="директор", last_name="Ковальчук", first_name="А", middle_name="П"
    ).posts.get()
    Post.objects.filter(pk=post.pk).update(is_head=True)
    return school


@pytest.fixture
def original(region: Region, coordinator: User, listed: Organisation) -> Document:
    text = [
        "О поддержке Ясногорской школы (МБОУ «СОШ № 6», Луговой район)",
        "Директору Ковальчук А.П. (yasn@school.example) представить программу.",
        "Методистам Института провести семинар до 1 октября 2026 года.",
    ]
    document = Document(
        organisation=region.authority, kind="order", number="15", title=text[0], state=DocumentState.APPROVED,
        confidential=True, file_name="Приказ о Ясногорской школе.docx", approved_at="2026-09-01T00:00Z",
        approved_by=coordinator, sha256="a" * 64,
    )  # fmt: skip
    document.file.save("x.docx", ContentFile(office_file(text, ["СОШ № 6", "Полевой район"], text[0], 9)), save=False)
    document.save()
    return document


def test_the_twin_is_open_and_its_original_is_not(region: Region, coordinator: User, original: Document) -> None:
    twin = save_twin(original, by=coordinator, choices=Choices())
    observer, head = region.user("observer"), region.user("school_head", region.schools[3])
    for reader in (observer, head):
        seen = Document.objects.visible(reader)
        assert twin.document in seen
        assert original not in seen
        assert not Twin.objects.visible(reader).exists()
    with twin.document.file.open("rb") as file:
        said = everything(file.read()) + twin.document.title + twin.document.file_name
    for word in ("Ясногорск", "Ковальчук", "№ 6", "yasn@", "Лугов"):
        assert word not in said
    assert "провести семинар до 1 октября 2026 года" in said
    assert "общеобразовательн" in twin.document.title
    entry = Entry.objects.get(code="lists.twin_saved")
    assert entry.confidential


def test_what_would_be_left_must_be_confirmed(coordinator: User, original: Document) -> None:
    plan = Maker(original, Choices(), coordinator).plan()
    assert (plan.left, plan.named) == ([], 1)
    off = frozenset(one.code for one in plan.replacements if one.before.startswith("Ковальчук"))
    assert off
    choices = Choices(off=off)
    assert any("Ковальчук" in one for one in Maker(original, choices, coordinator).plan().left)
    with pytest.raises(Refused, match="осталось"):
        save_twin(original, by=coordinator, choices=choices)
    twin = save_twin(original, by=coordinator, choices=choices, leftovers_ok=True)
    with twin.document.file.open("rb") as file:
        assert "Ковальчук" in everything(file.read())


def test_words_can_be_added_by_hand(coordinator: User, original: Document) -> None:
    twin = save_twin(original, by=coordinator, choices=Choices(added=("Методистам  Института",)))
    with twin.document.file.open("rb") as file:
        said = everything(file.read())
    assert "Института" not in said
    assert "[скрыто]" in said


def test_a_new_twin_takes_the_place_of_the_old_one(region: Region, coordinator: User, original: Document) -> None:
    first = save_twin(original, by=coordinator, choices=Choices())
    second = save_twin(original, by=coordinator, choices=Choices())
    seen = Document.objects.visible(region.user("observer"))
    assert second.document in seen
    assert first.document not in seen


def test_the_page_shows_previews_saves_and_grows_old(
    client: Client, coordinator: User, region: Region, original: Document
) -> None:
    client.force_login(coordinator)
    url = reverse("lists:twin", args=[original.public_id])
    assert url in client.get(original.get_absolute_url()).content.decode()
    page = client.get(url).content.decode()
    assert "Ковальчук А.П." in page
    assert "руководитель общеобразовательной организации 1" in page
    plan = Maker(original, Choices(), coordinator).plan()
    codes = [one.code for one in plan.replacements]
    asked = {"shown": codes, "on": codes[1:], "every": "on", "districts": "on", "added": "", "act": "preview"}
    again = client.post(url, asked).content.decode()
    assert f'value="{codes[0]}" checked' not in again
    assert f'value="{codes[1]}" checked' in again
    answer = client.post(url, {**asked, "on": codes, "act": "save"})
    twin = Twin.objects.get()
    assert answer.headers["Location"] == twin.document.get_absolute_url()
    assert original.get_absolute_url() in client.get(twin.document.get_absolute_url()).content.decode()
    for kind in ("docx", "pdf"):
        copy = client.get(reverse("lists:twin_copy", args=[twin.document.public_id, kind]))
        assert copy.headers["Content-Disposition"].startswith("attachment")
    assert "изменён после того" not in client.get(url).content.decode()
    Document.objects.filter(pk=original.pk).update(sha256="b" * 64)
    assert "изменён после того" in client.get(url).content.decode()
    client.force_login(region.user("observer"))
    assert client.get(url).status_code == 404
    assert original.public_id not in client.get(twin.document.get_absolute_url()).content.decode()


def test_a_plain_text_gets_a_docx(coordinator: User, original: Document) -> None:
    text = "Об итогах\n\n№ п/п\tМероприятие\tСрок\n1\tПосетить Ясногорскую школу\tдо 1 октября\n"
    original.file_name = "Приказ.txt"
    original.file.save("x.txt", ContentFile(text.encode()), save=False)
    original.save()
    twin = save_twin(original, by=coordinator, choices=Choices())
    with twin.document.file.open("rb") as file:
        said = everything(file.read())
    assert "Посетить общеобразовательную организацию" in said
    assert "Ясногорск" not in said


def test_a_document_drawn_up_by_hand_has_a_twin_of_its_reading(coordinator: User, listed: Organisation) -> None:
    document = documents.create_by_hand(
        by=coordinator, organisation=Organisation.objects.get(path=listed.root_path), kind="order",
        title="О Ясногорской школе", confidential=True,
    )  # fmt: skip
    fields = {"number": "1", "text": "Директору Ковальчук А.П. представить программу"}
    documents.add_fact(document, by=coordinator, kind=FactKind.CLAUSE, fields=fields)
    row = Activity("1", "Посетить Ясногорскую школу", None, read_responsible(["ИРО"]), Source(line=1), 0.98)
    documents.fill(document, by=coordinator, roadmaps=[RoadMap("План", None, None, [Section("Первый", [row])])])
    twin = save_twin(document, by=coordinator, choices=Choices())
    with twin.document.file.open("rb") as file:
        said = everything(file.read()) + twin.document.file_name
    for word in ("Ясногорск", "Ковальчук"):
        assert word not in said
    for word in ("представить программу", "Посетить общеобразовательную организацию", "ИРО", "Первый"):
        assert word in said
    assert digest_of(document) == twin.digest
    documents.add_fact(document, by=coordinator, kind=FactKind.CLAUSE, fields={"number": "2", "text": "Ещё одно"})
    assert digest_of(document) != twin.digest


def test_only_those_with_all_the_rights_make_it(client: Client, region: Region, original: Document) -> None:
    url = reverse("lists:twin", args=[original.public_id])
    for role, status in (("municipal_coordinator", 404), ("observer", 404), ("administrator", 404)):
        client.force_login(region.user(role))
        assert client.get(url).status_code == status


def test_words_of_schools_and_tokens() -> None:
    assert telling("МБОУ «Ясногорская СОШ № 1»") == {"ясногорская"}
    assert numbers_of("МБОУ СОШ № 06 г. Заречный") == {"6"}
    assert [t.text for t in tokens_of("«СОШ №6».")] == ["«", "СОШ", "№", "6", "»", "."]
