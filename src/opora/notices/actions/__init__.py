"""Every change of notices."""

from opora.notices.actions.notifying import notify

__all__ = ["notify"]
