"""How a programme goes, term by term: each goal green, amber or red with a reason, indicators as they are then."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from opora.core.actor import Actor
from opora.core.models import PublicModel
from opora.core.secrecy import knowledge
from opora.support.models.programmes import Programme


class Light(models.TextChoices):
    GREEN = "green", "идёт по плану"
    AMBER = "amber", "есть отставание"
    RED = "red", "не выполняется"


class ProgressReviewQuerySet(models.QuerySet["ProgressReview"]):
    def visible(self, user: Actor) -> ProgressReviewQuerySet:
        """As its case."""
        return self.filter(knowledge(user).q("programme__case__school__path"))


class ProgressReview(PublicModel):
    """What was said on one day; never changed: the next one says what is otherwise."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="progress")
    day = models.DateField("день")
    next_day = models.DateField("следующий разбор")
    goals: models.JSONField[Any, Any] = models.JSONField("цели", default=list)  # {key, title, light, reason, step}
    # {key, title, unit, baseline, target, value, found}; `found`: by itself, from forms or results
    values: models.JSONField[Any, Any] = models.JSONField("показатели", default=list)
    made_by = models.CharField("кто провёл", max_length=300)  # as the journal names him

    objects = ProgressReviewQuerySet.as_manager()

    class Meta:
        ordering = ["-day", "-pk"]
        verbose_name = "разбор хода программы"
        verbose_name_plural = "разборы хода программ"
        constraints = [models.CheckConstraint(condition=Q(next_day__gt=F("day")), name="progressreview_next")]

    def __str__(self) -> str:
        return f"Разбор {self.day:%d.%m.%Y}"

    def get_absolute_url(self) -> str:
        return reverse("support:progress", args=[self.programme.case.public_id])
