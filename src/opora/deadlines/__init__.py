"""A Russian deadline expression -> windows, recurrence, and what was inferred. Pure Python, usable alone.

`read("до 30 апреля", issued=date(2020, 4, 13))` gives a `Deadline`; `unroll` its windows between two days; `describe`
says in words how it was understood; `to_json` and `from_json` are its published form. `offset_of` tells how long after
its event an «upon» deadline ends; `calendar` counts working days.
"""

from opora.deadlines.form import describe, from_json, to_json
from opora.deadlines.model import Deadline, Window
from opora.deadlines.offsets import Offset, offset_of
from opora.deadlines.reading import read
from opora.deadlines.recurrence import unroll

__all__ = ["Deadline", "Offset", "Window", "describe", "from_json", "offset_of", "read", "to_json", "unroll"]
