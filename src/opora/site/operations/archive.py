"""The file of a backup: a stream of named members (tar, gzip), encrypted on request for keys of the age format.

Everything is written and read in one pass and in constant memory. The last member counts what stands before it, with
digests: an archive that was cut or altered says so.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import tarfile
import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pyrage

from opora.core.errors import Problem

FORMAT = 1
MANIFEST = "manifest.json"
TOTALS = "totals.json"
_AGE = b"age-encryption.org/"
_BLOCK = 1 << 20


def new_key(path: Path) -> str:
    """Make a pair of keys: the secret one into `path`, readable by its owner alone; the public one is returned."""
    identity = pyrage.x25519.Identity.generate()
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(f"{identity}\n")
    except FileExistsError:
        raise Problem(f"Файл {path} уже есть. Укажите другой: прежний ключ нужен для прежних копий.") from None
    except OSError as error:
        raise Problem(f"Ключ не записан в {path}: {error.strerror}.") from None
    return str(identity.to_public())


def recipient(key: str) -> Any:
    """Whom an archive is encrypted for, by the public key."""
    try:
        return pyrage.x25519.Recipient.from_str(key.strip())
    except pyrage.RecipientError:
        raise Problem(
            "Открытый ключ не читается: он начинается с «age1». Сделайте его: opora backup --new-key."
        ) from None


def identity_in(path: Path) -> Any:
    """The secret key kept in a file."""
    try:
        return pyrage.x25519.Identity.from_str(path.read_text(encoding="ascii").strip())
    except (OSError, UnicodeDecodeError, pyrage.IdentityError):
        raise Problem(f"Секретный ключ в {path} не читается: он начинается с «AGE-SECRET-KEY-1».") from None


def passing_identity() -> Any:
    """A secret key that is kept nowhere: with it an encrypted archive can be read again right after it was written."""
    return pyrage.x25519.Identity.generate()


class Writer:
    """Adds members and remembers their digests."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.digests: dict[str, str] = {}

    def add(self, name: str, content: bytes) -> None:
        self.add_stream(name, io.BytesIO(content), len(content))

    def add_json(self, name: str, value: object) -> None:
        self.add(name, json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())

    def add_stream(self, name: str, stream: io.IOBase | IO[bytes], size: int) -> None:
        """Add exactly `size` bytes of `stream`."""
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        digesting = _Digesting(stream)
        self._tar.addfile(info, digesting)  # OSError where the stream ends early
        self.digests[name] = digesting.hexdigest()


class _Digesting(io.RawIOBase):
    """A stream that works out the SHA-256 of what is read from it."""

    def __init__(self, stream: io.IOBase | IO[bytes]) -> None:
        self._stream, self._sum = stream, hashlib.sha256()

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        block: bytes = self._stream.read(size)
        self._sum.update(block)
        return block

    def hexdigest(self) -> str:
        return self._sum.hexdigest()


class _Checked(_Digesting):
    """A member being read; a damaged one says so whoever reads it."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        super().__init__(stream)
        self._name = name

    def read(self, size: int = -1, /) -> bytes:
        try:
            return super().read(size)
        except _DAMAGED as error:
            raise _damaged(self._name) from error


_DAMAGED = (tarfile.TarError, EOFError, OSError, ValueError, zlib.error)


def _damaged(name: str) -> Problem:
    return Problem(f"Копия {name} повреждена или записана не до конца. Возьмите другую копию.")


@contextmanager
def written(path: Path, recipients: Sequence[Any] = ()) -> Iterator[Writer]:
    """Write an archive to `path`, for the `recipients` where there are any; what fails leaves no file behind."""
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as file:
            os.fchmod(file.fileno(), 0o600)
            with (
                _encrypted(file, recipients) as raw,
                gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=3) as packed,
                tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
            ):
                writer = Writer(tar)
                yield writer
                writer.add_json(TOTALS, writer.digests)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise Problem(f"Копия не записана в {path}: {error.strerror or error}. Прежние копии не тронуты.") from error
    finally:
        part.unlink(missing_ok=True)


def members(path: Path, identity: Any = None) -> Iterator[tuple[str, io.RawIOBase]]:
    """The members of an archive in their order; `Problem` behind the last where anything is missing or altered.

    `identity` opens an encrypted one.
    """
    seen: dict[str, str] = {}
    totals: dict[str, str] | None = None
    with _opened(path, identity) as raw:
        try:
            with (
                gzip.GzipFile(fileobj=raw, mode="rb") as packed,
                tarfile.open(fileobj=packed, mode="r|", bufsize=_BLOCK) as tar,
            ):
                for info in tar:
                    stream = tar.extractfile(info)
                    if stream is None:
                        raise Problem(f"Копия повреждена: «{info.name}» — не файл.")
                    if info.name == TOTALS:
                        totals = json.load(stream)
                        continue
                    checked = _Checked(stream, path.name)
                    yield info.name, checked
                    while checked.read(_BLOCK):
                        pass
                    seen[info.name] = checked.hexdigest()
        except _DAMAGED as error:
            raise _damaged(path.name) from error
    if totals is None:
        raise Problem(f"Копия {path.name} записана не до конца. Возьмите другую копию.")
    if totals != seen:
        wrong = sorted(name for name in totals.keys() | seen.keys() if totals.get(name) != seen.get(name))
        raise Problem(f"Копия {path.name} повреждена: не сходится «{wrong[0]}». Возьмите другую копию.")


@contextmanager
def _encrypted(file: IO[bytes], recipients: Sequence[Any]) -> Iterator[IO[bytes]]:
    """Where to write so that `file` gets it encrypted; `file` itself without recipients."""
    if not recipients:
        yield file
        return
    with _beside(lambda pipe: pyrage.encrypt_io(pipe, file, recipients)) as writer:
        yield writer


@contextmanager
def _beside(take: Callable[[IO[bytes]], None]) -> Iterator[IO[bytes]]:
    """The writing end of a pipe whose other end `take` reads in a thread; its failure is raised here."""
    reading, writing = os.pipe()
    worker = _Worker(take, reading, "rb")
    try:
        with os.fdopen(writing, "wb") as sink:
            yield sink
    except BrokenPipeError:
        worker.join()
        raise OSError(str(worker.failure or "pipe")) from worker.failure
    finally:
        worker.join()
    if worker.failure:
        raise OSError(str(worker.failure)) from worker.failure


class _Worker(threading.Thread):
    """Works on one end of a pipe and remembers how it failed."""

    def __init__(self, work: Callable[[IO[bytes]], None], end: int, mode: str) -> None:
        super().__init__(name="age", daemon=True)
        self.failure: BaseException | None = None
        self._work, self._end, self._mode = work, end, mode
        self.start()

    def run(self) -> None:
        try:
            with os.fdopen(self._end, self._mode) as pipe:
                self._work(pipe)
        except Exception as error:
            self.failure = error


@contextmanager
def _opened(path: Path, identity: Any) -> Iterator[IO[bytes]]:
    """The archive without its encryption."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise Problem(f"Файл {path} не открывается: {error.strerror}.") from None
    with file:
        encrypted = file.read(len(_AGE)) == _AGE
        file.seek(0)
        if not encrypted:
            yield file
            return
        if identity is None:
            raise Problem("Копия зашифрована: укажите файл секретного ключа, --key ФАЙЛ.")
        reading, writing = os.pipe()
        worker = _Worker(lambda pipe: pyrage.decrypt_io(file, pipe, [identity]), writing, "wb")
        try:
            with os.fdopen(reading, "rb") as source:
                yield source
        except Problem:
            worker.join()
            if isinstance(worker.failure, pyrage.DecryptError):
                raise Problem(f"Копия {path.name} не открывается этим ключом, или она повреждена.") from None
            raise
        finally:
            worker.join()
