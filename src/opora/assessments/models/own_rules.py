"""The region's own rules: each version of a YAML as it was uploaded; one version of a rule at most is in use."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse

from opora.core.actor import Actor
from opora.core.models import PublicModel
from opora.core.permissions import Permission
from opora.registry.models import Organisation


class OwnRuleQuerySet(models.QuerySet["OwnRule"]):
    def visible(self, user: Actor) -> OwnRuleQuerySet:
        """Those of the territories whose lists the person writes."""
        return self.filter(user.scope(Permission.LISTS_EDIT).q("territory__path"))

    def in_use(self) -> OwnRuleQuerySet:
        return self.filter(in_use=True)


class OwnRule(PublicModel):
    """One version of a declared rule; its text never changes, so that a run can be repeated by it."""

    territory = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="территория")
    rule_id = models.CharField("код", max_length=60)
    version = models.CharField("версия", max_length=40)
    title = models.CharField("название", max_length=300)
    source = models.TextField("источник")
    text = models.TextField("правило")  # the YAML
    in_use = models.BooleanField("действует", default=True)
    made_by = models.CharField("кто внёс", max_length=300)  # as the journal names him

    objects = OwnRuleQuerySet.as_manager()

    class Meta:
        ordering = ["rule_id", "-pk"]
        verbose_name = "правило региона"
        verbose_name_plural = "правила региона"
        constraints = [
            models.UniqueConstraint(fields=["territory", "rule_id", "version"], name="own_rule_version"),
            models.UniqueConstraint(
                fields=["territory", "rule_id"], condition=Q(in_use=True), name="own_rule_one_in_use"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, версия {self.version}"

    def get_absolute_url(self) -> str:
        return reverse("assessments:own_rule", args=[self.public_id])
