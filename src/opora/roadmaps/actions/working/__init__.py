"""The life of an assignment: taken up, reported, accepted or returned, cancelled."""

from opora.roadmaps.actions.working.common import REPORT
from opora.roadmaps.actions.working.deciding import accept, give_back, reconsider
from opora.roadmaps.actions.working.managing import cancel, organisation_succeeded, restore, set_controller
from opora.roadmaps.actions.working.reporting import Attachment, attach, detach, save_draft, start, submit

__all__ = [
    "REPORT",
    "Attachment",
    "accept",
    "attach",
    "cancel",
    "detach",
    "give_back",
    "organisation_succeeded",
    "reconsider",
    "restore",
    "save_draft",
    "set_controller",
    "start",
    "submit",
]
