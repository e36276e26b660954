"""Roles: a stored code with permissions and how far each reaches, and a description people can read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from django.db import models

from opora.core.permissions import Permission


class Reach(Enum):
    """From the membership's organisation: it and what lies below, the same of its parent, or the whole region."""

    OWN = "own"
    PARENT = "parent"
    REGION = "region"


class RoleCode(models.TextChoices):
    REGIONAL_COORDINATOR = "regional_coordinator", "региональный координатор"
    REGIONAL_SPECIALIST = "regional_specialist", "специалист института"
    MUNICIPAL_COORDINATOR = "municipal_coordinator", "муниципальный координатор"
    METHODIST = "methodist", "методист"
    SCHOOL_HEAD = "school_head", "руководитель школы"
    SCHOOL_STAFF = "school_staff", "сотрудник школы"
    CURATOR = "curator", "куратор"
    OBSERVER = "observer", "наблюдатель"
    ADMINISTRATOR = "administrator", "администратор"


@dataclass(frozen=True, slots=True)
class Role:
    code: RoleCode
    description: str
    grants: dict[Permission, Reach]


def _own(*permissions: Permission) -> dict[Permission, Reach]:
    return dict.fromkeys(permissions, Reach.OWN)


_DIRECTORY = {Permission.REGISTRY_VIEW: Reach.REGION}
_EXECUTES = _own(
    Permission.DOCUMENTS_VIEW,
    Permission.ROADMAPS_VIEW,
    Permission.ASSIGNMENTS_VIEW,
    Permission.ASSIGNMENTS_REPORT,
    Permission.PEOPLE_VIEW,
)
_ISSUES = _own(
    Permission.DOCUMENTS_VIEW,
    Permission.DOCUMENTS_EDIT,
    Permission.DOCUMENTS_APPROVE,
    Permission.ROADMAPS_VIEW,
    Permission.ROADMAPS_EDIT,
    Permission.ROADMAPS_SEND,
    Permission.FORMS_EDIT,
    Permission.ASSIGNMENTS_VIEW,
    Permission.ASSIGNMENTS_REPORT,
    Permission.ASSIGNMENTS_SUBMIT,
    Permission.ASSIGNMENTS_DECIDE,
    Permission.LISTS_VIEW,
    Permission.PEOPLE_VIEW,
    Permission.JOURNAL_VIEW,
    Permission.REGISTRY_EDIT,
    Permission.ACCOUNTS_INVITE,
    Permission.DEVELOPMENT_EDIT,
)

ROLES: dict[str, Role] = {
    role.code: role
    for role in (
        Role(
            RoleCode.REGIONAL_COORDINATOR,
            "Загружает документы и результаты, рассылает поручения, контролирует исполнение, ведёт списки школ.",
            _DIRECTORY | _ISSUES | _own(Permission.LISTS_EDIT, Permission.RESULTS_EDIT, Permission.COPIES_TRACE),
        ),
        Role(
            RoleCode.REGIONAL_SPECIALIST,
            "Исполняет поручения института, проводит диагностику; видит документы региона. Списка школ не видит.",
            _DIRECTORY
            | _EXECUTES
            | _own(Permission.ASSIGNMENTS_SUBMIT)
            | {
                Permission.DOCUMENTS_VIEW: Reach.PARENT,
                Permission.ROADMAPS_VIEW: Reach.PARENT,
                Permission.DEVELOPMENT_EDIT: Reach.PARENT,
            },
        ),
        Role(
            RoleCode.MUNICIPAL_COORDINATOR,
            "Исполняет поручения муниципалитета, издаёт документы, принимает отчёты своих школ, ведёт их в реестре.",
            _DIRECTORY | _ISSUES,
        ),
        Role(
            RoleCode.METHODIST,
            "Исполняет поручения методической службы, проводит диагностику педагогов муниципалитета.",
            _DIRECTORY | _EXECUTES | _own(Permission.ASSIGNMENTS_SUBMIT) | {Permission.DEVELOPMENT_EDIT: Reach.PARENT},
        ),
        Role(
            RoleCode.SCHOOL_HEAD,
            "Отвечает за поручения школы и сдаёт отчёты от её имени.",
            _DIRECTORY | _EXECUTES | _own(Permission.ASSIGNMENTS_SUBMIT, Permission.LISTS_VIEW),
        ),
        Role(
            RoleCode.SCHOOL_STAFF,
            "Готовит отчёты школы; сдаёт их руководитель.",
            _DIRECTORY | _EXECUTES | _own(Permission.LISTS_VIEW),
        ),
        Role(
            RoleCode.CURATOR,
            "Видит поручения и отчёты порученных ему школ; что школа в списке — только о них.",
            _DIRECTORY | _own(Permission.ASSIGNMENTS_VIEW, Permission.ROADMAPS_VIEW, Permission.PEOPLE_VIEW),
        ),
        Role(
            RoleCode.OBSERVER,
            "Видит документы, дорожные карты и поручения, ничего не меняет. Списка школ не видит.",
            _DIRECTORY | _own(Permission.DOCUMENTS_VIEW, Permission.ROADMAPS_VIEW, Permission.ASSIGNMENTS_VIEW),
        ),
        Role(
            RoleCode.ADMINISTRATOR,
            "Ведёт учётные записи и роли, узнаёт, кем взята копия файла. Данных школ не видит.",
            _DIRECTORY | _own(Permission.ACCOUNTS_MANAGE, Permission.ACCOUNTS_INVITE, Permission.COPIES_TRACE),
        ),
    )
}
