"""Concerns about a school: how far they have gone, what was checked and decided, and how they ended."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse

from opora.core.actor import Actor
from opora.core.clock import day_of
from opora.core.constraints import both_or_none, set_when, state_in
from opora.core.models import PublicModel
from opora.core.permissions import Permission
from opora.core.secrecy import knowledge
from opora.core.workflow import Transition, Workflow
from opora.support.models.cases import Case


class ConcernState(models.TextChoices):
    OPEN = "open", "открыт"
    RESOLVED = "resolved", "снят"


CONCERN_WORKFLOW = Workflow(
    ConcernState,
    [
        Transition(
            "resolve",
            "Снять сигнал",
            frozenset({ConcernState.OPEN}),
            ConcernState.RESOLVED,
            comment_required=True,
        ),
        Transition(
            "reopen",
            "Открыть снова",
            frozenset({ConcernState.RESOLVED}),
            ConcernState.OPEN,
            comment_required=True,
        ),
    ],
)


def _seen(user: Actor, at: str = "") -> Q:
    """See `ConcernQuerySet.visible`; `at` leads from the row to its concern."""
    path = f"{at}case__school__path"
    addressed = user.scope(Permission.ASSIGNMENTS_REPORT).q(path) & Q(**{f"{at}shared": True})
    return knowledge(user).q(path) & (user.scope(Permission.ASSIGNMENTS_DECIDE).q(path) | addressed)


class ConcernQuerySet(models.QuerySet["Concern"]):
    def visible(self, user: Actor) -> ConcernQuerySet:
        """Those of schools of which the person may know that they are listed: the region and the municipality see all
        of theirs, the school those addressed to it."""
        return self.filter(_seen(user))

    def open(self) -> ConcernQuerySet:
        return self.filter(state=ConcernState.OPEN)


class Concern(PublicModel):
    """That something is wrong with how a school goes on."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="concerns", verbose_name="дело")
    version = models.PositiveSmallIntegerField("версия уровней")  # of `levels`
    rank = models.PositiveSmallIntegerField("уровень", default=1)  # of the level at which it stands
    text = models.TextField("что случилось")
    shared = models.BooleanField("школа видит", default=False)
    state = models.CharField("состояние", max_length=10, choices=ConcernState, default=ConcernState.OPEN)
    raised_by = models.CharField("кто подал", max_length=300)  # as the journal names him
    resolved_at = models.DateTimeField("снят", null=True, blank=True)
    resolved_by = models.CharField("кто снял", max_length=300, null=True, blank=True)

    objects = ConcernQuerySet.as_manager()

    class Meta:
        ordering = ["-rank", "-pk"]
        verbose_name = "тревожный сигнал"
        verbose_name_plural = "тревожные сигналы"
        indexes = [models.Index(fields=["case", "state", "rank"], name="concern_case_state_rank")]
        constraints = [
            state_in(ConcernState.values, name="concern_state"),
            both_or_none("resolved_at", "resolved_by", name="concern_resolved_pair"),
            set_when("resolved_at", [ConcernState.RESOLVED], name="concern_resolved_at"),
            models.CheckConstraint(condition=Q(rank__gte=1), name="concern_rank"),
            models.CheckConstraint(condition=~Q(text=""), name="concern_text"),
        ]

    def __str__(self) -> str:
        return f"Сигнал от {day_of(self.created_at):%d.%m.%Y}"

    @property
    def is_open(self) -> bool:
        return self.state == ConcernState.OPEN

    def get_absolute_url(self) -> str:
        return reverse("support:concern", args=[self.public_id])


class ConcernStep(models.TextChoices):
    """What happened to a concern."""

    RAISED = "raised", "Сигнал подан"
    UP = "up", "Уровень повышен"
    DOWN = "down", "Уровень понижен"
    DECISION = "decision", "Принято решение"
    SHARED = "shared", "Сигнал показан школе"
    RESOLVED = "resolved", "Сигнал снят"
    REOPENED = "reopened", "Сигнал открыт снова"


class ConcernEvent(models.Model):
    """A line of a concern's history."""

    concern = models.ForeignKey(Concern, on_delete=models.CASCADE, related_name="events", verbose_name="сигнал")
    kind = models.CharField("что", max_length=10, choices=ConcernStep)
    rank = models.PositiveSmallIntegerField("уровень")  # after it
    text = models.TextField("почему")
    document_text = models.CharField("документ", max_length=500, blank=True)
    at = models.DateTimeField("когда")
    who = models.CharField("кто", max_length=300)  # as the journal names him

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = "событие сигнала"
        verbose_name_plural = "события сигналов"
        constraints = [models.CheckConstraint(condition=Q(kind__in=ConcernStep.values), name="concernevent_kind")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {day_of(self.at):%d.%m.%Y}"


class ConcernTick(models.Model):
    """That a line of the checklist of a level was done, or is not needed (then it is said why)."""

    concern = models.ForeignKey(Concern, on_delete=models.CASCADE, related_name="ticks", verbose_name="сигнал")
    rank = models.PositiveSmallIntegerField("уровень")
    item = models.CharField("пункт", max_length=40)
    needed = models.BooleanField("сделано", default=True)
    note = models.CharField("пояснение", max_length=500, blank=True)
    at = models.DateTimeField("когда")
    who = models.CharField("кто", max_length=300)  # as the journal names him

    class Meta:
        verbose_name = "отметка контрольного листа"
        verbose_name_plural = "отметки контрольных листов"
        constraints = [
            models.UniqueConstraint(fields=["concern", "rank", "item"], name="concerntick_once"),
            models.CheckConstraint(condition=Q(needed=True) | ~Q(note=""), name="concerntick_why_not"),
        ]

    def __str__(self) -> str:
        return self.item
