"""The mark of a zip: each of its files carries it, for they part as soon as the zip is opened."""

from __future__ import annotations

import io
import zipfile

from opora.exports.stamping import Stamp, stamped


def stamped_zip(content: bytes, stamp: Stamp) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for info in archive.infolist():
            made.writestr(info, stamped(archive.read(info), info.filename, stamp))
    return buffer.getvalue()
