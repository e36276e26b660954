"""A document that changes another: which one, which rows it means, what it does on approval to the work sent out."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from opora.core.actor import Actor, require
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.core.text import fold, plural
from opora.core.workflow import Refused
from opora.decrees import model
from opora.documents.models import Document, DocumentState
from opora.journal.actions import record
from opora.roadmaps.actions import handing, runs, undoing, versions
from opora.roadmaps.actions.rows import Rewriting
from opora.roadmaps.changing.reading import Comparison, RowChange, compare
from opora.roadmaps.models import Amendment, ChangeRun, RoadMap

RIGHT = "изменять дорожную карту, которую меняет этот документ"
BY = {
    "directive": "распоряжением",
    "order": "приказом",
    "protocol": "протоколом",
    "decision": "решением",
    "letter": "письмом",
    "plan": "планом",
    "other": "документом",
}


def amends(decree: model.Decree) -> bool:
    """Whether the document says that it changes another."""
    return decree.amends is not None


def find_target(document: Document, decree: model.Decree) -> Document | None:
    """The one approved document with a road map that the reference means; None where there is none, or several.

    By number, and by kind, date where both say it; of the same organisation before others of its territory.
    """
    reference = decree.amends
    if reference is None or not (reference.number or reference.date):
        return None
    found = Document.objects.filter(state=DocumentState.APPROVED, roadmaps__isnull=False).exclude(pk=document.pk)
    found = found.filter(organisation=document.organisation).distinct().select_related("organisation")
    if reference.date:
        found = found.filter(date=reference.date)
    if reference.kind and reference.kind != "other":
        found = found.filter(kind=reference.kind)
    same = [one for one in found if not reference.number or _bare(one.number) == _bare(reference.number)]
    return same[0] if len(same) == 1 else None


def _bare(number: str) -> str:
    return fold(number).replace(" ", "")


def possible_targets(user: Actor, document: Document) -> list[Document]:
    """The documents that a person may choose from, the newest first."""
    maps = RoadMap.objects.visible(user).filter(user.scope(Permission.ROADMAPS_SEND).q("organisation__path"))
    found = Document.objects.visible(user).filter(state=DocumentState.APPROVED, roadmaps__in=maps)
    return list(found.exclude(pk=document.pk).distinct().order_by("-date", "-pk")[:200])


def amendment_of(document: Document, decree: model.Decree) -> Amendment:
    """What was decided so far; where nobody has decided, with the document that the reference means."""
    stored = Amendment.objects.filter(document=document).select_related("target__organisation").first()
    found = stored or Amendment(document=document)
    if found.target is None and not found.absent:
        found.target = find_target(document, decree)
    return found


def comparison_of(document: Document, decree: model.Decree, amendment: Amendment) -> Comparison | None:
    """The changes against the road maps of the target; None where no target is known."""
    return compare(document, decree, amendment.target, amendment.choices) if amendment.target else None


# -- what a person decides before approval -----------------------------------------------------------------------


@transaction.atomic
def set_target(document: Document, *, by: Actor, target: Document | None, absent: bool = False) -> Amendment:
    """Which document is changed; or that it is not in the system: then the document stands for itself."""
    document = _open(document, by)
    if target is not None and target not in possible_targets(by, document):
        raise Refused("Этот документ изменить нельзя: выберите один из предложенных.")
    if (target is None) != absent:
        raise Refused("Выберите документ, который изменяется, или отметьте, что его нет в системе.")
    found, _ = Amendment.objects.update_or_create(
        document=document, defaults={"target": target, "absent": absent, "choices": {}}
    )
    said = (
        f"указал(а), что документ «{document}» изменяет документ «{target}»"
        if target
        else (f"указал(а), что изменяемого документа в системе нет: «{document}»")
    )
    _note("target", said, document, by, target=target.public_id if target else None)
    return found


@transaction.atomic
def choose_row(document: Document, *, by: Actor, key: str, choice: str, decree: model.Decree) -> Amendment:
    """Which row a change means: the public id of an activity, «new», «skip», or nothing to take the choice back."""
    document = _open(document, by)
    found = amendment_of(document, decree)
    if choice:
        found.choices = {**found.choices, key: choice}
    else:
        found.choices = {name: value for name, value in found.choices.items() if name != key}
    found.save()
    _note("row", f"указал(а), к какому пункту относится изменение документа «{document}»", document, by, key=key)
    return found


def _open(document: Document, by: Actor) -> Document:
    require(by, Permission.DOCUMENTS_EDIT, document.organisation.path, to="вести документы этой организации")
    document = Document.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=document.pk)
    if not document.is_open:
        raise Refused(f"Сейчас документ изменить нельзя: состояние — «{document.get_state_display()}».")
    return document


def _note(event: str, text: str, document: Document, by: Actor, **data: object) -> None:
    record(
        f"amendments.{event}",
        text,
        by=by,
        on=document,
        path=document.organisation.path,
        confidential=document.confidential,
        data=dict(data),
    )


# -- approval ----------------------------------------------------------------------------------------------------


def preview(document: Document, decree: model.Decree) -> list[str]:
    """What approval will change, in sentences."""
    amendment = amendment_of(document, decree)
    if amendment.absent:
        return ["Изменяемого документа в системе нет: изменения ни к чему не применятся."]
    comparison = comparison_of(document, decree, amendment)
    if comparison is None:
        return ["Не выбрано, какой документ изменяется. Выберите его на вкладке «Изменения», иначе утвердить нельзя."]
    counts = {kind: len(comparison.of(kind)) for kind in ("changed", "added", "removed", "unclear")}
    said = f"Изменит «{amendment.target}»: {summary_of(counts)}. Что станет с поручениями — на вкладке «Изменения»."
    final = "Пока исполнители не начали работать по изменённому, это можно отменить, отозвав документ."
    unclear = counts["unclear"]
    rest = f"Не применятся изменения, которые не поняты: {unclear}. Разберите их на вкладке «Изменения»."
    return [said, rest, final] if unclear else [said, final]


def summary_of(counts: dict[str, int]) -> str:
    """«изменяются 3 пункта, исключается 1 пункт, добавляется 5 пунктов»"""
    parts = []
    for kind, verb in (("changed", "изменя"), ("removed", "исключа"), ("added", "добавля")):
        count = counts.get(kind, 0)
        if count:
            words = verb + plural(count, "ется", "ются", "ется")
            parts.append(f"{words} {count} {plural(count, 'пункт', 'пункта', 'пунктов')}")
    return ", ".join(parts) or "в дорожной карте ничего не меняется"


@transaction.atomic
def apply(document: Document, decree: model.Decree, by: Actor) -> list[ChangeRun]:
    """Carry the changes out: rows, windows, versions, what goes down; assignments at once or in the background."""
    amendment = amendment_of(document, decree)
    if amendment.absent:
        return []
    if amendment.target is None:
        raise Refused(
            "Выберите на вкладке «Изменения», какой документ изменяется, или отметьте, что его нет в системе."
        )
    comparison = comparison_of(document, decree, amendment)
    applied = []
    for roadmap in comparison.roadmaps if comparison else []:
        changes = comparison.on(roadmap) if comparison else []
        if changes:
            applied.append(_apply_on(roadmap, changes, document, by))
    amendment.applied_at, amendment.applied_by = timezone.now(), by.label
    amendment.save()
    return applied


def _apply_on(roadmap: RoadMap, changes: list[RowChange], document: Document, by: Actor) -> ChangeRun:
    require(by, Permission.ROADMAPS_SEND, roadmap.organisation.path, to=RIGHT)
    if roadmap.confidential and not document.confidential:
        raise Refused(
            "Документ изменяет дорожную карту с ограниченным доступом. Ограничьте доступ и к нему, затем утвердите."
        )
    RoadMap.objects.select_for_update().get(pk=roadmap.pk)
    runs.settled(roadmap)
    versions.keep_first(roadmap, by=by)
    because = f"Изменено {BY[document.kind]} № {document.number}" if document.number else f"Изменено: «{document}»"
    rewriting = Rewriting(roadmap, by=by, issued=document.date or today(), because=because)
    for change in sorted(changes, key=lambda one: ("removed", "changed", "added").index(one.kind)):
        handing.carry_out(rewriting, change)
    counts = {kind: sum(1 for one in changes if one.kind == kind) for kind in ("changed", "removed", "added")}
    summary = summary_of(counts)
    version = versions.keep(roadmap, by=by, on=document.date or today(), document=document, summary=summary)
    url = reverse("roadmaps:amendment", args=[document.public_id])
    run = runs.begin(rewriting, by=by, url=url, document=document, version=version)
    work = (
        f"поручений с другим сроком {run.moved}, отменено {run.cancelled}"
        if run.ended
        else f"поручений изменится не больше {run.total}"
    )
    record(
        "roadmaps.amended",
        f"изменил(а) дорожную карту «{roadmap.title[:120]}» документом «{document}»: {summary}; {work}",
        by=by,
        on=roadmap,
        path=roadmap.organisation.path,
        confidential=roadmap.confidential or run.listed or not run.ended,
        data={"document": document.public_id, **counts, "moved": run.moved, "cancelled": run.cancelled},
    )
    handing.hand_down(roadmap, changes, document=document, by=by)
    return run


def document_withdrawn(document: Document, by: Actor) -> None:
    """The `withdrawn` point of documents: what it has changed is taken back while nobody works by it."""
    if Amendment.objects.filter(document=document, applied_at__isnull=False).exists():
        undoing.undo(document, by=by)
        Amendment.objects.filter(document=document).update(applied_at=None, applied_by=None)
    if Amendment.objects.filter(target=document).exclude(document__state=DocumentState.WITHDRAWN).exists():
        raise Refused("Этот документ изменяется другим документом. Сначала отзовите тот.")


def withdrawal(document: Document) -> list[str]:
    """The `withdrawal` point of documents: what taking the document back undoes, or why it cannot be undone."""
    if not Amendment.objects.filter(document=document, applied_at__isnull=False).exists():
        return []
    why = undoing.obstacle(document)
    return [f"Отменить изменения нельзя. {why}"] if why else undoing.preview(document)
