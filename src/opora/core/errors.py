"""What went wrong in words for the person."""

from __future__ import annotations


class Problem(Exception):
    """The work cannot be done as asked; the message (Russian) says why and what to do."""
