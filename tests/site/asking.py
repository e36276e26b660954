"""Asking the application as somebody, with whatever it changes rolled back and told."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pypdfium2
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from opora.access.models import User
from tests.site.rules import NOBODY, Place, Rule
from tests.site.world import PLACES, World

_WRITES = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM|REPLACE INTO)\s+"?(\w+)', re.IGNORECASE)
# Sessions and the cache (limits of guessing) belong to the one who asks; the journal, and the copies beside it, are
# written by reading too.
NOT_DATA = {"django_session", "opora_cache", "journal_entry", "journal_head", "exports_copy"}


@dataclass
class Answer:
    status: int
    words: str  # everything in it that can be read
    headers: dict[str, str]
    written: set[str] = field(default_factory=set)  # tables


def patterns() -> Iterator[tuple[str, URLPattern]]:
    """Every pattern of the resolver by its name, or by its route where it has none."""
    return _walk(get_resolver(), "", "")


def _walk(resolver: URLResolver, route: str, space: str) -> Iterator[tuple[str, URLPattern]]:
    for one in resolver.url_patterns:
        path = route + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _walk(one, path, space + (f"{one.namespace}:" if one.namespace else ""))
        else:
            yield (space + one.name if one.name else path), one


def address(name: str, rule: Rule, world: World) -> str:
    return rule.path or reverse(name, args=rule.args(world))


class Asker:
    """Somebody in front of the browser; without an account a stranger."""

    def __init__(self, user: User | None) -> None:
        self.client = Client(raise_request_exception=False)
        if user:
            self.client.force_login(user)

    def get(self, url: str, data: dict[str, Any] | None = None) -> Answer:
        return self._ask("get", url, data)

    def post(self, url: str, data: dict[str, Any] | None = None) -> Answer:
        return self._ask("post", url, data)

    def _ask(self, method: str, url: str, data: dict[str, Any] | None) -> Answer:
        written: set[str] = set()

        def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            found = _WRITES.match(sql)
            if found and found[1] not in NOT_DATA:
                written.add(found[1])
            return execute(sql, params, many, context)

        cookies = dict(self.client.cookies)
        with transaction.atomic():
            with connection.execute_wrapper(watch):
                response = getattr(self.client, method)(url, data or {})
                content = b"".join(response) if response.streaming else response.content
            transaction.set_rollback(True)
        self.client.cookies.clear()
        self.client.cookies.update(cookies)
        return Answer(response.status_code, said(content), dict(response.headers), written)


def said(content: bytes) -> str:
    """What can be read in a page, an Office file or a PDF."""
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            texts = [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
        return re.sub(r"<[^>]*>", "", "\n".join(texts))
    if content.startswith(b"%PDF"):
        try:
            document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError:
            return content.decode("utf-8", "replace")
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)
    return content.decode("utf-8", "replace")


def everybody() -> list[Place]:
    return [*((place, role) for place, roles in PLACES.items() for role in roles), NOBODY]


# One for each kind of scope that `visible` turns into another condition of a query: a region, a municipality, a school,
# the schools entrusted to a curator; looked at from inside and from elsewhere; and nothing.
SCOPES: frozenset[Place] = frozenset({
    *(("inside", role) for role in ("regional_coordinator", "municipal_coordinator", "school_head", "curator")),
    *(("inside", "administrator"), ("inside", "observer")),
    *(("near", "municipal_coordinator"), ("near", "school_head"), ("far", "regional_coordinator"), NOBODY),
})  # fmt: skip


def asked(who: Place) -> bool:
    """Whether a long walk is done as him: with SQLite as everybody. What differs between roles of one scope is decided
    by permissions and templates, which know no engine; so PostgreSQL is asked as one for each kind of scope.
    """
    return connection.vendor == "sqlite" or who in SCOPES
