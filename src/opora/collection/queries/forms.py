"""Reading forms and their versions."""

from __future__ import annotations

from django.db.models import Max, QuerySet

from opora.collection.models import Form, FormVersion
from opora.collection.models.forms import FormQuerySet
from opora.core.actor import Actor, Denied, require
from opora.core.permissions import Permission
from opora.core.search import by_words
from opora.registry.models import Organisation


def forms(user: Actor) -> FormQuerySet:
    """With `newest`, the number of the newest version."""
    return Form.objects.visible(user).select_related("territory").annotate(newest=Max("versions__number"))


def search_forms(found: QuerySet[Form], text: str) -> QuerySet[Form]:
    return by_words(found, text, "sort_title")


def versions(form: Form) -> list[FormVersion]:
    """All of them, the newest first."""
    return list(form.versions.all())


def territory_of(user: Actor) -> Organisation:
    """The highest organisation for which the person makes forms. Raises `Denied` where there is none."""
    require(user, Permission.FORMS_EDIT, to="составлять формы")
    found = Organisation.objects.filter(user.scope(Permission.FORMS_EDIT).q("path")).order_by("path").first()
    if found is None:
        raise Denied("Территория, для которой вы составляете формы, не найдена. Обратитесь к администратору.")
    return found
