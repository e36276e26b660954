"""What is worked out of loaded results before anything is judged: signs that they are not objective, and clusters.

Worked out in the background whenever results, conditions or thresholds change (`actions.looks`), so that no page goes
through a region.
"""

from __future__ import annotations

import math
from typing import Any

from django.db import models
from django.db.models import F, Q

from opora.assessments.models.procedures import Procedure
from opora.core.actor import Actor
from opora.core.constraints import state_in
from opora.core.secrecy import knowledge
from opora.identification.clusters import TITLES, Thresholds
from opora.identification.objectivity import SIGNS, Finding
from opora.registry.models import Organisation

_ARITHMETIC = ("value", "limit", "own", "whole", "lower", "upper")
CLUSTERS = tuple(TITLES)


class Look(models.Model):
    """One year of a territory: how often it was asked to be worked out anew, and which of these was the last done."""

    territory = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", verbose_name="территория")
    year = models.PositiveSmallIntegerField("год")
    asked = models.PositiveIntegerField("запрошено", default=0)
    done = models.PositiveIntegerField("посчитано", default=0)
    done_at = models.DateTimeField("когда посчитано", null=True, blank=True)
    failure = models.TextField("почему не посчитано", blank=True)
    limits = models.JSONField("границы кластеров", default=dict)  # name -> number, as `Clusters` of the library
    thresholds = models.JSONField("пороги", default=dict)  # by which they were found

    class Meta:
        ordering = ["-year"]
        verbose_name = "обзор года"
        verbose_name_plural = "обзоры лет"
        constraints = [
            models.UniqueConstraint(fields=["territory", "year"], name="look_once"),
            models.CheckConstraint(condition=Q(done__lte=F("asked")), name="look_done"),
        ]

    def __str__(self) -> str:
        return f"{self.territory_id}, {self.year}"

    @property
    def stale(self) -> bool:
        """Whether something has changed since."""
        return self.done < self.asked


class ClusterThresholds(models.Model):
    """By which shares of schools a region tells its clusters apart; where it has set none, the library's."""

    territory = models.OneToOneField(
        Organisation, on_delete=models.CASCADE, related_name="+", verbose_name="территория"
    )
    low = models.FloatField("низкие результаты")
    good = models.FloatField("хорошие результаты")
    leading = models.FloatField("лидирующие")
    adverse = models.FloatField("неблагоприятные условия")
    set_by = models.CharField("кто установил", max_length=300)  # as the journal names him
    set_at = models.DateTimeField("когда установлены", auto_now=True)

    class Meta:
        verbose_name = "пороги кластеров"
        verbose_name_plural = "пороги кластеров"

    def __str__(self) -> str:
        return f"{self.territory_id}"

    @property
    def values(self) -> Thresholds:
        return Thresholds(low=self.low, good=self.good, leading=self.leading, adverse=self.adverse)


class SchoolSignsQuerySet(models.QuerySet["SchoolSigns"]):
    def visible(self, user: Actor) -> SchoolSignsQuerySet:
        """Those of schools whose results the person may see."""
        return self.filter(knowledge(user).q("organisation__path"))


class SchoolSigns(models.Model):
    """The signs of one school in a year; a school for which none could be computed has no row."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="signs", verbose_name="школа")
    year = models.PositiveSmallIntegerField("год")
    judged = models.PositiveSmallIntegerField("проверено признаков")
    shown = models.PositiveSmallIntegerField("признаков")
    kinds = models.PositiveSmallIntegerField("видов признаков")  # of the four
    codes = models.CharField("какие", max_length=400, blank=True)  # « mean-vpr-rus-4 fall-mat »
    figures = models.JSONField("показатели", default=dict)  # sign -> [shown, pupils, *_ARITHMETIC]

    objects = SchoolSignsQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "pk"]
        verbose_name = "признаки необъективности школы"
        verbose_name_plural = "признаки необъективности школ"
        indexes = [models.Index(fields=["year", "kinds", "shown"], name="schoolsigns_year")]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "year"], name="schoolsigns_once"),
            models.CheckConstraint(
                condition=Q(kinds__lte=F("shown"), shown__lte=F("judged")), name="schoolsigns_shown"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}, {self.year}: {self.shown}"

    @property
    def findings(self) -> list[Finding]:
        """All fourteen, with their arithmetic."""
        return [finding_of(sign, self.figures.get(sign.id)) for sign in SIGNS]

    @property
    def inflated_alone(self) -> bool:
        """Whether an inflated mean is all there is, as a strong school may show it."""
        return self.kinds == 1 and self.codes.startswith(" mean-")

    @property
    def shown_findings(self) -> list[Finding]:
        """Those that are there."""
        return [one for one in self.findings if one.shown]


def figures_of(finding: Finding) -> list[Any]:
    """What is kept of a sign that could be computed."""
    numbers = [getattr(finding, name) for name in _ARITHMETIC]
    return [finding.shown, finding.pupils, *(None if math.isnan(one) else one for one in numbers)]


def finding_of(sign: Any, kept: list[Any] | None) -> Finding:
    """The sign as it was kept; unknown where nothing was."""
    if kept is None:
        return Finding(sign, None, math.nan, math.nan, 0)
    shown, pupils, *rest = kept
    numbers = dict(zip(_ARITHMETIC, (math.nan if one is None else one for one in rest), strict=True))
    return Finding(sign, shown, pupils=pupils, **numbers)


class SchoolClusterQuerySet(models.QuerySet["SchoolCluster"]):
    def visible(self, user: Actor) -> SchoolClusterQuerySet:
        """Those of schools whose results the person may see."""
        return self.filter(knowledge(user).q("organisation__path"))


class SchoolCluster(models.Model):
    """Results and conditions of one school in a year; what is not known is null, never zero."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="clusters", verbose_name="школа"
    )
    year = models.PositiveSmallIntegerField("год")
    cluster = models.CharField("кластер", max_length=30, choices=list(TITLES.items()))
    reason = models.TextField("почему")
    works = models.PositiveIntegerField("работ учтено", default=0)
    failed = models.PositiveIntegerField("из них неуспешных", default=0)
    share = models.FloatField("доля неуспешных работ с учётом размера школы", null=True, blank=True)
    index = models.FloatField("индекс условий", null=True, blank=True)
    known = models.FloatField("известная часть индекса", default=0)
    parts = models.JSONField("составляющие индекса", default=dict)  # name -> standardised indicator, adverse upwards
    missing = models.JSONField("нет сведений", default=list)  # titles

    objects = SchoolClusterQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "pk"]
        verbose_name = "кластер школы"
        verbose_name_plural = "кластеры школ"
        indexes = [models.Index(fields=["year", "cluster"], name="schoolcluster_year")]
        constraints = [
            state_in(CLUSTERS, name="schoolcluster_cluster", field="cluster"),
            models.UniqueConstraint(fields=["organisation", "year"], name="schoolcluster_once"),
            models.CheckConstraint(condition=Q(failed__lte=F("works")), name="schoolcluster_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}, {self.year}: {self.cluster}"


class AreaLookQuerySet(models.QuerySet["AreaLook"]):
    def visible(self, user: Actor) -> AreaLookQuerySet:
        """Those of areas of all of whose schools the person may know."""
        return self.filter(knowledge(user).q("area__path"))


class AreaLook(models.Model):
    """The schools of a municipality or a region in a year, counted by signs and clusters."""

    look = models.ForeignKey(Look, on_delete=models.CASCADE, related_name="areas", verbose_name="обзор года")
    area = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", verbose_name="территория")
    year = models.PositiveSmallIntegerField("год")
    schools = models.PositiveIntegerField("школ")
    judged = models.PositiveIntegerField("школ, где признаки проверены")
    shown = models.PositiveIntegerField("школ с признаком")
    several = models.PositiveIntegerField("школ с признаками разных видов", default=0)
    signs = models.JSONField("признаки", default=dict)  # sign -> [schools that show it, schools judged by it]
    clusters = models.JSONField("кластеры", default=dict)  # cluster -> schools

    objects = AreaLookQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "pk"]
        verbose_name = "обзор территории"
        verbose_name_plural = "обзоры территорий"
        constraints = [
            models.UniqueConstraint(fields=["area", "year"], name="arealook_once"),
            models.CheckConstraint(
                condition=Q(several__lte=F("shown"), shown__lte=F("judged"), judged__lte=F("schools")),
                name="arealook_sums",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area_id}, {self.year}"

    @property
    def index(self) -> float | None:
        """100 less the percent of schools with a sign among those judged; None where none was."""
        return 100 - 100 * self.shown / self.judged if self.judged else None


class ClusterResult(models.Model):
    """The schools of one cluster in one work: quartiles of the share that failed, which tell no single school."""

    territory = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", verbose_name="территория")
    year = models.PositiveSmallIntegerField("год")
    cluster = models.CharField("кластер", max_length=30)
    procedure = models.CharField("процедура", max_length=10, choices=Procedure)
    subject = models.CharField("предмет", max_length=30)
    grade = models.PositiveSmallIntegerField("класс")
    schools = models.PositiveIntegerField("школ")
    lower = models.FloatField("нижний квартиль")
    middle = models.FloatField("медиана")
    upper = models.FloatField("верхний квартиль")
    shares = models.JSONField("доли", default=list)  # of every school, sorted: the place of one is found among them

    class Meta:
        ordering = ["-year", "procedure", "subject", "grade"]
        verbose_name = "результат кластера"
        verbose_name_plural = "результаты кластеров"
        constraints = [
            models.UniqueConstraint(
                fields=["territory", "year", "cluster", "procedure", "subject", "grade"], name="clusterresult_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cluster}, {self.year}: {self.schools}"
