"""The base of every table: a sortable random public id in URLs, never a counter."""

from __future__ import annotations

import os
from base64 import b32encode
from typing import Any

from django.db import models
from ulid import ULID

from opora.core.actor import Actor
from opora.core.constraints import set_when, state_in
from opora.core.text import sort_key


def new_public_id() -> str:
    """26 characters of Crockford's base 32: time first, then 80 random bits."""
    return str(ULID()).lower()


_CROCKFORD = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789abcdefghjkmnpqrstvwxyz")


def new_public_ids(count: int) -> list[str]:
    """The same for many rows of one moment, forty times as fast."""
    moment = new_public_id()[:10]
    chance = b32encode(os.urandom(10 * count)).translate(_CROCKFORD).decode("ascii")
    return [moment + chance[at : at + 16] for at in range(0, 16 * count, 16)]


class BytewiseField(models.CharField[str, str]):
    """A short text compared byte by byte on every database, so that ranges of an index are the same and fast."""

    def db_parameters(self, connection: Any) -> Any:
        collation = "C" if connection.vendor == "postgresql" else None
        return {**super().db_parameters(connection), "collation": collation}


class SortKeyField(BytewiseField):
    """A derived, stored sort key of another field (`core.text.sort_key`)."""

    def __init__(self, *args: Any, source: str = "name", **kwargs: Any) -> None:
        self.source = source
        kwargs.setdefault("max_length", 200)
        kwargs.setdefault("editable", False)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "source": self.source}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        key = sort_key(getattr(model_instance, self.source) or "", self.max_length or 200)
        setattr(model_instance, self.attname, key)
        return key


class PublicModel(models.Model):
    """A row that people can point at by URL."""

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id, editable=False)
    created_at = models.DateTimeField(auto_now_add=True, editable=False)

    class Meta:
        abstract = True


class JobState(models.TextChoices):
    QUEUED = "queued", "в очереди"
    RUNNING = "running", "выполняется"
    DONE = "done", "готово"
    FAILED = "failed", "не удалось"
    STOPPED = "stopped", "остановлено"


class JobQuerySet(models.QuerySet["Job"]):
    def visible(self, user: Actor) -> JobQuerySet:
        """One's own."""
        return self.filter(actor_id=user.actor_id)


class Job(PublicModel):
    """Work in the background that a person waits for (`core.tasks`)."""

    key = models.CharField("ключ", max_length=200, unique=True)  # the same work is not started twice
    name = models.CharField("название", max_length=300)
    queue = models.CharField("очередь", max_length=32)
    actor_id = models.CharField("кто (код)", max_length=26, db_index=True)
    function = models.CharField(max_length=200)  # dotted name of a registered function
    arguments = models.JSONField(default=dict)
    state = models.CharField("состояние", max_length=10, choices=JobState, default=JobState.QUEUED)
    done = models.PositiveIntegerField("сделано", default=0)
    total = models.PositiveIntegerField("всего", default=0)
    message = models.TextField("сообщение", blank=True)
    url = models.CharField("где результат", max_length=2000, blank=True)
    attempts = models.PositiveSmallIntegerField("попыток", default=0)
    lease_until = models.DateTimeField(null=True, blank=True)  # until then nobody else takes it
    ticket = models.UUIDField(null=True, blank=True)  # its row in the queue of django-tasks-db
    started_at = models.DateTimeField("начато", null=True, blank=True)
    finished_at = models.DateTimeField("закончено", null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = "фоновая работа"
        verbose_name_plural = "фоновые работы"
        indexes = [models.Index(fields=["state", "lease_until"], name="job_state_lease")]
        constraints = [
            state_in(JobState.values, name="job_state"),
            set_when("lease_until", [JobState.RUNNING], name="job_running_lease"),
            set_when("finished_at", [JobState.DONE, JobState.FAILED, JobState.STOPPED], name="job_finished"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def finished(self) -> bool:
        return self.state in (JobState.DONE, JobState.FAILED, JobState.STOPPED)


class Beat(models.Model):
    """That a worker of a queue is alive: its clock writes the time at every tick."""

    queue = models.CharField("очередь", max_length=32, primary_key=True)
    at = models.DateTimeField("последний раз")

    class Meta:
        verbose_name = "признак жизни"
        verbose_name_plural = "признаки жизни"

    def __str__(self) -> str:
        return self.queue
