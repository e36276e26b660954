"""The sheet by which a lesson is observed, as data: a region's versions of its criteria and its scale."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models
from django.urls import reverse

from opora.core.actor import Actor
from opora.core.permissions import Permission
from opora.support.models.steps import RegionSet


class ObservationSheetQuerySet(models.QuerySet["ObservationSheet"]):
    def visible(self, user: Actor) -> ObservationSheetQuerySet:
        """Those of the regions of which the person writes the lists."""
        return self.filter(user.scope(Permission.LISTS_EDIT).q("territory__path"))


class ObservationSheet(RegionSet):
    """One version; visits that were made with it keep it."""

    rows = models.JSONField("критерии", default=list)  # [key, what is looked at], in the order of the sheet
    scale = models.JSONField("слова шкалы", default=list)  # a mark is the number of its word, the worst is 0

    objects = ObservationSheetQuerySet.as_manager()

    class Meta(RegionSet.Meta):
        verbose_name = "лист наблюдения урока"
        verbose_name_plural = "листы наблюдения урока"

    def __str__(self) -> str:
        return f"Лист наблюдения урока, версия {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("support:observation_sheet", args=[self.public_id])

    @property
    def criteria(self) -> dict[str, str]:
        """By key, in the order of the sheet."""
        return dict(self.rows)

    def said(self, marks: Mapping[str, int]) -> list[tuple[str, str]]:
        """(criterion, mark) in words, of the criteria that were judged."""
        return [(title, self.scale[marks[key]]) for key, title in self.criteria.items() if key in marks]
