"""Whose copy it is: by its mark, else by its bytes."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from opora.access.models import User
from opora.core.actor import Actor
from opora.core.marks import shown
from opora.core.permissions import Permission
from opora.exports.models import Copy
from opora.exports.seals import read_page_mark
from opora.exports.tracing import marks_of

BY_MARK, BY_PAGE, BY_BYTES = "mark", "page", "bytes"
SHOWN = 100  # people who took the same original


@dataclass(frozen=True, slots=True)
class Trace:
    """What is known of a copy. `by` is one of `BY_…`; the name of a printed page is not known."""

    by: str
    who: str
    at: dt.datetime
    mark: str = ""
    file_name: str = ""
    address: str = ""
    entry: int | None = None

    @property
    def code(self) -> str:
        return shown(self.mark) if self.mark else ""


def trace_file(user: Actor, content: bytes) -> list[Trace]:
    """Who took the copy that the file is or was made of. Raises `tracing.Unreadable`."""
    marks = marks_of(content)
    found = trace_marks(user, marks)
    if found:
        return found
    same = Copy.objects.visible(user).filter(sha256=hashlib.sha256(content).hexdigest())
    return [_of_copy(copy, BY_BYTES) for copy in same[:SHOWN]]


def trace_marks(user: Actor, marks: Iterable[str]) -> list[Trace]:
    """The copies of the marks that the person may trace, in the order of the marks."""
    asked = list(dict.fromkeys(marks))
    copies = {copy.mark: copy for copy in Copy.objects.visible(user).filter(mark__in=asked)}
    taken = set(Copy.objects.filter(mark__in=asked).values_list("mark", flat=True))
    found = []
    for mark in asked:
        if mark in copies:
            found.append(_of_copy(copies[mark], BY_MARK))
        elif mark not in taken:
            found += _of_page(mark, user)
    return found


def _of_copy(copy: Copy, by: str) -> Trace:
    return Trace(
        by=by,
        who=copy.actor,
        at=copy.at,
        mark=copy.mark,
        file_name=copy.file_name,
        address=copy.address,
        entry=copy.entry,
    )


def _of_page(mark: str, user: Actor) -> list[Trace]:
    """Of a page printed by the browser: by whom and in which hour, where one may trace the person's copies."""
    read = read_page_mark(mark)
    if read is None or read[1] > timezone.now():
        return []
    account = User.objects.filter(pk=read[0]).first()
    if account is None:
        return []
    scope = user.scope(Permission.COPIES_TRACE)
    if not any(path in scope for path in account.memberships.values_list("organisation__path", flat=True)):
        return []
    return [Trace(by=BY_PAGE, who=account.label, at=read[1], mark=mark)]
