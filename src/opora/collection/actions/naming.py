"""A form that a document names is made with one press, and sent to the executors of the point that asks for it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from opora.collection.actions import building
from opora.collection.actions.campaigns import Plan, prepare
from opora.collection.definition import LONGEST, Definition, Field, Kind, Section
from opora.collection.models import Campaign, Form, FormKind, FormVersion
from opora.collection.queries.activities import executors
from opora.collection.queries.naming import Named, named
from opora.core.actor import Actor, require
from opora.core.permissions import Permission
from opora.core.text import fold
from opora.core.workflow import Refused
from opora.documents.models import Document
from opora.roadmaps.models import Activity

_TITLE = 1000  # characters of a column's
_COUNTED = ("количество", "число ", "кол-во", "численность")
_DATED = ("дата", "срок")


@transaction.atomic
def make_form(document: Document, clause: str, *, by: Actor) -> Form:
    """A draft with the columns that the document names; the one that is there already, where it was made before."""
    require(by, Permission.FORMS_EDIT, document.organisation.path, to=building.TO_BUILD)
    Document.objects.select_for_update().get(pk=document.pk)
    found = next((one for one in named(by, document) if one.clause == clause), None)
    if found is None:
        raise Refused("Такой формы в документе больше нет: его чтение изменили. Откройте документ заново.")
    return found.form or building.create(
        by=by,
        territory=document.organisation,
        title=_title(found, document),
        kind=FormKind.FREE,
        definition=definition_of(found, hint="" if document.confidential else found.text),
        document_id=document.public_id,
        clause=clause,
    )


def _title(found: Named, document: Document) -> str:
    """Nothing of the document's text: a form is seen by more people than a confidential document."""
    if found.title and not document.confidential:
        return found.title
    of = f"{document.get_kind_display()} № {document.number}" if document.number else document.get_kind_display()
    return f"Форма к пункту {found.clause} ({of})" if found.by_point else f"Форма ({of})"


def definition_of(found: Named, hint: str = "") -> Definition:
    """One table with the columns; the person goes on from there."""
    columns = tuple(_column(number, title) for number, title in enumerate(found.columns, start=1))
    table = Field("rows", Kind.TABLE, "Сведения", required=True, columns=columns)
    return Definition((Section("main", "Сведения", (table,), hint=hint[:LONGEST]),))


def _column(number: int, title: str) -> Field:
    """Of words, unless its head says that it is a number or a day; a row without its first cell says nothing."""
    folded = fold(title)
    kind = Kind.NUMBER if folded.startswith(_COUNTED) else Kind.DATE if folded.startswith(_DATED) else Kind.TEXT
    return Field(f"c{number}", kind, title[:_TITLE], required=number == 1)


@transaction.atomic
def prepare_for(
    version: FormVersion, activity: Activity, *, by: Actor, title: str, due: dt.date, note: str = ""
) -> Campaign:
    """A campaign whose audience are those to whom the activity was sent; nobody gets it yet."""
    territory = version.form.territory
    picked = tuple(executors(activity, by, territory))
    if not picked:
        raise Refused("Поручения по этому пункту ещё не разосланы. Разошлите их, потом форму.")
    return prepare(version, Plan(title, due, territory, picked=picked, note=note, activity=activity), by=by)
