"""What a person may be allowed to do. A role (`access.roles`) is a set of these with a reach."""

from enum import StrEnum


class Permission(StrEnum):
    ACCOUNTS_MANAGE = "accounts.manage"
    ACCOUNTS_INVITE = "accounts.invite"  # give people a first role below, but never that of an administrator
    REGISTRY_VIEW = "registry.view"  # the public directory of organisations
    REGISTRY_EDIT = "registry.edit"
    PEOPLE_VIEW = "people.view"  # people with positions and contacts
    DOCUMENTS_VIEW = "documents.view"
    DOCUMENTS_EDIT = "documents.edit"  # upload, correct
    DOCUMENTS_APPROVE = "documents.approve"
    LISTS_VIEW = "lists.view"  # the confidential lists of schools
    LISTS_EDIT = "lists.edit"
    RESULTS_EDIT = "results.edit"  # load results of assessments, keep scales, run rules
    FORMS_EDIT = "forms.edit"  # build forms, send them out; answers are reports: assignments.*
    DEVELOPMENT_EDIT = "development.edit"  # teachers' diagnostics with their keys, courses, events
    ROADMAPS_VIEW = "roadmaps.view"
    ROADMAPS_EDIT = "roadmaps.edit"
    ROADMAPS_SEND = "roadmaps.send"
    ASSIGNMENTS_VIEW = "assignments.view"
    ASSIGNMENTS_REPORT = "assignments.report"  # write a report
    ASSIGNMENTS_SUBMIT = "assignments.submit"  # hand the report in, in the organisation's name
    ASSIGNMENTS_DECIDE = "assignments.decide"  # accept or return, as controller
    JOURNAL_VIEW = "journal.view"
    COPIES_TRACE = "copies.trace"  # who took the copy of a file
