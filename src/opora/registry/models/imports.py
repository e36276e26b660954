"""A file uploaded for import, kept between its preview and the press that applies it."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.utils import timezone

from opora.core.actor import Actor
from opora.core.models import PublicModel

KEPT = dt.timedelta(days=1)


class UploadQuerySet(models.QuerySet["Upload"]):
    def visible(self, user: Actor) -> UploadQuerySet:
        """One's own uploads alone."""
        return self.filter(actor_id=user.actor_id)

    def expired(self) -> UploadQuerySet:
        return self.filter(created_at__lt=timezone.now() - KEPT)


class Upload(PublicModel):
    """The bytes of a file and the digest of the plan that its preview showed."""

    actor_id = models.CharField(max_length=26)
    name = models.CharField("файл", max_length=200)
    content = models.BinaryField()
    digest = models.CharField(max_length=64)

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = "загруженный файл реестра"
        verbose_name_plural = "загруженные файлы реестра"

    def __str__(self) -> str:
        return self.name
