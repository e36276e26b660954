"""Every copy that left: by its mark, or by its bytes, it is known who took it."""

from __future__ import annotations

from django.db import models

from opora.core.actor import Actor
from opora.core.models import PublicModel
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
