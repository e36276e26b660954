"""The region's own scales: a change makes a new version, the old one stays readable."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from opora.assessments.models import Scale
from opora.assessments.models.procedures import Procedure
from opora.core.actor import Actor, require
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.identification.titles import procedure_words
from opora.journal.actions import record
from opora.registry.models import Organisation

TO_KEEP = "вести шкалы перевода баллов"


@dataclass(frozen=True, slots=True)
class Limits:
    """A scale as it is typed or read from a table."""

    year: int
    procedure: str
    subject: str
    grade: int
    last_2: int
    last_3: int
    last_4: int
    highest: int | None = None

    def __str__(self) -> str:
        return f"{procedure_words(self.procedure, self.subject, self.grade)}, {self.year}"

    @property
    def key(self) -> dict[str, int | str]:
        return {"year": self.year, "procedure": self.procedure, "subject": self.subject, "grade": self.grade}

    @property
    def points(self) -> tuple[int, int, int, int | None]:
        return self.last_2, self.last_3, self.last_4, self.highest

    def check(self) -> None:
        """`Refused` says what does not fit."""
        if self.procedure not in Procedure.values:
            raise Refused(f"Процедура «{self.procedure}» неизвестна.")
        if not 1 <= self.grade <= 11:
            raise Refused(f"{self}: класс — от 1 до 11.")
        if not 0 <= self.last_2 < self.last_3 < self.last_4:
            raise Refused(f"{self}: последние баллы отметок «2», «3» и «4» должны возрастать.")
        if self.highest is not None and self.highest <= self.last_4:
            raise Refused(f"{self}: наибольший балл должен быть больше последнего балла отметки «4».")


@transaction.atomic
def set_scales(scales: Iterable[Limits], *, by: Actor, territory: Organisation) -> int:
    """Keep each scale; how many are new or changed. One that does not fit refuses them all."""
    require(by, Permission.RESULTS_EDIT, territory.path, to=TO_KEEP)
    wanted = {tuple(one.key.values()): one for one in scales}
    for one in wanted.values():
        one.check()
    current = Scale.objects.select_for_update().filter(territory=territory, current=True)
    old = {(one.year, one.procedure, one.subject, one.grade): one for one in current}
    changed = [one for key, one in wanted.items() if key not in old or _points(old[key]) != one.points]
    for limits in changed:
        _set(limits, old.get(tuple(limits.key.values())), by, territory)  # type: ignore[arg-type]
    return len(changed)


def _points(scale: Scale) -> tuple[int, int, int, int | None]:
    return *scale.limits, scale.highest


def _set(limits: Limits, old: Scale | None, by: Actor, territory: Organisation) -> None:
    if old:
        Scale.objects.filter(pk=old.pk).update(current=False)
    made = Scale.objects.create(
        territory=territory,
        **limits.key,
        last_2=limits.last_2,
        last_3=limits.last_3,
        last_4=limits.last_4,
        highest=limits.highest,
        version=old.version + 1 if old else 1,
        made_by=by.label,
    )
    record(
        "results.scale_set",
        f"{'изменил(а)' if old else 'внёс(ла)'} шкалу «{made}»",
        by=by,
        on=made,
        path=territory.path,
        data={"old": list(_points(old)) if old else None, "new": list(_points(made))},
    )
