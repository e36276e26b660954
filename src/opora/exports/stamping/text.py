"""The mark of a text: its last line, which our own imports leave out, or a property of a calendar."""

from __future__ import annotations

from opora.exports.cells import escaped
from opora.exports.stamping import Stamp

BOM = b"\xef\xbb\xbf"


def stamped_text(content: bytes, stamp: Stamp) -> bytes:
    end = b"" if not content or content.endswith(b"\n") else b"\r\n"
    return content + end + stamp.line.encode() + b"\r\n"


def stamped_calendar(content: bytes, stamp: Stamp) -> bytes:
    """A property of the calendar as a whole, before its end. Raises ValueError where there is no end."""
    before, end, after = content.rpartition(b"END:VCALENDAR")
    if not end:
        raise ValueError("no calendar")
    return before + f"X-OPORA-COPY:{stamp.code}\r\n".encode() + end + after


def stamped_table(content: bytes, stamp: Stamp) -> bytes:
    """One cell below the table, quoted as csv wants it."""
    said = escaped(stamp.line).replace('"', '""')
    end = b"" if not content or content.endswith(b"\n") else b"\r\n"
    return content + end + f'"{said}"\r\n'.encode()
