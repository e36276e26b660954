"""Which schools stand in the lists on a day. For rules of the system; what a person sees is cut by `visible(user)`."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, Q, QuerySet

from opora.core.actor import Actor
from opora.core.text import words
from opora.lists.models import (
    Entrustment,
    ListEntry,
    ListEntryQuerySet,
    PolicyChoice,
    SchoolList,
    SchoolListQuerySet,
)
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationKind

SUMMER = (7, 8)  # months in which the lists of the coming school year already count
NEW_YEAR = 9  # the school year starts on the first of September


def listed_schools(territory: Organisation, on: dt.date, category: str | None = None) -> QuerySet[Organisation]:
    """The working schools of the territory that stand in an approved list of the school year of the day."""
    standing = ListEntry.objects.standing()
    entries = standing.filter(list__in=lists_in_force(on, category), organisation=OuterRef("pk"))
    schools = Organisation.objects.inside(territory).active().of_kind(OrganisationKind.SCHOOL)
    return schools.filter(Exists(entries))


def is_listed(organisation: Organisation, on: dt.date, category: str | None = None) -> bool:
    return listed_schools(organisation, on, category).filter(pk=organisation.pk).exists()


def lists_in_force(on: dt.date, category: str | None = None) -> SchoolListQuerySet:
    """The approved lists of the school year that contains the day.

    In July and August a territory's list of a category is that of the coming year, if it is approved already, else
    still that of the year that ends.
    """
    approved = SchoolList.objects.approved()
    return _of_season(approved.filter(category=category) if category else approved, SchoolList.objects.approved(), on)


def _of_season(found: SchoolListQuerySet, counting: SchoolListQuerySet, on: dt.date) -> SchoolListQuerySet:
    """Those of the school year of the day; in summer those of the coming one, where `counting` has it already."""
    if on.month not in SUMMER:
        return found.filter(school_year=on.year if on.month >= NEW_YEAR else on.year - 1)
    coming = counting.filter(territory=OuterRef("territory"), category=OuterRef("category"), school_year=on.year)
    return found.filter(Q(school_year=on.year) | (Q(school_year=on.year - 1) & ~Exists(coming)))


def lists_as_of(day: dt.date) -> SchoolListQuerySet:
    """The lists that counted on a past day, by what had been approved by then."""
    approved = SchoolList.objects.approved()
    counted = approved.filter(Exists(ListEntry.objects.on(day).filter(list=OuterRef("pk"))))
    return _of_season(counted, counted, day)


Period = tuple[int, bool]


def period(day: dt.date) -> Period:
    """Days of one period have the same lists in force: the school year, and whether it is its summer."""
    return (day.year if day.month >= NEW_YEAR else day.year - 1), day.month in SUMMER


def day_of_lists(territory: Organisation, day: dt.date, today: dt.date, category: str | None = None) -> dt.date:
    """The day whose lists hold for work of `day`: today, as long as nobody has approved lists of its school year."""
    levels = [*territory.ancestor_paths, territory.path]
    return day if lists_in_force(day, category).filter(territory__path__in=levels).exists() else today


def lists(user: Actor) -> QuerySet[SchoolList]:
    """The lists that the person may see, with the number of schools he sees in each."""
    return SchoolList.objects.visible(user).counted(user).select_related("territory")


def entries(school_list: SchoolList, user: Actor) -> ListEntryQuerySet:
    """What the person may see of the list as it is now."""
    return school_list.entries.all().standing().visible(user).select_related("organisation__parent")


def entries_as_of(day: dt.date, user: Actor) -> ListEntryQuerySet:
    """Who stood in the lists on a day, whatever became of it since, as far as the person may know."""
    found = ListEntry.objects.visible(user).on(day).filter(list__in=lists_as_of(day))
    return found.select_related("organisation__parent", "list__territory")


def entries_of_school(school: Organisation, user: Actor) -> ListEntryQuerySet:
    """The lists in which the school stands or stood, as far as the person may know."""
    return ListEntry.objects.filter(organisation=school).visible(user).select_related("list__territory")


def entrustments(user: Actor) -> QuerySet[Entrustment]:
    """Which schools are entrusted to whom, now and before, as far as the person may know."""
    return Entrustment.objects.visible(user).select_related("school__parent", "curator__person")


def search_entrustments(found: QuerySet[Entrustment], text: str) -> QuerySet[Entrustment]:
    for word in words(text):
        found = found.filter(Q(school__search__contains=f" {word}") | Q(curator__search__contains=f" {word}"))
    return found


def allowed_in(region: Organisation) -> dict[str, PolicyChoice]:
    """What the region allows beyond the strictest order, by option."""
    return {one.option: one for one in PolicyChoice.objects.filter(region=region)}


def search_lists(found: QuerySet[SchoolList], text: str) -> QuerySet[SchoolList]:
    for word in words(text):
        found = found.filter(Q(sort_title__contains=word) | Q(school_year__contains=word))
    return found


def search_entries(found: QuerySet[ListEntry], text: str) -> QuerySet[ListEntry]:
    """Those whose school, or the authority above it, has words that begin with every word of the text."""
    for word in words(text):
        here = Q(organisation__search__contains=f" {word}")
        found = found.filter(here | Q(organisation__parent__search__contains=f" {word}"))
    return found
