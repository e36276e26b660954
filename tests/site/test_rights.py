"""The page of the security guide that is written from the code says what the code says."""

from __future__ import annotations

from opora.access.roles import ROLES
from opora.core.permissions import Permission
from opora.site.rights import PLACE, page


def test_the_page_is_current() -> None:
    assert PLACE.read_text(encoding="utf-8") == page(), "run `make rights`"


def test_it_names_every_role_and_permission() -> None:
    text = page()
    assert all(str(role.code.label) in text for role in ROLES.values())
    assert all(f"`{permission}`" in text for permission in Permission)
    assert "lists.ListEntry" in text
