"""Every change of notices."""

from opora.notices.actions.notifying import Telling, notify, notify_many

__all__ = ["Telling", "notify", "notify_many"]
