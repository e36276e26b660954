"""The workbook of a visit: taken along, and taken back after a look at what it changes."""

from __future__ import annotations

import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from opora.core.clock import today
from opora.core.workflow import Refused
from opora.exports.actions import release
from opora.identification.reading.opening import Unreadable
from opora.support.actions import bringing as actions
from opora.support.forms.visits import BookForm
from opora.support.models.visits import Visit, VisitState
from opora.support.papers.visit_book import Book, Line, read, write
from opora.support.views.visiting.visits import trail, visit_of, writing
from opora.ui.once import once
from opora.ui.pages import form_page, tell
from opora.ui.requests import actor, form_methods

SALT, KEPT = "support.visit_book", 24 * 3600  # seconds that a look at a file may take


@require_GET
def book(request: HttpRequest, public_id: str) -> HttpResponse:
    user, found = actor(request), visit_of(request, public_id)
    content = write(found, list(found.notes.all()), list(found.advice.all()))
    path, name = found.school.path, f"Отчёт о визите {found.day:%d.%m.%Y}"
    return release(by=user, name=name, kind="xlsx", content=content, on=found, path=path, confidential=True)


@form_methods
@once
def upload(request: HttpRequest, public_id: str) -> HttpResponse:
    """Nothing is written: what the file would change is shown first."""
    found = writing(request, public_id)
    form = BookForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            brought = _read(form.cleaned_data["file"], found)
        except Unreadable as wrong:
            form.add_error("file", str(wrong))
        else:
            return _look(request, found, brought)
    text = "Сначала вы увидите, что изменится; до вашего согласия ничего не записывается."
    return form_page(request, form, "Отчёт из файла", trail(found), button="Посмотреть, что изменится", text=text)


def _read(file: UploadedFile, found: Visit) -> Book:
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as kept:
        for piece in file.chunks():
            kept.write(piece)
        kept.flush()
        return read(Path(kept.name), found)


def _look(request: HttpRequest, found: Visit, brought: Book) -> HttpResponse:
    """The answer carries the lines signed, so that what is taken is what was looked at."""
    lines = [asdict(one) for one in brought.lines]
    said = {"visit": found.public_id, "lines": lines, "report": brought.report}
    context: dict[str, Any] = {
        "visit": found,
        "compared": actions.compare(found, brought.lines),
        "problems": brought.problems,
        "signed": signing.dumps(said, salt=SALT, compress=True),
        "report": brought.report if found.state == VisitState.PLANNED else "",
        "may_hold": not found.waits and found.day <= today(),
    }
    return render(request, "support/visiting/book.html", context, status=422 if brought.problems else 200)


@require_POST
@once
def take(request: HttpRequest, public_id: str) -> HttpResponse:
    """What was looked at is written; where the person says so, the report is handed in too."""
    found = writing(request, public_id)
    try:
        said = signing.loads(request.POST.get("signed", ""), salt=SALT, max_age=KEPT)
    except signing.BadSignature:
        said = {}
    if said.get("visit") != found.public_id:
        raise Refused("Загрузите файл ещё раз: просмотр устарел.")
    lines = [Line(**one) for one in said["lines"]]
    seen = actions.compare(found, lines).clashes
    replace = [one.line.place for one in seen if request.POST.get(f"choice-{one.line.place}") == "file"]
    looked = request.POST.get("clashes", "")
    told: dict[str, Any] = {
        "seen": int(looked) if looked.isdecimal() else -1,
        "replace": replace,
        "report": said["report"] if request.POST.get("hold") else "",
    }
    count = actions.bring(found, by=actor(request), lines=lines, **told)
    tell(request, f"Внесено записей: {count}." + (" Отчёт сдан." if told["report"] else ""))
    return redirect(found)
