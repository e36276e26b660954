"""An instrument with its key, and a diagnosis given to one teacher."""

from __future__ import annotations

import datetime as dt

from django.core.files.uploadedfile import SimpleUploadedFile

from opora.core.clock import today
from opora.development.actions import building, giving, helping, planning, sitting, studies
from opora.development.content import Content, Kind, Scale, Task
from opora.development.models import Diagnosis
from opora.registry.models import Person
from opora.registry.models.people import Post
from tests.site.world.objects import World

_DAYS = {"opens": today(), "closes": today() + dt.timedelta(days=30)}


def add_teachers(world: World) -> None:
    by, school = world.coordinator, world.region.schools[0]
    user = world.users["inside", "school_staff"]
    user.person = Person.objects.create(last_name=user.display_name)
    user.save()
    Post.objects.create(person=user.person, organisation=school, title="учитель физики")
    task = Task("t1", Kind.TEXT, f"Задание {world.word('Тэта')}", 1, "s1", key=(world.word("Ключ-тэта"),))
    content = Content(40, (Scale("s1", "Шкала", 50),), (task,))
    said = {"title": f"Инструмент {world.word('Тэта')}", "subject": "phy", "kind": "subject"}
    world.instrument = building.create(by=by, territory=world.region.authority, **said)
    version = world.instrument.versions.get()
    building.change(version, lambda _: content, by=by, revision=0)
    building.publish(version, by=by, revision=1)
    building.new_version(world.instrument, by=by)
    world.diagnosis = giving.prepare(
        by=by,
        version=version,
        place=world.region.authority,
        post="учитель физики",
        title=f"Диагностика {world.word('Тэта')}",
        opens=today(),
        closes=today() + dt.timedelta(days=30),
    )
    giving.give(world.diagnosis, by=by)
    world.sitting = world.diagnosis.sittings.get()
    world.study = studies.order(
        by=by,
        territory=school,
        place=school,
        kind="in_school",
        title=f"Работа {world.word('Замер')}",
        subject="mat",
        grades=[5],
        opens=today(),
        closes=today(),
        material=SimpleUploadedFile("Задания.pdf", b"%PDF-1.7"),
    )
    studies.start(world.study, by=by)
    world.study_school = world.study.schools.get()
    _plan(world, giving.prepare(by=by, version=version, place=school, post="физики", title="Прежняя", **_DAYS))


def _plan(world: World, before: Diagnosis) -> None:
    """A diagnosis sat by the same teacher, shown to his head, with a line of a plan."""
    user = world.users["inside", "school_staff"]
    giving.give(before, by=world.coordinator)
    world.sat = sitting.start(before.sittings.get(), by=user)
    sitting.finish(world.sat, by=user)
    world.sat.refresh_from_db()
    sitting.consent(world.sat, by=user, given=True)
    said = {"kind": "course", "deficit": "Шкала", "provider": "ИРО", "title": f"Курс {world.word('Помощь-тэта')}"}
    world.helped_by = helping.add(by=world.coordinator, territory=world.region.authority, **said)
    world.undertaking = planning.add_line(
        world.sat, by=user, deficit="Шкала", title=f"Прочесть {world.word('План-тэта')}", due=today()
    )
