"""A letter on its way to signature: a draft of the same words, which follows what is done with the letter."""

from __future__ import annotations

import datetime as dt

from django.core.files.base import ContentFile, File
from django.db import transaction

from opora.core.actor import Actor, require
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.documents.actions.common import TO_EDIT
from opora.documents.actions.drafts import next_version, start_draft
from opora.documents.actions.visas import draft_note
from opora.documents.letters import queries
from opora.documents.letters.fields import complete
from opora.documents.letters.filling import filled
from opora.documents.models import (
    DRAFT_WORKFLOW,
    DocumentKind,
    Draft,
    DraftState,
    Letter,
    LetterKind,
    VisaState,
)

CHANGED = "Изменён текст письма"


@transaction.atomic
def ask_visas(letter: Letter, *, by: Actor) -> Draft:
    """The letter as it reads now becomes a draft, for which visas are asked."""
    require(by, Permission.DOCUMENTS_EDIT, letter.organisation.path, to=TO_EDIT)
    letter = Letter.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=letter.pk)
    if not letter.is_draft:
        raise Refused("Письмо уже зарегистрировано, согласовывать его поздно.")
    if way_of(letter):
        raise Refused("Письмо уже согласуют. Откройте его проект.")
    kind = DocumentKind.PROTOCOL if letter.kind == LetterKind.PROTOCOL else DocumentKind.LETTER
    return start_draft(
        by=by,
        organisation=letter.organisation,
        kind=kind,
        title=letter.title,
        file=_file(letter),
        name=_name(letter),
        confidential=letter.confidential,
        letter_id=letter.public_id,
    )


def way_of(letter: Letter) -> Draft | None:
    """The draft that is on its way to signature, or has got there."""
    rows = Draft.objects.filter(letter_id=letter.public_id).exclude(state=DraftState.WITHDRAWN)
    return rows.select_related("organisation").order_by("pk").last()


def follow_words(letter: Letter, *, by: Actor) -> None:
    """The words have changed: whoever agreed to the old ones is asked for the new."""
    way = way_of(letter)
    if way is None:
        return
    if not way.is_open:
        raise Refused("Письмо уже подписано, изменить его нельзя. Зарегистрируйте его.")
    given = way.visas.filter(state__in=[VisaState.AGREED, VisaState.REMARKS]).values_list("pk", flat=True)
    next_version(way, by=by, file=_file(letter), name=_name(letter), note=CHANGED, again=list(given))


def follow_number(letter: Letter, *, by: Actor, number: str, day: dt.date) -> None:
    """The number that the letter gets is that of the signed draft; before it is signed there is none."""
    way = way_of(letter)
    if way is None:
        return
    if way.state != DraftState.SIGNED:
        said = way.get_state_display()
        raise Refused(f"Письмо ещё не подписано: проект {said}. Откройте его проект и отметьте, что он подписан.")
    DRAFT_WORKFLOW.move(way, "register", number=number, date=day)
    way.save()
    draft_note("registered", f"зарегистрировал(а) проект «{way}»: № {number} от {day:%d.%m.%Y}", way, by)


def _file(letter: Letter) -> File[bytes]:
    template = queries.template_bytes(queries.current_template(letter.organisation, letter.kind), letter.kind)
    return ContentFile(filled(template, complete(letter.kind, letter.content)), name="letter.docx")


def _name(letter: Letter) -> str:
    return f"{letter.title[:120]}.docx"
