"""Where the events of a case come from: the rows that say so, and the journal of the system for what leaves no row."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Concat

from opora.assessments.models import Leaving, Objection
from opora.collection.models import Submission
from opora.core.actor import Actor
from opora.journal.models import Entry
from opora.roadmaps.models import Report
from opora.support.models import (
    Case,
    CaseState,
    Concern,
    ConcernStep,
    Contact,
    Pair,
    PlanLine,
    Programme,
    ProgrammeRemark,
    ProgrammeVersion,
    ProgressReview,
    Review,
    RiskProfile,
    StepDone,
    Visit,
)
from opora.support.models.concerns import ConcernEvent
from opora.support.models.visits import Advice, VisitState
from opora.support.queries.lines import TEXT, Part, account, joined


def _of_case(model: Any, path: str = "case") -> Any:
    return lambda case, user: model.objects.visible(user).filter(**{path: case})


def _of_school(model: Any, path: str = "school", **more: Any) -> Any:
    return lambda case, user: model.objects.visible(user).filter(**{path: case.school_id}, **more)


def _pairs(model: Any, path: str) -> Any:
    def rows(case: Case, user: Actor) -> QuerySet[Any]:
        of = {f"{path}school": case.school_id, f"{path}school_year": case.school_year}
        found: QuerySet[Any] = model.objects.visible(user).filter(**of)
        return found

    return rows


def _done(rows: Any, field: str) -> Any:
    """Those rows whose moment has come."""
    return lambda case, user: rows(case, user).filter(**{f"{field}__isnull": False})


def _concern_events(kind: str) -> Any:
    def rows(case: Case, user: Actor) -> QuerySet[ConcernEvent]:
        seen = Concern.objects.visible(user).filter(case=case)
        return ConcernEvent.objects.filter(concern__in=seen.values("pk"), kind=kind)

    return rows


def _written(code: str) -> Any:
    """Entries of the journal about the programme of a case, which the person sees."""

    def rows(case: Case, user: Actor) -> QuerySet[Entry]:
        mine = Programme.objects.visible(user).filter(case=case)
        return Entry.objects.filter(code=code, object_id__in=mine.values("public_id"))

    return rows


def _reports(field: str, **more: Any) -> Any:
    def rows(case: Case, user: Actor) -> QuerySet[Report]:
        told = Q(assignment__via_list=True) | Q(assignment__roadmap__confidential=True)
        found = Report.objects.visible(user).filter(told, assignment__executor=case.school_id)
        return found.filter(**{f"{field}__isnull": False}, **more)

    return rows


_MENTOR = joined("mentor__name", "mentor__organisation__short_name")
_OTHER = joined("pair__mentor__name", "pair__mentor__organisation__short_name")
_WORK: dict[str, Any] = {"address": "roadmaps:assignment", "ref": "assignment__public_id"}
_PAIR: dict[str, Any] = {"address": "support:pair", "ref": "pair__public_id"}
_VISIT: dict[str, Any] = {"address": "support:visit", "ref": "public_id"}
_CONCERN: dict[str, Any] = {"address": "support:concern", "ref": "concern__public_id"}
_PROGRAMME: dict[str, Any] = {"address": "support:programme"}
_WRITTEN: dict[str, Any] = {"at": "at", "who": "actor", **_PROGRAMME}

PARTS: dict[str, list[Part]] = {
    "steps": [
        Part(
            "done",
            "Выполнен шаг",
            _of_case(StepDone),
            at="done_at",
            who="done_by",
            text="step__title",
            detail=joined("document_text", "comment", between="\n"),
        ),
        Part(
            "undone",
            "Отменён шаг",
            _done(_of_case(StepDone), "undone_at"),
            at="undone_at",
            who="undone_by",
            text="step__title",
            detail="undone_reason",
        ),
        Part(
            "closed",
            "Дело закрыто",
            lambda case, user: Case.objects.visible(user).filter(
                pk=case.pk, closed_at__isnull=False, state__in=[CaseState.LEFT, CaseState.STOPPED]
            ),
            at="closed_at",
            detail="reason",
        ),
    ],
    "programme": [
        Part(
            "drafted",
            "Составлен проект программы",
            _written("support.programme_drafted"),
            **_WRITTEN,
        ),
        Part(
            "sent",
            "Программа отправлена на утверждение",
            _of_case(ProgrammeVersion, "programme__case"),
            at="sent_at",
            who="sent_by",
            text=Concat(Value("версия "), F("number"), output_field=TEXT),
            **_PROGRAMME,
        ),
        Part(
            "returned",
            "Программа возвращена",
            _written("support.programme_returned"),
            detail=KT("data__reason"),
            **_WRITTEN,
        ),
        Part("withdrawn", "Школа отозвала программу", _written("support.programme_withdrawn"), **_WRITTEN),
        Part(
            "unapproved",
            "Утверждение программы отозвано",
            _written("support.programme_unapproved"),
            detail=KT("data__document"),
            **_WRITTEN,
        ),
        Part(
            "approved",
            "Программа утверждена муниципалитетом",
            _done(_of_case(ProgrammeVersion, "programme__case"), "approved_at"),
            at="approved_at",
            who="approved_by",
            detail="approved_document",
            **_PROGRAMME,
        ),
        Part(
            "reviewed",
            "Дана экспертиза программы",
            _done(_of_case(Review, "programme__case"), "given_at"),
            at="given_at",
            who=account("expert__"),
            detail="comment",
            **_PROGRAMME,
        ),
        Part(
            "agreed",
            "Программа согласована региональной группой",
            _done(_of_case(ProgrammeVersion, "programme__case"), "agreed_at"),
            at="agreed_at",
            who="agreed_by",
            detail="agreed_document",
            **_PROGRAMME,
        ),
        Part(
            "remarked",
            "Замечание к программе",
            _of_case(ProgrammeRemark, "programme__case"),
            at="created_at",
            who="who",
            detail="text",
            **_PROGRAMME,
        ),
        Part(
            "settled",
            "Замечание к программе учтено",
            _done(_of_case(ProgrammeRemark, "programme__case"), "settled_at"),
            at="settled_at",
            who="settled_by",
            detail="text",
            **_PROGRAMME,
        ),
    ],
    "risks": [
        Part(
            "chosen",
            "Выбраны факторы риска",
            _done(_of_case(RiskProfile), "chosen_at"),
            at="chosen_at",
            who="chosen_by",
            address="support:risks",
        ),
    ],
    "progress": [
        Part(
            "progress",
            "Разобран ход программы",
            _of_case(ProgressReview, "programme__case"),
            day="day",
            who="made_by",
            address="support:progress",
        ),
    ],
    "pairs": [
        Part(
            "paired",
            "Назначен наставник",
            _pairs(Pair, ""),
            at="created_at",
            who="made_by",
            text=_MENTOR,
            detail="document_text",
            address="support:pair",
            ref="public_id",
        ),
        Part(
            "unpaired",
            "Пара прекращена",
            _done(_pairs(Pair, ""), "ended_at"),
            at="ended_at",
            who="ended_by",
            text=_MENTOR,
            detail="ended_reason",
            address="support:pair",
            ref="public_id",
        ),
        Part(
            "met",
            "Контакт с наставником",
            _pairs(Contact, "pair__"),
            day="on",
            who="written_by",
            text=_OTHER,
            detail="text",
            **_PAIR,
        ),
        Part(
            "planned",
            "Выполнено по совместному плану",
            _done(_pairs(PlanLine, "pair__"), "done_at"),
            at="done_at",
            who="done_by",
            text="text",
            **_PAIR,
        ),
    ],
    "visits": [
        Part("set", "Назначен визит", _of_school(Visit), at="created_at", who="made_by", **_VISIT),
        Part(
            "school_agreed",
            "Школа согласовала визит",
            _done(_of_school(Visit), "school_agreed_at"),
            at="school_agreed_at",
            who="school_agreed_by",
            **_VISIT,
        ),
        Part(
            "area_agreed",
            "Муниципалитет согласовал визит",
            _done(_of_school(Visit), "area_agreed_at"),
            at="area_agreed_at",
            who="area_agreed_by",
            **_VISIT,
        ),
        Part(
            "held",
            "Визит состоялся",
            _of_school(Visit, state=VisitState.HELD),
            day="day",
            detail="report",
            **_VISIT,
        ),
        Part(
            "advised",
            "Выполнена рекомендация визита",
            _done(_of_school(Advice, "visit__school"), "done_at"),
            at="done_at",
            who="done_by",
            text="text",
            address="support:visit",
            ref="visit__public_id",
        ),
    ],
    "concerns": [
        Part(
            f"concern_{kind.value}",
            kind.label,
            _concern_events(kind.value),
            at="at",
            who="who",
            detail=joined("text", "document_text", between="\n"),
            **_CONCERN,
        )
        for kind in ConcernStep
    ],
    "work": [
        Part(
            "reported",
            "Сдан отчёт по поручению",
            _reports("submitted_at"),
            at="submitted_at",
            who="submitted_by",
            text="assignment__activity__text",
            **_WORK,
        ),
        Part(
            "report_accepted",
            "Отчёт принят",
            _reports("decided_at", state="accepted"),
            at="decided_at",
            who="decided_by",
            text="assignment__activity__text",
            **_WORK,
        ),
        Part(
            "report_returned",
            "Отчёт возвращён",
            _reports("decided_at", state="returned"),
            at="decided_at",
            who="decided_by",
            text="assignment__activity__text",
            detail="comment",
            **_WORK,
        ),
    ],
    "forms": [
        Part(
            "form_sent",
            "Отправлена форма",
            _done(_of_school(Submission, "organisation"), "sent_at"),
            at="sent_at",
            who="sent_by",
            text="campaign__title",
            address="collection:submission",
            ref="public_id",
        ),
        Part(
            "form_decided",
            "Форма проверена",
            _done(_of_school(Submission, "organisation"), "decided_at"),
            at="decided_at",
            who="decided_by",
            text="campaign__title",
            detail="remark",
            address="collection:submission",
            ref="public_id",
        ),
    ],
    "list": [
        Part(
            "objected",
            "Школа подала возражение",
            _of_school(Objection),
            at="created_at",
            who="filed_by",
            detail="text",
            address="assessments:objection",
            ref="public_id",
        ),
        Part(
            "objection_decided",
            "Возражение рассмотрено",
            _done(_of_school(Objection), "decided_at"),
            at="decided_at",
            who="decided_by",
            detail="answer",
            address="assessments:objection",
            ref="public_id",
        ),
        Part(
            "left",
            "Решено о выходе из списка",
            _of_school(Leaving),
            day="left_on",
            who="decided_by",
            detail=joined("criteria", "document_text", between="\n"),
        ),
    ],
}
