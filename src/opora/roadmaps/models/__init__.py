from opora.roadmaps.models.assignments import Assignment, AssignmentState, Evidence, Report, ReportState
from opora.roadmaps.models.changes import (
    Amendment,
    Derivation,
    Handed,
    HandedKind,
    HandedState,
    Version,
)
from opora.roadmaps.models.control import (
    Comment,
    Delegation,
    DelegationEnd,
    MassDecision,
    Postponement,
    PostponementState,
    Revision,
    Typed,
)
from opora.roadmaps.models.dates import DateRequest, DateRequestState, Occurrence
from opora.roadmaps.models.plans import (
    Activity,
    Part,
    Responsible,
    RoadMap,
    RoadMapState,
    Section,
    Window,
    WindowOrigin,
)
from opora.roadmaps.models.reminders import Round
from opora.roadmaps.models.runs import ChangedWork, ChangeRun, RunState
from opora.roadmaps.models.tallies import Tally

__all__ = [
    "Activity",
    "Amendment",
    "Assignment",
    "AssignmentState",
    "ChangeRun",
    "ChangedWork",
    "Comment",
    "DateRequest",
    "DateRequestState",
    "Delegation",
    "DelegationEnd",
    "Derivation",
    "Evidence",
    "Handed",
    "HandedKind",
    "HandedState",
    "MassDecision",
    "Occurrence",
    "Part",
    "Postponement",
    "PostponementState",
    "Report",
    "ReportState",
    "Responsible",
    "Revision",
    "RoadMap",
    "RoadMapState",
    "Round",
    "RunState",
    "Section",
    "Tally",
    "Typed",
    "Version",
    "Window",
    "WindowOrigin",
]
