"""Loadings as the person may see them."""

from __future__ import annotations

from django.db.models import QuerySet

from opora.assessments.models import Loading
from opora.assessments.models.loading import LoadingQuerySet
from opora.core.actor import Actor


def loadings(user: Actor) -> LoadingQuerySet:
    return Loading.objects.visible(user).select_related("territory").counted()


def search_loadings(rows: QuerySet[Loading], text: str) -> QuerySet[Loading]:
    return rows.filter(pk__in=Loading.objects.matching(text).values("pk"))
