"""The analytical note of a run: method, data, results by municipality, limits in plain words; names apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Q

from opora.assessments import pictures
from opora.assessments.models import AreaResult, Run
from opora.assessments.papers import parts
from opora.assessments.papers.signs import objectivity
from opora.assessments.queries.looks import signs_words, with_signs
from opora.assessments.rules import counted_by, rule_as_run, values_in_words
from opora.core.actor import Actor
from opora.core.workflow import Refused
from opora.documents.printing import Printed, PrintedTable
from opora.identification.titles import procedure_words
from opora.lists.aggregates import FEWEST, aggregate

_PLACE = "organisation__parent__short_name"


def note(run: Run, user: Actor) -> Printed:
    """Names no school, and tells no number from which one could be worked out: it may be shown to anybody."""
    tables = [
        parts.text("1. Метод", f"Правило: {run.rule_title}.", *_source(run), f"Версия: {run.rule_version}."),
        parts.table("Параметры", (("Параметр", 4), ("Значение", 1.5)), values_in_words(run)),
        _data(run),
        *_marks(run),
        _municipalities(run),
        *objectivity(run),
        parts.text("5. Чего эти выводы не говорят", *_limits(run)),
        parts.text("6. Как повторить расчёт", *_repeat(run)),
    ]
    title = f"О выявлении школ с низкими образовательными результатами, {run.year} год"
    heading = parts.heading(run.territory, "аналитическая записка", title)
    return Printed(heading, tables=tables, made_by=parts.maker(user))


def _source(run: Run) -> list[str]:
    """Where the rule comes from; that it is gone, where it is."""
    try:
        return [f"Источник: {rule_as_run(run).source}."]
    except Refused as gone:
        return [str(gone)]


def annex(run: Run, user: Actor) -> Printed:
    """The schools by name with the reason of each: confidential."""
    rows = with_signs(run.verdicts.filter(flagged=True).select_related("organisation__parent"), run.year)
    listed = rows.order_by("organisation__parent__sort_name", "organisation__sort_name")
    table = parts.table(
        None,
        (("№ п/п", 0.6), ("Школа", 2.5), ("Муниципалитет", 2), ("Почему", 4), ("Признаки необъективности", 2)),
        (
            [n, row.organisation.short_name, row.organisation.parent, row.reason, signs_words(row)]
            for n, row in enumerate(listed, 1)
        ),
    )
    title = f"Школы, которые называет правило «{run.rule_title}», {run.year} год"
    heading = parts.heading(run.territory, "приложение к аналитической записке", title, closed=True)
    lead = ["Правило предлагает; список утверждает приказ. Сведения не подлежат публикации ни в какой форме."]
    return Printed(heading, lead=lead, tables=[table], made_by=parts.maker(user), landscape=True)


def _data(run: Run) -> PrintedTable:
    rows = AreaResult.objects.filter(area=run.territory, year__in=counted_by(run)[0]).order_by(
        "year", "procedure", "subject", "grade"
    )
    told = [
        (procedure_words(row.procedure, row.subject, row.grade), row.year, row.schools, row.participants, row.absent)
        for row in rows
    ]
    heads = (("Работа", 4), ("Год", 1), ("Школ", 1), ("Участников", 1.4), ("Не участвовали", 1.5))
    return parts.table("2. Данные", heads, told, "Учтены принятые результаты, действовавшие на день расчёта.")


def _marks(run: Run) -> list[PrintedTable]:
    rows = list(AreaResult.objects.filter(area=run.territory, year=run.year))
    drawn = pictures.marks(rows, title=f"Отметки в регионе, {run.year} год")
    return [parts.chart(drawn.title, drawn)] if drawn else []


def _municipalities(run: Run) -> PrintedTable:
    """How many schools by municipality, put together until no number tells of fewer than five schools."""
    found = run.verdicts.values(_PLACE).annotate(all=Count("pk"), listed=Count("pk", filter=Q(flagged=True)))
    counts: Mapping[tuple[str, str], int] = {
        (row[_PLACE] or "без муниципалитета", word): number
        for row in found.order_by(_PLACE)
        for word, number in (("названо", row["listed"]), ("не названо", row["all"] - row["listed"]))
    }
    shown = aggregate(counts)
    said = (
        f"Всего школ в расчёте: {run.schools}. Муниципалитеты, где по числу можно было бы узнать школу "
        f"(меньше {FEWEST} названных или не названных), сложены вместе."
    )
    if not shown.cells:
        return parts.text("3. Результаты по муниципалитетам", said, "Все числа слишком малы, чтобы их назвать.")
    rows: list[list[Any]] = [
        [place, shown.row(place), shown.cells[place, "названо"] if "названо" in shown.columns else "—"]
        for place in shown.rows
    ]
    rows.append(["Итого", shown.total, shown.column("названо") if "названо" in shown.columns else "—"])
    heads = (("Муниципалитет", 4), ("Школ", 1.2), ("Названо правилом", 1.5))
    return parts.table("3. Результаты по муниципалитетам", heads, rows, said)


def _limits(run: Run) -> list[str]:
    small = sum(1 for count in run.verdicts.values_list("evidence", flat=True) if _works(count) < 25)
    return [
        *_limits_of_rule(run),
        "Правило видит только результаты работ. Оно не говорит, почему они таковы, и не оценивает труд учителей.",
        f"В маленькой школе доля меняется от одного-двух учеников: школ, где учтено меньше 25 работ, — {small}."
        if small
        else "",
        "Если отметки ставили необъективно, правило принимает их за настоящие (раздел 4).",
        "Решение о каждой школе принимают люди; расчёт — лишь основание для разговора.",
    ]


def _limits_of_rule(run: Run) -> list[str]:
    try:
        return [rule_as_run(run).limits]
    except Refused:
        return []


def _works(evidence: Mapping[str, Any]) -> float:
    """Participants that the rule counted; a school of which nothing is told has none."""
    return float(evidence.get("participants") or evidence.get("works") or 0)


def _repeat(run: Run) -> list[str]:
    return [
        f"Правило {run.rule_id}, версия {run.rule_version}; {run.provenance.get('engine', '')}.",
        *(f"Отпечаток данных ({one['name']}): {one['sha256']}." for one in run.provenance.get("results", ())),
        f"Отпечаток выводов: {run.digest}.",
    ]
