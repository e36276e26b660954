"""The base of every table: a sortable random public id in URLs, never a counter."""

from __future__ import annotations

from typing import Any

from django.db import models
from ulid import ULID

from opora.core.text import sort_key


def new_public_id() -> str:
    """26 characters of Crockford's base 32: time first, then 80 random bits."""
    return str(ULID()).lower()


class SortKeyField(models.CharField[str, str]):
    """A derived, stored sort key of another field (`core.text.sort_key`), compared byte by byte everywhere."""

    def __init__(self, *args: Any, source: str = "name", **kwargs: Any) -> None:
        self.source = source
        kwargs.setdefault("max_length", 200)
        kwargs.setdefault("editable", False)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "source": self.source}

    def db_parameters(self, connection: Any) -> Any:
        collation = "C" if connection.vendor == "postgresql" else None
        return {**super().db_parameters(connection), "collation": collation}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        key = sort_key(getattr(model_instance, self.source) or "", self.max_length or 200)
        setattr(model_instance, self.attname, key)
        return key


class PublicModel(models.Model):
    """A row that people can point at by URL."""

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id, editable=False)
    created_at = models.DateTimeField(auto_now_add=True, editable=False)

    class Meta:
        abstract = True
