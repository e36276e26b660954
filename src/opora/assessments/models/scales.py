"""The region's own scales: from which point on a work has which mark."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from opora.assessments.models.procedures import Procedure
from opora.core.actor import Actor
from opora.core.constraints import state_in
from opora.core.models import PublicModel
from opora.core.permissions import Permission
from opora.identification.titles import procedure_words
from opora.registry.models import Organisation


class ScaleQuerySet(models.QuerySet["Scale"]):
    def visible(self, user: Actor) -> ScaleQuerySet:
        """Those of the territories where the person loads results."""
        return self.filter(user.scope(Permission.RESULTS_EDIT).q("territory__path"))

    def current(self) -> ScaleQuerySet:
        """The last version of each."""
        return self.filter(current=True)


class Scale(PublicModel):
    """The last primary points of the marks 2, 3 and 4 of one work; a change makes a new version."""

    territory = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="территория")
    year = models.PositiveSmallIntegerField("год")
    procedure = models.CharField("процедура", max_length=10, choices=Procedure, default=Procedure.VPR)
    subject = models.CharField("предмет", max_length=30)
    grade = models.PositiveSmallIntegerField("класс")
    last_2 = models.PositiveSmallIntegerField("последний балл отметки «2»")
    last_3 = models.PositiveSmallIntegerField("последний балл отметки «3»")
    last_4 = models.PositiveSmallIntegerField("последний балл отметки «4»")
    highest = models.PositiveSmallIntegerField("наибольший балл", null=True, blank=True)
    version = models.PositiveIntegerField("версия", default=1)
    current = models.BooleanField("действует", default=True)
    made_by = models.CharField("кто внёс", max_length=300)  # as the journal names him

    objects = ScaleQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "procedure", "subject", "grade", "-version"]
        verbose_name = "шкала перевода баллов"
        verbose_name_plural = "шкалы перевода баллов"
        constraints = [
            state_in(Procedure.values, name="scale_procedure", field="procedure"),
            models.CheckConstraint(condition=Q(last_2__lt=F("last_3"), last_3__lt=F("last_4")), name="scale_order"),
            models.CheckConstraint(
                condition=Q(highest__isnull=True) | Q(highest__gt=F("last_4")), name="scale_highest"
            ),
            models.UniqueConstraint(
                fields=["territory", "year", "procedure", "subject", "grade"],
                condition=Q(current=True),
                name="scale_one_current",
            ),
            models.UniqueConstraint(
                fields=["territory", "year", "procedure", "subject", "grade", "version"], name="scale_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{procedure_words(self.procedure, self.subject, self.grade)}, {self.year}"

    @property
    def limits(self) -> tuple[int, int, int]:
        return self.last_2, self.last_3, self.last_4
