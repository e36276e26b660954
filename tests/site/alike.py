"""What is alike although it is not the same: chance, seeded where it can be and told by its order where it cannot."""

from __future__ import annotations

import io
import itertools
import re
import secrets
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

import pypdfium2
import typst
from django.apps import apps
from django.middleware import csrf
from ulid import ULID

from opora.core import models
from opora.core.marks import from_number
from opora.exports import stamping

_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
_COMPILED: dict[str, bytes] = {}
_compile = typst.compile


class Seed:
    """Chance that is the same in both worlds after the same `restart`."""

    def __init__(self) -> None:
        self.restart(0)

    def restart(self, number: int) -> None:
        self._numbers = itertools.count(number)

    def next(self) -> int:
        return next(self._numbers)

    def public_id(self) -> str:
        """The moment as always, then a number instead of chance."""
        number, digits = self.next(), ""
        for _ in range(16):
            number, digit = divmod(number, 32)
            digits = _CROCKFORD[digit] + digits
        return str(ULID())[:10] + digits

    def token(self, size: int = 32) -> str:
        return f"{self.next():0{-(-size * 4 // 3)}d}"

    def token_hex(self, size: int) -> str:
        return f"{self.next():0{size * 2}x}"

    def many(self, chance: bytes) -> bytes:
        """Of `new_public_ids`: 16 signs for 10 bytes of chance."""
        return b"".join(b"%016d" % self.next() for _ in range(len(chance) // 10))


@contextmanager
def seeded() -> Iterator[Seed]:
    """Public ids, marks and tokens made from here on come from the seed; a PDF of the same words is drawn once."""
    seed = Seed()
    with ExitStack() as stack:
        for where, name, chance in _chances(seed):
            stack.enter_context(mock.patch.object(where, name, chance))
        yield seed


def _chances(seed: Seed) -> Iterator[tuple[Any, str, Callable[..., Any]]]:
    yield models, "ULID", seed.public_id
    yield models, "b32encode", seed.many
    yield stamping, "new_mark", lambda: from_number(1_000_000 + seed.next())
    yield csrf, "get_random_string", lambda length, **_: "a" * length
    yield secrets, "token_urlsafe", seed.token
    yield secrets, "token_hex", seed.token_hex
    yield typst, "compile", drawn


def drawn(source: Any, **asked: Any) -> Any:
    """The compiler, asked once for the same words."""
    key = repr((source, sorted(asked.items())))
    if key not in _COMPILED:
        _COMPILED[key] = _compile(source, **asked)
    return _COMPILED[key]


_RANDOM = re.compile(
    r"(?<![0-9a-z])(?P<id>[0-7][0-9a-hjkmnp-tv-z]{25})(?![0-9a-z])"
    r"|(?<=sessionid=)(?P<session>\w{32})"
    r"|(?<=Date': 'D:)(?P<printed>\d{14})"  # Typst asks the clock itself
)


class Alike:
    """Ids that are not in both worlds, and tokens: each is told by when it first stands in the answer.

    What stands instead is as long as what stood there, so that the sizes are compared too.
    """

    def __init__(self, known: frozenset[str]) -> None:
        self._known = known
        self._order: dict[str, int] = {}

    def __call__(self, text: str) -> str:
        return _RANDOM.sub(self._told, text)

    def _told(self, match: re.Match[str]) -> str:
        one = match[0]
        if one in self._known:
            return one
        return f"<{match.lastgroup} {self._order.setdefault(one, len(self._order) + 1)}>".ljust(len(one), "_")


def readable(content: bytes) -> str:
    """Pages and tables byte by byte, an Office file by its parts, a PDF by its text and what it says of itself."""
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = [(one.filename, archive.read(one)) for one in archive.infolist()]
        return "\n".join(f"{name}\n{part.decode('utf-8', 'replace')}" for name, part in parts)
    if content.startswith(b"%PDF"):
        try:
            document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError:
            return content.decode("utf-8", "replace")
        pages = [page.get_textpage().get_text_bounded() for page in document]
        return "\n".join([str(document.get_metadata_dict()), *pages])
    return content.decode("utf-8", "replace")


def public_ids() -> Iterator[str]:
    for model in apps.get_models():
        if any(one.name == "public_id" for one in model._meta.fields):
            yield from model._base_manager.values_list("public_id", flat=True)
