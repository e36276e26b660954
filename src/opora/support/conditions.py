"""Conditions of steps: each is one subquery over cases, so that a table tells what holds up two thousand of them.

Rooms and floors above add theirs by `register` while applications start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.http import urlencode

from opora.access.models import Membership
from opora.access.roles import ROLES
from opora.assessments.models import Objection, ObjectionState, SchoolResult
from opora.collection.models import FormKind, Submission, SubmissionState
from opora.core.actor import Actor
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.lists.models import Entrustment
from opora.roadmaps.models import Assignment
from opora.support.models import Case, CaseQuerySet, Programme, ProgrammeState, RiskProfile
from opora.support.models.programmes import WRITTEN


@dataclass(frozen=True, slots=True)
class Condition:
    code: str
    title: str  # what has to be so
    missing: str  # what holds a case up while it is not
    broken: Callable[[], Any]  # an expression over cases: whether it is not so
    place: str = ""  # the name of the page where it is mended
    of: str = ""  # whose page: «case», «school», or «search» for a list found by the school's name
    needs: Permission | None = None  # to open it

    @property
    def field(self) -> str:
        return f"lacks_{self.code}"

    def url(self, case: Case, user: Actor) -> str:
        """Where the person can mend it; nothing where he may not go there."""
        if not self.place or (self.needs and not user.may(self.needs)):
            return ""
        one = {"case": case.public_id, "school": case.school.public_id}.get(self.of)
        found = reverse(self.place, args=[one] if one else [])
        return f"{found}?{urlencode({'q': case.school.short_name})}" if self.of == "search" else found


def _no_head() -> Any:
    roles = [code for code, role in ROLES.items() if Permission.ASSIGNMENTS_SUBMIT in role.grants]
    heads = Membership.objects.on(today()).filter(role__in=roles, user__is_active=True)
    return ~Exists(heads.filter(organisation=OuterRef("school")))


def _objects() -> Any:
    same = {"school": OuterRef("school"), "school_list__school_year": OuterRef("school_year")}
    return Exists(Objection.objects.filter(**same, state=ObjectionState.FILED))


def _no_results() -> Any:
    return ~Exists(SchoolResult.objects.current().filter(organisation=OuterRef("school")))


def _no_passport() -> Any:
    """One accepted in the school year of the case or later."""
    accepted = Submission.objects.filter(
        state=SubmissionState.ACCEPTED, campaign__version__form__kind=FormKind.PASSPORT
    )
    return ~Exists(accepted.filter(organisation=OuterRef("school"), decided_at__year__gte=OuterRef("school_year")))


def _no_risks() -> Any:
    return ~Exists(RiskProfile.objects.filter(case=OuterRef("pk"), chosen_at__isnull=False))


def _not_in(*states: str) -> Callable[[], Any]:
    """That no programme of the case has come so far; a version in force has come all the way."""
    come = Q(state__in=states) | Q(standing__isnull=False)
    return lambda: ~Exists(Programme.objects.filter(come, case=OuterRef("pk")))


def _no_curator() -> Any:
    return ~Exists(Entrustment.objects.curating().on(today()).filter(school=OuterRef("school")))


def _open_work() -> Any:
    told = Q(via_list=True) | Q(roadmap__confidential=True)
    return Exists(Assignment.objects.to_act().filter(told, executor=OuterRef("school")))


CONDITIONS: dict[str, Condition] = {}


def register(*conditions: Condition) -> None:
    CONDITIONS.update({one.code: one for one in conditions})


def choices() -> list[tuple[str, str]]:
    """Codes with what a condition asks, as a step is given them."""
    return [(one.code, one.title[0].upper() + one.title[1:]) for one in CONDITIONS.values()]


register(
    Condition(
        "head",
        "у руководителя школы есть учётная запись",
        "у руководителя школы нет учётной записи: пригласите его",
        _no_head,
        place="access:invite",
        needs=Permission.ACCOUNTS_INVITE,
    ),
    Condition(
        "no_objection",
        "возражение школы рассмотрено",
        "рассматривается возражение школы",
        _objects,
        place="assessments:objections",
        of="search",
    ),
    Condition(
        "results",
        "результаты школы загружены",
        "результаты школы не загружены",
        _no_results,
        place="assessments:school",
        of="school",
    ),
    Condition(
        "passport",
        "паспорт школы принят",
        "паспорт школы не принят",
        _no_passport,
        place="collection:submissions",
        of="search",
    ),
    Condition(
        "risks",
        "рисковый профиль составлен, факторы выбраны",
        "рисковый профиль не составлен: выберите в нём факторы",
        _no_risks,
        place="support:risks",
        of="case",
    ),
    Condition(
        "programme_sent",
        "программа полна и отправлена на утверждение",
        "программа не отправлена на утверждение",
        _not_in(ProgrammeState.SENT, ProgrammeState.APPROVED, ProgrammeState.AGREED),
        place="support:programme",
        of="case",
    ),
    Condition(
        "programme_approved",
        "программа утверждена муниципалитетом",
        "программа не утверждена муниципалитетом",
        _not_in(ProgrammeState.APPROVED, ProgrammeState.AGREED),
        place="support:programme",
        of="case",
    ),
    Condition(
        "programme_agreed",
        "программа согласована региональной группой",
        "программа не согласована региональной группой",
        _not_in(ProgrammeState.AGREED),
        place="support:programme",
        of="case",
    ),
    Condition(
        "curator",
        "школа поручена куратору",
        "школа не поручена куратору",
        _no_curator,
        place="lists:entrustments",
        needs=Permission.ACCOUNTS_INVITE,
    ),
    Condition(
        "work_done",
        "поручения школы по дорожной карте закрыты",
        "у школы есть незакрытые поручения по дорожной карте",
        _open_work,
        place="roadmaps:assignments",
        of="search",
    ),
)


def with_conditions(cases: CaseQuerySet) -> CaseQuerySet:
    """With `lacks_…` for each condition there is, and `returned`: whether the programme is with the school again."""
    again = Programme.objects.filter(case=OuterRef("pk"), state__in=WRITTEN, version__gt=0)
    return cases.annotate(**{one.field: one.broken() for one in CONDITIONS.values()}, returned=Exists(again))


def held_by(cases: CaseQuerySet, code: str) -> CaseQuerySet:
    """Open cases whose next step has the condition, which is not met."""
    asked = cases.open().filter(step__conditions__contains=f" {code} ")
    return asked.filter(CONDITIONS[code].broken())


def lacking(case: Case) -> list[Condition]:
    """What the next step lacks, of a case `with_conditions`."""
    if not case.is_open or case.step is None:
        return []
    asked = [CONDITIONS[code] for code in case.step.codes if code in CONDITIONS]
    return [one for one in asked if getattr(case, one.field)]


def missing(case: Case) -> list[str]:
    """The same in words."""
    return [one.missing for one in lacking(case)]
