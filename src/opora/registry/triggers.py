"""The words of organisations and people, by which they are found."""

from __future__ import annotations

from opora.core.wording import Words, word_triggers

TRIGGERS = word_triggers(
    Words("registry_organisationword", "organisation_id", "registry_organisation", "search"),
    Words("registry_personword", "person_id", "registry_person", "sort_name"),
)
