"""Notices, how each person wants them, the mails that carry them, and the address of a person's calendar."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from opora.access.models import User
from opora.core.actor import Actor, Scope
from opora.core.clock import day_of
from opora.core.constraints import set_when, state_in
from opora.core.models import PublicModel
from opora.core.permissions import Permission
from opora.registry.models.organisations import LONGEST_PATH


class NoticeKind(models.TextChoices):
    """What a notice is about. The code is stored without a list of choices, so that a new kind needs no migration."""

    ASSIGNED = "assigned", "новые поручения"
    SOON = "soon", "срок приближается"
    DUE = "due", "срок сегодня"
    OVERDUE = "overdue", "срок истёк"
    DECISION = "decision", "ждёт вашего решения"
    RETURNED = "returned", "отчёт возвращён"
    ACCEPTED = "accepted", "отчёт принят"
    CANCELLED = "cancelled", "поручение отменено"
    CHANGED = "changed", "поручение изменено"
    POSTPONEMENT = "postponement", "перенос срока"
    MENTION = "mention", "вас упомянули"
    LETTER = "letter", "письмо организации"
    VISA = "visa", "документ на согласовании"
    ENTRUSTED = "entrusted", "вам поручены школы"
    LISTED = "listed", "список школ и возражения"
    DEVELOPMENT = "development", "диагностика и события"
    MEETING = "meeting", "заседания"
    RESERVE = "reserve", "управленческий резерв"
    VISIT = "visit", "визиты в школы"
    TROUBLE = "trouble", "неполадка"  # for administrators


class Channel(models.TextChoices):
    """How far a notice goes; each step includes those before it."""

    NONE = "none", "не сообщать"
    PAGE = "page", "в системе"
    DIGEST = "digest", "в системе и в сводке"
    MAIL = "mail", "в системе и сразу письмом"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible(self, user: Actor) -> NoticeQuerySet:
        """One's own, as far as the right that each needs is still held."""
        return self.filter(user=user).allowed(user) if isinstance(user, User) else self.none()

    def allowed(self, user: Actor) -> NoticeQuerySet:
        """Those whose right the person holds today; permissions of one reach make one condition."""
        reaches: dict[Scope, list[str]] = {}
        for permission in Permission:
            reaches.setdefault(user.scope(permission), []).append(permission.value)
        condition = Q(needs_permission="")
        for scope, permissions in reaches.items():
            if scope:
                condition |= Q(needs_permission__in=permissions) & scope.q("needs_path")
        return self.filter(condition)

    def unread(self) -> NoticeQuerySet:
        return self.filter(read_at__isnull=True)


class Notice(PublicModel):
    """One thing told to one person, once for each key."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices", db_index=False, verbose_name="кому"
    )
    kind = models.CharField("о чём", max_length=20)  # NoticeKind
    text = models.TextField("текст")
    url = models.CharField("куда ведёт", max_length=2000)
    object_id = models.CharField(max_length=26)
    key = models.CharField(max_length=200)
    needs_permission = models.CharField(max_length=40, blank=True)
    needs_path = models.CharField(max_length=LONGEST_PATH, blank=True)
    read_at = models.DateTimeField("прочитано", null=True, blank=True)
    mail_at = models.DateTimeField(null=True, blank=True)  # from when a mail should carry it; empty: none, or one does
    mail = models.CharField(max_length=26, blank=True)  # public id of the mail that carries it

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = "уведомление"
        verbose_name_plural = "уведомления"
        indexes = [
            models.Index(fields=["user", "-id"], name="notice_user"),
            models.Index(fields=["user"], condition=Q(read_at__isnull=True), name="notice_unread"),
            models.Index(fields=["mail_at", "user"], condition=Q(mail_at__isnull=False), name="notice_mail_at"),
            models.Index(fields=["mail"], condition=~Q(mail=""), name="notice_mail"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="notice_once"),
            models.CheckConstraint(condition=Q(mail_at__isnull=True) | Q(mail=""), name="notice_mailed_once"),
            models.CheckConstraint(condition=Q(url__startswith="/"), name="notice_leads_inside"),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def kind_label(self) -> str:
        return str(NoticeKind(self.kind).label) if self.kind in NoticeKind.values else self.kind

    @property
    def closed(self) -> bool:
        """Whether it tells what only those may know who see the lists: no mail carries its words."""
        return self.needs_permission == Permission.LISTS_VIEW


class Choice(models.Model):
    """How one person wants to be told; without a row, and for kinds not named, the defaults of the role hold."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_choice")
    channels = models.JSONField(default=dict)  # NoticeKind -> Channel
    days_before = models.PositiveSmallIntegerField("за сколько дней напоминать")
    digest_hour = models.PositiveSmallIntegerField("час сводки")  # in the region's time
    working_days = models.BooleanField("только в рабочие дни", default=True)

    class Meta:
        verbose_name = "настройка уведомлений"
        verbose_name_plural = "настройки уведомлений"
        constraints = [models.CheckConstraint(condition=Q(digest_hour__lte=23), name="choice_hour")]

    def __str__(self) -> str:
        return f"{self.digest_hour}:00"


class MailState(models.TextChoices):
    QUEUED = "queued", "ждёт отправки"
    SENDING = "sending", "отправляется"
    SENT = "sent", "отправлено"
    FAILED = "failed", "не доставлено"
    DROPPED = "dropped", "не понадобилось"  # all of it was read meanwhile, or may not be known any more


class MailQuerySet(models.QuerySet["Mail"]):
    def visible(self, user: Actor) -> MailQuerySet:
        """Those to the accounts that the person manages: whether they went out, never what they say."""
        return self.filter(user__in=User.objects.visible(user))


class Mail(PublicModel):
    """One mail to one person. Its words are put together when it is sent, from the notices that name it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name="кому")
    state = models.CharField("состояние", max_length=10, choices=MailState, default=MailState.QUEUED)
    attempts = models.PositiveSmallIntegerField("попыток", default=0)
    next_at = models.DateTimeField("следующая попытка", null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)  # until then nobody else sends it
    finished_at = models.DateTimeField("закончено", null=True, blank=True)
    error = models.CharField("что случилось", max_length=500, blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = "письмо"
        verbose_name_plural = "письма"
        indexes = [
            models.Index(F("next_at"), condition=Q(state="queued"), name="mail_queued"),
            models.Index(F("lease_until"), condition=Q(state="sending"), name="mail_sending"),
            models.Index(F("finished_at"), condition=Q(finished_at__isnull=False), name="mail_finished"),
        ]
        constraints = [
            state_in(MailState.values, name="mail_state"),
            set_when("next_at", [MailState.QUEUED], name="mail_queued_when"),
            set_when("lease_until", [MailState.SENDING], name="mail_sending_lease"),
            set_when("finished_at", [MailState.SENT, MailState.FAILED, MailState.DROPPED], name="mail_finished_when"),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()}"


class Feed(models.Model):
    """The secret address of a person's calendar; only its digest is kept."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feed")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "адрес календаря"
        verbose_name_plural = "адреса календарей"

    def __str__(self) -> str:
        return f"{day_of(self.created_at):%d.%m.%Y}"
