"""Results as they count: one current row for each school and procedure; what was corrected stays beside it."""

from __future__ import annotations

import secrets

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from opora.assessments.models.loading import Loading
from opora.assessments.models.procedures import Procedure
from opora.core.actor import Actor
from opora.core.constraints import state_in
from opora.core.models import PublicModel
from opora.core.permissions import Permission
from opora.core.secrecy import knowledge
from opora.identification.titles import procedure_words
from opora.registry.models import Organisation


class PartState(models.TextChoices):
    WRITING = "writing", "записывается"
    CURRENT = "current", "действует"
    REPLACED = "replaced", "заменена"
    UNDONE = "undone", "отменена"


def part_name(part: Part, name: str) -> str:
    """Where the store keeps a file of a part: `name` is its kind («tallies.parquet.age») under a random name."""
    ending = name.partition(".")[2]
    return f"results/parts/{part.public_id}/{name.partition('.')[0]}-{secrets.token_hex(8)}.{ending}"


class PartQuerySet(models.QuerySet["Part"]):
    def visible(self, user: Actor) -> PartQuerySet:
        """Those of the territories where the person loads results."""
        return self.filter(user.scope(Permission.RESULTS_EDIT).q("territory__path"))


class Part(PublicModel):
    """The results of one procedure in one year that one loading brought; its parquet lies in the store.

    `current` while every school of it counts, `replaced` once a later part has taken a school's place: its rows in
    `SchoolResult` say which.
    """

    territory = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="территория")
    loading = models.ForeignKey(Loading, on_delete=models.PROTECT, related_name="parts", verbose_name="загрузка")
    year = models.PositiveSmallIntegerField("год")
    procedure = models.CharField("процедура", max_length=10, choices=Procedure)
    subject = models.CharField("предмет", max_length=30)  # a code of `identification.columns`
    grade = models.PositiveSmallIntegerField("класс")
    state = models.CharField("состояние", max_length=10, choices=PartState, default=PartState.WRITING)
    schools = models.PositiveIntegerField("школ", default=0)
    participants = models.PositiveIntegerField("участников", default=0)
    failed = models.PositiveIntegerField("не справились", default=0)
    absent = models.PositiveIntegerField("не участвовали", default=0)
    digest = models.CharField(max_length=64, blank=True)  # of its rows in a fixed order: the same results, the same
    tallies = models.FileField("частоты", upload_to=part_name, max_length=200, blank=True)
    tallies_sha256 = models.CharField(max_length=64, blank=True)  # of the stored bytes
    pupils = models.FileField("строки участников", upload_to=part_name, max_length=200, blank=True)
    pupils_sha256 = models.CharField(max_length=64, blank=True)
    accepted_at = models.DateTimeField("принята", null=True, blank=True)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "procedure", "subject", "grade", "-pk"]
        verbose_name = "результаты процедуры"
        verbose_name_plural = "результаты процедур"
        indexes = [
            models.Index(fields=["territory", "year", "procedure", "subject", "grade"], name="part_procedure"),
        ]
        constraints = [
            state_in(PartState.values, name="part_state"),
            state_in(Procedure.values, name="part_procedure_known", field="procedure"),
            models.UniqueConstraint(fields=["loading", "year", "procedure", "subject", "grade"], name="part_once"),
        ]

    def __str__(self) -> str:
        return f"{procedure_words(self.procedure, self.subject, self.grade)}, {self.year}"

    @property
    def key(self) -> tuple[int, str, str, int]:
        """Year, procedure, subject, grade."""
        return self.year, self.procedure, self.subject, self.grade

    def get_absolute_url(self) -> str:
        return reverse("assessments:part", args=[self.public_id])


class SchoolResultQuerySet(models.QuerySet["SchoolResult"]):
    def visible(self, user: Actor) -> SchoolResultQuerySet:
        """Those of schools whose place in the lists the person may know: results and a published rule tell it."""
        return self.filter(knowledge(user).q("organisation__path"))

    def current(self) -> SchoolResultQuerySet:
        """Those that count."""
        return self.filter(current=True)


class SchoolResult(models.Model):
    """The counts of one school in one procedure: a row of COUNTS of the library."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="results", verbose_name="школа"
    )
    part = models.ForeignKey(Part, on_delete=models.CASCADE, related_name="results", verbose_name="часть")
    year = models.PositiveSmallIntegerField("год")
    procedure = models.CharField("процедура", max_length=10, choices=Procedure)
    subject = models.CharField("предмет", max_length=30)
    grade = models.PositiveSmallIntegerField("класс")
    participants = models.PositiveIntegerField("участников")
    failed = models.PositiveIntegerField("не справились")
    marks_2 = models.PositiveIntegerField("отметок «2»", default=0)
    marks_3 = models.PositiveIntegerField("отметок «3»", default=0)
    marks_4 = models.PositiveIntegerField("отметок «4»", default=0)
    marks_5 = models.PositiveIntegerField("отметок «5»", default=0)
    absent = models.PositiveIntegerField("не участвовали", default=0)
    current = models.BooleanField("действует", default=False)
    replaced_by = models.ForeignKey(
        Part, on_delete=models.SET_NULL, null=True, blank=True, related_name="replaces", verbose_name="чем заменено"
    )

    objects = SchoolResultQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = "результат школы"
        verbose_name_plural = "результаты школ"
        indexes = [
            models.Index(fields=["organisation", "year"], name="schoolresult_school"),
            models.Index(fields=["year", "procedure", "subject", "grade", "current"], name="schoolresult_procedure"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "year", "procedure", "subject", "grade"],
                condition=Q(current=True),
                name="schoolresult_one_current",
            ),
            models.UniqueConstraint(fields=["part", "organisation"], name="schoolresult_once"),
            models.CheckConstraint(condition=Q(failed__lte=F("participants")), name="schoolresult_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.participants}"

    @property
    def work_words(self) -> str:
        """«ВПР, математика, 5 класс»"""
        return procedure_words(self.procedure, self.subject, self.grade)
