"""Rewards of the two sides of a pair, written down by the region."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from opora.core.actor import Actor, require
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.journal.actions import record
from opora.support.models.mentoring import Pair
from opora.support.models.reserve import Reward

TO_REWARD = "записывать поощрения наставников и школ"


@transaction.atomic
def reward(pair: Pair, *, by: Actor, side: str, kind: str, ground: str, document_text: str, on: dt.date) -> Reward:
    require(by, Permission.LISTS_EDIT, pair.school.path, to=TO_REWARD)
    if on > today():
        raise Refused("Поощрение записывают, когда оно уже объявлено: этот день ещё не наступил.")
    if not ground.strip() or not document_text.strip():
        raise Refused("Напишите, за что поощрение и каким документом оно объявлено.")
    values = {"side": side, "kind": kind, "ground": ground.strip(), "document_text": document_text.strip(), "on": on}
    made = Reward.objects.create(pair=pair, made_by=by.label, **values)
    _record("rewarded", f"записал(а) поощрение: {made.rewarded}, {made.get_kind_display()}", made, by)
    return made


@transaction.atomic
def remove_reward(found: Reward, *, by: Actor) -> None:
    """One written down by mistake."""
    require(by, Permission.LISTS_EDIT, found.pair.school.path, to=TO_REWARD)
    _record("reward_removed", f"убрал(а) поощрение: {found.rewarded}, {found.get_kind_display()}", found, by)
    found.delete()


def _record(event: str, text: str, made: Reward, by: Actor) -> None:
    data = {"side": made.side, "kind": made.kind, "ground": made.ground, "document": made.document_text}
    path = made.pair.school.path
    record(f"support.{event}", text[:500], by=by, on=made.pair, path=path, confidential=True, data=data)
