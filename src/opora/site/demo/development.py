"""Teachers of the demo: an instrument of mathematics teaching, a diagnosis that is over, one that waits to be sat."""

from __future__ import annotations

import datetime as dt
import random
from functools import partial

from django.utils import timezone

from opora.access.models import User
from opora.core.clock import today
from opora.development.actions import building, giving
from opora.development.content import Content, Kind, Scale
from opora.development.models import Answer, Diagnosis, Sitting, SittingState
from opora.development.scoring import Given
from opora.development.wording import made
from opora.registry.models import Person
from opora.registry.models.people import Post
from opora.site.demo import names
from opora.site.demo.region import Region

POST = "учитель математики"
SCHOOLS, EACH = 5, 4  # schools whose teachers have sat the first one, teachers of each
SCALES = (Scale("s1", "Планирование урока", 60), Scale("s2", "Текстовые задачи", 60), Scale("s3", "Оценивание", 60))
_TASKS = (
    ("s1", Kind.CHOICE, "С чего начинается планирование урока?", "с цели\nс домашнего задания\nс опроса", "1", 1),
    ("s1", Kind.SEVERAL, "Что должно быть на уроке открытия нового?", "проблема\nконтрольная\nвывод", "1, 3", 2),
    ("s1", Kind.NUMBER, "Сколько минут длится обычный урок?", "", "40; 45", 1),
    ("s2", Kind.NUMBER, "Цена выросла на 25 %. На сколько процентов её снизить, чтобы вернуть?", "", "20", 1),
    (
        "s2",
        Kind.CHOICE,
        "Ученик складывает скорости, когда тела движутся вдогонку. Что дать ему сначала?",
        "схему движения\nформулу\nответ",
        "1",
        1,
    ),
    ("s2", Kind.MATCHING, "Соедините задачу и модель.", "на движение = s = vt\nна смеси = m = cM", "", 2),
    (
        "s3",
        Kind.SEVERAL,
        "Что относится к формирующему оцениванию?",
        "критерии\nотметка\nсамооценка",
        "1, 3",
        2,
    ),
    ("s3", Kind.TEXT, "Как называется описание уровней выполнения по критерию?", "", "дескриптор; рубрика", 1),
)


def build_development(region: Region, coordinator: User, rng: random.Random) -> None:
    schools = region.schools[1 : 1 + SCHOOLS]
    people = Person.objects.bulk_create(_teacher(rng) for _ in range(SCHOOLS * EACH))
    Post.objects.bulk_create(
        Post(person=person, organisation=schools[number // EACH], title=POST) for number, person in enumerate(people)
    )
    instrument = building.create(
        by=coordinator,
        territory=region.authority,
        title="Методика преподавания математики, 5–9 классы",
        subject="mat",
        kind="method",
    )
    version = instrument.versions.get()
    building.change(version, lambda _: _content(), by=coordinator, revision=0)
    building.publish(version, by=coordinator, revision=1)
    prepare = partial(giving.prepare, by=coordinator, version=version, post=POST, place=region.municipalities[0])
    day = today()
    title = "Диагностика учителей математики"
    begun, last = day - dt.timedelta(days=40), day + dt.timedelta(days=1)
    over = prepare(title=f"{title}, осень", opens=begun, closes=last)
    giving.give(over, by=coordinator)
    _sat(over, rng)
    giving.close(over, by=coordinator)
    teacher = User.objects.select_related("person").get(username="teacher")
    if teacher.person:
        Post.objects.create(person=teacher.person, organisation=region.schools[0], title=POST)
    now = prepare(title=f"{title}, повторная", opens=day, closes=day + dt.timedelta(days=14))
    giving.give(now, by=coordinator)


def _teacher(rng: random.Random) -> Person:
    last = rng.choice(names.LAST_NAMES) + "а"
    return Person(
        last_name=last,
        first_name=rng.choice(names.WOMEN),
        middle_name=names.patronymic(rng.choice(names.FATHERS), woman=True),
    )


def _content() -> Content:
    tasks = (
        made(code=f"t{number}", kind=kind, text=text, options=options, answer=answer, points=points, scale=scale)
        for number, (scale, kind, text, options, answer, points) in enumerate(_TASKS, start=1)
    )
    return Content(30, SCALES, tuple(tasks))


def _sat(one: Diagnosis, rng: random.Random) -> None:
    """Each teacher has answered most tasks well, text problems worse; two have not come."""
    sittings = list(one.sittings.all())[:-2]
    began = timezone.now() - dt.timedelta(days=20)
    for sitting in sittings:
        sitting.state, sitting.started_at = SittingState.STARTED, began
        sitting.ends_at = began + dt.timedelta(minutes=30)
    Sitting.objects.bulk_update(sittings, ["state", "started_at", "ends_at"])
    right: dict[str, Given] = {"t1": 0, "t2": [0, 2], "t3": "45", "t4": "20", "t5": 0, "t7": [0, 2], "t8": "рубрика"}
    odds = {"t4": 0.4, "t5": 0.5, "t8": 0.6}
    Answer.objects.bulk_create(
        Answer(sitting=sitting, code=code, given=given)
        for sitting in sittings
        for code, given in right.items()
        if rng.random() < odds.get(code, 0.85)
    )
