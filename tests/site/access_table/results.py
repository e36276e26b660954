"""Results of schools, runs on them, and what was decided."""

from __future__ import annotations

from tests.site.access_table.registry import PUBLIC
from tests.site.rules import ABOVE, BOTH, SCHOOL, Rule, general, of, one


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
    "assessments:start_trial": (
        one(lambda world: ["fair"], "rc**", "rs** mc** me** sh** ss** cu** ob** ad** nobody", methods=BOTH),
    ),
    "assessments:write_rule": general("rc**", BOTH),
    "assessments:own_rule": (one(of("identified.own_rule"), "rc"), one(of("identified.off_rule"), "rc")),
    "assessments:rule_file": (one(of("identified.off_rule"), "rc"),),
    "assessments:switch_on": (one(of("identified.off_rule"), "rc", methods="POST"),),
    "assessments:switch_off": (one(of("identified.own_rule"), "rc", methods="POST"),),
    "assessments:trials": general("rc**"),
    "assessments:trial": (one(of("identified.trial"), "rc"), one(of("identified.failed_trial"), "rc")),
    "assessments:trial_again": (one(of("identified.failed_trial"), "rc", methods="POST"),),
    "assessments:compare_trials": (one(of("identified.trial"), "rc"),),
    "assessments:delete_trial": (one(of("identified.trial"), "rc", methods="POST"),),
    "assessments:trial_figures": (one(of("identified.trial"), "rc"),),
    "assessments:repeat": (one(of("identified.run"), "rc", methods="POST"),),
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
    "assessments:letters": (one(of("list"), ABOVE),),
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
