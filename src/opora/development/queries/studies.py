"""Reading studies: the schedule, who takes part, for whom the person may order one."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from opora.core.actor import Actor, Denied
from opora.core.permissions import Permission
from opora.core.search import by_words
from opora.core.secrecy import knowledge
from opora.development.models.sittings import headed
from opora.development.models.studies import Study, StudyQuerySet, StudySchool, StudySchoolQuerySet
from opora.development.queries.giving import territory_of
from opora.registry.models import Organisation


def studies(user: Actor) -> StudyQuerySet:
    """With `invited` and `entered`: how many schools take part, and how many have entered results; of a confidential
    study those alone of which the person may know."""
    known = knowledge(user).open_or("confidential", at="schools__school__path")
    entered = known & Q(schools__entered_at__isnull=False)
    found = Study.objects.visible(user).select_related(
        "territory", "place", "instrument__instrument", "loading", "body"
    )
    return found.annotate(invited=Count("schools", filter=known), entered=Count("schools", filter=entered))


def search(found: QuerySet[Study], text: str) -> QuerySet[Study]:
    return by_words(found, text, "sort_title")


def schools(study: Study, user: Actor) -> StudySchoolQuerySet:
    """Those that take part, of which the person may know by name."""
    return study.schools.all().visible(user).select_related("school__parent", "study")


def search_schools(found: QuerySet[StudySchool], text: str) -> QuerySet[StudySchool]:
    """By the name of the school or of its municipality."""
    named = Organisation.objects.matching(text).values("pk")
    return found.filter(Q(school__in=named) | Q(school__parent__in=named))


def ordering_place(user: Actor, to: str) -> Organisation:
    """The organisation in whose name the person orders studies. Raises `Denied` where there is none."""
    if user.may(Permission.DEVELOPMENT_EDIT):
        return territory_of(user, to)
    if own := headed(user):
        return Organisation.objects.get(path=own[0])
    raise Denied(f"У вас нет права {to}. В школе это делает её руководитель.")
