from opora.lists.actions.knowing import allow, end_entrustment, entrust, forbid, undo_entrusting
from opora.lists.actions.listing import (
    DETAILS,
    RIGHT,
    add_school,
    approve,
    create_list,
    edit,
    leave,
    organisation_succeeded,
    remove_school,
    reopen,
    replace_entries,
)

__all__ = [
    "DETAILS",
    "RIGHT",
    "add_school",
    "allow",
    "approve",
    "create_list",
    "edit",
    "end_entrustment",
    "entrust",
    "forbid",
    "leave",
    "organisation_succeeded",
    "remove_school",
    "reopen",
    "replace_entries",
    "undo_entrusting",
]
