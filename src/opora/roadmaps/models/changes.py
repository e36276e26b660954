"""How road maps change: amendments, the versions they leave, and what goes down to the road maps made from them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from opora.core.actor import Actor
from opora.core.constraints import both_or_none, set_when, state_in, text_when
from opora.core.models import PublicModel
from opora.core.secrecy import knowledge
from opora.core.workflow import Transition, Workflow
from opora.documents.models import Document
from opora.roadmaps.models.plans import Activity, RoadMap


class AmendmentQuerySet(models.QuerySet["Amendment"]):
    def visible(self, user: Actor) -> AmendmentQuerySet:
        """Those of the documents that the person may see."""
        return self.filter(document__in=Document.objects.visible(user))


class Amendment(models.Model):
    """What a person decided about a document that changes another: which one, and which row is meant by each change."""

    document = models.OneToOneField(Document, on_delete=models.CASCADE, primary_key=True, related_name="amendment")
    target = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, blank=True, related_name="amended_by", verbose_name="изменяет"
    )
    absent = models.BooleanField("изменяемого документа в системе нет", default=False)
    choices = models.JSONField(default=dict, blank=True)  # key of a change -> public id of an activity, «new», «skip»
    applied_at = models.DateTimeField("применено", null=True, blank=True)
    applied_by = models.CharField("кто применил", max_length=300, null=True, blank=True)

    objects = AmendmentQuerySet.as_manager()

    class Meta:
        verbose_name = "изменение документа"
        verbose_name_plural = "изменения документов"
        constraints = [
            both_or_none("applied_at", "applied_by", name="amendment_applied"),
            models.CheckConstraint(condition=Q(target__isnull=True) | Q(absent=False), name="amendment_target"),
            models.CheckConstraint(
                condition=Q(applied_at__isnull=True) | Q(target__isnull=False), name="amendment_applied_to"
            ),
        ]

    def __str__(self) -> str:
        return str(self.document)


class VersionQuerySet(models.QuerySet["Version"]):
    def visible(self, user: Actor) -> VersionQuerySet:
        return self.filter(roadmap__in=RoadMap.objects.visible(user))


class Version(models.Model):
    """The rows of a road map as one document left them; written when it first changes, and at every change."""

    roadmap = models.ForeignKey(RoadMap, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField("редакция")
    on = models.DateField("действует с")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.CharField("кто внёс", max_length=300)
    summary = models.TextField("что изменилось", blank=True)
    rows = models.JSONField(default=list)  # `changing.rows.to_json` of each row in order

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["on", "number"]
        verbose_name = "редакция дорожной карты"
        verbose_name_plural = "редакции дорожных карт"
        constraints = [models.UniqueConstraint(fields=["roadmap", "number"], name="version_once")]

    def __str__(self) -> str:
        return f"Редакция {self.number} с {self.on:%d.%m.%Y}"


class Derivation(models.Model):
    """A document drafted from the road map above: which of its rows carries out which, until it is approved."""

    document = models.OneToOneField(Document, on_delete=models.CASCADE, primary_key=True, related_name="derivation")
    parent = models.ForeignKey(RoadMap, on_delete=models.PROTECT, related_name="+", verbose_name="составлен по")
    rows = models.JSONField(default=dict)  # public id of a fact -> public id of the activity above
    reasons = models.JSONField(default=dict, blank=True)  # public id of a fact -> why its deadline is later

    class Meta:
        verbose_name = "составление по дорожной карте"
        verbose_name_plural = "составления по дорожным картам"

    def __str__(self) -> str:
        return str(self.document)


class HandedState(models.TextChoices):
    WAITING = "waiting", "ждёт решения"
    ACCEPTED = "accepted", "принято"
    DECLINED = "declined", "отклонено"


HANDED_WORKFLOW = Workflow(
    HandedState,
    [
        Transition("accept", "Принять", frozenset({HandedState.WAITING, HandedState.DECLINED}), HandedState.ACCEPTED),
        Transition(
            "decline", "Отклонить", frozenset({HandedState.WAITING}), HandedState.DECLINED, comment_required=True
        ),
    ],
)


class HandedKind(models.TextChoices):
    CHANGED = "changed", "изменён"
    ADDED = "added", "добавлен"
    REMOVED = "removed", "исключён"


class HandedQuerySet(models.QuerySet["Handed"]):
    def visible(self, user: Actor) -> HandedQuerySet:
        """Of road maps that the person may see; what tells of lists with the right to them."""
        mine = knowledge(user).open_or("via_list", at="roadmap__organisation__path")
        return self.filter(mine, roadmap__in=RoadMap.objects.visible(user))


class Handed(PublicModel):
    """A change of a row above, handed down to a road map made from it, to be accepted or declined there."""

    roadmap = models.ForeignKey(RoadMap, on_delete=models.CASCADE, related_name="handed")
    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, null=True, blank=True, related_name="handed")
    above = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+", verbose_name="пункт выше")
    kind = models.CharField("что с пунктом", max_length=10, choices=HandedKind)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    before = models.JSONField(null=True, blank=True)  # the row above, `changing.rows.to_json`
    after = models.JSONField(null=True, blank=True)
    via_list = models.BooleanField("по списку школ", default=False)
    state = models.CharField("состояние", max_length=10, choices=HandedState, default=HandedState.WAITING)
    reason = models.TextField("почему отклонено", blank=True)
    decided_at = models.DateTimeField("решено", null=True, blank=True)
    decided_by = models.CharField("кто решил", max_length=300, null=True, blank=True)

    objects = HandedQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = "изменение сверху"
        verbose_name_plural = "изменения сверху"
        indexes = [models.Index(fields=["roadmap"], condition=Q(state="waiting"), name="handed_waiting")]
        constraints = [
            state_in(HandedState.values, name="handed_state"),
            state_in(HandedKind.values, name="handed_kind", field="kind"),
            both_or_none("decided_at", "decided_by", name="handed_decided"),
            set_when("decided_at", [HandedState.ACCEPTED, HandedState.DECLINED], name="handed_has_decision"),
            text_when("reason", [HandedState.DECLINED], name="handed_declined_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.above}: {self.get_kind_display()}"
