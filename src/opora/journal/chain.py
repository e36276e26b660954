"""The seal of a row: HMAC-SHA-256 over its canonical form and the seal before it; the key lies outside the database."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from opora.journal.models import Entry


def canonical(entry: Entry) -> bytes:
    """The row as bytes that do not depend on the database: JSON with sorted keys, time in UTC to the microsecond."""
    fields = {
        "number": entry.number,
        "at": entry.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        "actor_id": entry.actor_id,
        "actor": entry.actor,
        "code": entry.code,
        "object_kind": entry.object_kind,
        "object_id": entry.object_id,
        "path": entry.path,
        "confidential": entry.confidential,
        "text": entry.text,
        "data": entry.data,
    }
    return json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def seal(entry: Entry, before: str) -> str:
    """The seal of `entry` behind a row sealed `before` (empty for the first), 64 hexadecimal digits."""
    key: bytes = settings.OPORA_JOURNAL_KEY
    return hmac.new(key, before.encode() + b"\n" + canonical(entry), hashlib.sha256).hexdigest()
