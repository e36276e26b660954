"""What can be done with the registry. Each action asks for `registry.edit` where it acts and writes to the journal."""

from opora.registry.actions.aliases import add_alias, remove_alias
from opora.registry.actions.bodies import Member, create_body, dissolve_body, edit_body
from opora.registry.actions.organisations import create, edit, rename
from opora.registry.actions.people import add_person, add_post, edit_person, edit_post, remove_person, remove_post
from opora.registry.actions.tree import close, merge, move

__all__ = [
    "Member",
    "add_alias",
    "add_person",
    "add_post",
    "close",
    "create",
    "create_body",
    "dissolve_body",
    "edit",
    "edit_body",
    "edit_person",
    "edit_post",
    "merge",
    "move",
    "remove_alias",
    "remove_person",
    "remove_post",
    "rename",
]
