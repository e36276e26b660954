"""`opora identify` and `opora rules`, without a database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from opora.identification import outputs
from opora.identification.errors import Unfit

if TYPE_CHECKING:
    from opora.identification.rules.base import Rule


@dataclass(frozen=True)
class Asked:
    """What `opora identify` was told."""

    results: Sequence[str]
    schools: Sequence[str]
    rule: str
    year: int
    out: Path
    parameters: Sequence[str] = ()
    engine: str = "duckdb"
    master: str | None = None
    rejected: Path | None = None
    provenance: Path | None = None


def identify(asked: Asked, *, out: TextIO, err: TextIO) -> int:
    """Run a rule and write its outcome; 0 done, 1 done with rows set aside, 2 nothing done."""
    from opora.identification.rules.loading import found
    from opora.identification.running import identify as run

    try:
        outputs.check(asked.out)
        for path in (asked.rejected, asked.provenance):
            if path:
                outputs.check(path)
        rule = found(asked.rule)
        parameters = _parameters(asked.parameters)
        done = run(asked.results, list(asked.schools), rule, asked.year, parameters, asked.engine, asked.master)
        outputs.write(done.outcome.table, asked.out, done.provenance)
        if asked.rejected:
            outputs.write(done.rejected, asked.rejected)
        if asked.provenance:
            asked.provenance.write_text(json.dumps(done.provenance, ensure_ascii=False, indent=1) + "\n", "utf-8")
    except (Unfit, OSError, MemoryError) as error:
        err.write(f"{error or 'Не хватило памяти.'}\n")
        return 2
    table = done.outcome.table
    listed = sum(table.column("flagged").to_pylist())
    out.write(f"{rule.title}, {asked.year} год: школ {table.num_rows}, в списке {listed}. Записано: {asked.out}\n")
    if done.set_aside:
        where = f"они в {asked.rejected}" if asked.rejected else "какие и почему – ключ --rejected ФАЙЛ"
        err.write(f"Отложено строк: {done.set_aside}; {where}.\n")
        return 1
    return 0


def _parameters(said: Sequence[str]) -> dict[str, str]:
    found = {}
    for one in said:
        name, equals, value = one.partition("=")
        if not equals or not name.strip():
            raise Unfit(f"параметр «{one}» не разобран.", "Нужно ИМЯ=ЗНАЧЕНИЕ, например threshold=0.3.")
        found[name.strip()] = value.strip()
    return found


def rules(*, as_json: bool, out: TextIO, err: TextIO, more: Sequence[Rule] = ()) -> int:
    """Print the rules with their parameters, units and sources: those of Opora, of the server's folder, and `more`.

    0, or 1 where a file of the folder is not used.
    """
    from opora.identification.rules import rules as every
    from opora.identification.rules.installed import folder, installed

    own = installed(folder())
    known = [(one, "Опора") for one in every()]
    known += [(one.rule, str(one.path)) for one in own if one.rule] + [(one, "регион") for one in more]
    for one in own:
        if not one.rule:
            err.write(f"{one.path} не используется. {one.problem}\n")
    if as_json:
        told = [{**rule.to_json(), "from": origin} for rule, origin in known]
        out.write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    else:
        for rule, origin in known:
            _tell(rule, "" if origin == "Опора" else origin, out)
    return 0 if all(one.rule for one in own) else 1


def _tell(rule: Rule, origin: str, out: TextIO) -> None:
    out.write(f"{rule.id} (версия {rule.version}): {rule.title}\n  Источник: {rule.source}\n")
    if origin:
        out.write(f"  Откуда: {origin}\n")
    if rule.limits:
        out.write(f"  Пределы: {rule.limits}\n")
    for one in rule.parameters:
        unit = f", {one.unit}" if one.unit else ""
        choices = f"; возможны: {', '.join(one.choices)}" if one.choices else ""
        out.write(f"    {one.name} = {one.default}{unit} – {one.title}{choices}\n")


def check(said: str, *, out: TextIO, err: TextIO) -> int:
    """Check a rule's file and try it on an invented region; 0 fit, 1 not (with every mistake), 2 no such file."""
    from opora.identification.rules.installed import tried
    from opora.identification.rules.loading import ENDINGS, found

    if Path(said).suffix.lower() in ENDINGS and not Path(said).is_file():
        err.write(f"{said}: файла с правилом нет. Проверьте имя и папку.\n")
        return 2
    try:
        rule = found(said)
        answer = tried(rule)
    except Unfit as error:
        err.write(f"{error}\n")
        return 1
    _tell(rule, said, out)
    out.write(f"Правило годится ({answer}).\n")
    return 0
