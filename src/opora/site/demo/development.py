"""Teachers of the demo: two instruments, diagnoses of spring and autumn, one to be sat now, plans in several states."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping, Sequence

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
FOR, SAT = 4, 7  # days since the one to be sat now was opened, teachers who have sat it
UNLIMITED = 75  # minutes that a diagnosis without a limit takes at most
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
    spring = _over(region, coordinator, method, MATHS, f"{_TITLE}, весна", 210, MATHS_RIGHT, low, rng)
    autumn = _over(region, coordinator, method, MATHS, f"{_TITLE}, осень", 10, MATHS_RIGHT, high, rng)
    _over(region, coordinator, language, RUSSIAN, "Диагностика учителей русского языка", 50, RUSSIAN_RIGHT, {}, rng)
    _own_plan(spring.sittings.get(person=teacher.person_id), teacher)
    _plans(autumn, rng)
    _going(region, coordinator, method, rng)


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
    """One that ended so many days ago: most handed in, a few ran out of time, two have not come.

    `own` says what some answered.
    """
    closes = today() - dt.timedelta(days=ago)
    opens = closes - dt.timedelta(days=30)
    one = giving.prepare(
        by=by, version=version, post=post, place=region.authority, title=title, opens=opens, closes=closes
    )
    giving.give(one, by=by)
    sittings = list(one.sittings.order_by("pk"))[:-2]
    slow = {each.pk for each in sittings[5::9] if each.person_id not in own}
    _begun(one, sittings, rng)
    _keep({each: own.get(each.person_id) or _answered(right, rng, each.pk in slow) for each in sittings})
    giving.close(one, by=by)
    _in_time(one, [each for each in sittings if each.pk not in slow], rng)
    return one


def _going(region: Region, by: User, version: InstrumentVersion, rng: random.Random) -> None:
    """One to be sat now: some have, two are at it, most and the teacher of the demo have not begun."""
    opens, closes = today() - dt.timedelta(days=FOR), today() + dt.timedelta(days=14)
    title, place = f"{_TITLE}, повторная", region.municipalities[0]
    one = giving.prepare(by=by, version=version, post=MATHS, place=place, title=title, opens=opens, closes=closes)
    giving.give(one, by=by)
    others = list(one.sittings.filter(person__user=None).order_by("pk"))
    done, at_it = others[:SAT], others[SAT : SAT + 2]
    _begun(one, done, rng)
    _keep({each: _answered(MATHS_RIGHT, rng) for each in done})
    sitting.finish_started(one.sittings.filter(pk__in=[each.pk for each in done]))
    _in_time(one, done, rng)
    now, limit = timezone.now(), dt.timedelta(minutes=version.said.minutes or 0)
    for number, each in enumerate(at_it, start=1):
        each.state, each.started_at = SittingState.STARTED, now - dt.timedelta(minutes=3 * number)
        each.ends_at = each.started_at + limit
    Sitting.objects.bulk_update(at_it, ["state", "started_at", "ends_at"])
    _keep({each: _answered(MATHS_RIGHT, rng, slow=True) for each in at_it})


def _begun(one: Diagnosis, sittings: Sequence[Sitting], rng: random.Random) -> None:
    """Each on one of its days before today, in the hours after lessons."""
    minutes, days = one.version.said.minutes, (min(one.closes, today()) - one.opens).days
    for each in sittings:
        day = one.opens + dt.timedelta(days=rng.randrange(days))
        each.state = SittingState.STARTED
        each.started_at = timezone.make_aware(
            dt.datetime.combine(day, dt.time(rng.randrange(13, 19), rng.randrange(60)))
        )
        each.ends_at = each.started_at + dt.timedelta(minutes=minutes) if minutes else one.ends
    Sitting.objects.bulk_update(sittings, ["state", "started_at", "ends_at"])


def _keep(answers: Mapping[Sitting, Mapping[str, Given]]) -> None:
    Answer.objects.bulk_create(
        Answer(sitting=each, code=code, given=given) for each, said in answers.items() for code, given in said.items()
    )


def _in_time(one: Diagnosis, sittings: Sequence[Sitting], rng: random.Random) -> None:
    """Handed in by the teachers themselves before their time was over."""
    minutes = one.version.said.minutes or UNLIMITED
    for each in sittings:
        took = dt.timedelta(seconds=round(60 * minutes * rng.uniform(0.5, 0.97)))
        each.state, each.done_at = SittingState.DONE, (each.started_at or timezone.now()) + took
    Sitting.objects.bulk_update(sittings, ["state", "done_at"])


def _answered(right: Mapping[str, Given], rng: random.Random, slow: bool = False) -> dict[str, Given]:
    """Whoever is slow has come to two thirds of the tasks."""
    odds = {code: _ODDS.get(code, 0.5 if code in _HARD else 0.85) for code in right}
    reached = list(right)[: len(right) * 2 // 3] if slow else right
    return {code: right[code] for code in reached if rng.random() < odds[code]}


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
