"""The people around a case: the school's own, those who lead it from above, and those who help it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from opora.access.models import Membership
from opora.access.roles import ROLES, RoleCode
from opora.core.actor import Actor
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.lists.models import Entrustment
from opora.registry.models import Body
from opora.support.models import Case, Pair, Review, VisitMember
from opora.support.models.visits import Visit
from opora.support.queries.lines import Line, Part, account, joined, read

_ABOVE = (RoleCode.MUNICIPAL_COORDINATOR, RoleCode.REGIONAL_COORDINATOR)


@dataclass(frozen=True, slots=True)
class Helper:
    """One person: who he is to the school, his name, where from, how to reach him."""

    part: str
    name: str
    place: str
    contact: str


def accounts(case: Case) -> list[Helper]:
    """Who answers for the school, leads it from its municipality and region, or is entrusted with it; two queries."""
    school = case.school
    heads = [code for code, role in ROLES.items() if Permission.ASSIGNMENTS_SUBMIT in role.grants]
    lines = [school.path[:end] for end in range(len(school.root_path), len(school.path), len(school.root_path))]
    here = Q(organisation=school, role__in=heads) | Q(organisation__path__in=lines, role__in=_ABOVE)
    rows = Membership.objects.on(today()).filter(here, user__is_active=True)
    rows = rows.select_related("user__person", "organisation").order_by("-organisation__path", "pk")
    found = [_helper(one.get_role_display(), one.user, one.organisation) for one in rows]
    curators = Entrustment.objects.curating().on(today()).filter(school=school, curator__is_active=True)
    curators = curators.select_related("curator__person").order_by("pk")
    return [*found, *(_helper("куратор", one.curator, None) for one in curators)]


def _helper(part: str, user: Any, place: Any) -> Helper:
    person = user.person
    contact = ", ".join(filter(None, [person.phone, person.email])) if person else ""
    return Helper(part, user.get_full_name(), place.short_name if place else "", contact)


def _pairs(case: Case, user: Actor) -> QuerySet[Any]:
    return Pair.objects.visible(user).active().filter(school=case.school_id, school_year=case.school_year)


def _team(case: Case, user: Actor) -> QuerySet[Any]:
    visits = Visit.objects.visible(user).filter(school=case.school_id).exclude(state="cancelled")
    return VisitMember.objects.filter(visit__in=visits.values("pk"))


def _bodies(case: Case, user: Actor) -> QuerySet[Any]:
    """Groups of its municipality and region, and those in which somebody of the school sits."""
    school = case.school
    above = Q(organisation__path=school.root_path) | Q(organisation=school.parent_id) | Q(organisation=school)
    found = Body.objects.visible(user).filter(dissolved_on__isnull=True)
    return found.filter(above | Q(pk__in=found.filter(members__organisation=school).values("pk")))


PARTS = (
    Part(
        "mentor",
        "Наставники",
        _pairs,
        at="created_at",
        who="mentor__name",
        text="mentor__organisation__short_name",
        detail=joined("agreement", "mentor__organisation__phone"),
        ref="public_id",
        address="support:pair",
    ),
    Part(
        "visitor",
        "Приезжают в школу",
        _team,
        day="visit__day",
        who="mentor__name",
        text="mentor__organisation__short_name",
        ref="visit__public_id",
        address="support:visit",
    ),
    Part(
        "expert",
        "Эксперты программы",
        lambda case, user: Review.objects.visible(user).filter(programme__case=case),
        at="created_at",
        who=account("expert__"),
        address="support:programme",
    ),
    Part(
        "body",
        "Рабочие группы",
        _bodies,
        at="created_at",
        text="name",
        detail="organisation__short_name",
        ref="public_id",
        address="registry:body",
    ),
)


def around(case: Case, user: Actor) -> list[tuple[str, list[Line]]]:
    """Mentors, visitors, experts and groups, each once; one query."""
    found: dict[str, dict[tuple[str, str], Line]] = {one.title: {} for one in PARTS}
    for line in sorted(read(PARTS, case, user), key=lambda one: one.order):
        found[line.title][line.who, line.text] = line
    return [(title, list(lines.values())) for title, lines in found.items() if lines]
