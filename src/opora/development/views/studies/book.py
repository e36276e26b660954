"""The workbook of a school in a study: taken along, and taken back after a look at what it says."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from opora.core.actor import require
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.development.actions import studies as actions
from opora.development.forms.studies import StudyFileForm
from opora.development.models.studies import StudySchool
from opora.development.queries import studies as queries
from opora.development.study_book import Brought, read, write
from opora.development.views.studies.pages import seen, trail
from opora.exports.actions import release
from opora.identification.reading.opening import Unreadable
from opora.ui.once import once
from opora.ui.pages import form_page, tell
from opora.ui.requests import actor, form_methods

SALT, KEPT = "development.study_book", 24 * 3600  # seconds that a look at a file may take


def entering(request: HttpRequest, public_id: str, row_id: str) -> StudySchool:
    """The school in the study, for those who enter its results."""
    found = seen(request, public_id)
    row = get_object_or_404(queries.schools(found, actor(request)), public_id=row_id)
    require(actor(request), Permission.ASSIGNMENTS_SUBMIT, row.school.path, to=actions.TO_ENTER)
    return row


@require_GET
def book(request: HttpRequest, public_id: str, row_id: str) -> HttpResponse:
    row = entering(request, public_id, row_id)
    about: dict[str, Any] = {"on": row.study, "path": row.school.path, "confidential": True}
    return release(by=actor(request), name=f"Результаты {row.study.title}", kind="xlsx", content=write(row), **about)


@form_methods
@once
def upload(request: HttpRequest, public_id: str, row_id: str) -> HttpResponse:
    """Nothing is written: what the file would change is shown first."""
    row = entering(request, public_id, row_id)
    if not row.study.is_running:
        raise Refused(actions.NOT_RUNNING)
    form = StudyFileForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            brought = _read(form.cleaned_data["file"], row)
        except Unreadable as wrong:
            form.add_error("file", str(wrong))
        else:
            return _look(request, row, brought)
    text = f"{row.school}. Сначала вы увидите, что в файле; до вашего согласия ничего не записывается."
    return form_page(request, form, "Результаты из файла", trail(row.study), button="Посмотреть", text=text)


def _read(file: UploadedFile, row: StudySchool) -> Brought:
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as kept:
        for piece in file.chunks():
            kept.write(piece)
        kept.flush()
        return read(Path(kept.name), row)


def _look(request: HttpRequest, row: StudySchool, brought: Brought) -> HttpResponse:
    """The answer carries the numbers signed, so that what is taken is what was looked at."""
    said = {"row": row.public_id, "was": row.counts, "counts": brought.counts}
    context = {
        "study": row.study,
        "row": row,
        "problems": brought.problems,
        "lines": [(grade, row.counts.get(str(grade)), numbers) for grade, numbers in brought.counts.items()],
        "signed": signing.dumps(said, salt=SALT, compress=True),
    }
    status = 422 if brought.problems else 200
    return render(request, "development/studies/book.html", context, status=status)


@require_POST
@once
def take(request: HttpRequest, public_id: str, row_id: str) -> HttpResponse:
    """What was looked at is entered, unless somebody has entered other numbers since."""
    row = entering(request, public_id, row_id)
    try:
        said = signing.loads(request.POST.get("signed", ""), salt=SALT, max_age=KEPT)
    except signing.BadSignature:
        said = {}
    if said.get("row") != row.public_id:
        raise Refused("Загрузите файл ещё раз: просмотр устарел.")
    counts = {int(grade): numbers for grade, numbers in said["counts"].items()}
    actions.enter(row, by=actor(request), counts=counts, was=said["was"])
    tell(request, "Результаты из файла внесены. Исправить их можно, пока исследование идёт.")
    return redirect(row.study)
