"""Cases, what is done in them, and who helps."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from opora.access.roles import RoleCode
from opora.core.clock import today
from opora.lists.queries import period
from opora.registry import actions as registry
from opora.registry.models.organisations import Organisation
from opora.support.actions import concerns, meetings, minutes
from opora.support.actions.risks import score_cases
from opora.support.actions.sheets import current_sheet
from opora.support.models import Advice, Candidate, Case, Mentor, Pair, Programme, Proposal, Season, Visit
from opora.support.programmes import Content, Goal, Measure, to_json
from tests import factories
from tests.site.filled.region import Filled

_GOAL = {"key": "i1", "title": "Слово", "light": "red", "reason": "Слово", "step": "Слово"}
_VALUE = {"key": "i2", "title": "Слово", "unit": "%", "baseline": 1, "target": 2, "value": None, "found": False}


def fill_programmes(found: Filled, count: int) -> None:
    """Every case has a profile and a programme; of the last there are remarks, versions, experts, reviews."""
    cases = list(Case.objects.filter(school__path__startswith=found.region.authority.path).select_related("school"))
    score_cases(cases, by=found.user)
    experts = [factories.user(RoleCode.OBSERVER, found.region.authority) for _ in range(count)]
    goals = tuple(Goal(f"i{n}", "Слово", measures=(Measure(f"i{n}9", "Слово"),)) for n in range(1, count + 1))
    for case in cases:
        one = Programme.objects.create(case=case, made_by="Кто", content=to_json(Content(goals)), version=1)
    for number, expert in enumerate(experts, 1):
        one.versions.create(number=number, sent_at=timezone.now(), sent_by="Кто")
        one.remarks.create(key=f"i{number}", text="Слово", who="Кто")
        one.reviews.create(expert=expert, version=1)
        day = today() + dt.timedelta(days=number)
        one.progress.create(day=today(), next_day=day, made_by="Кто", goals=[_GOAL], values=[_VALUE])
    found.programme = one


def fill_concerns(found: Filled, count: int) -> None:
    """About as many schools; about the first of them as much was decided."""
    cases = Case.objects.visible(found.user).filter(school__parent=found.region.municipalities[0]).order_by("pk")
    by_school = {case.school_id: case for case in cases.select_related("school__parent")}
    for case in list(by_school.values())[:count]:
        concerns.raise_concern(case, by=found.user, text="Слово")
    first = by_school[found.region.schools[0].pk]
    for _ in range(count):
        concerns.decide(first.concerns.get(), by=found.user, text="Слово")


def fill_meetings(found: Filled, count: int) -> None:
    """As many meetings; of the one to come last, as many members, questions and decisions."""
    at, by = found.region.authority, found.user
    members = [registry.Member(f"Член {number}") for number in range(count)]
    body = registry.create_body(by=by, organisation=at, name="Слово", members=members)
    said = {"title": "Слово", "starts": dt.time(14), "minutes": 60, "place": "", "link": "", "confidential": False}
    agenda = [("Слово", "")] * count
    made = [meetings.plan(body, by=by, day=today() + dt.timedelta(n), agenda=agenda, **said) for n in range(count)]
    for _ in range(count):
        minutes.add_decision(made[-1], by=by, text="Слово", due=today(), responsible=found.region.schools)


def fill_mentoring(found: Filled, count: int) -> None:
    """As many mentors; the first has as many pairs, one of them as many lines and contacts; a proposal as many rows."""
    year, _ = period(today())
    proposal = Proposal.objects.create(territory=found.region.authority, school_year=year, state="ready", made_by="Кто")
    schools = list(found.region.municipalities[0].children.filter(kind="school"))
    for number in range(count):
        where = found.region.institute
        mentor = Mentor.objects.create(organisation=where, kind="tutor", name=f"Слово {number}")
        first = Mentor.objects.get(organisation=where, name="Слово 0")
        pair = Pair.objects.create(school=schools[number], mentor=first, school_year=year, made_by="Кто")
        proposal.rows.create(school=schools[number], mentor=mentor)
        Proposal.objects.create(territory=found.region.authority, school_year=year, state="ready", made_by="Кто")
        _visits(found, number, first, schools[number])
        said = {"post": "Слово", "grounds": "Слово", "consent": "Слово", "proposed_by": "Кто", "for_mentoring": True}
        Candidate.objects.create(organisation=where, name=f"Слово {number}", **said)
        candidate = Candidate.objects.get(organisation=where, name="Слово 0")
        candidate.appointments.create(kind="mentor", school=schools[number], since=today(), made_by="Кто")
        thanks = {"side": "school", "kind": "letter", "ground": "Слово", "document_text": "Слово", "made_by": "Кто"}
        pair.rewards.create(on=today(), **thanks)
        for _ in range(count if number == count - 1 else 0):
            pair.plan.create(text="Слово", due=today())
            pair.contacts.create(kind="call", text="Слово", written_by="Кто")


def _visits(found: Filled, number: int, mentor: Mentor, school: Organisation) -> None:
    """One more visit and season; the first of each has as much in it as there are."""
    days = {"first": today(), "last": today()}
    Season.objects.create(territory=found.region.authority, state="ready", made_by="Кто", **days)
    season = Season.objects.filter(territory=found.region.authority).order_by("pk")[0]
    season.wishes.create(school=school, subject="mat", methodist=mentor, day=today())
    Visit.objects.create(school=school, day=today(), sheet=current_sheet(school), made_by="Кто").team.create(
        mentor=mentor
    )
    visit = Visit.objects.filter(school__parent__parent=found.region.authority).order_by("pk")[0]
    visit.notes.create(kind="lesson", subject="mat", about="Слово", written_by="Кто")
    visit.advice.create(text="Слово", due=today())
    if number:
        visit.team.create(mentor=Mentor.objects.get(organisation=found.region.institute, name=f"Слово {number}"))


def fill_orders(found: Filled) -> None:
    """What visits advised, and a measure of the programme, are work already."""
    visits = Visit.objects.filter(school__parent__parent=found.region.authority)
    Advice.objects.filter(visit__in=visits).update(activity=found.asked.activity)
    found.programme.works.create(key="i19", activity=found.asked.activity)
