"""Risk profiles that are there follow what comes: accepted forms at once, results of many schools in the background,
answers to questionnaires once a day."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from opora.assessments.models import Loading
from opora.collection.models import Submission
from opora.collection.queries.answers import crossed
from opora.core.actor import Actor, System, after
from opora.core.clock import today
from opora.core.models import Job
from opora.core.tasks import Progress, enqueue, task
from opora.journal.actions import record
from opora.registry.models import Organisation
from opora.support.actions.risks import score_cases
from opora.support.models import Case, CaseState, RiskProfile
from opora.support.models.cases import CaseQuerySet

AT_ONCE = 30  # profiles that are worked out while somebody waits
CHUNK = 200  # of one transaction
_RESULTS, _ANSWERS = "по новым результатам", "по новым ответам анкет"


def answered(submission: Submission, by: Actor) -> None:
    """The point of accepted answers: the profiles of their school."""
    found = list(_profiled(submission.organisation.path))
    if found:
        score_cases(found, by=by)


def results_counted(loading: Loading, by: Actor) -> None:
    """The points of results taken and taken back: the profiles of all schools of their territory."""
    count = _profiled(loading.territory.path).count()
    if count > AT_ONCE:
        enqueue(
            rescore,
            by=by,
            name="Рисковые профили по новым результатам",
            key=f"support.rescore:{loading.public_id}:{loading.version}:{loading.state}",
            territory=loading.territory.public_id,
            actor=by.actor_id,
        )
    elif count:
        _some(loading.territory, list(_profiled(loading.territory.path)), by, _RESULTS)


@task(queue="bulk")
def rescore(job: Progress, territory: str, actor: str) -> None:
    """Begun anew it works out all of them once more, which changes nothing."""
    from opora.access.models import User

    place = Organisation.objects.get(public_id=territory)
    by: Actor = User.objects.filter(public_id=actor).first() or System()
    cases = list(_profiled(place.path))
    for start in range(0, len(cases), CHUNK):
        some = cases[start : start + CHUNK]
        _some(place, some, by, _RESULTS)
        job.step(start + len(some), len(cases), f"Посчитано профилей: {start + len(some)} из {len(cases)}")


@transaction.atomic
def _some(place: Organisation, cases: list[Case], by: Actor, why: str) -> None:
    score_cases(cases, by=by)
    text = f"пересчитал(а) рисковые профили {why}: {len(cases)}"
    record("support.risks_scored", text, by=by, on=place, path=place.path, confidential=True)


def _profiled(path: str) -> CaseQuerySet:
    """Open cases below the path that have a profile."""
    below = {"school__path__gte": path, "school__path__lt": after(path)}
    return Case.objects.open().filter(risks__isnull=False, **below).select_related("school").order_by("pk")


# -- answers to questionnaires -------------------------------------------------------------------------------------


def follow_answers() -> None:
    """The clock: the answers of the days before are followed once a day, in the background.

    Not at the fifth answer itself: the moment of a profile would then tell when somebody answered.
    """
    key = f"support.answers:{today():%Y-%m-%d}"
    if not Job.objects.filter(key=key).exists() and _behind().exists():
        enqueue(hear, by=System(), name="Рисковые профили по новым ответам анкет", key=key)


@task(queue="bulk")
def hear(job: Progress) -> None:
    """Work out anew what more answers may be told of than when it was worked out; begun anew it finds nothing left."""
    rows = list(_behind().order_by("pk").values_list("pk", "case__school", "scored_at"))
    for start in range(0, len(rows), CHUNK):
        some = rows[start : start + CHUNK]
        found = crossed({school: timezone.localdate(at) for _, school, at in some})
        _anew([pk for pk, school, _ in some if school in found])
        job.step(start + len(some), len(rows), f"Просмотрено профилей: {start + len(some)} из {len(rows)}")


def _behind() -> QuerySet[RiskProfile]:
    """Of open cases, worked out before today."""
    return RiskProfile.objects.filter(case__state=CaseState.OPEN, scored_at__date__lt=today())


@transaction.atomic
def _anew(profiles: list[int]) -> None:
    """By regions, each of which reads it in its journal."""
    cases = Case.objects.open().filter(risks__in=profiles).select_related("school").order_by("pk")
    by: dict[str, list[Case]] = {}
    for case in cases:
        by.setdefault(case.school.root_path, []).append(case)
    for path, several in by.items():
        _some(Organisation.objects.get(path=path), several, System(), _ANSWERS)
