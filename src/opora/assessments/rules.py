"""The rules that a region may run: those that come with Opora."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from opora.assessments.figures import said
from opora.core.workflow import Refused
from opora.identification.rules import rule, rules
from opora.identification.rules.base import Rule


def all_rules() -> tuple[Rule, ...]:
    return rules()


def rule_of(rule_id: str) -> Rule:
    """The rule; `Refused` where there is none by that id."""
    try:
        return rule(rule_id)
    except KeyError:
        raise Refused(f"Правила «{rule_id}» нет. Выберите правило из списка.") from None


def parameters_said(rule: Rule, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(title, value in words) of each parameter as it was set."""
    known = {one.name: one for one in rule.parameters}
    set_to = [(known[name], value) for name, value in values.items() if name in known]
    return [(one.title, said(value, one.kind, one.unit)) for one, value in set_to]
