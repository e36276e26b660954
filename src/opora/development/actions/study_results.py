"""Results of a study on their way to `assessments`: always by its loading, entered by schools or in files."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from django.core.files.base import ContentFile, File
from django.db import transaction

from opora.assessments.actions.uploading import upload
from opora.assessments.models import Loading
from opora.assessments.schools import code_of
from opora.core.actor import Actor, require
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.development.models.studies import MARKS, PROCEDURE, STUDY_WORKFLOW, Study, StudyKind, StudySchool, StudyState
from opora.journal.actions import record
from opora.registry.models import Organisation

TO_LOAD = "загружать результаты исследований"


def may_load(user: Actor, study: Study) -> bool:
    """The region, which loads all results."""
    return user.may(Permission.RESULTS_EDIT, study.territory.root_path)


@transaction.atomic
def collect(study: Study, *, by: Actor) -> Loading:
    """What schools have entered becomes a table that is loaded as any file of results."""
    rows = list(study.schools.entered().select_related("school"))
    if not rows:
        raise Refused("Ни одна школа ещё не внесла результаты: загружать нечего.")
    content = ContentFile(_table(study, rows).encode(), name=f"{study}.csv")
    return load(study, by=by, files=[(content, "Внесено школами.csv")])


@transaction.atomic
def load(study: Study, *, by: Actor, files: Sequence[tuple[File[bytes], str]]) -> Loading:
    """A loading under the study's name, linked to it; it is corrected and taken on its own page."""
    require(by, Permission.RESULTS_EDIT, study.territory.root_path, to=TO_LOAD)
    study = Study.objects.select_for_update(of=("self",)).select_related("territory", "loading").get(pk=study.pk)
    if not study.is_running:
        raise Refused("Результаты загружают, пока исследование идёт.")
    if study.is_loading:
        raise Refused("Загрузка этого исследования уже есть: примите её или отмените, потом загружайте снова.")
    region = Organisation.objects.get(path=study.territory.root_path)
    study.loading = upload(by=by, territory=region, files=files, title=str(study))
    study.save(update_fields=["loading"])
    _note("uploaded", f"загрузил(а) результаты исследования «{study}»", study, by)
    return study.loading


@transaction.atomic
def detach(study: Study, *, by: Actor) -> None:
    """The loading stays as it is and can be undone; the study waits for another."""
    require(by, Permission.RESULTS_EDIT, study.territory.root_path, to=TO_LOAD)
    STUDY_WORKFLOW.move(study, "detach", loading=None)
    _note("detached", f"открепил(а) загрузку от исследования «{study}»", study, by)


def taken(loading: Loading, by: Actor) -> None:
    """At the point of `assessments`: the results of a study count."""
    for study in Study.objects.filter(loading=loading, state=StudyState.RUNNING).select_related("territory"):
        STUDY_WORKFLOW.move(study, "load")
        _note("loaded", f"принял(а) результаты исследования «{study}»", study, by)


def used(loading: Loading) -> str | None:
    """At the point of `assessments`: why the loading cannot be undone."""
    kept = (StudyState.LOADED, StudyState.CLOSED)
    found = Study.objects.filter(loading=loading, state__in=kept).first()
    if found is None:
        return None
    return f"Это результаты исследования «{found}». Сначала открепите загрузку на его странице."


def _table(study: Study, rows: Sequence[StudySchool]) -> str:
    """Columns of `identification.columns.RESULTS`; a school is called as results call it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        [
            "year",
            "procedure",
            "subject",
            "grade",
            "school_id",
            "participants",
            *(f"marks_{one}" for one in MARKS),
            "absent",
        ]
    )
    key = [study.closes.year, PROCEDURE[StudyKind(study.kind)].value, study.subject]
    for row in rows:
        for grade, numbers in row.lines:
            *marks, absent = numbers
            if sum(numbers):
                writer.writerow([*key, grade, code_of(row.school), sum(marks), *marks, absent])
    return out.getvalue()


def _note(event: str, text: str, study: Study, by: Actor) -> None:
    about: dict[str, Any] = {"path": study.territory.path, "confidential": study.confidential}
    record(f"development.study_{event}", text, by=by, on=study, **about)
