"""A filled-in workbook of a visit is taken: what is new is added, what differs is replaced where a person says so."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import transaction

from opora.core.actor import Actor
from opora.core.clock import today
from opora.core.workflow import Refused, Stale
from opora.support.actions.visiting import hold, note, require_writing
from opora.support.models.visits import Advice, Visit, VisitNote, VisitState
from opora.support.papers.visit_book import Line, of_advice, of_note


@dataclass(frozen=True, slots=True)
class Clash:
    """A line of the file, and what is written already."""

    line: Line
    now: Line
    who: str
    fixed: str = ""  # why it cannot be replaced


@dataclass(frozen=True, slots=True)
class Compared:
    new: list[Line]
    same: int
    clashes: list[Clash]


def compare(visit: Visit, lines: Sequence[Line]) -> Compared:
    """Two queries."""
    there: dict[tuple[str, str, str], tuple[Line, str, str]] = {}
    for one in visit.notes.all():
        there[of_note(one).key] = of_note(one), one.written_by, ""
    for each in visit.advice.all():
        fixed = "уже поручена" if each.activity_id else "уже выполнена" if each.done_at else ""
        there[of_advice(each).key] = of_advice(each), "", fixed
    new, clashes, same = [], [], 0
    for line in lines:
        found = there.get(line.key)
        if found is None:
            new.append(line)
        elif found[0].said == line.said:
            same += 1
        else:
            clashes.append(Clash(line, *found))
    return Compared(new, same, clashes)


@transaction.atomic
def bring(
    visit: Visit, *, by: Actor, lines: Sequence[Line], seen: int, replace: Collection[str], report: str = ""
) -> int:
    """Add what is new, replace the clashes whose places are named, hand in the report; how many rows were written.

    `seen` counts the clashes that the person looked at: others that came since are looked at first.
    """
    require_writing(visit, by)
    Visit.objects.select_for_update().get(pk=visit.pk)
    visit.refresh_from_db(fields=["state", "day"])
    if visit.state == VisitState.CANCELLED or visit.day > today():
        raise Refused("Записывать ещё нечего: день визита не наступил, или визит отменён.")
    compared = compare(visit, lines)
    if len(compared.clashes) != seen:
        raise Stale("Пока вы смотрели, в визите записали другое. Загрузите файл ещё раз и посмотрите.")
    chosen = [one for one in compared.clashes if one.line.place in replace and not one.fixed]
    VisitNote.objects.bulk_create(
        VisitNote(visit=visit, written_by=by.label, **_note_values(one)) for one in compared.new if one.kind != "advice"
    )
    for one in compared.new:
        if one.kind == "advice":
            Advice.objects.create(visit=visit, text=one.about, due=one.due)
    for clash in chosen:
        _replace(visit, clash, by)
    if report:
        hold(visit, by=by, report=report)
    count = len(compared.new) + len(chosen)
    said = f"внёс(ла) из файла записи визита {visit}: новых {len(compared.new)}, заменено {len(chosen)}"
    data = {"replaced": [[one.now.title, one.now.detail, one.line.detail] for one in chosen]}
    note("visit_brought", said, visit, by, visit.school.path, data)
    return count


def _note_values(line: Line) -> dict[str, object]:
    return {
        "kind": line.kind,
        "subject": line.subject,
        "about": line.about,
        "marks": line.marks,
        "text": line.text,
    }


def _replace(visit: Visit, clash: Clash, by: Actor) -> None:
    if clash.line.kind == "advice":
        rows = Advice.objects.filter(visit=visit, text=clash.now.about, activity=None, done_at=None)
        rows.update(due=clash.line.due)
        return
    rows_of_note = VisitNote.objects.filter(
        visit=visit, kind=clash.now.kind, subject=clash.now.subject, about=clash.now.about
    )
    rows_of_note.update(marks=clash.line.marks, text=clash.line.text, written_by=by.label)
