from opora.assessments.models.areas import AreaResult
from opora.assessments.models.context import SchoolContext
from opora.assessments.models.deciding import (
    OBJECTION_WORKFLOW,
    SELECTION_WORKFLOW,
    Choice,
    Decision,
    Leaving,
    Objection,
    ObjectionFile,
    ObjectionState,
    Selection,
    SelectionState,
)
from opora.assessments.models.laboratory import TRIAL_WORKFLOW, Trial, TrialState
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
from opora.assessments.models.own_rules import OwnRule
from opora.assessments.models.procedures import Procedure
from opora.assessments.models.results import Part, PartState, SchoolResult
from opora.assessments.models.runs import (
    REPETITION_WORKFLOW,
    RUN_WORKFLOW,
    Repetition,
    RepetitionState,
    Run,
    RunState,
    Verdict,
)
from opora.assessments.models.scales import Scale

__all__ = [
    "LOADING_WORKFLOW",
    "OBJECTION_WORKFLOW",
    "REPETITION_WORKFLOW",
    "RUN_WORKFLOW",
    "SELECTION_WORKFLOW",
    "TRIAL_WORKFLOW",
    "AreaResult",
    "Choice",
    "Decision",
    "FileState",
    "Leaving",
    "LoadedFile",
    "Loading",
    "LoadingState",
    "MappingMemory",
    "MatchState",
    "Objection",
    "ObjectionFile",
    "ObjectionState",
    "OwnRule",
    "Part",
    "PartState",
    "Procedure",
    "Repetition",
    "RepetitionState",
    "Run",
    "RunState",
    "Scale",
    "SchoolContext",
    "SchoolMatch",
    "SchoolResult",
    "Selection",
    "SelectionState",
    "SetAside",
    "Trial",
    "TrialState",
    "Verdict",
]
