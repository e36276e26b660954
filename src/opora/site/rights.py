"""`python -m opora.site.rights`: writes docs/security/who-sees-what.md from the roles, the policy and the querysets."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

PLACE = Path(__file__).parents[3] / "docs" / "security" / "who-sees-what.md"
HEAD = """# Who sees what

Written by `make rights` from `access/roles.py`, `lists/capability.py` and the `visible(user)` of every table; a test
compares. Do not edit.

## Roles and permissions

How far a permission reaches from the organisation of the membership: **own** is that organisation and what lies below
it, **parent** the same of the organisation above, **region** the whole region. An empty cell is no right.
"""
REACHES = {"own": "own", "parent": "parent", "region": "region"}


def page() -> str:
    return "\n".join([HEAD, *_roles(), "", *_lists(), "", *_tables(), ""])


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _roles() -> Iterator[str]:
    from opora.access.roles import ROLES
    from opora.core.permissions import Permission

    yield _row("permission", *(str(role.code.label) for role in ROLES.values()))
    yield _row(*["---"] * (len(ROLES) + 1))
    for permission in Permission:
        reaches = [role.grants.get(permission) for role in ROLES.values()]
        yield _row(f"`{permission}`", *(REACHES[reach.value] if reach else "" for reach in reaches))


def _lists() -> Iterator[str]:
    from opora.lists.capability import ENTRUSTED, FOR_MEETING, WIDENINGS
    from opora.lists.models import PolicyOption

    yield "## Beyond the roles: who may know which schools are listed"
    yield ""
    yield f"A curator holds {', '.join(f'`{one}`' for one in ENTRUSTED)} at each school entrusted to him, while it is."
    held = ", ".join(f"`{one}`" for one in FOR_MEETING)
    yield f"One who is invited to a meeting holds {held} at each school entrusted to him for it, until the day."
    yield "A region may allow the following; what it does not allow is forbidden."
    yield ""
    yield _row("option", "while forbidden (the default)", "where allowed")
    yield _row("---", "---", "---")
    for option in PolicyOption:
        words = WIDENINGS[option]
        yield _row(str(option.label), words.strict, words.consequence)


def _tables() -> Iterator[str]:
    """What `visible(user)` says of itself, for every table that has it."""
    from django.apps import apps

    yield "## Rows of each table"
    yield ""
    yield "Every page, copy, search and count reads through the queryset's `visible(user)`."
    yield ""
    yield _row("table", "who sees a row")
    yield _row("---", "---")
    for model in sorted(apps.get_models(), key=lambda one: one._meta.label):
        visible = getattr(model._default_manager.all(), "visible", None)
        if model.__module__.startswith("opora.") and visible:
            said = inspect.getdoc(visible) or "by the reach of the permission over its organisation"
            yield _row(f"{model._meta.label} ({model._meta.verbose_name})", " ".join(said.split()))


def main() -> int:
    from opora.site.serving import configured

    problem = configured()
    if problem:
        sys.stderr.write(problem + "\n")
        return 2
    PLACE.parent.mkdir(parents=True, exist_ok=True)
    PLACE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
