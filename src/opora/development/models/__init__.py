"""Teachers: what their diagnostics ask and show, what helps them, what they have planned."""

from opora.development.models.events import (
    ASKED,
    EVENT_WORKFLOW,
    REGISTRATION_WORKFLOW,
    Audience,
    Event,
    EventInvitation,
    EventKind,
    EventPoint,
    EventState,
    Registration,
    RegistrationState,
)
from opora.development.models.instruments import Instrument, InstrumentKind, InstrumentVersion
from opora.development.models.outcomes import Certificate, Feedback, Material
from opora.development.models.plans import Help, HelpKind, Undertaking
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
from opora.development.models.studies import STUDY_WORKFLOW, Study, StudyKind, StudySchool, StudyState

__all__ = [
    "ASKED",
    "DIAGNOSIS_WORKFLOW",
    "EVENT_WORKFLOW",
    "REGISTRATION_WORKFLOW",
    "SITTING_WORKFLOW",
    "STUDY_WORKFLOW",
    "Answer",
    "Audience",
    "Certificate",
    "Diagnosis",
    "DiagnosisState",
    "Event",
    "EventInvitation",
    "EventKind",
    "EventPoint",
    "EventState",
    "Feedback",
    "Help",
    "HelpKind",
    "Instrument",
    "InstrumentKind",
    "InstrumentVersion",
    "Material",
    "Registration",
    "RegistrationState",
    "Score",
    "Sitting",
    "SittingState",
    "Study",
    "StudyKind",
    "StudySchool",
    "StudyState",
    "Undertaking",
]
