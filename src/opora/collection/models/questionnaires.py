"""Questionnaires without names: one link of each organisation asked; an answer keeps neither who nor when exactly."""

from __future__ import annotations

import secrets

from django.db import models
from django.urls import reverse

from opora.collection.models.campaigns import Campaign, CampaignState, Way
from opora.collection.models.forms import Form
from opora.core.actor import Actor
from opora.core.clock import today
from opora.core.constraints import both_or_none
from opora.core.models import PublicModel
from opora.core.permissions import Permission
from opora.core.secrecy import knowledge
from opora.registry.models import Organisation


def new_link() -> str:
    return secrets.token_urlsafe(16)


class QuestionnaireQuerySet(models.QuerySet["Questionnaire"]):
    def open(self) -> QuestionnaireQuerySet:
        """Those that take answers today, as `Questionnaire.is_open` says."""
        return self.filter(closed_at=None, campaign__state=CampaignState.SENT, campaign__due__gte=today())

    def visible(self, user: Actor) -> QuestionnaireQuerySet:
        """Of organisations in the scope; what tells that a school is on a list, with the right to the lists alone."""
        scope = user.scope(Permission.ASSIGNMENTS_VIEW)
        known = knowledge(user).open_or("campaign__confidential", at="organisation__path")
        return self.filter(scope.q("organisation__path") & known)


class Questionnaire(PublicModel):
    """The questions of a campaign as they are put to the people of one organisation."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="questionnaires", verbose_name="сбор")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="организация"
    )
    link = models.CharField("ссылка", max_length=40, unique=True, default=new_link)  # who has it may answer
    codes_made = models.PositiveIntegerField("напечатано кодов", default=0, db_default=0)  # ever
    closed_at = models.DateTimeField("закрыта", null=True, blank=True)  # by the school, before the day of the campaign
    closed_by = models.CharField("кто закрыл", max_length=300, null=True, blank=True)

    objects = QuestionnaireQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = "анкета"
        verbose_name_plural = "анкеты"
        constraints = [
            models.UniqueConstraint(fields=["campaign", "organisation"], name="questionnaire_of_organisation"),
            both_or_none("closed_at", "closed_by", name="questionnaire_closed_pair"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign}, {self.organisation}"

    def get_absolute_url(self) -> str:
        return reverse("collection:questionnaire", args=[self.public_id])

    @property
    def is_open(self) -> bool:
        return not self.closed_at and self.campaign.state == CampaignState.SENT and today() <= self.campaign.due

    @property
    def is_own(self) -> bool:
        """Whether the organisation itself asks its people."""
        return self.campaign.territory_id == self.organisation_id

    @property
    def by_codes(self) -> bool:
        return self.campaign.way == Way.CODES

    @property
    def form(self) -> Form:
        """The title of the form is all that those who answer read of a campaign: its own may tell of a list."""
        return self.campaign.version.form


class Response(models.Model):
    """One person's answers. No public id: it would tell the moment."""

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.CASCADE, related_name="responses")
    answers = models.JSONField("ответы", default=dict)  # {key: stored}, see `collection.values`
    day = models.DateField("день")
    sheet = models.CharField("лист", max_length=64)  # digest of the page it was sent from: the same page counts once

    class Meta:
        ordering = ["pk"]
        verbose_name = "ответ на анкету"
        verbose_name_plural = "ответы на анкету"
        constraints = [models.UniqueConstraint(fields=["questionnaire", "sheet"], name="response_once")]

    def __str__(self) -> str:
        return str(self.questionnaire)


class AnswerCode(models.Model):
    """The right to answer once, in the hands of whoever has the slip; the code itself is kept nowhere.

    No way leads from an answer back to the code it came with, even for a reader of the database. `digest` needs the key
    of the site, so that codes cannot be tried out on a copy. A used code is deleted, as a mark on it would tell by its
    place in the table, or by the number of the transaction that set it, which answer came with it. And rows are stored
    in the order of their digests, which is neither that of the slips nor that of the answers.
    """

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.CASCADE, related_name="codes")
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["digest"]
        verbose_name = "код анкеты"
        verbose_name_plural = "коды анкет"
        constraints = [models.UniqueConstraint(fields=["questionnaire", "digest"], name="answercode_once")]

    def __str__(self) -> str:
        return str(self.questionnaire)
