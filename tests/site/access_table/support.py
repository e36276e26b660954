"""Cases of schools: they tell who is listed, and are seen where that may be known; the steps are the region's."""

from __future__ import annotations

from collections.abc import Callable

from tests.site.access_table.documents import OPEN_SEEN
from tests.site.access_table.registry import PUBLIC
from tests.site.rules import ABOVE, BOTH, EXECUTE, ISSUE, LISTED, READ_MAPS, SCHOOL, Rule, general, of, one
from tests.site.world import World

KNOW = "rc** mc** sh** ss** cu**"
TOLD = "sh ss"  # the school to which a concern is addressed; its curator is not
WRITE = ("rc sh", "mc ss cu")  # the programme of the first school; see it


def _step(key: str) -> Callable[[World], list[str]]:
    return lambda world: [world.step_set.public_id, key]


def _line(world: World) -> list[str]:
    return [world.shared_concern.public_id, "talk"]


def _decided(world: World) -> list[str]:
    return [world.meeting.public_id, "1"]


MEETINGS: dict[str, tuple[Rule, ...]] = {
    "support:meetings": general(READ_MAPS),
    "support:new_meeting": general(ISSUE, BOTH),
    "support:meeting": (one(of("meeting"), ABOVE), one(of("secret_meeting"), ABOVE)),
    "support:edit_meeting": (one(of("meeting"), ABOVE, methods=BOTH),),
    "support:invite_to_meeting": (one(of("meeting"), ABOVE, methods="POST"),),
    "support:admit_to_meeting": (one(of("secret_meeting"), "rc", "mc", BOTH),),
    "support:cancel_meeting": (one(of("meeting"), ABOVE, methods=BOTH),),
    "support:next_meeting": (one(of("meeting"), ABOVE, methods=BOTH),),
    "support:meeting_ics": (one(of("secret_meeting"), ABOVE),),
    "support:attendance": (one(of("meeting"), ABOVE, methods=BOTH),),
    "support:add_decision": (one(of("meeting"), ABOVE, methods=BOTH),),
    "support:decision": (one(_decided, ABOVE, methods=BOTH),),
    "support:remove_decision": (one(_decided, ABOVE, methods="POST"),),
    "support:close_decision": (one(_decided, ABOVE, methods="POST"),),
    "support:approve_minutes": (one(of("meeting"), ABOVE, methods="POST"),),
    "support:protocol": (one(of("meeting"), ABOVE), one(of("secret_meeting"), ABOVE)),
}

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

RESERVE: dict[str, tuple[Rule, ...]] = {
    "support:reserve": general("rc** mc**"),
    "support:new_candidate": general("rc** mc**", BOTH),
    "support:candidate": (one(of("candidate"), ABOVE),),
    "support:edit_candidate": (one(of("candidate"), ABOVE, methods=BOTH),),
    "support:include_candidate": (one(of("candidate"), "rc", ABOVE, BOTH),),
    "support:decline_candidate": (one(of("candidate"), "rc", ABOVE, BOTH),),
    "support:withdraw_candidate": (one(of("candidate"), ABOVE, methods=BOTH),),
    "support:propose_again": (one(of("candidate"), ABOVE, methods="POST"),),
    "support:appoint_candidate": (one(of("candidate"), "rc", ABOVE, BOTH),),
    "support:end_appointment": (one(of("candidate", "appointment"), "rc", ABOVE, BOTH),),
    "support:rewards": general("rc**"),
    "support:new_reward": (one(of("pair"), "rc", f"{LISTED} rs", BOTH),),
    "support:remove_reward": (one(of("reward"), "rc", methods="POST"),),
}

WORK = f"{ABOVE} sh ss rs"  # in the pair of the first school; a curator reads
PAIR = f"{LISTED} rs"


def _case(part: str | int) -> Callable[[World], list[str | int]]:
    return lambda world: [world.case.public_id, part]


SUPPORT: dict[str, tuple[Rule, ...]] = {
    **CONCERNS,
    **MEETINGS,
    **RESERVE,
    "support:cases": general(KNOW),
    "support:board": general(KNOW),
    "support:school": (one(PUBLIC, f"{ABOVE} {SCHOOL}"),),
    "support:do": (one(of("case"), ABOVE, SCHOOL, BOTH),),  # a step of the municipality
    "support:undo": (one(of("case", "first_step"), "rc", f"mc {SCHOOL}", BOTH),),  # one of the region
    "support:attach_to_step": (one(of("case", "first_step"), "rc", f"mc {SCHOOL}", BOTH),),
    "support:step_file": (one(of("case", "step_file"), LISTED),),
    "support:remove_step_file": (one(of("case", "step_file"), "rc", f"mc {SCHOOL}", "POST"),),
    "support:watch": (one(of("case"), LISTED, methods="POST"),),
    "support:unwatch": (one(of("case"), LISTED, methods="POST"),),
    "support:case_events": (one(of("case"), LISTED),),
    "support:case_documents": (one(of("case"), LISTED),),
    "support:case_people": (one(of("case"), LISTED),),
    "support:risks": (one(of("case"), LISTED),),
    "support:score_risks": (one(of("case"), f"{ABOVE} sh", "ss cu", "POST"),),
    "support:choose_risks": (one(of("case"), f"{ABOVE} sh", "ss cu", BOTH),),
    "support:programmes": general(KNOW),
    "support:assign_experts": general("rc**", BOTH),
    "support:review": (one(of("review"), "rc", f"mc {SCHOOL}", BOTH),),  # its expert
    "support:withdraw_review": (one(of("review"), "rc", f"mc {SCHOOL}", "POST"),),
    "support:settle_remark": (one(of("programme_remark"), *WRITE, "POST"),),
    "support:programme": (one(of("case"), LISTED),),
    "support:start_programme": (one(of("case"), *WRITE, "POST"),),
    "support:send_programme": (one(of("case"), *WRITE, "POST"),),
    "support:withdraw_programme": (one(of("case"), *WRITE, "POST"),),
    "support:unapprove_programme": (one(of("case"), ABOVE, SCHOOL, "POST"),),
    "support:approve_programme": (one(of("case"), ABOVE, SCHOOL, BOTH),),
    "support:return_programme": (one(of("case"), ABOVE, SCHOOL, BOTH),),  # not approved yet
    "support:agree_programme": (one(of("case"), "rc", f"mc {SCHOOL}", BOTH),),
    "support:remark_programme": (one(of("case"), ABOVE, SCHOOL, BOTH),),
    "support:order_measures": (one(of("case"), "rc", f"mc {SCHOOL}", "POST"),),
    "support:revise_programme": (one(of("case"), *WRITE, "POST"),),
    "support:drop_version": (one(of("case"), *WRITE, "POST"),),
    "support:progress": (one(of("case"), LISTED),),
    "support:review_progress": (one(of("case"), f"{ABOVE} sh", "ss cu", BOTH),),
    "support:programme_version": (one(_case(1), LISTED),),
    "support:export_programme": (one(_case("docx"), LISTED),),
    "support:add_item": (one(_case("goal"), *WRITE, BOTH),),
    "support:item": (one(_case("i1"), *WRITE, BOTH),),
    "support:remove_item": (one(_case("i1"), *WRITE, "POST"),),
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
    "support:mentors": general("rc** mc**"),
    "support:new_mentor": general("rc** mc**", BOTH),
    "support:mentor": (one(of("mentor"), "rc"),),
    "support:edit_mentor": (one(of("mentor"), "rc", methods=BOTH),),
    "support:archive_mentor": (one(of("mentor"), "rc", methods="POST"),),
    "support:restore_mentor": (one(of("mentor"), "rc", methods="POST"),),
    "support:pairs": general(f"{EXECUTE} cu**"),
    "support:new_pair": general("rc**", BOTH),
    "support:pair": (one(of("pair"), PAIR),),
    "support:end_pair": (one(of("pair"), "rc", PAIR, BOTH),),
    "support:renew_pair": (one(of("pair"), "rc", PAIR, "POST"),),
    "support:sign_pair": (one(of("pair"), WORK, PAIR, BOTH),),
    "support:add_line": (one(of("pair"), WORK, PAIR, BOTH),),
    "support:change_line": (one(of("pair", "line"), WORK, PAIR, BOTH),),
    "support:remove_line": (one(of("pair", "line"), WORK, PAIR, "POST"),),
    "support:do_line": (one(of("pair", "line"), WORK, PAIR, "POST"),),
    "support:undo_line": (one(of("pair", "line"), WORK, PAIR, "POST"),),
    "support:add_contact": (one(of("pair"), WORK, PAIR, BOTH),),
    "support:agreement": (one(of("pair"), PAIR),),
    "support:document_pairs": (one(of("open_document"), "rc", OPEN_SEEN, BOTH),),
    "support:visits": general(f"{EXECUTE} cu**"),
    "support:new_visit": general("rc**", BOTH),
    "support:seasons": general("rc**", BOTH),
    "support:season": (one(of("season"), "rc"),),
    "support:confirm_season": (one(of("season"), "rc", methods="POST"),),
    "support:replan_season": (one(of("season"), "rc", methods="POST"),),
    "support:observation_sheets": general("rc**"),
    "support:start_sheet": general("rc**", "POST"),
    "support:observation_sheet": (one(of("sheet"), "rc"),),
    "support:edit_sheet": (one(of("sheet"), "rc", methods=BOTH),),
    "support:publish_sheet": (one(of("sheet"), "rc", methods="POST"),),
    "support:drop_sheet": (one(of("sheet"), "rc", methods="POST"),),
    "support:visit": (one(of("visit"), PAIR),),
    "support:agree_school": (one(of("visit"), "sh", PAIR, "POST"),),
    "support:agree_area": (one(of("visit"), "mc", PAIR, "POST"),),
    "support:hold_visit": (one(of("visit"), "rc rs", PAIR, BOTH),),
    "support:visit_book": (one(of("visit"), PAIR),),
    "support:upload_visit_book": (one(of("visit"), "rc rs", PAIR, BOTH),),
    "support:take_visit_book": (one(of("visit"), "rc rs", PAIR, "POST"),),
    "support:move_visit": (one(of("visit"), "rc", PAIR, BOTH),),
    "support:cancel_visit": (one(of("visit"), "rc", PAIR, BOTH),),
    "support:add_visit_note": (one(of("visit"), "rc rs", PAIR, BOTH),),
    "support:advise": (one(of("visit"), "rc rs", PAIR, BOTH),),
    "support:order_advice": (one(of("visit"), ABOVE, f"{SCHOOL} rs", BOTH),),
    "support:do_advice": (one(of("visit", "advice"), "rc rs sh ss", PAIR, "POST"),),
    "support:undo_advice": (one(of("visit", "advice"), "rc rs sh ss", PAIR, "POST"),),
    "support:day_pack": (one(of("visit"), PAIR),),
    "support:visit_report": (one(of("visit"), PAIR),),
    "support:proposals": general("rc**", BOTH),
    "support:proposal": (one(of("proposal"), "rc"),),
    "support:recount_proposal": (one(of("proposal"), "rc", methods="POST"),),
    "support:confirm_proposal": (one(of("proposal"), "rc", methods="POST"),),
    "support:proposed": (one(of("proposal", "proposed"), "rc", methods=BOTH),),
    "support:forbid_proposed": (one(of("proposal", "proposed"), "rc", methods="POST"),),
    "support:release_proposed": (one(of("proposal", "proposed"), "rc", methods="POST"),),
}
