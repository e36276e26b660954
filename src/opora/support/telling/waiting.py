"""What waits for a person in the cases of schools: steps, programmes, expertise, reviews of progress, visits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Sum, Window
from django.db.models.functions import Coalesce
from django.urls import reverse

from opora.core.actor import LEVEL, Actor
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.support.models import Case, CaseQuerySet, Programme, ProgrammeState, Review, Who
from opora.support.models.programmes import WRITTEN
from opora.support.models.visits import Visit, VisitState
from opora.support.telling.progress import BEFORE
from opora.ui.points import Task, TaskHeap

P = ProgrammeState
SHOWN = 10
VISIT = "визит"
SOON = dt.timedelta(days=14)  # steps of a later term are not asked for yet


@dataclass(frozen=True, slots=True)
class Places:
    """Where the person does what is asked of a school and of a municipality; whether he works for the region."""

    schools: list[str]
    areas: list[str]
    region: bool

    @classmethod
    def of(cls, user: Actor) -> Places:
        own = [path for path in user.own.paths if user.may(Permission.LISTS_VIEW, path)]
        below = [path for path in own if len(path) > LEVEL]
        return cls(
            [path for path in below if user.may(Permission.ASSIGNMENTS_SUBMIT, path)],
            [path for path in below if user.may(Permission.ASSIGNMENTS_DECIDE, path)],
            any(len(path) == LEVEL and user.may(Permission.LISTS_EDIT, path) for path in own),
        )


def waiting(user: Actor) -> TaskHeap | None:
    """One query; none for those who see no cases."""
    if not user.may(Permission.LISTS_VIEW):
        return None
    places = Places.of(user)
    found = list(_rows(user, places)[:SHOWN])
    if not found:
        return None
    tasks = [task for case in found for task in _tasks(case, places)][:SHOWN]
    more = f"{reverse('support:programmes')}?state={P.APPROVED}" if places.region else reverse("support:cases")
    return TaskHeap("cases", "Сопровождение школ", tasks, int(getattr(found[0], "in_all", 0)), more)


def _rows(user: Actor, places: Places) -> CaseQuerySet:
    """Cases in which something waits, with `review` (the expertise that is asked of the person), `judged` and `day`.

    `visit` is the nearest of the `visits` that wait for his word, `asked` whether something else waits. Of the region
    that which it alone decides: programmes of which no expert is waited for.
    """
    asked = Review.objects.waiting().filter(programme=OuterRef("programme"))
    given = Review.objects.filter(programme=OuterRef("programme"), version=OuterRef("programme__version"))
    judged = Exists(given.filter(given_at__isnull=False, conflict=False))
    own = Q(school__path__in=places.schools)
    area = Q(school__parent__path__in=places.areas)
    progress = Q(programme__standing__isnull=False, programme__progress_due__lte=today() + BEFORE)
    by_itself = Q(programme__isnull=True) | ~Q(step__conditions__contains=" programme_")  # else the programme is said
    step = by_itself & (Q(due__isnull=True) | Q(due__lte=today() + SOON))
    wanted = (
        Q(review__isnull=False)
        | own & (progress | Q(programme__state__in=WRITTEN) | step & Q(step__who=Who.SCHOOL))
        | area & (progress | Q(programme__state=P.SENT) | step & Q(step__who=Who.MUNICIPALITY))
    )
    if places.region:
        inside = user.scope(Permission.LISTS_EDIT).q("school__path")
        wanted |= inside & Q(~Exists(asked), programme__state=P.APPROVED)
    mine = asked.filter(expert__public_id=user.actor_id)
    day = models.Case(
        models.When(review__isnull=False, then=F("programme__review_due")),
        models.When(programme__state=P.APPROVED, judged=True, then=Coalesce("programme__review_due", "due")),
        models.When(progress, then=F("programme__progress_due")),
        default=F("due"),
    )
    sides = Q(school__path__in=places.schools, school_agreed_at=None)
    sides |= Q(school__parent__path__in=places.areas, area_agreed_at=None)
    visits = Visit.objects.filter(sides, school=OuterRef("school"), state=VisitState.PLANNED).order_by("day", "pk")
    cases = Case.objects.visible(user).open().annotate(review=Subquery(mine.values("public_id")[:1]), judged=judged)
    cases = cases.annotate(
        asked=models.Case(models.When(wanted, then=1), default=0),
        visit=Subquery(visits.values("public_id")[:1]),
        visit_day=Subquery(visits.values("day")[:1]),
        visits=Coalesce(Subquery(visits.order_by().values("school").annotate(Count("pk")).values("pk__count")), 0),
        visited=models.Case(models.When(visits__gt=0, then=1), default=0),
    )
    found = cases.filter(Q(asked=1) | Q(visited=1)).annotate(day=day, in_all=Window(Sum(F("asked") + F("visited"))))
    found = found.select_related("school", "step", "programme").defer("programme__content")
    return found.order_by(Coalesce("visit_day", "day").asc(nulls_last=True), "pk")


def _tasks(case: Case, places: Places) -> Iterator[Task]:
    if visit := getattr(case, "visit", None):
        school, day, count = case.school, getattr(case, "visit_day", None), getattr(case, "visits", 1)
        if count == 1:
            label, url = f"Визит: {school.short_name}", reverse("support:visit", args=[visit])
            yield Task(label, url, "Ждёт вашего согласия", day, "Согласовать", VISIT)
        else:
            url = f"{reverse('support:visits')}?school={school.public_id}&waits=on"
            told = f"Ждут вашего согласия: {count}"
            yield Task(f"Визиты: {school.short_name}", url, told, day, "Согласовать", f"ближайший {VISIT}")
    if getattr(case, "asked", 0):
        yield _task(case, places)


def _task(case: Case, places: Places) -> Task:
    programme: Programme | None = getattr(case, "programme", None)
    due: dt.date | None = getattr(case, "day", None)
    if review := getattr(case, "review", None):
        label, url = f"Программа: {case.school.short_name}", reverse("support:review", args=[review])
        return Task(label, url, "Ждут вашей экспертизы", due, "Дать экспертизу")
    if places.region and programme and programme.state == P.APPROVED:
        return _to_agree(case, programme, due)
    asked = _of_programme(case, programme, places, due) if programme else None
    step = f"{case.step}: {case.school.short_name}"
    return asked or Task(step, case.get_absolute_url(), "Шаг сопровождения", due, "Открыть дело")


def _to_agree(case: Case, programme: Programme, due: dt.date | None) -> Task:
    label = f"Программа: {case.school.short_name}"
    said = f"Ждёт согласования, версия {programme.version}"
    if getattr(case, "judged", False):
        return Task(label, programme.get_absolute_url(), f"{said}: эксперты ответили", due, "Решить")
    return Task(label, reverse("support:assign_experts"), f"{said}: нужны эксперты", due, "Назначить экспертов")


def _of_programme(case: Case, programme: Programme, places: Places, due: dt.date | None) -> Task | None:
    """What its state asks of those who are at the places."""
    label, page = f"Программа: {case.school.short_name}", programme.get_absolute_url()
    state, in_school = programme.state, case.school.path in places.schools
    if in_school and state == P.RETURNED:
        return Task(label, page, f"Возвращена. Что исправить: {programme.reason[:150]}", due, "Исправить")
    if not in_school and state == P.SENT:
        return Task(label, page, f"Ждёт утверждения, версия {programme.version}", due, "Решить")
    if programme.standing_id and programme.progress_due and programme.progress_due == due:
        page = reverse("support:review_progress", args=[case.public_id])
        return Task(
            f"Ход программы: {case.school.short_name}", page, "Как идёт каждая цель и что дальше", due, "Разобрать"
        )
    if in_school and state == P.DRAFT:
        return Task(label, page, "Проект готовится", due, "Дописать")
    return None
