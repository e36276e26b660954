"""A draft on its way to signature: versions of its file, visas in stages, what the checker found in each version."""

from __future__ import annotations

import secrets
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from opora.core.actor import Actor
from opora.core.clock import today
from opora.core.constraints import both_or_none, set_when, state_in, text_when
from opora.core.models import PublicModel, SortKeyField
from opora.core.permissions import Permission
from opora.core.secrecy import knowledge
from opora.core.text import words
from opora.core.workflow import Transition, Workflow
from opora.documents.models.documents import DocumentKind
from opora.registry.models import Organisation


class DraftState(models.TextChoices):
    PREPARING = "preparing", "готовится"
    VISAS = "visas", "на согласовании"
    RETURNED = "returned", "возвращён с замечаниями"
    AGREED = "agreed", "согласован"
    SIGNED = "signed", "подписан"
    REGISTERED = "registered", "зарегистрирован"
    WITHDRAWN = "withdrawn", "отозван"


D = DraftState
_UNSIGNED = frozenset({D.PREPARING, D.VISAS, D.RETURNED, D.AGREED})
DRAFT_WORKFLOW = Workflow(
    DraftState,
    [
        Transition("start", "Отправить на согласование", frozenset({D.PREPARING}), D.VISAS),
        Transition("return", "Вернуть с замечаниями", frozenset({D.VISAS}), D.RETURNED),
        Transition("agree", "Согласован", frozenset({D.VISAS}), D.AGREED),
        Transition("renew", "Загрузить новую версию", frozenset({D.VISAS, D.RETURNED, D.AGREED}), D.VISAS),
        Transition("sign", "Подписан", frozenset({D.AGREED}), D.SIGNED),
        Transition("register", "Зарегистрировать", frozenset({D.SIGNED}), D.REGISTERED),
        Transition("withdraw", "Отозвать", _UNSIGNED, D.WITHDRAWN, comment_required=True),
    ],
)


class VisaState(models.TextChoices):
    WAITING = "waiting", "ждёт очереди"
    ASKED = "asked", "ждёт визы"
    AGREED = "agreed", "согласовано"
    REMARKS = "remarks", "согласовано с замечаниями"
    REFUSED = "refused", "отказано"
    REPLACED = "replaced", "передано другому"
    RENEWED = "renewed", "запрошено заново"  # a later version is asked for by another row


V = VisaState
DECIDED = (V.AGREED, V.REMARKS, V.REFUSED)
OPEN = (V.WAITING, V.ASKED)
IN_FORCE = (*DECIDED, *OPEN)
VISA_WORKFLOW = Workflow(
    VisaState,
    [
        Transition("ask", "Запросить визу", frozenset({V.WAITING}), V.ASKED),
        Transition("agree", "Согласовать", frozenset({V.ASKED}), V.AGREED),
        Transition("remarks", "Согласовать с замечаниями", frozenset({V.ASKED}), V.REMARKS, comment_required=True),
        Transition("refuse", "Отказать", frozenset({V.ASKED}), V.REFUSED, comment_required=True),
        Transition("replace", "Передать другому", frozenset(OPEN), V.REPLACED, comment_required=True),
        Transition("renew", "Запросить заново", frozenset(IN_FORCE), V.RENEWED),
    ],
)


def _folder(draft: Draft, name: str) -> str:
    return f"drafts/{draft.public_id}/{secrets.token_hex(16)}{PurePath(name).suffix.lower()[:8]}"


def version_name(version: DraftVersion, name: str) -> str:
    return _folder(version.draft, name)


def scan_name(draft: Draft, name: str) -> str:
    return _folder(draft, name)


class DraftQuerySet(models.QuerySet["Draft"]):
    def visible(self, user: Actor) -> DraftQuerySet:
        """Those of the organisations whose documents the person keeps, and those that were put before him.

        A confidential one needs the right to the lists of its organisation as well.
        """
        asked = Exists(Visa.objects.filter(draft=OuterRef("pk")).exclude(state=V.WAITING).before(user))
        mine = user.scope(Permission.DOCUMENTS_EDIT).q("organisation__path")
        open_to = knowledge(user).open_or("confidential", at="organisation__path")
        return self.filter(mine | asked).filter(open_to)

    def matching(self, text: str) -> DraftQuerySet:
        found = self
        for word in words(text):
            found = found.filter(search__contains=f" {word}")
        return found


class Draft(PublicModel):
    """A document before it is signed. Its newest version is the one with the highest number."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="drafts", verbose_name="организация"
    )
    kind = models.CharField("вид", max_length=20, choices=DocumentKind, default=DocumentKind.ORDER)
    title = models.CharField("название", max_length=500)
    state = models.CharField("состояние", max_length=12, choices=DraftState, default=DraftState.PREPARING)
    confidential = models.BooleanField("с ограниченным доступом", default=False)
    last_version = models.PositiveIntegerField("версия", default=1)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="кто готовит"
    )
    signed_by = models.CharField("кто подписал", max_length=300, null=True, blank=True)
    signed_on = models.DateField("когда подписан", null=True, blank=True)
    scan = models.FileField("скан подписанного", upload_to=scan_name, max_length=200, blank=True)
    scan_file_name = models.CharField("имя файла", max_length=300, blank=True)
    number = models.CharField("номер", max_length=100, blank=True)
    date = models.DateField("дата", null=True, blank=True)
    reason = models.TextField("почему отозван", blank=True)
    document_id = models.CharField(max_length=26, blank=True)  # public id of the document it was entered as
    letter_id = models.CharField(max_length=26, blank=True)  # public id of the letter it was made of
    search = models.TextField(editable=False, blank=True, default="")
    sort_title = SortKeyField(source="title", db_index=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = "проект документа"
        verbose_name_plural = "проекты документов"
        indexes = [models.Index(fields=["organisation", "state"], name="draft_organisation_state")]
        constraints = [
            state_in(DraftState.values, name="draft_state"),
            state_in(DocumentKind.values, name="draft_kind", field="kind"),
            both_or_none("signed_by", "signed_on", name="draft_signed_pair"),
            set_when("signed_on", [D.SIGNED, D.REGISTERED], name="draft_signed_on"),
            set_when("date", [D.REGISTERED], name="draft_dated"),
            text_when("number", [D.REGISTERED], name="draft_numbered"),
            text_when("reason", [D.WITHDRAWN], name="draft_withdrawn_says_why"),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        said = f"{self.title} {self.get_kind_display()} {self.number}"
        self.search = "".join(f" {word}" for word in words(said))
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("documents:draft", args=[self.public_id])

    @property
    def is_open(self) -> bool:
        """Whether its words can still change."""
        return self.state in _UNSIGNED


class DraftVersionQuerySet(models.QuerySet["DraftVersion"]):
    def visible(self, user: Actor) -> DraftVersionQuerySet:
        """Those of the drafts that the person may see."""
        return self.filter(draft__in=Draft.objects.visible(user))


class DraftVersion(PublicModel):
    """One version of the file, with its text and what the checker found (`documents.checking`)."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField("версия")
    file = models.FileField("файл", upload_to=version_name, max_length=200)
    file_name = models.CharField("имя файла", max_length=300)
    sha256 = models.CharField(max_length=64)
    note = models.TextField("что изменено", blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="кто загрузил"
    )
    blocks = models.JSONField(default=list)  # the text, as `documents.source` has it
    findings = models.JSONField(default=list)  # [{code, severity, message, source, key}]
    checked_at = models.DateTimeField("проверена", null=True, blank=True)
    failure = models.TextField("почему не прочитана", blank=True)
    job_id = models.CharField(max_length=26, blank=True)  # public id of the check's job

    objects = DraftVersionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        verbose_name = "версия проекта"
        verbose_name_plural = "версии проектов"
        constraints = [models.UniqueConstraint(fields=["draft", "number"], name="draft_version_once")]

    def __str__(self) -> str:
        return f"версия {self.number}"

    @property
    def suffix(self) -> str:
        return PurePath(self.file_name).suffix.lower()


class VisaQuerySet(models.QuerySet["Visa"]):
    def visible(self, user: Actor) -> VisaQuerySet:
        """Those of the drafts that the person may see."""
        return self.filter(draft__in=Draft.objects.visible(user))

    def before(self, user: Actor) -> VisaQuerySet:
        """Those that the person was asked for: by name, or as one who approves documents in that organisation."""
        approves = [path for path in user.own.paths if user.may(Permission.DOCUMENTS_APPROVE, path)]
        anybody = Q(person__isnull=True, organisation__path__in=approves)
        return self.filter(Q(person__public_id=user.actor_id) | anybody)

    def waiting_for(self, user: Actor) -> VisaQuerySet:
        """What the person has to decide now."""
        return self.before(user).filter(state=V.ASKED, draft__state=D.VISAS)


class Visa(PublicModel):
    """One who is to agree: a person, or anybody who approves documents in an organisation. Stages go one by one."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="visas")
    version = models.PositiveIntegerField("версия")  # that it was asked for
    stage = models.PositiveSmallIntegerField("этап", default=1)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="организация"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="кто согласует",
    )
    position = models.CharField("должность", max_length=300, blank=True)
    due = models.DateField("срок", null=True, blank=True)
    state = models.CharField("виза", max_length=10, choices=VisaState, default=VisaState.WAITING)
    remark = models.TextField("замечания", blank=True)
    decided_at = models.DateTimeField("когда", null=True, blank=True)
    decided_by = models.CharField("кто", max_length=300, null=True, blank=True)
    decided_name = models.CharField("имя", max_length=300, blank=True)  # without role and place, for the sheet
    before = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects = VisaQuerySet.as_manager()

    class Meta:
        ordering = ["stage", "pk"]
        verbose_name = "виза"
        verbose_name_plural = "визы"
        indexes = [models.Index(fields=["person", "state"], name="visa_person_state")]
        constraints = [
            state_in(VisaState.values, name="visa_state"),
            both_or_none("decided_at", "decided_by", name="visa_decided_pair"),
            set_when("decided_at", DECIDED, name="visa_decided_at"),
            text_when("remark", [V.REMARKS, V.REFUSED, V.REPLACED], name="visa_says_why"),
        ]

    def __str__(self) -> str:
        return self.who

    @property
    def who(self) -> str:
        """The person, or the organisation anybody of which may decide."""
        return str(self.person) if self.person else self.organisation.short_name

    @property
    def is_overdue(self) -> bool:
        return self.state == V.ASKED and self.due is not None and self.due < today()


class MarkDecision(models.TextChoices):
    FIXED = "fixed", "исправлено"
    RIGHT = "right", "так и надо"


class FindingMark(models.Model):
    """What a person said of a finding; `key` is its code, place and words, so that it holds in later versions."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="marks")
    key = models.CharField(max_length=64)
    version = models.PositiveIntegerField("версия")
    decision = models.CharField("решение", max_length=6, choices=MarkDecision)
    comment = models.CharField("почему", max_length=1000, blank=True)
    by = models.CharField("кто", max_length=300)
    at = models.DateTimeField("когда", auto_now=True)

    class Meta:
        verbose_name = "отметка о замечании"
        verbose_name_plural = "отметки о замечаниях"
        constraints = [
            models.UniqueConstraint(fields=["draft", "key"], name="finding_mark_once"),
            state_in(MarkDecision.values, name="finding_mark_decision", field="decision"),
        ]

    def __str__(self) -> str:
        return self.get_decision_display()
