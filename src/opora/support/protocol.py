"""What the protocol of a meeting says, as the letters of an organisation are filled."""

from __future__ import annotations

from typing import Any

from opora.documents.letters.fields import complete
from opora.documents.letters.printed import printed
from opora.documents.models import LetterKind
from opora.documents.printing import render
from opora.registry.models.bodies import BodyRole
from opora.support.models.meetings import Meeting

_LEADS = (BodyRole.CHAIR, BodyRole.DEPUTY, BodyRole.MEMBER)  # who leads a meeting, the first that is there


def content_of(meeting: Meeting) -> dict[str, Any]:
    """Four queries. Who leads it: the chair, else a deputy, else a member, of those who were there."""
    people = list(meeting.people.order_by("order"))
    there = [one for one in people if one.present]
    leading = [one for role in _LEADS for one in there if one.role == role]
    chair = leading[0] if leading else None
    guests = [one for one in there if not one.role]
    secretary = next((one.name for one in there if one.role == BodyRole.SECRETARY), "")
    return {
        "body": meeting.body.name,
        "place": meeting.place,
        "date": f"{meeting.day:%d.%m.%Y}",
        "chair": chair.name if chair else "не назначен",
        "secretary": secretary,
        "present": [
            {"name": one.name, "position": " ".join(one.position.split())}
            for one in there
            if one.role and one != chair and one.name != secretary
        ],
        "invited": "; ".join(", ".join(filter(None, [one.name, one.position])) for one in guests),
        "agenda": [
            {"number": str(one.order), "text": f"{one.text}{f' (докладчик {one.speaker})' if one.speaker else ''}"}
            for one in meeting.agenda.order_by("order")
        ],
        "decisions": [
            {
                "number": str(one.order),
                "text": one.text,
                "due": f"до {one.due:%d.%m.%Y}",
                "executor": "\n".join(sorted(place.short_name for place in one.responsible.all())),
            }
            for one in meeting.decisions.order_by("order").prefetch_related("responsible")
        ],
        "signatory": {"position": "Председательствующий", "name": chair.name if chair else ""},
    }


def draft_docx(meeting: Meeting) -> bytes:
    """The protocol before it has a number."""
    sender = {"organisation": {"name": meeting.body.organisation.name}, "title": f"заседания: {meeting.body.name}"}
    return render(
        printed(LetterKind.PROTOCOL, complete(LetterKind.PROTOCOL, {**sender, **content_of(meeting)})), "docx"
    )
