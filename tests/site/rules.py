"""How a line of the table of access is said: who may, who knows of the object, what all others are answered.

Roles are short («rc»: `world.SHORT`), each standing for the role at its usual place. «mc*» is the role at any place of
its region, «mc**» in another region too; «nobody» is an account without a membership.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.site.world import PLACES, SHORT, World

ALL = "rc** rs** mc** me** sh** ss** cu** ob** ad**"
EVERYBODY = f"{ALL} nobody"
MEMBERS = "rc rs mc* me* sh* ss* cu* ob ad"  # of the region
EXECUTE = "rc** rs** mc** me** sh** ss**"  # documents.view, assignments.report, people.view
READ_MAPS = f"{EXECUTE} cu** ob**"  # roadmaps.view, assignments.view
ISSUE = "rc** mc**"
SCHOOL = "sh ss cu"  # of the first school
ABOVE = "rc mc"  # the first school
LISTED = f"{ABOVE} {SCHOOL}"  # see the work that the first school has because it is listed
BOTH = "GET POST"

Place = tuple[str, str]
NOBODY: Place = ("", "nobody")


def places(text: str) -> frozenset[Place]:
    """«rc mc*» as the (place, role) that it stands for."""
    found: set[Place] = set()
    for word in text.split():
        short = word.rstrip("*")
        if short == "nobody":
            found.add(NOBODY)
            continue
        where = {0: ("inside",), 1: ("inside", "beside", "near"), 2: tuple(PLACES)}[len(word) - len(short)]
        found |= {(place, SHORT[short]) for place in where if SHORT[short] in PLACES[place]}
    return frozenset(found)


def nothing(world: World) -> list[Any]:
    return []


def of(*names: str) -> Callable[[World], list[Any]]:
    """The public ids of objects of the world as arguments."""
    return lambda world: [_attribute(world, name) for name in names]


def _attribute(world: World, name: str) -> Any:
    found: Any = world
    for part in name.split("."):
        found = found[int(part)] if part.isdigit() else getattr(found, part)
    return getattr(found, "public_id", found)


@dataclass(frozen=True)
class Rule:
    """One address with one object.

    `may` is answered, `seen` knows of the object but lacks the right (403); for all others the object is not there
    (404), or where the page is about no object, the right is missing (403).
    """

    args: Callable[[World], list[Any]] = nothing
    may: str = EVERYBODY
    seen: str = ""
    methods: str = "GET POST"
    data: dict[str, Any] = field(default_factory=dict)
    public: int = 0  # the status for somebody who is not signed in; 0 leads to sign-in
    status: int = 0  # of those who may, where it is another than that of a page, a way on, a refusal or a form
    path: str = ""  # of a pattern without a name

    @property
    def general(self) -> bool:
        return self.args is nothing

    def expected(self, who: Place) -> int:
        """0: answered; else the status."""
        if who in places(self.may):
            return 0
        return 403 if self.general or who in places(self.seen) else 404


def general(may: str, methods: str = "GET", **values: Any) -> tuple[Rule, ...]:
    return (Rule(may=may, methods=methods, **values),)


def one(obj: Callable[[World], list[Any]], may: str, seen: str = "", methods: str = "GET", **values: Any) -> Rule:
    return Rule(obj, may, seen, methods, **values)
