"""Bodies: working groups and commissions. They execute through their chair's organisation."""

from __future__ import annotations

from django.db import models

from opora.core.actor import Actor
from opora.core.models import PublicModel, SortKeyField
from opora.core.permissions import Permission
from opora.registry.models.organisations import Organisation
from opora.registry.models.people import Person


class BodyKind(models.TextChoices):
    WORKING_GROUP = "working_group", "рабочая группа"
    COMMISSION = "commission", "комиссия"


class BodyRole(models.TextChoices):
    CHAIR = "chair", "руководитель"
    DEPUTY = "deputy", "заместитель руководителя"
    SECRETARY = "secretary", "секретарь"
    MEMBER = "member", "член"


class BodyQuerySet(models.QuerySet["Body"]):
    def visible(self, user: Actor) -> BodyQuerySet:
        return self.filter(user.scope(Permission.PEOPLE_VIEW).q("organisation__path"))


class Body(PublicModel):
    """A working group or commission that belongs to an organisation."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="bodies", verbose_name="создана при"
    )
    kind = models.CharField("вид", max_length=20, choices=BodyKind, default=BodyKind.WORKING_GROUP)
    name = models.CharField("название", max_length=500)
    document_id = models.CharField("документ", max_length=26, blank=True)  # public id of the order that set it up
    dissolved_on = models.DateField("распущена", null=True, blank=True)
    sort_name = SortKeyField(source="name", db_index=True)

    objects = BodyQuerySet.as_manager()

    class Meta:
        ordering = ["sort_name"]
        verbose_name = "рабочая группа"
        verbose_name_plural = "рабочие группы"

    def __str__(self) -> str:
        return self.name


class BodyMember(models.Model):
    """One member, as the order names him; `person` and `organisation` once they are known to the registry."""

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="members", verbose_name="рабочая группа")
    order = models.PositiveIntegerField("порядок", default=0)
    name = models.CharField("ФИО", max_length=300)
    position = models.TextField("должность", blank=True)
    role = models.CharField("роль", max_length=20, choices=BodyRole, default=BodyRole.MEMBER)
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = "член рабочей группы"
        verbose_name_plural = "члены рабочей группы"
        constraints = [models.CheckConstraint(condition=models.Q(role__in=BodyRole.values), name="body_member_role")]

    def __str__(self) -> str:
        return self.name
