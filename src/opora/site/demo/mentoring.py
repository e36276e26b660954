"""Mentors of the demo, and pairs of a third of its listed schools: signed, planned and at work."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from opora.access.models import User
from opora.core.clock import today
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationKind
from opora.support import matching
from opora.support.actions.sheets import current_sheet
from opora.support.models import Advice, Case, Contact, Mentor, Pair, PlanLine, Season, Visit, VisitMember, VisitNote
from opora.support.models.mentoring import Doer, PairOrigin, year_of
from opora.support.planning.places import kilometres

STRONG = (
    {"mat": 3, "phys": 2},
    {"rus": 3, "lit": 2},
    {"bio": 2, "chem": 3},
    {"hist": 2, "soc": 3},
    {"mat": 2, "rus": 2},
)
TUTORS = (("Лебедева Ирина Павловна", {"mat": 3}), ("Соколов Андрей Викторович", {"rus": 3, "lit": 3}))
PLAN = (
    ("Диагностика трудностей учеников", Doer.SCHOOL),
    ("Открытый урок в школе-наставнике", Doer.MENTOR),
    ("Разбор типичных ошибок ВПР", Doer.BOTH),
    ("Итоги года", Doer.BOTH),
)

VISITS = (-20, -6, 8, 15)  # days from today


def build_mentoring(coordinator: User) -> None:
    cases = list(Case.objects.open().filter(school_year=year_of(today())).select_related("school").order_by("pk"))
    if not cases:
        return
    region = Organisation.objects.get(path=cases[0].school.root_path)
    schools = region.scope.q("path")
    free = (
        Organisation.objects.filter(schools)
        .of_kind(OrganisationKind.SCHOOL)
        .exclude(pk__in=[one.school_id for one in cases])
    )
    strong = list(free.order_by("-pupils", "pk")[: max(len(cases) // 3, 3)])
    made = [
        Mentor(organisation=one, kind="school", strengths=STRONG[number % len(STRONG)], load=2 + number % 3)
        for number, one in enumerate(strong)
    ]
    institute = Organisation.objects.filter(schools).of_kind(OrganisationKind.INSTITUTE).first()
    if institute:
        made += [Mentor(organisation=institute, kind="tutor", name=name, strengths=s, load=4) for name, s in TUTORS]
    mentors = Mentor.objects.bulk_create(made)
    paired = cases[: len(cases) // 3]
    pairs = Pair.objects.bulk_create(
        Pair(
            school=case.school,
            mentor=mentors[number % len(strong)],
            school_year=case.school_year,
            origin=PairOrigin.HAND,
            document_text="приказ департамента образования о наставничестве",
            agreement=""
            if number % 4 == 3
            else f"от {today() - dt.timedelta(days=40 - number):%d.%m.%Y} № {number + 1}",
            made_by=coordinator.label,
        )
        for number, case in enumerate(paired[: 2 * len(strong)])
    )
    _at_work(pairs, coordinator)
    tutors = [one for one in mentors if one.name]
    if tutors:
        _season(cases[: len(VISITS)], tutors, region, coordinator)


def _season(cases: list[Case], tutors: list[Mentor], region: Organisation, coordinator: User) -> None:
    """One that is going on: half of its visits took place, the rest can be planned again."""
    days = {"first": today() + dt.timedelta(days=min(VISITS)), "last": today() + dt.timedelta(days=max(VISITS) + 20)}
    season = Season.objects.create(territory=region, state="confirmed", made_by=coordinator.label, **days)
    for number, case in enumerate(cases):
        visit = _visit(case, tutors[number % len(tutors)], VISITS[number], coordinator, season)
        [member] = visit.team.all()
        places = [matching.place_of(one) for one in (visit.school, member.mentor.organisation)]
        far = round(2 * float(kilometres(places[:1], places[1:])[0, 0]))
        season.cost += far
        told = {"methodist": member.mentor, "day": visit.day, "kilometres": far}
        season.wishes.create(school=visit.school, subject=member.subjects[0], **told)
    season.bound = season.cost
    season.save(update_fields=["cost", "bound"])


def _visit(case: Case, tutor: Mentor, days: int, coordinator: User, season: Season) -> Visit:
    """One that took place with a lesson and advice, or one that waits for the word of both sides."""
    agreed = {"school_agreed_at": timezone.now(), "school_agreed_by": "Директор школы"}
    agreed |= {"area_agreed_at": timezone.now(), "area_agreed_by": "Управление образования"}
    day, held = today() + dt.timedelta(days=days), days < 0
    values: dict[str, Any] = (
        {"state": "held", "report": "Посещены уроки, проведена консультация.", **agreed} if held else {}
    )
    values |= {"sheet": current_sheet(case.school), "season": season}
    visit = Visit.objects.create(school=case.school, day=day, made_by=coordinator.label, **values)
    VisitMember.objects.create(visit=visit, mentor=tutor, subjects=list(tutor.strengths))
    if held:
        marks = {"aim": 2, "content": 2, "methods": 1, "each": 0, "feedback": 1}
        lesson = {
            "kind": "lesson",
            "subject": next(iter(tutor.strengths)),
            "about": "7 «А», повторение",
            "marks": marks,
        }
        VisitNote.objects.create(visit=visit, text="Больше работы в парах.", written_by=coordinator.label, **lesson)
        text = "Разобрать с учителями задания для учеников с разной подготовкой"
        Advice.objects.create(visit=visit, text=text, due=today() + dt.timedelta(days=30))
    return visit


def _at_work(pairs: list[Pair], coordinator: User) -> None:
    lines, contacts = [], []
    for number, pair in enumerate(pairs):
        for at, (text, doer) in enumerate(PLAN):
            due = today() + dt.timedelta(days=30 * (at - 1) + number)
            done = {"done_at": timezone.now(), "done_by": coordinator.label} if at == 0 else {}
            told = {"text": text, "due": due, "doer": doer, "written_by": coordinator.label}
            lines.append(PlanLine(pair=pair, **told, **done))
        if number % 3:
            on = today() - dt.timedelta(days=5 + number)
            text = "Познакомились с командой школы, договорились о плане."
            contacts.append(Contact(pair=pair, on=on, kind="online", text=text, written_by=coordinator.label))
    PlanLine.objects.bulk_create(lines)
    Contact.objects.bulk_create(contacts)
