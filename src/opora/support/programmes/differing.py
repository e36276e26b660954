"""How two versions of a programme differ, item by item."""

from __future__ import annotations

from dataclasses import dataclass

from opora.support.programmes.content import Content, Goal, Measure


@dataclass(frozen=True, slots=True)
class Difference:
    kind: str  # «цель», «мероприятие», «показатель»
    old: str  # empty: added
    new: str  # empty: removed

    @property
    def what(self) -> str:
        return "добавлено" if not self.old else "убрано" if not self.new else "изменено"


def differences(old: Content, new: Content) -> list[Difference]:
    """In the order of the new version, then what is gone."""
    found = []
    for key, item in new.items.items():
        was = old.items.get(key)
        if was is None or was.said != item.said:
            found.append(Difference(_kind(item), was.said if was else "", item.said))
    gone = [item for key, item in old.items.items() if key not in new.items]
    return found + [Difference(_kind(item), item.said, "") for item in gone]


def _kind(item: object) -> str:
    return "цель" if isinstance(item, Goal) else "мероприятие" if isinstance(item, Measure) else "показатель"
