"""Forms: who builds them, who collects them, who fills them in and who decides."""

from __future__ import annotations

from collections.abc import Callable

from tests.site.access_table.documents import OPEN_SEEN
from tests.site.rules import ABOVE, BOTH, EVERYBODY, EXECUTE, ISSUE, LISTED, READ_MAPS, Rule, general, of, one
from tests.site.world import World

_FORM = one(of("form"), "rc")
_BUILD = one(of("form"), "rc", methods=BOTH)
_POST = one(of("form"), "rc", methods="POST")
_PIECE = one(lambda world: [world.form.public_id, "q0"], "rc", methods="POST")
_CAMPAIGN = one(of("campaign"), "rc", methods="POST")
_PREPARED = one(of("prepared_campaign"), "rc", methods="POST")
_SEEN = f"{LISTED} ob"  # the forms of the first school
_READ = (one(of("submission"), _SEEN), one(of("secret_form"), LISTED))
_SENDS = (
    one(of("submission"), f"{ABOVE} sh", "ss cu ob", "POST"),
    one(of("secret_form"), f"{ABOVE} sh", "ss cu", "POST"),
)
_DECIDES = (
    one(of("sent_form"), ABOVE, "sh ss cu ob", "POST"),
    one(of("secret_form"), ABOVE, "sh ss cu", "POST"),
)
_RUNS = (
    one(of("questionnaire"), f"{ABOVE} sh", "ss cu ob", "POST"),
    one(of("secret_questionnaire"), f"{ABOVE} sh", "ss cu", "POST"),
)


def _open(link: Callable[[World], str], status: int, methods: str = BOTH) -> Rule:
    """To everybody who has the link, signed in or not."""
    return one(lambda world: [link(world)], EVERYBODY, methods=methods, public=status, status=status)


def _opened(world: World) -> str:
    return world.questionnaire.link


def _secret(world: World) -> str:
    return world.secret_questionnaire.link


def _nothing(world: World) -> str:
    return "A" * 22


def _code(name: str) -> Callable[[World], list[str]]:
    return lambda world: [getattr(world, name).public_id, "pdf"]


def _section(world: World) -> list[str]:
    return [world.submission.public_id, "a"]


COLLECTION: dict[str, tuple[Rule, ...]] = {
    "collection:forms": general(ISSUE),
    "collection:new_form": general(ISSUE, BOTH),
    "collection:form": (_FORM,),
    "collection:rename": (_BUILD,),
    "collection:preview": (_FORM,),
    "collection:difference": (one(lambda world: [world.form.public_id, 2], "rc"),),
    "collection:new_section": (_BUILD,),
    "collection:section": (one(lambda world: [world.form.public_id, "a"], "rc", methods=BOTH),),
    "collection:new_field": (one(lambda world: [world.form.public_id, "a"], "rc", methods=BOTH),),
    "collection:field": (one(lambda world: [world.form.public_id, "q0"], "rc", methods=BOTH),),
    "collection:move_up": (_PIECE,),
    "collection:move_down": (_PIECE,),
    "collection:remove": (_PIECE,),
    "collection:publish": (_POST,),
    "collection:new_version": (_POST,),
    "collection:archive": (_POST,),
    "collection:restore": (_POST,),
    "collection:campaigns": general(ISSUE),
    "collection:new_campaign": (_BUILD,),
    "collection:campaign": (one(of("campaign"), "rc"), one(of("prepared_campaign"), "rc")),
    "collection:consolidated": (one(of("campaign"), ABOVE),),
    "collection:change_campaign": (one(of("prepared_campaign"), "rc", methods=BOTH),),
    "collection:send_campaign": (_PREPARED,),
    "collection:put_off": (one(of("campaign"), "rc", methods=BOTH),),
    "collection:close_campaign": (_CAMPAIGN,),
    "collection:reopen": (_CAMPAIGN,),
    "collection:drop_campaign": (_PREPARED,),
    "collection:submissions": general(READ_MAPS),
    "collection:submission": _READ,
    "collection:fill": (
        one(_section, _SEEN),
        one(_section, f"{ABOVE} sh ss", "cu ob", "POST"),
        one(lambda world: [world.secret_form.public_id, "a"], LISTED),
    ),
    "collection:send_submission": _SENDS,
    "collection:take_out": _SENDS,
    "collection:submission_history": _READ,
    "collection:submission_file": (one(of("answer_file"), _SEEN),),
    "collection:accept": _DECIDES,
    "collection:give_back": (
        one(of("sent_form"), ABOVE, "sh ss cu ob", BOTH),
        one(of("secret_form"), ABOVE, "sh ss cu", BOTH),
    ),
    "collection:workbook": (
        one(of("submission"), f"{ABOVE} sh ss", "cu ob"),
        one(of("secret_form"), f"{ABOVE} sh ss", "cu"),
    ),
    "collection:bring_workbook": (
        one(of("submission"), f"{ABOVE} sh ss", "cu ob", BOTH),
        one(of("secret_form"), f"{ABOVE} sh ss", "cu", BOTH),
    ),
    "collection:bring_workbooks": general(EXECUTE, BOTH),
    "collection:workbook_upload": (one(of("workbook_upload"), "rc"),),
    "collection:read_workbooks": (one(of("workbook_upload"), "rc", methods="POST"),),
    "collection:take_workbooks": (one(of("workbook_upload"), "rc", methods="POST"),),
    "collection:workbook_file": (one(of("workbook_file"), "rc"),),
    "collection:take_workbook": (one(of("workbook_file"), "rc", methods="POST"),),
    "collection:document_forms": (
        one(of("open_document"), "rc", OPEN_SEEN, BOTH),
        one(of("draft"), "rc", methods=BOTH),
        one(of("local_draft"), ABOVE, methods=BOTH),
        one(of("secret_document"), "rc", methods=BOTH),
    ),
    "collection:collect_by_activity": (one(of("named_form", "naming_activity"), "rc", methods=BOTH),),
    "collection:reconsider": _DECIDES,
    "collection:take_again": _DECIDES,
    "collection:questionnaires": general(READ_MAPS),
    "collection:questionnaires_sum": general(READ_MAPS),
    "collection:new_questionnaire": general("sh**", BOTH),
    "collection:questionnaire": (one(of("questionnaire"), _SEEN), one(of("secret_questionnaire"), LISTED)),
    "collection:questionnaire_code": (
        one(_code("questionnaire"), _SEEN),
        one(_code("secret_questionnaire"), LISTED),
    ),
    "collection:questionnaire_codes": (
        one(of("questionnaire"), f"{ABOVE} sh", "ss cu ob", BOTH),
        one(of("secret_questionnaire"), f"{ABOVE} sh", "ss cu", BOTH),
    ),
    "collection:close_questionnaire": _RUNS,
    "collection:reopen_questionnaire": _RUNS,
    "collection:renew_link": _RUNS,
    "collection:answer": (
        _open(_opened, 200),
        _open(_secret, 200),
        _open(_nothing, 404),
    ),
    "collection:answered": (_open(_secret, 200, "GET"), _open(_nothing, 404, "GET")),
}
