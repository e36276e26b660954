"""Forms and their builder: every press is a small form of its own, so that it works without JavaScript."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from opora.collection.actions import building as actions
from opora.collection.asking import Preview
from opora.collection.definition import Definition, Field, Kind
from opora.collection.editing import differences, moved, section_at, with_field, with_section, without
from opora.collection.forms.building import FieldForm, KindForm, NewForm, SectionForm, TitleForm
from opora.collection.models import Form, FormState, FormVersion
from opora.collection.queries import forms as queries
from opora.collection.queries.naming import source_of
from opora.collection.tables import FormTable
from opora.core.actor import require
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.ui.forms import carried_out
from opora.ui.once import once
from opora.ui.pages import Trail, confirm, confirmed, form_page, tell
from opora.ui.requests import actor, form_methods, seen_revision


def seen(request: HttpRequest, public_id: str) -> Form:
    return get_object_or_404(queries.forms(actor(request)), public_id=public_id)


def _version(form: Form, number: str) -> FormVersion:
    """The version asked for, or the newest."""
    found = [one for one in queries.versions(form) if number in ("", str(one.number))]
    if not found:
        raise Http404
    return found[0]


def _built(request: HttpRequest, public_id: str) -> FormVersion:
    """The version that is being built."""
    form = seen(request, public_id)
    return get_object_or_404(form.versions.filter(published_at=None).select_related("form__territory"))


def _revision(request: HttpRequest, version: FormVersion) -> int:
    """Of the version as the person saw it."""
    seen = seen_revision(request)
    return version.revision if seen is None else seen


def trail_of(form: Form) -> Trail:
    return (("Формы", reverse("collection:forms")), (form.title, form.get_absolute_url()))


@require_GET
def forms(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    require(user, Permission.FORMS_EDIT, to=actions.TO_BUILD)
    return FormTable(request, queries.forms(user)).response("collection/forms.html")


@form_methods
@once
def new(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    territory = queries.territory_of(user)
    form = NewForm(request.POST or None)
    if form.is_valid():
        made = actions.create(by=user, territory=territory, **form.cleaned_data)
        return redirect(made)
    above = (("Формы", reverse("collection:forms")),)
    return form_page(request, form, "Новая форма", above, button="Составить форму")


@form_methods
@once
def rename(request: HttpRequest, public_id: str) -> HttpResponse:
    one, user = seen(request, public_id), actor(request)
    form = TitleForm(request.POST or None, initial={"title": one.title, "kind": one.kind})
    if form.is_valid():
        actions.rename(one, by=user, **form.cleaned_data)
        return redirect(one)
    return form_page(request, form, "Название и вид", trail_of(one))


@require_GET
def form(request: HttpRequest, public_id: str) -> HttpResponse:
    """A version of the form: the one that is being built with its builder, others as they stand."""
    one = seen(request, public_id)
    version = _version(one, request.GET.get("version", ""))
    built = version.published_at is None and one.state != FormState.ARCHIVED
    context = {
        "one": one,
        "version": version,
        "versions": queries.versions(one),
        "built": built,
        "unready": actions.unready(version) if built else [],
        "kinds": KindForm(),
        "document": source_of(actor(request), one),
    }
    return render(request, "collection/form.html", context)


@require_GET
def preview(request: HttpRequest, public_id: str) -> HttpResponse:
    one = seen(request, public_id)
    version = _version(one, request.GET.get("version", ""))
    context = {"one": one, "version": version, "parts": Preview(version.content).parts()}
    return render(request, "collection/preview.html", context)


@require_GET
def difference(request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    """What a version changed in the one before."""
    one = seen(request, public_id)
    new, old = _version(one, str(number)), _version(one, str(number - 1))
    context = {"one": one, "new": new, "old": old, "differences": differences(old.content, new.content)}
    return render(request, "collection/difference.html", context)


@form_methods
@once
def section(request: HttpRequest, public_id: str, key: str = "") -> HttpResponse:
    """A section, new or changed."""
    version = _built(request, public_id)
    old = section_at(version.content, key) if key else None
    if key and old is None:
        raise Http404
    given = SectionForm.said(old) if old else {}
    form = SectionForm(request.POST or None, definition=version.content, old=key, initial=given)
    return _piece(
        request,
        version,
        form,
        lambda definition: with_section(definition, form.section, instead_of=key),
        f"Раздел «{old.title}»" if old else "Новый раздел",
    )


@form_methods
@once
def add_field(request: HttpRequest, public_id: str, section_key: str) -> HttpResponse:
    """A new field of the kind that was chosen, else of words, at the end of a section."""
    version, chosen = _built(request, public_id), KindForm(request.GET)
    if section_at(version.content, section_key) is None:
        raise Http404
    kind = Kind(chosen.cleaned_data["kind"]) if chosen.is_valid() else Kind.TEXT
    form = FieldForm(request.POST or None, definition=version.content, kind=kind)
    return _field(request, version, form, section_key, f"Новое поле: {kind.label}")


@form_methods
@once
def field(request: HttpRequest, public_id: str, key: str) -> HttpResponse:
    version = _built(request, public_id)
    old: Field | None = version.content.fields.get(key)
    place = version.content.section_of(key)
    if old is None or place is None:
        raise Http404
    given = FieldForm.said(old)
    form = FieldForm(request.POST or None, definition=version.content, kind=old.kind, old=key, initial=given)
    return _field(request, version, form, place.key, f"Поле: {old.kind.label}", key)


def _field(
    request: HttpRequest, version: FormVersion, form: FieldForm, place: str, heading: str, key: str = ""
) -> HttpResponse:
    def made(definition: Definition) -> Definition:
        return with_field(definition, form.field, section=place, instead_of=key)

    return _piece(request, version, form, made, heading)


def _piece(
    request: HttpRequest,
    version: FormVersion,
    form: SectionForm | FieldForm,
    made: Callable[[Definition], Definition],
    heading: str,
) -> HttpResponse:
    """A part of the form asked for and put in its place; what somebody else changed meanwhile is not written over."""
    revision = _revision(request, version)
    if form.is_valid():
        by = actor(request)
        if carried_out(form, lambda: actions.change(version, made, by=by, revision=revision)):
            return redirect(version.form)
    return form_page(request, form, heading, trail_of(version.form), revision=revision)


@require_POST
def move(request: HttpRequest, public_id: str, key: str, way: str) -> HttpResponse:
    version = _built(request, public_id)
    by = {"up": -1, "down": 1}[way]
    actions.change(version, lambda one: moved(one, key, by), by=actor(request), revision=_revision(request, version))
    return redirect(f"{version.form.get_absolute_url()}#{key}")


@require_POST
def remove(request: HttpRequest, public_id: str, key: str) -> HttpResponse:
    version = _built(request, public_id)
    back = version.form.get_absolute_url()
    place = section_at(version.content, key)
    one = place or version.content.fields.get(key)
    if one is None:
        raise Http404
    if not confirmed(request):
        text = f"«{one.title}» уйдёт из новой версии формы"
        text += f" вместе с полями: {len(place.fields)}." if place and place.fields else "."
        return confirm(request, title="Удалить из формы?", text=text, button="Удалить", back=back)
    actions.change(version, lambda whole: without(whole, key), by=actor(request), revision=_revision(request, version))
    tell(request, f"Удалено: «{one.title}».")
    return redirect(back)


@require_POST
@once
def publish(request: HttpRequest, public_id: str) -> HttpResponse:
    one = seen(request, public_id)
    seen_at = seen_revision(request)
    if seen_at is None:
        raise Refused("Откройте форму заново и опубликуйте её.")
    made = actions.publish(one, by=actor(request), revision=seen_at)
    last = "Она больше не изменится; чтобы поправить форму, начните новую."
    tell(request, f"Версия {made.number} формы «{made.form}» опубликована. {last}")
    return redirect(one)


@require_POST
@once
def new_version(request: HttpRequest, public_id: str) -> HttpResponse:
    one = seen(request, public_id)
    actions.new_version(one, by=actor(request))
    return redirect(one)


@require_POST
@once
def put_away(request: HttpRequest, public_id: str) -> HttpResponse:
    one = seen(request, public_id)
    actions.archive(one, by=actor(request))
    tell(request, f"Форма «{one}» в архиве.", undo=reverse("collection:restore", args=[one.public_id]))
    return redirect(one)


@require_POST
def restore(request: HttpRequest, public_id: str) -> HttpResponse:
    one = seen(request, public_id)
    actions.restore(one, by=actor(request))
    tell(request, f"Форма «{one}» снова в работе.")
    return redirect(one)
