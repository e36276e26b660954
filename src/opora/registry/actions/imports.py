"""Uploaded files between their preview and the press that applies them."""

from __future__ import annotations

from django.db import transaction

from opora.core.actor import Actor, require
from opora.core.permissions import Permission
from opora.registry.models import Upload


@transaction.atomic
def keep_upload(*, by: Actor, name: str, content: bytes, digest: str) -> Upload:
    """Keep a file for a day; files of yesterday go."""
    require(by, Permission.REGISTRY_EDIT, to="загружать реестр организаций")
    forget_uploads()
    return Upload.objects.create(actor_id=by.actor_id, name=name[:200], content=content, digest=digest)


def forget_uploads() -> None:
    """The clock: files of yesterday go, whoever uploads the next."""
    Upload.objects.expired().delete()
