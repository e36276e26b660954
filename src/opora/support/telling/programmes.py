"""Programmes: whoever is to do the next thing is told of it, and the school how it was decided."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from opora.access.models import User
from opora.access.queries import who
from opora.core.actor import Actor
from opora.core.permissions import Permission
from opora.notices.actions import notify
from opora.notices.models import NoticeKind
from opora.registry.models import Organisation
from opora.support.models import Programme, Review


def sent(programme: Programme, *, by: Actor) -> None:
    text = f"Программа ждёт утверждения: {_name(programme)}, версия {programme.version}."
    _tell(programme, _area(programme), "sent", text, by)


def approved(programme: Programme, *, by: Actor, region: bool) -> None:
    """The region as well, unless it has heard of it by the step of the case."""
    text = f"Программа утверждена муниципалитетом и передана региональной группе: {_name(programme)}."
    _tell(programme, _school(programme), "approved", text, by)
    if region:
        text = f"Программа ждёт согласования: {_name(programme)}. Назначьте экспертов."
        _tell(programme, _region(programme), "to-agree", text, by)


def returned(programme: Programme, *, by: Actor, reason: str, from_region: bool) -> None:
    text = f"Программа возвращена школе: {_name(programme)}. Что исправить: {reason[:300]}"
    _tell(programme, [*_school(programme), *(_area(programme) if from_region else [])], "returned", text, by)


def judged(programme: Programme, *, by: Actor) -> None:
    """Once somebody has answered and nobody is waited for."""
    given = programme.reviews.filter(version=programme.version).values_list("given_at", flat=True)
    if given and all(given):
        text = f"Эксперты ответили по программе: {_name(programme)}. Решите, согласовать ли её."
        _tell(programme, _region(programme), "judged", text, by)


def not_asked(review: Review, *, by: Actor) -> None:
    text = f"Экспертиза программы больше не нужна: {_name(review.programme)}."
    _tell(review.programme, [review.expert], "not-asked", text, by)


def withdrawn(programme: Programme, *, by: Actor) -> None:
    text = f"Школа отозвала программу: {_name(programme)}, версия {programme.version}. Решать пока нечего."
    _tell(programme, _area(programme), "withdrawn", text, by)


def unapproved(programme: Programme, *, by: Actor) -> None:
    text = f"Муниципалитет отозвал утверждение программы: {_name(programme)}. Он решит о ней снова."
    _tell(programme, [*_school(programme), *_region(programme)], "unapproved", text, by)


def agreed(programme: Programme, *, by: Actor) -> None:
    text = f"Программа согласована: {_name(programme)}. Её мероприятия — поручения школы."
    _tell(programme, [*_school(programme), *_area(programme)], "agreed", text, by)


def _name(programme: Programme) -> str:
    return programme.case.school.short_name


def _school(programme: Programme) -> list[User]:
    return who(Permission.ASSIGNMENTS_SUBMIT, programme.case.school)


def _area(programme: Programme) -> list[User]:
    area = programme.case.school.parent
    return who(Permission.ASSIGNMENTS_DECIDE, area) if area else []


def _region(programme: Programme) -> list[User]:
    return who(Permission.LISTS_EDIT, Organisation.objects.get(path=programme.case.school.root_path))


def _tell(programme: Programme, users: Iterable[User], event: str, text: str, by: Actor) -> None:
    """All but the one who has done it. The same may happen again: a programme is returned twice."""
    notify(
        [one for one in users if one.actor_id != by.actor_id],
        kind=NoticeKind.LISTED,
        text=text,
        url=programme.get_absolute_url(),
        on=programme,
        key=f"programme-{event}:{programme.public_id}:{timezone.now():%Y%m%d%H%M%S}",
        needs=(Permission.LISTS_VIEW, programme.case.school.path),
    )
