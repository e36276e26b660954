"""What the doctor asks of the store of results."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q

from opora.assessments import store
from opora.assessments.models import Part
from opora.core.errors import Problem
from opora.core.health import Finding, error, fine

SHOWN = 3


def results() -> Iterator[Finding]:
    """Are the files of results whole, and can they be opened? Reads every one."""
    damaged: list[str] = []
    sealed = kept = 0
    for part in Part.objects.exclude(tallies="", pupils="").iterator():
        for field, digest in ((part.tallies, part.tallies_sha256), (part.pupils, part.pupils_sha256)):
            if not field or not field.storage.exists(field.name):
                continue  # what is not there the doctor says of all files
            kept += 1
            sealed += str(field.name).endswith(store.SEALED)
            if store.digest_of(field) != digest:
                damaged.append(f"{part}: {field.name}")
    if damaged:
        said = f"повреждены файлы: {len(damaged)} ({'; '.join(damaged[:SHOWN])})"
        yield error("Результаты", said, "Верните их из резервной копии или загрузите результаты заново.")
    yield from _key(sealed)
    if not damaged:
        yield fine("Результаты", f"файлов {kept}, целы")


def _key(sealed: int) -> Iterator[Finding]:
    """One sealed file is opened: all are sealed for the same key, or were before it was changed."""
    try:
        if store.identity() is None and not sealed:
            return
        newest = Part.objects.filter(Q(tallies__endswith=store.SEALED)).order_by("pk")
        for part in filter(None, (newest.first(), newest.last())):
            with store.opened(part.tallies):
                pass
    except (Problem, FileNotFoundError) as problem:
        said = str(problem) if isinstance(problem, Problem) else "файл не найден"
        yield error("Ключ результатов", said, "Верните прежний ключ: без него результаты не прочесть.")
    else:
        yield fine("Ключ результатов", f"зашифровано файлов: {sealed}")
