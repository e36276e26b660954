"""Teachers of the demo: two instruments, diagnoses of spring and autumn, one to be sat now, plans in several states."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping

from django.utils import timezone

from opora.access.models import User
from opora.core.clock import day_of, today
from opora.development.actions import building, giving, helping, planning, sitting
from opora.development.content import Content
from opora.development.models import Answer, Diagnosis, Help, InstrumentVersion, Sitting, SittingState, Undertaking
from opora.development.scoring import Given
from opora.registry.models import Organisation, Person
from opora.registry.models.people import Post
from opora.site.demo import names
from opora.site.demo.instruments import HELP, MATHS_RIGHT, RUSSIAN_RIGHT, maths, russian
from opora.site.demo.region import Region

MATHS, RUSSIAN = "учитель математики", "учитель русского языка"
OWN, EACH = 6, 4  # teachers of mathematics beside the teacher of the demo in his school, and in every other one
SCHOOLS, OTHERS = 5, 2  # schools whose teachers have sat, in the first municipality and in each of two more
_ODDS = {"t4": 0.4, "t8": 0.6}  # that a task is answered rightly; others of text problems worse than all others
_HARD = frozenset(f"t{number}" for number in (5, 9, 10, 11, 13, 14))
_TITLE = "Диагностика учителей математики"


def build_development(region: Region, coordinator: User, rng: random.Random) -> None:
    teacher = User.objects.select_related("person").get(username="teacher")
    _people(region, teacher, rng)
    method = _instrument(region, coordinator, "Методика преподавания математики, 5–9 классы", "mat", maths())
    language = _instrument(region, coordinator, "Смысловое чтение и сочинение, 5–9 классы", "rus", russian())
    for subject, kind, title, deficit, provider, hours, form in HELP:
        said = {"title": title, "kind": kind, "subject": subject, "deficit": deficit, "provider": provider}
        helping.add(by=coordinator, territory=region.authority, **said, hours=hours, form=form)
    low = {teacher.person_id: {"t1": 0, "t8": "рубрика"}}  # what he answered in spring, and half a year later
    high = {teacher.person_id: {code: one for code, one in MATHS_RIGHT.items() if code not in ("t7", "t8")}}
    spring = _over(region, coordinator, method, MATHS, f"{_TITLE}, весна", 220, MATHS_RIGHT, low, rng)
    autumn = _over(region, coordinator, method, MATHS, f"{_TITLE}, осень", 20, MATHS_RIGHT, high, rng)
    _over(region, coordinator, language, RUSSIAN, "Диагностика учителей русского языка", 60, RUSSIAN_RIGHT, {}, rng)
    _own_plan(spring.sittings.get(person=teacher.person_id), teacher)
    _plans(autumn, rng)
    now = giving.prepare(
        by=coordinator,
        version=method,
        post=MATHS,
        place=region.municipalities[0],
        title=f"{_TITLE}, повторная",
        opens=today(),
        closes=today() + dt.timedelta(days=14),
    )
    giving.give(now, by=coordinator)


def _people(region: Region, teacher: User, rng: random.Random) -> None:
    """The teacher of the demo among others of his school, and teachers of three municipalities."""
    areas = [[one for one in region.schools if one.parent_id == area.pk] for area in region.municipalities[1:3]]
    others = [*region.schools[1 : 1 + SCHOOLS], *(school for area in areas for school in area[:OTHERS])]
    places: list[tuple[Organisation, str]] = [(region.schools[0], MATHS)] * OWN
    for school in others:
        places += [(school, MATHS)] * EACH + [(school, RUSSIAN)] * 2
    people = Person.objects.bulk_create(_teacher(rng) for _ in places)
    if teacher.person:
        Post.objects.create(person=teacher.person, organisation=region.schools[0], title=MATHS)
    Post.objects.bulk_create(
        Post(person=person, organisation=school, title=title)
        for person, (school, title) in zip(people, places, strict=True)
    )


def _teacher(rng: random.Random) -> Person:
    last = rng.choice(names.LAST_NAMES) + "а"
    return Person(
        last_name=last,
        first_name=rng.choice(names.WOMEN),
        middle_name=names.patronymic(rng.choice(names.FATHERS), woman=True),
    )


def _instrument(region: Region, by: User, title: str, subject: str, content: Content) -> InstrumentVersion:
    one = building.create(by=by, territory=region.authority, title=title, subject=subject, kind="method")
    version = one.versions.get()
    building.change(version, lambda _: content, by=by, revision=0)
    building.publish(version, by=by, revision=1)
    return version


def _over(
    region: Region,
    by: User,
    version: InstrumentVersion,
    post: str,
    title: str,
    ago: int,
    right: Mapping[str, Given],
    own: Mapping[int | None, Mapping[str, Given]],
    rng: random.Random,
) -> Diagnosis:
    """A diagnosis that was sat so many days ago; two have not come. `own` says what some answered."""
    began = timezone.now() - dt.timedelta(days=ago)
    opens = today() - dt.timedelta(days=ago + 20)
    closes = opens + dt.timedelta(days=30)
    one = giving.prepare(
        by=by, version=version, post=post, place=region.authority, title=title, opens=opens, closes=closes
    )
    giving.give(one, by=by)
    sittings = list(one.sittings.order_by("pk"))[:-2]
    for each in sittings:
        each.state, each.started_at, each.ends_at = SittingState.STARTED, began, began + dt.timedelta(minutes=30)
    Sitting.objects.bulk_update(sittings, ["state", "started_at", "ends_at"])
    Answer.objects.bulk_create(
        Answer(sitting=each, code=code, given=given)
        for each in sittings
        for code, given in (own.get(each.person_id) or _answered(right, rng)).items()
    )
    giving.close(one, by=by)
    return one


def _answered(right: Mapping[str, Given], rng: random.Random) -> dict[str, Given]:
    odds = {code: _ODDS.get(code, 0.5 if code in _HARD else 0.85) for code in right}
    return {code: given for code, given in right.items() if rng.random() < odds[code]}


def _own_plan(one: Sitting, teacher: User) -> None:
    """The plan of the teacher of the demo after spring: carried out, shown to the head, checked in part."""
    head = User.objects.get(username="school")
    planning.draft(one, by=teacher)
    sitting.consent(one, by=teacher, given=True)
    lines = list(one.plan.select_related("sitting__organisation"))
    done_at = one.done_at or timezone.now()
    for number, line in enumerate(lines, start=1):
        planning.do_line(line, by=teacher, evidence=f"Удостоверение № 0{number}7 от {day_of(done_at):%d.%m.%Y}")
    for line in lines[:-1]:
        planning.check_line(line, by=head)


def _plans(one: Diagnosis, rng: random.Random) -> None:
    """Of most who lack something: some have done all, some are late; a few have let the head see."""
    helps = {(row.deficit, row.kind): row for row in Help.objects.filter(subject__in=("", "mat"))}
    now, lines, shown = timezone.now(), [], []
    for each in one.sittings.filter(state=SittingState.DONE, person__user=None).prefetch_related("scores"):
        if rng.random() < 0.2:
            shown.append(each.pk)
        if rng.random() < 0.3:
            continue
        share = rng.choice((0.0, 0.5, 1.0))  # of the plan that is done
        for (deficit, _), row in helps.items():
            if any(score.deficit and score.title == deficit for score in each.scores.all()):
                done = rng.random() < share
                said = {"evidence": "Удостоверение, копия у методиста", "done_at": now} if done else {}
                due = today() + dt.timedelta(days=rng.randrange(-10, 150))
                said |= {"title": row.title, "who": row.provider, "helped_by": row, "due": due}
                lines.append(Undertaking(sitting=each, deficit=deficit, **said))
    Undertaking.objects.bulk_create(lines)
    Sitting.objects.filter(pk__in=shown).update(consent_at=now, named_at=now)
