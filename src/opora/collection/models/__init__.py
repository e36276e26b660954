from opora.collection.models.campaigns import (
    AnswerChange,
    Campaign,
    CampaignState,
    Remark,
    Submission,
    SubmissionFile,
    SubmissionState,
)
from opora.collection.models.forms import Form, FormKind, FormState, FormVersion

__all__ = [
    "AnswerChange",
    "Campaign",
    "CampaignState",
    "Form",
    "FormKind",
    "FormState",
    "FormVersion",
    "Remark",
    "Submission",
    "SubmissionFile",
    "SubmissionState",
]
