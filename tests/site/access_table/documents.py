"""Official documents, letters and drafts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from opora.documents.models import FactKind
from tests.site.rules import ABOVE, BOTH, EXECUTE, ISSUE, Rule, general, of, one
from tests.site.world import World

OPEN_SEEN = "rs mc* me* sh* ss* ob"  # an approved open document of the authority, without the right to edit


def _facts(name: str) -> Callable[[World], list[Any]]:
    def arguments(world: World) -> list[Any]:
        document = getattr(world, name)
        kind = FactKind.CLAUSE if name == "local_draft" else FactKind.ACTIVITY
        return [document.public_id, world.fact(document, kind).public_id]

    return arguments


def edits_document(methods: str = "POST") -> tuple[Rule, ...]:
    """What only those do who keep the documents of the organisation."""
    return (
        one(of("draft"), "rc", methods=methods),
        one(of("local_draft"), ABOVE, methods=methods),
        one(of("open_document"), "rc", OPEN_SEEN, methods=methods),
        one(of("secret_document"), "rc", methods=methods),
    )


def _corrects(methods: str = "POST") -> tuple[Rule, ...]:
    return one(_facts("draft"), "rc", methods=methods), one(_facts("local_draft"), ABOVE, methods=methods)


DOCUMENTS: dict[str, tuple[Rule, ...]] = {
    "documents:documents": general(f"{EXECUTE} ob**"),
    "documents:upload": general(ISSUE, BOTH),
    "documents:create": general(ISSUE, BOTH),
    "documents:document": (
        one(of("open_document"), f"rc {OPEN_SEEN}"),
        one(of("secret_document"), "rc"),
        one(of("draft"), "rc"),
        one(of("local_draft"), ABOVE),
    ),
    "documents:file": (one(of("draft"), "rc"), one(of("scan"), "rc")),
    "documents:page": (one(lambda world: [world.scan.public_id, 1], "rc"),),
    "documents:read": edits_document(),
    "documents:replace": edits_document(BOTH),
    "documents:copy": edits_document(BOTH),
    "documents:access": edits_document(),
    "documents:approve": edits_document(BOTH),
    "documents:withdraw": edits_document(),
    "documents:restore": edits_document(),
    "documents:add_fact": (
        one(lambda world: [world.draft.public_id, "clause"], "rc", methods=BOTH),
        one(lambda world: [world.local_draft.public_id, "clause"], ABOVE, methods=BOTH),
        one(lambda world: [world.open_document.public_id, "clause"], "rc", OPEN_SEEN, methods=BOTH),
    ),
    "documents:fact": _corrects(BOTH),
    "documents:split": _corrects(BOTH),
    "documents:remove_fact": _corrects(),
    "documents:restore_fact": _corrects(),
    "documents:merge": _corrects(),
    "documents:up": _corrects(),
    "documents:down": _corrects(),
}

# -- letters -----------------------------------------------------------------------------------------------------

LETTER_READ = "rs mc ob"  # of the open letter: the documents of its addressee are open to them


def _keeps_letters(methods: str = "POST") -> tuple[Rule, ...]:
    return (
        one(of("letter"), "rc", LETTER_READ, methods),
        one(of("secret_letter"), "rc", "mc sh ss", methods),
        one(of("letter_draft"), "rc", methods=methods),
    )


def _letter_file(kind: str) -> tuple[Rule, ...]:
    def arguments(name: str) -> Callable[[World], list[Any]]:
        return lambda world: [getattr(world, name).public_id, kind]

    return (
        one(arguments("letter"), f"rc {LETTER_READ}"),
        one(arguments("secret_letter"), f"{ABOVE} sh ss"),
        one(arguments("letter_draft"), "rc"),
    )


def _template(*more: Any) -> Callable[[World], list[Any]]:
    return lambda world: [world.region.authority.public_id, "summary", *more]


LETTERS: dict[str, tuple[Rule, ...]] = {
    "documents:letters": general(f"{EXECUTE} ob**"),
    "documents:new_letter": general(ISSUE),
    "documents:summary": general(ISSUE, BOTH),
    "documents:extract": general(ISSUE, BOTH),
    "documents:protocol": general(ISSUE, BOTH),
    "documents:remind": general(ISSUE),
    "documents:remind_all": general(ISSUE, "POST"),
    "documents:remind_one": general(ISSUE, "POST", data={"addressee": "nobody"}, status=404),
    "documents:letter": (
        one(of("letter"), f"rc {LETTER_READ}"),
        one(of("secret_letter"), f"{ABOVE} sh ss"),
        one(of("letter_draft"), "rc"),
    ),
    "documents:letter_copy": (*_letter_file("docx"), one(lambda world: [world.letter_draft.public_id, "pdf"], "rc")),
    "documents:letter_batch": (one(of("letter.batch"), "rc", "rs** me** sh** ss** cu** ob** ad** nobody"),),
    "documents:edit_letter": _keeps_letters(BOTH),
    "documents:ask_visas": _keeps_letters(),
    "documents:register_letter": _keeps_letters(),
    "documents:send_letter": _keeps_letters(),
    "documents:cancel_letter": _keeps_letters(BOTH),
    "documents:discard_letter": _keeps_letters(),
    "documents:enter_letter": _keeps_letters(),
    "documents:templates": general(ISSUE),
    "documents:template": (one(_template(), "rc", methods=BOTH),),
    "documents:template_file": (one(_template("1"), "rc"), one(_template("shipped"), "rc")),
    "documents:take_template": (one(_template(1), "rc", methods="POST"),),
    "documents:drop_template": (one(_template(), "rc", methods="POST"),),
    "documents:numbering": (one(of("region.authority"), "rc", methods=BOTH),),
}

# -- drafts ------------------------------------------------------------------------------------------------------


def _drafted(name: str, *more: Any) -> Callable[[World], list[Any]]:
    return lambda world: [getattr(world, name).public_id, *more]


def _visa(world: World) -> list[Any]:
    return [world.project.public_id, world.project.visas.order_by("pk").first().public_id]


def _reads_draft(*more: Any) -> tuple[Rule, ...]:
    """The first municipality is asked for its visa."""
    return (
        one(_drafted("project", *more), ABOVE),
        one(_drafted("own_project", *more), "rc"),
        one(_drafted("secret_project", *more), "rc"),
    )


def _keeps_draft(methods: str = "POST") -> tuple[Rule, ...]:
    return one(_drafted("project"), "rc", "mc", methods), one(_drafted("own_project"), "rc", methods=methods)


DRAFTS: dict[str, tuple[Rule, ...]] = {
    "documents:drafts": general(f"{EXECUTE} ob**"),
    "documents:new_draft": general(ISSUE, BOTH),
    "documents:draft": _reads_draft(),
    "documents:draft_file": _reads_draft("1"),
    "documents:draft_sheet": (one(_drafted("project", "visas", "docx"), ABOVE),),
    "documents:new_version": _keeps_draft(BOTH),
    "documents:mark": _keeps_draft(),
    "documents:route": _keeps_draft(BOTH),
    "documents:visa": (one(_visa, "mc", "rc", BOTH),),
    "documents:hand_on": (one(_visa, ABOVE, methods=BOTH),),
    "documents:sign": _keeps_draft(BOTH),
    "documents:register_draft": _keeps_draft(BOTH),
    "documents:enter_draft": _keeps_draft(),
    "documents:withdraw_draft": _keeps_draft(BOTH),
}
