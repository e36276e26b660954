"""The scales by which points become marks: those of the region before those that are shipped."""

from __future__ import annotations

from opora.assessments.actions.scales import Limits
from opora.assessments.models import Scale
from opora.assessments.models.procedures import Procedure
from opora.core.errors import Problem
from opora.core.text import fold
from opora.core.workflow import Refused
from opora.identification.columns import SUBJECTS
from opora.identification.reading.scales import Scale as KnownScale
from opora.identification.reading.scales import Scales
from opora.lists.files import table_of
from opora.registry.models import Organisation


def scales_of(territory: Organisation) -> Scales:
    own = Scale.objects.current().filter(territory=territory)
    return Scales.shipped().with_(
        KnownScale(
            one.procedure,
            one.year,
            one.subject,
            one.grade,
            last=(float(one.last_2), float(one.last_3), float(one.last_4)),
            most=None if one.highest is None else float(one.highest),
        )
        for one in own
    )


def shipped() -> list[Limits]:
    """Those that come with Opora, for the page."""
    found = Scales.shipped().by_key.values()
    return [
        Limits(
            one.year,
            one.procedure,
            one.subject,
            one.grade,
            last_2=int(one.last[0]),
            last_3=int(one.last[1]),
            last_4=int(one.last[2]),
            highest=None if one.most is None else int(one.most),
        )
        for one in found
        if one.last
    ]


_COLUMNS = (
    ("year", ("год",)),
    ("procedure", ("процедура",)),
    ("subject", ("предмет",)),
    ("grade", ("класс", "параллель")),
    ("last_2", ("2 до", "last_2", "последний балл отметки 2")),
    ("last_3", ("3 до", "last_3", "последний балл отметки 3")),
    ("last_4", ("4 до", "last_4", "последний балл отметки 4")),
    ("highest", ("наибольший балл", "наибольший", "максимум", "максимальный балл", "highest")),
)
_PROCEDURES = {fold(str(label)): code for code, label in Procedure.choices} | {code: code for code in Procedure.values}
_SUBJECTS = {fold(label): code for code, label in SUBJECTS.items()} | {code: code for code in SUBJECTS}


def read_scales(content: bytes, name: str) -> list[Limits]:
    """The scales of a table with one row of headers. Raises `Problem` or `Refused` naming the row at fault."""
    records = table_of(content, name)
    heads = [fold(str(cell)).strip(" *:") for cell in records[0]] if records else []
    places = {field: next((n for n, head in enumerate(heads) if head in names), -1) for field, names in _COLUMNS}
    absent = [names[0] for field, names in _COLUMNS if places[field] < 0 and field != "highest"]
    if absent:
        raise Problem(f"В первой строке таблицы нет столбцов: {', '.join(absent)}. Назовите их так и загрузите снова.")
    found = []
    for number, record in enumerate(records[1:], start=2):
        cells = {field: record[place] if 0 <= place < len(record) else "" for field, place in places.items()}
        if any(str(cell).strip() for cell in cells.values()):
            limits = _limits(cells, number)
            limits.check()
            found.append(limits)
    if not found:
        raise Problem("В таблице нет ни одной шкалы.")
    return found


def _limits(cells: dict[str, object], number: int) -> Limits:
    words = {field: fold(str(cell)) for field, cell in cells.items()}
    procedure, subject = _PROCEDURES.get(words["procedure"]), _SUBJECTS.get(words["subject"])
    if procedure is None:
        raise Refused(f"Строка {number}: процедура «{cells['procedure']}» неизвестна.")
    if subject is None:
        raise Refused(f"Строка {number}: предмет «{cells['subject']}» неизвестен.")
    numbers: dict[str, int] = {}
    for field in ("year", "grade", "last_2", "last_3", "last_4"):
        numbers[field] = _number(cells[field], number)
    highest = _number(cells["highest"], number) if words["highest"] else None
    return Limits(procedure=procedure, subject=subject, highest=highest, **numbers)


def _number(cell: object, row: int) -> int:
    try:
        value = float(str(cell).replace(",", "."))
    except ValueError:
        raise Refused(f"Строка {row}: «{cell}» — не число.") from None
    if not value.is_integer() or not 0 <= value <= 3000:
        raise Refused(f"Строка {row}: «{cell}» — нужно целое неотрицательное число.")
    return int(value)
