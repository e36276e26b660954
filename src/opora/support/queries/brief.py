"""What the page of a case says in short of everything around it, and the latest that happened: one query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, Value
from django.db.models.functions import Concat

from opora.access.models import Membership
from opora.access.roles import ROLES
from opora.core.actor import Actor
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.lists.models import Entrustment
from opora.roadmaps.models import Assignment
from opora.support.levels import title_of
from opora.support.models import Case, Concern, Programme, RiskScore, Visit
from opora.support.models.mentoring import year_of
from opora.support.models.programmes import in_words
from opora.support.models.visits import VisitState
from opora.support.queries import events, proofs, sources
from opora.support.queries.helpers import PARTS as HELPERS
from opora.support.queries.lines import TEXT, Line, Part, account, read
from opora.support.scoring import shipped

LATEST = 8  # events
VISITS = 3


def _heads(case: Case, user: Actor) -> Any:
    roles = [code for code, role in ROLES.items() if Permission.ASSIGNMENTS_SUBMIT in role.grants]
    found = Membership.objects.on(today()).filter(organisation=case.school_id, role__in=roles)
    return found.filter(user__is_active=True)


def _curators(case: Case, user: Actor) -> Any:
    return Entrustment.objects.curating().on(today()).filter(school=case.school_id, curator__is_active=True)


def _visits(case: Case, user: Actor) -> Any:
    standing = Q(state=VisitState.HELD) | Q(state=VisitState.PLANNED, day__gte=today())
    return Visit.objects.visible(user).filter(standing, school=case.school_id)


def _work(case: Case, user: Actor) -> Any:
    told = Q(via_list=True) | Q(roadmap__confidential=True)
    return Assignment.objects.visible(user).filter(told, executor=case.school_id).to_act()


_PARTS = (
    Part("head", "Руководитель", _heads, at="created_at", who=account("user__")),
    Part("curator", "Куратор", _curators, at="created_at", who=account("curator__")),
    *(part for part in HELPERS if part.code == "mentor"),
    Part("visit", "", _visits, day="day", text="state", ref="public_id", address="support:visit"),
    Part(
        "programme",
        "Программа",
        lambda case, user: Programme.objects.visible(user).filter(case=case),
        at="created_at",
        who=Concat(Value(""), F("standing__number"), output_field=TEXT),
        text="state",
        detail=Concat(Value(""), F("version"), output_field=TEXT),
        address="support:programme",
    ),
    Part(
        "risk",
        "",
        lambda case, user: RiskScore.objects.visible(user).filter(profile__case=case, chosen=True),
        at="profile__scored_at",
        text="factor",
        address="support:risks",
    ),
    Part(
        "work",
        "",
        _work,
        at="created_at",
        day="due",
        text="activity__text",
        ref="public_id",
        address="roadmaps:assignment",
    ),
    Part(
        "concern",
        "",
        lambda case, user: Concern.objects.visible(user).open().filter(case=case),
        at="created_at",
        text=Concat(Value(""), F("rank"), output_field=TEXT),
        detail="text",
        ref="public_id",
        address="support:concern",
    ),
)
_CODES = {part.code for part in _PARTS}
_PAPERS = {part.code for part in proofs.PARTS}


@dataclass(frozen=True, slots=True)
class Brief:
    heads: list[Line]
    curators: list[Line]
    mentors: list[Line]
    visits: list[tuple[Line, str]]  # with its state in words, the next ones first
    programme: str  # its state in words; empty: there is none
    risks: list[str]  # titles of the chosen factors
    concerns: list[tuple[Line, str]]  # with the title of its level
    work: list[Line]  # what the school has to do because it is listed, or helped; by its days
    events: list[Line]  # the latest first
    proofs: dict[str, proofs.Proof]  # papers to which a step may point


def of_case(case: Case, user: Actor) -> Brief:
    every = [*_PARTS, *proofs.PARTS, *(part for parts in sources.PARTS.values() for part in parts)]
    found: dict[str, list[Line]] = {}
    happened = []
    for line in read(every, case, user):
        if line.code in _CODES or line.code in _PAPERS:
            found.setdefault(line.code, []).append(line)
        else:
            happened.append(line)
    visits = sorted((one for one in found.get("visit", []) if year_of(one.on) == case.school_year), key=_nearness)
    concerns = [(one, title_of(int(one.text))) for one in found.get("concern", [])]
    return Brief(
        heads=found.get("head", []),
        curators=found.get("curator", []),
        mentors=found.get("mentor", []),
        visits=[(one, str(VisitState(one.text).label)) for one in visits[:VISITS]],
        programme="".join(
            in_words(one.text, int(one.detail), int(one.who) if one.who else None) for one in found.get("programme", [])
        ),
        risks=[shipped().titles.get(one.text, one.text) for one in found.get("risk", [])],
        concerns=sorted(concerns, key=lambda one: one[0].text, reverse=True),
        work=sorted(found.get("work", []), key=lambda one: (one.day is None, one.order)),
        proofs=proofs.of_lines([one for code in _PAPERS for one in found.get(code, [])], case),
        events=events.ordered(happened, case)[:LATEST],
    )


def _nearness(line: Line) -> tuple[bool, int]:
    """Those ahead by their days, then those that are over, the latest first."""
    days = (line.on - today()).days
    return days < 0, abs(days)
