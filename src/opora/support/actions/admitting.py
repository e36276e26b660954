"""A group works on listed schools: the region entrusts them, by name and for days, to those whom it invites."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.urls import reverse

from opora.access.models import User
from opora.core.actor import Actor
from opora.core.permissions import Permission
from opora.core.text import plural
from opora.core.workflow import Refused
from opora.lists import actions as lists
from opora.lists.models import Entrustment
from opora.notices.actions.notifying import notify
from opora.notices.models import NoticeKind
from opora.registry.models import Organisation
from opora.support.actions.meetings import locked, note
from opora.support.models.meetings import Meeting, MeetingState
from opora.ui import words

LONGEST = 366  # days after the meeting


@transaction.atomic
def admit(
    meeting: Meeting, *, by: Actor, people: Sequence[User], schools: Sequence[Organisation], until: dt.date
) -> list[Entrustment]:
    """These people see the meeting, and of these schools that they are listed, until the day; nobody else learns it."""
    meeting = locked(meeting, by)
    if not meeting.confidential:
        raise Refused("На этом заседании не говорят о школах списка: его и так видят все приглашённые.")
    if meeting.state == MeetingState.CANCELLED:
        raise Refused("Заседание отменено: открывать школы не для чего.")
    if not meeting.day <= until <= meeting.day + dt.timedelta(days=LONGEST):
        raise Refused("Последний день — не раньше дня заседания и не позже чем через год после него.")
    if not people or not schools:
        raise Refused("Выберите хотя бы одного участника и одну школу.")
    invited = set(meeting.people.exclude(user=None).values_list("user", flat=True))
    if any(one.pk not in invited for one in people):
        raise Refused("Открыть школы можно только тем, кого приглашают на заседание.")
    if any(not one.path.startswith(meeting.body.organisation.path) for one in schools):
        raise Refused("Открыть можно школы территории этой рабочей группы.")
    made = lists.entrust_for(meeting.public_id, by=by, people=people, schools=schools, until=until)
    if made:
        data = {"people": len(people), "schools": len(schools), "until": until.isoformat()}
        text = f"открыл(а) участникам заседания «{meeting}» школы: участников {len(people)}, школ {len(schools)}"
        note("admitted", text, meeting, by, data)
        _tell(meeting, made, until)
    return made


def _tell(meeting: Meeting, made: Sequence[Entrustment], until: dt.date) -> None:
    """Each once, for as long as he may know; the way to the meeting is there once invitations went out."""
    url = meeting.get_absolute_url() if meeting.invited_at else reverse("support:cases")
    first = {one.curator: one for one in reversed(made)}
    for person, one in first.items():
        count = sum(row.curator == person for row in made)
        named = plural(count, "школа", "школы", "школ")
        notify(
            [person],
            kind=NoticeKind.MEETING,
            text=f"Для заседания «{meeting.body}» вам открыты дела: {count} {named}, до {words.day(until)}.",
            url=url,
            on=meeting,
            key=f"meeting-admitted:{one.batch}",
            needs=(Permission.LISTS_VIEW, one.school.path),
        )
