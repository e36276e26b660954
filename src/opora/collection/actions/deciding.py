"""What was sent is accepted or returned with remarks; either is taken back as long as nothing followed."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from opora.collection.actions.filling import note_decided
from opora.collection.models import Remark, Submission
from opora.collection.models.campaigns import SUBMISSION_WORKFLOW
from opora.collection.queries.submissions import may_decide
from opora.collection.rows import NAME, named
from opora.core.actor import Actor, Denied
from opora.core.workflow import Refused

NOT_YOURS = "У вас нет права принимать и возвращать формы этой организации."


Place = tuple[str, str]  # a field, and the name of a row of its table or nothing


def places_of(submission: Submission) -> list[Place]:
    """What a remark can be of: every field, and every row as it was sent."""
    fields = submission.campaign.version.content.fields
    found = [(key, "") for key in fields]
    for key, field in fields.items():
        if field.is_table:
            found += [(key, row[NAME]) for row in named(submission.answers.get(key) or [])]
    return found


@transaction.atomic
def accept(submission: Submission, *, by: Actor, revision: int | None = None) -> None:
    """`revision` is that of the answers the person saw: sent again meanwhile, they are looked at anew."""
    _may(submission, by, revision)
    SUBMISSION_WORKFLOW.move(submission, "accept", decided_at=timezone.now(), decided_by=by.label)
    note_decided(submission, "accepted", f"принял(а) форму «{submission.campaign}»", by)


@transaction.atomic
def give_back(
    submission: Submission, *, by: Actor, remark: str, remarks: Mapping[Place, str], revision: int | None = None
) -> None:
    """Return with what is to be mended: of the whole, by the keys of fields, and by the rows of tables."""
    _may(submission, by, revision)
    known = places_of(submission)
    said = {place: text.strip() for place, text in remarks.items() if place in known and text.strip()}
    whole = remark.strip() or ("Исправьте ответы по замечаниям." if said else "")
    now = timezone.now()
    SUBMISSION_WORKFLOW.move(submission, "return", comment=whole, remark=whole, decided_at=now, decided_by=by.label)
    submission.remarks.all().delete()
    Remark.objects.bulk_create(
        Remark(submission=submission, key=key, row=row, text=text) for (key, row), text in said.items()
    )
    text = f"вернул(а) на доработку форму «{submission.campaign}»"
    note_decided(
        submission,
        "returned",
        text,
        by,
        remark=whole,
        remarks={"-".join(filter(None, place)): text for place, text in said.items()},
    )


@transaction.atomic
def reconsider(submission: Submission, *, by: Actor) -> None:
    """An acceptance is taken back: the form waits for a decision again."""
    _may(submission, by)
    SUBMISSION_WORKFLOW.move(submission, "reconsider", decided_at=None, decided_by=None)
    note_decided(submission, "reconsidered", f"отменил(а) принятие формы «{submission.campaign}»", by)


@transaction.atomic
def take_again(submission: Submission, *, by: Actor) -> None:
    """A return is taken back, if nothing was changed since."""
    _may(submission, by)
    SUBMISSION_WORKFLOW.check(submission, "take_again")
    if submission.changes.filter(at__gt=submission.decided_at).exists():
        raise Refused("Форму уже исправляют: возврат отменить нельзя.")
    SUBMISSION_WORKFLOW.move(submission, "take_again", decided_at=None, decided_by=None, remark="")
    submission.remarks.all().delete()
    note_decided(submission, "taken_again", f"отменил(а) возврат формы «{submission.campaign}»", by)


def _may(submission: Submission, by: Actor, revision: int | None = None) -> None:
    if not may_decide(by, submission):
        raise Denied(NOT_YOURS)
    now = Submission.objects.select_for_update(of=("self",)).get(pk=submission.pk)
    if revision is not None and revision != now.revision:
        raise Refused("Пока вы смотрели, форму отозвали и изменили. Посмотрите её заново.")
