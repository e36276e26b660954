from __future__ import annotations

import datetime as dt
import io

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.actor import System
from opora.journal.actions import OPENED, opened, record
from opora.journal.commands import show_journal
from opora.journal.models import Entry
from opora.journal.queries import search, visible
from opora.registry.models import Organisation
from opora.ui.points import menu_of
from tests.factories import Region

URL = "/journal/"


def write(text: str, at: Organisation, *, confidential: bool = False, by: User | System | None = None) -> Entry:
    return record("t.done", text, by=by or System(), on=at, path=at.path, confidential=confidential)


def texts(user: User) -> set[str]:
    return set(visible(user).values_list("text", flat=True))


# -- who sees what -----------------------------------------------------------------------------------------------


def test_the_journal_is_cut_to_the_scope(region: Region) -> None:
    here, there = region.schools[0], region.schools[2]
    write("здесь", here)
    write("там", there)
    assert texts(region.user(RoleCode.REGIONAL_COORDINATOR)) == {"здесь", "там"}
    assert texts(region.user(RoleCode.MUNICIPAL_COORDINATOR)) == {"здесь"}
    for role in (RoleCode.SCHOOL_HEAD, RoleCode.OBSERVER, RoleCode.ADMINISTRATOR):
        assert texts(region.user(role)) == set()


def test_one_sees_what_one_did(region: Region) -> None:
    head = region.user(RoleCode.SCHOOL_HEAD)
    write("сдал(а) отчёт", region.schools[0], by=head)
    assert texts(head) == {"сдал(а) отчёт"}
    assert texts(region.user(RoleCode.SCHOOL_STAFF)) == set()


def test_confidential_entries_ask_for_the_lists_too(region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    write("открыл(а) список", region.schools[0], confidential=True)
    coordinator = region.user(RoleCode.MUNICIPAL_COORDINATOR)
    assert texts(coordinator) == {"открыл(а) список"}
    scope = User.scope
    monkeypatch.setattr(User, "scope", lambda self, p: scope(self, p) if p != "lists.view" else type(scope(self, p))())
    assert texts(coordinator) == set()


# -- opening -----------------------------------------------------------------------------------------------------


def test_opening_is_written_once_a_person_object_and_hour(region: Region) -> None:
    one, other = region.user(RoleCode.REGIONAL_COORDINATOR), region.user(RoleCode.SCHOOL_HEAD)
    school = region.schools[0]

    def look(by: User, on: Organisation) -> Entry | None:
        return opened(by=by, on=on, text="открыл(а) список", path=school.path)

    with time_machine.travel(timezone.now(), tick=False) as clock:
        entry = look(one, school)
        assert entry
        assert entry.confidential
        assert look(one, school) is None
        assert look(other, school)
        assert look(one, region.schools[1])
        clock.shift(dt.timedelta(minutes=61))
        assert look(one, school)
    assert Entry.objects.filter(code=OPENED).count() == 4


# -- the page ----------------------------------------------------------------------------------------------------


def test_search_knows_neither_case_nor_io_nor_quotes(region: Region) -> None:
    write("принял(а) отчёт МБОУ «СОШ № 6»", region.schools[0])
    for text in ("ОТЧЕТ", "мбоу сош 6", "система Принял", "сош №6"):
        assert search(Entry.objects.all(), text).count() == 1, text
    assert not search(Entry.objects.all(), "вернул").exists()


def test_the_page_shows_filters_and_finds(region: Region, client: Client) -> None:
    client.force_login(region.user(RoleCode.REGIONAL_COORDINATOR))
    with time_machine.travel("2026-03-31T21:30:00Z"):  # the first of April in Moscow
        write("давнее дело", region.schools[0])
    with time_machine.travel("2026-05-10T12:00:00Z"):
        write("новое дело", region.schools[0])

    def shown(**query: str) -> tuple[bool, bool]:
        text = client.get(URL, query).content.decode()
        return "давнее дело" in text, "новое дело" in text

    assert shown() == (True, True)
    assert shown(since="2026-04-01", until="2026-04-01") == (True, False)
    assert shown(since="2026-04-02") == (False, True)
    assert shown(until="2026-03-31") == (False, False)
    assert shown(until="9999-12-31") == (True, True)
    assert shown(since="нет") == (True, True)
    assert shown(q="НОВОЕ") == (False, True)


def test_the_page_costs_the_same_for_many_entries(region: Region, client: Client) -> None:
    client.force_login(region.user(RoleCode.REGIONAL_COORDINATOR))

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(URL).status_code == 200
        return len(queries)

    write("одно", region.schools[0])
    few = cost()
    for number in range(20):
        write(f"ещё {number}", region.schools[number % 4])
    assert cost() == few


def test_the_page_asks_to_sign_in(client: Client, db: None) -> None:
    assert client.get(URL).status_code == 302


def test_the_menu_has_it_for_those_who_read_the_journal(region: Region) -> None:
    def labels(role: str) -> set[str]:
        return {item.label for item in menu_of(region.user(role)) if item.url == reverse("journal:entries")}

    assert labels(RoleCode.REGIONAL_COORDINATOR) == {"Журнал"}
    assert labels(RoleCode.SCHOOL_HEAD) == set()


def test_the_command_shows_the_last_entries(region: Region) -> None:
    for number in range(5):
        write(f"дело\n{number}", region.schools[0])
    write("чужое", region.schools[2])
    out = io.StringIO()
    assert show_journal(region.user(RoleCode.MUNICIPAL_COORDINATOR), 2, out) == 0
    assert [line.rpartition("\t")[2] for line in out.getvalue().splitlines()] == ["Система дело 3", "Система дело 4"]
