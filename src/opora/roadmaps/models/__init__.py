from opora.roadmaps.models.assignments import Assignment, AssignmentState, Evidence, Report, ReportState
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

__all__ = [
    "Activity",
    "Assignment",
    "AssignmentState",
    "Comment",
    "DateRequest",
    "DateRequestState",
    "Delegation",
    "DelegationEnd",
    "Evidence",
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
    "Section",
    "Typed",
    "Window",
    "WindowOrigin",
]
