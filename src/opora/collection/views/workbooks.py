"""A form as a file: taken away, brought back, looked at, its answers taken."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from opora.collection import values
from opora.collection.actions import bringing
from opora.collection.actions import workbooks as actions
from opora.collection.actions.filling import NOT_YOURS
from opora.collection.definition import Definition, Field
from opora.collection.forms.workbooks import WorkbookForm, WorkbooksForm
from opora.collection.models import FilledWorkbook, WorkbookUpload
from opora.collection.queries import submissions as queries
from opora.collection.rows import NAME, named
from opora.collection.values import Stored
from opora.collection.views.common import seen_submission
from opora.collection.workbook import Difference, What
from opora.collection.working import Wronged
from opora.core.actor import Denied, require
from opora.core.models import Job
from opora.core.permissions import Permission
from opora.core.workflow import Refused, Stale
from opora.exports.actions import release
from opora.ui.forms import carried_out
from opora.ui.once import once
from opora.ui.pages import tell
from opora.ui.requests import actor, form_methods, seen_revision

FILE, HERE, BOTH = "file", "here", "both"  # whose answer is taken
CHOICE = "choice-"  # before the place of a conflict, in the names of inputs


@require_GET
def workbook(request: HttpRequest, public_id: str) -> HttpResponse:
    """The form with what is answered so far as xlsx."""
    one, user = seen_submission(request, public_id), actor(request)
    return release(
        by=user,
        name=f"{'Форма' if one.campaign.confidential else one.campaign} — {one.organisation}",
        kind="xlsx",
        content=actions.issue(one, by=user),
        on=one,
        path=one.organisation.path,
        confidential=one.campaign.confidential,
    )


@form_methods
@once
def bring(request: HttpRequest, public_id: str) -> HttpResponse:
    """The file of one form, read and shown before anything changes."""
    one, user = seen_submission(request, public_id), actor(request)
    if not queries.may_fill(user, one):
        raise Denied(NOT_YOURS)
    form, made = WorkbookForm(request.POST or None, request.FILES or None), []
    if form.is_valid():
        files = form.cleaned_data["workbooks"]
        if carried_out(form, lambda: made.append(bringing.take_in(files, by=user, only=one))):
            return redirect(made[0].files.get())
    context = {"form": form, "one": one, "back": one.get_absolute_url()}
    return render(request, "collection/workbooks/bring.html", context, status=422 if form.errors else 200)


@form_methods
@once
def bring_many(request: HttpRequest) -> HttpResponse:
    """Files of many forms at once, by whoever fills them in for several organisations."""
    user = actor(request)
    require(user, Permission.ASSIGNMENTS_REPORT, to=bringing.TO_FILL)
    form, made = WorkbooksForm(request.POST or None, request.FILES or None), []
    if form.is_valid():
        files = form.cleaned_data["workbooks"]
        if carried_out(form, lambda: made.append(bringing.take_in(files, by=user))):
            return redirect("ui:job", made[0].job_id) if made[0].job_id else redirect(made[0])
    earlier = WorkbookUpload.objects.visible(user).with_read()
    context = {"form": form, "back": reverse("collection:submissions"), "earlier": earlier}
    return render(request, "collection/workbooks/bring.html", context, status=422 if form.errors else 200)


def _upload(request: HttpRequest, public_id: str) -> WorkbookUpload:
    return get_object_or_404(WorkbookUpload.objects.visible(actor(request)), public_id=public_id)


@require_GET
def upload(request: HttpRequest, public_id: str) -> HttpResponse:
    """File by file what was found."""
    found, user = _upload(request, public_id), actor(request)
    rows = FilledWorkbook.objects.visible(user).filter(upload=found)
    files = list(rows.select_related("submission__organisation", "submission__campaign"))
    ready = sum(not (one.refused or one.taken_at or one.clashes) for one in files)
    job = None if found.is_read else Job.objects.visible(user).filter(public_id=found.job_id).first()
    context = {"upload": found, "files": files, "ready": ready, "job": job}
    return render(request, "collection/workbooks/upload.html", context)


@require_POST
@once
def read_on(request: HttpRequest, public_id: str) -> HttpResponse:
    """Reading that was stopped goes on."""
    return redirect("ui:job", bringing.read_on(_upload(request, public_id), by=actor(request)).public_id)


@require_POST
@once
def take_all(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _upload(request, public_id)
    done = actions.apply_all(found, by=actor(request))
    if isinstance(done, Job):
        return redirect("ui:job", done.public_id)
    tell(request, actions.told(*done))
    return redirect(found)


def _file(request: HttpRequest, public_id: str) -> FilledWorkbook:
    rows = FilledWorkbook.objects.visible(actor(request)).exclude(submission=None)
    about = ("organisation__parent", "campaign__version__form", "campaign__territory")
    return get_object_or_404(
        rows.select_related("upload", *(f"submission__{one}" for one in about)), public_id=public_id
    )


@require_GET
def file(request: HttpRequest, public_id: str) -> HttpResponse:
    one = _file(request, public_id)
    if one.taken_at:
        tell(request, "Этот файл уже внесён. Если его изменили, загрузите его снова.")
        return redirect(one.submission or one.upload)
    return _page(request, one)


@require_POST
@once
def take(request: HttpRequest, public_id: str) -> HttpResponse:
    one = _file(request, public_id)
    seen = seen_revision(request)
    revision = -1 if seen is None else seen
    given = {name: whose for name, whose in request.POST.items() if name.startswith(CHOICE)}
    answers = {name.removeprefix(CHOICE): whose for name, whose in given.items() if whose in (FILE, HERE, BOTH)}
    chosen, left, both = ({name for name, said in answers.items() if said == whose} for whose in (FILE, HERE, BOTH))
    try:
        count = actions.apply(one, by=actor(request), revision=revision, chosen=chosen, left=left, both=both)
    except Stale as stale:
        return _page(request, _file(request, public_id), str(stale), status=409)
    except Refused as refused:
        return _page(request, one, str(refused), answers, status=422)
    tell(request, f"Ответы из файла внесены: {count}. Проверьте форму и отправьте её.")
    return redirect(one.submission or one.upload)


@dataclass(frozen=True, slots=True)
class _Shown:
    """A difference or a mistake in the words of people."""

    place: str
    title: str
    cell: str
    was: str = ""
    now: str = ""
    brought: str = ""
    who: str = ""
    message: str = ""
    said: str = ""  # what was chosen already
    both: bool = False  # both may be kept


def _page(
    request: HttpRequest,
    one: FilledWorkbook,
    problem: str = "",
    answers: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    look, said = actions.look_at(one), answers or {}
    names = _Names(look)
    who = queries.who_changed(look.submission, look.filled.head.revision)
    context = {
        "file": one,
        "one": look.submission,
        "problem": problem,
        "mistakes": look.filled.problems,
        "sure": [_shown(each, names, who, said) for each in look.sure],
        "clashes": [_shown(each, names, who, said) for each in look.clashes],
        "wrongs": [_wrong(each, names.definition, look.filled.cells) for each in look.wrongs],
    }
    return render(request, "collection/workbooks/file.html", context, status=status)


GONE = "строки нет"


class _Names:
    """Rows of tables by the numbers that people see: here, and of those that only the file has, there."""

    def __init__(self, look: actions.Look) -> None:
        self.definition = look.submission.campaign.version.content
        self.here, self.file = look.submission.answers, look.filled.answers

    def title(self, one: Difference) -> str:
        """«Учителя, строка 2: Часов», «Учителя: новая строка»"""
        field = self.definition.fields[one.key]
        if one.what == What.ANSWER:
            return field.title
        if one.what == What.ORDER:
            return f"{field.title}: порядок строк"
        if one.what == What.ADDED and not one.conflict:
            return f"{field.title}: новая строка"
        row = f"{field.title}, {self.row(one.key, one.row)}"
        return f"{row}: {self.asked(one).title}" if one.column else row

    def asked(self, one: Difference) -> Field:
        field = self.definition.fields[one.key]
        return next((each for each in field.columns if each.key == one.column), field)

    def row(self, key: str, name: str) -> str:
        for answers, where in ((self.here, ""), (self.file, " файла")):
            names = [row[NAME] for row in named(answers.get(key) or [])]
            if name in names:
                return f"строка {names.index(name) + 1}{where}"
        return "удалённая строка"

    def words(self, one: Difference, stored: Stored) -> str:
        """A side of the difference."""
        field = self.asked(one)
        if one.what in (What.ANSWER, What.CELL):
            return values.shown(field, stored)
        if one.what == What.ORDER:
            return ", ".join(self.row(one.key, name).removeprefix("строка ") for name in stored)
        return values.shown(field, [stored]) if stored else GONE


def _shown(one: Difference, names: _Names, who: dict[str, str], said: dict[str, str]) -> _Shown:
    was, now, brought = (names.words(one, each) for each in (one.was, one.now, one.brought))
    by = f"({who[one.key]})" if one.key in who else ""
    chosen = said.get(one.place, "")
    return _Shown(one.place, names.title(one), one.cell, was, now, brought, by, said=chosen, both=one.can_be_both)


def _wrong(one: Wronged, definition: Definition, cells: dict[str, str]) -> _Shown:
    field = definition.fields[one.key]
    column = next((each.title for each in field.columns if each.key == one.column), "")
    title = field.title if one.row is None else f"{field.title}, строка {one.row + 1}: {column}"
    return _Shown(one.place, title, cells.get(one.place, cells.get(one.key, "")), message=one.message)
