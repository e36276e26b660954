"""Signs and clusters worked out anew in the background when results, conditions or thresholds have changed."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from opora.assessments.looks import YearOfLooks, worked_out
from opora.assessments.models import (
    AreaLook,
    AreaResult,
    ClusterResult,
    ClusterThresholds,
    Look,
    SchoolCluster,
    SchoolSigns,
)
from opora.core import bulk
from opora.core.actor import Actor, after, require
from opora.core.permissions import Permission
from opora.core.tasks import Progress, enqueue, task
from opora.core.workflow import Refused
from opora.identification.clusters import Thresholds
from opora.identification.errors import Unfit
from opora.journal.actions import record
from opora.registry.models import Organisation

logger = logging.getLogger(__name__)

TO_LOOK = "пересчитывать признаки и кластеры"
TO_SET = "менять пороги кластеров"
BROKEN = "Посчитать не удалось: ошибка в системе, она записана. Попробуйте ещё раз."


@transaction.atomic
def ask(territory: Organisation, *, by: Actor, since: int) -> None:
    """Have the years from `since` on worked out anew: a year tells of the next by its cohort and its three years."""
    written = AreaResult.objects.filter(area=territory, year__gte=since).values_list("year", flat=True)
    known = Look.objects.filter(territory=territory, year__gte=since).values_list("year", flat=True)
    years = sorted({*written, *known})
    if not years:
        return
    Look.objects.bulk_create((Look(territory=territory, year=year) for year in years), ignore_conflicts=True)
    Look.objects.filter(territory=territory, year__in=years).update(asked=F("asked") + 1)
    asked = Look.objects.filter(territory=territory, year__in=years).order_by("year").values_list("asked", flat=True)
    enqueue(
        work_out,
        by=by,
        name="Признаки необъективности и кластеры",
        key=f"results.looks:{territory.public_id}:{years[0]}:{'-'.join(map(str, asked))}",
        territory=territory.public_id,
        years=years,
    )


@transaction.atomic
def again(territory: Organisation, *, by: Actor) -> None:
    """Work out all years anew, where a person asks for it: schools were closed or moved, or it failed."""
    require(by, Permission.RESULTS_EDIT, territory.path, to=TO_LOOK)
    if not AreaResult.objects.filter(area=territory).exists():
        raise Refused("Результатов ещё нет: сначала загрузите и примите их.")
    ask(territory, by=by, since=0)
    _note("looks_asked", "попросил(а) пересчитать признаки необъективности и кластеры", territory, by)


@transaction.atomic
def set_thresholds(territory: Organisation, *, by: Actor, values: Mapping[str, float]) -> ClusterThresholds:
    """By which shares of schools clusters are told apart from now on; raises `Refused` for impossible ones."""
    require(by, Permission.RESULTS_EDIT, territory.path, to=TO_SET)
    try:
        Thresholds(**values)
    except Unfit as problem:
        raise Refused(str(problem)) from None
    before = thresholds_of(territory)
    said = {**values, "set_by": by.label}
    made, _ = ClusterThresholds.objects.update_or_create(territory=territory, defaults=said)
    data = {"before": vars_of(before), "after": dict(values)}
    _note("thresholds", "изменил(а) пороги кластеров", territory, by, data)
    ask(territory, by=by, since=0)
    return made


@transaction.atomic
def forget_thresholds(territory: Organisation, *, by: Actor) -> None:
    """Back to the thresholds that come with Opora."""
    require(by, Permission.RESULTS_EDIT, territory.path, to=TO_SET)
    data = {"before": vars_of(thresholds_of(territory)), "after": vars_of(Thresholds())}
    if ClusterThresholds.objects.filter(territory=territory).delete()[0]:
        _note("thresholds", "вернул(а) обычные пороги кластеров", territory, by, data)
        ask(territory, by=by, since=0)


def thresholds_of(territory: Organisation) -> Thresholds:
    own = ClusterThresholds.objects.filter(territory=territory).first()
    return own.values if own else Thresholds()


def has_own(territory: Organisation) -> bool:
    """Whether the region has set thresholds of its own."""
    return ClusterThresholds.objects.filter(territory=territory).exists()


def vars_of(by: Thresholds) -> dict[str, float]:
    """Name -> share."""
    return {name: getattr(by, name) for name in Thresholds.__dataclass_fields__}


def _note(event: str, text: str, territory: Organisation, by: Actor, data: dict[str, Any] | None = None) -> None:
    record(f"results.{event}", text, by=by, on=territory, path=territory.path, confidential=True, data=data)


@task(queue="bulk")
def work_out(job: Progress, territory: str, years: list[int]) -> None:
    """Year by year, each kept in one transaction; what is up to date already is passed over."""
    place = Organisation.objects.get(public_id=territory)
    for done, year in enumerate(years):
        job.step(done, len(years), f"Считается {year} год…")
        look = Look.objects.get(territory=place, year=year)
        if not look.stale:
            continue
        try:
            _keep(look, place, worked_out(place, year, thresholds_of(place)))
        except Exception:
            logger.exception("The looks of %s in %s could not be worked out", territory, year)
            Look.objects.filter(pk=look.pk).update(failure=BROKEN)
            raise
    job.step(len(years), len(years), "Признаки и кластеры посчитаны.")


@transaction.atomic
def _keep(look: Look, territory: Organisation, found: YearOfLooks) -> None:
    """In place of what was there; a worker that was overtaken by another keeps nothing."""
    now = {"done": look.asked, "done_at": timezone.now(), "failure": found.failure}
    told = {"limits": found.limits, "thresholds": vars_of(found.thresholds)}
    if not Look.objects.filter(pk=look.pk, done__lt=look.asked).update(**now, **told):
        return
    for model, at in (
        (SchoolSigns, "organisation__path"),
        (SchoolCluster, "organisation__path"),
        (AreaLook, "area__path"),
    ):
        inside = {f"{at}__gte": territory.path, f"{at}__lt": after(territory.path)}
        model._default_manager.filter(year=look.year, **inside).delete()
    ClusterResult.objects.filter(territory=territory, year=look.year).delete()
    _insert(SchoolSigns, found.signs)
    _insert(SchoolCluster, found.clusters)
    _insert(AreaLook, ({"look": look.pk, **row} for row in found.areas))
    _insert(ClusterResult, found.results)


def _insert(model: Any, rows: Iterable[dict[str, Any]]) -> None:
    rows = list(rows)
    if rows:
        bulk.insert(model, tuple(rows[0]), (tuple(row.values()) for row in rows))
