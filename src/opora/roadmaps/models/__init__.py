from opora.roadmaps.models.assignments import Assignment, AssignmentState, Evidence, Report, ReportState
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
    "Evidence",
    "Part",
    "Report",
    "ReportState",
    "Responsible",
    "RoadMap",
    "RoadMapState",
    "Section",
    "Window",
    "WindowOrigin",
]
