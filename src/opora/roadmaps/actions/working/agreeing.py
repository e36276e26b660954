"""The last step says its word: agreed."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from opora.core.actor import Actor
from opora.core.permissions import Permission
from opora.roadmaps.actions.working.deciding import accept
from opora.roadmaps.actions.working.reporting import Attachment, submit
from opora.roadmaps.models import Assignment


@transaction.atomic
def agree(
    later: Assignment,
    *,
    by: Actor,
    text: str,
    figures: Sequence[tuple[str, str]] = (),
    attachments: Sequence[Attachment] = (),
    version: int | None = None,
) -> None:
    """The last word of a step: handed in, and accepted at once where the one who agrees is the one who accepts."""
    submit(later, by=by, text=text, figures=figures, attachments=attachments, version=version)
    if later.executor_id == later.controller_id and by.may(Permission.ASSIGNMENTS_DECIDE, later.controller.path):
        accept(later, by=by)
