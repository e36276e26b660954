"""What is typed into the forms of an assignment is kept as it is typed, for the person alone."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from opora.access.models import User
from opora.core.actor import Actor, Denied
from opora.roadmaps.models import Assignment, Typed


@transaction.atomic
def keep_typed(assignment: Assignment, *, by: Actor, form: str, text: str) -> Typed | None:
    """Keep it, or forget it where the field was emptied."""
    if not isinstance(by, User) or not assignment.seen_by(by):
        raise Denied("Это поручение вам не видно.")
    if not text.strip():
        forget_typed(assignment, by=by, form=form)
        return None
    now = {"text": text, "saved_at": timezone.now()}
    found, _ = Typed.objects.update_or_create(assignment=assignment, user=by, form=form, defaults=now)
    return found


def forget_typed(assignment: Assignment, *, by: Actor, form: str) -> None:
    """It has been sent."""
    Typed.objects.filter(assignment=assignment, user__public_id=by.actor_id, form=form).delete()
