"""An instrument with its key, and a diagnosis given to one teacher."""

from __future__ import annotations

import datetime as dt

from django.core.files.uploadedfile import SimpleUploadedFile

from opora.access.models import User
from opora.core.clock import today
from opora.development.actions import building, giving, helping, planning, sitting, studies
from opora.development.content import Content, Kind, Scale, Task
from opora.development.models import Diagnosis, Study
from opora.development.models.studies import Taking
from opora.development.participants import Who
from opora.registry.models import Organisation, Person
from opora.registry.models.people import Post
from tests.site.world.objects import World

LISTED = Who(taking=Taking.LISTED, group="listed_both")
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
    world.study = studied(world, school, f"Работа {world.word('Замер')}")
    world.study_school = world.study.schools.get()
    world.secret_study = studied(world, world.region.authority, f"Работа {world.word('Подмер')}", LISTED)
    world.secret_study_school = world.secret_study.schools.get(school=school)
    _plan(world, giving.prepare(by=by, version=version, place=school, post="физики", title="Прежняя", **_DAYS))


def studied(world: World, place: Organisation, title: str, who: Who | None = None) -> Study:
    """A running study: of all schools of the place, or of some."""
    by, day = User.objects.get(pk=world.coordinator.pk), today()
    made = studies.prepare(
        by=by,
        territory=place,
        place=place,
        kind="in_school" if place.kind == "school" else "regional",
        title=title,
        subject="mat",
        grades=[5],
        opens=day,
        closes=day,
        material=SimpleUploadedFile("Задания.pdf", b"%PDF-1.7"),
    )
    if who:
        studies.take(made, by=by, who=who)
    studies.announce(made, by=by)
    made.refresh_from_db()
    studies.start(made, by=by)
    return made


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
