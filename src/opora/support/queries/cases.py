"""Cases as a person may see them: one of a school, all of them as a table, and counted by step for the board."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from opora.core.actor import Actor
from opora.core.clock import today
from opora.core.secrecy import knowledge
from opora.core.together import read_together
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationKind
from opora.support.conditions import with_conditions
from opora.support.models import Case, CaseQuerySet, CaseState, ProgressReview, Step, StepDone, StepFile
from opora.support.queries.concerns import has_concern, rank_of_case
from opora.support.queries.proofs import Proof

ON_BOARD = 5  # schools of a step on the board


def schools(user: Actor) -> QuerySet[Organisation]:
    """Schools of which the person may know whether they are listed."""
    found = Organisation.objects.filter(knowledge(user).q("path")).of_kind(OrganisationKind.SCHOOL)
    return found.select_related("parent")


def cases(user: Actor) -> CaseQuerySet:
    """All of them, with what a row of the table says."""
    found = with_conditions(Case.objects.visible(user)).with_watch(user).annotate(concern=rank_of_case(user))
    return found.select_related("school__parent", "step")


def search(found: QuerySet[Case], text: str) -> QuerySet[Case]:
    return found.filter(school__in=Organisation.objects.matching(text).values("pk"))


def of_school(public_id: str, user: Actor) -> list[Case]:
    """All years of a school, the newest first."""
    found = (
        cases(user)
        .filter(school__public_id=public_id)
        .annotate(progress_due=F("programme__progress_due"), reviewed=ProgressReview.last_goals("programme__pk"))
    )
    found = found.select_related("school__parent", "step", "entry__list")
    return list(found.order_by("-school_year"))


def one(public_id: str, user: Actor) -> QuerySet[Case]:
    return Case.objects.visible(user).filter(public_id=public_id).select_related("school__parent", "step")


@dataclass(frozen=True, slots=True)
class Progress:
    """A step of a case: done (and how), next, or still to come."""

    step: Step
    done: StepDone | None
    is_next: bool
    files: Sequence[StepFile] = ()
    proof: Proof | None = None  # the paper of Opora that proves it

    @property
    def said(self) -> str:
        """The document in words, unless the paper says the same."""
        text = self.done.document_text if self.done else ""
        return "" if self.proof and self.proof.label == text else text


@dataclass(frozen=True, slots=True)
class Course:
    """The steps of a case in order."""

    steps: list[Progress]

    @property
    def count(self) -> int:
        return sum(one.done is not None for one in self.steps)

    @property
    def last(self) -> StepDone | None:
        """The last step that was done by hand: the one that can be undone."""
        done = [one.done for one in self.steps[1:] if one.done]
        return done[-1] if done else None


def course(case: Case, known: Mapping[str, Proof]) -> Course:
    """One query; `known` are the papers that the person sees."""
    steps, done, files = read_together(
        Step.objects.filter(step_set=case.step_set_id),
        StepDone.objects.filter(case=case.pk),
        StepFile.objects.filter(done__case=case.pk),
    )
    standing = {one.step_id: one for one in done if one.undone_at is None}
    ordered = sorted(steps, key=lambda step: step.order)
    kept: dict[int, list[StepFile]] = {}
    for file in files:
        kept.setdefault(file.done_id, []).append(file)
    rows = []
    for step in ordered:
        it = standing.get(step.pk)
        is_next = step.pk == case.step_id and case.is_open
        own = kept.get(it.pk, []) if it else []
        rows.append(Progress(step, it, is_next, own, known.get(it.paper) if it else None))
    return Course(rows)


# -- the board -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pile:
    """The cases that stand at one step."""

    key: str
    title: str
    count: int
    overdue: int
    alarmed: int  # with an open concern
    cases: Sequence[Case]

    @property
    def rest(self) -> int:
        return self.count - len(self.cases)


def years(user: Actor) -> list[int]:
    """School years of which there are cases, the newest first."""
    found = Case.objects.visible(user).order_by("-school_year").values_list("school_year", flat=True)
    return list(found.distinct())


def board(user: Actor, year: int) -> tuple[list[Pile], dict[str, int]]:
    """The open cases of a year by their next step, and how many have ended how; three queries.

    Steps of one key are one pile, whatever the version of the steps, under the newest title.
    """
    mine = Case.objects.visible(user).filter(school_year=year)
    late = Count("pk", filter=Q(due__lt=today()))
    alarmed = Count("pk", filter=has_concern(user))
    rows = mine.open().order_by().values("step__key").annotate(count=Count("pk"), late=late, alarmed=alarmed)
    counts = {row["step__key"]: row for row in rows}
    first = Window(RowNumber(), partition_by=F("step__key"), order_by=[F("due").asc(nulls_last=True), "pk"])
    shown: dict[str, list[Case]] = {}
    tops = mine.open().annotate(place=first).filter(place__lte=ON_BOARD).select_related("school", "step")
    for case in tops.order_by("place"):
        if case.step:
            shown.setdefault(case.step.key, []).append(case)
    ended = mine.exclude(state=CaseState.OPEN).order_by().values_list("state").annotate(count=Count("pk"))
    steps = {case.step.key: case.step for some in shown.values() for case in some if case.step}
    ordered = sorted(steps.values(), key=lambda step: (step.order, step.key))
    piles = [
        Pile(step.key, step.title, one["count"], one["late"], one["alarmed"], shown[step.key])
        for step in ordered
        for one in (counts[step.key],)
    ]
    return piles, dict(ended)
