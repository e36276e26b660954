"""Road maps and the work that they order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.site.access_table.documents import edits_document
from tests.site.rules import ABOVE, BOTH, EVERYBODY, ISSUE, LISTED, READ_MAPS, Rule, general, of, one
from tests.site.world import World

MAP_SEEN = "rs mc* me* sh* ss* cu* ob"  # of the region's road map, without the right to edit


def _edits_map(methods: str = "POST", more: Callable[[World], list[Any]] | None = None) -> tuple[Rule, ...]:
    rules = (("sent", "rc", MAP_SEEN), ("prepared", ABOVE, ""), ("secret_map", "rc", ""))
    return tuple(one(_mapped(name, more), may, seen, methods) for name, may, seen in rules)


def _mapped(name: str, more: Callable[[World], list[Any]] | None) -> Callable[[World], list[Any]]:
    return lambda world: [getattr(world, name).public_id, *(more(world) if more else [])]


def _divided(name: str) -> Callable[[World], list[Any]]:
    return lambda world: [getattr(world, name).public_id, getattr(world, name).activities.first().public_id]


def _event(world: World) -> list[Any]:
    activity = world.event.window.activity
    return [activity.roadmap.public_id, activity.public_id, world.event.public_id]


def _reads_map() -> tuple[Rule, ...]:
    return one(of("sent"), f"rc {MAP_SEEN}"), one(of("prepared"), ABOVE), one(of("secret_map"), "rc")


def _prints(kind: str) -> tuple[Rule, ...]:
    def arguments(name: str) -> Callable[[World], list[Any]]:
        return _mapped(name, lambda world: [kind])

    seen = one(arguments("sent"), f"rc {MAP_SEEN}")
    if kind == "pdf":  # the same by a slower way
        return (seen,)
    return seen, one(arguments("prepared"), ABOVE), one(arguments("secret_map"), "rc")


def _work(listed: str, plain: str, begun: str, methods: str = "POST") -> tuple[Rule, ...]:
    """Who acts on the listed school's work, on its other work, on its municipality's; all others who see it: 403."""
    return (
        one(of("listed_work"), listed, LISTED, methods),
        one(of("work"), plain, f"{LISTED} ob", methods),
        one(of("begun"), begun, f"{ABOVE} ob", methods),
    )


ROADMAPS: dict[str, tuple[Rule, ...]] = {
    "roadmaps:amendment": edits_document("GET"),
    "roadmaps:amendment_target": edits_document(),
    "roadmaps:amendment_row": edits_document(),
    "roadmaps:run_on": (one(of("run"), "rc", methods="POST"),),
    "roadmaps:versions": _reads_map(),
    "roadmaps:below": _reads_map(),
    "roadmaps:derive": (
        one(of("sent"), "rc mc*", "rs me* sh* ss* cu* ob", BOTH),
        one(of("prepared"), ABOVE, methods=BOTH),
        one(of("secret_map"), "rc", methods=BOTH),
    ),
    "roadmaps:derivation": (one(of("local_draft"), ABOVE, methods=BOTH),),
    "roadmaps:above": _edits_map("GET"),
    "roadmaps:handed_accept": _edits_map(),
    "roadmaps:handed_decline": _edits_map(),
    "roadmaps:explain": (
        one(_divided("sent"), "rc", MAP_SEEN, "POST"),
        one(_divided("prepared"), ABOVE, methods="POST"),
    ),
    "roadmaps:home": general(EVERYBODY),
    "roadmaps:assignments": general(READ_MAPS),
    "roadmaps:assignment": (
        *_work(LISTED, f"{LISTED} ob", f"{ABOVE} ob", "GET"),
        one(of("secret_work"), ABOVE),  # of a confidential road map: its executor and who sent it
    ),
    "roadmaps:start": _work("rc mc sh ss", "rc mc sh ss", ABOVE),
    "roadmaps:report": _work("rc mc sh ss", "rc mc sh ss", ABOVE),
    "roadmaps:decide": _work(ABOVE, ABOVE, "rc"),
    "roadmaps:reconsider": _work(ABOVE, ABOVE, "rc"),
    "roadmaps:take_again": _work(ABOVE, ABOVE, "rc"),
    "roadmaps:cancel": _work("rc", "rc", "rc", BOTH),
    "roadmaps:restore": _work("rc", "rc", "rc"),
    "roadmaps:controller": _work("rc", "rc", "rc", BOTH),
    "roadmaps:postpone": _work("rc mc sh", "rc mc sh", ABOVE, BOTH),
    "roadmaps:move": _work("rc", "rc", "rc", BOTH),
    "roadmaps:delegate": _work("rc mc sh", "rc mc sh", ABOVE, BOTH),
    "roadmaps:recall": _work("rc mc sh", "rc mc sh", ABOVE),
    "roadmaps:hand_back": _work("rc mc sh ss", "rc mc sh ss", ABOVE, BOTH),
    "roadmaps:take_back": _work("rc mc sh", "rc mc sh", ABOVE),
    "roadmaps:disagree": _work("rc mc sh", "rc mc sh", ABOVE, BOTH),
    "roadmaps:draft": _work("rc mc sh ss", "rc mc sh ss", ABOVE),
    "roadmaps:typed": tuple(
        one(_mapped(name, lambda world: ["comment"]), seen, methods="POST", data={"comment": "начато"})
        for name, seen in (("listed_work", LISTED), ("work", f"{LISTED} ob"), ("begun", f"{ABOVE} ob"))
    ),
    "roadmaps:comment": _work(LISTED, f"{LISTED} ob", f"{ABOVE} ob"),
    "roadmaps:edit_comment": (
        one(of("listed_comment"), "sh", LISTED, BOTH),
        one(of("comment"), "sh", f"{LISTED} ob", BOTH),
    ),
    "roadmaps:remove_comment": (
        one(of("listed_comment"), "sh", LISTED, "POST"),
        one(of("comment"), "sh", f"{LISTED} ob", "POST"),
    ),
    "roadmaps:postponements": general(ISSUE),
    "roadmaps:decide_postponements": general(ISSUE, "POST"),
    "roadmaps:withdraw": (one(of("listed_request"), "rc mc sh", LISTED, "POST"),),
    "roadmaps:decide_postponement": (one(of("listed_request"), ABOVE, LISTED, "POST"),),
    "roadmaps:decide_several": general(ISSUE, "POST"),
    "roadmaps:mass_decision": (one(of("mass_decision"), "mc"),),
    "roadmaps:undo_decision": (one(of("mass_decision"), "mc", methods="POST"),),
    "roadmaps:evidence": (
        one(of("listed_proof"), LISTED),
        one(of("proof"), f"{LISTED} ob"),
        one(of("draft_proof"), ABOVE),
    ),
    "roadmaps:remove_evidence": (
        one(of("listed_proof"), "rc mc sh ss", LISTED, "POST"),
        one(of("proof"), "rc mc sh ss", f"{LISTED} ob", "POST"),
        one(of("draft_proof"), ABOVE, methods="POST"),
    ),
    "roadmaps:roadmaps": general(READ_MAPS),
    "roadmaps:roadmap": _reads_map(),
    "roadmaps:municipalities": _reads_map(),
    "roadmaps:history": (one(of("sent"), "rc", MAP_SEEN), one(of("prepared"), ABOVE), one(of("secret_map"), "rc")),
    "roadmaps:close": _edits_map(),
    "roadmaps:reopen": _edits_map(),
    "roadmaps:export": (*_prints("docx"), *_prints("xlsx"), *_prints("pdf")),
    "roadmaps:sending": _edits_map("GET"),
    "roadmaps:name": _edits_map(),
    "roadmaps:windows": _edits_map(),
    "roadmaps:divide": (
        one(_divided("sent"), "rc", MAP_SEEN, "POST"),
        one(_divided("prepared"), ABOVE, methods="POST"),
    ),
    "roadmaps:joint": (
        one(_divided("sent"), "rc", MAP_SEEN, "POST"),
        one(_divided("prepared"), ABOVE, methods="POST"),
    ),
    "roadmaps:dates": (
        one(_divided("sent"), "rc", MAP_SEEN, BOTH),
        one(_divided("prepared"), ABOVE, methods=BOTH),
    ),
    "roadmaps:send": _edits_map(),
    "roadmaps:timeline": _reads_map(),
    "roadmaps:roadmap_calendar": _reads_map(),
    "roadmaps:matrix": _reads_map(),
    "roadmaps:own_calendar": general(READ_MAPS),
    "roadmaps:events": (
        one(_divided("sent"), "rc", MAP_SEEN, BOTH),
        one(_divided("prepared"), ABOVE, methods=BOTH),
    ),
    "roadmaps:recorder": (
        one(_divided("sent"), "rc", MAP_SEEN, "POST"),
        one(_divided("prepared"), ABOVE, methods="POST"),
    ),
    "roadmaps:undo_event": (one(_event, "rc", MAP_SEEN, "POST"),),
    "roadmaps:own_event": (
        one(of("waiting"), ABOVE, "ob", BOTH),
        one(of("begun"), "", f"{ABOVE} ob", BOTH),
        one(of("listed_work"), "", LISTED, BOTH),
    ),
    "roadmaps:ask_dates": _edits_map(),
    "roadmaps:remove_date": (one(of("date_request"), "rc", methods=BOTH),),
    "roadmaps:schedule": (one(of("date_request"), "rc", methods=BOTH),),
}
