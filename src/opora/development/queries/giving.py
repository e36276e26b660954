"""Reading instruments and diagnoses, and whom a diagnosis calls."""

from __future__ import annotations

from django.db.models import Count, Max, Q, QuerySet

from opora.core.actor import Actor, Denied, require
from opora.core.permissions import Permission
from opora.core.search import by_words
from opora.core.text import fold
from opora.development.models import Diagnosis, Instrument, InstrumentVersion, SittingState
from opora.development.models.instruments import InstrumentQuerySet
from opora.development.models.sittings import DiagnosisQuerySet
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationKind
from opora.registry.models.people import Post


def territory_of(user: Actor, to: str) -> Organisation:
    """The highest organisation whose teachers the person develops. Raises `Denied` where there is none."""
    require(user, Permission.DEVELOPMENT_EDIT, to=to)
    found = Organisation.objects.filter(user.scope(Permission.DEVELOPMENT_EDIT).q("path")).order_by("path").first()
    if found is None:
        raise Denied("Ваша территория не найдена. Обратитесь к администратору.")
    return found


def instruments(user: Actor) -> InstrumentQuerySet:
    """With `newest`, the number of the newest version, and `published`, that of the newest published one."""
    is_out = Q(versions__published_at__isnull=False)
    return (
        Instrument.objects.visible(user)
        .select_related("territory")
        .annotate(newest=Max("versions__number"), published=Max("versions__number", filter=is_out))
    )


def search_instruments(found: QuerySet[Instrument], text: str) -> QuerySet[Instrument]:
    return by_words(found, text, "sort_title")


def published(user: Actor) -> QuerySet[InstrumentVersion]:
    """Versions that can be given, the newest of an instrument first."""
    rows = InstrumentVersion.objects.filter(instrument__in=Instrument.objects.visible(user), published_at__isnull=False)
    return rows.select_related("instrument__territory").order_by("instrument__sort_title", "-number")


def diagnoses(user: Actor) -> DiagnosisQuerySet:
    """With `given` and `done`, how many sit it and have sat it."""
    is_done = Q(sittings__state=SittingState.DONE)
    return (
        Diagnosis.objects.visible(user)
        .select_related("version__instrument", "territory", "place")
        .annotate(given=Count("sittings"), done=Count("sittings", filter=is_done))
    )


def search_diagnoses(found: QuerySet[Diagnosis], text: str) -> QuerySet[Diagnosis]:
    return by_words(found, text, "sort_title")


def called(one: Diagnosis) -> dict[int, int]:
    """The keys of the people whom it calls, each with the school of his first post that fits; two queries."""
    wanted = fold(one.post)
    schools = Organisation.objects.inside(one.place).active().of_kind(OrganisationKind.SCHOOL)
    found: dict[int, int] = {}
    posts = Post.objects.filter(organisation__in=schools.values("pk")).order_by("pk")
    for person, school, title in posts.values_list("person", "organisation", "title").iterator():
        if wanted in fold(title):
            found.setdefault(person, school)
    return found
