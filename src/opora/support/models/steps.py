"""The steps of a case as data: a region's sets of them, numbered; what cases go by is never changed under them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse

from opora.core.actor import Actor
from opora.core.constraints import both_or_none, set_when, state_in
from opora.core.models import PublicModel
from opora.core.permissions import Permission
from opora.core.workflow import Transition, Workflow
from opora.registry.models import Organisation


class SetState(models.TextChoices):
    DRAFT = "draft", "готовится"
    CURRENT = "current", "действует"
    FORMER = "former", "заменён"


SET_WORKFLOW = Workflow(
    SetState,
    [
        Transition("publish", "Ввести в действие", frozenset({SetState.DRAFT}), SetState.CURRENT),
        Transition("replace", "Заменить", frozenset({SetState.CURRENT}), SetState.FORMER),
    ],
)


class Who(models.TextChoices):
    """Who does a step."""

    REGION = "region", "регион"
    MUNICIPALITY = "municipality", "муниципалитет"
    SCHOOL = "school", "школа"


class RegionSet(PublicModel):
    """One version of what a region orders as data; what began by it keeps it."""

    territory = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="регион")
    number = models.PositiveSmallIntegerField("версия")
    state = models.CharField("состояние", max_length=10, choices=SetState, default=SetState.DRAFT)
    made_by = models.CharField("кто подготовил", max_length=300)  # as the journal names him
    published_at = models.DateTimeField("введён в действие", null=True, blank=True)
    published_by = models.CharField("кто ввёл в действие", max_length=300, null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["-number"]
        constraints = [
            state_in(SetState.values, name="%(class)s_state"),
            both_or_none("published_at", "published_by", name="%(class)s_published_pair"),
            set_when("published_at", [SetState.CURRENT, SetState.FORMER], name="%(class)s_published"),
            models.UniqueConstraint(fields=["territory", "number"], name="%(class)s_number"),
            models.UniqueConstraint(fields=["territory"], condition=Q(state="current"), name="%(class)s_one_current"),
            models.UniqueConstraint(fields=["territory"], condition=Q(state="draft"), name="%(class)s_one_draft"),
        ]


class StepSetQuerySet(models.QuerySet["StepSet"]):
    def visible(self, user: Actor) -> StepSetQuerySet:
        """Those of the regions of which the person writes the lists."""
        return self.filter(user.scope(Permission.LISTS_EDIT).q("territory__path"))


class StepSet(RegionSet):
    """One version of a region's steps; cases that were opened with it keep it."""

    objects = StepSetQuerySet.as_manager()

    class Meta(RegionSet.Meta):
        verbose_name = "набор шагов"
        verbose_name_plural = "наборы шагов"

    def __str__(self) -> str:
        return f"Шаги сопровождения, версия {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("support:step_set", args=[self.public_id])


class Step(models.Model):
    """One step of a set."""

    step_set = models.ForeignKey(StepSet, on_delete=models.CASCADE, related_name="steps", verbose_name="набор")
    key = models.CharField("код", max_length=40)  # the same in all versions: renaming a step does not change it
    title = models.CharField("название", max_length=120)  # what is true once it is done: «Школа оповещена»
    order = models.PositiveSmallIntegerField("порядок")
    who = models.CharField("кто выполняет", max_length=15, choices=Who)
    days = models.PositiveSmallIntegerField("срок, дней", null=True, blank=True)  # after the step before it; no term
    document = models.CharField("документ", max_length=200, blank=True)  # what proves it; empty: a comment is enough
    conditions = models.CharField("условия", max_length=300, blank=True)  # codes of `conditions`, a space around each

    class Meta:
        ordering = ["step_set", "order"]
        verbose_name = "шаг"
        verbose_name_plural = "шаги"
        constraints = [
            models.UniqueConstraint(fields=["step_set", "key"], name="step_key"),
            models.CheckConstraint(condition=Q(who__in=Who.values), name="step_who"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def codes(self) -> list[str]:
        return self.conditions.split()
