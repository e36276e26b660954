"""Programmes of the demo by the step of their case: drafts, sent, approved with experts asked, agreed ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from django.utils import timezone

from opora.access.models import User
from opora.core.clock import today
from opora.journal.actions import record
from opora.support.actions.programmes import order_measures
from opora.support.actions.reviewing import CRITERIA
from opora.support.gathering import sources
from opora.support.models import (
    Case,
    Programme,
    ProgrammeRemark,
    ProgrammeState,
    ProgrammeVersion,
    Review,
    RiskScore,
    StepDone,
)
from opora.support.programmes import Content, Indicator, draft, shelf, to_json

_CHUNK = 500
_ORDERED = 3  # agreed programmes whose measures are work already; of the others the region is asked
_DRAFTED, _APPROVED, _AGREED = 4, 5, 6  # orders of the steps «подготовлена», «утверждена», «согласована»
MADE = dt.timedelta(days=20)  # ago
TERMS = (6, 2, -3)  # days that experts have; the last is over
REMARK = "Уточните, кто из учителей отвечает и как проверим, что это дало результат."


def build_programmes(coordinator: User, deputy: User) -> None:
    """Of cases whose factors are chosen; every third that stands at the draft has none yet."""
    cases = list(Case.objects.filter(risks__chosen_at__isnull=False).select_related("school", "step").order_by("pk"))
    for at in range(0, len(cases), _CHUNK):
        _some(cases[at : at + _CHUNK], coordinator, deputy)
    for one in Programme.objects.filter(state=ProgrammeState.AGREED).order_by("pk")[:_ORDERED]:
        order_measures(one, by=coordinator)
    if cases:
        place = coordinator.memberships.select_related("organisation")[0].organisation
        text = f"перенёс(ла) программы школ, составленные раньше: {Programme.objects.count()}"
        record("support.programmes_drafted", text, by=coordinator, on=place, path=place.path, confidential=True)


def _some(cases: list[Case], coordinator: User, deputy: User) -> None:
    chosen: dict[int, dict[str, float | None]] = {}
    rows = RiskScore.objects.filter(profile__case__in=cases, chosen=True).order_by("pk")
    for key, factor, value in rows.values_list("profile__case", "factor", "value"):
        chosen.setdefault(key, {})[factor] = value
    known, made = sources([case.school for case in cases]), []
    done = _done(cases)
    for number, case in enumerate(cases):
        state = _state(case, number)
        if state is not None and case.pk in chosen:
            content = draft(chosen[case.pk], known[case.school_id], case.school_year, today() - MADE)
            whole = content if state == ProgrammeState.DRAFT else _completed(content)
            made.append(_programme(case, state, whole, coordinator, done))
    Programme.objects.bulk_create(made, batch_size=_CHUNK)
    sent = [one for one in made if one.version]
    versions = ProgrammeVersion.objects.bulk_create([_version(one) for one in sent], batch_size=_CHUNK)
    _point(made, versions, done)
    ProgrammeRemark.objects.bulk_create(
        ProgrammeRemark(programme=one, key=one.read.goals[0].measures[0].key, text=REMARK, who=coordinator.label)
        for one in made
        if one.state == ProgrammeState.RETURNED
    )
    _reviews([one for one in sent if one.approved_at], coordinator, deputy)


def _state(case: Case, number: int) -> ProgrammeState | None:
    order = case.step.order if case.step else _AGREED + 1
    if order < _DRAFTED:
        return None
    if order == _DRAFTED:
        return (ProgrammeState.RETURNED, ProgrammeState.DRAFT, None)[number % 3]
    return {_APPROVED: ProgrammeState.SENT, _AGREED: ProgrammeState.APPROVED}.get(order, ProgrammeState.AGREED)


Done = Mapping[tuple[int, int], StepDone]  # by the case and the order of the step


def _done(cases: list[Case]) -> Done:
    rows = StepDone.objects.filter(case__in=cases, step__order__in=(_DRAFTED, _APPROVED, _AGREED))
    return {(one.case_id, one.step.order): one for one in rows.select_related("step")}


def _programme(case: Case, state: ProgrammeState, content: Content, coordinator: User, done: Done) -> Programme:
    """Sent, approved and agreed on the days and by the papers of its steps."""
    now, who = timezone.now(), coordinator.label
    made = Programme(case=case, state=state, content=to_json(content), made_by=who)
    if state != ProgrammeState.DRAFT:
        sent = done.get((case.pk, _DRAFTED))
        made.version, made.sent_at, made.sent_by = (
            1,
            sent.done_at if sent else now - MADE,
            sent.done_by if sent else who,
        )
    if state == ProgrammeState.RETURNED:
        made.reason = "Не сказано, как проверим результат первой цели: см. замечание к мероприятию."
    if state in (ProgrammeState.APPROVED, ProgrammeState.AGREED):
        approved = done[case.pk, _APPROVED]
        made.approved_at, made.approved_by = approved.done_at, approved.done_by
        made.approved_document = approved.document_text
        made.review_due = today() + dt.timedelta(days=TERMS[case.pk // 9 % len(TERMS)])
    if state == ProgrammeState.AGREED:
        made.state = ProgrammeState.APPROVED  # until its version stands, see `_point`
        agreed = done[case.pk, _AGREED]
        made.agreed_at, made.agreed_by, made.agreed_document = agreed.done_at, agreed.done_by, agreed.document_text
        made.progress_due = today() + dt.timedelta(weeks=case.pk % 6 - 1)
    return made


def _version(one: Programme) -> ProgrammeVersion:
    at, who = one.sent_at or timezone.now(), one.sent_by or ""
    names = ("approved_at", "approved_by", "approved_document", "agreed_at", "agreed_by", "agreed_document")
    decided = {name: getattr(one, name) for name in names}
    return ProgrammeVersion(programme=one, number=1, content=one.content, sent_at=at, sent_by=who, **decided)


def _point(made: list[Programme], versions: list[ProgrammeVersion], done: Done) -> None:
    """Agreed programmes are in force by their version, and their steps point to it."""
    of = {one.programme_id: one for one in versions}
    steps = []
    for one in made:
        if one.agreed_at:
            one.standing, one.state = of[one.pk], ProgrammeState.AGREED
        for order, code in ((_DRAFTED, "version"), (_APPROVED, "approval"), (_AGREED, "agreement_of_group")):
            step = done.get((one.case_id, order))
            if step and one.version:
                step.paper = f"{code}:1"
                steps.append(step)
    Programme.objects.bulk_update(made, ["standing", "state"], batch_size=_CHUNK)
    StepDone.objects.bulk_update(steps, ["paper"], batch_size=_CHUNK)


def _completed(content: Content) -> Content:
    """With figures where nobody knows them, so that the programme can be sent."""
    for goal in content.goals:
        if goal.baseline is None:
            content = content.put(replace(goal, baseline=60.0, target=40.0))
        changes = {one["title"]: one.get("change", 20) for one in shelf(goal.factor).indicators}
        for one in goal.indicators:
            if one.baseline is None or one.target is None or one.baseline == one.target:
                content = content.put(_figured(one, changes.get(one.title, 20)))
    return content


def _figured(one: Indicator, change: float) -> Indicator:
    start = 40.0 if change > 0 else max(15.0, -change + 5)
    return replace(one, baseline=start, target=start + change)


def _reviews(programmes: list[Programme], coordinator: User, deputy: User) -> None:
    """Of those still to be agreed some have one answer, some none; an agreed one has both."""
    made = []
    for number, one in enumerate(programmes):
        for place, expert in enumerate((coordinator, deputy)):
            given = one.state == ProgrammeState.AGREED or (place == 1 and number % 2 == 0)
            made.append(
                Review(
                    programme=one,
                    expert=expert,
                    version=1,
                    scores={code: 2 + (number + place + at) % 2 for at, code in enumerate(CRITERIA)} if given else {},
                    comment="Цели измеримы; сроки второй цели стоит уточнить." if given else "",
                    given_at=(one.agreed_at or timezone.now()) - dt.timedelta(days=1) if given else None,
                )
            )
    Review.objects.bulk_create(made, batch_size=_CHUNK)
