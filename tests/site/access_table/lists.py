"""Confidential lists of schools."""

from __future__ import annotations

from tests.site.access_table.documents import OPEN_SEEN
from tests.site.access_table.registry import PUBLIC
from tests.site.rules import ABOVE, BOTH, SCHOOL, Rule, general, of, one

SEE_LIST = "mc sh ss cu"


def _edits_list(methods: str = "POST", *more: str) -> tuple[Rule, ...]:
    return one(of("list", *more), "rc", SEE_LIST, methods), one(of("list_draft", *more), "rc", methods=methods)


LISTS: dict[str, tuple[Rule, ...]] = {
    "lists:lists": general("rc** mc** sh** ss** cu**"),
    "lists:create": general("rc**", BOTH),
    "lists:list": (one(of("list"), f"rc {SEE_LIST}"), one(of("list_draft"), "rc")),
    "lists:edit": _edits_list(BOTH),
    "lists:approve": _edits_list(),
    "lists:reopen": _edits_list(),
    "lists:add": _edits_list(BOTH),
    "lists:remove": (
        one(of("list", "region.schools.0"), "rc", SEE_LIST, BOTH),
        one(of("list_draft", "region.schools.1"), "rc", methods=BOTH),
    ),
    "lists:import": _edits_list(BOTH),
    "lists:preview": (one(of("list_draft", "list_import"), "rc", methods=BOTH),),
    "lists:entrustments": general("rc** mc**"),
    "lists:entrust": (one(of("list"), "rc", SEE_LIST, BOTH), one(of("list_draft"), "rc", methods=BOTH)),
    "lists:end_entrustment": (one(of("entrustment"), "rc", "mc", BOTH),),
    "lists:counts": general("rc**"),  # of all others where the region allows it
    "lists:undo_entrusting": (one(of("entrustment.batch"), "rc", "mc", "POST"),),
    "lists:on_day": general("rc** mc** sh** ss** cu**"),
    "lists:policy": general("rc**"),
    "lists:decide": (
        one(lambda world: ["methodists", "allow"], "rc**", "rs** mc** me** sh** ss** cu** ob** ad** nobody", BOTH),
    ),
    "lists:twin": (
        one(of("draft"), "rc", methods=BOTH),
        one(of("local_draft"), ABOVE, methods=BOTH),
        one(of("secret_document"), "rc", methods=BOTH),
        one(of("open_document"), "rc", OPEN_SEEN, BOTH),
    ),
    "lists:twin_copy": (
        one(lambda world: [world.twin.document.public_id, "docx"], f"rc {OPEN_SEEN}"),
        one(lambda world: [world.twin.document.public_id, "pdf"], f"rc {OPEN_SEEN}"),
    ),
    "lists:school": (one(PUBLIC, f"{ABOVE} {SCHOOL}"),),
}
