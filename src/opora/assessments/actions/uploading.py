"""Files with results enter: many at once, each limited in size and kind, a zip of files taken apart while reading."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.files.base import File
from django.db import transaction

from opora.assessments.actions.common import TO_LOAD, note
from opora.assessments.actions.files import LONGEST, MAX_FILES, add_file, follow_names, problem
from opora.assessments.actions.starting import start_reading
from opora.assessments.models import Loading
from opora.core.actor import Actor, require
from opora.core.permissions import Permission
from opora.core.text import file_name, plural
from opora.core.workflow import Refused
from opora.registry.models import Organisation

Uploaded = tuple["File[bytes]", str]


@transaction.atomic
def upload(*, by: Actor, territory: Organisation, files: Sequence[Uploaded], title: str = "") -> Loading:
    """Keep the files as they are and read them in the background; `Refused` names every one that cannot be taken."""
    require(by, Permission.RESULTS_EDIT, territory.path, to=TO_LOAD)
    if not files:
        raise Refused("Выберите хотя бы один файл.")
    if len(files) > MAX_FILES:
        raise Refused(f"За один раз можно загрузить не больше {MAX_FILES} файлов. Сложите их в архив zip.")
    named = [(file, file_name(name)) for file, name in files]
    wrong = [wrong for file, name in named if (wrong := problem(file, name))]
    if wrong:
        raise Refused(" ".join(wrong))
    loading = Loading.objects.create(
        territory=territory, title=(title.strip() or _title([name for _, name in named]))[:LONGEST], loaded_by=by.label
    )
    for order, (file, name) in enumerate(named, start=1):
        add_file(loading, file, name, order)
    follow_names(loading)
    start_reading(loading, by)
    data = {"files": [[one.file_name, one.sha256, one.file_size] for one in loading.files.all()]}
    note("uploaded", f"загрузил(а) результаты «{loading}»: файлов — {len(named)}", loading, by, data)
    return loading


def _title(names: Sequence[str]) -> str:
    """«ВПР 2025.xlsx», «ВПР 2025.xlsx и ещё 3 файла»"""
    rest = len(names) - 1
    return names[0] if not rest else f"{names[0]} и ещё {rest} {plural(rest, 'файл', 'файла', 'файлов')}"
