"""What each page asks the database: a number that does not grow with the rows it shows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from opora.access.actions import invite
from opora.access.models import Membership, User
from opora.access.roles import RoleCode
from opora.assessments.actions import deciding
from opora.assessments.models import (
    ContextUpload,
    Leaving,
    Loading,
    Objection,
    OwnRule,
    Part,
    Run,
    Scale,
    SchoolContext,
    Selection,
    Trial,
    Verdict,
)
from opora.collection.actions import building as form_building
from opora.collection.models import Campaign, Form, Submission
from opora.core.clock import today
from opora.development.models import Diagnosis, Instrument, InstrumentVersion, Score, Sitting
from opora.documents import actions as documents
from opora.documents.actions import drafts, letters
from opora.documents.models import Document, DocumentState, Draft, FactKind, LetterKind
from opora.journal.actions import record
from opora.lists import actions as lists
from opora.lists.models import Category, SchoolList
from opora.lists.queries import NEW_YEAR
from opora.notices.actions import notify
from opora.notices.models import Mail, NoticeKind
from opora.registry import actions as registry
from opora.registry.models import Person
from opora.registry.models.organisations import Organisation, OrganisationKind
from opora.roadmaps.actions import building, sending, working
from opora.roadmaps.models import Activity, Assignment, Delegation, Evidence, Report, Revision, RoadMap
from opora.support.actions import concerns, meetings, minutes
from opora.support.actions.risks import score_cases
from opora.support.models import Case, Concern, Meeting, Mentor, Pair, Programme, Proposal, Season, StepSet, Visit
from opora.support.programmes import Content, Goal, Measure, to_json
from tests import factories
from tests.assessments.looked import looked
from tests.assessments.results import put
from tests.assessments.runs import declared, finished, tried
from tests.site.costs import AT_MOST, COSTS
from tests.site.world import decree

pytestmark = pytest.mark.django_db
FEW, MANY = 5, 40
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
            *("support:cases", "support:board", "support:step_sets", "support:concerns", "support:programmes"),
            "support:meetings",
            *("assessments:rules", "assessments:trials", "collection:forms"),
            *("collection:campaigns", "collection:submissions"),
            *("development:instruments", "development:diagnoses"),
        )
        objects = {
            **dict.fromkeys(MAPS, self.roadmap),
            **dict.fromkeys(("roadmaps:versions", "roadmaps:below"), self.roadmap),
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
            "support:risks": Case.objects.filter(school=self.region.schools[0]).order_by("school_year")[0],
            "support:meeting": Meeting.objects.filter(body__organisation=self.region.authority)[0],
            "support:concern": Concern.objects.get(case__school=self.region.schools[0]),
            "support:mentor": Mentor.objects.get(name="Слово 0", organisation__parent=self.region.authority),
            "support:pair": Pair.objects.filter(school__parent__parent=self.region.authority)[0],
            "support:season": Season.objects.filter(territory=self.region.authority).order_by("pk")[0],
            "support:visit": Visit.objects.filter(school__parent__parent=self.region.authority).order_by("pk")[0],
            "support:proposal": Proposal.objects.filter(territory=self.region.authority)[0],
            "support:step_set": StepSet.objects.get(territory=self.region.authority),
            "assessments:context_upload": ContextUpload.objects.order_by("pk").last(),
            "assessments:run": self.run,
            **dict.fromkeys(("assessments:trial", "assessments:compare_trials"), self.trial),
            "assessments:own_rule": OwnRule.objects.get(territory=self.region.authority, in_use=True),
            "assessments:selection": self.selection,
            "registry:organisation": self.region.municipalities[0],
            "development:instrument": Instrument.objects.filter(territory=self.region.authority)[0],
            **dict.fromkeys(("development:diagnosis", "development:paper"), self.diagnosis()),
            "collection:form": Form.objects.filter(territory=self.region.authority)[0],
            **dict.fromkeys(("collection:campaign", "collection:consolidated"), self.campaign),
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

    def _school(self) -> str:
        return reverse("lists:school", args=[self.region.schools[0].public_id])


def filled(count: int) -> Filled:
    region = factories.region(f"Область {count}")
    user = region.user(RoleCode.REGIONAL_COORDINATOR)
    Membership.objects.create(user=user, organisation=region.authority, role=RoleCode.ADMINISTRATOR)
    user.refresh_from_db()
    found = Filled(region, user)
    municipality = region.municipalities[0]
    for number in range(count):
        district = factories.organisation(
            OrganisationKind.MUNICIPAL_AUTHORITY, region.authority, f"Слово {count} {number}"
        )
        school = factories.organisation(parent=municipality, name=f"Слово школа {count} {number}")
        region.user(RoleCode.CURATOR, school)
        factories.user(RoleCode.SCHOOL_HEAD, school, name=f"Слово {number}")
        registry.add_person(by=user, organisation=municipality, title=f"Методист {number}", last_name=f"Слово{number}")
        record("test.done", f"сделал(а) {number}", by=user, on=school, path=school.path)
        invite(by=user, organisation=district, role=RoleCode.MUNICIPAL_COORDINATOR, display_name=f"Слово {number}")
    _lists(found, count)
    _results(found, count)
    _concerns(found, count)
    _meetings(found, count)
    _documents(found, count)
    _notices(found, count)
    _forms(found, count)
    _mentoring(found, count)
    _teachers(found, count)
    members = [registry.Member(f"Член {number}") for number in range(count)]
    body = registry.create_body(by=user, organisation=municipality, name=f"Слово {count}", members=members)
    found.body = reverse("registry:body", args=[body.public_id])
    return found


def _lists(found: Filled, count: int) -> None:
    territory, schools = found.region.authority, found.region.municipalities[0].children.filter(kind="school")
    now = today().year if today().month >= NEW_YEAR else today().year - 1
    for year in range(now + count - 1, now - 1, -1):
        found.list = lists.create_list(by=found.user, territory=territory, school_year=year, title=f"Слово {year}")
        for school in schools if year == now else schools[:1]:
            lists.add_school(found.list, by=found.user, organisation=school)
        found.list = lists.approve(found.list, by=found.user)
    _programmes(found, count)


_GOAL = {"key": "i1", "title": "Слово", "light": "red", "reason": "Слово", "step": "Слово"}
_VALUE = {"key": "i2", "title": "Слово", "unit": "%", "baseline": 1, "target": 2, "value": None, "found": False}


def _programmes(found: Filled, count: int) -> None:
    """Every case has a profile and a programme; of the last there are remarks, versions, experts, reviews."""
    cases = list(Case.objects.filter(school__path__startswith=found.region.authority.path).select_related("school"))
    score_cases(cases, by=found.user)
    experts = [factories.user(RoleCode.OBSERVER, found.region.authority) for _ in range(count)]
    goals = tuple(Goal(f"i{n}", "Слово", measures=(Measure(f"i{n}9", "Слово"),)) for n in range(1, count + 1))
    for case in cases:
        one = Programme.objects.create(case=case, made_by="Кто", content=to_json(Content(goals)), version=1)
    for number, expert in enumerate(experts, 1):
        one.versions.create(number=number, sent_at=timezone.now(), sent_by="Кто")
        one.remarks.create(key=f"i{number}", text="Слово", who="Кто")
        one.reviews.create(expert=expert, version=1)
        day = today() + dt.timedelta(days=number)
        one.progress.create(day=today(), next_day=day, made_by="Кто", goals=[_GOAL], values=[_VALUE])
    found.programme = one


def _concerns(found: Filled, count: int) -> None:
    """About as many schools; about the first of them as much was decided."""
    cases = Case.objects.visible(found.user).filter(school__parent=found.region.municipalities[0]).order_by("pk")
    by_school = {case.school_id: case for case in cases.select_related("school__parent")}
    for case in list(by_school.values())[:count]:
        concerns.raise_concern(case, by=found.user, text="Слово")
    first = by_school[found.region.schools[0].pk]
    for _ in range(count):
        concerns.decide(first.concerns.get(), by=found.user, text="Слово")


def _meetings(found: Filled, count: int) -> None:
    """As many meetings; of the one to come last, as many members, questions and decisions."""
    at, by = found.region.authority, found.user
    members = [registry.Member(f"Член {number}") for number in range(count)]
    body = registry.create_body(by=by, organisation=at, name="Слово", members=members)
    said = {"title": "Слово", "starts": dt.time(14), "minutes": 60, "place": "", "link": "", "confidential": False}
    agenda = [("Слово", "")] * count
    made = [meetings.plan(body, by=by, day=today() + dt.timedelta(n), agenda=agenda, **said) for n in range(count)]
    for _ in range(count):
        minutes.add_decision(made[-1], by=by, text="Слово", due=today(), responsible=found.region.schools)


def _results(found: Filled, count: int) -> None:
    for number in range(count):
        at = found.region.authority
        found.loading = Loading.objects.create(territory=at, title=f"Слово {number}", loaded_by=found.user.label)
        key = {"year": 2020, "procedure": "vpr", "subject": "mat", "grade": 5, "state": "current"}
        Part.objects.create(loading=found.loading, territory=at, **key, accepted_at=timezone.now())
        limits = {"last_2": 1, "last_3": 2, "last_4": 3, "subject": f"s{number}"}
        Scale.objects.create(territory=at, year=2020, grade=5, made_by="Кто", **limits)
    school = found.region.schools[0]
    for number in range(count):
        found.loading.files.create(file_name=f"{number}.csv", file_size=1, sha256="0" * 64)
        found.loading.matches.create(key=f"?{number}", said="Слово", organisation=school, state="proposed")
        found.loading.set_aside.create(file="a.csv", reason="Слово")
    Loading.objects.filter(pk=found.loading.pk).update(state="asking")
    _identified(found, count)


def _identified(found: Filled, count: int) -> None:
    """As many works, runs, drafts, objections and leavings as are asked for, and a school for each."""
    schools = list(found.region.municipalities[0].children.filter(kind="school"))
    areas = list(found.region.authority.children.filter(kind="municipal_authority"))
    looked([found.region.authority, *areas], schools, 2021)
    told = {"pupils": 100, "settlement": None, "figures": {}}
    for number in range(count):
        upload = ContextUpload.objects.create(
            territory=found.region.authority, year=2021, file_name=f"{number}.csv", loaded_by="Кто", new=count
        )
        tried(found.region, years=(2025,))
        declared(found.region, version=str(number), in_use=not number)
        marks = dict.fromkeys(schools, (2, 3, 4, 5))
        put(found.region.authority, (2021, "vpr", f"s{number}", 5), marks)
        SchoolContext.objects.create(organisation=schools[number], year=2021)
        for one in schools[:count]:
            upload.rows.create(organisation=one, after=told)
        found.run = finished(found.region, found.region.schools[:1])
        Verdict.objects.bulk_create(
            Verdict(run=found.run, organisation=school, flagged=True, reason="Слово")
            for school in schools
            if school not in found.region.schools
        )
        found.selection = deciding.compose(
            found.run, by=found.user, school_year=2021, title="Слово", category=Category.LOW_RESULTS
        )
        said = {"school": schools[number], "school_list": found.list}
        Objection.objects.create(**said, text="Слово", filed_by="Кто")
        Leaving.objects.create(**said, criteria="Слово", left_on=today(), decided_by="Кто")
    found.trial = tried(found.region, years=tuple(range(2026 - min(count, 10), 2026)))
    Verdict.objects.bulk_create(
        Verdict(run=run, organisation=school, flagged=bool(run.year % 2), reason="Слово")
        for run in found.trial.runs.all()
        for school in schools
        if school not in found.region.schools
    )


def _forms(found: Filled, count: int) -> None:
    """As many forms, and as many versions and fields of one."""
    for number in range(count):
        form_building.create(by=found.user, territory=found.region.authority, title=f"Слово {number}", kind="free")
    fields = [{"key": f"q{number}", "kind": "text", "title": "Слово"} for number in range(count)]
    definition = {"sections": [{"key": "a", "title": "Слово", "fields": fields}]}
    published = {"published_at": timezone.now(), "published_by": "Кто", "definition": definition}
    form = Form.objects.filter(territory=found.region.authority)[0]
    form.versions.all().delete()
    for number in range(count):
        form.versions.create(number=number + 1, **published)
    for number in range(count):
        made = {"place": found.region.authority, "territory": found.region.authority, "made_by": "Кто"}
        made |= {"version": form.versions.all()[0], "title": f"Слово {number}", "due": today(), "state": "sent"}
        found.campaign = Campaign.objects.create(**made, sent_at=timezone.now(), sent_by="Кто")
    for school in Organisation.objects.inside(found.region.authority).of_kind(OrganisationKind.SCHOOL):
        Submission.objects.create(campaign=found.campaign, organisation=school, state="draft")
    one = found.campaign.submissions.all()[0]
    for number in range(count):
        one.changes.create(revision=number, key=f"q{number}", new="Слово", who="Кто")


def _mentoring(found: Filled, count: int) -> None:
    """As many mentors; the first has as many pairs, one of them as many lines and contacts; a proposal as many rows."""
    year = today().year if today().month >= NEW_YEAR else today().year - 1
    proposal = Proposal.objects.create(territory=found.region.authority, school_year=year, state="ready", made_by="Кто")
    schools = list(found.region.municipalities[0].children.filter(kind="school"))
    for number in range(count):
        where = found.region.institute
        mentor = Mentor.objects.create(organisation=where, kind="tutor", name=f"Слово {number}")
        first = Mentor.objects.get(organisation=where, name="Слово 0")
        pair = Pair.objects.create(school=schools[number], mentor=first, school_year=year, made_by="Кто")
        proposal.rows.create(school=schools[number], mentor=mentor)
        Proposal.objects.create(territory=found.region.authority, school_year=year, state="ready", made_by="Кто")
        _visits(found, number, first, schools[number])
        for _ in range(count if number == count - 1 else 0):
            pair.plan.create(text="Слово", due=today())
            pair.contacts.create(kind="call", text="Слово", written_by="Кто")


def _teachers(found: Filled, count: int) -> None:
    """As many instruments, versions and diagnoses; one of these closed, sat by as many in every area."""
    at, said = found.region.authority, {"subject": "mat", "kind": "method", "made_by": "Кто"}
    for number in range(count):
        instrument = Instrument.objects.create(territory=at, title=f"Слово {number}", **said)
        out = {"published_at": timezone.now(), "published_by": "Кто"}
        version = InstrumentVersion.objects.create(instrument=instrument, number=1, **out)
        days = {"opens": today(), "closes": today(), "state": "closed", "made_by": "Кто"}
        Diagnosis.objects.create(version=version, territory=at, place=at, title=f"Слово {number}", post="а", **days)
    people = Person.objects.bulk_create(Person(last_name=f"Слово{number}") for number in range(5 * count))
    schools = Organisation.objects.of_kind(OrganisationKind.SCHOOL).inside(at)
    done = {"diagnosis": found.diagnosis(), "state": "done", "done_at": timezone.now()}
    for number, person in enumerate(people):
        one = Sitting.objects.create(person=person, organisation=schools[number % count % len(schools)], **done)
        Score.objects.create(sitting=one, scale="s1", title="Слово", points=1, most=2, tasks=2, deficit=False)


def _visits(found: Filled, number: int, mentor: Mentor, school: Organisation) -> None:
    """One more visit and season; the first of each has as much in it as there are."""
    days = {"first": today(), "last": today()}
    Season.objects.create(territory=found.region.authority, state="ready", made_by="Кто", **days)
    season = Season.objects.filter(territory=found.region.authority).order_by("pk")[0]
    season.wishes.create(school=school, subject="mat", methodist=mentor, day=today())
    Visit.objects.create(school=school, day=today(), made_by="Кто").team.create(mentor=mentor)
    visit = Visit.objects.filter(school__parent__parent=found.region.authority).order_by("pk")[0]
    visit.notes.create(kind="lesson", subject="mat", about="Слово", written_by="Кто")
    visit.advice.create(text="Слово", due=today())
    if number:
        visit.team.create(mentor=Mentor.objects.get(organisation=found.region.institute, name=f"Слово {number}"))


def _notices(found: Filled, count: int) -> None:
    for number in range(count):
        text, kind = f"Слово {number}", NoticeKind.DECISION
        notify([found.user], kind=kind, text=text, url="/", on=found.user, key=f"{count}:{number}")
        Mail.objects.create(user=factories.user(), next_at=timezone.now())
    Mail.objects.update(user=found.user)


def _papers(found: Filled, count: int) -> None:
    """Letters, drafts, and a draft with many versions, visas and findings."""
    at, by = found.region.authority, found.user

    def start(title: str) -> Draft:
        file = ContentFile(b"text", name="a.txt")
        return drafts.start_draft(by=by, organisation=at, kind="order", title=title, file=file, name="a.txt")

    for number in range(count):
        kind, title = LetterKind.SUMMARY, f"Слово {number}"
        letters.write(by=by, organisation=at, kind=kind, title=title, content={}, addressee=found.region.schools[0])
        start(title)
    found.project = start("Слово")
    drafts.send_to_visas(found.project, by=by, asked=[drafts.Asked(1, at, by) for _ in range(count)])
    version = found.project.versions.get()
    finding = {"code": "x", "severity": "warning", "message": "Слово", "source": {"line": 1}}
    version.findings = [{**finding, "key": str(number)} for number in range(count)]
    version.save()


def _documents(found: Filled, count: int) -> None:
    at, by = found.region.authority, found.user
    for number in range(count):
        document = Document.objects.create(
            organisation=at,
            title=f"Слово {number}",
            state=DocumentState.APPROVED,
            approved_at=timezone.now(),
            approved_by=by,
            date=today(),
        )
        last = number == count - 1
        rows = [(f"Слово {n}", at.name if n % 2 else "МОУО") for n in range(count if last else 1)]
        building.build(document, decree(f"План {number}", *rows), by)
    found.document = document
    for roadmap in RoadMap.objects.filter(organisation=at).select_related("organisation", "document").order_by("pk"):
        sending.send(roadmap, by=by)
        found.roadmap = roadmap
    reported = Assignment.objects.filter(executor=found.region.municipalities[0], roadmap__organisation=at)
    for one in reported.select_related("executor", "activity", "roadmap__organisation"):
        working.submit(one, by=by, text="Сделано")
    _papers(found, count)
    _control(found, count)
    found.draft = documents.create_by_hand(by=by, organisation=at, kind="plan", title="План")
    for number in range(count):
        fields = {"number": str(number), "text": f"Пункт {number}"}
        documents.add_fact(found.draft, by=by, kind=FactKind.CLAUSE, fields=fields)


def _control(found: Filled, count: int) -> None:
    """More time asked for every open work of the authority; one of them spoken about."""
    rows = Assignment.objects.filter(executor=found.region.authority).order_by("pk")
    for one in rows.select_related("executor", "controller", "activity", "roadmap__organisation"):
        later = (one.due or today()) + dt.timedelta(days=30)
        working.ask(one, by=found.user, due=later, reason="Слово")
        found.asked = one  # the last one, of the last road map
    _full(found, count)


def _full(found: Filled, count: int) -> None:
    """Everything stands around it; others report jointly with it."""
    one, by = found.asked, found.user
    for executor in Organisation.objects.exclude(pk=one.executor_id)[:count]:
        work = {name: getattr(one, name) for name in ("roadmap", "activity", "window", "controller", "due")}
        Assignment.objects.create(executor=executor, lead=one, **work)
    draft = working.save_draft(one, by=by, text="Слово", figures=[])
    below = RoadMap.objects.filter(organisation=one.executor).exclude(pk=one.roadmap_id).first()
    Activity.objects.filter(roadmap=below).update(origin=one.activity)
    Delegation.objects.create(assignment=one, assignee_name="Слово", giver="Слово")
    for number in range(count):
        working.comment(one, by=by, text=f"Слово {number}")
        said = {"text": f"Слово {number}", "author": "Слово"}
        Revision.objects.create(report=draft, saved_at=timezone.now(), **said)
        Evidence.objects.create(report=draft, name=f"Слово {number}", link="https://example.org/")
        done = {"submitted_at": timezone.now(), "submitted_by": "Слово", "decided_at": timezone.now()}
        Report.objects.create(assignment=one, state="returned", comment="Слово", decided_by="Слово", **done, **said)


def cost(client: Client, url: str) -> int:
    client.get(url)  # the opening of what is confidential is journalled once
    with CaptureQueriesContext(connection) as queries:
        assert client.get(f"{url}{'&' if '?' in url else '?'}size=50").status_code == 200, url
    return len(queries)


def costs(found: Filled) -> dict[str, int]:
    client = Client()
    client.force_login(found.user)
    return {name: cost(client, url) for name, url in found.pages().items()}


def test_no_page_asks_more_for_more_rows() -> None:
    few, many = costs(filled(FEW)), costs(filled(MANY))
    assert few == many
    assert many == COSTS


def test_pages_ask_little() -> None:
    assert not {name: count for name, count in COSTS.items() if count > AT_MOST}
