"""Trials of the laboratory: a rule replayed over past years, each year a run of its own."""

from __future__ import annotations

from django.db import models
from django.urls import reverse

from opora.core.actor import Actor
from opora.core.constraints import set_when, state_in, text_when
from opora.core.models import PublicModel
from opora.core.permissions import Permission
from opora.core.workflow import Transition, Workflow
from opora.registry.models import Organisation


class TrialState(models.TextChoices):
    QUEUED = "queued", "считается"
    DONE = "done", "готова"
    FAILED = "failed", "не удалась"


TRIAL_WORKFLOW = Workflow(
    TrialState,
    [
        Transition("finish", "Закончить", frozenset({TrialState.QUEUED}), TrialState.DONE),
        Transition("fail", "Не удалось", frozenset({TrialState.QUEUED}), TrialState.FAILED),
        Transition("again", "Посчитать снова", frozenset({TrialState.FAILED, TrialState.QUEUED}), TrialState.QUEUED),
    ],
)


class TrialQuerySet(models.QuerySet["Trial"]):
    def visible(self, user: Actor) -> TrialQuerySet:
        """Those of the territories whose lists the person writes: a trial tells what a draft would."""
        return self.filter(user.scope(Permission.LISTS_EDIT).q("territory__path"))


class Trial(PublicModel):
    """What the lists by a rule would have been; `Run.trial` holds the verdicts of each year."""

    territory = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="территория")
    rule_id = models.CharField("правило", max_length=100)
    rule_version = models.CharField("версия правила", max_length=40)
    rule_title = models.CharField("название правила", max_length=300)
    rule_text = models.TextField(blank=True)  # of a region's own rule: its YAML
    values = models.JSONField("параметры", default=dict)  # name -> value, defaults included
    first_year = models.PositiveSmallIntegerField("с года")
    last_year = models.PositiveSmallIntegerField("по год")
    regions = models.PositiveSmallIntegerField("моделируемых регионов", default=0)
    cost = models.PositiveIntegerField("стоимость поддержки школы, рублей", default=0)
    state = models.CharField("состояние", max_length=10, choices=TrialState, default=TrialState.QUEUED)
    failure = models.TextField("почему не удалась", blank=True)
    figures = models.JSONField("показатели", default=dict)  # {years: {year: …}, truth: {…}}: `trials.figures`
    made_by = models.CharField("кто считал", max_length=300)  # as the journal names him
    job_id = models.CharField(max_length=26, blank=True)  # public id of the job that computes it
    finished_at = models.DateTimeField("закончена", null=True, blank=True)

    objects = TrialQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = "проба правила"
        verbose_name_plural = "пробы правил"
        constraints = [
            state_in(TrialState.values, name="trial_state"),
            set_when("finished_at", [TrialState.DONE, TrialState.FAILED], name="trial_finished"),
            text_when("failure", [TrialState.FAILED], name="trial_failure"),
            models.CheckConstraint(condition=models.Q(first_year__lte=models.F("last_year")), name="trial_years"),
        ]

    def __str__(self) -> str:
        return f"{self.rule_title}, {self.span}"

    def get_absolute_url(self) -> str:
        return reverse("assessments:trial", args=[self.public_id])

    @property
    def span(self) -> str:
        """«2021–2025»"""
        return str(self.last_year) if self.first_year == self.last_year else f"{self.first_year}–{self.last_year}"
