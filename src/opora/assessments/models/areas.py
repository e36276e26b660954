"""Results of a municipality or a region: the sums of its schools, kept so that no page adds a whole region up."""

from __future__ import annotations

from django.db import models

from opora.assessments.models.procedures import Procedure
from opora.core.actor import Actor
from opora.core.secrecy import knowledge
from opora.registry.models import Organisation


class AreaResultQuerySet(models.QuerySet["AreaResult"]):
    def visible(self, user: Actor) -> AreaResultQuerySet:
        """Those of areas of all of whose schools the person may know."""
        return self.filter(knowledge(user).q("area__path"))


class AreaResult(models.Model):
    """The counts of all schools of an area in one procedure and year (`actions.areas` brings them up to date)."""

    area = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", verbose_name="территория")
    year = models.PositiveSmallIntegerField("год")
    procedure = models.CharField("процедура", max_length=10, choices=Procedure)
    subject = models.CharField("предмет", max_length=30)
    grade = models.PositiveSmallIntegerField("класс")
    schools = models.PositiveIntegerField("школ")
    participants = models.PositiveIntegerField("участников")
    failed = models.PositiveIntegerField("не справились")
    marks_2 = models.PositiveIntegerField("отметок «2»")
    marks_3 = models.PositiveIntegerField("отметок «3»")
    marks_4 = models.PositiveIntegerField("отметок «4»")
    marks_5 = models.PositiveIntegerField("отметок «5»")
    absent = models.PositiveIntegerField("не участвовали")

    objects = AreaResultQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "procedure", "subject", "grade"]
        verbose_name = "результат территории"
        verbose_name_plural = "результаты территорий"
        constraints = [
            models.UniqueConstraint(fields=["area", "year", "procedure", "subject", "grade"], name="arearesult_once"),
        ]

    def __str__(self) -> str:
        return f"{self.area_id}: {self.participants}"
