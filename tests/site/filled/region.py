"""The region, and the pages that show what is in it."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.urls import reverse

from opora.access.models import User
from opora.assessments.models import (
    ContextUpload,
    Loading,
    OwnRule,
    Part,
    Run,
    Selection,
    Trial,
)
from opora.collection.models import Campaign, Form, WorkbookUpload
from opora.development.models import Diagnosis, Event, Instrument, Study
from opora.documents.models import Document, Draft
from opora.lists.models import SchoolList
from opora.roadmaps.models import Assignment, RoadMap
from opora.support.models import (
    Candidate,
    Case,
    Concern,
    Meeting,
    Mentor,
    ObservationSheet,
    Pair,
    Programme,
    Proposal,
    Season,
    StepSet,
    Visit,
)
from tests import factories

MAPS = (  # pages of one road map
    *("roadmaps:roadmap", "roadmaps:municipalities", "roadmaps:history"),
    *("roadmaps:timeline", "roadmaps:roadmap_calendar", "roadmaps:matrix"),
)
AREA = (  # pages of an area's results
    *("assessments:area", "assessments:area_schools", "assessments:area_signs", "assessments:area_clusters"),
    "assessments:area_conditions",
)
SCHOOL = ("assessments:school", "assessments:school_signs", "assessments:school_peers")


@dataclass
class Filled:
    """A region in which everything is there a number of times."""

    region: factories.Region
    user: User  # coordinator and administrator at once
    document: Document = field(init=False)
    draft: Document = field(init=False)
    project: Draft = field(init=False)
    roadmap: RoadMap = field(init=False)
    derived: RoadMap = field(init=False)
    list: SchoolList = field(init=False)
    loading: Loading = field(init=False)
    run: Run = field(init=False)
    trial: Trial = field(init=False)
    selection: Selection = field(init=False)
    programme: Programme = field(init=False)
    asked: Assignment = field(init=False)
    campaign: Campaign = field(init=False)
    body: str = ""

    def pages(self) -> dict[str, str]:
        names = (
            *("documents:documents", "roadmaps:roadmaps", "roadmaps:assignments", "roadmaps:home", "lists:lists"),
            *("roadmaps:own_calendar", "roadmaps:postponements"),
            *("notices:notices", "notices:choices", "notices:mails"),
            *("registry:organisations", "registry:people", "journal:entries", "access:accounts", "access:invitations"),
            *("lists:entrustments", "lists:on_day", "documents:letters", "documents:drafts", "assessments:loadings"),
            *("assessments:parts", "assessments:scales", "assessments:contexts", "assessments:runs"),
            *("assessments:selections", "assessments:objections", "assessments:leavings"),
            *("support:mentors", "support:pairs", "support:proposals", "support:visits", "support:seasons"),
            "support:observation_sheets",
            *("support:cases", "support:board", "support:step_sets", "support:concerns", "support:programmes"),
            *("support:meetings", "support:reserve", "support:rewards"),
            *("assessments:rules", "assessments:trials", "collection:forms"),
            *("collection:campaigns", "collection:submissions", "collection:questionnaires"),
            "collection:questionnaires_sum",
            *("development:instruments", "development:diagnoses", "development:events", "development:events_calendar"),
            "development:studies",
            *("development:helps", "development:overview"),
        )
        objects = {
            **dict.fromkeys(MAPS, self.roadmap),
            **dict.fromkeys(("roadmaps:versions", "roadmaps:below"), self.roadmap),
            "roadmaps:above": self.derived,
            "documents:document": self.draft,
            "documents:draft": self.project,
            "roadmaps:assignment": self.asked,
            **dict.fromkeys(("lists:list", "assessments:letters"), self.list),
            **dict.fromkeys(("assessments:loading", "assessments:aside", "assessments:matches"), self.loading),
            "assessments:file": self.loading.files.first(),
            "assessments:part": Part.objects.order_by("pk").last(),
            **dict.fromkeys(AREA, self.region.authority),
            **dict.fromkeys(SCHOOL, self.region.schools[0]),
            "support:school": self.region.schools[0],
            **dict.fromkeys(("support:programme", "support:progress"), self.programme.case),
            **dict.fromkeys(
                ("support:case_events", "support:case_documents", "support:case_people"), self.programme.case
            ),
            "support:risks": Case.objects.filter(school=self.region.schools[0]).order_by("school_year")[0],
            "support:meeting": Meeting.objects.filter(body__organisation=self.region.authority)[0],
            "support:concern": Concern.objects.get(case__school=self.region.schools[0]),
            "support:mentor": Mentor.objects.get(name="Слово 0", organisation__parent=self.region.authority),
            "support:candidate": Candidate.objects.get(name="Слово 0", organisation__parent=self.region.authority),
            "support:pair": Pair.objects.filter(school__parent__parent=self.region.authority)[0],
            "support:season": Season.objects.filter(territory=self.region.authority).order_by("pk")[0],
            "support:visit": Visit.objects.filter(school__parent__parent=self.region.authority).order_by("pk")[0],
            "support:proposal": Proposal.objects.filter(territory=self.region.authority)[0],
            "support:step_set": StepSet.objects.get(territory=self.region.authority),
            "support:observation_sheet": ObservationSheet.objects.get(territory=self.region.authority),
            "assessments:context_upload": ContextUpload.objects.order_by("pk").last(),
            "assessments:run": self.run,
            **dict.fromkeys(("assessments:trial", "assessments:compare_trials"), self.trial),
            "assessments:own_rule": OwnRule.objects.get(territory=self.region.authority, in_use=True),
            "assessments:selection": self.selection,
            "registry:organisation": self.region.municipalities[0],
            **dict.fromkeys(("development:event", "development:event_people"), self.event()),
            "development:school": self.region.schools[0],
            "development:instrument": Instrument.objects.filter(territory=self.region.authority)[0],
            "development:study": Study.objects.get(title="Слово 0", territory=self.region.authority),
            "development:diagnosis": self.diagnosis(),
            "development:paper": Diagnosis.objects.get(territory=self.region.authority, state="open"),
            "collection:questionnaire": self.campaign.questionnaires.order_by("pk")[0],
            "collection:form": Form.objects.filter(territory=self.region.authority)[0],
            **dict.fromkeys(("collection:campaign", "collection:consolidated"), self.campaign),
            "collection:document_forms": self.document,
            "collection:workbook_upload": WorkbookUpload.objects.get(actor_id=self.user.actor_id),
            **dict.fromkeys(
                ("collection:submission", "collection:submission_history"), self.campaign.submissions.first()
            ),
        }
        found = {name: reverse(name) for name in names}
        found |= {name: reverse(name, args=[one.public_id]) for name, one in objects.items()}
        other = Run.objects.of_their_own().filter(territory=self.region.authority).exclude(pk=self.run.pk)[0]
        compared = reverse("assessments:compare", args=[self.run.public_id])
        found["assessments:compare"] = f"{compared}?with={other.public_id}"
        one = self.run.verdicts.order_by("pk")[0].organisation.public_id
        found["assessments:verdict"] = reverse("assessments:verdict", args=[self.run.public_id, one])
        return found | {"registry:body": self.body, "lists:school": self._school(), "ui:search": "/search/?q=Слово"}

    def diagnosis(self) -> Diagnosis:
        return Diagnosis.objects.filter(territory=self.region.authority).order_by("pk")[0]

    def event(self) -> Event:
        return Event.objects.filter(territory=self.region.authority).order_by("pk")[0]

    def _school(self) -> str:
        return reverse("lists:school", args=[self.region.schools[0].public_id])
