"""What the floors above do when an organisation's answers count."""

from __future__ import annotations

from opora.collection.models import Submission
from opora.core.actor import Actor
from opora.core.points import Point

# The answers of an organisation were accepted, or an acceptance was taken back (then `state` is not `accepted`):
# (the submission with its campaign, version, form and organisation; who). In the transaction. `queries.answers.told`
# gives what counts afterwards.
accepted: Point[[Submission, Actor], None] = Point()
