"""The rules that a region may run: those of Opora, of the server's folder, and those it has uploaded itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from opora.assessments.figures import said
from opora.assessments.models import OwnRule, Run, Trial
from opora.core.actor import Actor
from opora.core.workflow import Refused
from opora.identification.errors import Unfit
from opora.identification.rules import known, rule, rules
from opora.identification.rules.base import Rule
from opora.identification.rules.declaring import read
from opora.identification.rules.installed import Installed, installed
from opora.registry.models import Organisation

GONE = "Правила «{}» в системе больше нет. Выберите другое или попросите администратора вернуть это."


@dataclass(frozen=True, slots=True)
class Known:
    """A rule with where it comes from: `own` is the uploaded version, `file` the file of the server's folder."""

    rule: Rule
    own: OwnRule | None = None
    file: str = ""


def of_server() -> list[Installed]:
    """The files of the administrator's folder; each is read again only when it has changed."""
    place = Path(settings.OPORA_RULES)
    stamps = tuple((path.name, path.stat().st_mtime_ns, path.stat().st_mode) for path in sorted(place.glob("*")))
    return list(_of_folder(place, stamps))


@lru_cache(maxsize=8)
def _of_folder(place: Path, stamps: tuple[tuple[str, int, int], ...]) -> tuple[Installed, ...]:
    return tuple(installed(place))


def rules_of(territory: Organisation) -> list[Known]:
    """Every rule that may be run for a territory, in the order in which people meet them."""
    found = [Known(one) for one in rules()]
    found += [Known(one.rule, file=one.path.name) for one in of_server() if one.rule]
    taken = {one.rule.id for one in found}
    own = OwnRule.objects.in_use().filter(territory=territory).order_by("rule_id")
    return found + [Known(parsed(one.text), own=one) for one in own if one.rule_id not in taken]


def rule_of(rule_id: str, territory: Organisation) -> Rule:
    """The rule that is in use; `Refused` where there is none by that id."""
    if rule_id in known():
        return rule(rule_id)
    found = _installed(rule_id)
    if found:
        return found
    own = OwnRule.objects.in_use().filter(territory=territory, rule_id=rule_id).first()
    if own is None:
        raise Refused(f"Правила «{rule_id}» нет. Выберите правило из списка.")
    return parsed(own.text)


def rule_as_run(run: Run | Trial) -> Rule:
    """The rule of a run, of a region's own the version that was run; `Refused` where its file is gone."""
    if run.rule_text:
        return parsed(run.rule_text)
    if run.rule_id in known():
        return rule(run.rule_id)
    found = _installed(run.rule_id)
    if found is None:
        raise Refused(GONE.format(run.rule_id))
    return found


def counted_by(run: Run) -> tuple[tuple[int, ...], tuple[tuple[str, str], ...] | None]:
    """The years and the (procedure, subject) pairs that a run counted, None for all pairs.

    Where the rule is gone or speaks of its parameters otherwise by now, all that the run was given.
    """
    years = tuple(run.provenance.get("years", ()))
    try:
        rule = rule_as_run(run)
        values = {one.name: one.default for one in rule.parameters} | run.values
        return years or rule.years(run.year, values), rule.wanted(values)
    except (Refused, Unfit):
        return years or (run.year,), None


def text_of(rule_id: str, territory: Organisation) -> str:
    """The YAML of a region's own rule, kept with every run of it; nothing of other rules."""
    if rule_id in known() or _installed(rule_id):
        return ""
    return OwnRule.objects.in_use().get(territory=territory, rule_id=rule_id).text


def values_in_words(run: Run | Trial) -> list[tuple[str, str]]:
    """(title, value in words) of each parameter as it was set."""
    try:
        titles = {one.name: one for one in rule_as_run(run).parameters}
    except Refused:
        return [(name, str(value)) for name, value in run.values.items()]
    set_to = [(titles[name], value) for name, value in run.values.items() if name in titles]
    return [(one.title, said(one.told(value), one.kind, one.unit)) for one, value in set_to]


def declared_by_region(user: Actor) -> list[Rule]:
    """The uploaded rules in use that the person may see, for the command line."""
    return [parsed(one.text) for one in OwnRule.objects.visible(user).in_use()]


def parsed(text: str) -> Rule:
    """The rule of a text that was checked when it was saved."""
    found, mistakes = read(text.encode())
    if found is None:
        raise Refused(f"Сохранённое правило больше не читается. {' '.join(map(str, mistakes))}")
    return found


def _installed(rule_id: str) -> Rule | None:
    return next((one.rule for one in of_server() if one.rule and one.rule.id == rule_id), None)


def not_used() -> Iterator[tuple[str, str]]:
    """(file, why) of each file of the server's folder that is not used."""
    yield from ((one.path.name, one.problem) for one in of_server() if not one.rule)
