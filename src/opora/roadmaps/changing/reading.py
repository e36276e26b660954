"""The changes of an amending document against the road maps it changes: each with the row it means, or with a doubt."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from opora import deadlines
from opora.core.clock import today
from opora.decrees import model
from opora.decrees import to_json as part_json
from opora.decrees.reading.responsible import read_responsible
from opora.documents.models import Document
from opora.roadmaps.changing import pieces
from opora.roadmaps.changing.marking import alike
from opora.roadmaps.changing.rows import Row, row_from, rows_of, with_deadline
from opora.roadmaps.models import Activity, RoadMap

POINTS = "Пункты документа"  # the section of a road map that holds the points of the document itself
SAME = 0.6  # alike enough to be the same row in a whole new annex
NEW, SKIP = "new", "skip"
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


@dataclass(slots=True)
class RowChange:
    """One row before and after; `kind` is changed, added, removed, or unclear where a person has to decide."""

    key: str
    kind: str
    said: list[str]
    roadmap: RoadMap | None = None
    activity: Activity | None = None
    old: Row | None = None
    new: Row | None = None
    doubt: str = ""

    @property
    def number(self) -> str:
        row = self.new or self.old
        return row.number if row else ""

    @property
    def matters(self) -> bool:
        """Whether anything happens to the road map."""
        return self.kind in ("added", "removed") or (
            self.kind == "changed" and self.old is not None and self.new is not None and self.old.said != self.new.said
        )


@dataclass(slots=True)
class Comparison:
    """All changes of a document; `roadmaps` are those of the document it changes."""

    roadmaps: list[RoadMap]
    changes: list[RowChange] = field(default_factory=list)

    def of(self, kind: str) -> list[RowChange]:
        return [change for change in self.changes if change.kind == kind and (change.matters or kind == "unclear")]

    def on(self, roadmap: RoadMap) -> list[RowChange]:
        return [change for change in self.changes if change.roadmap == roadmap and change.matters]


def compare(document: Document, decree: model.Decree, target: Document, choices: dict[str, str]) -> Comparison:
    """What `document`, which reads as `decree`, does to the road maps of `target`; `choices` are a person's."""
    return _Comparing(document, decree, target, choices).run()


def key_of(*parts: Any) -> str:
    """A short name of a change that stays while its words do."""
    return hashlib.sha256("|".join(str(part or "") for part in parts).encode()).hexdigest()[:12]


class _Comparing:
    def __init__(self, document: Document, decree: model.Decree, target: Document, choices: dict[str, str]) -> None:
        self.decree, self.choices = decree, choices
        self.issued = document.date or today()
        maps = RoadMap.objects.filter(document=target).select_related("organisation", "document")
        self.roadmaps = list(maps.order_by("order"))
        self.rows: dict[int, Row] = {}
        self.activities: dict[int, Activity] = {}
        self.sections: dict[int, list[str]] = {}
        for roadmap in self.roadmaps:
            self.rows |= rows_of(roadmap)
            self.sections[roadmap.pk] = list(roadmap.sections.values_list("title", flat=True))
        for activity in Activity.objects.filter(pk__in=self.rows).select_related("roadmap"):
            activity.roadmap = next(one for one in self.roadmaps if one.pk == activity.roadmap_id)
            self.activities[activity.pk] = activity
        self.by_id = {activity.public_id: pk for pk, activity in self.activities.items()}
        self.touched: dict[int, RowChange] = {}  # by the key of the activity: several changes of one row are one
        self.found = Comparison(self.roadmaps)

    def run(self) -> Comparison:
        for change in self.decree.changes:
            if change.kind == "annex":
                self._annex(change)
            else:
                self._change(change)
        return self.found

    # -- one provision -------------------------------------------------------------------------------------------

    def _change(self, change: model.Change) -> None:
        key = key_of(change.kind, change.target, change.section, change.column, change.old, change.said)
        choice = self.choices.get(key, "")
        if choice == SKIP:
            self._unclear(key, change, "Решено не применять.")
        elif change.kind == "unknown":
            self._unclear(key, change, "Изменение не понято: исправьте его на странице документа.")
        elif change.kind == "add":
            self._add(key, change)
        else:
            pk, doubt = self._meant(change, choice)
            if pk is None:
                self._unclear(key, change, doubt)
            elif change.kind == "remove" and not change.piece:
                self._at(key, pk, change).kind = "removed"
            else:
                self._rewrite(key, pk, change)

    def _unclear(self, key: str, change: model.Change, doubt: str) -> None:
        roadmap = self.roadmaps[0] if self.roadmaps else None
        self.found.changes.append(RowChange(key, "unclear", [change.said], roadmap, doubt=doubt, new=_new_row(change)))

    def _at(self, key: str, pk: int, change: model.Change) -> RowChange:
        """The row's one entry, with this change said too."""
        if pk not in self.touched:
            row, activity = self.rows[pk], self.activities[pk]
            self.touched[pk] = RowChange(key, "changed", [], activity.roadmap, activity, row, row)
            self.found.changes.append(self.touched[pk])
        entry = self.touched[pk]
        entry.said = list(dict.fromkeys([*entry.said, change.said]))
        return entry

    def _meant(self, change: model.Change, choice: str) -> tuple[int | None, str]:
        """The activity, as a person chose it or by its number; else why it is not clear."""
        if choice in self.by_id:
            return self.by_id[choice], ""
        same = [pk for pk, row in self.rows.items() if _bare(row.number) == _bare(change.target) != ""]
        if change.part:
            same = [pk for pk in same if (self.rows[pk].section == POINTS) == (change.part == "clause")]
        if change.section:
            same = [pk for pk in same if self._stands_in(pk, change.section)]
        if len(same) > 1 and change.text:
            ranked = sorted(same, key=lambda pk: -alike(self.rows[pk].text, change.text or ""))
            if alike(self.rows[ranked[0]].text, change.text) >= SAME:
                same = ranked[:1]
        if len(same) == 1:
            return same[0], ""
        if not same:
            return None, f"Пункта {change.target or 'без номера'} в дорожной карте нет. Выберите, какой имеется в виду."
        return None, f"Пунктов с номером {change.target} несколько. Выберите, какой имеется в виду."

    def _stands_in(self, pk: int, section: str) -> bool:
        titles = [t for t in self.sections[self.activities[pk].roadmap_id] if t != POINTS]
        number = int(section) if section.isdigit() else _roman(section)
        title = self.rows[pk].section
        return title in titles and titles.index(title) + 1 == number

    def _add(self, key: str, change: model.Change) -> None:
        roadmap = self._home(change)
        if roadmap is None or not change.text:
            self._unclear(key, change, "Не понятно, что добавляется: впишите мероприятие на странице документа.")
            return
        titles = [title for title in self.sections[roadmap.pk] if title != POINTS] or [""]
        number = (int(change.section) if change.section.isdigit() else _roman(change.section)) if change.section else 0
        section = titles[number - 1] if 0 < number <= len(titles) else self._beside(change.target, roadmap, titles)
        new = replace(_new_row(change), section=section)
        self.found.changes.append(RowChange(key, "added", [change.said], roadmap, new=new))

    def _home(self, change: model.Change) -> RoadMap | None:
        """The road map that a new row joins: the one that has most rows, where there are several."""
        counts = {m.pk: sum(1 for a in self.activities.values() if a.roadmap_id == m.pk) for m in self.roadmaps}
        return max(self.roadmaps, key=lambda one: counts[one.pk], default=None)

    def _beside(self, number: str | None, roadmap: RoadMap, titles: list[str]) -> str:
        """The section of the row with the nearest number below; the last section without one."""
        wanted = _order(number)
        before = [
            (_order(row.number), row.section)
            for pk, row in self.rows.items()
            if self.activities[pk].roadmap_id == roadmap.pk and row.section != POINTS and _order(row.number) < wanted
        ]
        return max(before)[1] if before and wanted else titles[-1]

    def _rewrite(self, key: str, pk: int, change: model.Change) -> None:
        row = self.touched[pk].new if pk in self.touched else self.rows[pk]
        if row is None:
            return
        if change.kind == "number":
            new, doubt = replace(row, number=change.new or row.number), ""
        elif change.piece:
            new, doubt = self._with_piece(row, change, change.piece)
        elif change.kind == "words":
            new, doubt = self._with_words(row, change)
        elif change.column:
            new, doubt = self._with_column(row, change.column, change.new or "")
        else:
            new, doubt = self._anew(row, change)
        if doubt:
            self._unclear(key, change, doubt)
        else:
            self._at(key, pk, change).new = new

    def _with_piece(self, row: Row, change: model.Change, piece: str) -> tuple[Row, str]:
        """One subpoint or paragraph of the row in other words, gone, or a new one behind the others."""
        if row.parts:
            return row, f"У частей пункта {row.number} свои сроки: внесите это изменение на странице документа."
        new = change.new or ""
        if piece == pieces.NEW:
            return self._with_column(row, "text", f"{row.text}\n{new}")
        span = pieces.span_of(row.text, piece)
        if span is None:
            return row, f"В пункте {row.number} нет части «{piece}». Выберите другой пункт или исправьте изменение."
        if change.kind == "remove":
            return self._with_column(row, "text", pieces.without(row.text, span))
        if change.kind == "replace":
            return self._with_column(row, "text", pieces.put(row.text, span, new))
        said = row.text[slice(*span)]
        words = _replaced(said, change.old, new) if change.old else f"{said} {new}"
        if words == said:
            return row, f"Слов «{change.old}» в части «{piece}» пункта {row.number} нет. Исправьте слова."
        return self._with_column(row, "text", f"{row.text[: span[0]]}{words}{row.text[span[1] :]}")

    def _anew(self, row: Row, change: model.Change) -> tuple[Row, str]:
        """The row in its new words; a column that they do not give stays as it was."""
        if not change.text:
            return row, "Новые слова пункта не прочитаны: впишите их на странице документа."
        fresh = _new_row(change)
        new = replace(row, text=fresh.text, responsible=fresh.responsible or row.responsible, parts=())
        if fresh.deadline is None:
            return replace(new, parts=row.parts), ""
        if fresh.deadline["kind"] == "unclear":
            return row, f"Новый срок «{fresh.deadline['text']}» непонятен: исправьте его на странице документа."
        kept = with_deadline(replace(new, parts=row.parts), fresh.deadline)
        return (kept if kept.parts != row.parts else replace(new, deadline=fresh.deadline)), ""

    def _with_words(self, row: Row, change: model.Change) -> tuple[Row, str]:
        old, new = change.old or "", change.new or ""
        columns = {
            "text": row.text,
            "deadline": row.deadline_text,
            "responsible": "\n".join(row.people),
        }
        if change.column:
            columns = {change.column: columns[change.column]}
        if not old:
            column = change.column or "text"
            return self._with_column(row, column, f"{columns[column]} {new}".strip())
        hit = {name: changed for name, text in columns.items() if (changed := _replaced(text, old, new)) != text}
        if not hit:
            return row, f"Слов «{old}» в пункте {row.number} нет. Выберите другой пункт или исправьте слова."
        for name, text in hit.items():
            row, doubt = self._with_column(row, name, text)
            if doubt:
                return row, doubt
        return replace(row, parts=tuple(replace(p, text=_replaced(p.text, old, new)) for p in row.parts)), ""

    def _with_column(self, row: Row, column: str, text: str) -> tuple[Row, str]:
        text = "\n".join(line for line in (" ".join(part.split()) for part in text.split("\n")) if line)
        if column == "text":
            return (replace(row, text=text), "") if text else (row, "Пункт остался бы без слов.")
        if column == "responsible":
            people = [part_json(one) for line in text.split("\n") for one in read_responsible([line])]
            kept = {one["text"]: one for one in row.responsible}
            return replace(row, responsible=tuple(kept.get(one["text"], one) for one in people)), ""
        deadline = deadlines.read(text, self.issued) if text else None
        if deadline is not None and deadline.kind == "unclear":
            return row, f"Новый срок «{text}» непонятен: исправьте его на странице документа."
        return with_deadline(row, deadlines.to_json(deadline) if deadline else None), ""

    # -- a whole new annex ---------------------------------------------------------------------------------------

    def _annex(self, change: model.Change) -> None:
        """Rows of the new road maps against those of the old, by their words first, then by their numbers."""
        fresh = [
            row_from(activity, section.title or "")
            for source in self.decree.roadmaps
            for section in source.sections
            for activity in section.activities
        ]
        free = {pk: row for pk, row in self.rows.items() if row.section != POINTS}
        pairs: dict[int, int] = {}
        keys = [key_of("annex", row.number, row.text) for row in fresh]
        for index, key in enumerate(keys):
            chosen = self.by_id.get(self.choices.get(key, ""))
            if chosen in free:
                pairs[index] = chosen
                del free[chosen]
        open_ones = [i for i, key in enumerate(keys) if i not in pairs and self.choices.get(key) != NEW]
        for index, pk in _best_pairs([(i, fresh[i]) for i in open_ones], free.items()):
            pairs[index] = pk
            del free[pk]
        for index, (key, row) in enumerate(zip(keys, fresh, strict=True)):
            if index in pairs:
                entry = self._at(key, pairs[index], change)
                entry.new = replace(row, activity=self.rows[pairs[index]].activity)
            else:
                home = self._home(change)
                self.found.changes.append(RowChange(key, "added", [change.said], home, new=row))
        for pk in free:
            entry = self._at(key_of("gone", self.rows[pk].activity), pk, change)
            entry.kind = "removed"


def _best_pairs(fresh: Iterable[tuple[int, Row]], old: Iterable[tuple[int, Row]]) -> list[tuple[int, int]]:
    """Greedily, the most alike first; the same number counts for a little."""
    known = list(old)
    ranked = sorted(
        (
            (alike(row.text, before.text) + 0.1 * (_bare(row.number) == _bare(before.number) != ""), index, pk)
            for index, row in fresh
            for pk, before in known
        ),
        reverse=True,
    )
    pairs: dict[int, int] = {}
    for likeness, index, pk in ranked:
        if likeness >= SAME and index not in pairs and pk not in pairs.values():
            pairs[index] = pk
    return list(pairs.items())


def _new_row(change: model.Change) -> Row:
    deadline = deadlines.to_json(change.deadline) if change.deadline else None
    return Row(change.target or "", change.text or "", deadline, tuple(map(part_json, change.responsible)))


def _replaced(text: str, old: str, new: str) -> str:
    """Every `old` in the text as `new`, whatever spaces stand between its words; nothing inside longer words."""
    words = r"\s+".join(map(re.escape, old.split()))
    begins, ends = (r"(?<!\w)" if old[:1].isalnum() else "", r"(?!\w)" if old[-1:].isalnum() else "")
    return re.sub(rf"{begins}{words}{ends}", lambda _: new, text)


def _bare(number: str | None) -> str:
    return (number or "").strip(" .)")


def _order(number: str | None) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", number or ""))


def _roman(text: str) -> int:
    values = [_ROMAN[char] for char in text.upper() if char in _ROMAN]
    return sum(-v if any(v < later for later in values[i + 1 : i + 2]) else v for i, v in enumerate(values))
