"""Comments on an assignment by those who see it, with mentions of those who see it too."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from opora.access.models import User
from opora.core.actor import Actor, Denied, require
from opora.core.permissions import Permission
from opora.core.text import fold
from opora.core.workflow import Refused
from opora.roadmaps.actions.working.common import write_down
from opora.roadmaps.models import Assignment, Comment
from opora.roadmaps.queries.people import onlookers
from opora.roadmaps.telling import control as telling

EDITED_WITHIN = dt.timedelta(minutes=15)
_SPACES = re.compile(r"\s+")


def handle(user: User) -> str:
    """What stands behind «@»: the short name, without spaces."""
    return _SPACES.sub("", user.get_short_name())


def mentioned_in(text: str, people: Iterable[User]) -> list[User]:
    """Those whose handle follows an «@»."""
    folded = fold(text)
    found = []
    for one in people:
        mark = re.escape("@" + fold(handle(one)))
        if re.search(mark + r"(?!\w)", folded):
            found.append(one)
    return found


@transaction.atomic
def comment(assignment: Assignment, *, by: Actor, text: str) -> Comment:
    """Say something to all who see the assignment; the mentioned and those who take part are told."""
    require(by, Permission.ASSIGNMENTS_VIEW, to="писать комментарии")
    if not assignment.seen_by(by):
        raise Denied("Комментарии пишут те, кому видно это поручение.")
    if not text.strip():
        raise Refused("Напишите комментарий.")
    people = onlookers(assignment)
    called = [one for one in mentioned_in(text, people) if one.actor_id != by.actor_id]
    said = Comment.objects.create(
        assignment=assignment,
        text=text.strip(),
        author=by.label,
        author_user_id=getattr(by, "pk", None),
        mentioned=[[one.public_id, handle(one)] for one in called],
    )
    write_down("commented", "написал(а) комментарий", assignment, by, comment=said.public_id)
    telling.commented(said, by, called, people)
    return said


def editable(said: Comment, by: Actor) -> bool:
    """Whether the person may still change it: his own, and fresh."""
    own = said.author_user_id is not None and said.author_user_id == getattr(by, "pk", None)
    return own and said.removed_at is None and said.created_at > timezone.now() - EDITED_WITHIN


@transaction.atomic
def edit(said: Comment, *, by: Actor, text: str) -> None:
    """Change one's own words while they are fresh."""
    require(by, Permission.ASSIGNMENTS_VIEW, to="писать комментарии")
    if not editable(said, by):
        raise Refused("Изменить можно только свой комментарий и только в первые 15 минут. Напишите новый.")
    if not text.strip():
        raise Refused("Напишите комментарий; чтобы убрать его, нажмите «Удалить».")
    people = onlookers(said.assignment)
    called = [one for one in mentioned_in(text, people) if one.actor_id != by.actor_id]
    old, known = said.text, {public_id for public_id, _ in said.mentioned}
    said.text, said.edited_at = text.strip(), timezone.now()
    said.mentioned = [[one.public_id, handle(one)] for one in called]
    said.save()
    write_down("comment_edited", "изменил(а) комментарий", said.assignment, by, comment=said.public_id, old=old)
    telling.commented(said, by, [one for one in called if one.public_id not in known], ())


@transaction.atomic
def remove(said: Comment, *, by: Actor) -> None:
    """Take one's own words out; that there were some stays to be seen."""
    require(by, Permission.ASSIGNMENTS_VIEW, to="писать комментарии")
    if said.author_user_id is None or said.author_user_id != getattr(by, "pk", None):
        raise Denied("Удалить можно только свой комментарий.")
    if said.removed_at:
        raise Refused("Комментарий уже удалён.")
    old = said.text
    said.text, said.removed_at, said.mentioned = "", timezone.now(), []
    said.save()
    write_down("comment_removed", "удалил(а) комментарий", said.assignment, by, comment=said.public_id, old=old)
