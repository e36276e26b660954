from opora.assessments.models.loading import (
    LOADING_WORKFLOW,
    FileState,
    LoadedFile,
    Loading,
    LoadingState,
    MappingMemory,
    MatchState,
    SchoolMatch,
    SetAside,
)
from opora.assessments.models.results import Part, PartState, SchoolResult
from opora.assessments.models.scales import Scale
from opora.assessments.procedures import Procedure

__all__ = [
    "LOADING_WORKFLOW",
    "FileState",
    "LoadedFile",
    "Loading",
    "LoadingState",
    "MappingMemory",
    "MatchState",
    "Part",
    "PartState",
    "Procedure",
    "Scale",
    "SchoolMatch",
    "SchoolResult",
    "SetAside",
]
