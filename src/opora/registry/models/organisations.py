"""Organisations in a tree: region authority -> municipal authority -> school; institutes and services beside them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models, transaction
from django.db.models import OuterRef, Subquery

from opora.core.actor import LEVEL, Actor, Scope, after
from opora.core.constraints import both_or_none
from opora.core.models import PublicModel, SortKeyField
from opora.core.permissions import Permission
from opora.core.subqueries import Listed
from opora.core.text import fold, words
from opora.registry.coordinates import Coordinates, in_words
from opora.registry.models.words import FEW, OrganisationWord

LONGEST_PATH = 10 * LEVEL


class OrganisationKind(models.TextChoices):
    REGION_AUTHORITY = "region_authority", "орган управления образованием региона"
    MUNICIPAL_AUTHORITY = "municipal_authority", "муниципальный орган управления образованием"
    SCHOOL = "school", "общеобразовательная организация"
    INSTITUTE = "institute", "институт развития образования"
    METHODICAL_SERVICE = "methodical_service", "муниципальная методическая служба"
    OTHER = "other", "другая организация"


class OrganisationState(models.TextChoices):
    ACTIVE = "active", "работает"
    CLOSED = "closed", "закрыта"


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def visible(self, user: Actor) -> OrganisationQuerySet:
        """The directory the person may read: names and addresses are public, so it reaches over the region."""
        return self.filter(user.scope(Permission.REGISTRY_VIEW).q("path"))

    def active(self) -> OrganisationQuerySet:
        return self.filter(state=OrganisationState.ACTIVE)

    def inside(self, organisation: Organisation) -> OrganisationQuerySet:
        """The organisation and everything below it."""
        return self.filter(path__gte=organisation.path, path__lt=after(organisation.path))

    def of_kind(self, *kinds: str) -> OrganisationQuerySet:
        return self.filter(kind__in=kinds)

    def reindex(self) -> None:
        """Work the words of these organisations out anew (three queries)."""
        rows = list(self.prefetch_related("aliases"))
        for row in rows:
            row.search = row.search_text(alias.name for alias in row.aliases.all())
        Organisation.objects.bulk_update(rows, ["search"], batch_size=500)

    def matching(self, text: str) -> OrganisationQuerySet:
        """Those where every word of `text` begins a word of the names, the code or the settlement."""
        found = Organisation.objects.order_by().bearing(text)
        keys = list(found.values_list("pk", flat=True)[: FEW + 1])
        return self.filter(Listed(keys)) if len(keys) <= FEW else self.filter(pk__in=found.values("pk"))

    def bearing(self, text: str) -> OrganisationQuerySet:
        """The same as one condition, for those who take some of them in no order.

        Those who bear the longest word, which few bear, are found by an index, and looked at for each of the others.
        """
        found = self
        for number, word in enumerate(sorted(words(text), key=len, reverse=True)):
            bearers = OrganisationWord.objects.beginning(word)
            if number:
                here = Subquery(bearers.filter(organisation=OuterRef("pk")).values("organisation")[:1])
                found = found.alias(**{f"word_{number}": here}).filter(**{f"word_{number}__isnull": False})
            else:
                found = found.filter(pk__in=bearers.values("organisation"))
        return found


class Organisation(PublicModel):
    """An organisation of the region. `path` is its place in the tree: eight digits for each level."""

    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name="подчинена"
    )
    kind = models.CharField("вид", max_length=30, choices=OrganisationKind)
    name = models.CharField("полное наименование", max_length=500)
    short_name = models.CharField("краткое наименование", max_length=200)
    code = models.CharField("код", max_length=40, blank=True)  # of the region's own register; unique where given
    settlement = models.CharField("населённый пункт", max_length=200, blank=True)
    address = models.CharField("адрес", max_length=500, blank=True)
    email = models.EmailField("электронная почта", blank=True)
    phone = models.CharField("телефон", max_length=60, blank=True)
    pupils = models.PositiveIntegerField("обучающихся", null=True, blank=True)
    latitude = models.FloatField("широта", null=True, blank=True)  # degrees, north
    longitude = models.FloatField("долгота", null=True, blank=True)  # degrees, east
    state = models.CharField("состояние", max_length=10, choices=OrganisationState, default=OrganisationState.ACTIVE)
    successor = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="predecessors", verbose_name="преемник"
    )
    closed_on = models.DateField("дата закрытия", null=True, blank=True)
    path = models.CharField(max_length=LONGEST_PATH, unique=True, editable=False)
    sort_name = SortKeyField(source="short_name", db_index=True)
    search = models.TextField(editable=False, blank=True, default="")  # see `search_text`; rows made in bulk set it

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["sort_name"]
        verbose_name = "организация"
        verbose_name_plural = "организации"
        indexes = [
            models.Index(fields=["parent", "sort_name"], name="organisation_below"),
            models.Index(fields=["kind", "sort_name"], name="organisation_kind_name"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["code"], condition=~models.Q(code=""), name="organisation_code_unique"),
            models.CheckConstraint(condition=models.Q(kind__in=OrganisationKind.values), name="organisation_kind"),
            models.CheckConstraint(
                condition=models.Q(state="active", closed_on__isnull=True)
                | models.Q(state="closed", closed_on__isnull=False),
                name="organisation_closed_on",
            ),
            both_or_none("latitude", "longitude", name="organisation_coordinates"),
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True)
                | models.Q(latitude__range=(-90.0, 90.0), longitude__range=(-180.0, 180.0)),
                name="organisation_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return self.short_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Give a new row its path (moving one is `registry.actions.move`), and every row its words."""
        self.search = self.search_text(self.aliases.values_list("name", flat=True) if self.pk else ())
        if self.path:
            super().save(*args, **kwargs)
            return
        with transaction.atomic():
            self.path = self.public_id  # unique until the key is known
            super().save(*args, **kwargs)
            self.path = (self.parent.path if self.parent else "") + f"{self.pk:0{LEVEL}d}"
            super().save(update_fields=["path"])

    def search_text(self, aliases: Iterable[str] = ()) -> str:
        """The folded words by which people look for it, a space before each, so that ` word` finds beginnings."""
        texts = (self.short_name, self.name, self.code, self.settlement, *aliases)
        return "".join(f" {word}" for word in words(" ".join(texts)))

    @property
    def root_path(self) -> str:
        """The path of the region."""
        return self.path[:LEVEL]

    @property
    def scope(self) -> Scope:
        return Scope((self.path,))

    @property
    def coordinates(self) -> Coordinates | None:
        """Where they are known."""
        if self.latitude is None or self.longitude is None:
            return None
        return self.latitude, self.longitude

    @property
    def whereabouts(self) -> str:
        """«52,7214° северной широты, 41,4523° восточной долготы»; nothing where it is not known."""
        return in_words(*self.coordinates) if self.coordinates else ""

    @property
    def ancestor_paths(self) -> list[str]:
        """The paths of the organisations above, the region first."""
        return [self.path[:end] for end in range(LEVEL, len(self.path), LEVEL)]


class AliasTarget(models.TextChoices):
    ORGANISATION = "organisation", "организация"
    BODY = "body", "рабочая группа"
    GROUP = "group", "группа организаций"


class Alias(models.Model):
    """Another name by which documents of a territory call an organisation, a body or a group of organisations."""

    territory = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", verbose_name="территория")
    name = models.CharField("название в документе", max_length=500)
    folded = models.CharField(max_length=500, editable=False)
    target = models.CharField(max_length=20, choices=AliasTarget, default=AliasTarget.ORGANISATION)
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="aliases",
        verbose_name="организация",
    )
    body = models.ForeignKey("registry.Body", on_delete=models.CASCADE, null=True, blank=True, related_name="aliases")
    group = models.CharField("группа", max_length=40, blank=True)  # a code of `roadmaps.groups`

    class Meta:
        verbose_name = "другое название"
        verbose_name_plural = "другие названия"
        constraints = [
            models.UniqueConstraint(fields=["territory", "folded"], name="alias_unique"),
            models.CheckConstraint(
                condition=models.Q(target="organisation", organisation__isnull=False, body__isnull=True, group="")
                | models.Q(target="body", organisation__isnull=True, body__isnull=False, group="")
                | (models.Q(target="group", organisation__isnull=True, body__isnull=True) & ~models.Q(group="")),
                name="alias_one_target",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.folded = fold(self.name)
        super().save(*args, **kwargs)
        if self.organisation:
            Organisation.objects.filter(pk=self.organisation.pk).reindex()
