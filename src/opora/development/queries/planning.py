"""Reading the catalogue of help and plans."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from opora.core.actor import Actor
from opora.core.permissions import Permission
from opora.core.search import by_words
from opora.core.text import fold
from opora.development.models import Help, InstrumentVersion, Sitting, Undertaking
from opora.development.models.plans import HelpQuerySet


def helps(user: Actor) -> HelpQuerySet:
    return Help.objects.visible(user).select_related("territory")


def search_helps(found: QuerySet[Help], text: str) -> QuerySet[Help]:
    return by_words(found, text, "sort_title")


def scale_titles(user: Actor) -> list[str]:
    """The names of scales of published instruments where the person works and above: what a deficit can be called."""
    near = user.own.above("instrument__territory__path")
    near |= user.scope(Permission.DEVELOPMENT_EDIT).q("instrument__territory__path")
    versions = InstrumentVersion.objects.filter(near, published_at__isnull=False)
    titles = {scale.title for version in versions.only("content") for scale in version.said.scales}
    return sorted(titles, key=fold)


def against(deficits: Sequence[str], subject: str, user: Actor) -> list[Help]:
    """What the catalogue has against them in a subject: deficit after deficit as they stand."""
    order = {fold(one): number for number, one in enumerate(deficits)}
    rows = Help.objects.visible(user).offered().filter(Q(subject="") | Q(subject=subject))
    fitting = [one for one in rows if fold(one.deficit) in order]
    return sorted(fitting, key=lambda one: (order[fold(one.deficit)], one.kind, one.sort_title))


def lines(sitting: Sitting) -> list[Undertaking]:
    return list(Undertaking.objects.filter(sitting=sitting).select_related("helped_by"))


def line(public_id: str, user: Actor) -> QuerySet[Undertaking]:
    rows = Undertaking.objects.visible(user).select_related("sitting__person", "sitting__organisation")
    return rows.filter(public_id=public_id)
