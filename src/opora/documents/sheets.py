"""Printed with a draft: the sheet of visas, which can be read back, and what the checker found."""

from __future__ import annotations

from opora.core.actor import Actor
from opora.core.clock import day_of, today
from opora.documents.checking import Shown
from opora.documents.models import Draft, DraftVersion, Visa, VisaState
from opora.documents.printing.model import Heading, Printed, PrintedColumn, PrintedSection, PrintedTable
from opora.exports.sheets import made_by

_SHEET = [
    PrintedColumn("№ п/п", 0.5, "center"),
    PrintedColumn("Должность", 2.6),
    PrintedColumn("ФИО", 1.9),
    PrintedColumn("Заключение", 1.9),
    PrintedColumn("Замечания", 2.6),
    PrintedColumn("Дата", 1.2),
    PrintedColumn("Версия", 0.8, "center"),
]
_FINDINGS = [
    PrintedColumn("№ п/п", 0.5, "center"),
    PrintedColumn("Замечание", 4.5),
    PrintedColumn("Место", 1.6),
    PrintedColumn("Решение", 2.6),
]


def approval_sheet(draft: Draft, visas: list[Visa], versions: list[DraftVersion], *, by: Actor) -> Printed:
    """All visas that were asked for, those for older versions too."""
    rows = [
        [
            str(number),
            visa.position or visa.organisation.short_name,
            visa.decided_name or (visa.person.get_short_name() if visa.person else ""),
            visa.get_state_display(),
            visa.remark,
            f"{day_of(visa.decided_at):%d.%m.%Y}" if visa.decided_at else "",
            str(visa.version),
        ]
        for number, visa in enumerate(visas, 1)
        if visa.state != VisaState.WAITING
    ]
    said = [
        f"Версия {one.number} от {day_of(one.created_at):%d.%m.%Y}: {one.file_name}"
        + (f" ({one.note})" if one.note else "")
        for one in reversed(versions)
    ]
    heading = Heading(
        organisation=draft.organisation.name,
        kind="Лист согласования",
        title=f"к проекту: {draft.get_kind_display()} «{draft.title}»",
    )
    signed = f"Подписал: {draft.signed_by}, {draft.signed_on:%d.%m.%Y}." if draft.signed_on else ""
    return Printed(
        heading=heading,
        tables=[PrintedTable(None, _SHEET, [PrintedSection(None, rows)])],
        closing=[*said, *([signed] if signed else [])],
        made_by=made_by(by),
        landscape=True,
    )


def findings_sheet(draft: Draft, version: DraftVersion, found: list[Shown], *, by: Actor) -> Printed:
    """The findings of a version with what was said of them."""
    rows = [[str(n), one.message, one.place, _decided(one)] for n, one in enumerate(found, 1)]
    left = sum(one.open for one in found)
    return Printed(
        heading=Heading(
            organisation=draft.organisation.name,
            kind="Замечания",
            title=f"к проекту: {draft.get_kind_display()} «{draft.title}», версия {version.number}",
        ),
        lead=[f"По состоянию на {today():%d.%m.%Y}. Замечаний — {len(found)}, не решено — {left}."],
        tables=[PrintedTable(None, _FINDINGS, [PrintedSection(None, rows)])],
        made_by=made_by(by),
    )


def _decided(one: Shown) -> str:
    if one.mark is None:
        return ""
    again = "\nОсталось в новой версии" if one.again else ""
    comment = f": {one.mark.comment}" if one.mark.comment else ""
    return f"{one.mark.get_decision_display()}{comment}\n{one.mark.by}, {day_of(one.mark.at):%d.%m.%Y}{again}"
