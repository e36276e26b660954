"""Rows of a road map as they are stored, windows and all, so that a change of them can be taken back."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from opora.roadmaps.changing.rows import Json
from opora.roadmaps.models import Activity, Part, Responsible, Window, WindowOrigin

_ROW = ("number", "text", "deadline", "submit_to", "divided", "dropped_on")
_PART = ("pk", "order", "text", "deadline")
_PERSON = ("part_id", "order", "text", "kind", "name", "role", "skipped")
_WINDOW = ("pk", "part_id", "starts", "due", "origin", "first_due", "organisation_id", "skipped")
_DAYS = ("starts", "due", "first_due", "dropped_on")


def snapshot(activities: Collection[int]) -> dict[str, Json]:
    """The rows with these keys, each by its key as a text. Four queries."""
    parts, people, windows = (
        _grouped(model, activities, names)
        for model, names in ((Part, _PART), (Responsible, _PERSON), (Window, _WINDOW))
    )
    return {
        str(one["pk"]): {
            "row": _plain({name: one[name] for name in _ROW}),
            "parts": parts[one["pk"]],
            "people": people[one["pk"]],
            "windows": windows[one["pk"]],
        }
        for one in Activity.objects.filter(pk__in=activities).values("pk", *_ROW)
    }


def _grouped(model: Any, activities: Collection[int], names: tuple[str, ...]) -> dict[int, list[Json]]:
    found: dict[int, list[Json]] = defaultdict(list)
    for one in model.objects.filter(activity__in=activities).order_by("pk").values("activity_id", *names):
        found[one.pop("activity_id")].append(_plain(one))
    return found


def _plain(values: Json) -> Json:
    return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in values.items()}


def _dated(values: Json) -> Json:
    """Days as days again."""
    return {k: dt.date.fromisoformat(v) if k in _DAYS and v else v for k, v in values.items()}


def same(after: Json, now: Json) -> bool:
    """Whether nobody touched a row since: days that recur may have been added by the clock."""
    known = {one["pk"] for one in after["windows"]}
    new = [one for one in now["windows"] if one["pk"] not in known]
    kept = {**now, "windows": [one for one in now["windows"] if one["pk"] in known]}
    return kept == after and all(one["origin"] == WindowOrigin.RECURRENCE for one in new)


def put_back(key: str, before: Json) -> list[int]:
    """The row as it was; days that came since are sent no more. The keys of the parts that came since."""
    activity = Activity.objects.get(pk=int(key))
    for name, value in _dated(before["row"]).items():
        setattr(activity, name, value)
    activity.save()
    old = {one["pk"] for one in before["parts"]}
    for one in before["parts"]:
        Part.objects.filter(pk=one["pk"]).update(**{name: one[name] for name in _PART[1:]})
    Responsible.objects.filter(activity=activity).delete()
    Responsible.objects.bulk_create(Responsible(activity=activity, **one) for one in before["people"])
    known = [one["pk"] for one in before["windows"]]
    forget(Window.objects.filter(activity=activity).exclude(pk__in=known).values_list("pk", flat=True))
    for one in map(_dated, before["windows"]):
        values = {name: value for name, value in one.items() if name != "pk"}
        if not Window.objects.filter(pk=one["pk"]).update(**values):
            Window.objects.create(activity=activity, **values)
    return list(Part.objects.filter(activity=activity).exclude(pk__in=old).values_list("pk", flat=True))


def forget(windows: Iterable[int]) -> None:
    """Windows by which nothing was sent go; others stay for what was done in them, and nothing more is sent."""
    keys = list(windows)
    Window.objects.filter(pk__in=keys, assignments__isnull=True).delete()
    Window.objects.filter(pk__in=keys).update(skipped=True)
