"""Every copy that left: by its mark, or by its bytes, it is known who took it."""

from __future__ import annotations

from pathlib import PurePath

from django.db import models
from django.urls import reverse

from opora.core.actor import Actor
from opora.core.models import PublicModel, new_public_id
from opora.core.permissions import Permission
from opora.core.secrecy import knowledge


class CopyQuerySet(models.QuerySet["Copy"]):
    def visible(self, user: Actor) -> CopyQuerySet:
        """Copies of what belongs to the organisations in which one may trace; confidential ones only where one may
        see the lists too."""
        mine = user.scope(Permission.COPIES_TRACE).q("path")
        return self.filter(mine, knowledge(user).open_or("confidential", at="path"))


class Copy(PublicModel):
    """One copy of a file. Like the journal it has no foreign keys: deleting never damages it."""

    mark = models.CharField("метка", max_length=13, unique=True, editable=False)  # `core.marks`
    actor_id = models.CharField("кто (код)", max_length=26)
    actor = models.CharField("кто", max_length=300)
    at = models.DateTimeField("когда")
    file_name = models.CharField("файл", max_length=300)
    size = models.PositiveBigIntegerField("размер")  # bytes
    sha256 = models.CharField(max_length=64, db_index=True)  # of the file as it left, its mark included
    as_it_was = models.BooleanField("исходный файл", default=False)  # an original, marked in its properties at most
    object_kind = models.CharField("вид объекта", max_length=80)
    object_id = models.CharField("объект", max_length=26, db_index=True)
    path = models.CharField("организация", max_length=80, blank=True)  # of the registry's tree; who may trace it
    confidential = models.BooleanField("конфиденциально", default=False)
    address = models.CharField("адрес", max_length=45, blank=True)  # of the network; empty for the command line
    entry = models.BigIntegerField("запись журнала")

    objects = CopyQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = "копия"
        verbose_name_plural = "копии"

    def __str__(self) -> str:
        return self.file_name


class LargeCopyQuerySet(models.QuerySet["LargeCopy"]):
    def visible(self, user: Actor) -> LargeCopyQuerySet:
        """One's own."""
        return self.filter(actor_id=user.actor_id)


def large_place(copy: LargeCopy, name: str) -> str:
    """A stored name that tells nothing."""
    return f"copies/{new_public_id()}{PurePath(name).suffix.lower()[:5]}"


class LargeCopy(PublicModel):
    """A copy of very many rows, made in the background for one person, kept for a day; marked when it is made."""

    actor_id = models.CharField("кто (код)", max_length=26, db_index=True)
    title = models.CharField("название", max_length=300)
    address = models.TextField("страница")  # whose rows they are, as the person asked for them
    mark = models.CharField("метка", max_length=13, editable=False)
    kind = models.CharField("вид", max_length=4, blank=True)
    name = models.CharField("таблица", max_length=26, blank=True)
    rows = models.PositiveIntegerField("строк", default=0)
    size = models.PositiveBigIntegerField("размер", default=0)  # bytes
    sha256 = models.CharField(max_length=64, blank=True)
    confidential = models.BooleanField("конфиденциально", default=False)
    file = models.FileField("файл", upload_to=large_place, blank=True)
    made_at = models.DateTimeField("когда готова", null=True, blank=True)

    objects = LargeCopyQuerySet.as_manager()

    class Meta:
        verbose_name = "большая копия"
        verbose_name_plural = "большие копии"
        indexes = [models.Index(fields=["created_at"], name="largecopy_created")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("exports:large", args=[self.public_id])
