"""Procedures and subjects, and how people name them."""

from __future__ import annotations

from django.db import models


class Procedure(models.TextChoices):
    VPR = "vpr", "ВПР"
    OGE = "oge", "ОГЭ"
    EGE = "ege", "ЕГЭ"
    REGIONAL = "regional", "региональная работа"
    IN_SCHOOL = "in_school", "внутришкольная работа"


SUBJECTS = {
    "rus": "русский язык",
    "mat": "математика",
    "mat_base": "математика (базовая)",
    "mat_prof": "математика (профильная)",
    "phys": "физика",
    "chem": "химия",
    "bio": "биология",
    "geo": "география",
    "hist": "история",
    "soc": "обществознание",
    "lit": "литература",
    "inf": "информатика",
    "eng": "английский язык",
    "ger": "немецкий язык",
    "fra": "французский язык",
    "world": "окружающий мир",
}


def subject_words(subject: str) -> str:
    """«математика»; a code that nobody has named yet stands for itself."""
    return SUBJECTS.get(subject, subject)


def procedure_words(procedure: str, subject: str, grade: int) -> str:
    """«ВПР, математика, 5 класс»."""
    label = Procedure(procedure).label if procedure in Procedure.values else procedure
    return f"{label}, {subject_words(subject)}, {grade} класс"


def fact_words(name: str, value: str) -> str:
    """What is known of a whole sheet, as people say it: («subject», «rus») is «русский язык»."""
    if name == "subject":
        return subject_words(value)
    if name == "procedure":
        return str(Procedure(value).label) if value in Procedure.values else value
    return f"{value} класс" if name == "grade" else value
