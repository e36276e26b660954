"""The rules that a region may run: those that come with Opora."""

from __future__ import annotations

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
