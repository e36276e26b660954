"""Visits: the school, its municipality and the team are told what concerns them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from django.urls import reverse
from django.utils import timezone

from opora.access.models import User
from opora.access.queries import who_in
from opora.core.actor import Actor
from opora.core.permissions import Permission
from opora.core.text import plural
from opora.notices.actions import Telling, notify_many
from opora.notices.models import NoticeKind
from opora.registry.models import Organisation
from opora.support.models.visits import Visit
from opora.ui import words

Asked = tuple[Permission, Organisation]  # of whom: those who hold the permission there
Row = tuple[Visit, Asked]
FEW = 3  # visits of one place that are told of one by one; more in one notice


def proposed(visits: Sequence[Visit], *, by: Actor) -> None:
    """New ones. Where many come to one place at once, one notice tells of all."""
    mine = [(one, (Permission.ASSIGNMENTS_SUBMIT, one.school)) for one in visits]
    few, many = _split([(one, area) for one in visits if (area := _area(one))])
    _tell([*mine, *few], "proposed", by, "Предложен визит", "Согласуйте его.")
    _sum(many, "area", by, "waits=on", "Визиты в школы ждут вашего согласия")
    few, many = _split([(one, team) for one in visits for team in _teams(one)])
    _tell_team(few, "team", by, "Вам назначен визит")
    _sum(many, "team", by, "when=ahead", "Вам назначены визиты")


def agreed(visit: Visit, *, by: Actor) -> None:
    """By both sides: it takes place."""
    _everybody(visit, "agreed", by, "Визит согласован", "")


def moved(visit: Visit, *, by: Actor, reason: str) -> None:
    _everybody(visit, "moved", by, "Визит перенесён, согласуйте новый день", reason)


def cancelled(visit: Visit, *, by: Actor, reason: str) -> None:
    _everybody(visit, "cancelled", by, "Визит отменён", reason)


def sheet_changed(visits: Sequence[Visit], *, by: Actor) -> None:
    """To the teams: what they have printed or taken along is not by it."""
    few, many = _split([(one, team) for one in visits for team in _teams(one)])
    _tell_team(few, "team-sheet", by, "Новый лист наблюдения, возьмите пакет дня и файл заново")
    _sum(many, "team-sheet", by, "when=ahead", "Новый лист наблюдения, возьмите пакет дня и файл заново")


def reported(visit: Visit, *, by: Actor) -> None:
    """To those who read the report and order what it recommends; the team has written it."""
    region = Organisation.objects.get(path=visit.school.root_path)
    rows = [*_both(visit), (visit, (Permission.LISTS_EDIT, region))]
    _tell(rows, "reported", by, "Готов отчёт о визите", "Прочитайте рекомендации.")


def _everybody(visit: Visit, event: str, by: Actor, said: str, reason: str) -> None:
    _tell(_both(visit), event, by, said, reason)
    _tell_team([(visit, team) for team in _teams(visit)], f"team-{event}", by, said)


def _both(visit: Visit) -> list[Row]:
    """The school and its municipality."""
    area = _area(visit)
    mine: Row = (visit, (Permission.ASSIGNMENTS_SUBMIT, visit.school))
    return [mine, (visit, area)] if area else [mine]


def _area(visit: Visit) -> Asked | None:
    return (Permission.ASSIGNMENTS_DECIDE, visit.school.parent) if visit.school.parent else None


def _teams(visit: Visit) -> Iterator[Asked]:
    """Where the team comes from, once each."""
    places = {one.mentor.organisation_id: one.mentor.organisation for one in visit.team.all()}
    yield from ((Permission.ASSIGNMENTS_REPORT, place) for place in places.values())


def _split(rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Rows of places with few, and of places with more."""
    counts = Counter(asked for _, asked in rows)
    few = [(visit, asked) for visit, asked in rows if counts[asked] <= FEW]
    return few, [(visit, asked) for visit, asked in rows if counts[asked] > FEW]


def _tell(rows: Sequence[Row], event: str, by: Actor, said: str, more: str) -> None:
    """What tells that the school is listed, to those who may know."""
    people = _people((asked for _, asked in rows), by)
    notify_many(
        [
            Telling(
                people[asked[0], asked[1].pk],
                NoticeKind.VISIT,
                f"{said}: {visit.school.short_name}, {words.day(visit.day)}. {more}".strip(),
                visit.get_absolute_url(),
                visit,
                _key(event, visit),
                (Permission.LISTS_VIEW, visit.school.path),
            )
            for visit, asked in rows
        ]
    )


def _tell_team(rows: Sequence[Row], event: str, by: Actor, said: str) -> None:
    """It names no school: a mail may carry it, and the people of a team may not know the list."""
    people = _people((asked for _, asked in rows), by)
    notify_many(
        [
            Telling(
                people[asked[0], asked[1].pk],
                NoticeKind.VISIT,
                f"{said}: {words.day(visit.day)}. Куда — на странице визита.",
                visit.get_absolute_url(),
                visit,
                _key(f"{event}-{asked[1].pk}", visit),
                (asked[0], asked[1].path),
            )
            for visit, asked in rows
        ]
    )


def _sum(rows: Sequence[Row], event: str, by: Actor, query: str, said: str) -> None:
    people, counts = _people((asked for _, asked in rows), by), Counter(asked for _, asked in rows)
    first = {asked: visit for visit, asked in reversed(rows)}
    url = f"{reverse('support:visits')}?{query}"
    notify_many(
        [
            Telling(
                people[asked[0], asked[1].pk],
                NoticeKind.VISIT,
                f"{said}: {counts[asked]} {plural(counts[asked], 'визит', 'визита', 'визитов')}.",
                url,
                visit,
                _key(f"{event}-{asked[1].pk}", visit),
                (Permission.LISTS_VIEW if asked[0] == Permission.ASSIGNMENTS_DECIDE else asked[0], asked[1].path),
            )
            for asked, visit in first.items()
        ]
    )


def _people(asked: Iterable[Asked], by: Actor) -> dict[tuple[Permission, int], list[User]]:
    """A query for each permission."""
    places: dict[Permission, set[int]] = {}
    for permission, place in asked:
        places.setdefault(permission, set()).add(place.pk)
    return {
        (permission, key): [one for one in found.get(key, ()) if one.actor_id != by.actor_id]
        for permission, keys in places.items()
        for found in [who_in(permission, keys)]
        for key in keys
    }


def _key(event: str, visit: Visit) -> str:
    """The same may happen again: a visit is moved twice."""
    return f"visit-{event}:{visit.public_id}:{timezone.now():%Y%m%d%H%M%S}"
