"""Cases of schools: they tell who is listed, and are seen where that may be known; the steps are the region's."""

from __future__ import annotations

from collections.abc import Callable

from tests.site.access_table.registry import PUBLIC
from tests.site.rules import ABOVE, BOTH, LISTED, SCHOOL, Rule, general, of, one
from tests.site.world import World

KNOW = "rc** mc** sh** ss** cu**"
TOLD = "sh ss"  # the school to which a concern is addressed; its curator is not


def _step(key: str) -> Callable[[World], list[str]]:
    return lambda world: [world.step_set.public_id, key]


def _line(world: World) -> list[str]:
    return [world.shared_concern.public_id, "talk"]


CONCERNS: dict[str, tuple[Rule, ...]] = {
    "support:concerns": general("rc** mc** sh** ss**"),
    "support:concern": (one(of("concern"), ABOVE), one(of("shared_concern"), f"{ABOVE} {TOLD}")),
    "support:raise_concern": (one(of("case"), ABOVE, SCHOOL, BOTH),),
    "support:concern_level": (one(of("shared_concern"), ABOVE, TOLD, BOTH),),
    "support:concern_decide": (one(of("shared_concern"), ABOVE, TOLD, BOTH),),
    "support:concern_resolve": (one(of("shared_concern"), ABOVE, TOLD, BOTH),),
    "support:concern_reopen": (one(of("shared_concern"), ABOVE, TOLD, BOTH),),
    "support:concern_share": (one(of("concern"), ABOVE, methods="POST"),),
    "support:concern_tick": (one(_line, ABOVE, TOLD, BOTH),),
    "support:concern_untick": (one(_line, ABOVE, TOLD, methods="POST"),),
}

SUPPORT: dict[str, tuple[Rule, ...]] = {
    **CONCERNS,
    "support:cases": general(KNOW),
    "support:board": general(KNOW),
    "support:school": (one(PUBLIC, f"{ABOVE} {SCHOOL}"),),
    "support:do": (one(of("case"), ABOVE, SCHOOL, BOTH),),  # a step of the municipality
    "support:undo": (one(of("case", "first_step"), "rc", f"mc {SCHOOL}", BOTH),),  # one of the region
    "support:watch": (one(of("case"), LISTED, methods="POST"),),
    "support:unwatch": (one(of("case"), LISTED, methods="POST"),),
    "support:risks": (one(of("case"), LISTED),),
    "support:score_risks": (one(of("case"), f"{ABOVE} sh", "ss cu", "POST"),),
    "support:choose_risks": (one(of("case"), f"{ABOVE} sh", "ss cu", BOTH),),
    "support:step_sets": general("rc**"),
    "support:start_set": general("rc**", "POST"),
    "support:step_set": (one(of("step_set"), "rc"),),
    "support:add_step": (one(of("step_set"), "rc", methods=BOTH),),
    "support:publish_set": (one(of("step_set"), "rc", methods="POST"),),
    "support:drop_set": (one(of("step_set"), "rc", methods="POST"),),
    "support:step": (one(_step("informed"), "rc", methods=BOTH),),
    "support:step_up": (one(_step("diagnosed"), "rc", methods="POST"),),
    "support:step_down": (one(_step("informed"), "rc", methods="POST"),),
    "support:remove_step": (one(_step("informed"), "rc", methods="POST"),),
}
