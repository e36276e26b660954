"""How a programme goes, term by term: each goal green, amber or red with a reason, indicators as they are then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.urls import reverse

from opora.core.actor import Actor
from opora.core.models import PublicModel
from opora.core.secrecy import knowledge
from opora.support.models.programmes import Programme
from opora.ui.words import NBSP


class Light(models.TextChoices):
    GREEN = "green", "идёт по плану"
    AMBER = "amber", "есть отставание"
    RED = "red", "не выполняется"


def lights_in_words(goals: Iterable[Mapping[str, str]]) -> str:
    """«не выполняется: 1, идёт по плану: 2»; the worst first."""
    counts = Counter(one["light"] for one in goals)
    return ", ".join(f"{light.label}:{NBSP}{counts[light]}" for light in reversed(Light) if counts[light])


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

    @classmethod
    def last_goals(cls, programme: str) -> Subquery:
        """The `goals` of the newest review of the programme whose key the outer query names so; None without one."""
        return Subquery(cls.objects.filter(programme=OuterRef(programme)).values("goals")[:1])

    def get_absolute_url(self) -> str:
        return reverse("support:progress", args=[self.programme.case.public_id])
