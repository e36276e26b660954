from opora.collection.models.campaigns import (
    AnswerChange,
    Campaign,
    CampaignState,
    Remark,
    Submission,
    SubmissionFile,
    SubmissionState,
    Way,
)
from opora.collection.models.forms import Form, FormKind, FormState, FormVersion
from opora.collection.models.questionnaires import AnswerCode, Questionnaire, Response
from opora.collection.models.workbooks import BroughtFile, FilledWorkbook, WorkbookUpload

__all__ = [
    "AnswerChange",
    "AnswerCode",
    "BroughtFile",
    "Campaign",
    "CampaignState",
    "FilledWorkbook",
    "Form",
    "FormKind",
    "FormState",
    "FormVersion",
    "Questionnaire",
    "Remark",
    "Response",
    "Submission",
    "SubmissionFile",
    "SubmissionState",
    "Way",
    "WorkbookUpload",
]
