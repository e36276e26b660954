"""The conditions in which a school works, as its passport tells them for a year; what is not known is absent."""

from __future__ import annotations

from django.db import models

from opora.core.actor import Actor
from opora.core.secrecy import knowledge
from opora.registry.models import Organisation


class SchoolContextQuerySet(models.QuerySet["SchoolContext"]):
    def visible(self, user: Actor) -> SchoolContextQuerySet:
        """Those of schools whose results the person may see: conditions are half of what a rule is told."""
        return self.filter(knowledge(user).q("organisation__path"))


class SchoolContext(models.Model):
    """Enrolment, place and figures of the passport (`identification.parameters.context.yaml` names them)."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="contexts", verbose_name="школа"
    )
    year = models.PositiveSmallIntegerField("год")
    pupils = models.PositiveIntegerField("обучающихся", null=True, blank=True)
    settlement = models.PositiveSmallIntegerField("тип населённого пункта", null=True, blank=True)  # 1–4
    figures = models.JSONField("показатели", default=dict)  # name -> number

    objects = SchoolContextQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "pk"]
        verbose_name = "условия школы"
        verbose_name_plural = "условия школ"
        constraints = [models.UniqueConstraint(fields=["organisation", "year"], name="schoolcontext_once")]

    def __str__(self) -> str:
        return f"{self.organisation_id}, {self.year}"
