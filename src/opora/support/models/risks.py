"""The risk profile of a case: a score of every factor with its evidence, and what the school chose to work on."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from opora.core.actor import Actor
from opora.core.constraints import both_or_none
from opora.core.models import PublicModel
from opora.core.secrecy import knowledge
from opora.support.models.cases import Case


class RiskProfileQuerySet(models.QuerySet["RiskProfile"]):
    def visible(self, user: Actor) -> RiskProfileQuerySet:
        """As its case."""
        return self.filter(knowledge(user).q("case__school__path"))


class RiskProfile(PublicModel):
    """Worked out anew from the latest data; what the school chose and wrote stays."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="risks", verbose_name="дело")
    version = models.CharField("версия формул", max_length=20)  # of `ready/factors.yaml`
    scored_at = models.DateTimeField("посчитан")
    scored_by = models.CharField("кто посчитал", max_length=300)  # as the journal names him
    chosen_at = models.DateTimeField("факторы выбраны", null=True, blank=True)
    chosen_by = models.CharField("кто выбрал", max_length=300, null=True, blank=True)

    objects = RiskProfileQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = "рисковый профиль"
        verbose_name_plural = "рисковые профили"
        constraints = [both_or_none("chosen_at", "chosen_by", name="riskprofile_chosen_pair")]

    def __str__(self) -> str:
        return f"Рисковый профиль: {self.case}"

    def get_absolute_url(self) -> str:
        return reverse("support:risks", args=[self.case.public_id])


class RiskScoreQuerySet(models.QuerySet["RiskScore"]):
    def visible(self, user: Actor) -> RiskScoreQuerySet:
        """As its case."""
        return self.filter(knowledge(user).q("profile__case__school__path"))


class RiskScore(models.Model):
    """One factor of a profile; no value where nothing is known of it."""

    profile = models.ForeignKey(RiskProfile, on_delete=models.CASCADE, related_name="scores", verbose_name="профиль")
    factor = models.CharField("фактор", max_length=40)  # a code of `ready/factors.yaml`
    value = models.FloatField("балл", null=True, blank=True)  # 0–100
    evidence: models.JSONField[Any, Any] = models.JSONField("из чего сложился", default=list)  # `scoring.Finding`s
    chosen = models.BooleanField("работаем над ним", default=False)
    comment = models.CharField("что говорит школа", max_length=1000, blank=True)

    objects = RiskScoreQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = "балл фактора"
        verbose_name_plural = "баллы факторов"
        constraints = [
            models.UniqueConstraint(fields=["profile", "factor"], name="riskscore_once"),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(value__gte=0, value__lte=100), name="riskscore_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.factor}: {self.value}"
