"""Runs of a rule: what it was given, what it found, and enough to repeat it to the bit."""

from __future__ import annotations

from django.db import models
from django.urls import reverse

from opora.assessments.figures import said
from opora.assessments.models.laboratory import Trial
from opora.assessments.models.results import Part
from opora.core.actor import Actor
from opora.core.constraints import set_when, state_in, text_when
from opora.core.models import PublicModel
from opora.core.permissions import Permission
from opora.core.workflow import Transition, Workflow
from opora.registry.models import Organisation


class RunState(models.TextChoices):
    QUEUED = "queued", "считается"
    DONE = "done", "готов"
    FAILED = "failed", "не удался"


RUN_WORKFLOW = Workflow(
    RunState,
    [
        Transition("finish", "Закончить", frozenset({RunState.QUEUED}), RunState.DONE),
        Transition("fail", "Не удалось", frozenset({RunState.QUEUED}), RunState.FAILED),
        Transition("again", "Посчитать снова", frozenset({RunState.FAILED, RunState.QUEUED}), RunState.QUEUED),
    ],
)


class RunQuerySet(models.QuerySet["Run"]):
    def visible(self, user: Actor) -> RunQuerySet:
        """Those of the territories whose lists the person writes: a run tells what a draft would."""
        return self.filter(user.scope(Permission.LISTS_EDIT).q("territory__path"))

    def done(self) -> RunQuerySet:
        return self.filter(state=RunState.DONE)

    def of_their_own(self) -> RunQuerySet:
        """Without the years of a trial: what lists may be made of."""
        return self.filter(trial=None)


class Run(PublicModel):
    """One rule with its parameters over the results of a year."""

    territory = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="территория")
    rule_id = models.CharField("правило", max_length=100)
    rule_version = models.CharField("версия правила", max_length=40)
    rule_title = models.CharField("название правила", max_length=300)
    rule_text = models.TextField(blank=True)  # of a region's own rule: the YAML that was run
    trial = models.ForeignKey(Trial, on_delete=models.CASCADE, related_name="runs", null=True, blank=True)
    year = models.PositiveSmallIntegerField("год")
    values = models.JSONField("параметры", default=dict)  # name -> value, defaults included
    state = models.CharField("состояние", max_length=10, choices=RunState, default=RunState.QUEUED)
    failure = models.TextField("почему не удался", blank=True)
    made_by = models.CharField("кто считал", max_length=300)  # as the journal names him
    job_id = models.CharField(max_length=26, blank=True, default="", db_default="")  # public id of its job
    finished_at = models.DateTimeField("закончен", null=True, blank=True)
    schools = models.PositiveIntegerField("школ", default=0)
    flagged = models.PositiveIntegerField("по правилу в списке", default=0)
    provenance = models.JSONField("происхождение", default=dict)  # engine, versions, digests of the data
    parts = models.ManyToManyField(Part, related_name="runs", verbose_name="результаты")
    evidence = models.JSONField("показатели", default=list)  # [{name, title, unit, kind}] of the verdicts' evidence
    digest = models.CharField(max_length=64, blank=True)  # of the verdicts: the same run, the same digest

    objects = RunQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = "расчёт по правилу"
        verbose_name_plural = "расчёты по правилам"
        indexes = [models.Index(fields=["territory", "year"], name="run_territory_year")]
        constraints = [
            state_in(RunState.values, name="run_state"),
            set_when("finished_at", [RunState.DONE, RunState.FAILED], name="run_finished"),
            text_when("failure", [RunState.FAILED], name="run_failure"),
        ]

    def __str__(self) -> str:
        return f"{self.rule_title}, {self.year}"

    def get_absolute_url(self) -> str:
        return reverse("assessments:run", args=[self.public_id])


class VerdictQuerySet(models.QuerySet["Verdict"]):
    def visible(self, user: Actor) -> VerdictQuerySet:
        """Those of runs that the person may see."""
        return self.filter(user.scope(Permission.LISTS_EDIT).q("run__territory__path"))


class Verdict(models.Model):
    """What the rule says of one school, in a sentence, with the figures behind it."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="verdicts", verbose_name="расчёт")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="школа")
    flagged = models.BooleanField("в списке по правилу")
    reason = models.TextField("почему")
    evidence = models.JSONField("показатели", default=dict)  # name -> value, as `Run.evidence` names them

    objects = VerdictQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = "вывод о школе"
        verbose_name_plural = "выводы о школах"
        indexes = [models.Index(fields=["run", "flagged"], name="verdict_flagged")]
        constraints = [models.UniqueConstraint(fields=["run", "organisation"], name="verdict_once")]

    def __str__(self) -> str:
        return self.reason

    @property
    def figures(self) -> list[tuple[str, str]]:
        """(title, value in words) of each figure behind the verdict, in the rule's order."""
        told = self.evidence
        return [(one["title"], said(told.get(one["name"]), one["kind"], one["unit"])) for one in self.run.evidence]


class RepetitionState(models.TextChoices):
    QUEUED = "queued", "повторяется"
    SAME = "same", "совпало до бита"
    DIFFERENT = "different", "не совпало"


REPETITION_WORKFLOW = Workflow(
    RepetitionState,
    [
        Transition("same", "Совпало", frozenset({RepetitionState.QUEUED}), RepetitionState.SAME),
        Transition("different", "Не совпало", frozenset({RepetitionState.QUEUED}), RepetitionState.DIFFERENT),
        Transition("again", "Повторить снова", frozenset(RepetitionState), RepetitionState.QUEUED),
    ],
)


class RepetitionQuerySet(models.QuerySet["Repetition"]):
    def visible(self, user: Actor) -> RepetitionQuerySet:
        """Those of runs that the person may see."""
        return self.filter(user.scope(Permission.LISTS_EDIT).q("run__territory__path"))


class Repetition(PublicModel):
    """The last time a run was computed once more, and whether every bit came out the same; the journal has them all."""

    run = models.OneToOneField(Run, on_delete=models.CASCADE, related_name="repetition", verbose_name="расчёт")
    state = models.CharField("итог", max_length=10, choices=RepetitionState, default=RepetitionState.QUEUED)
    differences = models.JSONField("что отличается", default=list)  # sentences
    made_by = models.CharField("кто повторил", max_length=300)  # as the journal names him
    job_id = models.CharField(max_length=26, blank=True)  # public id of its job
    finished_at = models.DateTimeField("закончен", null=True, blank=True)

    objects = RepetitionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = "повтор расчёта"
        verbose_name_plural = "повторы расчётов"
        constraints = [
            state_in(RepetitionState.values, name="repetition_state"),
            set_when("finished_at", [RepetitionState.SAME, RepetitionState.DIFFERENT], name="repetition_finished"),
        ]

    def __str__(self) -> str:
        return f"Повтор расчёта «{self.run}»"

    def get_absolute_url(self) -> str:
        return self.run.get_absolute_url()
