"""Road maps: sections of activities, with the responsible ones as the document names them and windows of time."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.db import models
from django.db.models import Q

from opora.core.actor import Actor
from opora.core.constraints import state_in
from opora.core.models import PublicModel, SortKeyField
from opora.core.permissions import Permission
from opora.core.secrecy import knowledge
from opora.core.text import words
from opora.core.workflow import Transition, Workflow
from opora.deadlines import Deadline, describe, from_json
from opora.documents.models import Document
from opora.documents.source import anchor_of
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationKind

_BULLET = re.compile(r"(?<=[:;,.)»])\s+[-–•]\s+(?=\D)")


class RoadMapState(models.TextChoices):
    PREPARED = "prepared", "готовится"
    SENT = "sent", "исполняется"
    CLOSED = "closed", "завершена"


ROADMAP_WORKFLOW = Workflow(
    RoadMapState,
    [
        Transition("send", "Разослать", frozenset({RoadMapState.PREPARED, RoadMapState.SENT}), RoadMapState.SENT),
        Transition("close", "Завершить", frozenset({RoadMapState.SENT}), RoadMapState.CLOSED),
        Transition("reopen", "Возобновить", frozenset({RoadMapState.CLOSED}), RoadMapState.SENT),
    ],
)


class RoadMapQuerySet(models.QuerySet["RoadMap"]):
    def visible(self, user: Actor) -> RoadMapQuerySet:
        """Of one's own territory all; of those above what was sent; confidential ones with the right to the lists."""
        inside = user.scope(Permission.ROADMAPS_VIEW).q("organisation__path")
        above = user.own.above("organisation__path") if user.may(Permission.ROADMAPS_VIEW) else Q(pk__in=[])
        sent = ~Q(state=RoadMapState.PREPARED)
        drafts = user.scope(Permission.ROADMAPS_EDIT).q("organisation__path")
        open_ones = knowledge(user).open_or("confidential", at="organisation__path")
        return self.filter(((inside | above) & sent & open_ones) | (drafts & open_ones))


class RoadMap(PublicModel):
    """What a document orders, as work: registered for an organisation, whose territory it concerns."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="roadmaps", verbose_name="документ")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="за кем числится"
    )
    order = models.PositiveIntegerField("порядок", default=0)
    title = models.TextField("название")
    goal = models.TextField("цель", blank=True)
    starts = models.DateField("начало", null=True, blank=True)
    ends = models.DateField("окончание", null=True, blank=True)
    confidential = models.BooleanField("конфиденциально", default=False)
    abbreviations = models.JSONField("сокращения", default=dict)  # short -> long, as the document explains them
    parent = models.ForeignKey(  # the road map above that this one carries out here
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="derived", verbose_name="составлена по"
    )
    state = models.CharField("состояние", max_length=10, choices=RoadMapState, default=RoadMapState.PREPARED)
    sent_on = models.DateField("разослана", null=True, blank=True)
    search = models.TextField(editable=False, blank=True)
    sort_title = SortKeyField(source="title", db_index=True)

    objects = RoadMapQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "order"]
        verbose_name = "дорожная карта"
        verbose_name_plural = "дорожные карты"
        constraints = [
            state_in(RoadMapState.values, name="roadmap_state"),
            models.CheckConstraint(
                condition=Q(starts__isnull=True) | Q(ends__isnull=True) | Q(ends__gte=models.F("starts")),
                name="roadmap_dates",
            ),
            models.CheckConstraint(
                condition=Q(state=RoadMapState.PREPARED) | Q(sent_on__isnull=False), name="roadmap_sent_on"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.search = "".join(f" {word}" for word in words(self.title))
        super().save(*args, **kwargs)


class Section(models.Model):
    roadmap = models.ForeignKey(RoadMap, on_delete=models.CASCADE, related_name="sections")
    order = models.PositiveIntegerField("порядок", default=0)
    title = models.TextField("название", blank=True)

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = "раздел"
        verbose_name_plural = "разделы"

    def __str__(self) -> str:
        return self.title


class ActivityQuerySet(models.QuerySet["Activity"]):
    def visible(self, user: Actor) -> ActivityQuerySet:
        return self.filter(roadmap__in=RoadMap.objects.visible(user))

    def in_force(self) -> ActivityQuerySet:
        """Those that no later document has taken out."""
        return self.filter(dropped_on__isnull=True)


class Activity(PublicModel):
    """A row of a road map: what is to be done."""

    roadmap = models.ForeignKey(RoadMap, on_delete=models.CASCADE, related_name="activities")
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="activities")
    order = models.PositiveIntegerField("порядок", default=0)
    number = models.CharField("номер", max_length=20, blank=True)
    text = models.TextField("мероприятие")
    deadline = models.JSONField("срок", null=True, blank=True)  # `opora.deadlines.to_json`
    source = models.JSONField("место в документе", default=dict, blank=True)
    submit_to = models.JSONField("адреса для отчёта", default=list, blank=True)
    divided = models.BooleanField("разделено на части", default=True)  # whether its parts are assignments of their own
    origin = models.ForeignKey(  # the row above that this one carries out
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="derived", verbose_name="по пункту"
    )
    later_reason = models.TextField("почему позже", blank=True, default="", db_default="")  # than the row above asks
    readdressed = models.BooleanField("исполнители менялись", default=False, db_default=False)  # after work was sent
    dropped_on = models.DateField("исключено", null=True, blank=True)  # by a document that changed the road map
    joint = models.BooleanField("совместный отчёт", default=True, db_default=True)  # of the organisations it names
    leader = models.ForeignKey(  # of the joint report; where it is empty, the one named first
        Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="ведущий"
    )
    executors_record = models.BooleanField("событие отмечает исполнитель", default=False, db_default=False)
    search = models.TextField(editable=False, blank=True)  # folded words, a space before each

    objects = ActivityQuerySet.as_manager()

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = "мероприятие"
        verbose_name_plural = "мероприятия"

    def __str__(self) -> str:
        return self.label

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.search = "".join(f" {word}" for word in words(self.text))
        super().save(*args, **kwargs)

    @property
    def label(self) -> str:
        """«пункт 6 «Организация подготовительной работы…»»"""
        start = self.text[:80] + ("…" if len(self.text) > 80 else "")
        return f"пункт {self.number} «{start}»" if self.number else f"«{start}»"

    @property
    def place(self) -> str:
        """The address of its place in the document: «/documents/…/#source-2-14-r3»."""
        anchor = anchor_of(self.source) if self.source else ""
        return self.roadmap.document.get_absolute_url() + (f"#{anchor}" if anchor else "")

    @property
    def lines(self) -> str:
        """The text with what it enumerates on lines of their own."""
        return _BULLET.sub("\n– ", self.text)

    @property
    def deadline_read(self) -> Deadline | None:
        return from_json(self.deadline) if self.deadline else None

    @property
    def deadline_text(self) -> str:
        """The deadline as the document words it."""
        return str(self.deadline["text"]) if self.deadline else ""

    @property
    def waits_for(self) -> str:
        """«upon» where the deadline starts with an event, «scheduled» where somebody names the dates; else empty."""
        kind = str(self.deadline["kind"]) if self.deadline else ""
        return kind if kind in ("upon", "scheduled") else ""

    @property
    def deadline_words(self) -> str:
        """The deadline as it was understood."""
        found = self.deadline_read
        return describe(found) if found else "без срока"


class Part(models.Model):
    """One of several things that an activity enumerates beside as many dates: a webinar of a cycle."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="parts")
    order = models.PositiveIntegerField("порядок", default=0)
    text = models.TextField("часть")
    deadline = models.JSONField("срок", null=True, blank=True)

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = "часть мероприятия"
        verbose_name_plural = "части мероприятий"

    def __str__(self) -> str:
        return self.text


class Responsible(models.Model):
    """One of the responsible of an activity or of its part, in the document's words; resolved when work is sent."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="responsible")
    part = models.ForeignKey(Part, on_delete=models.CASCADE, null=True, blank=True, related_name="responsible")
    order = models.PositiveIntegerField("порядок", default=0)
    text = models.TextField("ответственный")
    kind = models.CharField("вид", max_length=20, default="organisation")
    name = models.CharField("ФИО", max_length=300, blank=True)
    role = models.CharField("роль", max_length=40, blank=True)  # «утверждение», «согласование»
    skipped = models.BooleanField("не рассылать", default=False)

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = "ответственный"
        verbose_name_plural = "ответственные"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["group", "organisation", "person", "position"]), name="responsible_kind"
            )
        ]

    def __str__(self) -> str:
        return self.text


class WindowOrigin(models.TextChoices):
    DOCUMENT = "document", "по документу"
    RECURRENCE = "recurrence", "повторяется"
    INTERIM = "interim", "промежуточный отчёт"
    EVENT = "event", "после события"
    SCHEDULE = "schedule", "по графику"
    UNDATED = "undated", "без срока"


class WindowQuerySet(models.QuerySet["Window"]):
    def visible(self, user: Actor) -> WindowQuerySet:
        """Of visible road maps. What is narrowed to a school may tell that it is on a list: with that right alone."""
        everybody = Q(organisation__isnull=True) | ~Q(organisation__kind=OrganisationKind.SCHOOL)
        listed = knowledge(user).q("organisation__path")
        return self.filter(everybody | listed, activity__roadmap__in=RoadMap.objects.visible(user))


class Window(models.Model):
    """A time in which an activity (or a part of it) is done and reported once by each executor.

    `organisation` narrows it to executors in that one's part of the tree: an event that came there alone, a
    municipality's own day of a schedule.
    """

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="windows")
    part = models.ForeignKey(Part, on_delete=models.CASCADE, null=True, blank=True, related_name="windows")
    starts = models.DateField("с", null=True, blank=True)
    due = models.DateField("до", null=True, blank=True)
    origin = models.CharField("откуда", max_length=12, choices=WindowOrigin, default=WindowOrigin.DOCUMENT)
    first_due = models.DateField("срок по документу", null=True, blank=True)  # kept where the date was moved
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="только для"
    )
    skipped = models.BooleanField("не рассылать", default=False)

    objects = WindowQuerySet.as_manager()

    class Meta:
        ordering = ["due", "pk"]
        verbose_name = "срок мероприятия"
        verbose_name_plural = "сроки мероприятий"
        constraints = [
            models.CheckConstraint(condition=Q(origin__in=WindowOrigin.values), name="window_origin"),
            models.CheckConstraint(
                condition=Q(origin=WindowOrigin.UNDATED, due__isnull=True)
                | (~Q(origin=WindowOrigin.UNDATED) & Q(due__isnull=False)),
                name="window_due",
            ),
            models.CheckConstraint(
                condition=Q(starts__isnull=True) | Q(due__isnull=True) | Q(due__gte=models.F("starts")),
                name="window_dates",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.due:%d.%m.%Y}" if self.due else "без срока"

    def is_past(self, day: dt.date) -> bool:
        return self.due is not None and self.due < day

    @property
    def replaces_undated(self) -> bool:
        """Whether it is the day that an undated window waited for."""
        return self.origin in (WindowOrigin.EVENT, WindowOrigin.SCHEDULE)
