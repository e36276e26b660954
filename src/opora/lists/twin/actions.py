"""The twin is saved as a document of its own, open to all readers of its organisation."""

from __future__ import annotations

import hashlib
from pathlib import PurePath

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from opora.access.models import User
from opora.core.actor import Actor, require
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.decrees.formats import open_layout
from opora.documents.models import WORKFLOW, Document, DocumentState, SourceText
from opora.documents.source import blocks_of
from opora.journal.actions import record
from opora.lists.twin.making import Choices, Maker, digest_of
from opora.lists.twin.models import Twin

TO_MAKE = "делать открытые версии документов этой организации"
NEEDED = (Permission.LISTS_VIEW, Permission.DOCUMENTS_EDIT, Permission.DOCUMENTS_APPROVE)


def may_make(user: Actor, document: Document) -> bool:
    return all(user.may(permission, document.organisation.path) for permission in NEEDED)


@transaction.atomic
def save_twin(document: Document, *, by: User, choices: Choices, leftovers_ok: bool = False) -> Twin:
    """Make the twin by the choices and open it; the twin there was is withdrawn.

    Raises `Refused` where something that tells would be left and nobody has said that this is right.
    """
    for permission in NEEDED:
        require(by, permission, document.organisation.path, to=TO_MAKE)
    maker = Maker(document, choices, by)
    plan = maker.plan()
    if plan.left and not leftovers_ok:
        raise Refused("В открытой версии осталось то, по чему можно узнать школу. Проверьте список и подтвердите.")
    if not any(one.on for one in plan.replacements):
        raise Refused("Ничего не заменяется: такая открытая версия ничем не отличалась бы от документа.")
    for old in Twin.objects.filter(original=document, document__state=DocumentState.APPROVED):
        WORKFLOW.move(old.document, "withdraw", approved_at=None, approved_by=None)
    made = _document(document, maker, by)
    twin = Twin.objects.create(
        original=document,
        document=made,
        digest=digest_of(document),
        choices=choices.as_json(),
        replaced=sum(one.count for one in plan.replacements if one.on),
    )
    record(
        "lists.twin_saved",
        f"сделал(а) открытую версию документа «{document}»: замен {twin.replaced}",
        by=by,
        on=document,
        path=document.organisation.path,
        confidential=True,
        data={"twin": made.public_id, "replaced": twin.replaced, "left": len(plan.left), "sha256": made.sha256},
    )
    return twin


def _document(original: Document, maker: Maker, by: User) -> Document:
    content = maker.content_of_twin()
    stem = maker.replaced(PurePath(original.file_name).stem or original.title)[:200]
    made = Document(
        organisation=original.organisation,
        kind=original.kind,
        number=maker.replaced(original.number)[:100],
        date=original.date,
        issuer=original.issuer,
        title=maker.replaced(original.title),
        state=DocumentState.APPROVED,
        approved_at=timezone.now(),
        approved_by=by,
        uploaded_by=by,
        file_name=f"{stem} (открытая версия).docx"[-300:],
        file_size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )
    made.file.save(made.file_name, ContentFile(content), save=False)
    made.save()
    layout = open_layout(made.file.path)
    SourceText.objects.create(document=made, blocks=blocks_of(layout))
    return made
