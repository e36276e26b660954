"""The filter of the journal of a case."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from opora.support.queries.events import KIND_OF, KINDS
from opora.support.queries.lines import Line
from opora.ui.forms import DayInput, FilterForm


class EventFilter(FilterForm):
    """Of lines that are read already; who can be chosen is who did something."""

    kind = forms.ChoiceField(label="Что", choices=[("", "всё"), *KINDS.items()])
    who = forms.ChoiceField(label="Кто", choices=[("", "кто угодно")])
    since = forms.DateField(label="С", widget=DayInput)
    until = forms.DateField(label="По", widget=DayInput)

    def among(self, lines: Iterable[Line]) -> None:
        names = sorted({one.who for one in lines if one.who})
        self.fields["who"].choices = [("", "кто угодно"), *((name, name) for name in names)]  # type: ignore[attr-defined]

    def kept(self, lines: Iterable[Line], chosen: dict[str, Any]) -> list[Line]:
        return [one for one in lines if _fits(one, chosen)]


def _fits(one: Line, chosen: dict[str, Any]) -> bool:
    return (
        chosen.get("kind") in (None, KIND_OF[one.code])
        and chosen.get("who") in (None, one.who)
        and ("since" not in chosen or one.on >= chosen["since"])
        and ("until" not in chosen or one.on <= chosen["until"])
    )
