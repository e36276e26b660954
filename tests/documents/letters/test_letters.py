"""Letters: their numbers, their life, who sees them; reminders to all at once; what a protocol says when read back."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import threading
from pathlib import Path

import docx
import pytest
from django.db import connection, connections, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.actor import Denied
from opora.core.clock import today
from opora.core.errors import Problem
from opora.core.models import Job
from opora.core.tasks.running import run_job
from opora.core.workflow import Refused
from opora.decrees import read
from opora.documents.actions import letters, reminding, templates
from opora.documents.letters import queries
from opora.documents.letters.fields import complete
from opora.documents.letters.filling import filled
from opora.documents.letters.printed import pdf
from opora.documents.letters.shipped import shipped
from opora.documents.models import Document, Letter, LetterKind, LetterSeries, LetterState, LetterTemplate
from opora.documents.points import Due, due_work
from opora.journal.models import Entry
from opora.notices.models import Notice
from opora.registry.models import Organisation
from tests import factories
from tests.documents.letters.test_templates import template
from tests.factories import Region

pytestmark = pytest.mark.django_db


def written(by: User, region: Region, **values: object) -> Letter:
    given = {"kind": LetterKind.SUMMARY, "title": "Об исполнении", "content": {}, "organisation": region.authority}
    return letters.write(by=by, **{**given, **values})  # type: ignore[arg-type]


def stored(letter: Letter) -> bytes:
    with letter.file.open("rb") as file:
        content: bytes = file.read()
    return content


# -- numbers -----------------------------------------------------------------------------------------------------


def test_numbers_follow_each_other_and_each_organisation_and_book_counts_for_itself(
    region: Region, coordinator: User
) -> None:
    letters.set_format(region.authority, by=coordinator, number_format="01-15/{number}-{year}")
    year = today().year
    plain = [letters.register(written(coordinator, region), by=coordinator) for _ in range(2)]
    secret = letters.register(written(coordinator, region, confidential=True), by=coordinator)
    municipal = written(coordinator, region, organisation=region.municipalities[0])
    assert [one.number_text for one in plain] == [f"01-15/1-{year}", f"01-15/2-{year}"]
    assert secret.number_text == f"01-15/1-{year}дсп"
    assert letters.register(municipal, by=coordinator).number_text == "01-15/1"
    cancelled = letters.cancel(plain[1], by=coordinator, reason="Ошибка в адресате")
    assert (cancelled.state, cancelled.number) == (LetterState.CANCELLED, 2)
    assert letters.register(written(coordinator, region), by=coordinator).number == 3


def test_a_registration_that_fails_takes_no_number(
    region: Region, coordinator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object) -> bytes:
        raise OSError("disk full")

    one = written(coordinator, region)
    with monkeypatch.context() as patch:
        patch.setattr(letters, "filled", broken)
        with pytest.raises(OSError, match="disk full"):
            letters.register(one, by=coordinator)
    assert letters.register(one, by=coordinator).number == 1


@pytest.mark.parametrize("said", ["01-15", "{number}{number}", "{number}{year}{0}", "{number.__class__}"])
def test_a_format_of_numbers_must_hold_the_number_once(region: Region, coordinator: User, said: str) -> None:
    with pytest.raises(Refused):
        letters.set_format(region.authority, by=coordinator, number_format=said)


@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gap_and_no_double_when_many_register_at_once() -> None:
    region = factories.region()
    coordinator = region.user(RoleCode.REGIONAL_COORDINATOR)
    drafts = [written(coordinator, region) for _ in range(24)]
    failed: list[BaseException] = []

    def work(mine: list[Letter], fails: bool) -> None:
        try:
            for one in mine:
                with contextlib.suppress(RuntimeError), transaction.atomic():
                    letters.register(one, by=coordinator)
                    if fails:
                        raise RuntimeError("after the number was taken")
        except BaseException as error:
            failed.append(error)

    def apart(mine: list[Letter], fails: bool) -> None:
        work(mine, fails)
        connections.close_all()

    jobs = [(drafts[n::4], n == 0) for n in range(4)]
    if connection.vendor == "sqlite":  # its test database lives in the memory of one connection
        for job in jobs:
            work(*job)
    else:
        threads = [threading.Thread(target=apart, args=job) for job in jobs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not failed
    numbers = sorted(Letter.objects.filter(state=LetterState.REGISTERED).values_list("number", flat=True))
    assert numbers == list(range(1, 19))
    assert LetterSeries.objects.get().last == 18


# -- the life of a letter ------------------------------------------------------------------------------------------


def test_a_draft_is_changed_registered_and_then_only_cancelled(region: Region, coordinator: User) -> None:
    one = written(coordinator, region, addressee=region.municipalities[0])
    signatory = {"position": "Министр", "name": "А.А. Иванова"}
    one = letters.rewrite(one, by=coordinator, content={"title": "Об итогах", "signatory": signatory})
    assert (one.title, one.signatory) == ("Об итогах", "А.А. Иванова, Министр")
    one = letters.register(one, by=coordinator)
    assert any("Об итогах" in paragraph.text for paragraph in docx.Document(io.BytesIO(stored(one))).paragraphs)
    for act in (
        lambda: letters.rewrite(one, by=coordinator, content={"title": "Иное"}),
        lambda: letters.discard(one, by=coordinator),
        lambda: letters.register(one, by=coordinator),
        lambda: letters.cancel(one, by=coordinator, reason="  "),
    ):
        with pytest.raises(Refused):
            act()
    assert letters.send(one, by=coordinator) == 0
    codes = set(Entry.objects.filter(object_id=one.public_id).values_list("code", flat=True))
    assert codes == {"letters.written", "letters.changed", "letters.registered", "letters.sent"}


def test_a_sent_letter_is_read_by_its_addressee_and_a_secret_one_by_those_who_know(
    region: Region, coordinator: User
) -> None:
    municipal, school = region.user(RoleCode.MUNICIPAL_COORDINATOR), region.schools[0]
    head, other = region.user(RoleCode.SCHOOL_HEAD), region.user(RoleCode.SCHOOL_HEAD, region.schools[1])
    specialist = region.user(RoleCode.REGIONAL_SPECIALIST)
    plain = letters.register(written(coordinator, region, addressee=school), by=coordinator)
    secret = letters.register(written(coordinator, region, addressee=school, confidential=True), by=coordinator)

    def who_sees(letter: Letter) -> list[str]:
        people = {"head": head, "other": other, "municipal": municipal, "specialist": specialist}
        return [name for name, user in people.items() if Letter.objects.visible(user).filter(pk=letter.pk).exists()]

    assert who_sees(plain) == who_sees(secret) == []
    assert letters.send(plain, by=coordinator) == letters.send(secret, by=coordinator) == 1
    assert letters.send(plain, by=coordinator) == 0
    assert who_sees(plain) == ["head", "municipal", "specialist"]
    assert who_sees(secret) == ["head", "municipal"]
    assert Notice.objects.visible(head).count() == 2
    assert not Notice.objects.visible(other).exists()


def test_only_who_may_know_of_lists_writes_a_secret_letter(region: Region, coordinator: User) -> None:
    with pytest.raises(Denied):
        written(region.user(RoleCode.OBSERVER), region)
    administrator = region.user(RoleCode.ADMINISTRATOR)
    with pytest.raises(Denied):
        written(administrator, region, confidential=True)


# -- reminders -----------------------------------------------------------------------------------------------------


@pytest.fixture
def late(region: Region, monkeypatch: pytest.MonkeyPatch) -> list[Due]:
    """Late work of two schools, of the first also by the list."""
    rows = [{"number": "1", "text": "Провести", "state": "просрочено на 3 дня"}]
    found = [
        Due(region.schools[0], False, rows, 1, 0),
        Due(region.schools[0], True, rows, 1, 0),
        Due(region.schools[1], False, rows, 0, 1),
    ]

    def answer(by: object, sender: object, until: object, addressee: Organisation | None) -> list[Due]:
        return [due for due in found if addressee in (None, due.addressee)]

    monkeypatch.setattr(due_work, "_functions", [answer])
    return found


def test_one_press_reminds_everybody_once_even_where_the_worker_is_killed_and_starts_again(
    region: Region, coordinator: User, late: list[Due], monkeypatch: pytest.MonkeyPatch
) -> None:
    region.user(RoleCode.SCHOOL_HEAD)
    job, batch = reminding.remind_all(
        by=coordinator, organisation=region.authority, until=today(), with_soon=True, url="/letters/"
    )
    calls = iter(range(99))

    def killed(*args: object, **values: object) -> int:
        if next(calls) == 1:
            raise KeyboardInterrupt
        return 0

    with monkeypatch.context() as patch:
        patch.setattr(letters, "send", killed)
        with pytest.raises(KeyboardInterrupt):
            run_job.func(job.public_id)
    assert Letter.objects.count() == 1
    Job.objects.filter(pk=job.pk).update(lease_until=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    run_job.func(job.public_id)
    made = list(Letter.objects.filter(batch=batch).order_by("confidential", "number"))
    assert [(one.number_text, one.confidential) for one in made] == [
        ("01-15/1", False),
        ("01-15/2", False),
        ("01-15/1дсп", True),
    ]
    job.refresh_from_db()
    assert (job.state, job.url) == ("done", f"/letters/?batch={batch}")


def test_nobody_to_remind_is_said(region: Region, coordinator: User, late: list[Due]) -> None:
    late.clear()
    with pytest.raises(Refused, match="некому"):
        reminding.remind_all(by=coordinator, organisation=region.authority, until=today(), with_soon=True, url="/")


# -- templates -----------------------------------------------------------------------------------------------------


def test_a_replaced_template_is_used_below_too_and_can_be_taken_back(region: Region, coordinator: User) -> None:
    kind = LetterKind.SUMMARY

    def replace(text: str) -> LetterTemplate:
        content = template(text)
        return templates.replace_template(
            by=coordinator, organisation=region.authority, kind=kind, content=content, name="свой.docx"
        )

    def in_force(organisation: Organisation) -> int | None:
        found = queries.current_template(organisation, kind)
        return found.version if found else None

    first, second = replace("Первый {{ title }}"), replace("Второй {{ title }}")
    assert (first.version, in_force(region.authority), in_force(region.schools[0])) == (1, 2, 2)
    one = letters.register(written(coordinator, region), by=coordinator)
    assert docx.Document(io.BytesIO(stored(one))).paragraphs[0].text == "Второй Об исполнении"
    templates.take_template(first, by=coordinator)
    assert in_force(region.schools[0]) == 1
    templates.drop_template(by=coordinator, organisation=region.authority, kind=kind)
    assert in_force(region.schools[0]) is None
    assert LetterTemplate.objects.count() == 2
    with pytest.raises(Problem, match="такого поля нет"):
        replace("{{ nope }}")
    with pytest.raises(Denied):
        templates.drop_template(by=region.user(RoleCode.OBSERVER), organisation=region.authority, kind=kind)
    assert second.file_name == "свой.docx"


# -- the protocol --------------------------------------------------------------------------------------------------

WORDS = ("Представить сведения", "Провести совещание", "Обеспечить участие учителей", "Собрать предложения школ")
EXECUTORS = ("МОУО", "Институт развития образования", "Муниципальные методические службы")
decision = st.tuples(
    st.sampled_from(WORDS), st.sampled_from(EXECUTORS), st.dates(dt.date(2026, 12, 1), dt.date(2027, 12, 31))
)


@settings(max_examples=6)
@given(
    st.lists(decision, min_size=1, max_size=6),
    st.lists(st.sampled_from(["Ковалёва Н.П.", "Орлов Д.С."]), max_size=2, unique=True),
    st.booleans(),
)
def test_a_protocol_is_read_back_with_its_decisions(
    tmp_path: Path, said: list[tuple[str, str, dt.date]], present: list[str], more: bool
) -> None:
    kind = LetterKind.PROTOCOL
    content = complete(
        kind,
        {
            "organisation": {"name": "Департамент образования Заречной области"},
            "number": "01-15/3",
            "date": "26.11.2026",
            "title": "заседания региональной рабочей группы",
            "place": "г. Заречный",
            "chair": "Орлов Д.С.",
            "secretary": "Соколова М.П." if more else "",
            "present": [{"name": name, "position": "ректор"} for name in present],
            "invited": "директора школ" if more else "",
            "agenda": [{"number": 1, "text": "О ходе диагностики"}, {"number": 2, "text": "Разное"}],
            "text": "Ковалёву Н.П. о ходе диагностики." if more else "",
            "decisions": [
                {"number": n, "text": text, "executor": executor, "due": f"до {due:%d.%m.%Y}"}
                for n, (text, executor, due) in enumerate(said, 1)
            ],
            "signatory": {"position": "Председатель", "name": "Д.С. Орлов"},
        },
    )
    for name, file in (("p.docx", filled(shipped(kind), content)), ("p.pdf", pdf(kind, content))):
        path = tmp_path / name
        path.write_bytes(file)
        decree = read(path)
        assert (decree.kind, decree.number, decree.date) == ("protocol", "01-15/3", dt.date(2026, 11, 26))
        found = [one for roadmap in decree.roadmaps for section in roadmap.sections for one in section.activities]
        assert [
            (one.number, one.text, one.responsible[0].text, one.deadline.windows if one.deadline else None)
            for one in found
        ] == [(str(n), text, executor, ((None, due),)) for n, (text, executor, due) in enumerate(said, 1)]


def test_a_registered_protocol_becomes_a_document(region: Region, coordinator: User) -> None:
    content = {
        "date": "20.11.2026",
        "decisions": [{"number": "1", "text": "Провести", "due": "до 20.12.2026", "executor": "МОУО"}],
    }
    one = written(coordinator, region, kind=LetterKind.PROTOCOL, content=content)
    with pytest.raises(Refused):
        letters.enter(one, by=coordinator)
    one = letters.register(one, by=coordinator)
    assert one.date == dt.date(2026, 11, 20)
    made = letters.enter(one, by=coordinator)
    run_job.func(made.job_id)
    made = Document.objects.get(pk=made.pk)
    assert (made.kind, made.number, made.facts.filter(kind="activity").count()) == ("protocol", one.number_text, 1)
    with pytest.raises(Refused):
        letters.enter(one, by=coordinator)


def test_another_template_later_does_not_change_a_registered_letter(region: Region, coordinator: User) -> None:
    one = letters.register(written(coordinator, region), by=coordinator)
    before = stored(one)
    content = template("Иной {{ title }}")
    templates.replace_template(
        by=coordinator, organisation=region.authority, kind=one.kind, content=content, name="a.docx"
    )
    assert stored(Letter.objects.get(pk=one.pk)) == before
