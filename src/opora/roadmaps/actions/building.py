"""An approved document -> its road maps and working groups. Called inside the transaction of the approval."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

from dateutil.relativedelta import relativedelta

from opora.core.actor import Actor
from opora.core.clock import today
from opora.core.text import plural
from opora.deadlines import Deadline, to_json
from opora.decrees import form, model
from opora.decrees.reading.cases import nominative
from opora.decrees.reading.responsible import read_responsible
from opora.documents.models import Document
from opora.journal.actions import record
from opora.registry.actions.bodies import Member, create_body
from opora.registry.models import Body
from opora.registry.resolve import Resolver, resolve_person
from opora.roadmaps.actions import amending, deriving
from opora.roadmaps.changing.reading import POINTS
from opora.roadmaps.models import Activity, Part, Responsible, RoadMap, Section, Window
from opora.roadmaps.windows import windows_for

LONGEST = 400  # characters of a title; a longer one is a sentence before the table
_TITLE = re.compile(r"план|карт|перечень|комплекс|график|программ", re.IGNORECASE)


def build(document: Document, decree: model.Decree, by: Actor) -> None:
    """The `approved` point of documents."""
    if amending.amends(decree):
        amending.apply(document, decree, by)
    for order, source in enumerate(own_roadmaps(document, decree)):
        _roadmap(document, decree, source, order, by)
    deriving.attach(document, by)
    for group in decree.working_groups:
        _body(document, group, by)


def preview(document: Document, decree: model.Decree) -> list[str]:
    """What approval will make, in sentences."""
    said = amending.preview(document, decree) if amending.amends(decree) else []
    for source in own_roadmaps(document, decree):
        count = sum(len(section.activities) for section in source.sections)
        words = plural(count, "мероприятие", "мероприятия", "мероприятий")
        title = _title(document, source)
        named = title if title.lower().startswith("дорожная карта") else f"Дорожная карта «{title}»"
        said.append(f"{named}: {count} {words}. Поручения разошлёте отдельно.")
    for group in decree.working_groups:
        count = len(group.members)
        said.append(f"{_group_name(group)}: {count} {plural(count, 'член', 'члена', 'членов')}.")
    return said


def own_roadmaps(document: Document, decree: model.Decree) -> list[model.RoadMap]:
    """Those that the document makes itself: of one that changes another's annex, not the annex in its new words."""
    rewrites = any(change.kind == "annex" for change in decree.changes)
    if rewrites and not amending.amendment_of(document, decree).absent:
        decree = replace(decree, roadmaps=[])
    return roadmaps_in(decree)


def roadmaps_in(decree: model.Decree) -> list[model.RoadMap]:
    """The document's road maps; its points that say who and by when are one too, or a first section of the first."""
    points = [
        model.Activity(
            clause.number,
            clause.text,
            clause.deadline,
            read_responsible([clause.addressee]),
            clause.source,
            clause.confidence,
        )
        for clause in decree.clauses
        if clause.addressee and clause.deadline and decree.kind not in ("protocol", "decision")
    ]
    found = [m for m in decree.roadmaps if any(section.activities for section in m.sections)]
    if not points:
        return found
    section = model.Section(POINTS, points)
    if not found:
        return [model.RoadMap(decree.title, sections=[section])]
    first = found[0]
    return [model.RoadMap(first.title, first.goal, first.period, [section, *first.sections]), *found[1:]]


def _title(document: Document, source: model.RoadMap) -> str:
    """The road map's own title where it is one; else the document's: a protocol's points have none."""
    own = " ".join((source.title or "").split())
    if own and len(own) < LONGEST and _TITLE.search(own):
        return own
    title = " ".join(document.title.split())
    if title[:1].islower() or not title:
        title = f"{document.get_kind_display().capitalize()} {title}".strip()
    return title


def _roadmap(document: Document, decree: model.Decree, source: model.RoadMap, order: int, by: Actor) -> None:
    starts, ends = source.period or (None, None)
    roadmap = RoadMap.objects.create(
        document=document,
        organisation=document.organisation,
        order=order,
        title=_title(document, source),
        goal=source.goal or "",
        starts=starts,
        ends=ends,
        confidential=document.confidential,
        abbreviations=decree.abbreviations,
    )
    number = 0
    for place, section_source in enumerate(source.sections):
        section = Section.objects.create(roadmap=roadmap, order=place, title=section_source.title or "")
        for activity_source in section_source.activities:
            number += 1
            _activity(roadmap, section, number, activity_source, document.date or today())
    record(
        "roadmaps.built",
        f"составил(а) дорожную карту «{roadmap.title[:120]}», пунктов: {number}",
        by=by,
        on=roadmap,
        path=document.organisation.path,
        confidential=document.confidential,
        data={"document": document.public_id, "activities": number},
    )


def _activity(roadmap: RoadMap, section: Section, order: int, source: model.Activity, issued: dt.date) -> None:
    parallel = [item for item in source.items if item.deadline is not None]
    activity = Activity.objects.create(
        roadmap=roadmap,
        section=section,
        order=order,
        number=source.number or "",
        text=source.text,
        deadline=to_json(source.deadline) if source.deadline else None,
        source=form.to_json(source.source),
        submit_to=source.submit_to,
        divided=len(parallel) > 1,
    )
    _responsible(activity, None, source.responsible)
    made = _windows(activity, None, source.deadline, issued, roadmap)
    if len(parallel) > 1:
        for place, item in enumerate(parallel):
            deadline = to_json(item.deadline) if item.deadline else None
            part = Part.objects.create(activity=activity, order=place, text=item.text, deadline=deadline)
            _responsible(activity, part, item.responsible)
            made += _windows(activity, part, item.deadline, issued, roadmap)
    Window.objects.bulk_create(made)


def _responsible(activity: Activity, part: Part | None, found: list[model.Responsible]) -> None:
    Responsible.objects.bulk_create(
        Responsible(
            activity=activity,
            part=part,
            order=order,
            text=one.text,
            kind=one.kind,
            name=one.name or "",
            role=one.role or "",
        )
        for order, one in enumerate(found)
    )


def _windows(
    activity: Activity, part: Part | None, deadline: Deadline | None, issued: dt.date, roadmap: RoadMap
) -> list[Window]:
    until = max(today(), issued) + relativedelta(years=1)
    return [
        Window(activity=activity, part=part, starts=one.starts, due=one.due, origin=one.origin, first_due=one.due)
        for one in windows_for(deadline, issued, until, (roadmap.starts, roadmap.ends))
    ]


def _group_name(group: model.WorkingGroup) -> str:
    title = " ".join((group.title or "Рабочая группа").split())
    for start in ("Состав ", "Утвердить состав ", "Создать ", "состав "):
        title = title.removeprefix(start)
    title = nominative(title)
    return (title[:1].upper() + title[1:])[:480]


def _body(document: Document, group: model.WorkingGroup, by: Actor) -> None:
    """The document's working group in the registry, its members tied to people and organisations where they are known.

    Approving a document again (after it was withdrawn) makes no second one.
    """
    name = _group_name(group)
    if Body.objects.filter(document_id=document.public_id, name=name).exists():
        return
    resolver = Resolver(document.organisation, [one.position.partition(" ")[2] for one in group.members])
    members = []
    for one in group.members:
        person = resolve_person(one.name, document.organisation)
        post = person.posts.select_related("organisation").first() if person else None
        place = post.organisation if post else resolver.resolve(one.position.partition(" ")[2])
        organisation = place if place is not None and not isinstance(place, Body) else None
        members.append(Member(one.name, one.position, one.role, person, organisation))
    create_body(by=by, organisation=document.organisation, name=name, document_id=document.public_id, members=members)
