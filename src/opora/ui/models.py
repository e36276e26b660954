"""Forms already sent, so that a second press does nothing twice; filters of tables that people keep."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from opora.core.actor import Actor
from opora.core.models import PublicModel


class Submission(models.Model):
    """A form that was carried out, and where it led. Kept for a day; holds nothing of what was written."""

    token = models.CharField(max_length=40)
    actor_id = models.CharField(max_length=26)
    location = models.CharField(max_length=2000, blank=True)
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor_id", "token"], name="submission_once")]
        verbose_name = "отправленная форма"
        verbose_name_plural = "отправленные формы"

    def __str__(self) -> str:
        return self.token


class SavedFilterQuerySet(models.QuerySet["SavedFilter"]):
    def visible(self, user: Actor) -> SavedFilterQuerySet:
        """One's own."""
        return self.filter(actor_id=user.actor_id)


class SavedFilter(PublicModel):
    """A search, a choice of filters and an order of one table under a name; nobody else sees it."""

    actor_id = models.CharField(max_length=26)
    table = models.CharField("список", max_length=40)
    name = models.CharField("название", max_length=80)
    query = models.TextField("условия")  # of the address: «whose=mine&state=open»
    is_default = models.BooleanField("показывать сразу", default=False)

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["actor_id", "table", "name"], name="saved_filter_once"),
            models.UniqueConstraint(
                fields=["actor_id", "table"], condition=Q(is_default=True), name="saved_filter_one_default"
            ),
        ]
        verbose_name = "сохранённый отбор"
        verbose_name_plural = "сохранённые отборы"

    def __str__(self) -> str:
        return self.name
