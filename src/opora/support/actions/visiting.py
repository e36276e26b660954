"""Visits: a season planned in the background, visits agreed, held with a report, and what they advised followed."""

from __future__ import annotations

import datetime as dt
import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from opora.access.models import User
from opora.core.actor import Actor, Denied, require
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.core.tasks import Progress, enqueue, task
from opora.core.workflow import Refused, Stale
from opora.deadlines.calendar import is_working_day
from opora.journal.actions import record
from opora.registry.models import Organisation
from opora.support import matching
from opora.support.actions.sheets import current_sheet
from opora.support.calendar import days_away
from opora.support.models import Case
from opora.support.models.mentoring import Mentor, MentorKind, year_of
from opora.support.models.visits import (
    SEASON_WORKFLOW,
    VISIT_WORKFLOW,
    Season,
    SeasonState,
    Visit,
    VisitMember,
    VisitNote,
    VisitState,
    Wish,
)
from opora.support.planning import routes
from opora.support.queries import seasons
from opora.support.telling import visits as telling

logger = logging.getLogger(__name__)
TO_PLAN = "планировать визиты в школы"
BROKEN = "Составить визиты не удалось из-за ошибки. Начните сезон заново; если не получится, сообщите администратору."
SUBJECTS_OF_SCHOOL = 2  # in which most pupils failed
LONGEST = 120  # days of a season
GOING = (MentorKind.METHODIST, MentorKind.TUTOR)
SCHOOL, AREA = "school", "area"


# -- a season ------------------------------------------------------------------------------------------------------


@transaction.atomic
def start_season(territory: Organisation, *, by: Actor, first: dt.date, last: dt.date, per_week: int = 2) -> Season:
    """Every school with an open case is to be visited in the subjects in which most of its pupils failed."""
    require(by, Permission.LISTS_EDIT, territory.path, to=TO_PLAN)
    if last < first or (last - first).days >= LONGEST:
        raise Refused(f"Последний день не раньше первого и не дальше {LONGEST} дней от него: исправьте даты.")
    if first <= today():
        raise Refused("Сезон начинается не раньше завтрашнего дня: школам нужно время согласовать визит.")
    cases = Case.objects.open().filter(territory.scope.q("school__path"), school_year=year_of(first))
    needs = matching.needs_of(cases.values_list("school", flat=True))
    if not needs:
        raise Refused("Ехать некуда: нет школ с открытым делом этого учебного года, у которых загружены результаты.")
    made = Season.objects.create(territory=territory, first=first, last=last, per_week=per_week, made_by=by.label)
    Wish.objects.bulk_create(Wish(season=made, school_id=school, subject=code) for school, code in asked_by(needs))
    set_working(made, by)
    note("season_started", f"начал(а) сезон: {made}", made, by, territory.path)
    return made


def asked_by(needs: Mapping[int, Mapping[str, float]]) -> list[tuple[int, str]]:
    """(school, subject) of the subjects in which most failed."""
    return [
        (school, subject)
        for school, shares in sorted(needs.items())
        for subject in sorted(shares, key=lambda code: (-shares[code], code))[:SUBJECTS_OF_SCHOOL]
    ]


def set_working(season: Season, by: Actor) -> None:
    url, key = season.get_absolute_url(), f"support.season:{season.public_id}"
    season.job_id = enqueue(work_out, by=by, name=str(season), key=key, url=url, season=season.public_id).public_id
    season.save(update_fields=["job_id"])


@task(queue="bulk")
def work_out(job: Progress, season: str) -> None:
    """Nothing is locked while the planner thinks."""
    found = Season.objects.select_related("territory", "again_of").get(public_id=season)
    if found.state != SeasonState.COUNTING:
        return
    job.step(0, 1, "Составляются визиты…")
    try:
        days = workdays(found.first, found.last)
        wishes = list(found.wishes.select_related("school"))
        asks = User.objects.get(public_id=job.job.actor_id)
        schools, people = _told(found, wishes, days, asks)
        made = routes.plan(schools, people, [day.isocalendar().week for day in days])
        _write(found, wishes, made, days)
    except Exception:
        logger.exception("The season %s could not be planned", season)
        SEASON_WORKFLOW.move(found, "fail", failure=BROKEN)
        raise
    job.step(1, 1, f"Визитов методистов: {len(made.visits)}, без визита осталось просьб: {len(made.left)}.")


def workdays(first: dt.date, last: dt.date) -> list[dt.date]:
    """By the production calendar."""
    days = (first + dt.timedelta(days=number) for number in range((last - first).days + 1))
    return [day for day in days if is_working_day(day)]


def _told(
    season: Season, wishes: Sequence[Wish], days: Sequence[dt.date], asks: Actor
) -> tuple[list[routes.School], list[routes.Methodist]]:
    """Both sides; days on which a person or a school has a visit already are taken, of his week too.

    A season that is planned again has those visits free that do not stay. Other things take days of a person as far as
    the one who plans may know of them.
    """
    visits = seasons.standing(season)
    known = [one.public_id for one in visits]
    was: dict[int, set[dt.date]] = defaultdict(set)
    if season.again_of:
        for one in visits:
            was[one.school_id].add(one.day)
        visits = [one for one in visits if seasons.why_stays(one, season)]
    busy: dict[str, set[dt.date]] = defaultdict(set)
    for visit in visits:
        for key in (f"s{visit.school_id}", *(f"m{one.mentor_id}" for one in visit.team.all())):
            busy[key].add(visit.day)

    def free(key: str) -> frozenset[int]:
        """Numbers of days; none left is said by a day that the season does not have."""
        found = frozenset(number for number, day in enumerate(days) if day not in busy[key])
        return found or frozenset([-1])

    asked: dict[Organisation, list[str]] = defaultdict(list)
    for wish in wishes:
        asked[wish.school].append(wish.subject)
    schools = [
        routes.School(
            str(one.pk),
            str(one),
            matching.place_of(one),
            tuple(s),
            free(f"s{one.pk}"),
            frozenset(number for number, day in enumerate(days) if day in was[one.pk]),
        )
        for one, s in asked.items()
    ]
    going = Mentor.objects.active().filter(season.territory.scope.q("organisation__path"), kind__in=GOING)
    away = days_away(asks, going.values("pk"), season.first, season.last, known)
    people = [
        routes.Methodist(
            str(one.pk),
            one.name,
            matching.place_of(one.organisation),
            frozenset(one.strengths),
            season.per_week,
            free(f"m{one.pk}"),
            Counter(day.isocalendar().week for day in busy[f"m{one.pk}"]),
            frozenset(number for number, day in enumerate(days) if day in away[one.pk]),
        )
        for one in going.select_related("organisation").order_by("pk")
    ]
    return schools, people


@transaction.atomic
def _write(season: Season, wishes: Sequence[Wish], made: routes.Season, days: Sequence[dt.date]) -> None:
    SEASON_WORKFLOW.move(season, "ready", cost=made.cost, bound=made.bound)
    met = {(one.school, subject): one for one in made.visits for subject in one.subjects}
    for wish in wishes:
        key = (str(wish.school_id), wish.subject)
        if one := met.get(key):
            wish.methodist_id, wish.day = int(one.methodist), days[one.day]
            wish.kilometres = one.kilometres if one.measured else None
        else:
            wish.reason = made.left[key][:500]
    Wish.objects.bulk_update(wishes, ["methodist", "day", "reason", "kilometres"], batch_size=500)


@transaction.atomic
def confirm_season(season: Season, *, by: Actor) -> int:
    """The visits of the season are made, each to be agreed by its school and municipality; how many."""
    require(by, Permission.LISTS_EDIT, season.territory.path, to=TO_PLAN)
    SEASON_WORKFLOW.move(season, "confirm")
    teams: dict[tuple[int, dt.date], dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for wish in season.wishes.filter(day__isnull=False):
        if wish.day and wish.methodist_id:
            teams[wish.school_id, wish.day][wish.methodist_id].append(wish.subject)
    if not teams:
        raise Refused("В сезоне нет ни одного визита.")
    there = Visit.objects.filter(day__range=(season.first, season.last)).exclude(state=VisitState.CANCELLED)
    if teams.keys() & set(there.values_list("school", "day")):
        raise Refused("С тех пор в одну из школ на тот же день назначен другой визит. Начните сезон заново.")
    sheet = current_sheet(season.territory)
    visits = Visit.objects.bulk_create(
        Visit(school_id=school, day=day, season=season, sheet=sheet, made_by=by.label) for school, day in teams
    )
    VisitMember.objects.bulk_create(
        VisitMember(visit=visit, mentor_id=mentor, subjects=subjects)
        for visit in visits
        for mentor, subjects in teams[visit.school_id, visit.day].items()
    )
    note("season_confirmed", f"назначил(а) визиты, школ и дней: {len(visits)}", season, by, season.territory.path)
    made = Visit.objects.filter(season=season).select_related("school__parent")
    telling.proposed(list(made.prefetch_related("team__mentor__organisation")), by=by)
    return len(visits)


# -- one visit -----------------------------------------------------------------------------------------------------


@transaction.atomic
def make_visit(*, by: Actor, school: Organisation, day: dt.date, team: Iterable[Mentor]) -> Visit:
    """By hand; everybody of the team goes for all of his subjects."""
    require(by, Permission.LISTS_EDIT, school.path, to=TO_PLAN)
    people = list(team)
    _free(school, day, people)
    made = Visit.objects.create(school=school, day=day, by_hand=True, sheet=current_sheet(school), made_by=by.label)
    VisitMember.objects.bulk_create(VisitMember(visit=made, mentor=one, subjects=list(one.strengths)) for one in people)
    note("visit_made", f"назначил(а) визит: {made}", made, by, school.path)
    telling.proposed([made], by=by)
    return made


@transaction.atomic
def move(visit: Visit, *, by: Actor, day: dt.date, reason: str) -> None:
    """To another day, on which both sides agree anew."""
    require(by, Permission.LISTS_EDIT, visit.school.path, to=TO_PLAN)
    if not reason.strip():
        raise Refused("Напишите, почему визит переносится: причину увидят школа и муниципалитет.")
    if day == visit.day:
        raise Refused("Визит и так назначен на этот день: выберите другой.")
    people = [one.mentor for one in visit.team.select_related("mentor__organisation")]
    _free(visit.school, day, people, visit)
    unagreed = dict.fromkeys([f"{side}_agreed_{what}" for side in (SCHOOL, AREA) for what in ("at", "by")])
    waiting = Visit.objects.filter(pk=visit.pk, state=VisitState.PLANNED, day=visit.day)
    if not waiting.update(day=day, by_hand=True, **unagreed):
        raise Stale("Визит уже изменился. Обновите страницу и посмотрите.")
    old, visit.day = visit.day, day
    said = f"перенёс(ла) визит с {old:%d.%m.%Y} на {day:%d.%m.%Y}: {visit}. {reason.strip()}"
    note("visit_moved", said[:500], visit, by, visit.school.path)
    telling.moved(visit, by=by, reason=reason.strip()[:300])


def _free(school: Organisation, day: dt.date, people: Sequence[Mentor], visit: Visit | None = None) -> None:
    """Refuse a day that has passed, or on which the school or one of the people has another visit.

    Both stay locked, so that of two visits made at once one is refused.
    """
    if day < today():
        raise Refused("Этот день уже прошёл: выберите другой.")
    Organisation.objects.select_for_update().get(pk=school.pk)
    list(Mentor.objects.select_for_update().filter(pk__in=[one.pk for one in people]).order_by("pk"))
    standing = Visit.objects.filter(day=day).exclude(state=VisitState.CANCELLED)
    standing = standing.exclude(pk=visit.pk) if visit else standing
    if standing.filter(school=school).exists():
        raise Refused("На этот день визит в эту школу уже назначен.")
    taken = VisitMember.objects.filter(visit__in=standing, mentor__in=people).select_related("mentor__organisation")
    if other := taken.first():
        raise Refused(f"{other.mentor.name} в этот день едет в другую школу: выберите другой день.")


def may_agree(user: Actor, visit: Visit, side: str) -> bool:
    """The head for the school, the municipality for itself; the region for neither."""
    path = visit.school.path
    if visit.state != VisitState.PLANNED or not user.may(Permission.LISTS_VIEW, path):
        return False
    if side == SCHOOL:
        return path in user.own.paths and user.may(Permission.ASSIGNMENTS_SUBMIT, path)
    above = visit.school.parent
    return above is not None and above.path in user.own.paths and user.may(Permission.ASSIGNMENTS_DECIDE, path)


def may_write(user: Actor, visit: Visit) -> bool:
    """The region, and the people of the team."""
    if user.may(Permission.LISTS_EDIT, visit.school.path):
        return True
    places = [one.mentor.organisation.path for one in visit.team.all()]
    return any(place in user.own.paths and user.may(Permission.ASSIGNMENTS_REPORT, place) for place in places)


@transaction.atomic
def agree(visit: Visit, *, by: Actor, side: str) -> None:
    if not may_agree(by, visit, side):
        raise Denied("Согласовать визит может руководитель школы и муниципалитет — каждый за себя, до визита.")
    values = {f"{side}_agreed_at": timezone.now(), f"{side}_agreed_by": by.label}
    waiting = Visit.objects.filter(pk=visit.pk, state=VisitState.PLANNED, **{f"{side}_agreed_at__isnull": True})
    if not waiting.update(**values):
        raise Stale("Визит уже согласован или изменился. Обновите страницу и посмотрите.")
    note("visit_agreed", f"согласовал(а) визит: {visit}", visit, by, visit.school.path)
    visit.refresh_from_db(fields=["school_agreed_at", "area_agreed_at"])
    if not visit.waits:
        telling.agreed(visit, by=by)


def require_writing(visit: Visit, by: Actor) -> None:
    if not may_write(by, visit):
        raise Denied("Записи визита ведут его команда и региональный координатор.")


@transaction.atomic
def hold(visit: Visit, *, by: Actor, report: str) -> None:
    """The visit took place; its report."""
    require_writing(visit, by)
    if visit.waits:
        raise Refused(f"Отчёт пока нельзя сдать: {visit.waits}.")
    if visit.day > today():
        raise Refused("День визита ещё не наступил.")
    VISIT_WORKFLOW.move(visit, "hold", comment=report, report=report.strip())
    note("visit_held", f"сдал(а) отчёт о визите: {visit}", visit, by, visit.school.path)
    telling.reported(visit, by=by)


@transaction.atomic
def cancel(visit: Visit, *, by: Actor, reason: str) -> None:
    require(by, Permission.LISTS_EDIT, visit.school.path, to=TO_PLAN)
    VISIT_WORKFLOW.move(visit, "cancel", comment=reason, cancelled_reason=reason.strip()[:500])
    note("visit_cancelled", f"отменил(а) визит: {visit}. {reason.strip()}"[:500], visit, by, visit.school.path)
    telling.cancelled(visit, by=by, reason=reason.strip()[:300])


@transaction.atomic
def add_note(
    visit: Visit, *, by: Actor, kind: str, subject: str, about: str, text: str, marks: Mapping[str, int]
) -> VisitNote:
    require_writing(visit, by)
    if visit.day > today() or visit.state == VisitState.CANCELLED:
        raise Refused("Записывать ещё нечего: день визита не наступил, или визит отменён.")
    sheet = visit.sheet
    if any(key not in sheet.criteria or not 0 <= mark < len(sheet.scale) for key, mark in marks.items()):
        raise Refused("Оценка не по листу наблюдения этого визита. Откройте запись заново.")
    values = {"kind": kind, "subject": subject, "about": about.strip(), "text": text.strip(), "marks": dict(marks)}
    made = VisitNote.objects.create(visit=visit, written_by=by.label, **values)
    note("visit_noted", f"записал(а) в визите {visit}: {made}"[:500], visit, by, visit.school.path)
    return made


def note(event: str, text: str, on: Season | Visit, by: Actor, path: str, data: dict[str, Any] | None = None) -> None:
    record(f"support.{event}", text[:500], by=by, on=on, path=path, confidential=True, data=data)
