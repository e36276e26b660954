"""Filled-in workbooks between their upload and the press that takes their answers: a person's own, for a day."""

from __future__ import annotations

import datetime as dt
from pathlib import PurePath

from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from opora.collection.models.campaigns import Submission
from opora.core.actor import Actor
from opora.core.models import PublicModel, new_public_id

KEPT = dt.timedelta(days=1)


class WorkbookUploadQuerySet(models.QuerySet["WorkbookUpload"]):
    def visible(self, user: Actor) -> WorkbookUploadQuerySet:
        """One's own uploads alone."""
        return self.filter(actor_id=user.actor_id)

    def expired(self) -> WorkbookUploadQuerySet:
        return self.filter(created_at__lt=timezone.now() - KEPT)

    def with_read(self) -> WorkbookUploadQuerySet:
        """`read` of `total` files, newest upload first."""
        return self.annotate(read=Count("files")).order_by("-pk")


class WorkbookUpload(PublicModel):
    """The files that a person chose at once."""

    actor_id = models.CharField(max_length=26)
    total = models.PositiveIntegerField("файлов", default=0, db_default=0)  # read or not
    job_id = models.CharField(max_length=26, blank=True, default="", db_default="")  # that reads many of them

    objects = WorkbookUploadQuerySet.as_manager()

    class Meta:
        verbose_name = "загрузка заполненных форм"
        verbose_name_plural = "загрузки заполненных форм"

    def __str__(self) -> str:
        return f"{timezone.localtime(self.created_at):%d.%m.%Y %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("collection:workbook_upload", args=[self.public_id])

    @property
    def is_read(self) -> bool:
        """Nothing of it waits to be read."""
        return not self.brought.exists()

    def forget_brought(self) -> None:
        for one in self.brought.all():
            one.delete()
            one.file.delete(save=False)


def brought_place(one: BroughtFile, name: str) -> str:
    """A stored name that tells nothing."""
    return f"brought/{new_public_id()}{PurePath(name).suffix.lower()[:5]}"


class BroughtFile(models.Model):
    """A file of many as it came, zip or workbook, until the job has read it."""

    upload = models.ForeignKey(WorkbookUpload, on_delete=models.CASCADE, related_name="brought")
    name = models.CharField("файл", max_length=200)
    file = models.FileField("файл", upload_to=brought_place)

    class Meta:
        ordering = ["pk"]
        verbose_name = "принесённый файл"
        verbose_name_plural = "принесённые файлы"

    def __str__(self) -> str:
        return self.name


class FilledWorkbookQuerySet(models.QuerySet["FilledWorkbook"]):
    def visible(self, user: Actor) -> FilledWorkbookQuerySet:
        """Of one's own uploads, as long as one may see whose form it is."""
        seen = Q(submission=None) | Q(submission__in=Submission.objects.visible(user))
        return self.filter(seen, upload__actor_id=user.actor_id)


class FilledWorkbook(PublicModel):
    """One file: what was read from it, or why nothing of it can be taken. The counts are of the moment it was read."""

    upload = models.ForeignKey(WorkbookUpload, on_delete=models.CASCADE, related_name="files")
    name = models.CharField("файл", max_length=200)
    submission = models.ForeignKey(
        Submission, on_delete=models.CASCADE, null=True, related_name="+", verbose_name="форма"
    )
    refused = models.TextField("почему не принят", blank=True)
    content = models.JSONField("прочитано", default=dict)  # `workbook.Filled` as a mapping
    changed = models.PositiveIntegerField("изменений", default=0)
    clashes = models.PositiveIntegerField("расхождений", default=0)
    mistakes = models.PositiveIntegerField("ошибок", default=0)
    taken_at = models.DateTimeField("внесён", null=True, blank=True)

    objects = FilledWorkbookQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = "заполненный файл формы"
        verbose_name_plural = "заполненные файлы форм"

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("collection:workbook_file", args=[self.public_id])
