"""The registry: a public directory within the region."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.site.rules import ABOVE, ALL, BOTH, EXECUTE, ISSUE, MEMBERS, SCHOOL, Rule, general, of, one
from tests.site.world import World

PUBLIC = of("region.schools.0")


def _in_registry(methods: str = BOTH, more: Callable[[World], list[Any]] | None = None) -> tuple[Rule, ...]:
    """A change of the first school: of all who see the directory two may."""
    school = (lambda world: [*PUBLIC(world), *more(world)]) if more else PUBLIC
    rules = [one(school, ABOVE, MEMBERS, methods)]
    return (*rules, one(of("region.authority"), "rc", MEMBERS, methods)) if more is None else tuple(rules)


def _of_person(methods: str = BOTH, *more: str) -> tuple[Rule, ...]:
    return (one(of("person", *more), ABOVE, f"{ABOVE} {SCHOOL}", methods),)


REGISTRY: dict[str, tuple[Rule, ...]] = {
    "registry:organisations": general(ALL),
    "registry:create": general(ISSUE, BOTH),
    "registry:organisation": (one(PUBLIC, MEMBERS), one(of("region.authority"), MEMBERS)),
    "registry:edit": _in_registry(),
    "registry:move": _in_registry(),
    "registry:close": _in_registry(),
    "registry:merge": _in_registry(),
    "registry:add_alias": _in_registry(),
    "registry:remove_alias": _in_registry("POST", of("alias.pk")),
    "registry:add_person": _in_registry(),
    "registry:add_body": _in_registry(),
    "registry:people": general(f"{EXECUTE} cu**"),
    "registry:person": (one(of("person"), f"{ABOVE} {SCHOOL}"),),
    "registry:edit_person": _of_person(),
    "registry:remove_person": _of_person("POST"),
    "registry:add_post": _of_person(),
    "registry:edit_post": _of_person(BOTH, "post.pk"),
    "registry:remove_post": _of_person("POST", "post.pk"),
    "registry:body": (one(of("body"), ABOVE),),
    "registry:edit_body": (one(of("body"), ABOVE, methods=BOTH),),
    "registry:dissolve_body": (one(of("body"), ABOVE, methods="POST"),),
    "registry:import": general(ISSUE, BOTH),
    "registry:import_preview": (one(of("upload"), "rc", "rs** me** sh** ss** cu** ob** ad** nobody", BOTH),),
    "registry:export": general(ALL, BOTH),
}
