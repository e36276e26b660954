"""The append-only journal: one chain of rows, each carrying an HMAC of itself and of the row before it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from opora.core.actor import Actor
from opora.core.permissions import Permission
from opora.core.secrecy import knowledge


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible(self, user: Actor) -> EntryQuerySet:
        """One's own entries, and those of the organisations whose journal one may read.

        What concerns the confidential lists only where one may see these too.
        """
        others = user.scope(Permission.JOURNAL_VIEW).q("path") & knowledge(user).open_or("confidential", at="path")
        return self.filter(others | Q(actor_id=user.actor_id))


class Entry(models.Model):
    """One thing that happened. No foreign keys: deleting never damages history."""

    number = models.BigIntegerField("номер", unique=True)  # 1, 2, 3 … without gaps
    at = models.DateTimeField("когда")
    actor_id = models.CharField("кто (код)", max_length=26)
    actor = models.CharField("кто", max_length=300)
    code = models.CharField("событие", max_length=80, db_index=True)
    object_kind = models.CharField("вид объекта", max_length=80)
    object_id = models.CharField("объект", max_length=26, db_index=True)
    path = models.CharField(
        "организация", max_length=80, blank=True, db_index=True
    )  # of the registry's tree; who may read it
    confidential = models.BooleanField("конфиденциально", default=False)
    text = models.TextField("запись")
    data = models.JSONField("подробности", default=dict)
    mac = models.CharField(max_length=64)
    search = models.TextField(editable=False, default="")  # actor and text folded; derived, so not sealed

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        verbose_name = "запись журнала"
        verbose_name_plural = "записи журнала"

    def __str__(self) -> str:
        return f"{self.actor} {self.text}"


class Head(models.Model):
    """The end of the chain, one row: locked while an entry is added, so that the order is one."""

    count = models.BigIntegerField(default=0)
    mac = models.CharField(max_length=64, default="")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="journal_head_single")]

    def __str__(self) -> str:
        return f"{self.count}:{self.mac}"
