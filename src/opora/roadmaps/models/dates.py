"""Deadlines that start later: events that were recorded, and dates asked of the one who sets a schedule."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from opora.core.actor import Actor
from opora.core.constraints import both_or_none, set_when, state_in
from opora.core.models import PublicModel
from opora.core.permissions import Permission
from opora.core.secrecy import knowledge
from opora.core.workflow import Transition, Workflow
from opora.registry.models import Organisation
from opora.roadmaps.models.plans import Activity, Part, RoadMap, Window


class OccurrenceQuerySet(models.QuerySet["Occurrence"]):
    def visible(self, user: Actor) -> OccurrenceQuerySet:
        return self.filter(window__in=Window.objects.visible(user))


class Occurrence(PublicModel):
    """An event that an «upon» deadline waits for has come; its window says for whom, and until when."""

    window = models.OneToOneField(Window, on_delete=models.CASCADE, related_name="occurrence")
    happened = models.DateField("событие наступило")
    recorded_by = models.CharField("кто отметил", max_length=300)

    objects = OccurrenceQuerySet.as_manager()

    class Meta:
        ordering = ["-happened", "-pk"]
        verbose_name = "наступившее событие"
        verbose_name_plural = "наступившие события"

    def __str__(self) -> str:
        return f"событие наступило {self.happened:%d.%m.%Y}"


class DateRequestState(models.TextChoices):
    ASKED = "asked", "ждёт дат"
    ANSWERED = "answered", "даты названы"


DATE_REQUEST_WORKFLOW = Workflow(
    DateRequestState,
    [
        Transition("answer", "Назвать даты", frozenset(DateRequestState), DateRequestState.ANSWERED),
        Transition("ask", "Спросить даты снова", frozenset({DateRequestState.ANSWERED}), DateRequestState.ASKED),
    ],
)


def _of_roadmaps(condition: Q) -> Q:
    """Of such road maps: a question of its own, where joining their organisations makes the database walk them all."""
    return Q(roadmap__in=RoadMap.objects.order_by().filter(condition).values("pk"))


class DateRequestQuerySet(models.QuerySet["DateRequest"]):
    def visible(self, user: Actor) -> DateRequestQuerySet:
        """Those one answers, and those of road maps one edits; of confidential ones with the right to the lists."""
        mine = user.scope(Permission.ASSIGNMENTS_REPORT).q("owner__path")
        edited = _of_roadmaps(user.scope(Permission.ROADMAPS_EDIT).q("organisation__path"))
        listed = knowledge(user)
        known = listed.q("owner__path") | _of_roadmaps(listed.q("organisation__path"))
        return self.filter((mine | edited) & (Q(roadmap__confidential=False) | known))

    def to_answer(self, user: Actor) -> DateRequestQuerySet:
        """Those that wait for the person's own organisations."""
        return self.visible(user).filter(state=DateRequestState.ASKED, owner__path__in=user.own.paths)


class DateRequest(PublicModel):
    """«По отдельному графику»: its owner is asked for the dates."""

    roadmap = models.ForeignKey(RoadMap, on_delete=models.CASCADE, related_name="date_requests")
    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="date_requests")
    part = models.ForeignKey(Part, on_delete=models.CASCADE, null=True, blank=True, related_name="date_requests")
    owner = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="date_requests", verbose_name="кто называет даты"
    )
    state = models.CharField("состояние", max_length=10, choices=DateRequestState, default=DateRequestState.ASKED)
    answered_at = models.DateTimeField("когда названы", null=True, blank=True)
    answered_by = models.CharField("кто назвал", max_length=300, null=True, blank=True)

    objects = DateRequestQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = "запрос дат"
        verbose_name_plural = "запросы дат"
        indexes = [models.Index(fields=["owner", "state"])]
        constraints = [
            models.UniqueConstraint(fields=["activity"], condition=Q(part__isnull=True), name="date_request_once"),
            models.UniqueConstraint(fields=["part"], name="date_request_once_a_part"),
            state_in(DateRequestState.values, name="date_request_state"),
            both_or_none("answered_at", "answered_by", name="date_request_answer"),
            set_when("answered_at", [DateRequestState.ANSWERED], name="date_request_answered"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        return self.part.text if self.part else self.activity.text
