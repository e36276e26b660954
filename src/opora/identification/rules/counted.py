"""Which procedures a rule counts: the parameter that most rules share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from opora.identification.columns import PROCEDURES, SUBJECTS
from opora.identification.errors import Unfit
from opora.identification.rules.base import Data, Parameter, Rule, Value, Values

Pair = tuple[str, str]

#: ВПР, ОГЭ and ЕГЭ in Russian and mathematics; of the ЕГЭ in mathematics the basic level.
DEFAULT: Final = "vpr,oge,ege,rus,mat,mat_base"

#: failed × PACKED + participants: both as one number, so that one row's are chosen together.
PACKED: Final = 2**31

_CODES: Final = {name.casefold(): code for known in (PROCEDURES, SUBJECTS) for code, name in known.items()}
_NAMED: Final = re.compile("|".join(map(re.escape, sorted(_CODES, key=len, reverse=True))))


class Counted(Parameter):
    """Codes of procedures and subjects, or pairs of them; written as codes or as people call them."""

    def read(self, said: object) -> Value:
        """«ВПР, ОГЭ; русский язык» is «vpr,oge,rus», «ВПР – математика» is «vpr:mat»."""
        text = _NAMED.sub(lambda found: _CODES[found[0]], str(said).strip().casefold())
        text = re.sub(r"\s*[–—:/]\s*", ":", text)
        pairs(text)
        return ",".join(re.split(r"[,;\s]+", text))

    def told(self, value: Value) -> str:
        """«ВПР, ОГЭ, ЕГЭ; русский язык, математика»"""
        alone: tuple[list[str], list[str], list[str]] = ([], [], [])
        for one in re.split(r"[,;\s]+", str(value).strip()):
            procedure, _, subject = one.replace("/", ":").partition(":")
            name = PROCEDURES.get(procedure, SUBJECTS.get(procedure, procedure))
            kind = 2 if subject else 0 if procedure in PROCEDURES else 1
            alone[kind].append(f"{name} – {SUBJECTS.get(subject, subject)}" if subject else name)
        return "; ".join(", ".join(names) for names in alone if names)


def parameter(default: str = DEFAULT) -> Parameter:
    return Counted(
        "counted", "text", default, "Что считается: процедуры и предметы через запятую или пары «ВПР – русский язык»"
    )


def pairs(said: Value) -> tuple[Pair, ...]:
    """«vpr,oge,rus,mat»: every procedure with every subject; «vpr:rus,ege:mat_base»: just these. Both add up."""
    procedures, subjects, found = [], [], set[Pair]()
    for one in re.split(r"[,;\s]+", str(said).strip()):
        procedure, _, subject = one.replace("/", ":").partition(":")
        if not re.fullmatch(r"\w+", procedure) or (subject and not re.fullmatch(r"\w+", subject)):
            raise Unfit(f"«{one}» не разобрано.", "Пример: vpr,oge,rus,mat или vpr:rus,ege:mat_base.", where="counted")
        if subject:
            if procedure not in PROCEDURES:
                raise Unfit(f"процедуры «{procedure}» нет.", f"Есть: {', '.join(PROCEDURES)}.", where="counted")
            found.add((procedure, subject))
        elif procedure in PROCEDURES:
            procedures.append(procedure)
        else:
            subjects.append(procedure)
    if bool(procedures) != bool(subjects):
        lacking, example = ("предмета", "rus") if procedures else ("процедуры", "vpr")
        raise Unfit(f"не указано ни {lacking}.", f"Добавьте, например, {example}.", where="counted")
    found |= {(procedure, subject) for procedure in procedures for subject in subjects}
    return tuple(sorted(found))


class CountedRule(Rule):
    """A rule with the parameter `counted`; it judges the counts of its years, unless it measures something else."""

    def wanted(self, values: Values) -> tuple[Pair, ...]:
        return pairs(values["counted"])

    def measure(self, data: Data, year: int, values: Values) -> Mapping[str, Any]:
        return {"works": only(data.counts, self.years(year, values), self.wanted(values))}


def only(table: Any, years: tuple[int, ...], wanted: tuple[Pair, ...]) -> Any:
    """The rows of an Ibis table of COUNTS or TALLIES in these years, procedures and subjects."""
    from functools import reduce
    from operator import or_

    by_procedure: dict[str, list[str]] = {}
    for procedure, subject in wanted:
        by_procedure.setdefault(procedure, []).append(subject)
    conditions = [(table.procedure == one) & table.subject.isin(subjects) for one, subjects in by_procedure.items()]
    return table.filter(table.year.isin(list(years)), reduce(or_, conditions))
