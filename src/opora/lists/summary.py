"""How many schools of each municipality stand in the lists, as far as it tells of none."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from opora.core.actor import LEVEL, Actor
from opora.core.permissions import Permission
from opora.lists.aggregates import Aggregate, aggregate
from opora.lists.capability import MUNICIPALITY, allows_for
from opora.lists.models import PolicyOption
from opora.lists.queries import listed_schools
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationKind

LISTED, OTHERS = "в списках", "не в списках"
REGIONAL = "Подчинены региону"


def regions(user: Actor) -> list[str]:
    """The regions whose road maps the person sees whole: of them he may be told counts, where the region allows it."""
    return [path for path in user.scope(Permission.ROADMAPS_VIEW).paths if len(path) == LEVEL]


def may_count(user: Actor, region: str) -> bool:
    """Whether the person may be told how many: who decides on it always, the others where it is allowed."""
    return user.may(Permission.LISTS_EDIT, region) or (
        region in regions(user) and allows_for(user, region, PolicyOption.COUNTS)
    )


def by_municipality(region: Organisation, on: dt.date) -> Aggregate:
    """Schools in the lists in force and not in them, by municipality.

    Both are counted, because how many schools a municipality has is no secret: of «9 of 10» the tenth could be told,
    and of «10 of 10» all. A school that stands in lists of two categories counts once.
    """
    schools = Organisation.objects.inside(region).active().of_kind(OrganisationKind.SCHOOL)
    places = Organisation.objects.inside(region).of_kind(OrganisationKind.MUNICIPAL_AUTHORITY)
    names = dict(places.order_by("sort_name").values_list("path", "short_name"))
    everyone = Counter(path[:MUNICIPALITY] for path in schools.values_list("path", flat=True))
    listed = Counter(path[:MUNICIPALITY] for path in listed_schools(region, on).values_list("path", flat=True))
    counts: dict[tuple[str, str], int] = {}
    for path in sorted(everyone, key=lambda one: list(names).index(one) if one in names else len(names)):
        name = names.get(path, REGIONAL)
        counts[name, LISTED] = counts.get((name, LISTED), 0) + listed[path]
        counts[name, OTHERS] = counts.get((name, OTHERS), 0) + everyone[path] - listed[path]
    found = aggregate(counts)
    return found if LISTED in found.columns else Aggregate()
