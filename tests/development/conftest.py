"""A region with an instrument of every kind of task, and teachers who sit it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.clock import today
from opora.development.actions import building, giving, sitting
from opora.development.content import Content, Kind, Scale, Task
from opora.development.models import Diagnosis, Instrument, InstrumentVersion, Sitting
from opora.registry.models import Organisation, Person
from opora.registry.models.people import Post
from tests import factories
from tests.factories import Region

CONTENT = Content(
    30,
    (Scale("s1", "Планирование урока", 60), Scale("s2", "Текстовые задачи", 50)),
    (
        Task("t1", Kind.CHOICE, "Что сначала?", 1, "s1", options=("Цель", "Оценка"), key=(0,)),
        Task("t2", Kind.SEVERAL, "Что входит в урок?", 2, "s1", options=("Мотив", "Звонок", "Итог"), key=(0, 2)),
        Task("t3", Kind.NUMBER, "Сколько будет 0,5 + 12?", 1, "s2", key=("12,5",)),
        Task("t4", Kind.TEXT, "Как зовут приём?", 1, "s2", key=("кластер-секрет", "гроздь-секрет")),
        Task("t5", Kind.MATCHING, "Соедините", 2, "s2", pairs=(("квадрат", "4"), ("треугольник", "3"))),
    ),
)
RIGHT = {"t1": 0, "t2": [0, 2], "t3": "12,5", "t4": "Кластер-секрет", "t5": [1, 0]}


@pytest.fixture
def region() -> Region:
    return factories.region()


@pytest.fixture
def coordinator(region: Region) -> User:
    return region.user(RoleCode.REGIONAL_COORDINATOR)


def made(by: User, territory: Organisation, content: Content = CONTENT) -> InstrumentVersion:
    """A published version."""
    said = {"title": "Методика математики", "subject": "mat", "kind": "method"}
    one: Instrument = building.create(by=by, territory=territory, **said)
    version = one.versions.get()
    building.change(version, lambda _: content, by=by, revision=0)
    building.publish(version, by=by, revision=1)
    return InstrumentVersion.objects.select_related("instrument__territory").get(pk=version.pk)


def teacher(school: Organisation, name: str = "Учителева", *, account: bool = True) -> User:
    """A teacher of mathematics; without `account` the returned user is not kept."""
    person = Person.objects.create(last_name=name, first_name="Анна")
    Post.objects.create(person=person, organisation=school, title="Учитель математики")
    if not account:
        return User(person=person)
    user = factories.user(RoleCode.SCHOOL_STAFF, school)
    user.person = person
    user.save()
    return user


def prepared(by: User, version: InstrumentVersion, place: Organisation, **values: object) -> Diagnosis:
    day = today()
    said = {"post": "учитель математики", "title": "Диагностика осени", "opens": day}
    return giving.prepare(
        by=by, version=version, place=place, **{**said, "closes": day + dt.timedelta(days=5), **values}
    )


Given = Callable[..., Diagnosis]


@pytest.fixture
def given(region: Region, coordinator: User) -> Given:
    """A diagnosis given to everybody there is."""

    def give(**values: object) -> Diagnosis:
        out = InstrumentVersion.objects.filter(published_at__isnull=False, instrument__territory=region.authority)
        version = out.first()
        one = prepared(coordinator, version or made(coordinator, region.authority), region.authority, **values)
        giving.give(one, by=coordinator)
        return one

    return give


def sit(one: Diagnosis, user: User, answers: dict[str, object]) -> Sitting:
    """Sat from beginning to end."""
    found = sitting.start(Sitting.objects.get(diagnosis=one, person=user.person), by=user)
    for code, said in answers.items():
        task = one.version.said.task(code)
        assert task
        assert sitting.answer(found, by=user, task=task, given=said)
    sitting.finish(found, by=user)
    return Sitting.objects.get(pk=found.pk)
