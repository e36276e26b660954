"""Where the development of teachers shows: the menu, and what a teacher is asked for."""

from __future__ import annotations

from django.urls import reverse

from opora.access.models import User
from opora.core.actor import Actor
from opora.core.permissions import Permission
from opora.development.models.sittings import headed
from opora.development.queries import sittings
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationKind
from opora.ui.points import MenuItem, Tab, Task, TaskHeap

GROUP = "Кадры"
SHOWN = 5


def items(user: Actor) -> list[MenuItem]:
    found = []
    if user.may(Permission.REGISTRY_VIEW):
        events, place = reverse("development:events"), reverse("development:events_calendar")
        found.append(MenuItem("События", place, icon="calendar-event", order=73, group=GROUP, under=events))
    is_known = isinstance(user, User) and user.person_id is not None
    if is_known:
        found.append(MenuItem("Моё развитие", reverse("development:own"), icon="user-check", order=74, group=GROUP))
    if headed(user):
        found.append(MenuItem("Педагоги школы", reverse("development:staff"), icon="users", order=75, group=GROUP))
    if is_known or headed(user) or user.may(Permission.DEVELOPMENT_EDIT):
        found.append(MenuItem("Каталог помощи", reverse("development:helps"), icon="books", order=78, group=GROUP))
    if user.may(Permission.DEVELOPMENT_EDIT):
        place = reverse("development:diagnoses")
        found.append(MenuItem("Диагностика", place, icon="clipboard-check", order=76, group=GROUP))
        place = reverse("development:instruments")
        found.append(MenuItem("Инструменты", place, icon="checklist", order=77, group=GROUP))
        place = reverse("development:overview")
        found.append(MenuItem("Дефициты и планы", place, icon="chart-bar", order=79, group=GROUP))
    if user.may(Permission.ASSIGNMENTS_REPORT):
        place = reverse("development:studies")
        found.append(MenuItem("Мониторинги", place, icon="chart-histogram", order=78, group=GROUP))
    return found


def case_parts(user: Actor, school: Organisation) -> list[Tab]:
    """The teachers of the school: without names, or for its head on his own page."""
    if school.path in headed(user):
        return [Tab("Педагоги", reverse("development:staff"), order=80)]
    if headed(user) or not user.may(Permission.DEVELOPMENT_EDIT, school.path):
        return []
    return [Tab("Педагоги", reverse("development:school", args=[school.public_id]), order=80)]


def waiting(user: Actor) -> TaskHeap | None:
    """Diagnoses that the person is to sit; they are given in schools, nobody else pays for the question."""
    if not isinstance(user, User) or not user.person_id:
        return None
    if not any(one.organisation.kind == OrganisationKind.SCHOOL for one in user.active_memberships):
        return None
    rows = list(sittings.to_sit(user)[: SHOWN + 1])
    tasks = [
        Task(one.diagnosis.title, one.get_absolute_url(), one.organisation.short_name, one.diagnosis.closes, "Пройти")
        for one in rows[:SHOWN]
    ]
    return TaskHeap("diagnosis", "Диагностика", tasks, len(rows), reverse("development:own")) if rows else None
