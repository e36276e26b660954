"""Official documents, and the facts read from them. Whatever a person corrects is kept when a file is read again."""

from __future__ import annotations

import secrets
from functools import cached_property
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from opora.core.actor import Actor
from opora.core.constraints import both_or_none, set_when, state_in, text_when
from opora.core.models import PublicModel, SortKeyField
from opora.core.permissions import Permission
from opora.core.secrecy import knowledge
from opora.core.text import words
from opora.core.workflow import Transition, Workflow
from opora.registry.models import Organisation

SURE = 0.8  # the confidence below which a person should look


class DocumentKind(models.TextChoices):
    DIRECTIVE = "directive", "распоряжение"
    ORDER = "order", "приказ"
    PROTOCOL = "protocol", "протокол"
    DECISION = "decision", "решение"
    LETTER = "letter", "письмо"
    PLAN = "plan", "план"
    OTHER = "other", "документ"


class DocumentState(models.TextChoices):
    READING = "reading", "читается"
    UNREADABLE = "unreadable", "не прочитан"
    REVIEW = "review", "на проверке"
    APPROVED = "approved", "утверждён"
    WITHDRAWN = "withdrawn", "отозван"


_KEPT = frozenset({DocumentState.REVIEW, DocumentState.UNREADABLE})
WORKFLOW = Workflow(
    DocumentState,
    [
        Transition("finish", "Закончить чтение", frozenset({DocumentState.READING}), DocumentState.REVIEW),
        Transition("fail", "Не прочитан", frozenset({DocumentState.READING}), DocumentState.UNREADABLE),
        Transition("read", "Прочитать заново", _KEPT | {DocumentState.READING}, DocumentState.READING),
        Transition("approve", "Утвердить", frozenset({DocumentState.REVIEW}), DocumentState.APPROVED),
        Transition(
            "withdraw",
            "Отозвать",
            _KEPT | {DocumentState.READING, DocumentState.APPROVED},
            DocumentState.WITHDRAWN,
        ),
        Transition("restore", "Вернуть на проверку", frozenset({DocumentState.WITHDRAWN}), DocumentState.REVIEW),
        Transition("restore_unread", "Вернуть", frozenset({DocumentState.WITHDRAWN}), DocumentState.UNREADABLE),
    ],
)


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible(self, user: Actor) -> DocumentQuerySet:
        """Everything for those who edit there; approved ones of the scope and of the authorities above for readers.

        An approved confidential document needs the right to see lists at its organisation as well.
        """
        edits = user.scope(Permission.DOCUMENTS_EDIT).q("organisation__path")
        views = user.scope(Permission.DOCUMENTS_VIEW)
        if not views:
            return self.filter(edits)
        near = views.q("organisation__path") | user.own.above("organisation__path")
        open_to_all = knowledge(user).open_or("confidential", at="organisation__path")
        return self.filter(edits | (Q(state=DocumentState.APPROVED) & near & open_to_all))

    def editable(self, user: Actor) -> DocumentQuerySet:
        """Those that the person may correct."""
        return self.filter(user.scope(Permission.DOCUMENTS_EDIT).q("organisation__path"))

    def matching(self, text: str) -> DocumentQuerySet:
        """Those where every word of `text` begins a word of the heading."""
        found = self
        for word in words(text):
            found = found.filter(search__contains=f" {word}")
        return found


def stored_name(document: Document, name: str) -> str:
    """A random name in the document's folder: the name people gave stands in `file_name` alone."""
    return f"documents/{document.public_id}/{secrets.token_hex(16)}{PurePath(name).suffix.lower()[:8]}"


class Document(PublicModel):
    """One official document, registered for an organisation; its heading repeats the heading fact for lists."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="documents", verbose_name="организация"
    )
    kind = models.CharField("вид", max_length=20, choices=DocumentKind, default=DocumentKind.OTHER)
    number = models.CharField("номер", max_length=100, blank=True)
    date = models.DateField("дата", null=True, blank=True)
    issuer = models.CharField("кто издал", max_length=500, blank=True)
    title = models.TextField("название", blank=True)
    state = models.CharField("состояние", max_length=12, choices=DocumentState, default=DocumentState.READING)
    confidential = models.BooleanField("с ограниченным доступом", default=False)
    file = models.FileField("файл", upload_to=stored_name, max_length=200, blank=True)
    file_name = models.CharField("имя файла", max_length=300, blank=True)
    file_size = models.PositiveBigIntegerField("размер файла", default=0)  # bytes
    sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    version = models.PositiveIntegerField("чтение", default=0)  # how many times the file was given to be read
    failure = models.TextField("почему не прочитан", blank=True)
    job_id = models.CharField(max_length=26, blank=True)  # public id of the reading's job
    copied_from = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="copies", verbose_name="составлен по"
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="кто загрузил",
    )
    approved_at = models.DateTimeField("утверждён", null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="кто утвердил",
    )
    search = models.TextField(editable=False, blank=True, default="")  # folded words, a space before each
    sort_title = SortKeyField(source="title", db_index=True)
    sort_number = SortKeyField(source="number", max_length=120)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = "документ"
        verbose_name_plural = "документы"
        indexes = [
            models.Index(fields=["organisation", "state"], name="document_organisation_state"),
            models.Index(fields=["date"], name="document_date"),
        ]
        constraints = [
            state_in(DocumentState.values, name="document_state"),
            state_in(DocumentKind.values, name="document_kind", field="kind"),
            both_or_none("approved_at", "approved_by", name="document_approved_pair"),
            set_when("approved_at", [DocumentState.APPROVED], name="document_approved_at"),
            models.CheckConstraint(
                condition=Q(state=DocumentState.APPROVED) | Q(approved_at__isnull=True), name="document_not_approved"
            ),
            text_when("failure", [DocumentState.UNREADABLE], name="document_failure"),
        ]

    @cached_property
    def fact_kinds(self) -> frozenset[str]:
        """What its reading says, by kind: for the tabs of the floors above, which ask each for theirs."""
        return frozenset(self.facts.kept().order_by().values_list("kind", flat=True).distinct())

    def __str__(self) -> str:
        """«Распоряжение от 27.08.2026 № 412-р», or the name of the file that is not read yet."""
        number = f" № {self.number}" if self.number else ""
        dated = f" от {self.date:%d.%m.%Y}" if self.date else ""
        if not number and not dated:
            return self.title[:120] or self.file_name or "Документ без названия"
        return f"{self.get_kind_display().capitalize()}{dated}{number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.search = self.search_text()
        super().save(*args, **kwargs)

    def search_text(self) -> str:
        dated = f"{self.date:%d.%m.%Y}" if self.date else ""
        texts = (self.title, self.number, self.issuer, self.get_kind_display(), dated, self.file_name)
        return "".join(f" {word}" for word in words(" ".join(texts)))

    def get_absolute_url(self) -> str:
        return reverse("documents:document", args=[self.public_id])

    @property
    def suffix(self) -> str:
        """«.docx»; empty where there is no file."""
        return PurePath(self.file_name).suffix.lower()

    @property
    def is_open(self) -> bool:
        """Whether its reading can be corrected."""
        return self.state in (DocumentState.REVIEW, DocumentState.UNREADABLE)


class SourceText(models.Model):
    """The paragraphs and tables of the file as they were read (`documents.source`), to be shown beside the reading."""

    document = models.OneToOneField(Document, on_delete=models.CASCADE, primary_key=True, related_name="source_text")
    blocks = models.JSONField(default=list)
    pages = models.PositiveIntegerField(default=0)  # of a PDF

    class Meta:
        verbose_name = "текст документа"
        verbose_name_plural = "тексты документов"

    def __str__(self) -> str:
        return str(self.document)


class FactKind(models.TextChoices):
    HEADING = "heading", "реквизиты"
    CLAUSE = "clause", "пункт"
    ROADMAP = "roadmap", "дорожная карта"
    SECTION = "section", "раздел"
    ACTIVITY = "activity", "мероприятие"
    ITEM = "item", "подпункт"
    GROUP = "group", "рабочая группа"
    MEMBER = "member", "член рабочей группы"
    PARTNERSHIP = "partnership", "пара школ"
    FORM = "form", "форма"
    APPROVAL = "approval", "согласование"
    REFERENCE = "reference", "ссылка на документ"
    CHANGE = "change", "изменение"
    ABBREVIATION = "abbreviation", "сокращение"
    FINDING = "finding", "замечание"


PARENTS = {
    FactKind.SECTION: FactKind.ROADMAP,
    FactKind.ACTIVITY: FactKind.SECTION,
    FactKind.ITEM: FactKind.ACTIVITY,
    FactKind.MEMBER: FactKind.GROUP,
}


class FactQuerySet(models.QuerySet["Fact"]):
    def visible(self, user: Actor) -> FactQuerySet:
        """Those of the documents that the person may see."""
        return self.filter(document__in=Document.objects.visible(user))

    def kept(self) -> FactQuerySet:
        """Those that nobody has removed."""
        return self.filter(removed=False)


class Fact(PublicModel):
    """One thing a document says: as it was read (`original`) and as it stands now (`data`).

    `data` has the field names of the dataclass in `decrees.model`, without its source, confidence and children. The
    heading is one fact, whose `source` maps field names to sources. `corrected` names the fields that a person has
    changed or confirmed (`PLACE`: the order, `CHECKED`: all as read); a later reading leaves them as they are.
    """

    PLACE = "place"
    CHECKED = "checked"

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="facts", verbose_name="документ")
    kind = models.CharField("вид", max_length=14, choices=FactKind)
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="children")
    order = models.PositiveIntegerField("порядок", default=0)
    data = models.JSONField(default=dict)
    original = models.JSONField(null=True, blank=True)  # null: added by hand
    corrected = models.JSONField(default=list)
    removed = models.BooleanField("убран", default=False)
    confidence = models.FloatField("уверенность", default=1.0)
    source = models.JSONField(default=dict)
    version = models.PositiveIntegerField("чтение", default=0)  # the last reading that saw it
    edition = models.PositiveIntegerField(default=1)  # counts changes: two people do not overwrite each other

    objects = FactQuerySet.as_manager()

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = "факт документа"
        verbose_name_plural = "факты документов"
        indexes = [models.Index(fields=["document", "kind", "order"], name="fact_document_kind_order")]
        constraints = [
            state_in(FactKind.values, name="fact_kind", field="kind"),
            models.UniqueConstraint(fields=["document"], condition=Q(kind=FactKind.HEADING), name="fact_one_heading"),
            models.CheckConstraint(condition=Q(confidence__gte=0, confidence__lte=1), name="fact_confidence"),
        ]

    def __str__(self) -> str:
        number = f" {self.data.get('number')}" if self.data.get("number") else ""
        return f"{self.get_kind_display()}{number}"

    @property
    def words(self) -> str:
        """What it says, in short."""
        names = ("said", "text", "title", "name", "mentor", "short", "message", "number")
        return next((str(self.data[name]) for name in names if self.data.get(name)), "")

    @property
    def by_hand(self) -> bool:
        return self.original is None

    @property
    def touched(self) -> bool:
        """Whether a person had a hand in it."""
        return self.by_hand or self.removed or bool(self.corrected)

    @property
    def checked(self) -> bool:
        """Whether a person has looked and found it right."""
        return self.CHECKED in self.corrected and len(self.corrected) == 1

    @property
    def doubtful(self) -> bool:
        """Whether the reader was unsure and nobody has looked since."""
        return self.confidence < SURE and not self.corrected and not self.by_hand
