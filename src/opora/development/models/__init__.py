"""Teachers: what their diagnostics ask and show."""

from opora.development.models.instruments import Instrument, InstrumentKind, InstrumentVersion
from opora.development.models.sittings import (
    DIAGNOSIS_WORKFLOW,
    SITTING_WORKFLOW,
    Answer,
    Diagnosis,
    DiagnosisState,
    Score,
    Sitting,
    SittingState,
)

__all__ = [
    "DIAGNOSIS_WORKFLOW",
    "SITTING_WORKFLOW",
    "Answer",
    "Diagnosis",
    "DiagnosisState",
    "Instrument",
    "InstrumentKind",
    "InstrumentVersion",
    "Score",
    "Sitting",
    "SittingState",
]
