"""Campaigns: a published version sent to organisations; what each answers, with every change of every answer kept."""

from __future__ import annotations

from pathlib import PurePath

from django.db import models
from django.db.models import Exists, OuterRef
from django.urls import reverse

from opora.collection.models.forms import FormVersion
from opora.core.actor import Actor
from opora.core.clock import today
from opora.core.constraints import both_or_none, set_when, state_in, text_when
from opora.core.models import PublicModel, SortKeyField, new_public_id
from opora.core.permissions import Permission
from opora.core.secrecy import knowledge
from opora.core.workflow import Transition, Workflow
from opora.registry.models import Organisation
from opora.roadmaps.models import Activity


class CampaignState(models.TextChoices):
    PREPARED = "prepared", "готовится"
    SENT = "sent", "идёт сбор"
    CLOSED = "closed", "завершён"


class Way(models.TextChoices):
    """How people answer a questionnaire."""

    LINK = "link", "одна ссылка для всех"
    CODES = "codes", "одноразовые коды на листках"


CAMPAIGN_WORKFLOW = Workflow(
    CampaignState,
    [
        Transition("send", "Разослать", frozenset({CampaignState.PREPARED}), CampaignState.SENT),
        Transition("close", "Завершить сбор", frozenset({CampaignState.SENT}), CampaignState.CLOSED),
        Transition("reopen", "Возобновить сбор", frozenset({CampaignState.CLOSED}), CampaignState.SENT),
    ],
)


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def visible(self, user: Actor) -> CampaignQuerySet:
        """Of one's own territory all, of others where an organisation that one sees is asked."""
        mine = user.scope(Permission.FORMS_EDIT).q("territory__path")
        known = knowledge(user).open_or("confidential", at="territory__path")
        asked = Exists(Submission.objects.visible(user).filter(campaign=OuterRef("pk")))
        return self.filter((mine & known) | asked)


class Campaign(PublicModel):
    """Whom to ask is a group of organisations (`roadmaps.groups`) within a place, or those picked by hand.

    By the lists it is confidential.
    """

    version = models.ForeignKey(FormVersion, on_delete=models.PROTECT, related_name="campaigns", verbose_name="форма")
    territory = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="кто собирает")
    place = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="где")
    group = models.CharField("кто заполняет", max_length=40, blank=True)  # a code of `roadmaps.groups`; empty: `picked`
    picked = models.ManyToManyField(Organisation, related_name="+", verbose_name="выбранные организации")
    activity = models.ForeignKey(
        Activity, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="поручение"
    )
    title = models.CharField("название", max_length=300)
    note = models.TextField("пояснение", blank=True)
    due = models.DateField("срок")
    way = models.CharField("как отвечают", max_length=5, choices=Way, default=Way.LINK, db_default=Way.LINK)
    confidential = models.BooleanField("по списку школ", default=False)
    state = models.CharField("состояние", max_length=10, choices=CampaignState, default=CampaignState.PREPARED)
    made_by = models.CharField("кто подготовил", max_length=300)  # as the journal names him
    sent_at = models.DateTimeField("разослан", null=True, blank=True)
    sent_by = models.CharField("кто разослал", max_length=300, null=True, blank=True)
    reminded_on = models.DateField("напоминали", null=True, blank=True)  # the last day whose reminders are all told
    sort_title = SortKeyField(source="title")

    objects = CampaignQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = "сбор"
        verbose_name_plural = "сборы"
        constraints = [
            state_in(CampaignState.values, name="campaign_state"),
            models.CheckConstraint(condition=models.Q(way__in=Way.values), name="campaign_way"),
            both_or_none("sent_at", "sent_by", name="campaign_sent"),
            set_when("sent_at", [CampaignState.SENT, CampaignState.CLOSED], name="campaign_has_sender"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("collection:campaign", args=[self.public_id])


class SubmissionState(models.TextChoices):
    EMPTY = "empty", "не начата"
    DRAFT = "draft", "заполняется"
    SENT = "sent", "на проверке"
    RETURNED = "returned", "возвращена"
    ACCEPTED = "accepted", "принята"


S = SubmissionState
OPEN = (S.EMPTY, S.DRAFT, S.RETURNED)  # the organisation has to act

SUBMISSION_WORKFLOW = Workflow(
    SubmissionState,
    [
        Transition("begin", "Заполнить", frozenset({S.EMPTY}), S.DRAFT),
        Transition("send", "Отправить", frozenset(OPEN), S.SENT),
        Transition("take_out", "Отозвать", frozenset({S.SENT}), S.DRAFT),
        Transition("accept", "Принять", frozenset({S.SENT}), S.ACCEPTED),
        Transition("return", "Вернуть на доработку", frozenset({S.SENT}), S.RETURNED, comment_required=True),
        Transition("reconsider", "Отменить принятие", frozenset({S.ACCEPTED}), S.SENT),
        Transition("take_again", "Отменить возврат", frozenset({S.RETURNED}), S.SENT),
    ],
)


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def visible(self, user: Actor) -> SubmissionQuerySet:
        """Of organisations in the scope; what tells that a school is on a list, with the right to the lists alone."""
        scope = user.scope(Permission.ASSIGNMENTS_VIEW)
        known = knowledge(user).open_or("campaign__confidential", at="organisation__path")
        return self.filter(scope.q("organisation__path") & known)

    def to_fill(self) -> SubmissionQuerySet:
        return self.filter(state__in=OPEN, campaign__state=CampaignState.SENT)


class Submission(PublicModel):
    """The answers of one organisation. `revision` counts their changes: who saves names the one he read."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="submissions", verbose_name="сбор")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="организация"
    )
    state = models.CharField("состояние", max_length=10, choices=SubmissionState, default=SubmissionState.EMPTY)
    answers = models.JSONField("ответы", default=dict)  # {key: stored}, see `collection.values`
    revision = models.PositiveIntegerField("правка", default=0)
    remark = models.TextField("замечание", blank=True)  # of the last return
    sent_at = models.DateTimeField("отправлена", null=True, blank=True)  # last
    sent_by = models.CharField("кто отправил", max_length=300, null=True, blank=True)
    decided_at = models.DateTimeField("решено", null=True, blank=True)
    decided_by = models.CharField("кто решил", max_length=300, null=True, blank=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = "заполненная форма"
        verbose_name_plural = "заполненные формы"
        indexes = [models.Index(fields=["campaign", "state"], name="submission_campaign_state")]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "organisation"], name="submission_of_organisation"),
            state_in(SubmissionState.values, name="submission_state"),
            both_or_none("sent_at", "sent_by", name="submission_sent"),
            both_or_none("decided_at", "decided_by", name="submission_decided"),
            set_when("sent_at", [S.SENT, S.RETURNED, S.ACCEPTED], name="submission_has_sender"),
            set_when("decided_at", [S.RETURNED, S.ACCEPTED], name="submission_has_decision"),
            text_when("remark", [S.RETURNED], name="submission_return_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign}, {self.organisation}"

    def get_absolute_url(self) -> str:
        return reverse("collection:submission", args=[self.public_id])

    @property
    def is_open(self) -> bool:
        return self.state in OPEN and self.campaign.state == CampaignState.SENT

    @property
    def remarks_by_place(self) -> dict[tuple[str, str], str]:
        """What is to be mended, while it is being mended: by field, and the row of its table or nothing."""
        return {(one.key, one.row): one.text for one in self.remarks.all()} if self.state == S.RETURNED else {}

    @property
    def is_late(self) -> bool:
        return self.is_open and self.campaign.due < today()


class Remark(models.Model):
    """What is to be mended in one field, or one row of its table; of the last return alone, the journal keeps all."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="remarks")
    key = models.CharField("поле", max_length=40)
    row = models.CharField("строка таблицы", max_length=32, blank=True, default="", db_default="")  # its name
    text = models.TextField("замечание")

    class Meta:
        verbose_name = "замечание к полю"
        verbose_name_plural = "замечания к полям"
        constraints = [models.UniqueConstraint(fields=["submission", "key", "row"], name="remark_once")]

    def __str__(self) -> str:
        return self.text


class AnswerChange(models.Model):
    """One answer changed: what it was, what it became, who and when."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="changes")
    revision = models.PositiveIntegerField("правка")  # of the submission, that the change made
    key = models.CharField("поле", max_length=40)
    old = models.JSONField("было", null=True)
    new = models.JSONField("стало", null=True)
    who = models.CharField("кто", max_length=300)
    at = models.DateTimeField("когда", auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = "изменение ответа"
        verbose_name_plural = "изменения ответов"
        indexes = [models.Index(fields=["submission", "revision"], name="answer_change_revision")]

    def __str__(self) -> str:
        return f"{self.key}: {self.who}"


def file_place(one: SubmissionFile, name: str) -> str:
    """A stored name that tells nothing: the original one is kept in the row."""
    return f"collection/{new_public_id()}{PurePath(name).suffix.lower()[:10]}"


class SubmissionFileQuerySet(models.QuerySet["SubmissionFile"]):
    def visible(self, user: Actor) -> SubmissionFileQuerySet:
        return self.filter(submission__in=Submission.objects.visible(user))


class SubmissionFile(PublicModel):
    """A file given as an answer."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="files")
    name = models.CharField("название", max_length=255)
    file = models.FileField("файл", upload_to=file_place)
    size = models.PositiveBigIntegerField("размер")  # bytes
    sha256 = models.CharField(max_length=64)

    objects = SubmissionFileQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = "файл формы"
        verbose_name_plural = "файлы форм"

    def __str__(self) -> str:
        return self.name
