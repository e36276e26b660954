"""Every change of accounts, roles and invitations."""

from opora.access.actions.accounts import (
    add_membership,
    create_account,
    disable_account,
    enable_account,
    end_membership,
    reset_second_factor,
)
from opora.access.actions.invitations import accept_invitation, find_invitation, invite, renew, revoke

__all__ = [
    "accept_invitation",
    "add_membership",
    "create_account",
    "disable_account",
    "enable_account",
    "end_membership",
    "find_invitation",
    "invite",
    "renew",
    "reset_second_factor",
    "revoke",
]
