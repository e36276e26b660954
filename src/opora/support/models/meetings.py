"""Meetings of working groups: who is asked to come, what is talked about, what was decided and became work."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from opora.access.models import User
from opora.core.actor import Actor
from opora.core.clock import today
from opora.core.constraints import both_or_none, state_in, text_when
from opora.core.models import PublicModel, SortKeyField
from opora.core.permissions import Permission
from opora.core.secrecy import knowledge
from opora.core.workflow import Transition, Workflow
from opora.lists.models import Entrustment
from opora.registry.models import Body, Organisation
from opora.registry.models.bodies import BodyRole
from opora.roadmaps.models import Activity, Assignment, AssignmentState


class MeetingState(models.TextChoices):
    PLANNED = "planned", "назначено"
    HELD = "held", "проведено"
    MINUTED = "minuted", "протокол утверждён"
    CANCELLED = "cancelled", "отменено"


MEETING_WORKFLOW = Workflow(
    MeetingState,
    [
        Transition("hold", "Отметить присутствие", frozenset({MeetingState.PLANNED}), MeetingState.HELD),
        Transition("approve", "Утвердить протокол", frozenset({MeetingState.HELD}), MeetingState.MINUTED),
        Transition(
            "cancel",
            "Отменить заседание",
            frozenset({MeetingState.PLANNED}),
            MeetingState.CANCELLED,
            comment_required=True,
        ),
    ],
)


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible(self, user: Actor) -> MeetingQuerySet:
        """Those of the groups of organisations whose documents the person keeps, and those to which he was invited.

        Where listed schools are spoken of: with the right to the lists of the group's whole territory, or, invited,
        while the region has entrusted schools to the person for this meeting.
        """
        keeps = user.scope(Permission.DOCUMENTS_EDIT).q("body__organisation__path")
        asked = Attendance.objects.filter(meeting=OuterRef("pk"), user__public_id=user.actor_id)
        invited = Q(invited_at__isnull=False) & Exists(asked)
        trusted = Entrustment.objects.on(today()).filter(curator__public_id=user.actor_id)
        admitted = invited & Exists(trusted.filter(meeting=OuterRef("public_id")))
        known = knowledge(user).open_or("confidential", at="body__organisation__path")
        return self.filter((known & (keeps | invited)) | admitted)


class Meeting(PublicModel):
    """One meeting of a body of the registry."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+", verbose_name="рабочая группа")
    title = models.CharField("о чём", max_length=300)
    sort_title = SortKeyField(source="title", max_length=300, db_default="")
    day = models.DateField("дата")
    starts = models.TimeField("начало")  # in the region's time
    minutes = models.PositiveSmallIntegerField("сколько минут", default=90)
    place = models.CharField("место", max_length=300, blank=True)
    link = models.URLField("ссылка на видеосвязь", max_length=500, blank=True)
    confidential = models.BooleanField("говорят о школах списка", default=False)
    state = models.CharField("состояние", max_length=10, choices=MeetingState, default=MeetingState.PLANNED)
    previous = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="following", verbose_name="после"
    )
    revision = models.PositiveSmallIntegerField(default=0)  # of the invitation: calendars take the highest
    invited_at = models.DateTimeField("приглашения разосланы", null=True, blank=True)
    reason = models.CharField("почему отменено", max_length=500, blank=True)
    letter_id = models.CharField(max_length=26, blank=True)  # public id of the protocol among the outgoing papers
    document_id = models.CharField(max_length=26, blank=True)  # public id of the protocol as a document

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["-day", "-pk"]
        verbose_name = "заседание"
        verbose_name_plural = "заседания"
        indexes = [models.Index(fields=["body", "-day"], name="meeting_body_day")]
        constraints = [
            state_in(MeetingState.values, name="meeting_state"),
            text_when("reason", [MeetingState.CANCELLED], name="meeting_reason"),
            text_when("document_id", [MeetingState.MINUTED], name="meeting_document"),
            models.CheckConstraint(condition=Q(minutes__gte=1, minutes__lte=600), name="meeting_minutes"),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.day:%d.%m.%Y}"

    @property
    def begins_at(self) -> dt.datetime:
        return timezone.make_aware(dt.datetime.combine(self.day, self.starts))

    @property
    def ends_at(self) -> dt.datetime:
        return self.begins_at + dt.timedelta(minutes=self.minutes)

    def get_absolute_url(self) -> str:
        return reverse("support:meeting", args=[self.public_id])


class AgendaItem(models.Model):
    """A question of the agenda."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="agenda", verbose_name="заседание")
    order = models.PositiveSmallIntegerField("порядок")
    text = models.CharField("вопрос", max_length=500)
    speaker = models.CharField("докладчик", max_length=300, blank=True)

    class Meta:
        ordering = ["meeting", "order"]
        verbose_name = "вопрос повестки"
        verbose_name_plural = "вопросы повестки"
        constraints = [models.UniqueConstraint(fields=["meeting", "order"], name="agenda_order")]

    def __str__(self) -> str:
        return self.text


class Attendance(models.Model):
    """One who is asked to come: a member as the registry has him, or a guest; `user` where he has an account."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="people", verbose_name="заседание")
    order = models.PositiveSmallIntegerField("порядок")
    name = models.CharField("ФИО", max_length=300)
    position = models.TextField("должность", blank=True)
    role = models.CharField("роль", max_length=20, choices=BodyRole, blank=True)  # empty: a guest, who has no vote
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    present = models.BooleanField("присутствовал", null=True, blank=True)  # null: not noted yet

    class Meta:
        ordering = ["meeting", "order"]
        verbose_name = "приглашённый"
        verbose_name_plural = "приглашённые"
        constraints = [
            models.UniqueConstraint(fields=["meeting", "order"], name="attendance_order"),
            models.CheckConstraint(condition=Q(role__in=["", *BodyRole.values]), name="attendance_role"),
        ]

    def __str__(self) -> str:
        return self.name


class MeetingDecisionQuerySet(models.QuerySet["MeetingDecision"]):
    def standing(self) -> MeetingDecisionQuerySet:
        """Those that are not carried out: not closed by hand, and some work of theirs is still to be accepted (or none
        was ever sent)."""
        work = Assignment.objects.filter(activity=OuterRef("activity")).exclude(state=AssignmentState.CANCELLED)
        undone = Exists(work.exclude(state=AssignmentState.ACCEPTED))
        return self.filter(Q(closed_at__isnull=True) & (undone | ~Exists(work)))


class MeetingDecision(models.Model):
    """What was decided: who does it by when. With the approved protocol it is a row of a road map."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="decisions", verbose_name="заседание")
    order = models.PositiveSmallIntegerField("номер")
    text = models.CharField("решение", max_length=1000)
    due = models.DateField("срок")
    responsible = models.ManyToManyField(Organisation, related_name="+", verbose_name="ответственные")
    origin = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="перенесено из"
    )
    activity = models.ForeignKey(Activity, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField("закрыто", null=True, blank=True)
    closed_by = models.CharField("кто закрыл", max_length=300, null=True, blank=True)

    objects = MeetingDecisionQuerySet.as_manager()

    class Meta:
        ordering = ["meeting", "order"]
        verbose_name = "решение заседания"
        verbose_name_plural = "решения заседаний"
        constraints = [
            both_or_none("closed_at", "closed_by", name="meetingdecision_closed_pair"),
            models.UniqueConstraint(fields=["meeting", "order"], name="meetingdecision_order"),
        ]

    def __str__(self) -> str:
        return f"{self.order}. {self.text}"
