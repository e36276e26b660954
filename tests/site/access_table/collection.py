"""Forms, and who builds them."""

from __future__ import annotations

from tests.site.rules import BOTH, ISSUE, Rule, general, of, one

_FORM = one(of("form"), "rc")
_BUILD = one(of("form"), "rc", methods=BOTH)
_POST = one(of("form"), "rc", methods="POST")
_PIECE = one(lambda world: [world.form.public_id, "q0"], "rc", methods="POST")

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
}
