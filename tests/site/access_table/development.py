"""Teachers: instruments with their keys, diagnoses, what a teacher sits; results by name are his own."""

from __future__ import annotations

from tests.site.rules import BOTH, EVERYBODY, EXECUTE, Rule, general, of, one

EDIT = "rc** rs** mc** me**"
OURS = "rc rs"  # of the region
TEACHER = "ss"

_BUILD = one(of("instrument"), OURS, methods=BOTH)
_POST = one(of("instrument"), OURS, methods="POST")
_SCALE = one(lambda world: [world.instrument.public_id, "s1"], OURS, methods=BOTH)
_TASK = one(lambda world: [world.instrument.public_id, "t1"], OURS, methods=BOTH)
_TASK_POST = one(lambda world: [world.instrument.public_id, "t1"], OURS, methods="POST")
_SIT_POST = one(of("sitting"), TEACHER, methods="POST")

WORKS = "rc rs mc me sh ss"  # know of the study of the first school's own
CHECK = ("rc rs mc me sh", "ss")  # order it; take part
LOAD = ("rc", "rs mc me sh ss")
KNOWS = "rc mc sh ss"  # of the study of the schools of the list; the curator, who sees them, executes nothing
_SECRET = of("secret_study")


def _mine(methods: str) -> tuple[Rule, ...]:
    return one(of("study"), *CHECK, methods), one(_SECRET, "rc", KNOWS, methods)


def _loaded(methods: str) -> tuple[Rule, ...]:
    return one(of("study"), *LOAD, methods), one(_SECRET, "rc", KNOWS, methods)


_SECRET_ROW = of("secret_study", "secret_study_school")


def _entered(methods: str) -> tuple[Rule, ...]:
    enter = ("rc mc sh", "ss", methods)
    return one(of("study", "study_school"), *enter), one(_SECRET_ROW, *enter)


STUDIES: dict[str, tuple[Rule, ...]] = {
    "development:studies": general(EXECUTE),
    "development:new_study": general(f"{EDIT} sh**", BOTH),
    "development:study": (one(of("study"), WORKS), one(_SECRET, KNOWS)),
    "development:change_study": _mine(BOTH),
    "development:study_who": _mine(BOTH),
    "development:announce_study": _mine("POST"),
    "development:drop_study": _mine("POST"),
    "development:cancel_study": _mine(BOTH),
    "development:start_study": _mine("POST"),
    "development:close_study": _mine("POST"),
    "development:study_material": (one(of("study"), WORKS), one(_SECRET, KNOWS)),
    "development:enter_study": _entered(BOTH),
    "development:study_book": _entered("GET"),
    "development:upload_study_book": _entered(BOTH),
    "development:take_study_book": _entered("POST"),
    "development:collect_study": _loaded("POST"),
    "development:upload_study": _loaded(BOTH),
    "development:detach_study": _loaded("POST"),
}

DEVELOPMENT: dict[str, tuple[Rule, ...]] = {
    **STUDIES,
    "development:instruments": general(EDIT),
    "development:new_instrument": general(EDIT, BOTH),
    "development:instrument": (one(of("instrument"), OURS),),
    "development:preview": (one(of("instrument"), OURS),),
    "development:workbook": (one(of("instrument"), OURS),),
    "development:time": (_BUILD,),
    "development:upload": (_BUILD,),
    "development:new_scale": (_BUILD,),
    "development:new_task": (_BUILD,),
    "development:scale": (_SCALE,),
    "development:drop_scale": (one(lambda world: [world.instrument.public_id, "s1"], OURS, methods="POST"),),
    "development:task": (_TASK,),
    "development:task_up": (_TASK_POST,),
    "development:task_down": (_TASK_POST,),
    "development:drop_task": (_TASK_POST,),
    "development:publish": (_POST,),
    "development:new_version": (_POST,),
    "development:diagnoses": general(EDIT),
    "development:new_diagnosis": general(EDIT, BOTH),
    "development:diagnosis": (one(of("diagnosis"), OURS),),
    "development:give": (one(of("diagnosis"), OURS, methods="POST"),),
    "development:drop_diagnosis": (one(of("diagnosis"), OURS, methods="POST"),),
    "development:close": (one(of("diagnosis"), OURS, methods="POST"),),
    "development:paper": (one(of("diagnosis"), OURS),),
    "development:enter": (one(of("diagnosis", "sitting"), OURS, methods=BOTH),),
    "development:helps": general(EVERYBODY),
    "development:new_help": general(EDIT, BOTH),
    "development:help": (one(of("helped_by"), "rc rs mc* me* sh* ss* cu* ob ad"),),
    "development:edit_help": (one(of("helped_by"), OURS, methods=BOTH),),
    "development:withdraw_help": (one(of("helped_by"), OURS, methods="POST"),),
    "development:return_help": (one(of("helped_by"), OURS, methods="POST"),),
    "development:overview": general(EDIT),
    "development:school": (one(of("region.schools.0"), "rc rs mc me"),),
    "development:plan": (one(of("sat"), f"{TEACHER} sh"),),
    "development:draft_plan": (one(of("sat"), TEACHER, methods="POST"),),
    "development:add_line": (one(of("sat"), TEACHER, methods=BOTH),),
    "development:change_line": (one(of("sat", "undertaking"), TEACHER, methods=BOTH),),
    "development:do_line": (one(of("sat", "undertaking"), TEACHER, methods=BOTH),),
    "development:undo_line": (one(of("sat", "undertaking"), TEACHER, methods="POST"),),
    "development:remove_line": (one(of("sat", "undertaking"), TEACHER, methods="POST"),),
    "development:check_line": (one(of("sat", "undertaking"), "sh", TEACHER, methods="POST"),),
    "development:own": general(EVERYBODY),
    "development:staff": general("sh**"),
    "development:sitting": (one(of("sitting"), TEACHER),),
    "development:start": (_SIT_POST,),
    "development:sit": (one(lambda world: [world.sitting.public_id, 1], TEACHER, methods=BOTH),),
    "development:left": (one(of("sitting"), TEACHER),),
    "development:finish": (_SIT_POST,),
    "development:consent": (_SIT_POST,),
    "development:withdraw": (_SIT_POST,),
}
