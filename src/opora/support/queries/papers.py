"""The papers of a case: where each stands and as what files it can be taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Concat
from django.urls import reverse

from opora.assessments.models import ObjectionFile
from opora.collection.models import Submission, SubmissionState
from opora.core.actor import Actor
from opora.documents.models import Document
from opora.support.models import (
    Case,
    Meeting,
    MeetingState,
    Pair,
    Programme,
    ProgrammeVersion,
    ProgressReview,
    StepDone,
    StepFile,
    Visit,
)
from opora.support.models.mentoring import year_of
from opora.support.models.visits import VisitState
from opora.support.queries.lines import TEXT, Line, Part, read


@dataclass(frozen=True, slots=True)
class Group:
    """One part of the page: what it is called, and the parts of lines that stand in it."""

    title: str
    parts: Sequence[Part]


def _programme(case: Case, user: Actor) -> QuerySet[Any]:
    return Programme.objects.visible(user).filter(case=case)


_NUMBER = Concat(Value(""), F("number"), output_field=TEXT)


def _versions(case: Case, user: Actor) -> QuerySet[Any]:
    return ProgrammeVersion.objects.visible(user).filter(programme__case=case)


def _pairs(case: Case, user: Actor) -> QuerySet[Any]:
    return Pair.objects.visible(user).filter(school=case.school_id, school_year=case.school_year)


def _visits(*states: VisitState) -> Any:
    return lambda case, user: Visit.objects.visible(user).filter(school=case.school_id, state__in=states)


def _minutes(case: Case, user: Actor) -> QuerySet[Any]:
    """Of meetings that decided something the school is to do."""
    held = Meeting.objects.visible(user).filter(state__in=[MeetingState.HELD, MeetingState.MINUTED])
    return held.filter(pk__in=held.filter(decisions__responsible=case.school_id).values("pk"))


def _documents(case: Case, user: Actor) -> QuerySet[Any]:
    return Document.objects.visible(user).filter(public_id=case.entry.list.document_id)


GROUPS: tuple[Group, ...] = (
    Group(
        "Список и возражения",
        (
            Part(
                "list_document",
                "Документ, утвердивший список",
                _documents,
                day="date",
                text="title",
                ref="public_id",
                address="documents:document",
            ),
            Part(
                "objection_file",
                "Приложение к возражению",
                lambda case, user: ObjectionFile.objects.visible(user).filter(
                    objection__school=case.school_id, objection__school_list__school_year=case.school_year
                ),
                at="created_at",
                text="file_name",
                detail="public_id",
                ref="objection__public_id",
                address="assessments:objection",
            ),
        ),
    ),
    Group(
        "Шаги",
        (
            Part(
                "step",
                "",
                lambda case, user: (
                    StepDone.objects.visible(user).standing().filter(case=case).exclude(document_text="")
                ),
                at="done_at",
                who="done_by",
                text="step__title",
                detail="document_text",
            ),
            Part(
                "step_file",
                "",
                lambda case, user: StepFile.objects.visible(user).filter(done__case=case, done__undone_at__isnull=True),
                at="created_at",
                who="added_by",
                text="file_name",
                detail="done__step__title",
                ref="public_id",
            ),
        ),
    ),
    Group(
        "Паспорт и самоанализ",
        (
            Part(
                "form",
                "",
                lambda case, user: Submission.objects.visible(user).filter(
                    organisation=case.school_id,
                    state=SubmissionState.ACCEPTED,
                    campaign__version__form__kind__in=("passport", "self_analysis"),
                ),
                at="decided_at",
                who="decided_by",
                text="campaign__title",
                ref="public_id",
                address="collection:submission",
            ),
        ),
    ),
    Group(
        "Программа",
        (
            Part(
                "programme",
                "Программа с листом утверждения и согласования",
                _programme,
                at="created_at",
                who="made_by",
                address="support:programme",
            ),
            Part(
                "approval",
                "Утверждена муниципалитетом",
                lambda case, user: _versions(case, user).filter(approved_at__isnull=False),
                at="approved_at",
                who="approved_by",
                text=_NUMBER,
                detail="approved_document",
                ref=_NUMBER,
            ),
            Part(
                "agreement_of_group",
                "Согласована региональной группой",
                lambda case, user: _versions(case, user).filter(agreed_at__isnull=False),
                at="agreed_at",
                who="agreed_by",
                text=_NUMBER,
                detail="agreed_document",
                ref=_NUMBER,
            ),
            Part(
                "version",
                "Отправленная версия",
                _versions,
                at="sent_at",
                who="sent_by",
                text=_NUMBER,
                ref=_NUMBER,
            ),
            Part(
                "progress",
                "Разбор хода программы",
                lambda case, user: ProgressReview.objects.visible(user).filter(programme__case=case),
                day="day",
                who="made_by",
                address="support:progress",
            ),
        ),
    ),
    Group(
        "Наставники",
        (
            Part(
                "agreement",
                "Соглашение пары",
                _pairs,
                at="created_at",
                text="mentor__organisation__short_name",
                detail="agreement",
                ref="public_id",
                address="support:pair",
            ),
        ),
    ),
    Group(
        "Визиты",
        (
            Part(
                "day_pack",
                "Визит впереди",
                _visits(VisitState.PLANNED),
                day="day",
                ref="public_id",
                address="support:visit",
            ),
            Part(
                "visit_report",
                "Отчёт о визите",
                _visits(VisitState.HELD),
                day="day",
                detail="report",
                ref="public_id",
                address="support:visit",
            ),
        ),
    ),
    Group(
        "Заседания",
        (
            Part(
                "minutes",
                "Протокол",
                _minutes,
                day="day",
                text="title",
                detail="body__name",
                ref="public_id",
                address="support:meeting",
            ),
        ),
    ),
)
_EVERY_YEAR = {
    "list_document",
    "step",
    "step_file",
    "programme",
    "approval",
    "agreement_of_group",
    "version",
    "progress",
    "agreement",
}


@dataclass(frozen=True, slots=True)
class Paper:
    """A line with the files that can be taken of it: (what it is called, address)."""

    line: Line
    note: str
    files: list[tuple[str, str]]


def of_case(case: Case, user: Actor) -> list[tuple[str, list[Paper]]]:
    """By group, the latest first; groups that have none are left out. One query."""
    found: dict[str, list[Line]] = {}
    for line in read([part for group in GROUPS for part in group.parts], case, user):
        if belongs(line, case):
            found.setdefault(line.code, []).append(line)
    told = []
    for group in GROUPS:
        lines = [line for part in group.parts for line in _ordered(found.get(part.code, []))]
        if lines:
            told.append((group.title, [_paper(line, case) for line in lines]))
    return told


def belongs(line: Line, case: Case) -> bool:
    """Whether the paper is of the year of the case."""
    return line.code in _EVERY_YEAR or year_of(line.on) == case.school_year


def first_file(line: Line, case: Case) -> str:
    """The address of the first file of a paper; empty where it has none."""
    return next((reverse(name, args=args) for _, name, args in _files(line, case)), "")


def _ordered(lines: list[Line]) -> list[Line]:
    return sorted(lines, key=lambda one: one.order, reverse=True)


def _paper(line: Line, case: Case) -> Paper:
    note = "" if line.code == "objection_file" else line.detail
    return Paper(line, note, [(label, reverse(name, args=args)) for label, name, args in _files(line, case)])


def _files(line: Line, case: Case) -> list[tuple[str, str, list[Any]]]:
    one = case.public_id
    return {
        "list_document": [("Открыть документ", "documents:document", [line.ref])],
        "objection_file": [("Скачать", "assessments:evidence", [line.ref, line.detail])],
        "step_file": [("Скачать", "support:step_file", [one, line.ref])],
        "form": [("Открыть ответы", "collection:submission", [line.ref])],
        "programme": [(f"Скачать {kind}", "support:export_programme", [one, kind]) for kind in ("docx", "pdf")],
        **{
            code: [("Открыть версию", "support:programme_version", [one, line.ref])]
            for code in ("version", "approval", "agreement_of_group")
        },
        "progress": [("Открыть", "support:progress", [one])],
        "agreement": [("Скачать docx", "support:agreement", [line.ref])],
        "day_pack": [("Пакет дня, docx", "support:day_pack", [line.ref])],
        "visit_report": [("Скачать docx", "support:visit_report", [line.ref])],
        "minutes": [("Скачать docx", "support:protocol", [line.ref])],
    }.get(line.code, [])
