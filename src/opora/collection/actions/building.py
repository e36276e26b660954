"""A form is made, changed piece by piece, published, put away; a published version stays as it is for ever."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from opora.collection import language
from opora.collection.definition import NAMELESS, Definition, read, to_json
from opora.collection.models import Form, FormKind, FormState, FormVersion
from opora.collection.models.forms import FORM_WORKFLOW
from opora.collection.ready import ready as shipped
from opora.core.actor import Actor, require
from opora.core.permissions import Permission
from opora.core.workflow import Refused, Stale
from opora.journal.actions import record
from opora.registry.models import Organisation

TO_BUILD = "составлять формы"


@transaction.atomic
def create(
    *,
    by: Actor,
    territory: Organisation,
    title: str,
    kind: str,
    definition: Definition | None = None,
    ready: str = "",
    document_id: str = "",
    clause: str = "",
) -> Form:
    """A form with a first version to be built; empty, or begun with a definition or as the shipped form `ready`."""
    require(by, Permission.FORMS_EDIT, territory.path, to=TO_BUILD)
    named = {"document_id": document_id, "clause": clause}
    form = Form.objects.create(territory=territory, title=title, kind=kind, made_by=by.label, ready=ready, **named)
    definition = definition or (shipped(ready).definition if ready else Definition())
    form.versions.create(number=1, definition=to_json(definition))
    _note("created", f"составил(а) форму «{form}»", form, by)
    return form


@transaction.atomic
def rename(form: Form, *, by: Actor, title: str, kind: str) -> None:
    require(by, Permission.FORMS_EDIT, form.territory.path, to=TO_BUILD)
    old = {"title": form.title, "kind": form.kind}
    form.title, form.kind = title, kind
    form.save(update_fields=["title", "kind", "sort_title"])
    _note("renamed", f"изменил(а) название формы «{form}»", form, by, old=old)


@transaction.atomic
def change(version: FormVersion, made: Callable[[Definition], Definition], *, by: Actor, revision: int) -> None:
    """Put what `made` makes of the definition in its place, if nobody has changed it since `revision`."""
    require(by, Permission.FORMS_EDIT, version.form.territory.path, to=TO_BUILD)
    if version.published_at or version.form.state == FormState.ARCHIVED:
        raise Refused("Эту версию уже не меняют. Начните новую версию.")
    if version.revision != revision:
        raise Stale("Пока вы работали, форму изменил кто-то другой. Посмотрите, что стало, и повторите.")
    definition = to_json(made(version.content))
    read(definition)
    same = FormVersion.objects.filter(pk=version.pk, revision=revision, published_at=None)
    if same.update(definition=definition, revision=revision + 1) != 1:
        raise Stale("Пока вы работали, форму изменил кто-то другой. Посмотрите, что стало, и повторите.")
    version.definition, version.revision = definition, revision + 1
    version.__dict__.pop("content", None)


def unready(version: FormVersion) -> list[str]:
    """Why a version cannot be published yet, in Russian; nothing where it can."""
    definition = version.content
    empty = [f"Раздел «{one.title}» пуст: добавьте поле или удалите раздел." for one in definition.sections]
    found = [said for said, one in zip(empty, definition.sections, strict=True) if not one.fields]
    if not definition.sections:
        found.append("В форме нет ни одного раздела.")
    if version.form.kind == FormKind.QUESTIONNAIRE:
        named = [one.title for one in definition.fields.values() if one.kind not in NAMELESS]
        found += [f"«{one}»: в анкете без имени не спрашивают файлов и таблиц. Удалите поле." for one in named]
    return found + language.form_mistakes(definition)


@transaction.atomic
def publish(form: Form, *, by: Actor, revision: int) -> FormVersion:
    """The version that was being built is frozen as the person saw it: at `revision`."""
    require(by, Permission.FORMS_EDIT, form.territory.path, to=TO_BUILD)
    version = form.versions.select_for_update().filter(published_at=None).first()
    if version is None:
        raise Refused("Публиковать нечего: новой версии нет.")
    if version.revision != revision:
        raise Stale("Пока вы смотрели, форму изменил кто-то другой. Посмотрите, что стало, и опубликуйте.")
    mistakes = unready(version)
    if mistakes:
        raise Refused("Форма ещё не готова. " + " ".join(mistakes))
    FORM_WORKFLOW.move(form, "publish")
    version.published_at, version.published_by = timezone.now(), by.label
    version.save(update_fields=["published_at", "published_by"])
    _note("published", f"опубликовал(а) форму «{version}»", form, by, version=version.number)
    return version


@transaction.atomic
def new_version(form: Form, *, by: Actor) -> FormVersion:
    """A version to be built, begun as the newest one; the one that is being built already, where there is one."""
    require(by, Permission.FORMS_EDIT, form.territory.path, to=TO_BUILD)
    form = Form.objects.select_for_update().get(pk=form.pk)
    newest = form.versions.order_by("-number").first()
    if form.state == FormState.ARCHIVED or newest is None:
        raise Refused("Форма в архиве. Верните её оттуда, чтобы изменить.")
    if newest.published_at is None:
        return newest
    made = FormVersion.objects.create(form=form, number=newest.number + 1, definition=newest.definition)
    _note("version", f"начал(а) новую версию формы «{form}»", form, by, version=made.number)
    return made


@transaction.atomic
def archive(form: Form, *, by: Actor) -> None:
    """Out of the way; nothing of it is lost."""
    require(by, Permission.FORMS_EDIT, form.territory.path, to=TO_BUILD)
    FORM_WORKFLOW.move(form, "archive")
    _note("archived", f"убрал(а) в архив форму «{form}»", form, by)


@transaction.atomic
def restore(form: Form, *, by: Actor) -> None:
    """As it was before: published, where a version of it was."""
    require(by, Permission.FORMS_EDIT, form.territory.path, to=TO_BUILD)
    published = form.versions.filter(published_at__isnull=False).exists()
    FORM_WORKFLOW.move(form, "restore_published" if published else "restore")
    _note("restored", f"вернул(а) из архива форму «{form}»", form, by)


def _note(event: str, text: str, form: Form, by: Actor, **data: object) -> None:
    record(f"collection.form_{event}", text, by=by, on=form, path=form.territory.path, data=data)
