"""What a programme lacks before it can be sent, each in a sentence that names its place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from opora.support.programmes.content import RISK_POINTS, Content, Figures, Goal, Indicator, Measure


@dataclass(frozen=True, slots=True)
class Lack:
    key: str  # of the item, or the code of a factor that has no goal
    text: str


def lacks(
    content: Content, factors: Sequence[str], titles: Mapping[str, str], day: dt.date, agreed: Content | None = None
) -> list[Lack]:
    """Nothing where the programme is complete on the day; `factors` are those that the school chose.

    `agreed` is the version in force, where there is one: see `past`.
    """
    found = []
    aimed = {goal.factor for goal in content.goals}
    for number, code in enumerate(factors, 1):
        if code not in aimed:
            found.append(Lack(code, f"У риска {number} («{titles.get(code, code)}») нет цели."))
    if not content.goals:
        found.append(Lack("", "В программе нет ни одной цели."))
    for number, goal in enumerate(content.goals, 1):
        found += _of_goal(number, goal)
    return found + past(content, day, agreed)


def past(content: Content, day: dt.date, agreed: Content | None = None) -> list[Lack]:
    """What is due before the day, though nobody could do it any more once the programme is agreed.

    A measure that is done already says by what. What the version in force has by the same day may stand: it was
    agreed in time, and whether it is done its work tells.
    """
    known = agreed.items if agreed else {}
    late = {key for key, one in content.items.items() if one.due and one.due < day and _due(known.get(key)) != one.due}
    found = []
    for number, goal in enumerate(content.goals, 1):
        rows: list[tuple[str, Goal | Measure | Indicator]] = [(f"цели {number}", goal)]
        rows += [(f"мероприятия {number}.{at}", one) for at, one in enumerate(goal.measures, 1)]
        rows += [(f"показателя {number}.{at}", one) for at, one in enumerate(goal.indicators, 1)]
        found += [_late(place, one) for place, one in rows if one.key in late and not _is_done(one)]
    return found


def _due(one: Goal | Measure | Indicator | None) -> dt.date | None:
    return one.due if one else None


def _is_done(one: Goal | Measure | Indicator) -> bool:
    return isinstance(one, Measure) and bool(one.proof)


def _late(place: str, one: Goal | Measure | Indicator) -> Lack:
    done = " или скажите, чем подтверждается, что оно выполнено" if isinstance(one, Measure) else ""
    return Lack(one.key, f"Срок {place} уже прошёл ({one.due:%d.%m.%Y}): перенесите его{done}.")


def _of_goal(number: int, goal: Goal) -> list[Lack]:
    found = _of_figures(f"цели {number}", goal)
    now, then = goal.baseline, goal.target
    if goal.unit == RISK_POINTS and now is not None and then is not None and then > now:
        found.append(Lack(goal.key, f"Цель {number}: к сроку балл риска выше, чем сейчас, а он должен снизиться."))
    if not goal.measures:
        found.append(Lack(goal.key, f"У цели {number} нет ни одного мероприятия."))
    if not goal.indicators:
        found.append(Lack(goal.key, f"У цели {number} нет ни одного показателя."))
    for at, measure in enumerate(goal.measures, 1):
        for told, word in ((measure.owner, "ответственного"), (measure.due, "срока"), (measure.resources, "ресурсов")):
            if not told:
                found.append(Lack(measure.key, f"У мероприятия {number}.{at} нет {word}."))
        if measure.due and goal.due and measure.due > goal.due:
            found.append(Lack(measure.key, f"Срок мероприятия {number}.{at} позже срока его цели."))
    for at, indicator in enumerate(goal.indicators, 1):
        found += _of_figures(f"показателя {number}.{at}", indicator)
        if not indicator.source:
            found.append(Lack(indicator.key, f"У показателя {number}.{at} не сказано, откуда берётся значение."))
    return found


def _of_figures(place: str, one: Figures) -> list[Lack]:
    found = []
    if one.baseline is None:
        found.append(Lack(one.key, f"У {place} нет исходного значения."))
    if one.target is None:
        found.append(Lack(one.key, f"У {place} нет целевого значения."))
    if one.target is not None and one.baseline == one.target:
        found.append(Lack(one.key, f"У {place} целевое значение равно исходному: ничего не меняется."))
    if one.due is None:
        found.append(Lack(one.key, f"У {place} нет срока."))
    return found
