"""A region in which everything that pages show is there a number of times."""

from __future__ import annotations

import datetime as dt

from django.core.files.base import ContentFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from opora.access.actions import invite
from opora.access.models import Membership
from opora.access.roles import RoleCode
from opora.assessments.actions import deciding
from opora.assessments.models import (
    ContextUpload,
    Leaving,
    Loading,
    Objection,
    Part,
    Scale,
    SchoolContext,
    Verdict,
)
from opora.collection.actions import building as form_building
from opora.collection.models import Campaign, Form, Questionnaire, Response, Submission, WorkbookUpload
from opora.core.clock import today
from opora.development.models import (
    Diagnosis,
    Help,
    Instrument,
    InstrumentVersion,
    Score,
    Sitting,
    Study,
    Undertaking,
)
from opora.documents import actions as documents
from opora.documents.actions import drafts, letters
from opora.documents.models import Document, DocumentState, Draft, FactKind, LetterKind
from opora.journal.actions import record
from opora.lists import actions as lists
from opora.lists.models import Category
from opora.lists.queries import period
from opora.notices.actions import notify
from opora.notices.models import Mail, NoticeKind
from opora.registry import actions as registry
from opora.registry.models import Person
from opora.registry.models.organisations import Organisation, OrganisationKind
from opora.roadmaps.actions import building, sending, working
from opora.roadmaps.models import Activity, Assignment, Delegation, Evidence, Report, Revision, RoadMap
from tests import factories
from tests.assessments.looked import looked
from tests.assessments.results import put
from tests.assessments.runs import declared, finished, tried
from tests.site.filled.events import fill_events
from tests.site.filled.handed import fill_handed
from tests.site.filled.region import Filled
from tests.site.filled.support import fill_concerns, fill_meetings, fill_mentoring, fill_orders, fill_programmes
from tests.site.world import decree

__all__ = ["Filled", "filled"]


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
    fill_concerns(found, count)
    fill_meetings(found, count)
    fill_events(found, count)
    _known_to_the_planner()
    _documents(found, count)
    _notices(found, count)
    _forms(found, count)
    _asked_by_form(found)
    fill_mentoring(found, count)
    fill_orders(found)
    _teachers(found, count)
    members = [registry.Member(f"Член {number}") for number in range(count)]
    body = registry.create_body(by=user, organisation=municipality, name=f"Слово {count}", members=members)
    found.body = reverse("registry:body", args=[body.public_id])
    return found


def _known_to_the_planner() -> None:
    """PostgreSQL learns by itself how many rows there are, but not of those in a transaction that is open still."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _lists(found: Filled, count: int) -> None:
    territory, schools = found.region.authority, found.region.municipalities[0].children.filter(kind="school")
    now, _ = period(today())
    for year in range(now + count - 1, now - 1, -1):
        found.list = lists.create_list(by=found.user, territory=territory, school_year=year, title=f"Слово {year}")
        for school in schools if year == now else schools[:1]:
            lists.add_school(found.list, by=found.user, organisation=school)
        found.list = lists.approve(found.list, by=found.user)
    fill_programmes(found, count)


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
        filled = Submission.objects.create(campaign=found.campaign, organisation=school, state="draft")
        WorkbookUpload.objects.get_or_create(actor_id=found.user.actor_id)[0].files.create(submission=filled)
        asked = Questionnaire.objects.create(campaign=found.campaign, organisation=school)
        said = [Response(questionnaire=asked, answers={"q0": "Слово"}, day=today(), sheet=f"{n}") for n in range(count)]
        Response.objects.bulk_create(said)
    one = found.campaign.submissions.all()[0]
    for number in range(count):
        one.changes.create(revision=number, key=f"q{number}", new="Слово", who="Кто")


def _asked_by_form(found: Filled) -> None:
    """The assignment that others report jointly with is confidential, and asks for a form."""
    found.campaign.activity = found.asked.activity
    found.campaign.save()
    Submission.objects.create(campaign=found.campaign, organisation=found.asked.executor)
    RoadMap.objects.filter(pk=found.asked.roadmap_id).update(confidential=True)
    Assignment.objects.filter(pk=found.asked.pk).update(via_list=True)


def _teachers(found: Filled, count: int) -> None:
    """As many instruments, versions and diagnoses; one of these closed, sat by as many in every area."""
    at, said = found.region.authority, {"subject": "mat", "kind": "method", "made_by": "Кто"}
    for number in range(count):
        instrument = Instrument.objects.create(territory=at, title=f"Слово {number}", **said)
        out = {"published_at": timezone.now(), "published_by": "Кто"}
        version = InstrumentVersion.objects.create(instrument=instrument, number=1, **out)
        Help.objects.create(territory=at, title=f"Слово {number}", kind="course", deficit="Слово", provider="Кто")
        days = {"opens": today(), "closes": today(), "state": "closed", "made_by": "Кто"}
        Diagnosis.objects.create(version=version, territory=at, place=at, title=f"Слово {number}", post="а", **days)
        what = {"kind": "vpr", "subject": "mat", "grades": [5], **days}
        study = Study.objects.create(instrument=version, territory=at, place=at, title=f"Слово {number}", **what)
        for school in Organisation.objects.of_kind(OrganisationKind.SCHOOL).inside(at) if not number else ():
            study.schools.create(school=school)
    people = Person.objects.bulk_create(Person(last_name=f"Слово{number}") for number in range(5 * count))
    schools = Organisation.objects.of_kind(OrganisationKind.SCHOOL).inside(at)
    going = Diagnosis.objects.create(
        version=version, territory=at, place=at, title="Идёт", post="а", **{**days, "state": "open"}
    )
    Sitting.objects.bulk_create(Sitting(person=one, organisation=schools[0], diagnosis=going) for one in people)
    done = {"diagnosis": found.diagnosis(), "state": "done", "done_at": timezone.now()}
    for number, person in enumerate(people):
        one = Sitting.objects.create(person=person, organisation=schools[number % count % len(schools)], **done)
        Score.objects.create(sitting=one, scale="s1", title="Слово", points=1, most=2, tasks=2, deficit=False)
        Undertaking.objects.create(sitting=one, deficit="Слово", title="Слово", due=today())


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
    for number in range(1, count + 1):
        document.facts.create(kind=FactKind.FORM, data={"activity": str(number), "columns": ["Слово", "Слово"]})
    found.document = document
    for roadmap in RoadMap.objects.filter(organisation=at).select_related("organisation", "document").order_by("pk"):
        sending.send(roadmap, by=by)
        found.roadmap = roadmap
    reported = Assignment.objects.filter(executor=found.region.municipalities[0], roadmap__organisation=at)
    for one in reported.select_related("executor", "activity", "roadmap__organisation"):
        working.submit(one, by=by, text="Сделано")
    _papers(found, count)
    _control(found, count)
    fill_handed(found, count)
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
