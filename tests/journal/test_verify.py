from __future__ import annotations

import io

import pytest
from django.db import DatabaseError, connection, transaction
from pytest_django import DjangoAssertNumQueries, Settings

from opora.core.actor import System
from opora.journal import triggers, verify
from opora.journal.actions import record
from opora.journal.chain import seal
from opora.journal.commands import verify_journal
from opora.journal.models import Entry, Head
from opora.registry.models import Organisation
from tests import factories


@pytest.fixture
def school(db: None) -> Organisation:
    return factories.organisation()


@pytest.fixture
def entries(school: Organisation) -> list[Entry]:
    """Ten entries."""
    return [write(school, number) for number in range(1, 11)]


def write(school: Organisation, number: int) -> Entry:
    return record("t.done", f"сделал(а) {number}", by=System(), on=school, path=school.path, data={"№": [number, 0.5]})


def found(head: tuple[int, str] | None = None) -> list[str]:
    return [str(finding) for finding in verify.verify(head)]


def end() -> tuple[int, str]:
    head = Head.objects.get()
    return head.count, head.mac


def rewrite(key: bytes, settings: Settings) -> None:
    """Seal everything anew with `key`, the end too."""
    settings.OPORA_JOURNAL_KEY = key
    mac = ""
    for entry in Entry.objects.order_by("number"):
        mac = seal(entry, mac)
        Entry.objects.filter(pk=entry.pk).update(mac=mac)
    Head.objects.update(count=Entry.objects.count(), mac=mac)


def test_an_empty_journal_is_whole(db: None) -> None:
    assert found() == []
    assert found((0, "")) == []


def test_a_journal_is_whole(entries: list[Entry], school: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "CHUNK", 3)
    kept = end()
    assert found(kept) == []
    write(school, 11)
    assert found(kept) == []


def test_the_walk_costs_three_queries(entries: list[Entry], django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(3):
        found()


@pytest.mark.usefixtures("unlocked")
class TestDamage:
    @pytest.mark.parametrize(
        "change",
        [
            {"text": "не делал(а)"},
            {"data": {"№": [5, 0.25]}},
            {"actor": "Другой"},
            {"path": ""},
            {"confidential": True},
            {"at": None},
            {"mac": "0" * 64},
        ],
        ids=lambda change: next(iter(change)),
    )
    def test_an_altered_entry(self, entries: list[Entry], change: dict[str, object]) -> None:
        if "at" in change:
            change = {"at": entries[4].at.replace(microsecond=(entries[4].at.microsecond + 1) % 1_000_000)}
        Entry.objects.filter(number=5).update(**change)
        assert len(found()) == 1
        assert "5" in found()[0]
        assert "печат" in found()[0]

    def test_entries_removed_from_the_middle(self, entries: list[Entry]) -> None:
        Entry.objects.filter(number__in=[4, 5, 8]).delete()
        assert found() == ["Записи 4–5 удалены.", "Запись 8 удалена."]

    def test_the_first_entry_removed(self, entries: list[Entry]) -> None:
        Entry.objects.filter(number=1).delete()
        assert found() == ["Запись 1 удалена."]

    def test_a_removed_entry_hidden_by_other_numbers(self, entries: list[Entry]) -> None:
        Entry.objects.filter(number=5).delete()
        for number in range(6, 11):
            Entry.objects.filter(number=number).update(number=number - 1)
        Head.objects.update(count=9)
        assert found()[0].startswith("Записи 5–9 изменены")

    def test_an_entry_inserted_in_the_middle(self, entries: list[Entry]) -> None:
        for number in range(10, 4, -1):
            Entry.objects.filter(number=number).update(number=number + 1)
        forged(entries[4], 5)
        assert any(text.startswith("Записи 5–11 изменены или вставлены") for text in found())
        assert "Запись 11 вставлена за концом журнала." in found()

    def test_an_entry_inserted_behind_the_end(self, entries: list[Entry]) -> None:
        forged(entries[9], 11)
        assert "Запись 11 вставлена за концом журнала." in found()
        Head.objects.update(count=11, mac="f" * 64)
        assert found() == ["Запись 11 изменена или вставлена в обход системы: печать не сходится."]

    def test_an_entry_inserted_before_the_first(self, entries: list[Entry]) -> None:
        forged(entries[0], 0)
        assert found() == ["Запись 0 вставлена: номера начинаются с 1."]

    def test_a_cut_tail(self, entries: list[Entry]) -> None:
        kept = end()
        Entry.objects.filter(number__gt=7).delete()
        assert found() == ["Записи 8–10 удалены с конца журнала."]
        Head.objects.update(count=7, mac=entries[6].mac)
        assert found() == [], "the database alone cannot know"
        assert found(kept) == ["Записи 8–10 удалены: в сохранённом конце журнала записей 10, сейчас 7."]

    def test_everything_removed(self, entries: list[Entry]) -> None:
        kept = end()
        Entry.objects.all().delete()
        Head.objects.all().delete()
        assert found() == []
        assert len(found(kept)) == 1

    def test_a_tail_cut_and_written_anew(self, entries: list[Entry], school: Organisation) -> None:
        kept = end()
        Entry.objects.filter(number__gt=7).delete()
        Head.objects.update(count=7, mac=entries[6].mac)
        for number in range(8, 12):
            write(school, number + 100)
        assert found() == []
        assert found(kept) == ["Запись 10 или записи до неё переписаны: в сохранённом конце журнала её печать другая."]

    def test_a_chain_recomputed_with_another_key(self, entries: list[Entry], settings: Settings) -> None:
        kept, key = end(), settings.OPORA_JOURNAL_KEY
        Entry.objects.filter(number=5).update(text="не делал(а)")
        rewrite(b"another", settings)
        assert found() == []
        assert len(found(kept)) == 1
        settings.OPORA_JOURNAL_KEY = key
        assert found()[0].startswith("Записи 1–10 изменены")
        assert "другой ключ" in found()[0]

    def test_an_altered_end(self, entries: list[Entry]) -> None:
        Head.objects.update(mac="a" * 64)
        assert found() == ["Конец журнала не сходится с записью 10: печать другая."]


def forged(like: Entry, number: int) -> None:
    values = {f.attname: getattr(like, f.attname) for f in Entry._meta.concrete_fields if not f.primary_key}
    Entry.objects.create(**{**values, "number": number, "text": "сделал(а) то, чего не было", "mac": "f" * 64})


# -- the triggers ------------------------------------------------------------------------------------------------


def test_the_database_refuses_to_change_or_delete_entries(entries: list[Entry]) -> None:
    triggers.install(connection)
    attempts = [
        lambda: Entry.objects.filter(number=5).update(text="другое"),
        lambda: Entry.objects.filter(number=5).delete(),
        lambda: Entry.objects.all()._raw_delete("default"),
        lambda: Entry.objects.update(path=""),
    ]
    for attempt in attempts:
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            attempt()
    assert found() == []


def test_the_migrations_leave_the_table_locked(db: None) -> None:
    """The one against DELETE on SQLite is dropped by tests/conftest.py, which fails where there is none."""
    names = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'journal_entry'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE tgrelid = 'journal_entry'::regclass",
    }
    with connection.cursor() as cursor:
        cursor.execute(names[connection.vendor])
        found = {name for (name,) in cursor.fetchall()}
    assert triggers.NAMES["UPDATE"] in found
    assert triggers.NAMES["DELETE"] in found or connection.vendor == "sqlite"


# -- the command -------------------------------------------------------------------------------------------------


def run(head: str | None = None) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    return verify_journal(head, out, err), out.getvalue(), err.getvalue()


def test_the_command_says_whole_and_gives_the_end(entries: list[Entry]) -> None:
    code, out, err = run()
    assert (code, err) == (0, "")
    assert f"10:{entries[9].mac}" in out
    assert run(f"10:{entries[9].mac}")[0] == 0


@pytest.mark.usefixtures("unlocked")
def test_the_command_names_the_findings(entries: list[Entry]) -> None:
    Entry.objects.filter(number=10).delete()
    Head.objects.update(count=9, mac=entries[8].mac)
    assert run()[0] == 0
    code, out, _ = run(f"10:{entries[9].mac}")
    assert code == 1
    assert "Запись 10 удалена" in out
    assert "1 нарушение" in out


@pytest.mark.parametrize("head", ["", "10", "десять:печать", "10:abc"])
def test_an_unreadable_end_is_refused_in_words(db: None, head: str) -> None:
    code, out, err = run(head)
    assert (code, out) == (2, "")
    assert "двоеточие" in err


@pytest.mark.django_db(transaction=True)
def test_tests_with_real_transactions_can_empty_the_journal(region: factories.Region) -> None:
    write(region.schools[0], 1)
