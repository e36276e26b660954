"""What happens around an assignment: postponements, delegations, revisions of a draft, comments, mass decisions."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from opora.core.actor import Actor
from opora.core.constraints import both_or_none, set_when, state_in, text_when
from opora.core.models import PublicModel
from opora.core.permissions import Permission
from opora.core.workflow import Transition, Workflow
from opora.roadmaps.models.assignments import Assignment, Report


def _user(**more: Any) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", **more
    )


class PostponementState(models.TextChoices):
    ASKED = "asked", "ждёт решения"
    GRANTED = "granted", "срок перенесён"
    REFUSED = "refused", "отказано"
    WITHDRAWN = "withdrawn", "отозвано"


P = PostponementState

POSTPONEMENT_WORKFLOW = Workflow(
    PostponementState,
    [
        Transition("grant", "Перенести срок", frozenset({P.ASKED}), P.GRANTED),
        Transition("refuse", "Отказать", frozenset({P.ASKED}), P.REFUSED, comment_required=True),
        Transition("withdraw", "Отозвать просьбу", frozenset({P.ASKED}), P.WITHDRAWN),
    ],
)


class OfAssignmentQuerySet(models.QuerySet[Any]):
    """Rows that are seen with their assignment."""

    def visible(self, user: Actor) -> Any:
        return self.filter(assignment__in=Assignment.objects.visible(user))


class Postponement(PublicModel):
    """A request for a later deadline and the decision on it; or a deadline moved by the one who sent the work."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="postponements")
    old_due = models.DateField("прежний срок")
    asked_due = models.DateField("просят перенести на")
    reason = models.TextField("причина")
    asker = models.CharField("кто просит", max_length=300)
    asker_user = _user()
    state = models.CharField("состояние", max_length=10, choices=PostponementState, default=P.ASKED)
    granted_due = models.DateField("перенесён на", null=True, blank=True)
    comment = models.TextField("комментарий", blank=True)
    decided_at = models.DateTimeField("решено", null=True, blank=True)
    decided_by = models.CharField("кто решил", max_length=300, null=True, blank=True)

    objects = OfAssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = "перенос срока"
        verbose_name_plural = "переносы сроков"
        constraints = [
            state_in(PostponementState.values, name="postponement_state"),
            both_or_none("decided_at", "decided_by", name="postponement_decided"),
            set_when("decided_at", [P.GRANTED, P.REFUSED, P.WITHDRAWN], name="postponement_has_decision"),
            set_when("granted_due", [P.GRANTED], name="postponement_has_date"),
            text_when("comment", [P.REFUSED], name="postponement_refusal_says_why"),
            models.CheckConstraint(condition=~Q(reason=""), name="postponement_has_reason"),
            models.UniqueConstraint(fields=["assignment"], condition=Q(state=P.ASKED), name="postponement_asked_once"),
        ]

    def __str__(self) -> str:
        return f"с {self.old_due:%d.%m.%Y} на {self.granted_due or self.asked_due:%d.%m.%Y}"


class DelegationEnd(models.TextChoices):
    RETURNED = "returned", "вернул(а)"
    RECALLED = "recalled", "отозвано"
    PASSED = "passed", "передано другому"


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def visible(self, user: Actor) -> DelegationQuerySet:
        """A matter of the organisation: for those who report in its name."""
        inside = user.scope(Permission.ASSIGNMENTS_REPORT).q("assignment__executor__path")
        return self.filter(inside, assignment__in=Assignment.objects.visible(user))


class Delegation(PublicModel):
    """Whom the head of an organisation gave an assignment to; without an end, it is in force."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="delegations")
    assignee = _user()
    assignee_name = models.CharField("кому поручено", max_length=300)
    note = models.TextField("что сделать", blank=True)
    due = models.DateField("внутренний срок", null=True, blank=True)
    giver = models.CharField("кто поручил", max_length=300)
    end = models.CharField("чем кончилось", max_length=10, choices=DelegationEnd, blank=True)
    comment = models.TextField("комментарий", blank=True)
    ended_at = models.DateTimeField("кончилось", null=True, blank=True)
    ended_by = models.CharField("кем", max_length=300, null=True, blank=True)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = "поручение внутри организации"
        verbose_name_plural = "поручения внутри организации"
        constraints = [
            both_or_none("ended_at", "ended_by", name="delegation_ended"),
            models.CheckConstraint(
                condition=Q(end="", ended_at__isnull=True) | Q(end__in=DelegationEnd.values, ended_at__isnull=False),
                name="delegation_end",
            ),
            models.UniqueConstraint(fields=["assignment"], condition=Q(end=""), name="delegation_once"),
        ]

    def __str__(self) -> str:
        return self.assignee_name


class RevisionQuerySet(models.QuerySet["Revision"]):
    def visible(self, user: Actor) -> RevisionQuerySet:
        """For those who write the report."""
        writes = user.scope(Permission.ASSIGNMENTS_REPORT).q("report__assignment__executor__path")
        return self.filter(writes, report__in=Report.objects.visible(user))


class Revision(PublicModel):
    """What one person wrote in a draft; saving on by the same person goes on with the same row."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="revisions")
    text = models.TextField("что сделано", blank=True)
    figures = models.JSONField("показатели", default=list, blank=True)
    author = models.CharField("кто написал", max_length=300)
    author_user = _user()
    saved_at = models.DateTimeField("сохранено")

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = "правка черновика"
        verbose_name_plural = "правки черновиков"

    def __str__(self) -> str:
        return self.author


class Comment(PublicModel):
    """What somebody said about an assignment to those who see it; taken out, its place stays."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="comments")
    text = models.TextField("комментарий")
    author = models.CharField("кто написал", max_length=300)
    author_user = _user()
    mentioned = models.JSONField("кого упомянули", default=list, blank=True)  # [[public id, name]]
    edited_at = models.DateTimeField("изменено", null=True, blank=True)
    removed_at = models.DateTimeField("удалено", null=True, blank=True)

    objects = OfAssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = "комментарий"
        verbose_name_plural = "комментарии"
        constraints = [
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, text__gt="") | Q(removed_at__isnull=False, text=""),
                name="comment_text_or_removed",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]


FORMS = ("decision", "comment", "postponement")  # whose text is kept as it is typed


class Typed(models.Model):
    """What a person has typed into a form of an assignment and not sent yet: his alone."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="typed")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    form = models.CharField("форма", max_length=20)  # of `FORMS`
    text = models.TextField("набрано")
    saved_at = models.DateTimeField("сохранено")

    class Meta:
        verbose_name = "набранное"
        verbose_name_plural = "набранное"
        constraints = [models.UniqueConstraint(fields=["assignment", "user", "form"], name="typed_once")]

    def __str__(self) -> str:
        return self.form


class MassDecisionQuerySet(models.QuerySet["MassDecision"]):
    def visible(self, user: Actor) -> MassDecisionQuerySet:
        """One's own."""
        return self.filter(actor_id=user.actor_id)


class MassDecision(PublicModel):
    """Several reports accepted or returned at once, so that one press takes it back."""

    actor_id = models.CharField("кто (код)", max_length=26)
    returned = models.BooleanField("возвращены", default=False, db_default=False)  # else accepted
    assignments = models.JSONField("поручения", default=list)  # public ids
    undone_at = models.DateTimeField("отменено", null=True, blank=True)

    objects = MassDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = "решение по нескольким поручениям"
        verbose_name_plural = "решения по нескольким поручениям"

    def __str__(self) -> str:
        return self.public_id

    def get_absolute_url(self) -> str:
        return reverse("roadmaps:mass_decision", args=[self.public_id])
