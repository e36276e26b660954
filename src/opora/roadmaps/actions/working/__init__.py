"""The life of an assignment: taken up, given to a person, reported, accepted or returned, postponed, cancelled."""

from opora.roadmaps.actions.working.agreeing import agree
from opora.roadmaps.actions.working.bulk import Outcome, accept_several, postpone_several, return_several, undo
from opora.roadmaps.actions.working.commenting import comment, edit, editable, handle, remove
from opora.roadmaps.actions.working.common import REPORT
from opora.roadmaps.actions.working.deciding import accept, give_back, reconsider, take_again
from opora.roadmaps.actions.working.delegating import delegate, hand_back, recall
from opora.roadmaps.actions.working.dues import move_due
from opora.roadmaps.actions.working.joining import contribute, take_back
from opora.roadmaps.actions.working.managing import cancel, organisation_succeeded, restore, set_controller
from opora.roadmaps.actions.working.many import decide_very_many, job_of, undo_very_many
from opora.roadmaps.actions.working.postponing import ask, grant, move, refuse, withdraw
from opora.roadmaps.actions.working.reporting import (
    Attachment,
    Overtaken,
    attach,
    detach,
    save_draft,
    start,
    submit,
)
from opora.roadmaps.actions.working.stepping import earlier_of
from opora.roadmaps.actions.working.stepping import refuse as disagree
from opora.roadmaps.actions.working.typing import forget_typed, keep_typed

__all__ = [
    "REPORT",
    "Attachment",
    "Outcome",
    "Overtaken",
    "accept",
    "accept_several",
    "agree",
    "ask",
    "attach",
    "cancel",
    "comment",
    "contribute",
    "decide_very_many",
    "delegate",
    "detach",
    "disagree",
    "earlier_of",
    "edit",
    "editable",
    "forget_typed",
    "give_back",
    "grant",
    "hand_back",
    "handle",
    "job_of",
    "keep_typed",
    "move",
    "move_due",
    "organisation_succeeded",
    "postpone_several",
    "recall",
    "reconsider",
    "refuse",
    "remove",
    "restore",
    "return_several",
    "save_draft",
    "set_controller",
    "start",
    "submit",
    "take_again",
    "take_back",
    "undo",
    "undo_very_many",
    "withdraw",
]
