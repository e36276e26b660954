"""The conditions in which a school works, as its passport tells them for a year; what is not known is absent."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.urls import reverse

from opora.core.actor import Actor
from opora.core.constraints import set_when, state_in
from opora.core.models import PublicModel
from opora.core.permissions import Permission
from opora.core.secrecy import knowledge
from opora.core.workflow import Transition, Workflow
from opora.registry.models import Organisation

TOLD = ("pupils", "settlement", "figures")  # fields of a school's conditions


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

    @property
    def told(self) -> dict[str, Any]:
        """What is known, as an upload keeps it."""
        return {name: getattr(self, name) for name in TOLD}


class UploadState(models.TextChoices):
    SEEN = "seen", "на проверке"
    APPLIED = "applied", "принята"
    UNDONE = "undone", "отменена"
    DROPPED = "dropped", "не принята"


CONTEXT_WORKFLOW = Workflow(
    UploadState,
    [
        Transition("apply", "Принять", frozenset({UploadState.SEEN}), UploadState.APPLIED),
        Transition("drop", "Не принимать", frozenset({UploadState.SEEN}), UploadState.DROPPED),
        Transition("undo", "Отменить загрузку", frozenset({UploadState.APPLIED}), UploadState.UNDONE),
    ],
)


class ContextUploadQuerySet(models.QuerySet["ContextUpload"]):
    def visible(self, user: Actor) -> ContextUploadQuerySet:
        """Those of the territories where the person loads results and may know of the schools."""
        return self.filter(
            user.scope(Permission.RESULTS_EDIT).q("territory__path"), knowledge(user).q("territory__path")
        )


class ContextUpload(PublicModel):
    """A table of conditions: first looked at with what it would change, then taken, and taken back where it must."""

    territory = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", verbose_name="территория")
    year = models.PositiveSmallIntegerField("год")
    file_name = models.CharField("файл", max_length=300)
    state = models.CharField("состояние", max_length=10, choices=UploadState, default=UploadState.SEEN)
    loaded_by = models.CharField("кто загрузил", max_length=300)  # as the journal names him
    applied_at = models.DateTimeField("когда принята", null=True, blank=True)
    new = models.PositiveIntegerField("новых школ", default=0)
    changed = models.PositiveIntegerField("изменённых школ", default=0)
    same = models.PositiveIntegerField("школ без изменений", default=0)
    aside = models.JSONField("отложено", default=list)  # [place, reason]
    unknown = models.JSONField("неизвестные столбцы", default=list)

    objects = ContextUploadQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = "загрузка условий школ"
        verbose_name_plural = "загрузки условий школ"
        constraints = [
            state_in(UploadState.values, name="contextupload_state"),
            set_when("applied_at", [UploadState.APPLIED, UploadState.UNDONE], name="contextupload_applied"),
        ]

    def __str__(self) -> str:
        return f"{self.file_name}, {self.year}"

    def get_absolute_url(self) -> str:
        return reverse("assessments:context_upload", args=[self.public_id])

    @property
    def changes(self) -> int:
        """How many schools would be told otherwise than before."""
        return self.new + self.changed


class ContextRow(models.Model):
    """What an upload says of one school that was not said before; `before` is null where nothing was."""

    upload = models.ForeignKey(ContextUpload, on_delete=models.CASCADE, related_name="rows", verbose_name="загрузка")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", verbose_name="школа")
    before = models.JSONField("было", null=True, blank=True)  # as `SchoolContext.told`
    after = models.JSONField("стало")

    class Meta:
        ordering = ["pk"]
        verbose_name = "изменение условий школы"
        verbose_name_plural = "изменения условий школ"
        constraints = [models.UniqueConstraint(fields=["upload", "organisation"], name="contextrow_once")]

    def __str__(self) -> str:
        return f"{self.organisation_id}"
