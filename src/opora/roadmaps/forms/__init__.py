"""Forms of road maps and assignments."""

from opora.roadmaps.forms.acting import (
    AutosaveForm,
    CancelForm,
    CommentForm,
    ControllerForm,
    DecisionForm,
    DelegationForm,
    DisagreeForm,
    HandBackForm,
    PostponementDecisionForm,
    PostponementForm,
    ReportForm,
    ReturnForm,
)
from opora.roadmaps.forms.dating import EventForm, ReasonForm, ScheduleForm, said_of
from opora.roadmaps.forms.filters import AssignmentFilter, RoadMapFilter
from opora.roadmaps.forms.planning import DatesForm, DeriveForm, MoveForm, NameForm

__all__ = [
    "AssignmentFilter",
    "AutosaveForm",
    "CancelForm",
    "CommentForm",
    "ControllerForm",
    "DatesForm",
    "DecisionForm",
    "DelegationForm",
    "DeriveForm",
    "DisagreeForm",
    "EventForm",
    "HandBackForm",
    "MoveForm",
    "NameForm",
    "PostponementDecisionForm",
    "PostponementForm",
    "ReasonForm",
    "ReportForm",
    "ReturnForm",
    "RoadMapFilter",
    "ScheduleForm",
    "said_of",
]
