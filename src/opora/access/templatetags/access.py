from __future__ import annotations

import json
from dataclasses import dataclass

from django import template
from django.conf import settings

register = template.Library()


@dataclass(frozen=True, slots=True)
class Demo:
    """Accounts of the demo as its builder left them in `demo.json`, and their one password."""

    password: str
    accounts: list[dict[str, str]]


@register.simple_tag
def demo_accounts() -> Demo | None:
    """What the sign-in page of a demo tells everybody; None outside of a demo."""
    path = settings.DATA / "demo.json"
    if not settings.DEMO or not path.exists():
        return None
    found = json.loads(path.read_text(encoding="utf-8"))
    return Demo(found["password"], found["accounts"])
