"""Every address of the application and who is answered there: what is not said here is answered 404 (or 403)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from opora.access.codes import in_groups
from opora.documents.models import FactKind
from tests.site.rules import (
    ABOVE,
    ALL,
    EVERYBODY,
    EXECUTE,
    ISSUE,
    MEMBERS,
    READ_MAPS,
    SCHOOL,
    Rule,
    general,
    of,
    one,
)
from tests.site.world import World

# -- documents ---------------------------------------------------------------------------------------------------

OPEN_SEEN = "rs mc* me* sh* ss* ob"  # an approved open document of the authority, without the right to edit


def _facts(name: str) -> Callable[[World], list[Any]]:
    def arguments(world: World) -> list[Any]:
        document = getattr(world, name)
        kind = FactKind.CLAUSE if name == "local_draft" else FactKind.ACTIVITY
        return [document.public_id, world.fact(document, kind).public_id]

    return arguments


def _edits(methods: str = "POST") -> tuple[Rule, ...]:
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
    "documents:upload": general(ISSUE, "GET POST"),
    "documents:create": general(ISSUE, "GET POST"),
    "documents:document": (
        one(of("open_document"), f"rc {OPEN_SEEN}"),
        one(of("secret_document"), "rc"),
        one(of("draft"), "rc"),
        one(of("local_draft"), ABOVE),
    ),
    "documents:file": (one(of("draft"), "rc"), one(of("scan"), "rc")),
    "documents:page": (one(lambda world: [world.scan.public_id, 1], "rc"),),
    "documents:read": _edits(),
    "documents:replace": _edits("GET POST"),
    "documents:copy": _edits("GET POST"),
    "documents:access": _edits(),
    "documents:approve": _edits("GET POST"),
    "documents:withdraw": _edits(),
    "documents:restore": _edits(),
    "documents:add_fact": (
        one(lambda world: [world.draft.public_id, "clause"], "rc", methods="GET POST"),
        one(lambda world: [world.local_draft.public_id, "clause"], ABOVE, methods="GET POST"),
        one(lambda world: [world.open_document.public_id, "clause"], "rc", OPEN_SEEN, methods="GET POST"),
    ),
    "documents:fact": _corrects("GET POST"),
    "documents:split": _corrects("GET POST"),
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
    "documents:summary": general(ISSUE, "GET POST"),
    "documents:extract": general(ISSUE, "GET POST"),
    "documents:protocol": general(ISSUE, "GET POST"),
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
    "documents:edit_letter": _keeps_letters("GET POST"),
    "documents:ask_visas": _keeps_letters(),
    "documents:register_letter": _keeps_letters(),
    "documents:send_letter": _keeps_letters(),
    "documents:cancel_letter": _keeps_letters("GET POST"),
    "documents:discard_letter": _keeps_letters(),
    "documents:enter_letter": _keeps_letters(),
    "documents:templates": general(ISSUE),
    "documents:template": (one(_template(), "rc", methods="GET POST"),),
    "documents:template_file": (one(_template("1"), "rc"), one(_template("shipped"), "rc")),
    "documents:take_template": (one(_template(1), "rc", methods="POST"),),
    "documents:drop_template": (one(_template(), "rc", methods="POST"),),
    "documents:numbering": (one(of("region.authority"), "rc", methods="GET POST"),),
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
    "documents:new_draft": general(ISSUE, "GET POST"),
    "documents:draft": _reads_draft(),
    "documents:draft_file": _reads_draft("1"),
    "documents:draft_sheet": (one(_drafted("project", "visas", "docx"), ABOVE),),
    "documents:new_version": _keeps_draft("GET POST"),
    "documents:mark": _keeps_draft(),
    "documents:route": _keeps_draft("GET POST"),
    "documents:visa": (one(_visa, "mc", "rc", "GET POST"),),
    "documents:hand_on": (one(_visa, ABOVE, methods="GET POST"),),
    "documents:sign": _keeps_draft("GET POST"),
    "documents:register_draft": _keeps_draft("GET POST"),
    "documents:enter_draft": _keeps_draft(),
    "documents:withdraw_draft": _keeps_draft("GET POST"),
}

# -- road maps ---------------------------------------------------------------------------------------------------

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


BOTH = "GET POST"
LISTED = f"{ABOVE} {SCHOOL}"  # see the work that the first school has because it is listed


def _work(listed: str, plain: str, begun: str, methods: str = "POST") -> tuple[Rule, ...]:
    """Who acts on the listed school's work, on its other work, on its municipality's; all others who see it: 403."""
    return (
        one(of("listed_work"), listed, LISTED, methods),
        one(of("work"), plain, f"{LISTED} ob", methods),
        one(of("begun"), begun, f"{ABOVE} ob", methods),
    )


ROADMAPS: dict[str, tuple[Rule, ...]] = {
    "roadmaps:amendment": _edits("GET"),
    "roadmaps:amendment_target": _edits(),
    "roadmaps:amendment_row": _edits(),
    "roadmaps:versions": _reads_map(),
    "roadmaps:below": _reads_map(),
    "roadmaps:derive": (
        one(of("sent"), "rc mc*", "rs me* sh* ss* cu* ob", "GET POST"),
        one(of("prepared"), ABOVE, methods="GET POST"),
        one(of("secret_map"), "rc", methods="GET POST"),
    ),
    "roadmaps:derivation": (one(of("local_draft"), ABOVE, methods="GET POST"),),
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
    "roadmaps:cancel": _work("rc", "rc", "rc", "GET POST"),
    "roadmaps:restore": _work("rc", "rc", "rc"),
    "roadmaps:controller": _work("rc", "rc", "rc", "GET POST"),
    "roadmaps:postpone": _work("rc mc sh", "rc mc sh", ABOVE, "GET POST"),
    "roadmaps:move": _work("rc", "rc", "rc", "GET POST"),
    "roadmaps:delegate": _work("rc mc sh", "rc mc sh", ABOVE, "GET POST"),
    "roadmaps:recall": _work("rc mc sh", "rc mc sh", ABOVE),
    "roadmaps:hand_back": _work("rc mc sh ss", "rc mc sh ss", ABOVE, "GET POST"),
    "roadmaps:take_back": _work("rc mc sh", "rc mc sh", ABOVE),
    "roadmaps:disagree": _work("rc mc sh", "rc mc sh", ABOVE, "GET POST"),
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
        one(_divided("sent"), "rc", MAP_SEEN, "GET POST"),
        one(_divided("prepared"), ABOVE, methods="GET POST"),
    ),
    "roadmaps:send": _edits_map(),
    "roadmaps:timeline": _reads_map(),
    "roadmaps:roadmap_calendar": _reads_map(),
    "roadmaps:matrix": _reads_map(),
    "roadmaps:own_calendar": general(READ_MAPS),
    "roadmaps:events": (
        one(_divided("sent"), "rc", MAP_SEEN, "GET POST"),
        one(_divided("prepared"), ABOVE, methods="GET POST"),
    ),
    "roadmaps:recorder": (
        one(_divided("sent"), "rc", MAP_SEEN, "POST"),
        one(_divided("prepared"), ABOVE, methods="POST"),
    ),
    "roadmaps:undo_event": (one(_event, "rc", MAP_SEEN, "POST"),),
    "roadmaps:own_event": (
        one(of("waiting"), ABOVE, "ob", "GET POST"),
        one(of("begun"), "", f"{ABOVE} ob", "GET POST"),
        one(of("listed_work"), "", LISTED, "GET POST"),
    ),
    "roadmaps:ask_dates": _edits_map(),
    "roadmaps:schedule": (one(of("date_request"), "rc", methods="GET POST"),),
}

# -- the registry: a public directory within the region ------------------------------------------------------------

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

# -- lists -------------------------------------------------------------------------------------------------------

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

# -- results -------------------------------------------------------------------------------------------------------


def _areas() -> tuple[Rule, ...]:
    """A region's results for those who know of all its schools, a municipality's for its own people too."""
    return one(of("region.authority"), "rc"), one(of("region.municipalities.0"), ABOVE)


RESULTS: dict[str, tuple[Rule, ...]] = {
    "assessments:parts": general("rc**"),
    "assessments:part": (one(of("part"), "rc"),),
    "assessments:difference": (one(of("part", "other_part"), "rc", status=404),),  # of another grade
    "assessments:loadings": general("rc**"),
    "assessments:upload": general("rc**", BOTH),
    "assessments:loading": (one(of("loading"), "rc"),),
    "assessments:aside": (one(of("loading"), "rc"),),
    "assessments:read": (one(of("loading"), "rc", methods="POST"),),
    "assessments:take": (one(of("loading"), "rc", methods="POST"),),
    "assessments:drop": (one(of("loading"), "rc", methods="POST"),),
    "assessments:undo": (one(of("part.loading"), "rc", methods="POST"),),
    "assessments:matches": (one(of("loading"), "rc"),),
    "assessments:accept_matches": (one(of("loading"), "rc", methods="POST"),),
    "assessments:ignore_matches": (one(of("loading"), "rc", methods="POST"),),
    "assessments:match": (one(of("match"), "rc", methods=BOTH),),
    "assessments:file": (one(of("loaded_file"), "rc"),),
    "assessments:columns": (one(lambda world: [world.loaded_file.public_id, 0], "rc", methods=BOTH),),
    "assessments:answers": (one(lambda world: [world.loaded_file.public_id, 0], "rc", methods=BOTH),),
    "assessments:leave_out": (one(of("loaded_file"), "rc", methods="POST"),),
    "assessments:bring_back": (one(of("loaded_file"), "rc", methods="POST"),),
    "assessments:scales": general("rc**"),
    "assessments:new_scale": general("rc**", BOTH),
    "assessments:upload_scales": general("rc**", BOTH),
    "assessments:scale": (one(of("scale"), "rc", methods=BOTH),),
    "assessments:contexts": general("rc**"),
    "assessments:upload_context": general("rc**", BOTH),
    "assessments:results": general("rc** mc** sh** ss** cu**"),
    "assessments:area": _areas(),
    "assessments:area_schools": _areas(),
    "assessments:area_points": _areas(),
    "assessments:school": (one(PUBLIC, f"{ABOVE} {SCHOOL}"),),
    "assessments:sheet": (one(lambda world: [world.region.schools[0].public_id, "docx"], f"{ABOVE} {SCHOOL}"),),
    "assessments:rules": general("rc**"),
    "assessments:start": (
        one(lambda world: ["fair"], "rc**", "rs** mc** me** sh** ss** cu** ob** ad** nobody", methods=BOTH),
    ),
    "assessments:runs": general("rc**"),
    "assessments:run": (one(of("identified.run"), "rc"), one(of("identified.failed_run"), "rc")),
    "assessments:run_again": (one(of("identified.failed_run"), "rc", methods="POST"),),
    "assessments:compare": (one(of("identified.run"), "rc"),),
    "assessments:compose": (one(of("identified.run"), "rc", methods=BOTH),),
    "assessments:note": (one(lambda world: [world.identified.run.public_id, "docx"], "rc"),),
    "assessments:annex": (one(lambda world: [world.identified.run.public_id, "docx"], "rc"),),
    "assessments:verdict": (one(of("identified.run", "region.schools.0"), "rc"),),
    "assessments:selections": general("rc**"),
    "assessments:selection": (one(of("identified.selection"), "rc"), one(of("identified.proposed"), "rc")),
    "assessments:add": (one(of("identified.selection"), "rc", methods=BOTH),),
    "assessments:decide": (one(of("identified.selection", "region.schools.0"), "rc", methods=BOTH),),
    "assessments:propose": (one(of("identified.selection"), "rc", methods="POST"),),
    "assessments:return": (one(of("identified.proposed"), "rc", methods=BOTH),),
    "assessments:approve": (one(of("identified.proposed"), "rc", methods=BOTH),),
    "assessments:drop_selection": (one(of("identified.selection"), "rc", methods="POST"),),
    "assessments:restore": (one(of("identified.dropped"), "rc", methods="POST"),),
    "assessments:letter": (
        one(lambda world: [world.list.public_id, world.region.municipalities[0].public_id, "docx"], ABOVE),
    ),
    "assessments:leave": (one(of("list", "region.schools.0"), "rc", "mc sh ss cu", BOTH),),
    "assessments:object": (one(of("list", "region.schools.0"), "sh", "rc mc ss cu", BOTH),),
    "assessments:leavings": general("rc** mc** sh** ss** cu**"),
    "assessments:objections": general("rc** mc** sh** ss** cu**"),
    "assessments:objection": (one(of("identified.objection"), f"{ABOVE} {SCHOOL}"),),
    "assessments:answer": (one(of("identified.objection"), "rc", "mc sh ss cu", BOTH),),
    "assessments:withdraw": (one(of("identified.objection"), "sh", "rc mc ss cu", "POST"),),
    "assessments:evidence": (one(of("identified.objection", "identified.evidence"), f"{ABOVE} {SCHOOL}"),),
}

# -- the rest ----------------------------------------------------------------------------------------------------

NOT_AD = "rc** rs** mc** me** sh** ss** cu** ob** nobody"
INVITE = "rc mc ad"
NO_INVITE = "rs** me** sh** ss** cu** ob** nobody"


def _manages(*objects: str, methods: str = "POST") -> tuple[Rule, ...]:
    """Pages of accounts: a missing right before anything is looked up."""
    return (one(of(*objects), "ad", NOT_AD, methods),)


OTHERS: dict[str, tuple[Rule, ...]] = {
    "ui:search": general(EVERYBODY),
    "ui:job": (one(of("job"), "rc"),),
    "ui:stop_job": (one(of("job"), "rc", methods="POST"),),
    "ui:save_filter": general(EVERYBODY, "POST"),
    "ui:change_filter": (one(of("saved_filter"), "rc", methods="POST"),),
    "ui:remove_filter": (one(of("saved_filter"), "rc", methods="POST"),),
    "ui:theme": general(EVERYBODY, "POST"),
    "journal:entries": general(EVERYBODY),
    "exports:check": general("rc** ad**", BOTH),
    "access:accounts": general("ad**"),
    "access:invitations": general("rc** mc** ad**"),
    "access:invite": general("rc** mc** ad**", BOTH),
    "access:invitation": (one(of("invitation"), INVITE, NO_INVITE),),
    "access:renew": (one(of("invitation"), INVITE, NO_INVITE, "POST"),),
    "access:revoke": (one(of("invitation"), INVITE, NO_INVITE, "POST"),),
    "access:account": _manages("account", methods=BOTH),
    "access:end_role": _manages("account", "membership", methods=BOTH),
    "access:disable": _manages("account"),
    "access:enable": _manages("account"),
    "access:reset_second_factor": _manages("account"),
    "access:code": general(EVERYBODY, BOTH, public=200),
    "access:accept": (
        one(lambda world: [in_groups(world.code)], EVERYBODY, methods=BOTH, public=200),
        one(lambda world: ["AAAAA-AAAAA"], EVERYBODY, methods=BOTH, public=410, status=410),
    ),
}

# -- notices: everybody has his own ------------------------------------------------------------------------------------


def _feed(token: Callable[[World], str], status: int) -> Rule:
    """Open to whoever has the address."""
    return one(lambda world: [token(world)], EVERYBODY, public=status, status=status)


NOTICES: dict[str, tuple[Rule, ...]] = {
    "notices:notices": general(EVERYBODY),
    "notices:read_all": general(EVERYBODY, "POST"),
    "notices:unread_all": (one(lambda world: [0], EVERYBODY, methods="POST"),),
    "notices:choices": general(EVERYBODY, BOTH),
    "notices:defaults": general(EVERYBODY, "POST"),
    "notices:open_calendar": general(EVERYBODY, "POST"),
    "notices:close_calendar": general(EVERYBODY, "POST"),
    "notices:open": (one(of("notice"), "rc", methods="POST"),),
    "notices:read": (one(of("notice"), "rc", methods="POST"),),
    "notices:unread": (one(of("notice"), "rc", methods="POST"),),
    "notices:feed": (_feed(lambda world: world.token, 200), _feed(lambda world: "A" * 43, 404)),
    "notices:mails": general("ad**"),
    "notices:retry": _manages("mail"),
}

# -- allauth: one's own sign-in, password and second step; there is no object of another -----------------------------


def _own(**values: Any) -> tuple[Rule, ...]:
    return (Rule(**values),)


def _absent(path: str = "") -> tuple[Rule, ...]:
    return (Rule(path=path, public=404, status=404),)


def _moved(path: str) -> tuple[Rule, ...]:
    return (Rule(path=path, public=302, status=301),)


ALLAUTH: dict[str, tuple[Rule, ...]] = {
    "account_login": _own(public=200),
    "account_logout": _own(public=302),
    "account_inactive": _own(methods="GET", public=200),
    "account_signup": _own(public=200),
    "account_reauthenticate": _own(),
    "account_email": _absent(),
    "account_email_verification_sent": _absent(),
    "account_confirm_email": (Rule(lambda world: ["key"], public=404, status=404),),
    "account_change_password": _own(),
    "account_set_password": _own(),
    "account_reset_password": _own(public=200),
    "account_reset_password_done": _own(methods="GET", public=200),
    "account_reset_password_from_key": (Rule(lambda world: ["0", "key"], public=200),),
    "account_reset_password_from_key_done": _own(methods="GET", public=200),
    "account_confirm_login_code": _own(public=302),
    "mfa_index": _own(methods="GET"),
    "mfa_authenticate": _own(public=302),
    "mfa_reauthenticate": _own(),
    "mfa_activate_totp": _own(),
    "mfa_deactivate_totp": _own(status=404),
    "mfa_view_recovery_codes": _own(methods="GET", status=404),
    "mfa_generate_recovery_codes": _own(),
    "mfa_download_recovery_codes": _own(status=404),
    "socialaccount_login_cancelled": _own(methods="GET", public=200),
    "socialaccount_login_error": _own(methods="GET", public=401, status=401),
    "socialaccount_signup": _own(public=302),
    "socialaccount_connections": _own(),
    "accounts/3rdparty/login/error/": _own(
        path="/accounts/3rdparty/login/error/", methods="GET", public=401, status=401
    ),
    "^accounts/(?:email|confirm-email)/": _absent("/accounts/email/"),
    "accounts/social/login/cancelled/": _moved("/accounts/social/login/cancelled/"),
    "accounts/social/login/error/": _moved("/accounts/social/login/error/"),
    "accounts/social/signup/": _moved("/accounts/social/signup/"),
    "accounts/social/connections/": _moved("/accounts/social/connections/"),
    "openid_connect_login": (Rule(lambda world: ["esia"], public=404, status=404),),
    "openid_connect_callback": (Rule(lambda world: ["esia"], public=404, status=404),),
}

# -- names that must not be learnt, and who may; each stands in the world with the number of its region ----------------

NAMES = {
    "Омега": "rc",  # a confidential document and its road map
    "Сигма": "rc",  # the title of a document in review
    "Файл-сигма": "rc",
    "Дельта": ABOVE,  # a document of the first municipality in review
    "Каппа": ABOVE,  # its road map, not sent yet
    "Лямбда": LISTED,  # the report on the work of a listed school
    "Файл-лямбда": LISTED,
    "Ро": LISTED,  # the text of that work, where it is an assignment: the road map itself is open
    "Мю": LISTED,  # a comment on it
    "Зета": LISTED,  # why more time was asked for
    "Эпсилон": f"{LISTED} ob",  # a comment on its other work
    "Ню": f"{LISTED} ob",  # the report on its other work
    "Файл-ню": f"{LISTED} ob",
    "Кси": ABOVE,  # the draft of a report of the municipality
    "Файл-кси": ABOVE,
    "Телефонова": f"{ABOVE} {SCHOOL}",  # a teacher
    "111-22-3": f"{ABOVE} {SCHOOL}",  # her telephone
    "Тау": LISTED,  # the list
    "Фи": LISTED,  # the note on the school in it
    "Ипсилон": "rc",  # a list in work
    "Хи": ABOVE,  # a working group of the municipality
    "Эта": "rc",  # a file that the coordinator is loading
    "Бета": "rc",  # his work in the background
    "Пси": "ad sh",  # the login of the head, who sees it himself
    "Дзета": INVITE,  # who is invited
    "Гамма": "rc",  # a loading of results, its file, a school and a row of it, who made a scale
    "Вывод": "rc",  # what a run says of schools, and drafts of lists made from it
    "Возражение": f"{ABOVE} {SCHOOL}",  # a school's objection to its list, its leaving one
    "Йота": "rc",  # a notice of the coordinator
    "Письмо-а": "rc",  # a letter not registered yet
    "Письмо-б": f"rc {LETTER_READ}",  # to the first municipality
    "Письмо-в": f"{ABOVE} sh ss",  # to the listed school, because it is listed
    "Шаблон": "rc",  # the file by which the authority writes
    "Проект-а": ABOVE,  # a draft that waits for the municipality's visa
    "Проект-б": "rc",  # one that nobody was asked about
    "Проект-в": "rc",  # a secret one
}
VIEWS = ("roadmaps:timeline", "roadmaps:roadmap_calendar", "roadmaps:matrix")  # the same text as on the road map's page
OPEN_TEXT = {  # where a name may stand all the same
    "Ро": {"roadmaps:roadmap", "roadmaps:export", "roadmaps:sending", *VIEWS},
    "Дзета": {"access:accept"},  # who has the code is greeted by name
}
TABLES = (
    "roadmaps:postponements",
    *("documents:documents", "roadmaps:roadmaps", "roadmaps:assignments", "registry:organisations", "registry:people"),
    *("notices:notices", "notices:mails"),
    *("assessments:loadings", "assessments:loading", "assessments:aside", "assessments:matches"),
    *("assessments:parts", "assessments:part", "assessments:scales", "assessments:contexts"),
    *("assessments:area_schools", "assessments:runs", "assessments:run", "assessments:compare"),
    *("assessments:selections", "assessments:selection", "assessments:objections", "assessments:leavings"),
    *(
        "lists:lists",
        "lists:list",
        "lists:school",
        "lists:entrustments",
        "journal:entries",
        "access:accounts",
        "access:invitations",
    ),
)

TABLE = {**DOCUMENTS, **LETTERS, **DRAFTS, **ROADMAPS, **REGISTRY, **LISTS, **RESULTS, **OTHERS, **NOTICES, **ALLAUTH}
