"""The words by which organisations and people are found: an index of beginnings, kept by the database itself."""

from __future__ import annotations

from typing import Any

from django.db import models

from opora.core.models import BytewiseField

LAST = "\U0010ffff"  # behind every other character
FEW = 2000  # things found that are named one by one, so that no list is walked in its order to find them


class WordQuerySet(models.QuerySet[Any]):
    def beginning(self, word: str) -> WordQuerySet:
        """The words that begin so: a range of the index on every database."""
        return self.filter(word__gte=word, word__lt=word + LAST)


class OrganisationWord(models.Model):
    """A word of `Organisation.search`."""

    organisation = models.ForeignKey(
        "registry.Organisation", on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    word = BytewiseField(max_length=200)

    objects = WordQuerySet.as_manager()

    class Meta:
        verbose_name = "слово организации"
        verbose_name_plural = "слова организаций"
        indexes = [models.Index(fields=["word", "organisation"], name="organisation_word")]
        constraints = [models.UniqueConstraint(fields=["organisation", "word"], name="organisation_word_once")]

    def __str__(self) -> str:
        return self.word


class PersonWord(models.Model):
    """A word of a person's name, as `Person.sort_name` has it."""

    person = models.ForeignKey(
        "registry.Person", on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    word = BytewiseField(max_length=200)

    objects = WordQuerySet.as_manager()

    class Meta:
        verbose_name = "слово имени"
        verbose_name_plural = "слова имён"
        indexes = [models.Index(fields=["word", "person"], name="person_word")]
        constraints = [models.UniqueConstraint(fields=["person", "word"], name="person_word_once")]

    def __str__(self) -> str:
        return self.word
