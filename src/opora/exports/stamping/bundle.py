"""The mark of a zip: each of its files carries one, for they part as soon as the zip is opened."""

from __future__ import annotations

import io
import zipfile

from opora.exports.stamping import Stamp, stamped
from opora.exports.tracing import Unreadable, marks_of


def stamped_zip(content: bytes, stamp: Stamp) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for info in archive.infolist():
            content = archive.read(info)
            made.writestr(info, content if _is_marked(content) else stamped(content, info.filename, stamp))
    return buffer.getvalue()


def _is_marked(content: bytes) -> bool:
    """Whether the file has left as a copy of its own already."""
    try:
        return bool(marks_of(content))
    except Unreadable:
        return False
