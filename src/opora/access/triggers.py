"""The words of accounts and invitations, by which they are found."""

from __future__ import annotations

from opora.core.wording import Words, word_triggers

TRIGGERS = word_triggers(
    Words("access_userword", "user_id", "access_user", "search"),
    Words("access_invitationword", "invitation_id", "access_invitation", "search"),
)
