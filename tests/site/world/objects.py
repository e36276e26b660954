"""What stands in the world, and who looks at it."""

from __future__ import annotations

from dataclasses import dataclass, field

from opora.access.models import Invitation, Membership, User
from opora.access.roles import RoleCode
from opora.assessments.models import LoadedFile, Loading, Part, Scale, SchoolMatch
from opora.collection.models import (
    Campaign,
    FilledWorkbook,
    Form,
    Questionnaire,
    Submission,
    SubmissionFile,
    WorkbookUpload,
)
from opora.core.models import Job
from opora.development.models import (
    Certificate,
    Diagnosis,
    Event,
    Help,
    Instrument,
    Sitting,
    Study,
    StudySchool,
    Undertaking,
)
from opora.documents.models import (
    Document,
    Draft,
    Fact,
    FactKind,
    Letter,
    LetterTemplate,
)
from opora.exports.models import LargeCopy
from opora.lists.models import Entrustment, ListImport, SchoolList, Twin
from opora.notices.models import Mail, Notice
from opora.registry.models import Alias, Body, Person, Post, Upload
from opora.roadmaps import models
from opora.roadmaps.models import Assignment, ChangeRun, Comment, Evidence, MassDecision, Postponement
from opora.support.models import (
    Advice,
    Appointment,
    Candidate,
    Case,
    Concern,
    Meeting,
    Mentor,
    ObservationSheet,
    Pair,
    PlanLine,
    ProgrammeRemark,
    Proposal,
    Proposed,
    Review,
    Reward,
    Season,
    StepDone,
    StepFile,
    StepSet,
    Visit,
)
from opora.ui.models import SavedFilter
from tests import factories
from tests.site.world.identified import Identified

# Who stands where: «inside» at the first municipality and its first school, «beside» at the second school of the same
# municipality, «near» at the other municipality, «far» in another region.
PLACES = {
    "inside": tuple(RoleCode.values),
    "beside": ("school_head", "school_staff", "curator"),
    "near": ("municipal_coordinator", "methodist", "school_head", "school_staff", "curator"),
    "far": tuple(RoleCode.values),
}
SHORT = {
    "rc": "regional_coordinator",
    "rs": "regional_specialist",
    "mc": "municipal_coordinator",
    "me": "methodist",
    "sh": "school_head",
    "ss": "school_staff",
    "cu": "curator",
    "ob": "observer",
    "ad": "administrator",
}


@dataclass
class World:
    """Objects of one region; `word` marks a name as that of this region."""

    number: int
    region: factories.Region
    users: dict[tuple[str, str], User] = field(default_factory=dict)
    job: Job = field(init=False)
    open_document: Document = field(init=False)
    secret_document: Document = field(init=False)
    draft: Document = field(init=False)
    local_draft: Document = field(init=False)
    scan: Document = field(init=False)
    sent: models.RoadMap = field(init=False)
    secret_map: models.RoadMap = field(init=False)
    prepared: models.RoadMap = field(init=False)
    listed_work: Assignment = field(init=False)
    work: Assignment = field(init=False)
    begun: Assignment = field(init=False)
    secret_work: Assignment = field(init=False)
    listed_proof: Evidence = field(init=False)
    listed_comment: Comment = field(init=False)
    comment: Comment = field(init=False)
    listed_request: Postponement = field(init=False)
    mass_decision: MassDecision = field(init=False)
    run: ChangeRun = field(init=False)
    large_copy: LargeCopy = field(init=False)
    proof: Evidence = field(init=False)
    draft_proof: Evidence = field(init=False)
    twin: Twin = field(init=False)
    list: SchoolList = field(init=False)
    list_draft: SchoolList = field(init=False)
    list_import: ListImport = field(init=False)
    person: Person = field(init=False)
    post: Post = field(init=False)
    body: Body = field(init=False)
    alias: Alias = field(init=False)
    upload: Upload = field(init=False)
    event: models.Occurrence = field(init=False)
    waiting: Assignment = field(init=False)
    date_request: models.DateRequest = field(init=False)
    saved_filter: SavedFilter = field(init=False)
    invitation: Invitation = field(init=False)
    notice: Notice = field(init=False)
    mail: Mail = field(init=False)
    token: str = ""  # of the municipal coordinator's calendar
    letter: Letter = field(init=False)
    secret_letter: Letter = field(init=False)
    letter_draft: Letter = field(init=False)
    template: LetterTemplate = field(init=False)
    project: Draft = field(init=False)
    own_project: Draft = field(init=False)
    secret_project: Draft = field(init=False)
    loading: Loading = field(init=False)
    loaded_file: LoadedFile = field(init=False)
    match: SchoolMatch = field(init=False)
    part: Part = field(init=False)
    other_part: Part = field(init=False)
    scale: Scale = field(init=False)
    identified: Identified = field(init=False)
    step_set: StepSet = field(init=False)  # a draft
    form: Form = field(init=False)
    campaign: Campaign = field(init=False)  # sent to the first school
    prepared_campaign: Campaign = field(init=False)
    submission: Submission = field(init=False)  # of the first school, begun
    sent_form: Submission = field(init=False)
    secret_form: Submission = field(init=False)  # sent, of a confidential campaign
    answer_file: SubmissionFile = field(init=False)
    named_form: Form = field(init=False)  # published, named by the document of the road map that was sent
    naming_activity: models.Activity = field(init=False)
    workbook_upload: WorkbookUpload = field(init=False)  # of the coordinator, with a file of `submission`
    workbook_file: FilledWorkbook = field(init=False)
    questionnaire: Questionnaire = field(init=False)  # of the first school, open
    secret_questionnaire: Questionnaire = field(init=False)  # of a confidential campaign
    instrument: Instrument = field(init=False)  # its second version is being built
    diagnosis: Diagnosis = field(init=False)  # given to a teacher of the first school
    sitting: Sitting = field(init=False)
    seminar: Event = field(init=False)  # of the region, all may come; somebody of the first school does
    secret_seminar: Event = field(init=False)  # one for listed schools, to which the first is invited
    past_seminar: Event = field(init=False)
    certificate: Certificate = field(init=False)  # of somebody of the first school
    study: Study = field(init=False)  # of the first school by itself, running
    study_school: StudySchool = field(init=False)
    secret_study: Study = field(init=False)  # of the schools of the list, running
    secret_study_school: StudySchool = field(init=False)  # the first school in it
    sat: Sitting = field(init=False)  # done by the same teacher, shown to the head
    helped_by: Help = field(init=False)
    undertaking: Undertaking = field(init=False)
    case: Case = field(init=False)  # of the first school
    first_step: StepDone = field(init=False)  # done by the list
    step_file: StepFile = field(init=False)  # its document
    meeting: Meeting = field(init=False)  # of the first municipality's group, held, with a decision
    secret_meeting: Meeting = field(init=False)  # one about listed schools
    concern: Concern = field(init=False)  # about the first school, which does not see it
    shared_concern: Concern = field(init=False)  # addressed to it
    mentor: Mentor = field(init=False)
    candidate: Candidate = field(init=False)  # works in the first school, and is sent to it
    near_candidate: Candidate = field(init=False)  # of the second municipality, sent nowhere
    appointment: Appointment = field(init=False)
    reward: Reward = field(init=False)  # of the pair
    pair: Pair = field(init=False)  # of the first school; the mentor is of the institute
    line: PlanLine = field(init=False)
    visit: Visit = field(init=False)  # of the same mentor to the same school
    advice: Advice = field(init=False)
    sheet: ObservationSheet = field(init=False)  # a draft
    season: Season = field(init=False)
    proposal: Proposal = field(init=False)
    proposed: Proposed = field(init=False)
    programme_remark: ProgrammeRemark = field(init=False)
    review: Review = field(init=False)  # the coordinator is asked
    code: str = ""

    def word(self, name: str) -> str:
        return f"{name}{self.number}"

    def user(self, place: str, role: str) -> User:
        return self.users[place, role]

    @property
    def coordinator(self) -> User:
        return self.users["inside", "regional_coordinator"]

    @property
    def municipal(self) -> User:
        return self.users["inside", "municipal_coordinator"]

    @property
    def account(self) -> User:
        """The head of the first school, with a login that only administrators may learn."""
        return self.users["inside", "school_head"]

    @property
    def entrustment(self) -> Entrustment:
        """The first school, entrusted to its curator."""
        return Entrustment.objects.get(curator=self.users["inside", "curator"])

    @property
    def membership(self) -> Membership:
        return self.account.memberships.get()

    def fact(self, document: Document, kind: str = FactKind.ACTIVITY) -> Fact:
        found = document.facts.filter(kind=kind).first()
        assert found is not None
        return found
