"""Forms: a form, and its versions; a published version never changes, so that those who fill it in answer one thing."""

from __future__ import annotations

from functools import cached_property

from django.db import models
from django.db.models import Q
from django.urls import reverse

from opora.collection.definition import Definition, read
from opora.core.actor import Actor
from opora.core.constraints import both_or_none, state_in
from opora.core.models import PublicModel, SortKeyField
from opora.core.permissions import Permission
from opora.core.workflow import Transition, Workflow
from opora.registry.models import Organisation


class FormKind(models.TextChoices):
    PASSPORT = "passport", "паспорт школы"
    SELF_ANALYSIS = "self_analysis", "самоанализ"
    QUESTIONNAIRE = "questionnaire", "анкета"
    FREE = "free", "форма сбора"


class FormState(models.TextChoices):
    DRAFT = "draft", "черновик"
    PUBLISHED = "published", "опубликована"
    ARCHIVED = "archived", "в архиве"


FORM_WORKFLOW = Workflow(
    FormState,
    [
        Transition("publish", "Опубликовать", frozenset({FormState.DRAFT, FormState.PUBLISHED}), FormState.PUBLISHED),
        Transition("archive", "Убрать в архив", frozenset({FormState.DRAFT, FormState.PUBLISHED}), FormState.ARCHIVED),
        Transition("restore", "Вернуть из архива", frozenset({FormState.ARCHIVED}), FormState.DRAFT),
        Transition("restore_published", "Вернуть из архива", frozenset({FormState.ARCHIVED}), FormState.PUBLISHED),
    ],
)


class FormQuerySet(models.QuerySet["Form"]):
    def visible(self, user: Actor) -> FormQuerySet:
        """Those of the territories for which the person makes forms."""
        return self.filter(user.scope(Permission.FORMS_EDIT).q("territory__path"))


class Form(PublicModel):
    territory = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="территория")
    title = models.CharField("название", max_length=300)
    kind = models.CharField("вид", max_length=20, choices=FormKind, default=FormKind.FREE)
    state = models.CharField("состояние", max_length=10, choices=FormState, default=FormState.DRAFT)
    ready = models.CharField("готовая форма", max_length=20, blank=True)  # a code of `collection.ready` it was made of
    document_id = models.CharField("документ", max_length=26, blank=True)  # public id of the one that names the form
    clause = models.CharField("пункт документа", max_length=40, blank=True, default="", db_default="")  # that names it
    made_by = models.CharField("кто составил", max_length=300)  # as the journal names him
    sort_title = SortKeyField(source="title")

    objects = FormQuerySet.as_manager()

    class Meta:
        ordering = ["sort_title", "pk"]
        verbose_name = "форма"
        verbose_name_plural = "формы"
        constraints = [
            state_in(FormState.values, name="form_state"),
            models.CheckConstraint(condition=Q(kind__in=FormKind.values), name="form_kind"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("collection:form", args=[self.public_id])


class FormVersionQuerySet(models.QuerySet["FormVersion"]):
    def visible(self, user: Actor) -> FormVersionQuerySet:
        return self.filter(form__in=Form.objects.visible(user))

    def published(self) -> FormVersionQuerySet:
        return self.filter(published_at__isnull=False)


class FormVersion(PublicModel):
    """One version. The newest alone may be unpublished; `revision` counts its changes for those who edit at once."""

    form = models.ForeignKey(Form, on_delete=models.CASCADE, related_name="versions", verbose_name="форма")
    number = models.PositiveIntegerField("версия")
    definition = models.JSONField("описание", default=dict)  # `collection.definition.to_json`
    revision = models.PositiveIntegerField("правка", default=0)
    published_at = models.DateTimeField("опубликована", null=True, blank=True)
    published_by = models.CharField("кто опубликовал", max_length=300, null=True, blank=True)

    objects = FormVersionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        verbose_name = "версия формы"
        verbose_name_plural = "версии форм"
        constraints = [
            models.UniqueConstraint(fields=["form", "number"], name="form_version_number"),
            models.UniqueConstraint(
                fields=["form"], condition=Q(published_at__isnull=True), name="form_version_one_draft"
            ),
            both_or_none("published_at", "published_by", name="form_version_published"),
        ]

    def __str__(self) -> str:
        return f"{self.form}, версия {self.number}"

    @cached_property
    def content(self) -> Definition:
        return read(self.definition)
