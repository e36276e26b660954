"""The work of the demo: documents read, approved and sent out; reports in all states around today."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from opora.access.models import User
from opora.core.clock import today
from opora.core.tasks.running import run_job
from opora.documents import actions
from opora.documents.models import Document
from opora.journal.actions import record
from opora.registry.models import Organisation
from opora.roadmaps.actions import sending, working
from opora.roadmaps.models import Assignment, AssignmentState, Report, ReportState, RoadMap, Window
from opora.site.demo.documents import moved, years_between
from opora.site.demo.region import Region

S = AssignmentState
TEXTS = (
    "Работа выполнена в срок, итоги обсуждены на совещании.",
    "Проведено, материалы размещены на сайте, замечаний нет.",
    "Выполнено полностью. Протокол и лист регистрации прилагаем.",
    "Выполнено. Подготовлены рекомендации, ознакомлены все участники.",
    "Сделано, охвачены все педагоги, которым это было нужно.",
)
REMARKS = (
    "Приложите протокол: из отчёта не видно, кто участвовал.",
    "Укажите даты и число участников.",
    "Не хватает анализа: какие выводы сделаны и что изменится.",
)


def build_work(region: Region, coordinator: User, assignments: int, rng: random.Random) -> None:
    """Five documents: three sent out, one prepared, one waiting for its check; then archives up to `assignments`."""
    day = today()
    school_year = day.year if day.month >= 8 else day.year - 1
    shift = years_between(school_year)
    municipal = User.objects.get(username="municipality")
    plan = (
        ("directive.docx", region.authority, coordinator, "send"),
        ("order.docx", region.municipalities[0], municipal, "send"),
        ("protocol.docx", region.authority, coordinator, "send"),
        ("letter.docx", region.authority, coordinator, "approve"),
        ("plan.docx", region.authority, coordinator, "review"),
    )
    for name, place, user, until in plan:
        document = _read(name, shift, place, user)
        if until != "review":
            actions.approve(document, by=user)
        if until == "send":
            _send(document, user)
    _report(rng, day)
    _by_hand(region, rng)
    _archives(region, coordinator, assignments, school_year, rng)


def _read(name: str, shift: int, place: Organisation, user: User) -> Document:
    file = ContentFile(moved(name, shift), name=name)
    document = actions.upload(by=user, organisation=place, file=file, name=_NAMES[name])
    run_job.call(document.job_id)
    document.refresh_from_db()
    return document


_NAMES = {
    "directive.docx": "Распоряжение о поддержке школ.docx",
    "order.docx": "Приказ о наставниках.docx",
    "protocol.docx": "Протокол рабочей группы.docx",
    "letter.docx": "Письмо о проверочных работах.docx",
    "plan.docx": "План на пять лет.docx",
}


def _send(document: Document, user: User) -> None:
    for roadmap in RoadMap.objects.filter(document=document).select_related("organisation", "document"):
        sending.send(roadmap, by=user)
        month_ago = today() - dt.timedelta(days=45)
        RoadMap.objects.filter(pk=roadmap.pk).update(sent_on=min(document.date or month_ago, today()))


def _report(rng: random.Random, day: dt.date) -> None:
    """States as two months of work leave them: most of what is due is done, some is late, some came back."""
    rows = list(
        Assignment.objects.filter(state=S.SENT).select_related("executor", "controller", "roadmap").order_by("pk")
    )
    for one in rows:
        one.state = _state(one, day, rng)
    _store(rows, rng, day)


def _state(one: Assignment, day: dt.date, rng: random.Random) -> str:
    luck = rng.random()
    if one.due is None:
        return S.IN_PROGRESS if luck < 0.4 else S.SENT
    left = (one.due - day).days
    if left < 0:
        cuts = ((0.80, S.ACCEPTED), (0.86, S.REPORTED), (0.90, S.RETURNED), (0.96, S.IN_PROGRESS))
    elif left < 21:
        cuts = ((0.15, S.ACCEPTED), (0.30, S.REPORTED), (0.33, S.RETURNED), (0.70, S.IN_PROGRESS))
    else:
        cuts = ((0.0, S.ACCEPTED), (0.02, S.REPORTED), (0.02, S.RETURNED), (0.25, S.IN_PROGRESS))
    return next((state for limit, state in cuts if luck < limit), S.SENT)


def _store(rows: list[Assignment], rng: random.Random, day: dt.date) -> None:
    """Assignments with their reports, in bulk; one journal row tells of them."""
    heads = _heads({row.executor_id for row in rows} | {row.controller_id for row in rows})
    reports = []
    for one in rows:
        if one.state in (S.SENT, S.IN_PROGRESS):
            continue
        due = one.due or day
        at = min(due, day) - dt.timedelta(days=rng.randrange(1, 12))
        one.reported_at, one.reported_by = _moment(at, rng), heads.get(one.executor_id, one.executor.short_name)
        report = Report(
            assignment=one,
            text=rng.choice(TEXTS),
            figures=[["Охвачено педагогов", str(rng.randrange(4, 60))]] if rng.random() < 0.3 else [],
            author=one.reported_by,
            submitted_at=one.reported_at,
            submitted_by=one.reported_by,
            state=ReportState.SUBMITTED,
        )
        if one.state in (S.ACCEPTED, S.RETURNED):
            one.decided_at = min(_moment(at + dt.timedelta(days=rng.randrange(1, 4)), rng), timezone.now())
            one.decided_by = heads.get(one.controller_id, one.controller.short_name)
            one.remark = rng.choice(REMARKS) if one.state == S.RETURNED else ""
            report.state = ReportState.ACCEPTED if one.state == S.ACCEPTED else ReportState.RETURNED
            report.decided_at, report.decided_by, report.comment = one.decided_at, one.decided_by, one.remark
        reports.append(report)
    fields = ["state", "reported_at", "reported_by", "decided_at", "decided_by", "remark"]
    with transaction.atomic():
        Assignment.objects.bulk_update(rows, fields, batch_size=300)
        Report.objects.bulk_create(reports, batch_size=500)


def _heads(organisations: Iterable[int]) -> dict[int, str]:
    """Who speaks for each organisation, as labels; one query."""
    from opora.access.models import Membership

    rows = Membership.objects.filter(organisation__in=list(organisations)).select_related(
        "user__person", "organisation"
    )
    found: dict[int, str] = {}
    for row in rows.order_by("pk"):
        label = f"{row.user} ({row.get_role_display()}, {row.organisation.short_name})"
        found.setdefault(row.organisation_id, label[:300])
    return found


def _moment(day: dt.date, rng: random.Random) -> dt.datetime:
    naive = dt.datetime.combine(day, dt.time(rng.randrange(9, 18), rng.randrange(60)))
    return timezone.make_aware(naive)


def _by_hand(region: Region, rng: random.Random) -> None:
    """A few reports made and decided like people do, so that the journal tells of them."""
    school = User.objects.get(username="school")
    municipal = User.objects.get(username="municipality")
    rows = Assignment.objects.filter(executor=region.schools[0], state__in=[S.SENT, S.IN_PROGRESS], via_list=True)
    for number, one in enumerate(rows.select_related("activity", "executor", "controller", "roadmap")[:3]):
        working.submit(one, by=school, text=rng.choice(TEXTS))
        if number == 0:
            working.accept(one, by=municipal)
        elif number == 1:
            working.give_back(one, by=municipal, comment=rng.choice(REMARKS))


def _archives(region: Region, coordinator: User, assignments: int, school_year: int, rng: random.Random) -> None:
    """Closed road maps of earlier years, until there are at least `assignments`."""
    year = school_year - 1
    while Assignment.objects.count() < assignments and year > school_year - 20:
        document = _read("directive.docx", years_between(year), region.authority, coordinator)
        actions.approve(document, by=coordinator)
        for roadmap in RoadMap.objects.filter(document=document).select_related("organisation", "document"):
            Window.objects.filter(activity__roadmap=roadmap, due__gt=dt.date(year + 1, 7, 31)).delete()
            sending.send(roadmap, by=coordinator)
            rows = list(Assignment.objects.filter(roadmap=roadmap).select_related("executor", "controller"))
            for one in rows:
                one.state = S.ACCEPTED
            _store(rows, rng, dt.date(year + 1, 7, 31))
            RoadMap.objects.filter(pk=roadmap.pk).update(state="closed", sent_on=document.date)
            record(
                "roadmaps.closed",
                f"завершил(а) дорожную карту «{roadmap.title[:120]}»",
                by=coordinator,
                on=roadmap,
                path=roadmap.organisation.path,
            )
        year -= 1
