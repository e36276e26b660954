"""The pages: with and without HTMX, as every role, and no more queries for more rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from opora.access.models import User
from opora.documents import actions, points
from opora.documents.models import Document, DocumentState, Fact, FactKind
from opora.journal.models import Entry
from opora.ui.points import Tab
from tests.documents.conftest import DEMO, TEXT, Reading, work
from tests.documents.test_actions import rows
from tests.factories import Region
from tests.factories import user as account

HTMX = {"HX-Request": "true"}


def url(name: str, document: Document, *parts: object) -> str:
    return reverse(f"documents:{name}", args=[document.public_id, *parts])


@pytest.fixture
def page(client: Client, coordinator: User) -> Client:
    client.force_login(coordinator)
    return client


def test_upload_read_and_look(page: Client, region: Region) -> None:
    form = page.get(reverse("documents:upload"))
    assert "multiple" in form.content.decode()
    file = SimpleUploadedFile("приказ.txt", TEXT.encode())
    sent = {"documents": [file], "organisation": region.authority.public_id}
    response = page.post(reverse("documents:upload"), sent)
    document = Document.objects.get()
    assert response.headers["Location"] == document.get_absolute_url()
    waiting = page.get(document.get_absolute_url())
    assert 'http-equiv="refresh"' in waiting.content.decode()
    part = page.get(document.get_absolute_url(), headers={**HTMX, "HX-Target": "reading"})
    assert part.status_code == 200
    assert "<html" not in part.content.decode()
    work()
    done = page.get(document.get_absolute_url(), headers={**HTMX, "HX-Target": "reading"})
    assert (done.status_code, done.headers["HX-Redirect"]) == (286, document.get_absolute_url())
    shown = page.get(document.get_absolute_url()).content.decode()
    assert "Провести семинар для учителей" in shown
    assert "срок непонятен" in shown
    assert "data-doubt" in shown


def test_several_files_at_once_and_one_that_is_no_document(page: Client, region: Region) -> None:
    files = [
        SimpleUploadedFile("один.txt", TEXT.encode()),
        SimpleUploadedFile("программа.exe", b"MZ"),
        SimpleUploadedFile("два.txt", TEXT.replace("№ 15", "№ 16").encode()),
    ]
    sent = {"documents": files, "organisation": region.authority.public_id}
    response = page.post(reverse("documents:upload"), sent, follow=True)
    text = response.content.decode()
    assert Document.objects.count() == 2
    assert "такие файлы не загружаются" in text
    alone = {"documents": [SimpleUploadedFile("п.exe", b"MZ")], "organisation": region.authority.public_id}
    refused = page.post(reverse("documents:upload"), alone)
    assert refused.status_code == 200
    assert "такие файлы не загружаются" in refused.content.decode()


@pytest.mark.parametrize("name", ["directive", "letter", "order", "plan", "protocol"])
def test_every_demo_document_has_its_page(page: Client, reading: Reading, name: str) -> None:
    document = reading(DEMO / f"{name}.docx")
    for view in ("text", "file"):
        assert page.get(document.get_absolute_url(), {"view": view}).status_code == 200


def test_facts_lead_to_their_source(page: Client, directive: Document) -> None:
    text = page.get(directive.get_absolute_url()).content.decode()
    row = rows(directive)[0]
    assert row.source["cell"] == "3:1"
    anchor = f"source-0-{row.source['paragraph']}-r3"
    assert f'id="{anchor}"' in text
    assert f'href="#{anchor}"' in text


def test_a_row_is_corrected_in_place(page: Client, order: Document) -> None:
    fact = rows(order)[1]
    at = {**HTMX, "HX-Target": f"fact-{fact.public_id}"}
    place = url("fact", order, fact.public_id)
    form = page.get(place, headers=at).content.decode()
    assert form.strip().startswith("<tbody")
    assert "hx-post" in form
    key = f"fact-{fact.public_id}"
    sent: dict[str, Any] = {
        f"{key}-number": "2",
        f"{key}-text": "Подготовить отчёт",
        f"{key}-deadline": "до 1 ноября 2026",
        f"{key}-responsible": "МОУО",
        f"{key}-edition": fact.edition,
    }
    saved = page.post(place, sent, headers=at).content.decode()
    assert "Подготовить отчёт" in saved
    assert 'hx-swap-oob="true"' in saved
    assert "срок непонятен" not in saved
    late = page.post(place, sent, headers=at).content.decode()
    assert "изменил кто-то другой" in late
    menu = page.get(f"{place}?menu", headers=HTMX).content.decode()
    assert "Объединить со строкой ниже" in menu
    row = page.get(f"{place}?row", headers=at).content.decode()
    assert "Подготовить отчёт" in row
    assert "<form" not in row


def test_the_same_without_scripts(page: Client, order: Document) -> None:
    fact = rows(order)[1]
    place = url("fact", order, fact.public_id)
    whole = page.get(place).content.decode()
    assert "<html" in whole
    assert "Объединить со строкой ниже" in whole
    key = f"fact-{fact.public_id}"
    sent: dict[str, Any] = {f"{key}-text": "", f"{key}-edition": fact.edition}
    assert "form-errors" in page.post(place, sent).content.decode()
    sent[f"{key}-text"] = "Исправлено"
    response = page.post(place, sent)
    assert response.headers["Location"] == f"{order.get_absolute_url()}#fact-{fact.public_id}"
    for name in ("up", "merge", "remove_fact", "restore_fact"):
        assert page.post(url(name, order, fact.public_id)).status_code == 302
        assert page.get(order.get_absolute_url()).status_code == 200
    parts = {"texts": "Первая часть\nВторая часть"}
    assert page.post(url("split", order, fact.public_id), parts).status_code == 302
    added = f"{url('add_fact', order, 'activity')}?after={fact.public_id}"
    assert page.get(added).status_code == 200
    assert page.post(added, {"fact-text": "Ниже"}).status_code == 302
    assert "Ниже" in [row.data["text"] for row in rows(order)]


@pytest.mark.parametrize("kind", [kind for kind in FactKind.values if kind not in ("heading", "finding")])
def test_anything_can_be_added_by_hand(page: Client, order: Document, kind: str) -> None:
    parents = {"section": "roadmap", "item": "activity", "member": "group"}
    parent = ""
    if kind in parents:
        found = rows(order, parents[kind])
        made = found[0] if found else actions.add_fact(order, by=order.uploaded_by, kind="group", title="Группа")
        parent = f"?parent={made.public_id}"
    values = {
        "text": "Текст", "title": "Название", "name": "Петрова А.А.", "role": "chair", "mentor": "СОШ № 1",
        "mentored": "СОШ № 2\nСОШ № 3", "columns": "Школа\nЧисло", "short": "ИРО", "long": "институт", "kind": "order",
        "period_from": "2026-09-01", "period_to": "2027-05-31", "deadline": "ежемесячно", "responsible": "МОУО",
        "said": "Пункт 3 исключить.",
    }  # fmt: skip
    values |= {"kind": "remove"} if kind == FactKind.CHANGE else {}
    sent = {f"fact-{name}": value for name, value in values.items()}
    place = url("add_fact", order, kind) + parent
    assert page.get(place).status_code == 200
    assert page.post(place, sent).status_code == 302
    assert Fact.objects.filter(document=order, kind=kind, original__isnull=True).exists()
    assert page.get(order.get_absolute_url()).status_code == 200


def test_approval_says_what_it_makes(
    page: Client, order: Document, reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(points.preview, "_functions", [lambda document, decree: ["Будет создана дорожная карта."]])
    monkeypatch.setattr(points.approved, "_functions", [])
    other = reading(TEXT, "копия.txt")
    asked = page.get(url("approve", other)).content.decode()
    assert "Будет создана дорожная карта." in asked
    assert "Похоже, этот документ уже есть" in asked
    assert "неуверенно" in asked
    again = page.post(url("approve", other)).content.decode()
    assert "Подтвердите" in again
    assert page.post(url("approve", other), {"duplicates_ok": "1"}).status_code == 302
    other.refresh_from_db()
    assert other.state == DocumentState.APPROVED
    shown = page.get(other.get_absolute_url()).content.decode()
    assert "Изменить:" not in shown
    assert "Сейчас утвердить документ нельзя" in page.get(url("approve", other)).content.decode()


def test_withdrawing_asks_once_and_is_undone(page: Client, order: Document) -> None:
    assert "Отозвать документ?" in page.post(url("withdraw", order)).content.decode()
    page.post(url("withdraw", order), {"confirmed": "1"})
    order.refresh_from_db()
    assert order.state == DocumentState.WITHDRAWN
    assert page.get(order.get_absolute_url()).status_code == 200
    page.post(url("restore", order))
    order.refresh_from_db()
    assert order.state == DocumentState.REVIEW


def test_other_pages(page: Client, order: Document, region: Region) -> None:
    assert page.post(url("access", order), {"confidential": "1"}).status_code == 302
    assert "ограниченный доступ" in page.get(order.get_absolute_url()).content.decode()
    assert page.get(url("copy", order)).status_code == 200
    assert page.post(url("copy", order), {"years": "1"}).status_code == 302
    assert page.post(url("read", order)).status_code == 302
    work()
    assert page.get(url("replace", order)).status_code == 200
    file = SimpleUploadedFile("новый.txt", TEXT.replace("№ 15", "№ 17").encode())
    assert page.post(url("replace", order), {"file": file}).status_code == 302
    work()
    order.refresh_from_db()
    assert order.number == "17"
    form = {"organisation": region.authority.public_id, "kind": "plan", "title": "План"}
    assert page.get(reverse("documents:create")).status_code == 200
    assert page.post(reverse("documents:create"), form).status_code == 302
    assert page.get(Document.objects.get(title="План").get_absolute_url()).status_code == 200


def test_a_reading_that_was_given_up_can_be_started_again(page: Client, order: Document) -> None:
    Document.objects.filter(pk=order.pk).update(state="reading", job_id="")
    text = page.get(order.get_absolute_url()).content.decode()
    assert "Прочитать заново" in text
    assert page.post(url("read", order)).status_code == 302
    work()
    order.refresh_from_db()
    assert order.state == DocumentState.REVIEW


# -- files -------------------------------------------------------------------------------------------------------


def test_the_original_leaves_as_it_came_and_is_journalled(page: Client, order: Document) -> None:
    response = page.get(url("file", order))
    assert response.content.decode() == TEXT
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert Entry.objects.filter(code="exports.released", object_id=order.public_id).exists()


def test_pages_of_a_pdf_are_pictures(page: Client, reading: Reading, tmp_path: Path) -> None:
    document = reading(_pdf(), "приказ.pdf")
    assert document.state == DocumentState.REVIEW, document.failure
    assert 'id="page-1"' in page.get(document.get_absolute_url()).content.decode()
    assert 'id="source-1-1"' in page.get(document.get_absolute_url(), {"view": "text"}).content.decode()
    picture = page.get(url("page", document, 1))
    assert picture.content.startswith(b"\x89PNG")
    assert page.get(url("page", document, 99)).status_code == 404


def _pdf() -> bytes:
    import typst

    text = "МИНИСТЕРСТВО ОБРАЗОВАНИЯ\n\nПРИКАЗ\n\nот 1 сентября 2026 года № 15\n\nО поддержке\n\n1. Утвердить план.\n"
    return bytes(typst.compile(text.replace("№", "№").replace("1. ", "1\\. ").encode()))


# -- who sees what -----------------------------------------------------------------------------------------------

DRAFT = {"regional_coordinator"}
APPROVED = DRAFT | {
    *("regional_specialist", "municipal_coordinator", "methodist", "school_head", "school_staff", "observer")
}
ROLES = sorted(APPROVED | {"curator", "administrator"})


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    ("state", "confidential", "known"),
    [("review", False, DRAFT), ("approved", False, APPROVED), ("approved", True, DRAFT), ("withdrawn", False, DRAFT)],
)
def test_documents_of_the_region(
    client: Client, region: Region, order: Document, role: str, state: str, confidential: bool, known: set[str]
) -> None:
    if state == "approved":
        actions.approve(order, by=order.uploaded_by)
    elif state == "withdrawn":
        actions.withdraw(order, by=order.uploaded_by)
    Document.objects.filter(pk=order.pk).update(confidential=confidential)
    reader = region.user(role)
    client.force_login(reader)
    for place in (order.get_absolute_url(), url("file", order)):
        assert client.get(place).status_code == (200 if role in known else 404)
    listed = client.get(reverse("documents:documents"))
    assert listed.status_code == (200 if role in APPROVED else 403)
    if role in APPROVED:
        assert (str(order) in listed.content.decode()) == (role in known)
    if role in APPROVED - DRAFT and role in known:
        assert client.post(url("withdraw", order)).status_code == 403
        assert client.get(url("approve", order)).status_code == 403


def test_a_municipality_keeps_its_drafts_and_sees_only_its_own(
    client: Client, region: Region, reading: Reading
) -> None:
    mine, other = region.municipalities
    coordinator = region.user("municipal_coordinator")
    own = reading(TEXT, organisation=mine, by=coordinator)
    foreign = reading(TEXT, organisation=other, by=region.user("municipal_coordinator", other))
    client.force_login(coordinator)
    assert client.get(own.get_absolute_url()).status_code == 200
    assert client.get(foreign.get_absolute_url()).status_code == 404
    actions.approve(own, by=coordinator, duplicates_ok=True)
    for school, status in ((region.schools[0], 200), (region.schools[2], 404)):
        client.force_login(account("school_head", school))
        assert client.get(own.get_absolute_url()).status_code == status


def test_opening_a_confidential_document_is_journalled(page: Client, reading: Reading) -> None:
    document = reading(TEXT, confidential=True)
    page.get(document.get_absolute_url())
    page.get(document.get_absolute_url())
    entries = Entry.objects.filter(object_id=document.public_id)
    assert entries.filter(code="journal.opened").count() == 1
    assert not entries.filter(confidential=False).exists()


def test_tabs_of_the_floors_above(page: Client, order: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    tab = Tab("Дорожная карта", "/elsewhere/", 10)
    monkeypatch.setattr(points.document_tabs, "_functions", [lambda user, document: [tab]])
    assert "/elsewhere/" in page.get(order.get_absolute_url()).content.decode()


# -- the list ----------------------------------------------------------------------------------------------------


def test_found_by_the_beginnings_of_words(page: Client, order: Document, directive: Document) -> None:
    def found(**asked: str) -> list[bool]:
        text = page.get(reverse("documents:documents"), asked).content.decode()
        return [str(order) in text, str(directive) in text]

    assert found() == [True, True]
    assert found(q="адресн") == [False, True]
    assert found(kind="order") == [True, False]
    assert found(year="2025") == [False, False]
    assert found(state="approved") == [False, False]
    everywhere = page.get(reverse("ui:search"), {"q": "приказ 15"}).content.decode()
    assert str(order) in everywhere


def test_no_more_queries_for_more_rows(
    page: Client, reading: Reading, order: Document, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    page.get(order.get_absolute_url())
    with django_assert_max_num_queries(12):
        page.get(order.get_absolute_url())
    more = "".join(f"{n}\tПровести встречу номер {n}\tдо {n % 28 + 1} октября 2026\tМОУО\n" for n in range(4, 80))
    large = reading(TEXT + more, "большой.txt")
    assert len(rows(large)) > 60
    with django_assert_max_num_queries(12):
        page.get(large.get_absolute_url())
    with django_assert_max_num_queries(12):
        page.get(reverse("documents:documents"))
