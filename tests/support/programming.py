"""Programmes on their way, for the tests of them."""

from __future__ import annotations

from dataclasses import replace

from opora.access.models import User
from opora.support.actions import programmes as actions
from opora.support.models import Programme
from opora.support.programmes import Goal, Indicator


def again(one: Programme) -> Programme:
    return Programme.objects.select_related("case__school__parent", "case__step", "standing").get(pk=one.pk)


def completed(one: Programme, by: User) -> Programme:
    """With the figures that a draft lacks."""
    for item in list(one.read.items.values()):
        if isinstance(item, Goal | Indicator):
            figures = {"baseline": 10.0, "target": 5.0}
            actions.put(one, by=by, revision=one.revision, item=replace(one.read.items[item.key], **figures))
    return again(one)


def approved(one: Programme, head: User, by: User) -> Programme:
    actions.send(completed(one, head), by=head)
    actions.approve(again(one), by=by, document_text="приказ № 5")
    return again(one)
