"""People and the posts they hold."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef

from opora.core.actor import Actor
from opora.core.models import PublicModel, SortKeyField
from opora.core.permissions import Permission
from opora.core.subqueries import Listed
from opora.core.text import words
from opora.registry.models.organisations import Organisation
from opora.registry.models.words import FEW, OrganisationWord, PersonWord


class PersonQuerySet(models.QuerySet["Person"]):
    def visible(self, user: Actor) -> PersonQuerySet:
        """People whose posts lie in the person's scope."""
        posts = Post.objects.filter(user.scope(Permission.PEOPLE_VIEW).q("organisation__path"))
        return self.filter(pk__in=posts.values("person"))

    def matching(self, text: str) -> PersonQuerySet:
        """Those where every word of `text` begins a part of the name or a word of an organisation they work in."""
        found = Person.objects.order_by().bearing(text)
        keys = list(found.values_list("pk", flat=True)[: FEW + 1])
        return self.filter(Listed(keys)) if len(keys) <= FEW else self.filter(pk__in=found.values("pk"))

    def bearing(self, text: str) -> PersonQuerySet:
        """The same as one condition, for those who take some of them in no order.

        Those who bear the longest word, which few bear, are found by an index, and looked at for each of the others.
        """
        found = self
        for number, word in enumerate(sorted(words(text), key=len, reverse=True)):
            names, places = PersonWord.objects.beginning(word), OrganisationWord.objects.beginning(word)
            if number:
                there = Exists(places.filter(organisation=OuterRef("organisation")))
                there = Exists(Post.objects.filter(there, person=OuterRef("pk")))
                found = found.filter(Exists(names.filter(person=OuterRef("pk"))) | there)
            else:
                posts = Post.objects.filter(organisation__in=places.values("organisation")).order_by()
                found = found.filter(pk__in=names.values("person").union(posts.values("person")))
        return found


class Person(PublicModel):
    """A person of the region's schools and authorities; never a pupil."""

    last_name = models.CharField("фамилия", max_length=100)
    first_name = models.CharField("имя", max_length=100, blank=True)  # or the initial, as documents write it
    middle_name = models.CharField("отчество", max_length=100, blank=True)
    email = models.EmailField("электронная почта", blank=True)
    phone = models.CharField("телефон", max_length=60, blank=True)
    sort_name = SortKeyField(source="full_name", db_index=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        ordering = ["sort_name"]
        verbose_name = "человек"
        verbose_name_plural = "люди"

    def __str__(self) -> str:
        return self.full_name

    @property
    def posts_seen(self) -> list[Post]:
        """The posts that `queries.people` fetched for the one who asks."""
        found: list[Post] = getattr(self, "seen_posts", [])
        return found

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.last_name, self.first_name, self.middle_name) if part)

    @property
    def short_name(self) -> str:
        """«Иванова А. П.»"""
        initials = " ".join(f"{part[0]}." for part in (self.first_name, self.middle_name) if part)
        return f"{self.last_name} {initials}".strip()


class Post(models.Model):
    """A position held in an organisation."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="posts", verbose_name="человек")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="posts", verbose_name="организация"
    )
    title = models.CharField("должность", max_length=300)
    is_head = models.BooleanField("руководитель", default=False)

    class Meta:
        verbose_name = "должность"
        verbose_name_plural = "должности"
        constraints = [models.UniqueConstraint(fields=["person", "organisation", "title"], name="post_unique")]

    def __str__(self) -> str:
        return f"{self.title}, {self.organisation}"
