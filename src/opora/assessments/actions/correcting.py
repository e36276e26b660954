"""What a person says of the files before they are taken: columns, answers, files left out; then they are read anew."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction

from opora.assessments import store
from opora.assessments.actions.common import locked, note, open_loading
from opora.assessments.actions.starting import start_reading
from opora.assessments.models import LOADING_WORKFLOW, FileState, LoadedFile, Loading, LoadingState, MappingMemory
from opora.assessments.sheets import names_people
from opora.core.actor import Actor
from opora.core.models import Job
from opora.core.workflow import Refused
from opora.identification.reading.mapping import FIELDS, Mapping

FACTS = ("year", "procedure", "subject", "grade")


@transaction.atomic
def correct_columns(file: LoadedFile, *, by: Actor, sheet: str, fields: Sequence[str]) -> Loading:
    """The columns of a sheet hold these `fields`, in order; remembered for headers like these, and read anew."""
    loading = open_loading(file.loading, by)
    found = next((one for one in file.sheets if one["sheet"] == sheet), None)
    if found is None:
        raise Refused("Такого листа в файле нет. Откройте страницу загрузки снова.")
    mapping = Mapping.from_json(found["mapping"])
    if len(fields) != len(mapping.columns):
        raise Refused("Столбцов в файле стало другое число: он прочитан заново. Откройте страницу столбцов снова.")
    for bound, name in zip(mapping.columns, fields, strict=True):
        if name and name not in FIELDS:
            raise Refused(f"Столбца «{name}» у результатов нет.")
        if name and names_people(bound.header):
            raise Refused(f"В столбце «{bound.header}» имена людей: Опора их не читает. Оставьте его без значения.")
    columns = tuple(replace(bound, field=name) for bound, name in zip(mapping.columns, fields, strict=True))
    corrected = replace(mapping, columns=columns)
    MappingMemory.objects.update_or_create(
        territory=loading.territory, signature=mapping.signature, defaults={"mapping": corrected.to_json()}
    )
    data = {"file": file.file_name, "sheet": sheet, "old": mapping.to_json(), "new": corrected.to_json()}
    note("columns_corrected", f"исправил(а) столбцы файла «{file}»", loading, by, data)
    return _again(loading, by)


@transaction.atomic
def answer(file: LoadedFile, *, by: Actor, sheet: str, said: MappingOf[str, str]) -> Loading:
    """What a sheet (or with an empty `sheet` the whole file) does not say itself; read anew."""
    loading = open_loading(file.loading, by)
    unknown = set(said) - set(FACTS)
    if unknown:
        raise TypeError(f"unknown facts {sorted(unknown)}")
    kept = {name: value for name, value in said.items() if value}
    file.answers = {**file.answers, sheet: kept}
    file.save(update_fields=["answers"])
    data = {"file": file.file_name, "sheet": sheet, "said": kept}
    note("answered", f"ответил(а) на вопросы о файле «{file}»", loading, by, data)
    return _again(loading, by)


@transaction.atomic
def leave_out(file: LoadedFile, *, by: Actor) -> Loading:
    """The file is not loaded; the others are read anew, for one of its works may stand in them too."""
    loading = open_loading(file.loading, by)
    LoadedFile.objects.filter(pk=file.pk).update(state=FileState.EXCLUDED)
    if not loading.files.exclude(state__in=[FileState.EXCLUDED, FileState.KNOWN]).exists():
        raise Refused("Это единственный файл загрузки. Чтобы не загружать его, отмените загрузку целиком.")
    note("left_out", f"исключил(а) из загрузки файл «{file}»", loading, by, {"file": file.file_name})
    return _again(loading, by)


@transaction.atomic
def bring_back(file: LoadedFile, *, by: Actor) -> Loading:
    """A file that was left out, or is loaded already, is read after all."""
    loading = open_loading(file.loading, by)
    if file.state not in (FileState.EXCLUDED, FileState.KNOWN):
        raise Refused("Этот файл и так в загрузке.")
    LoadedFile.objects.filter(pk=file.pk).update(state=FileState.WAITING, anyway=True)
    note("brought_back", f"вернул(а) в загрузку файл «{file}»", loading, by, {"file": file.file_name})
    return _again(loading, by)


@transaction.atomic
def read_again(loading: Loading, *, by: Actor) -> Loading:
    """Read the files anew: after a scale was added, or where a reading failed."""
    loading = locked(loading, by)
    if not stuck(loading):
        loading = open_loading(loading, by)
    note("read_again", f"отправил(а) на повторное чтение результаты «{loading}»", loading, by)
    return _again(loading, by)


def _again(loading: Loading, by: Actor) -> Loading:
    start_reading(loading, by)
    return loading


@transaction.atomic
def drop(loading: Loading, *, by: Actor) -> Loading:
    """Nothing of it is taken; its files are deleted, the record that it was stays."""
    loading = locked(loading, by)
    LOADING_WORKFLOW.move(loading, "drop")
    forget_files(loading)
    note("dropped", f"отменил(а) загрузку результатов «{loading}»", loading, by)
    return loading


def forget_files(loading: Loading) -> None:
    """What came and what was read goes from the disk; names, digests and counts stay. Inside a transaction."""
    files = list(loading.files.exclude(original=""))
    store.remove(loading.rows, *(one.original for one in files))
    loading.files.update(original="", sheets=[])
    loading.rows = ""
    loading.save(update_fields=["rows"])
    loading.set_aside.update(value="")


def stuck(loading: Loading) -> bool:
    """Whether the job of the reading or the taking was given up."""
    if loading.state not in (LoadingState.READING, LoadingState.TAKING):
        return False
    job = Job.objects.filter(public_id=loading.job_id).first()
    return job is None or job.finished
