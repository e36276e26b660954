"""The agreement of a pair: who helps whom, in what, and the joint plan as its annex."""

from __future__ import annotations

from opora.assessments.papers import parts
from opora.core.actor import Actor
from opora.documents.printing import Printed
from opora.registry.models import Organisation
from opora.support.models.mentoring import Pair
from opora.ui import words

_DUTIES = (
    "Наставник помогает школе в том, что записано в совместном плане, делится опытом и отвечает на вопросы.",
    "Школа выполняет свою часть плана, принимает наставника и рассказывает, что получилось.",
    "Стороны не сообщают другим, что школе оказывается поддержка, и не передают полученные сведения.",
)


def agreement(pair: Pair, user: Actor) -> Printed:
    heading = parts.heading(
        Organisation.objects.get(path=pair.school.root_path),
        "Соглашение",
        f"О сотрудничестве ({pair.get_kind_display()}), {pair.year} учебный год",
        closed=True,
    )
    lead = [
        f"{pair.school.name} (далее — школа) и {pair.mentor.organisation.name}"
        f"{f' в лице: {pair.mentor.name}' if pair.mentor.name else ''} (далее — наставник) заключили соглашение "
        f"о совместной работе в {pair.year} учебном году"
        f"{f' на основании документа: {pair.document_text}' if pair.document_text else ''}.",
        *(f"{number}. {text}" for number, text in enumerate(_DUTIES, 1)),
    ]
    if pair.mentor.strengths:
        lead.append(f"Предметы: {pair.mentor.subjects}.")
    rows = [
        [number, line.text, line.get_doer_display(), words.day(line.due)]
        for number, line in enumerate(pair.plan.all(), 1)
    ]
    plan = parts.table("Совместный план", (("№", 0.5), ("Что делаем", 6), ("Кто делает", 2), ("Срок", 2)), rows)
    signs = parts.table(
        "Подписи сторон",
        (("Сторона", 5), ("Подпись, дата", 3)),
        [[pair.school.short_name, ""], [pair.mentor.organisation.short_name, ""]],
    )
    return Printed(heading, lead=lead, tables=[*([plan] if rows else []), signs], made_by=parts.maker(user))
