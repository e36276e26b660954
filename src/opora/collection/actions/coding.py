"""Codes that let one answer a questionnaire once: made, printed, used up. `AnswerCode` says how nobody is told."""

from __future__ import annotations

import secrets

from django.db import transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from opora.collection.models import AnswerCode, Questionnaire
from opora.collection.queries import questionnaires as queries
from opora.core.actor import Actor, Denied
from opora.core.text import plural
from opora.core.workflow import Refused
from opora.journal.actions import record

LEAST_CODES, MOST_CODES = 5, 500  # of one press: fewer than five would tell who answered
MOST_EVER = 5000  # of a questionnaire
LETTERS = "ABCEHKMPTXY23456789"  # alike in both alphabets, and none taken for another
_LATIN = str.maketrans("АВСЕНКМРТХУ", "ABCEHKMPTXY")
LENGTH = 8
NO_CODE = "Такого кода нет, или по нему уже ответили. Проверьте код на вашем листке."
NOT_YOURS = "Коды анкеты печатает руководитель организации."


@transaction.atomic
def make(questionnaire: Questionnaire, count: int, *, by: Actor, renew: bool = False) -> list[str]:
    """New codes, as they are printed: told this once. With `renew` those that nobody used are void."""
    if not queries.may_run(by, questionnaire):
        raise Denied(NOT_YOURS)
    one = Questionnaire.objects.select_for_update(of=("self",)).select_related("campaign").get(pk=questionnaire.pk)
    if not one.by_codes or not one.is_open:
        raise Refused("Коды печатают, пока анкета открыта и на неё отвечают по кодам.")
    if not LEAST_CODES <= count <= MOST_CODES:
        raise Refused(f"За раз печатается от {LEAST_CODES} до {MOST_CODES} кодов.")
    if one.codes_made + count > MOST_EVER:
        raise Refused(f"Для одной анкеты печатается не больше {MOST_EVER} кодов.")
    if renew:
        one.codes.all().delete()
    made: set[str] = set()
    while len(made) < count:
        made.add("".join(secrets.choice(LETTERS) for _ in range(LENGTH)))
    digests = sorted(_digest(one, code) for code in made)
    AnswerCode.objects.bulk_create([AnswerCode(questionnaire=one, digest=digest) for digest in digests])
    Questionnaire.objects.filter(pk=one.pk).update(codes_made=F("codes_made") + count)
    words = f"{count} {plural(count, 'код', 'кода', 'кодов')} анкеты «{one.form}», {one.organisation}"
    record(
        "collection.questionnaire_codes",
        f"напечатал(а) {words}{'; прежние больше не действуют' if renew else ''}",
        by=by,
        on=one,
        path=one.organisation.path,
        confidential=one.campaign.confidential,
        data={"count": count, "renewed": renew},
    )
    return [f"{code[:4]}-{code[4:]}" for code in made]


def use(questionnaire: Questionnaire, code: str) -> bool:
    """Whether the code was there; it is no more. Two at once: the second waits for the first and finds nothing."""
    gone, _ = AnswerCode.objects.filter(questionnaire=questionnaire, digest=_digest(questionnaire, code)).delete()
    return bool(gone)


def _digest(questionnaire: Questionnaire, code: str) -> str:
    typed = "".join(each for each in code.upper().translate(_LATIN) if each.isalnum())
    value = f"{questionnaire.pk}:{typed}"
    return salted_hmac("collection.code", value, algorithm="sha256").hexdigest()
