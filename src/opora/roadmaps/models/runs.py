"""How changes of rows reach the work sent out: what is to be done step by step, how far it is, what was before."""

from __future__ import annotations

from django.db import models

from opora.core.actor import Actor
from opora.core.constraints import set_when, state_in
from opora.core.models import PublicModel
from opora.core.secrecy import knowledge
from opora.core.workflow import Transition, Workflow
from opora.documents.models import Document
from opora.registry.models import Organisation
from opora.roadmaps.models.assignments import Assignment
from opora.roadmaps.models.changes import Version
from opora.roadmaps.models.plans import RoadMap


class RunState(models.TextChoices):
    RUNNING = "running", "применяется"
    DONE = "done", "применено"
    UNDOING = "undoing", "отменяется"
    UNDONE = "undone", "отменено"


R = RunState
GOING = (R.RUNNING, R.UNDOING)

RUN_WORKFLOW = Workflow(
    RunState,
    [
        Transition("finish", "Применить", frozenset({R.RUNNING}), R.DONE),
        Transition("undo", "Отменить применённое", frozenset({R.RUNNING, R.DONE}), R.UNDOING),
        Transition("restore", "Закончить отмену", frozenset({R.UNDOING}), R.UNDONE),
    ],
)


class ChangeRunQuerySet(models.QuerySet["ChangeRun"]):
    def visible(self, user: Actor) -> ChangeRunQuerySet:
        """Of visible road maps; its numbers may tell of lists, so with the right to them alone."""
        return self.filter(knowledge(user).q("roadmap__organisation__path"), roadmap__in=RoadMap.objects.visible(user))


class ChangeRun(PublicModel):
    """Changes of the rows of one road map on their way to its assignments; `steps` as `actions.runs` reads them."""

    roadmap = models.ForeignKey(RoadMap, on_delete=models.CASCADE, related_name="runs")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    version = models.ForeignKey(Version, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    actor_id = models.CharField("кто (код)", max_length=26)
    because = models.TextField("почему")  # «Изменено распоряжением № 5»
    steps = models.JSONField("шаги", default=list)
    step = models.PositiveIntegerField("шаг", default=0)
    passed = models.PositiveBigIntegerField("пройдено", default=0)  # of the step, up to this key
    last = models.PositiveBigIntegerField("последнее поручение", default=0)  # key; what is behind it was sent since
    total = models.PositiveIntegerField("поручений", default=0)  # at most, when it began
    touched = models.PositiveIntegerField("изменено", default=0)
    moved = models.PositiveIntegerField("с другим сроком", default=0)
    cancelled = models.PositiveIntegerField("отменено", default=0)
    returned = models.PositiveIntegerField("возвращено", default=0)
    listed = models.BooleanField("по списку школ", default=False)  # whether any of the work tells of a list
    before = models.JSONField("пункты до", default=dict)  # `changing.snapshots`
    after = models.JSONField("пункты после", default=dict)
    state = models.CharField("состояние", max_length=10, choices=RunState, default=R.RUNNING)
    finished_at = models.DateTimeField("закончено", null=True, blank=True)

    objects = ChangeRunQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = "применение изменений"
        verbose_name_plural = "применения изменений"
        constraints = [
            state_in(RunState.values, name="changerun_state"),
            set_when("finished_at", [R.DONE, R.UNDONE], name="changerun_finished"),
        ]

    def __str__(self) -> str:
        return self.because

    @property
    def tone(self) -> str:
        return {R.DONE: "success", R.UNDONE: "neutral"}.get(R(self.state), "info")

    @property
    def ended(self) -> bool:
        return self.state in (R.DONE, R.UNDONE)


class ChangedWorkQuerySet(models.QuerySet["ChangedWork"]):
    def visible(self, user: Actor) -> ChangedWorkQuerySet:
        """Of the assignments that the person may see."""
        return self.filter(assignment__in=Assignment.objects.visible(user))


class ChangedWork(models.Model):
    """What an assignment was before a run changed it, and by which of its steps."""

    run = models.ForeignKey(ChangeRun, on_delete=models.CASCADE, related_name="work", db_index=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="changed")
    executor = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    steps = models.JSONField("шаги", default=list)  # places in `run.steps`
    before = models.JSONField("до", default=dict)  # values of fields; empty for what came after the run
    revision = models.PositiveIntegerField("изменений", default=0)  # of the assignment, when the run left it

    objects = ChangedWorkQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = "изменённое поручение"
        verbose_name_plural = "изменённые поручения"
        indexes = [models.Index(fields=["run", "executor"], name="changedwork_executor")]
        constraints = [models.UniqueConstraint(fields=["run", "assignment"], name="changedwork_once")]

    def __str__(self) -> str:
        return str(self.assignment_id)
