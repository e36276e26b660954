"""A region's own rule: checked, tried on the newest results, saved as a version, switched off and on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from opora.assessments.models import OwnRule
from opora.assessments.queries import data, looking
from opora.assessments.queries.schools import table as school_table
from opora.assessments.rules import of_server, parsed
from opora.core.actor import Actor, require
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.identification.errors import Unfit
from opora.identification.laboratory import compare, flags
from opora.identification.rules.base import Rule
from opora.identification.rules.declared import Declared
from opora.identification.rules.declaring import Mistake, read
from opora.journal.actions import record
from opora.registry.models import Organisation

if TYPE_CHECKING:
    import pyarrow as pa

TO_KEEP = "вести правила региона"


@dataclass(frozen=True, slots=True)
class Preview:
    """What a rule would list by the newest results; `entered` and `left` beside the version in use, if there is one."""

    year: int
    schools: int
    flagged: int
    entered: int | None = None
    left: int | None = None
    problem: str = ""


def checked(text: str, *, territory: Organisation) -> tuple[Declared | None, list[Mistake]]:
    """The rule of a text, or all that is wrong in it; a saved version or another rule's id is a mistake too."""
    rule, mistakes = read(text.encode())
    if rule is None:
        return None, mistakes
    file = next((one.path.name for one in of_server() if one.rule and one.rule.id == rule.id), "")
    if file:
        what = f"код «{rule.id}» занят правилом сервера ({file})."
        return None, [Mistake(_line(text, "id"), what, "Дайте своему другой.")]
    saved = OwnRule.objects.filter(territory=territory, rule_id=rule.id, version=rule.version).first()
    if saved and saved.text != text:
        what = f"версия {rule.version} правила «{rule.id}» уже сохранена с другим текстом."
        return None, [Mistake(_line(text, "version"), what, "Изменили правило – дайте ему новую версию.")]
    return rule, []


def _line(text: str, name: str) -> int:
    lines = text.splitlines()
    return next((n for n, line in enumerate(lines, 1) if line.lstrip().startswith(f"{name}:")), 1)


def preview(rule: Rule, *, territory: Organisation) -> Preview | None:
    """The rule on the newest year of results; nothing where there are none."""
    years = looking.years(territory)
    if not years:
        return None
    year = years[0]
    try:
        table = _judged(rule, territory, year)
    except Unfit as problem:
        return Preview(year, 0, 0, problem=str(problem))
    listed = sum(flags(table).values())
    before = OwnRule.objects.in_use().filter(territory=territory, rule_id=rule.id).first()
    if before is None:
        return Preview(year, table.num_rows, listed)
    change = compare(_judged(parsed(before.text), territory, year), table)
    return Preview(year, table.num_rows, listed, len(change.entered), len(change.left))


def _judged(rule: Rule, territory: Organisation, year: int) -> pa.Table:
    from opora.identification.running import Aggregated, identify

    values = rule.read({})
    counts = data.counts(territory, rule.years(year, values))
    return identify(Aggregated(counts), school_table(territory, year), rule, year, values).outcome.table


@transaction.atomic
def save(text: str, *, by: Actor, territory: Organisation) -> OwnRule:
    """A new version, in use from now on instead of the one before; the same text again changes nothing."""
    require(by, Permission.LISTS_EDIT, territory.path, to=TO_KEEP)
    rule, mistakes = checked(text, territory=territory)
    if rule is None:
        raise Refused(" ".join(map(str, mistakes)))
    versions = OwnRule.objects.select_for_update().filter(territory=territory, rule_id=rule.id)
    saved = versions.filter(version=rule.version).first()
    if saved:
        return switch_on(saved, by=by)
    versions.in_use().update(in_use=False)
    made = OwnRule.objects.create(
        territory=territory,
        rule_id=rule.id,
        version=rule.version,
        title=rule.title,
        source=rule.source,
        text=text,
        made_by=by.label,
    )
    _record("saved", f"внёс(ла) правило «{made}»", made, by)
    return made


@transaction.atomic
def switch_on(own: OwnRule, *, by: Actor) -> OwnRule:
    """This version is used, and no other of the rule."""
    require(by, Permission.LISTS_EDIT, own.territory.path, to=TO_KEEP)
    versions = OwnRule.objects.select_for_update().filter(territory=own.territory, rule_id=own.rule_id)
    if versions.get(pk=own.pk).in_use:
        return own
    versions.in_use().update(in_use=False)
    OwnRule.objects.filter(pk=own.pk).update(in_use=True)
    own.in_use = True
    _record("switched_on", f"включил(а) правило «{own}»", own, by)
    return own


@transaction.atomic
def switch_off(own: OwnRule, *, by: Actor) -> OwnRule:
    """Nothing new is run by it; what was run stays."""
    require(by, Permission.LISTS_EDIT, own.territory.path, to=TO_KEEP)
    if OwnRule.objects.filter(pk=own.pk, in_use=True).update(in_use=False) != 1:
        raise Refused("Правило уже выключено.")
    own.in_use = False
    _record("switched_off", f"выключил(а) правило «{own}»", own, by)
    return own


def _record(event: str, text: str, own: OwnRule, by: Actor) -> None:
    told = {"rule": own.rule_id, "version": own.version}
    record(f"results.rule_{event}", text, by=by, on=own, path=own.territory.path, confidential=True, data=told)
