"""Which schools take part in a study: all of its place, or a part of them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from opora.development.models.studies import Study, Taking
from opora.registry.models import Body, Organisation
from opora.registry.models.bodies import BodyMember
from opora.registry.models.organisations import OrganisationKind
from opora.roadmaps.groups import BY_CODE, GROUPS, members

LISTED = {one.code: one.title for one in GROUPS if one.listed}


@dataclass(frozen=True, slots=True)
class Who:
    """What the keeper chooses. `picked`: municipalities, or schools."""

    taking: str = Taking.ALL
    body: Body | None = None
    group: str = ""  # a code of `roadmaps.groups`, of `LISTED`
    picked: tuple[Organisation, ...] = ()
    confidential: bool = False

    @property
    def secret(self) -> bool:
        return self.confidential or self.taking == Taking.LISTED


def schools_of(study: Study, who: Who) -> QuerySet[Organisation]:
    """The working schools of the place that this means today."""
    inside = Organisation.objects.inside(study.place).active().of_kind(OrganisationKind.SCHOOL)
    match who.taking:
        case Taking.MUNICIPALITIES:
            below = Q(pk__in=())
            for one in who.picked:
                below |= Q(path__startswith=one.path)
            return inside.filter(below)
        case Taking.BODY:
            rows = BodyMember.objects.filter(body=who.body)
            named = rows.filter(organisation__isnull=False).values("organisation")
            posts = rows.filter(person__isnull=False).values("person__posts__organisation")
            return inside.filter(Q(pk__in=named) | Q(pk__in=posts))
        case Taking.CHOSEN:
            return inside.filter(pk__in=[one.pk for one in who.picked])
        case Taking.LISTED:
            return members(BY_CODE[who.group], study.place, study.opens)
        case _:
            return inside


def by_place(study: Study) -> list[tuple[str, int]]:
    """How many schools of each municipality take part, for those who order the study."""
    rows = study.schools.order_by().values_list("school__parent__short_name")
    return list(rows.annotate(count=Count("pk")).order_by("school__parent__sort_name"))
