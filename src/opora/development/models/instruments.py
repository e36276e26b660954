"""Instruments of diagnostics and their versions; a published version never changes, so that all answer one thing."""

from __future__ import annotations

from functools import cached_property

from django.db import models
from django.db.models import Q
from django.urls import reverse

from opora.core.actor import Actor
from opora.core.constraints import both_or_none
from opora.core.models import PublicModel, SortKeyField
from opora.core.permissions import Permission
from opora.development.content import Content, read
from opora.registry.models import Organisation


class InstrumentKind(models.TextChoices):
    SUBJECT = "subject", "предметные знания"
    METHOD = "method", "методика преподавания"


class InstrumentQuerySet(models.QuerySet["Instrument"]):
    def visible(self, user: Actor) -> InstrumentQuerySet:
        """Those of the territories whose teachers the person develops: they show the keys."""
        return self.filter(user.scope(Permission.DEVELOPMENT_EDIT).q("territory__path"))


class Instrument(PublicModel):
    territory = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="чей")
    title = models.CharField("название", max_length=300)
    subject = models.CharField("предмет", max_length=40)  # `identification.columns.SUBJECTS`
    kind = models.CharField("что проверяет", max_length=10, choices=InstrumentKind)
    made_by = models.CharField("кто составил", max_length=300)  # as the journal names him
    sort_title = SortKeyField(source="title")

    objects = InstrumentQuerySet.as_manager()

    class Meta:
        ordering = ["sort_title", "pk"]
        verbose_name = "инструмент диагностики"
        verbose_name_plural = "инструменты диагностики"
        constraints = [models.CheckConstraint(condition=Q(kind__in=InstrumentKind.values), name="instrument_kind")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("development:instrument", args=[self.public_id])


class InstrumentVersion(models.Model):
    """One version; the newest alone may be unpublished. `revision` counts its changes for those who edit at once."""

    instrument = models.ForeignKey(
        Instrument, on_delete=models.CASCADE, related_name="versions", verbose_name="инструмент"
    )
    number = models.PositiveIntegerField("версия")
    content = models.JSONField("содержание", default=dict)  # `development.content.to_json`, with the keys
    revision = models.PositiveIntegerField("правка", default=0)
    published_at = models.DateTimeField("опубликована", null=True, blank=True)
    published_by = models.CharField("кто опубликовал", max_length=300, null=True, blank=True)

    class Meta:
        ordering = ["-number"]
        verbose_name = "версия инструмента"
        verbose_name_plural = "версии инструментов"
        constraints = [
            models.UniqueConstraint(fields=["instrument", "number"], name="instrument_version_number"),
            models.UniqueConstraint(
                fields=["instrument"], condition=Q(published_at__isnull=True), name="instrument_one_draft"
            ),
            both_or_none("published_at", "published_by", name="instrument_version_published"),
        ]

    def __str__(self) -> str:
        return f"{self.instrument}, версия {self.number}"

    @cached_property
    def said(self) -> Content:
        return read(self.content)
