"""Every change of notices."""

from opora.notices.actions.choosing import choose, forget_choice
from opora.notices.actions.feeds import close_feed, digest, open_feed
from opora.notices.actions.notifying import Telling, notify, notify_many
from opora.notices.actions.reading import mark, mark_all, unmark

__all__ = [
    "Telling",
    "choose",
    "close_feed",
    "digest",
    "forget_choice",
    "mark",
    "mark_all",
    "notify",
    "notify_many",
    "open_feed",
    "unmark",
]
