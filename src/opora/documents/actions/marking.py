"""What is said of a finding of the checker: mended, or right as it is and why."""

from __future__ import annotations

from django.db import transaction

from opora.core.actor import Actor
from opora.core.workflow import Refused
from opora.documents.actions.drafts import locked_draft
from opora.documents.actions.visas import draft_note
from opora.documents.models import Draft, FindingMark, MarkDecision


@transaction.atomic
def mark(draft: Draft, *, by: Actor, key: str, decision: str, comment: str = "") -> FindingMark:
    """It holds for the same finding in later versions; what was marked as mended and is there again opens anew."""
    draft = locked_draft(draft, by)
    version = draft.versions.get(number=draft.last_version)
    finding = next((one for one in version.findings if one["key"] == key), None)
    if finding is None:
        raise Refused("Такого замечания у последней версии нет. Обновите страницу.")
    if decision not in MarkDecision.values:
        raise Refused("Выберите: исправлено или так и надо.")
    comment = " ".join(comment.split())[:1000]
    if decision == MarkDecision.RIGHT and not comment:
        raise Refused("Чтобы отметить «так и надо», напишите почему.")
    values = {"decision": decision, "comment": comment, "by": by.label[:300], "version": draft.last_version}
    made, _ = FindingMark.objects.update_or_create(draft=draft, key=key, defaults=values)
    label = MarkDecision(decision).label
    draft_note("marked", f"отметил(а) замечание «{finding['message'][:200]}»: {label}", draft, by, {"key": key})
    return made


@transaction.atomic
def unmark(draft: Draft, *, by: Actor, key: str) -> None:
    """Take back what was said."""
    draft = locked_draft(draft, by)
    if draft.marks.filter(key=key).delete()[0]:
        draft_note("unmarked", f"снял(а) отметку о замечании проекта «{draft}»", draft, by, {"key": key})
