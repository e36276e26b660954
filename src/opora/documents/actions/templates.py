"""An organisation's own templates of letters: a version is added, an older one or the shipped one taken again."""

from __future__ import annotations

import hashlib

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max

from opora.core.actor import Actor, Denied, require
from opora.core.errors import Problem
from opora.core.permissions import Permission
from opora.documents.actions.common import TO_APPROVE, account
from opora.documents.letters.checking import problems_of
from opora.documents.models import LetterKind, LetterTemplate
from opora.documents.models.letters import LetterTemplateQuerySet
from opora.journal.actions import record
from opora.registry.models import Organisation


@transaction.atomic
def replace_template(*, by: Actor, organisation: Organisation, kind: str, content: bytes, name: str) -> LetterTemplate:
    """The next version, in force at once. Raises `Problem` where `problems_of` finds anything."""
    require(by, Permission.DOCUMENTS_APPROVE, organisation.path, to=TO_APPROVE)
    person = account(by)
    if person is None:
        raise Denied("Заменить шаблон может только человек.")
    found = problems_of(content, kind)
    if found:
        raise Problem(" ".join(str(one) for one in found))
    rows = _locked(organisation, kind)
    rows.filter(current=True).update(current=False)
    template = LetterTemplate(
        organisation=organisation,
        kind=kind,
        version=(rows.aggregate(last=Max("version"))["last"] or 0) + 1,
        file_name=" ".join(name.split())[:300] or "Шаблон.docx",
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_by=person,
    )
    template.file.save("template.docx", ContentFile(content), save=False)
    template.save()
    _note("replaced", f"заменил(а) шаблон «{template}» файлом «{template.file_name}»", organisation, by, template)
    return template


@transaction.atomic
def take_template(template: LetterTemplate, *, by: Actor) -> None:
    """An older version is in force again."""
    organisation = template.organisation
    require(by, Permission.DOCUMENTS_APPROVE, organisation.path, to=TO_APPROVE)
    rows = _locked(organisation, template.kind)
    rows.filter(current=True).update(current=False)
    rows.filter(pk=template.pk).update(current=True)
    _note("taken", f"вернул(а) шаблон «{template}»", organisation, by, template)


@transaction.atomic
def drop_template(*, by: Actor, organisation: Organisation, kind: str) -> None:
    """The template above, or the shipped one, is in force again; the versions stay."""
    require(by, Permission.DOCUMENTS_APPROVE, organisation.path, to=TO_APPROVE)
    current = _locked(organisation, kind).filter(current=True).first()
    if current is None:
        return
    current.current = False
    current.save(update_fields=["current"])
    text = f"отказался(ась) от своего шаблона: {LetterKind(kind).label}"
    _note("dropped", text, organisation, by, current)


def _locked(organisation: Organisation, kind: str) -> LetterTemplateQuerySet:
    """The versions of one kind; the organisation is locked, so that two people do not make the same version."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    return LetterTemplate.objects.filter(organisation=organisation, kind=kind)


def _note(event: str, text: str, organisation: Organisation, by: Actor, template: LetterTemplate) -> None:
    data = {"kind": template.kind, "version": template.version, "sha256": template.sha256}
    record(f"letters.template_{event}", text, by=by, on=template, path=organisation.path, data=data)
