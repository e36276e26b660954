"""Where what support has ordered stands: the work of rows of road maps, and what made it necessary."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Case, CharField, OuterRef, Subquery, Value, When
from django.db.models.expressions import BaseExpression
from django.db.models.functions import Coalesce, Concat
from django.urls import reverse

from opora.core.actor import Actor
from opora.roadmaps.models import Assignment, AssignmentState
from opora.roadmaps.points import Origin
from opora.support.models import Advice, MeasureWork, Visit
from opora.support.models.visits import VisitState


def work_of(user: Actor, activities: Iterable[int | None]) -> dict[int, Assignment]:
    """The work that the person may see, by the key of the activity; one query, none where there are none."""
    keys = [key for key in activities if key]
    if not keys:
        return {}
    rows = Assignment.objects.visible(user).filter(activity__in=keys).exclude(state=AssignmentState.CANCELLED)
    return {one.activity_id: one for one in rows.order_by("pk")}


@dataclass(frozen=True, slots=True)
class Advised:
    """A recommendation, and the work that it was ordered by, as far as the person may see it."""

    advice: Advice
    work: Assignment | None

    @property
    def waits(self) -> bool:
        """Whether nobody has ordered or marked it."""
        return (
            not self.advice.activity_id
            and self.advice.done_at is None
            and self.advice.visit.state != VisitState.CANCELLED
        )


def advised(user: Actor, visit: Visit) -> list[Advised]:
    """Two queries."""
    rows = list(visit.advice.all())
    works = work_of(user, (one.activity_id for one in rows))
    return [Advised(one, works.get(one.activity_id or 0)) for one in rows]


@dataclass(frozen=True, slots=True)
class Execution:
    """How far the work of a programme is: rows ordered, accepted, late."""

    total: int
    done: int
    overdue: int


def execution(works: Iterable[Assignment]) -> Execution:
    rows = list(works)
    done = sum(one.state == AssignmentState.ACCEPTED for one in rows)
    return Execution(len(rows), done, sum(one.is_overdue for one in rows))


def origin_there(user: Actor) -> BaseExpression:
    """The point of road maps. What support orders is confidential: other work is not looked for."""
    mine = {"activity": OuterRef("activity")}
    visits = Advice.objects.visible(user).filter(**mine).order_by()
    works = MeasureWork.objects.visible(user).filter(**mine).order_by()
    visit = Concat(Value("visit "), "visit__public_id", output_field=CharField())
    programme = Concat(Value("programme "), "programme__case__public_id", Value(" "), "key", output_field=CharField())
    told = Coalesce(Subquery(visits.values(told=visit)[:1]), Subquery(works.values(told=programme)[:1]))
    return Case(When(roadmap__confidential=True, then=told), default=None, output_field=CharField())


def origin_told(text: str) -> Origin:
    what, public_id, *key = text.split(" ", 2)
    if what == "visit":
        return Origin("рекомендация визита в школу", reverse("support:visit", args=[public_id]))
    return Origin("мероприятие программы школы", f"{reverse('support:programme', args=[public_id])}#{key[0]}")
