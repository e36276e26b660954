"""A season planned again round the visits that stay: a plan of the rest, looked at, then carried out or left."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from opora.core.actor import Actor, require
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.core.workflow import Refused, Stale
from opora.support import matching
from opora.support.actions.sheets import current_sheet
from opora.support.actions.visiting import TO_PLAN, asked_by, note, set_working
from opora.support.models import Case
from opora.support.models.mentoring import year_of
from opora.support.models.visits import (
    SEASON_WORKFLOW,
    VISIT_WORKFLOW,
    Season,
    SeasonState,
    Visit,
    VisitMember,
    Wish,
)
from opora.support.queries import seasons
from opora.support.telling import visits as telling

REASON = "Сезон визитов составлен заново."
CHANGED = "С тех пор визиты изменились: согласованы, перенесены или отменены. Спланируйте сезон заново."


@transaction.atomic
def start_again(season: Season, *, by: Actor) -> Season:
    """Held, agreed, moved by hand or past visits stay and count as they are; the rest is planned from tomorrow on."""
    root = season.root
    require(by, Permission.LISTS_EDIT, root.territory.path, to=TO_PLAN)
    root = Season.objects.select_for_update(of=("self",)).select_related("territory").get(pk=root.pk)
    if root.state != SeasonState.CONFIRMED:
        raise Refused("Сначала назначьте визиты этого сезона: пока он не назначен, менять нечего.")
    first = max(root.first, today() + dt.timedelta(days=1))
    if first > root.last:
        raise Refused("Сезон закончился: новые визиты назначают новым сезоном или вручную.")
    visits = seasons.standing(root)
    stays = [one for one in visits if seasons.why_stays(one, root)]
    wanted = _wanted(root, stays)
    if not wanted and len(stays) == len(visits):
        raise Refused("Планировать нечего: все просьбы выполнены визитами, которые остаются.")
    values = {"first": first, "last": root.last, "per_week": root.per_week, "made_by": by.label}
    made = Season.objects.create(territory=root.territory, again_of=root, seen=seasons.digest(visits), **values)
    Wish.objects.bulk_create(Wish(season=made, school_id=school, subject=code) for school, code in wanted)
    set_working(made, by)
    note("season_started_again", f"начал(а) планировать сезон заново: {root}", made, by, root.territory.path)
    return made


def _wanted(root: Season, stays: list[Visit]) -> list[tuple[int, str]]:
    """What the season asked for, of schools whose case is still open, and of schools that came; less what is met."""
    cases = Case.objects.open().filter(root.territory.scope.q("school__path"), school_year=year_of(root.first))
    schools = set(cases.values_list("school", flat=True))
    known = list(root.wishes.order_by("school", "pk").values_list("school", "subject"))
    come = schools - {school for school, _ in known}
    asked = [one for one in known if one[0] in schools] + asked_by(matching.needs_of(come))
    met = {(one.school_id, code) for one in stays for member in one.team.all() for code in member.subjects}
    return [one for one in asked if one not in met]


@transaction.atomic
def confirm_again(again: Season, *, by: Actor) -> seasons.Changes:
    """The rest of the season becomes as planned; refused where any visit has changed since."""
    root = again.root
    require(by, Permission.LISTS_EDIT, root.territory.path, to=TO_PLAN)
    Season.objects.select_for_update(of=("self",)).get(pk=root.pk)
    list(Visit.objects.select_for_update(of=("self",)).filter(season=root).values_list("pk"))
    found = seasons.changes(again)
    if found.stale:
        raise Stale(CHANGED)
    SEASON_WORKFLOW.move(again, "confirm")
    path = root.territory.path
    for visit in found.dropped:
        VISIT_WORKFLOW.move(visit, "cancel", comment=REASON, cancelled_reason=REASON)
        note("visit_cancelled", f"отменил(а) визит: {visit}. {REASON}", visit, by, visit.school.path)
        telling.cancelled(visit, by=by, reason=REASON)
    for going in found.moved:
        _move(going, by)
    sheet = current_sheet(root.territory)
    made = [Visit(school=one.school, day=one.day, season=root, sheet=sheet, made_by=by.label) for one in found.new]
    Visit.objects.bulk_create(made)
    _teams(list(zip(made, found.new, strict=True)))
    new = Visit.objects.filter(pk__in=[one.pk for one in made]).select_related("school__parent")
    telling.proposed(list(new.prefetch_related("team__mentor__organisation")), by=by)
    said = f"новых визитов {len(found.new)}, перенесено {len(found.moved)}, отменено {len(found.dropped)}"
    note("season_confirmed_again", f"назначил(а) визиты сезона заново: {said}", again, by, path)
    return found


def _move(going: seasons.Going, by: Actor) -> None:
    visit = going.visit
    if visit is None:
        return
    old, visit.day = visit.day, going.day
    visit.save(update_fields=["day"])
    visit.team.all().delete()
    _teams([(visit, going)])
    note("visit_moved", f"перенёс(ла) визит с {old:%d.%m.%Y}: {visit}. {REASON}", visit, by, visit.school.path)
    told = Visit.objects.select_related("school__parent").prefetch_related("team__mentor__organisation")
    telling.moved(told.get(pk=visit.pk), by=by, reason=REASON)


def _teams(rows: list[tuple[Visit, seasons.Going]]) -> None:
    VisitMember.objects.bulk_create(
        VisitMember(visit=visit, mentor_id=mentor, subjects=sorted(subjects))
        for visit, going in rows
        for mentor, subjects in going.team.items()
    )
