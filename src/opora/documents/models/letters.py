"""Outgoing letters made by the system, their templates, and their numbers: gapless for an organisation and a year."""

from __future__ import annotations

import secrets
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

FORMAT = "01-15/{number}"  # of the number, where the organisation has set none


class LetterKind(models.TextChoices):
    REMINDER = "reminder", "напоминание о сроках"
    SUMMARY = "summary", "сводка об исполнении"
    EXTRACT = "extract", "выписка из дорожной карты"
    PROTOCOL = "protocol", "протокол рабочей группы"


class LetterState(models.TextChoices):
    DRAFT = "draft", "проект"
    REGISTERED = "registered", "зарегистрировано"
    CANCELLED = "cancelled", "аннулировано"


LETTER_WORKFLOW = Workflow(
    LetterState,
    [
        Transition("register", "Зарегистрировать", frozenset({LetterState.DRAFT}), LetterState.REGISTERED),
        Transition(
            "cancel",
            "Аннулировать",
            frozenset({LetterState.REGISTERED}),
            LetterState.CANCELLED,
            comment_required=True,
        ),
    ],
)


def template_name(template: LetterTemplate, name: str) -> str:
    return f"templates/{template.public_id}-{secrets.token_hex(8)}.docx"


class LetterTemplateQuerySet(models.QuerySet["LetterTemplate"]):
    def visible(self, user: Actor) -> LetterTemplateQuerySet:
        """Those of the organisations whose documents the person keeps."""
        return self.filter(user.scope(Permission.DOCUMENTS_EDIT).q("organisation__path"))


class LetterTemplate(PublicModel):
    """One version of an organisation's own template; without a current one the shipped template is used."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="letter_templates", verbose_name="организация"
    )
    kind = models.CharField("вид письма", max_length=12, choices=LetterKind)
    version = models.PositiveIntegerField("версия")
    current = models.BooleanField("действует", default=True)
    file = models.FileField("файл", upload_to=template_name, max_length=200)
    file_name = models.CharField("имя файла", max_length=300)
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="кто загрузил"
    )

    objects = LetterTemplateQuerySet.as_manager()

    class Meta:
        ordering = ["-version"]
        verbose_name = "шаблон письма"
        verbose_name_plural = "шаблоны писем"
        constraints = [
            state_in(LetterKind.values, name="letter_template_kind", field="kind"),
            models.UniqueConstraint(fields=["organisation", "kind", "version"], name="letter_template_version"),
            models.UniqueConstraint(
                fields=["organisation", "kind"], condition=Q(current=True), name="letter_template_one_current"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, версия {self.version}"


class LetterSettings(models.Model):
    """How an organisation numbers its letters."""

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, primary_key=True, related_name="+")
    number_format = models.CharField("вид номера", max_length=60, default=FORMAT)

    class Meta:
        verbose_name = "настройка писем"
        verbose_name_plural = "настройки писем"

    def __str__(self) -> str:
        return self.number_format


class LetterSeries(models.Model):
    """The last number given: one row, locked while a number is given, for an organisation, a year and a book.

    Letters that tell of listed schools have a book of their own, as paper ones have: a gap in the numbers of the other
    book would tell those who may not see such letters that one was written.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    restricted = models.BooleanField(default=False)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "книга исходящих"
        verbose_name_plural = "книги исходящих"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "year", "restricted"], name="letter_series_unique")
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


def letter_name(letter: Letter, name: str) -> str:
    return f"letters/{letter.public_id}-{secrets.token_hex(8)}.docx"


class LetterQuerySet(models.QuerySet["Letter"]):
    def visible(self, user: Actor) -> LetterQuerySet:
        """Those of the organisations whose documents the person keeps, and those sent to his own.

        What tells of listed schools: with the right to the lists alone, over the sender or over the addressee.
        """
        known = knowledge(user)
        keeps = user.scope(Permission.DOCUMENTS_EDIT).q("organisation__path")
        keeps &= known.open_or("confidential", at="organisation__path")
        got = user.scope(Permission.DOCUMENTS_VIEW).q("addressee__path") & Q(sent_at__isnull=False)
        got &= known.open_or("confidential", at="addressee__path")
        return self.filter(keeps | got)

    def kept_by(self, user: Actor) -> LetterQuerySet:
        """The visible ones that the person may change."""
        return self.visible(user).filter(user.scope(Permission.DOCUMENTS_EDIT).q("organisation__path"))

    def matching(self, text: str) -> LetterQuerySet:
        found = self
        for word in words(text):
            found = found.filter(search__contains=f" {word}")
        return found


class Letter(PublicModel):
    """One outgoing letter. `content` is what its template is filled with (`documents.letters.fields`)."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="letters", verbose_name="от кого"
    )
    kind = models.CharField("вид", max_length=12, choices=LetterKind)
    state = models.CharField("состояние", max_length=12, choices=LetterState, default=LetterState.DRAFT)
    confidential = models.BooleanField("с ограниченным доступом", default=False)
    title = models.CharField("о чём", max_length=500)
    addressee = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="letters_received",
        verbose_name="кому",
    )
    content = models.JSONField(default=dict)
    number = models.PositiveIntegerField("порядковый номер", null=True, blank=True)
    number_text = models.CharField("номер", max_length=100, blank=True)
    year = models.PositiveSmallIntegerField("год", null=True, blank=True)
    date = models.DateField("дата", null=True, blank=True)
    signatory = models.CharField("кто подписывает", max_length=300, blank=True)
    template = models.ForeignKey(
        LetterTemplate, on_delete=models.PROTECT, null=True, blank=True, related_name="letters", verbose_name="шаблон"
    )
    file = models.FileField("файл", upload_to=letter_name, max_length=200, blank=True)
    batch = models.CharField(max_length=26, blank=True, db_index=True)  # of those made by one press
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="кто составил"
    )
    registered_at = models.DateTimeField("зарегистрировано", null=True, blank=True)
    registered_by = models.CharField("кто зарегистрировал", max_length=300, null=True, blank=True)
    sent_at = models.DateTimeField("отправлено", null=True, blank=True)
    reason = models.TextField("почему аннулировано", blank=True)
    document_id = models.CharField(max_length=26, blank=True)  # public id of the document it was entered as
    search = models.TextField(editable=False, blank=True, default="")
    sort_number = SortKeyField(source="number_text", max_length=120)

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = "исходящее письмо"
        verbose_name_plural = "исходящие письма"
        indexes = [models.Index(fields=["organisation", "state"], name="letter_organisation_state")]
        constraints = [
            state_in(LetterState.values, name="letter_state"),
            state_in(LetterKind.values, name="letter_kind", field="kind"),
            both_or_none("registered_at", "registered_by", name="letter_registered_pair"),
            set_when("number", [LetterState.REGISTERED, LetterState.CANCELLED], name="letter_number_given"),
            models.CheckConstraint(
                condition=~Q(state=LetterState.DRAFT) | Q(number__isnull=True), name="letter_draft_unnumbered"
            ),
            set_when("registered_at", [LetterState.REGISTERED, LetterState.CANCELLED], name="letter_registered_at"),
            set_when("date", [LetterState.REGISTERED, LetterState.CANCELLED], name="letter_dated"),
            text_when("reason", [LetterState.CANCELLED], name="letter_cancelled_says_why"),
            models.UniqueConstraint(
                fields=["organisation", "year", "confidential", "number"],
                condition=Q(number__isnull=False),
                name="letter_number_once",
            ),
            models.UniqueConstraint(
                fields=["batch", "addressee", "confidential"], condition=~Q(batch=""), name="letter_once_in_batch"
            ),
        ]

    def __str__(self) -> str:
        """«Письмо № 01-15/12 от 26.11.2026», or what a draft is about."""
        if self.number_text and self.date:
            name = "Протокол" if self.kind == LetterKind.PROTOCOL else "Письмо"
            return f"{name} № {self.number_text} от {self.date:%d.%m.%Y}"
        return f"Проект: {self.title}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        dated = f"{self.date:%d.%m.%Y}" if self.date else ""
        addressee = str(self.addressee) if self.addressee else ""
        said = " ".join((self.title, self.number_text, dated, addressee, self.get_kind_display(), self.signatory))
        self.search = "".join(f" {word}" for word in words(said))
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("documents:letter", args=[self.public_id])

    @property
    def sender(self) -> str:
        """«Департамент образования; А.С. Орлова, начальник»"""
        return "; ".join(filter(None, (str(self.organisation), self.signatory)))

    @property
    def is_draft(self) -> bool:
        return self.state == LetterState.DRAFT
