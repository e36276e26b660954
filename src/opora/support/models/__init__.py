"""The case of a school: which steps it goes through, how far it is, who follows it."""

from opora.support.models.cases import CASE_WORKFLOW, Case, CaseQuerySet, CaseState, StepDone, StepFile, Watching
from opora.support.models.concerns import (
    CONCERN_WORKFLOW,
    Concern,
    ConcernEvent,
    ConcernQuerySet,
    ConcernState,
    ConcernStep,
    ConcernTick,
)
from opora.support.models.meetings import (
    MEETING_WORKFLOW,
    AgendaItem,
    Attendance,
    Meeting,
    MeetingDecision,
    MeetingQuerySet,
    MeetingState,
)
from opora.support.models.mentoring import Contact, Mentor, Pair, PlanLine, Proposal, Proposed
from opora.support.models.programmes import (
    MeasureWork,
    Programme,
    ProgrammeRemark,
    ProgrammeState,
    ProgrammeVersion,
    Review,
)
from opora.support.models.progress import Light, ProgressReview
from opora.support.models.reserve import Appointment, Candidate, CandidateState, Reward
from opora.support.models.risks import RiskProfile, RiskScore
from opora.support.models.sheets import ObservationSheet
from opora.support.models.steps import SET_WORKFLOW, SetState, Step, StepSet, Who
from opora.support.models.visits import Advice, Season, Visit, VisitMember, VisitNote, Wish

__all__ = [
    "CASE_WORKFLOW",
    "CONCERN_WORKFLOW",
    "MEETING_WORKFLOW",
    "SET_WORKFLOW",
    "Advice",
    "AgendaItem",
    "Appointment",
    "Attendance",
    "Candidate",
    "CandidateState",
    "Case",
    "CaseQuerySet",
    "CaseState",
    "Concern",
    "ConcernEvent",
    "ConcernQuerySet",
    "ConcernState",
    "ConcernStep",
    "ConcernTick",
    "Contact",
    "Light",
    "MeasureWork",
    "Meeting",
    "MeetingDecision",
    "MeetingQuerySet",
    "MeetingState",
    "Mentor",
    "ObservationSheet",
    "Pair",
    "PlanLine",
    "Programme",
    "ProgrammeRemark",
    "ProgrammeState",
    "ProgrammeVersion",
    "ProgressReview",
    "Proposal",
    "Proposed",
    "Review",
    "Reward",
    "RiskProfile",
    "RiskScore",
    "Season",
    "SetState",
    "Step",
    "StepDone",
    "StepFile",
    "StepSet",
    "Visit",
    "VisitMember",
    "VisitNote",
    "Watching",
    "Who",
    "Wish",
]
