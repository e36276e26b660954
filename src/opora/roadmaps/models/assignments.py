"""Assignments: one activity for one organisation and one window; reports on them with their evidence."""

from __future__ import annotations

import datetime as dt
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from opora.core.actor import LEVEL, Actor, Scope
from opora.core.clock import today
from opora.core.constraints import both_or_none, set_when, state_in, text_when
from opora.core.models import BytewiseField, PublicModel, new_public_id
from opora.core.permissions import Permission
from opora.core.secrecy import knowledge
from opora.core.workflow import Transition, Workflow
from opora.registry.models import Body, Organisation, Person
from opora.registry.models.organisations import LONGEST_PATH
from opora.roadmaps.models.plans import Activity, Part, RoadMap, Window


class AssignmentState(models.TextChoices):
    SENT = "sent", "разослано"
    WAITING = "waiting", "ждёт других"  # an earlier step, or the one who leads a joint report
    IN_PROGRESS = "in_progress", "в работе"
    REPORTED = "reported", "на проверке"
    RETURNED = "returned", "возвращено"
    ACCEPTED = "accepted", "исполнено"
    CANCELLED = "cancelled", "отменено"


S = AssignmentState
OPEN = (S.SENT, S.IN_PROGRESS, S.RETURNED)  # the executor has to act

ASSIGNMENT_WORKFLOW = Workflow(
    AssignmentState,
    [
        Transition("start", "Взять в работу", frozenset({S.SENT}), S.IN_PROGRESS),
        Transition("report", "Сдать отчёт", frozenset(OPEN), S.REPORTED),
        Transition("contribute", "Передать ведущему", frozenset(OPEN), S.WAITING),
        Transition("take_back", "Забрать свою часть", frozenset({S.WAITING}), S.IN_PROGRESS),
        Transition("join", "Сдать общий отчёт", frozenset({*OPEN, S.WAITING}), S.REPORTED),
        Transition("open", "Начать следующий шаг", frozenset({S.WAITING}), S.SENT),
        Transition("hold", "Ждать предыдущего шага", frozenset(OPEN), S.WAITING),
        Transition("accept", "Принять", frozenset({S.REPORTED}), S.ACCEPTED),
        Transition("return", "Вернуть на доработку", frozenset({S.REPORTED}), S.RETURNED, comment_required=True),
        Transition("rework", "Не согласовать", frozenset({S.ACCEPTED}), S.RETURNED, comment_required=True),
        Transition("reconsider", "Отменить принятие", frozenset({S.ACCEPTED}), S.REPORTED),
        Transition("take_again", "Отменить возврат", frozenset({S.RETURNED}), S.REPORTED),
        Transition(
            "cancel",
            "Отменить поручение",
            frozenset({*OPEN, S.WAITING, S.REPORTED}),
            S.CANCELLED,
            comment_required=True,
        ),
        Transition("restore", "Восстановить", frozenset({S.CANCELLED}), S.SENT),
    ],
)


DATED = {"starts", "due", "state"}  # what a calendar tells of an assignment


def seen(user: Actor, at: str = "") -> Q:
    """The condition of `AssignmentQuerySet.visible` on an assignment, or on one that a row names: at «assignment__»."""
    scope = user.scope(Permission.ASSIGNMENTS_VIEW)
    regions = [path for path in scope.paths if len(path) == LEVEL]
    below = Scope(tuple(path for path in scope.paths if len(path) > LEVEL))
    mine = Q(**{f"{at}region__in": regions}) | below.q(f"{at}executor_path") | below.q(f"{at}controller_path")
    flags = (f"{at}via_list", f"{at}roadmap__confidential")
    return mine & knowledge(user).open_or(*flags, at=f"{at}executor_path")


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def visible(self, user: Actor) -> AssignmentQuerySet:
        """Of executors or controllers in the scope; both always belong to one region, which is one value of an index.

        What tells that a school is on a list, and the work of a confidential road map: with the right to lists alone.
        `TallyQuerySet.visible` says the same of the counts.
        """
        return self.filter(seen(user))

    def update(self, **values: Any) -> int:
        """What moves or ends a deadline is a new revision for the calendars that have it."""
        if values.keys() & DATED:
            values.setdefault("revision", F("revision") + 1)
        return super().update(**values)

    update.alters_data = True  # type: ignore[attr-defined]

    def executed_by(self, user: Actor) -> AssignmentQuerySet:
        """Those of the person's own organisations, without what lies below them."""
        return self.filter(executor_path__in=user.own.paths)

    def controlled_by(self, user: Actor) -> AssignmentQuerySet:
        return self.filter(controller_path__in=user.own.paths)

    def to_act(self) -> AssignmentQuerySet:
        return self.filter(state__in=OPEN)

    def overdue(self, day: dt.date | None = None) -> AssignmentQuerySet:
        """Open ones whose day has passed: worked out, never stored."""
        return self.to_act().filter(due__lt=day or today())


class Assignment(PublicModel):
    """The work of one organisation."""

    roadmap = models.ForeignKey(RoadMap, on_delete=models.PROTECT, related_name="assignments", db_index=False)
    activity = models.ForeignKey(
        Activity, on_delete=models.PROTECT, related_name="assignments", verbose_name="мероприятие", db_index=False
    )
    part = models.ForeignKey(
        Part, on_delete=models.PROTECT, null=True, blank=True, related_name="assignments", db_index=False
    )
    window = models.ForeignKey(Window, on_delete=models.PROTECT, related_name="assignments", db_index=False)
    executor = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="assignments", verbose_name="исполнитель"
    )
    controller = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="controlled", verbose_name="контролирует"
    )
    body = models.ForeignKey(Body, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)
    person = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    role = models.CharField("роль", max_length=40, blank=True)
    via_list = models.BooleanField("по списку школ", default=False)
    lead = models.ForeignKey(  # of a joint report: whose assignment leads; empty for the leading one itself
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="joined", db_index=False
    )
    step = models.PositiveSmallIntegerField("шаг", default=0, db_default=0)  # later steps wait for the earlier ones
    starts = models.DateField("с", null=True, blank=True)
    due = models.DateField("срок", null=True, blank=True)
    first_due = models.DateField("первый срок", null=True, blank=True)  # before the first of `moved` postponements
    moved = models.PositiveSmallIntegerField("сколько раз перенесён", default=0, db_default=0)
    asked_due = models.DateField("просят перенести на", null=True, blank=True)  # of the request not decided yet
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="delegated",
        verbose_name="кому поручено",
        db_index=False,
    )
    revision = models.PositiveIntegerField("изменений срока", default=0, db_default=0)  # SEQUENCE of a calendar
    inner_due = models.DateField("внутренний срок", null=True, blank=True)  # by which the assignee has to be ready
    state = models.CharField("состояние", max_length=12, choices=AssignmentState, default=AssignmentState.SENT)
    remark = models.TextField("замечание", blank=True)  # of the last return or cancellation: what to mend, why
    reported_at = models.DateTimeField("отчёт сдан", null=True, blank=True)
    reported_by = models.CharField("кто сдал", max_length=300, null=True, blank=True)
    decided_at = models.DateTimeField("решено", null=True, blank=True)
    decided_by = models.CharField("кто решил", max_length=300, null=True, blank=True)
    # Of the registry's tree, kept by the database itself (`roadmaps.triggers`): lists are cut by them without a join.
    region = BytewiseField(max_length=LEVEL, editable=False, default="", db_default="")
    executor_path = BytewiseField(max_length=LONGEST_PATH, editable=False, default="", db_default="")
    controller_path = BytewiseField(max_length=LONGEST_PATH, editable=False, default="", db_default="")

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["due", "pk"]
        verbose_name = "поручение"
        verbose_name_plural = "поручения"
        indexes = [
            models.Index(fields=["region", "due", "id"], name="assignment_region_due"),
            models.Index(fields=["region", "state", "due", "id"], name="assignment_region_state"),
            models.Index(fields=["executor_path", "state", "due"], name="assignment_executor"),
            models.Index(fields=["controller_path", "state", "due"], name="assignment_controller"),
            models.Index(fields=["roadmap", "due", "id"], name="assignment_roadmap_due"),
            models.Index(fields=["activity", "state", "due"], name="assignment_activity"),
            models.Index(fields=["state", "due"], name="assignment_state_due"),  # reminders
            models.Index(fields=["part"], condition=Q(part__isnull=False), name="assignment_part"),
            models.Index(fields=["body"], condition=Q(body__isnull=False), name="assignment_body"),
            models.Index(fields=["person"], condition=Q(person__isnull=False), name="assignment_person"),
            models.Index(fields=["lead"], condition=Q(lead__isnull=False), name="assignment_joined"),
            models.Index(fields=["assignee"], condition=Q(assignee__isnull=False), name="assignment_delegated"),
            models.Index(fields=["inner_due"], condition=Q(inner_due__isnull=False), name="assignment_inner"),
            models.Index(fields=["controller"], condition=Q(asked_due__isnull=False), name="assignment_asked"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["window", "executor"], name="assignment_once"),
            state_in(AssignmentState.values, name="assignment_state"),
            both_or_none("reported_at", "reported_by", name="assignment_reported"),
            both_or_none("decided_at", "decided_by", name="assignment_decided"),
            set_when("reported_at", [S.REPORTED, S.ACCEPTED, S.RETURNED], name="assignment_has_report"),
            set_when("decided_at", [S.ACCEPTED, S.RETURNED], name="assignment_has_decision"),
            text_when("remark", [S.RETURNED, S.CANCELLED], name="assignment_return_says_why"),
            models.CheckConstraint(
                condition=Q(first_due__isnull=True) | Q(moved__gt=0), name="assignment_first_due_was_moved"
            ),
            models.CheckConstraint(condition=~Q(lead=F("pk")), name="assignment_leads_others"),
            models.CheckConstraint(
                condition=Q(inner_due__isnull=True) | Q(due__isnull=True) | Q(inner_due__lte=F("due")),
                name="assignment_inner_due",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """What is to be done: the activity, or the part of it."""
        return self.part.text if self.part else self.activity.text

    def seen_by(self, user: Actor) -> bool:
        """Whether `AssignmentQuerySet.visible` has it, without a query."""
        paths = (self.executor.path, self.controller.path)
        mine = any(user.may(Permission.ASSIGNMENTS_VIEW, path) for path in paths)
        plain = not self.via_list and not self.roadmap.confidential
        return mine and (plain or knowledge(user).of(self.executor.path))

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due is not None and self.due < today()


class ReportState(models.TextChoices):
    DRAFT = "draft", "черновик"
    GIVEN = "given", "передан ведущему"  # a part of a joint report
    SUBMITTED = "submitted", "на проверке"
    ACCEPTED = "accepted", "принят"
    RETURNED = "returned", "возвращён"


class ReportQuerySet(models.QuerySet["Report"]):
    def visible(self, user: Actor) -> ReportQuerySet:
        """Reports on visible assignments, and of a joint one what the others gave and the lead handed in.

        Drafts are for those who write them.
        """
        drafts = user.scope(Permission.ASSIGNMENTS_REPORT).q("assignment__executor_path")
        own = seen(user, "assignment__") & (~Q(state=ReportState.DRAFT) | drafts)
        given = seen(user, "assignment__lead__") & Q(state=ReportState.GIVEN)
        handed_in = Exists(Assignment.objects.visible(user).filter(lead=OuterRef("assignment"), lead__isnull=False))
        return self.filter(own | given | (handed_in & ~Q(state__in=[ReportState.DRAFT, ReportState.GIVEN])))


class Report(PublicModel):
    """A report on an assignment: text, figures, files and links; then the decision on it."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="reports")
    text = models.TextField("что сделано", blank=True)
    figures = models.JSONField("показатели", default=list, blank=True)  # [[name, value]]
    author = models.CharField("кто составил", max_length=300)
    author_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    state = models.CharField("состояние", max_length=10, choices=ReportState, default=ReportState.DRAFT)
    submitted_at = models.DateTimeField("сдан", null=True, blank=True)
    submitted_by = models.CharField("кто сдал", max_length=300, null=True, blank=True)
    decided_at = models.DateTimeField("решено", null=True, blank=True)
    decided_by = models.CharField("кто решил", max_length=300, null=True, blank=True)
    comment = models.TextField("комментарий", blank=True)
    saved_at = models.DateTimeField("сохранён", null=True, blank=True)  # the draft, last
    version = models.PositiveIntegerField(
        "правка", default=0, db_default=0
    )  # of the draft: who saves names the one he read

    proofs: list[Evidence]  # its evidence, where a page has read it along

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = "отчёт"
        verbose_name_plural = "отчёты"
        constraints = [
            state_in(ReportState.values, name="report_state"),
            both_or_none("submitted_at", "submitted_by", name="report_submitted"),
            both_or_none("decided_at", "decided_by", name="report_decided"),
            set_when("submitted_at", ["given", "submitted", "accepted", "returned"], name="report_has_sender"),
            text_when("comment", ["returned"], name="report_return_says_why"),
            models.UniqueConstraint(fields=["assignment"], condition=Q(state="draft"), name="report_one_draft"),
        ]

    def __str__(self) -> str:
        return self.text[:80]


def evidence_place(evidence: Evidence, name: str) -> str:
    """A stored name that tells nothing: the original one is kept in the row."""
    return f"evidence/{new_public_id()}{PurePath(name).suffix.lower()[:10]}"


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible(self, user: Actor) -> EvidenceQuerySet:
        return self.filter(report__in=Report.objects.visible(user))


class Evidence(PublicModel):
    """A file or a link that proves a report."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="evidence")
    name = models.CharField("название", max_length=255)
    file = models.FileField("файл", upload_to=evidence_place, blank=True)
    size = models.PositiveBigIntegerField("размер", default=0)  # bytes
    sha256 = models.CharField(max_length=64, blank=True)
    link = models.URLField("ссылка", max_length=1000, blank=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = "подтверждение"
        verbose_name_plural = "подтверждения"
        constraints = [
            models.CheckConstraint(
                condition=(Q(file="") & ~Q(link="")) | (~Q(file="") & Q(link="")), name="evidence_file_or_link"
            )
        ]

    def __str__(self) -> str:
        return self.name
