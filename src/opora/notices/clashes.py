"""What people have at the same time, from everything that takes it: whoever sets a time is warned before he does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping

from django.utils import timezone

from opora.core.actor import Actor
from opora.core.clock import day_of
from opora.notices.points import Busy, busy
from opora.ui import words

MOST = 5  # that a warning spells out
DAY = dt.timedelta(days=1)


def clashes(
    asks: Actor, people: Collection[int], begins: dt.datetime, ends: dt.datetime, *, but: str = ""
) -> list[Busy]:
    """As far as the one who asks may see it; `but`: the public id of what is being set itself."""
    if not people:
        return []
    found = [one for rows in busy.call(asks, people, begins, ends) for one in rows]
    return sorted((one for one in found if one.of != but), key=lambda one: (one.begins, one.what, one.person))


def on_days(asks: Actor, people: Collection[int], first: dt.date, last: dt.date, *, but: str = "") -> list[Busy]:
    """Of what is done on any of some days: what takes a person all of these days, so that none is left for it."""
    begins, ends = midnight(first), midnight(last + DAY)
    found = clashes(asks, people, begins, ends, but=but)
    return [one for one in found if takes_all(one.begins, one.ends, first, last)]


def takes_all(begins: dt.datetime, ends: dt.datetime, first: dt.date, last: dt.date) -> bool:
    """Whether what lies between two moments touches each of the days."""
    until = day_of(ends - dt.timedelta(microseconds=1))
    return day_of(begins) <= first and last <= until


def midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def clash_words(found: Iterable[Busy], names: Mapping[int, str]) -> str:
    """«Иванова А. П.: заседание «…», 9 ноября 2026, 14:00; и ещё 3»"""
    said = clash_lines(found, names)
    return "; ".join([*said[:MOST], *([f"и ещё {len(said) - MOST}"] if len(said) > MOST else [])])


def clash_lines(found: Iterable[Busy], names: Mapping[int, str]) -> list[str]:
    """«Иванова А. П.: заседание «…», 9 ноября 2026, 14:00»"""
    return [": ".join(filter(None, [names.get(one.person, ""), f"{one.what}, {_when(one)}"])) for one in found]


def on_single_days(asks: Actor, days: Mapping[int, Collection[dt.date]], but: Collection[str] = ()) -> list[Busy]:
    """The same of people who have something on some single days, asked at once; `but`: public ids not to count."""
    every = {day for own in days.values() for day in own}
    if not every:
        return []
    found = clashes(asks, days, midnight(min(every)), midnight(max(every) + DAY))
    return [one for one in found if one.of not in but and _touches(one, days[one.person])]


def days_taken(
    asks: Actor, people: Collection[int], first: dt.date, last: dt.date, but: Collection[str] = ()
) -> dict[int, set[dt.date]]:
    """By person the days that something takes; what may be done on any of several days takes none of them."""
    taken: dict[int, set[dt.date]] = {}
    for one in clashes(asks, people, midnight(first), midnight(last + DAY)):
        its = _days(one)
        if one.of not in but and not (_is_whole(one) and len(its) > 1):
            taken.setdefault(one.person, set()).update(its)
    return taken


def _touches(one: Busy, days: Collection[dt.date]) -> bool:
    """What is at an hour touches a day; what may be done on any of its days is left none."""
    return (all if _is_whole(one) else any)(day in days for day in _days(one))


def _days(one: Busy) -> list[dt.date]:
    first = day_of(one.begins)
    last = day_of(one.ends - dt.timedelta(microseconds=1))
    return [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]


def _is_whole(one: Busy) -> bool:
    return timezone.localtime(one.begins).time() == dt.time() and one.ends - one.begins >= DAY


def _when(one: Busy) -> str:
    """The moment; of what takes whole days, the first of them."""
    return words.day(day_of(one.begins)) if _is_whole(one) else words.moment(one.begins)


def warning(found: Iterable[Busy], names: Mapping[int, str]) -> str:
    """A sentence to add to what was done; empty where nobody is busy."""
    said = clash_words(found, names)
    return f" Обратите внимание, в это же время: {said}." if said else ""
