"""A Russian deadline expression -> windows, recurrence, and what was inferred. Pure Python, usable alone.

`read("до 30 апреля", issued=date(2020, 4, 13))` gives a `Deadline`; `unroll` its windows between two days; `describe`
says in words how it was understood; `to_json` and `from_json` are its published form.
"""

from opora.deadlines.form import describe, from_json, to_json
from opora.deadlines.model import Deadline, Window
from opora.deadlines.reading import read
from opora.deadlines.recurrence import unroll

__all__ = ["Deadline", "Window", "describe", "from_json", "read", "to_json", "unroll"]
