"""People and their posts."""

from __future__ import annotations

from functools import partial

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from opora.core.actor import require
from opora.core.permissions import Permission
from opora.registry import actions, forms, queries
from opora.registry.models import Person, Post
from opora.registry.models.people import PersonQuerySet
from opora.registry.views.common import editable, form_page
from opora.ui.forms import carried_out
from opora.ui.once import once
from opora.ui.pages import confirm, confirmed, tell
from opora.ui.requests import actor, form_methods
from opora.ui.tables import Column, Table

RIGHT = "изменять сведения о людях организации"


def search(queryset: QuerySet[Person], text: str) -> QuerySet[Person]:
    return queryset.matching(text) if isinstance(queryset, PersonQuerySet) else queryset.none()


class People(Table[Person]):
    columns = (
        Column(
            "name",
            "Фамилия, имя, отчество",
            lambda row: row.full_name,
            sort=("sort_name",),
            indexed=True,
            link=lambda row: reverse("registry:person", args=[row.public_id]),
        ),
        Column("posts", "Должность и организация", lambda row: "; ".join(map(str, row.posts_seen)), clamp=True),
        Column("email", "Электронная почта", lambda row: row.email),
        Column("phone", "Телефон", lambda row: row.phone),
    )
    default_sort = "name"
    name = "people"
    title = "Люди"


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    require(user, Permission.PEOPLE_VIEW, to="видеть людей реестра")
    return People(request, queries.people(user), search=search).response("registry/people.html")


def _seen(request: HttpRequest, public_id: str) -> Person:
    return get_object_or_404(queries.people(actor(request)), public_id=public_id)


def _editable(request: HttpRequest, public_id: str) -> Person:
    """404 where the person may not be seen, 403 where he may not be changed in any of his organisations."""
    person = _seen(request, public_id)
    paths = [post.organisation.path for post in person.posts_seen]
    allowed = [path for path in paths if actor(request).may(Permission.REGISTRY_EDIT, path)]
    require(actor(request), Permission.REGISTRY_EDIT, (allowed or paths)[0], to=RIGHT)
    return person


def _editable_post(request: HttpRequest, public_id: str, pk: int) -> Post:
    person = _seen(request, public_id)
    post = get_object_or_404(person.posts.select_related("organisation", "person"), pk=pk)
    require(actor(request), Permission.REGISTRY_EDIT, post.organisation.path, to=RIGHT)
    return post


def _page(person: Person) -> str:
    return reverse("registry:person", args=[person.public_id])


@require_GET
def person(request: HttpRequest, public_id: str) -> HttpResponse:
    user, found = actor(request), _seen(request, public_id)
    posts = [(post, user.may(Permission.REGISTRY_EDIT, post.organisation.path)) for post in found.posts_seen]
    return render(
        request,
        "registry/person.html",
        {"person": found, "posts": posts, "edits": any(edits for _, edits in posts)},
    )


@form_methods
@once
def create(request: HttpRequest, public_id: str) -> HttpResponse:
    organisation = editable(request, public_id)
    form = forms.NewPersonForm(request.POST or None)
    back = reverse("registry:organisation", args=[organisation.public_id])
    if form.is_valid():
        add = partial(actions.add_person, by=actor(request), organisation=organisation, **form.cleaned_data)
        if carried_out(form, add):
            tell(request, "Человек внесён в реестр.")
            return HttpResponseRedirect(back)
    context = {"title": f"Новый человек: {organisation}", "button": "Внести в реестр", "back": back}
    return form_page(request, form, **context, organisation=organisation)


@form_methods
@once
def edit(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _editable(request, public_id)
    initial = {name: getattr(found, name) for name in forms.PersonForm.base_fields}
    form = forms.PersonForm(request.POST or None, initial=initial)
    if form.is_valid():
        save = partial(actions.edit_person, found, by=actor(request), **form.cleaned_data)
        if carried_out(form, save):
            tell(request, "Сведения сохранены.")
            return HttpResponseRedirect(_page(found))
    return form_page(request, form, title=f"Изменить: {found}", button="Сохранить", back=_page(found))


@require_POST
@once
def remove(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _editable(request, public_id)
    if not confirmed(request):
        text = f"{found} со всеми должностями исчезнет из реестра. Записи журнала останутся."
        context = {"title": f"Убрать из реестра: {found}", "button": "Убрать из реестра"}
        return confirm(request, text=text, back=_page(found), **context)
    actions.remove_person(found, by=actor(request))
    tell(request, f"{found}: записи в реестре больше нет.")
    return HttpResponseRedirect(reverse("registry:people"))


@form_methods
@once
def add_post(request: HttpRequest, public_id: str) -> HttpResponse:
    user, found = actor(request), _editable(request, public_id)
    territory = found.posts_seen[0].organisation
    form = forms.NewPostForm(request.POST or None, user=user, territory=territory)
    if form.is_valid() and carried_out(form, partial(actions.add_post, found, by=user, **form.cleaned_data)):
        tell(request, "Должность добавлена.")
        return HttpResponseRedirect(_page(found))
    return form_page(request, form, title=f"Новая должность: {found}", button="Добавить", back=_page(found))


@form_methods
@once
def edit_post(request: HttpRequest, public_id: str, pk: int) -> HttpResponse:
    post = _editable_post(request, public_id, pk)
    form = forms.PostForm(request.POST or None, initial={"title": post.title, "is_head": post.is_head})
    save = partial(actions.edit_post, post, by=actor(request))
    if form.is_valid() and carried_out(form, partial(save, **form.cleaned_data)):
        tell(request, "Должность изменена.")
        return HttpResponseRedirect(_page(post.person))
    context = {"title": f"Должность: {post.person}", "text": f"Организация: {post.organisation}"}
    return form_page(request, form, **context, button="Сохранить", back=_page(post.person))


@require_POST
@once
def remove_post(request: HttpRequest, public_id: str, pk: int) -> HttpResponse:
    post = _editable_post(request, public_id, pk)
    if not confirmed(request):
        context = {"title": "Убрать должность", "button": "Убрать должность"}
        return confirm(request, text=f"{post.person}: {post}.", back=_page(post.person), **context)
    actions.remove_post(post, by=actor(request))
    tell(request, "Должность убрана.")
    return HttpResponseRedirect(_page(post.person))
