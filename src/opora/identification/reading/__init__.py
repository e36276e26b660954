"""Files of results as people have them -> RESULTS and SCHOOLS; what does not fit is set aside with place and reason.

`read(paths, …)` recognises each sheet by its headers, says how it understood them (`Mapping`, which a person may
correct and give back), asks what it cannot know (`Question`) and never loses a good row because of a bad one.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opora.identification.reading.figures import Quality as Quality
    from opora.identification.reading.figures import quality as quality
    from opora.identification.reading.mapping import Bound as Bound
    from opora.identification.reading.mapping import Mapping as Mapping
    from opora.identification.reading.model import FileReading as FileReading
    from opora.identification.reading.model import Finding as Finding
    from opora.identification.reading.model import Question as Question
    from opora.identification.reading.model import Reading as Reading
    from opora.identification.reading.model import Rejected as Rejected
    from opora.identification.reading.model import SheetReading as SheetReading
    from opora.identification.reading.reader import read as read
    from opora.identification.reading.scales import Scale as Scale
    from opora.identification.reading.scales import Scales as Scales
    from opora.identification.reading.school_files import SchoolsReading as SchoolsReading
    from opora.identification.reading.school_files import read_schools as read_schools
    from opora.identification.reading.schools import Registry as Registry

_HOMES = {
    "Bound": "mapping",
    "FileReading": "model",
    "Finding": "model",
    "Mapping": "mapping",
    "Quality": "figures",
    "Question": "model",
    "Reading": "model",
    "Registry": "schools",
    "Rejected": "model",
    "Scale": "scales",
    "Scales": "scales",
    "SchoolsReading": "school_files",
    "SheetReading": "model",
    "quality": "figures",
    "read": "reader",
    "read_schools": "school_files",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"opora.identification.reading.{_HOMES[name]}"), name)
