"""Instruments in the browser: every press is a small form of its own, so that it works without JavaScript."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from opora.core.actor import require
from opora.core.permissions import Permission
from opora.development import sheets
from opora.development.actions import building as actions
from opora.development.content import Content, moved, unready, with_scale, with_task, without_scale, without_task
from opora.development.forms.building import InstrumentForm, ScaleForm, TaskForm, TimeForm, WorkbookForm
from opora.development.forms.sitting import AnswerForm
from opora.development.models import Instrument, InstrumentVersion
from opora.development.queries import giving as queries
from opora.development.tables import InstrumentTable
from opora.development.wording import answer_of
from opora.exports.actions import release
from opora.identification.reading.opening import Unreadable
from opora.ui.forms import carried_out
from opora.ui.once import once
from opora.ui.pages import Trail, confirm, confirmed, form_page, tell
from opora.ui.requests import actor, form_methods, seen_revision


def _seen(request: HttpRequest, public_id: str) -> Instrument:
    return get_object_or_404(queries.instruments(actor(request)), public_id=public_id)


def _version(one: Instrument, number: str, versions: list[InstrumentVersion] | None = None) -> InstrumentVersion:
    """The version asked for, or the newest; out of all `versions` where these are known."""
    found = [row for row in versions or one.versions.all() if number in ("", str(row.number))]
    if not found:
        raise Http404
    return found[0]


def _built(request: HttpRequest, public_id: str) -> InstrumentVersion:
    """The version that is being built."""
    one = _seen(request, public_id)
    return get_object_or_404(one.versions.filter(published_at=None).select_related("instrument__territory"))


def _revision(request: HttpRequest, version: InstrumentVersion) -> int:
    """Of the version as the person saw it."""
    seen = seen_revision(request)
    return version.revision if seen is None else seen


def _above() -> Trail:
    return (("Инструменты", reverse("development:instruments")),)


@require_GET
def instruments(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    require(user, Permission.DEVELOPMENT_EDIT, to=actions.TO_BUILD)
    return InstrumentTable(request, queries.instruments(user)).response("development/instruments.html")


@form_methods
@once
def new(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    territory = queries.territory_of(user, actions.TO_BUILD)
    form = InstrumentForm(request.POST or None)
    if form.is_valid():
        return redirect(actions.create(by=user, territory=territory, **form.cleaned_data))
    return form_page(request, form, "Новый инструмент", _above(), button="Составить инструмент")


@require_GET
def instrument(request: HttpRequest, public_id: str) -> HttpResponse:
    """A version of the instrument with its keys: the one that is being built with its builder, others as they stand."""
    one = _seen(request, public_id)
    versions = list(one.versions.all())
    version = _version(one, request.GET.get("version", ""), versions)
    content = version.said
    titles = {scale.key: scale.title for scale in content.scales}
    context = {
        "one": one,
        "version": version,
        "versions": versions,
        "built": version.published_at is None,
        "content": content,
        "tasks": [(task, titles[task.scale], answer_of(task)) for task in content.tasks],
        "unready": unready(content),
    }
    return render(request, "development/instrument.html", context)


@require_GET
def preview(request: HttpRequest, public_id: str) -> HttpResponse:
    """As teachers see it, all tasks at once: to be printed for a diagnosis on paper."""
    one = _seen(request, public_id)
    version = _version(one, request.GET.get("version", ""))
    forms = [AnswerForm(task=task, prefix=task.code, numbered=True) for task in version.said.tasks]
    for form in forms:
        for field in form.fields.values():
            field.disabled = True
    return render(request, "development/preview.html", {"one": one, "version": version, "forms": forms})


Piece = TimeForm | ScaleForm | TaskForm


def _piece(
    request: HttpRequest,
    version: InstrumentVersion,
    form: Piece,
    made: Callable[[Content], Content],
    heading: str,
) -> HttpResponse:
    """A part asked for and put in its place; what somebody else changed meanwhile is not written over."""
    revision, one = _revision(request, version), version.instrument
    if form.is_valid():
        by = actor(request)
        if carried_out(form, lambda: actions.change(version, made, by=by, revision=revision)):
            return redirect(one)
    trail = (*_above(), (one.title, one.get_absolute_url()))
    return form_page(request, form, heading, trail, revision=revision)


@form_methods
@once
def time(request: HttpRequest, public_id: str) -> HttpResponse:
    version = _built(request, public_id)
    form = TimeForm(request.POST or None, initial={"minutes": version.said.minutes})

    def made(content: Content) -> Content:
        return Content(form.cleaned_data["minutes"], content.scales, content.tasks)

    return _piece(request, version, form, made, "Время на прохождение")


@form_methods
@once
def scale(request: HttpRequest, public_id: str, key: str = "") -> HttpResponse:
    version = _built(request, public_id)
    old = version.said.scale(key)
    if key and old is None:
        raise Http404
    form = ScaleForm(request.POST or None, content=version.said, old=old)
    heading = f"Шкала «{old.title}»" if old else "Новая шкала"
    return _piece(request, version, form, lambda content: with_scale(content, form.scale), heading)


@form_methods
@once
def task(request: HttpRequest, public_id: str, code: str = "") -> HttpResponse:
    version = _built(request, public_id)
    old = version.said.task(code)
    if code and old is None:
        raise Http404
    form = TaskForm(request.POST or None, content=version.said, old=old)

    def made(content: Content) -> Content:
        return with_task(content, form.task) if form.task else content

    return _piece(request, version, form, made, "Задание" if old else "Новое задание")


@require_POST
def move(request: HttpRequest, public_id: str, code: str, by: int) -> HttpResponse:
    version = _built(request, public_id)
    revision = _revision(request, version)
    actions.change(version, lambda content: moved(content, code, by), by=actor(request), revision=revision)
    return redirect(f"{version.instrument.get_absolute_url()}#{code}")


@require_POST
def drop_task(request: HttpRequest, public_id: str, code: str) -> HttpResponse:
    version = _built(request, public_id)
    found, back = version.said.task(code), version.instrument.get_absolute_url()
    if found is None:
        raise Http404
    if not confirmed(request):
        text = f"Задание «{found.text[:100]}» уйдёт из новой версии."
        return confirm(request, title="Удалить задание?", text=text, button="Удалить", back=back)
    revision = _revision(request, version)
    actions.change(version, lambda content: without_task(content, code), by=actor(request), revision=revision)
    tell(request, "Задание удалено.")
    return redirect(back)


@require_POST
def drop_scale(request: HttpRequest, public_id: str, key: str) -> HttpResponse:
    version = _built(request, public_id)
    found, back = version.said.scale(key), version.instrument.get_absolute_url()
    if found is None:
        raise Http404
    if version.said.of_scale(key):
        tell(request, f"На шкале «{found.title}» есть задания: сначала удалите их или отнесите к другой шкале.")
        return redirect(back)
    revision = _revision(request, version)
    actions.change(version, lambda content: without_scale(content, key), by=actor(request), revision=revision)
    tell(request, f"Шкала «{found.title}» удалена.")
    return redirect(back)


@require_GET
def workbook(request: HttpRequest, public_id: str) -> HttpResponse:
    """The instrument with its keys as xlsx: to be changed there and taken back."""
    one = _seen(request, public_id)
    version = _version(one, request.GET.get("version", ""))
    content = sheets.write(version.said, str(version))
    return release(by=actor(request), name=str(version), kind="xlsx", content=content, on=one, path=one.territory.path)


@form_methods
@once
def upload(request: HttpRequest, public_id: str) -> HttpResponse:
    """Scales and tasks from a workbook in the place of those of the version; nothing where one cell is wrong."""
    version = _built(request, public_id)
    back = version.instrument.get_absolute_url()
    form = WorkbookForm(request.POST or None, request.FILES or None)
    mistakes: list[sheets.Mistake] = []
    if form.is_valid():
        content, mistakes = _read(form)
        minutes, by, revision = version.said.minutes, actor(request), _revision(request, version)
        taken = Content(minutes, content.scales, content.tasks)

        def take() -> None:
            actions.change(version, lambda _: taken, by=by, revision=revision)

        if not mistakes and not form.errors and carried_out(form, take):
            tell(request, f"Из файла взято заданий: {len(content.tasks)}.")
            return redirect(back)
    context = {"form": form, "one": version.instrument, "back": back, "mistakes": mistakes}
    return render(request, "development/upload.html", {**context, "revision": _revision(request, version)})


def _read(form: WorkbookForm) -> tuple[Content, list[sheets.Mistake]]:
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        for piece in form.cleaned_data["file"].chunks():
            file.write(piece)
        file.flush()
        try:
            return sheets.read(Path(file.name))
        except Unreadable as wrong:
            form.add_error("file", str(wrong))
            return Content(), []


@require_POST
@once
def publish(request: HttpRequest, public_id: str) -> HttpResponse:
    version = _built(request, public_id)
    actions.publish(version, by=actor(request), revision=_revision(request, version))
    tell(request, f"Версия {version.number} опубликована: по ней можно проводить диагностику.")
    return redirect(version.instrument)


@require_POST
@once
def new_version(request: HttpRequest, public_id: str) -> HttpResponse:
    one = _seen(request, public_id)
    version = actions.new_version(one, by=actor(request))
    tell(request, f"Открыта версия {version.number}: её можно менять.")
    return redirect(one)
