"""What is done with the lists. All of it asks for `lists.edit` and is journalled as confidential."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from opora.core.actor import Actor, require
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.journal.actions import record
from opora.lists.models import WORKFLOW, Category, Entrustment, ListEntry, SchoolList
from opora.registry.actions.changes import changes, in_words
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationKind, OrganisationState

RIGHT = "вести списки школ"
DETAILS = ("category", "school_year", "title", "document_id", "document_text")


@transaction.atomic
def create_list(
    *,
    by: Actor,
    territory: Organisation,
    school_year: int,
    title: str,
    category: str = Category.LOW_RESULTS,
    document_id: str = "",
    document_text: str = "",
) -> SchoolList:
    """A draft without schools, which only those who write lists can see."""
    require(by, Permission.LISTS_EDIT, territory.path, to=RIGHT)
    details = {
        "category": str(category),
        "school_year": school_year,
        "title": title.strip(),
        "document_id": document_id,
        "document_text": document_text.strip(),
    }
    school_list = SchoolList.objects.create(territory=territory, **details)
    _record("created", f"создал(а) список «{school_list}»", school_list, by, {"new": details})
    return school_list


@transaction.atomic
def edit(school_list: SchoolList, *, by: Actor, **details: Any) -> SchoolList:
    """Change any of `DETAILS` of a draft."""
    unknown = set(details) - set(DETAILS)
    if unknown:
        raise TypeError(f"unknown fields {sorted(unknown)}")
    school_list = _draft(school_list, by)
    found = changes(school_list, details)
    if not found:
        return school_list
    for name, value in details.items():
        setattr(school_list, name, value)
    school_list.save()
    text = f"изменил(а) сведения о списке «{school_list}»: {in_words(school_list, found)}"
    _record("edited", text, school_list, by, found)
    return school_list


@transaction.atomic
def add_school(school_list: SchoolList, *, by: Actor, organisation: Organisation, note: str = "") -> ListEntry:
    """Put a working school of the territory at the end of a draft."""
    school_list = _draft(school_list, by)
    _check_school(school_list, organisation)
    if school_list.entries.filter(organisation=organisation).exists():
        raise Refused(f"Школа «{organisation}» уже есть в этом списке.")
    last = school_list.entries.aggregate(last=Max("order"))["last"] or 0
    entry = ListEntry.objects.create(list=school_list, organisation=organisation, note=note.strip(), order=last + 1)
    text = f"внёс(ла) школу «{organisation}» в список «{school_list}»"
    _record("school_added", text, school_list, by, {"school": organisation.public_id, "note": entry.note})
    return entry


@transaction.atomic
def remove_school(school_list: SchoolList, *, by: Actor, organisation: Organisation) -> None:
    """Take a school out of a draft."""
    school_list = _draft(school_list, by)
    entry = school_list.entries.filter(organisation=organisation).first()
    if entry is None:
        raise Refused(f"Школы «{organisation}» в этом списке уже нет.")
    text = f"убрал(а) школу «{organisation}» из списка «{school_list}»"
    _record("school_removed", text, school_list, by, {"school": organisation.public_id, "note": entry.note})
    entry.delete()


@transaction.atomic
def replace_entries(school_list: SchoolList, *, by: Actor, entries: Sequence[tuple[Organisation, str]]) -> bool:
    """Make the draft consist of these schools with their notes, in this order. Whether that changed anything."""
    school_list = _draft(school_list, by)
    wanted = {organisation.pk: (organisation, note.strip()) for organisation, note in entries}
    if len(wanted) != len(entries):
        raise Refused("Одна школа указана несколько раз.")
    for organisation, _ in entries:
        _check_school(school_list, organisation)
    old = list(school_list.entries.select_related("organisation").order_by("order", "pk"))
    if [(entry.organisation_id, entry.note) for entry in old] == [(pk, note) for pk, (_, note) in wanted.items()]:
        return False
    before = {entry.organisation_id: entry for entry in old}
    school_list.entries.all().delete()
    ListEntry.objects.bulk_create(
        ListEntry(list=school_list, organisation=organisation, note=note, order=order)
        for order, (organisation, note) in enumerate(wanted.values(), start=1)
    )
    data: dict[str, list[Any]] = {
        "added": [[school.public_id, note] for pk, (school, note) in wanted.items() if pk not in before],
        "removed": [[e.organisation.public_id, e.note] for e in old if e.organisation_id not in wanted],
        "noted": [
            [school.public_id, before[pk].note, note]
            for pk, (school, note) in wanted.items()
            if pk in before and before[pk].note != note
        ],
        "order": [school.public_id for school, _ in wanted.values()],
    }
    text = f"загрузил(а) список «{school_list}»: добавлено — {len(data['added'])}, убрано — {len(data['removed'])}"
    _record("replaced", f"{text}, всего — {len(wanted)}", school_list, by, data)
    return True


@transaction.atomic
def approve(school_list: SchoolList, *, by: Actor) -> SchoolList:
    """From now on the list counts, and authorities and schools see their part of it."""
    school_list = _locked(school_list, by)
    WORKFLOW.check(school_list, "approve")
    count = school_list.entries.count()
    if not count:
        raise Refused("В списке нет ни одной школы: внесите школы, потом утверждайте.")
    WORKFLOW.move(school_list, "approve", approved_at=timezone.now(), approved_by=by.label)
    _record("approved", f"утвердил(а) список «{school_list}», школ — {count}", school_list, by, {"schools": count})
    return school_list


@transaction.atomic
def leave(school_list: SchoolList, *, by: Actor, organisation: Organisation) -> None:
    """A school leaves an approved list; why is kept by the floor that decides it."""
    school_list = _locked(school_list, by)
    if school_list.is_draft:
        raise Refused("Список ещё не утверждён: уберите школу из проекта.")
    entry = school_list.entries.filter(organisation=organisation).first()
    if entry is None:
        raise Refused(f"Школы «{organisation}» в этом списке уже нет.")
    if school_list.entries.count() == 1:
        raise Refused("Это последняя школа списка: верните список в работу, если он больше не нужен.")
    entry.delete()
    text = f"школа «{organisation}» вышла из списка «{school_list}»"
    _record("left", text, school_list, by, {"school": organisation.public_id, "note": entry.note})


@transaction.atomic
def reopen(school_list: SchoolList, *, by: Actor) -> SchoolList:
    """A draft again: it counts no more until it is approved anew."""
    school_list = _locked(school_list, by)
    former = [school_list.approved_at.isoformat() if school_list.approved_at else "", school_list.approved_by or ""]
    WORKFLOW.move(school_list, "reopen", approved_at=None, approved_by=None)
    _record("reopened", f"вернул(а) в работу список «{school_list}»", school_list, by, {"approved": former})
    return school_list


def _locked(school_list: SchoolList, by: Actor) -> SchoolList:
    """The list as it now is, locked."""
    require(by, Permission.LISTS_EDIT, school_list.territory.path, to=RIGHT)
    return SchoolList.objects.select_for_update().get(pk=school_list.pk)


def _draft(school_list: SchoolList, by: Actor) -> SchoolList:
    school_list = _locked(school_list, by)
    if not school_list.is_draft:
        raise Refused("Список утверждён. Чтобы изменить его, сначала верните его в работу.")
    return school_list


def _check_school(school_list: SchoolList, organisation: Organisation) -> None:
    if organisation.kind != OrganisationKind.SCHOOL:
        raise Refused(f"«{organisation}» — не общеобразовательная организация.")
    if organisation.state != OrganisationState.ACTIVE:
        raise Refused(f"Школа «{organisation}» закрыта.")
    if organisation.path not in school_list.territory.scope:
        raise Refused(f"Школа «{organisation}» не относится к территории: {school_list.territory}.")


def _record(event: str, text: str, school_list: SchoolList, by: Actor, data: dict[str, Any]) -> None:
    """What a draft holds is journalled with the region, so that a municipality does not read it before approval."""
    territory = school_list.territory
    path = territory.path if event in ("approved", "reopened") else territory.root_path
    record(f"lists.{event}", text, by=by, on=school_list, path=path, confidential=True, data=data)


def organisation_succeeded(old: Organisation, successor: Organisation, by: Actor) -> None:
    """The registry's point: the successor of a listed school stands in its place, and is entrusted to its curators."""
    known = Entrustment.objects.filter(school=successor, ended_at__isnull=True).values("curator")
    Entrustment.objects.filter(school=old, ended_at__isnull=True).exclude(curator__in=known).update(school=successor)
    entries = ListEntry.objects.filter(organisation=old).select_related("list__territory")
    there = set(ListEntry.objects.filter(organisation=successor).values_list("list", flat=True))
    for entry in entries:
        if entry.list_id in there:
            entry.delete()
        else:
            entry.organisation = successor
            entry.save(update_fields=["organisation"])
        record(
            "lists.succeeded",
            f"внёс(ла) в список «{entry.list}» преемника: {successor} вместо {old}",
            by=by,
            on=entry.list,
            path=entry.list.territory.path,
            confidential=True,
            data={"old": old.public_id, "new": successor.public_id},
        )
