"""What is done with the lists. All of it asks for `lists.edit` and is journalled as confidential."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from opora.core.actor import Actor, require
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.journal.actions import record
from opora.lists import points
from opora.lists.models import WORKFLOW, Category, Entrustment, ListEntry, ListEntryQuerySet, SchoolList
from opora.registry.actions.changes import changes, in_words
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationKind, OrganisationState

RIGHT = "вести списки школ"
DETAILS = ("category", "school_year", "title", "document_id", "document_text", "since")
_CORRECTED = "убрана, когда список исправляли"


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
    since: dt.date | None = None,
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
    _check_since(since)
    school_list = SchoolList.objects.create(territory=territory, since=since, **details)
    new = details | {"since": since.isoformat() if since else ""}
    _record("created", f"создал(а) список «{school_list}»", school_list, by, {"new": new})
    return school_list


@transaction.atomic
def edit(school_list: SchoolList, *, by: Actor, **details: Any) -> SchoolList:
    """Change any of `DETAILS` of a draft."""
    unknown = set(details) - set(DETAILS)
    if unknown:
        raise TypeError(f"unknown fields {sorted(unknown)}")
    school_list = _draft(school_list, by)
    _check_since(details.get("since"))
    found = changes(school_list, details)
    if not found:
        return school_list
    if "since" in found:
        found["since"] = [one.isoformat() if one else "" for one in found["since"]]
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
    standing = school_list.entries.all().standing()
    if standing.filter(organisation=organisation).exists():
        raise Refused(f"Школа «{organisation}» уже есть в этом списке.")
    last = standing.aggregate(last=Max("order"))["last"] or 0
    entry = ListEntry.objects.create(list=school_list, organisation=organisation, note=note.strip(), order=last + 1)
    text = f"внёс(ла) школу «{organisation}» в список «{school_list}»"
    _record("school_added", text, school_list, by, {"school": organisation.public_id, "note": entry.note})
    return entry


@transaction.atomic
def remove_school(school_list: SchoolList, *, by: Actor, organisation: Organisation) -> None:
    """Take a school out of a draft."""
    school_list = _draft(school_list, by)
    entry = _standing(school_list, organisation)
    text = f"убрал(а) школу «{organisation}» из списка «{school_list}»"
    _record("school_removed", text, school_list, by, {"school": organisation.public_id, "note": entry.note})
    _take_out(school_list.entries.filter(pk=entry.pk))


@transaction.atomic
def replace_entries(school_list: SchoolList, *, by: Actor, entries: Sequence[tuple[Organisation, str]]) -> bool:
    """Make the draft consist of these schools with their notes, in this order. Whether that changed anything."""
    school_list = _draft(school_list, by)
    wanted = {organisation.pk: (organisation, note.strip()) for organisation, note in entries}
    if len(wanted) != len(entries):
        raise Refused("Одна школа указана несколько раз.")
    for organisation, _ in entries:
        _check_school(school_list, organisation)
    standing = school_list.entries.all().standing()
    old = list(standing.select_related("organisation").order_by("order", "pk"))
    if [(entry.organisation_id, entry.note) for entry in old] == [(pk, note) for pk, (_, note) in wanted.items()]:
        return False
    before = {entry.organisation_id: entry for entry in old}
    _take_out(standing.exclude(organisation__in=wanted))
    numbered = enumerate(wanted.items(), start=1)
    rows = {pk: ListEntry(list=school_list, organisation_id=pk, note=n, order=at) for at, (pk, (_, n)) in numbered}
    kept = [before[pk] for pk in rows if pk in before]
    for entry in kept:
        entry.note, entry.order = rows[entry.organisation_id].note, rows[entry.organisation_id].order
    ListEntry.objects.bulk_update(kept, ["note", "order"], batch_size=500)
    ListEntry.objects.bulk_create([row for pk, row in rows.items() if pk not in before], batch_size=1000)
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
    """From now on the list counts; authorities and schools see their part of it, and are told of it."""
    school_list = _locked(school_list, by)
    WORKFLOW.check(school_list, "approve")
    standing = school_list.entries.all().standing()
    count = standing.count()
    if not count:
        raise Refused("В списке нет ни одной школы: внесите школы, потом утверждайте.")
    WORKFLOW.move(school_list, "approve", approved_at=timezone.now(), approved_by=by.label)
    first = not school_list.entries.filter(since__isnull=False).exists()
    since = school_list.since if first and school_list.since else today()
    new = standing.filter(since__isnull=True)
    schools = [entry.organisation for entry in new.select_related("organisation").order_by("pk")]
    new.update(since=since, since_document=school_list.document_text)
    _record("approved", f"утвердил(а) список «{school_list}», школ — {count}", school_list, by, {"schools": count})
    points.listed.call(school_list, schools, first, by)
    return school_list


@transaction.atomic
def leave(
    school_list: SchoolList, *, by: Actor, organisation: Organisation, on: dt.date, document_text: str
) -> ListEntry:
    """A school leaves an approved list: from that day, by that document or for that reason."""
    school_list = _locked(school_list, by)
    if school_list.is_draft:
        raise Refused("Список ещё не утверждён: уберите школу из проекта.")
    entry = _standing(school_list, organisation)
    if school_list.entries.all().standing().count() == 1:
        raise Refused("Это последняя школа списка: верните список в работу, если он больше не нужен.")
    if entry.since and on < entry.since:
        raise Refused(f"Школа стоит в списке с {entry.since:%d.%m.%Y}: дата выхода не может быть раньше.")
    entry.until, entry.until_document = on, document_text[:500]
    entry.save(update_fields=["until", "until_document"])
    text = f"школа «{organisation}» вышла из списка «{school_list}»"
    data = {"school": organisation.public_id, "note": entry.note, "on": on.isoformat()}
    _record("left", text, school_list, by, data)
    points.left.call(entry, by)
    return entry


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


def _standing(school_list: SchoolList, organisation: Organisation) -> ListEntry:
    entry = school_list.entries.all().standing().filter(organisation=organisation).first()
    if entry is None:
        raise Refused(f"Школы «{organisation}» в этом списке уже нет.")
    return entry


def _take_out(entries: ListEntryQuerySet) -> None:
    """Of a draft: what was approved before is closed and stays to be read, what never was is deleted."""
    entries.filter(since__isnull=True).delete()
    _close(entries, _CORRECTED)


def _close(entries: ListEntryQuerySet, why: str) -> None:
    entries.update(until=today(), until_document=why[:500])


def _check_since(since: dt.date | None) -> None:
    if since and since > today():
        raise Refused("День, с которого действует список, ещё не наступил: утвердите список в тот день.")


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
    standing = ListEntry.objects.standing()
    entries = list(standing.filter(organisation=old).select_related("list__territory"))
    there = set(standing.filter(organisation=successor).values_list("list", flat=True))
    why = f"правопреемник: {successor}"
    for entry in entries:
        if entry.list_id not in there:
            since = today() if entry.since else None
            ListEntry.objects.create(
                list=entry.list,
                organisation=successor,
                note=entry.note,
                order=entry.order,
                since=since,
                since_document=f"правопреемник: {old}"[:500] if since else "",
            )
        if entry.since is None:
            entry.delete()
        else:
            _close(ListEntry.objects.filter(pk=entry.pk), why)
        record(
            "lists.succeeded",
            f"внёс(ла) в список «{entry.list}» преемника: {successor} вместо {old}",
            by=by,
            on=entry.list,
            path=entry.list.territory.path,
            confidential=True,
            data={"old": old.public_id, "new": successor.public_id},
        )
