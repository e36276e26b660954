"""Handing a mail over, so that handing the same one over again does nothing wherever that can be.

A file is written under the mail's own name, whole or not at all: a second writing finds it there. A mail server says
yes to what it has taken; between that word and the note of it (`_Receipt`, one file made on the local disk) a killed
process leaves a mail that is sent again, with the same Message-ID, by which mailboxes drop the second.
"""

from __future__ import annotations

import os
import smtplib
from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

FILES = "django.core.mail.backends.filebased.EmailBackend"


class Away(Exception):
    """The mail server cannot be reached or does not let us in: no other mail would go out either."""


class NotTaken(Exception):
    """The server did not take this mail; the message says why in its words."""


class Transport:
    """One connection for the mails of a tick; `before` runs right before each handing over."""

    def __init__(self) -> None:
        self._connection: BaseEmailBackend | None = None

    def deliver(self, name: str, message: EmailMultiAlternatives, before: Callable[[], None]) -> None:
        """Hand over the mail of that name, unless it was handed over already."""
        if settings.EMAIL_BACKEND == FILES:
            before()
            _write_once(Path(settings.EMAIL_FILE_PATH) / f"{name}.eml", message.message().as_bytes())
            return
        receipt = _Receipt(name)
        if receipt.there():
            return
        self._open()
        before()
        self._send(message, receipt)

    def _open(self) -> None:
        if self._connection is None:
            self._connection = get_connection(timeout=settings.EMAIL_TIMEOUT)
        try:
            self._connection.open()
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise Away(_words(error)) from error

    def _send(self, message: EmailMultiAlternatives, receipt: _Receipt) -> None:
        message.connection = self._connection
        try:
            message.send()
        except (smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError, ConnectionError, TimeoutError) as error:
            self.close()
            raise Away(_words(error)) from error
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise NotTaken(_words(error)) from error
        receipt.write()

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except (OSError, smtplib.SMTPException):  # it was away already
                return


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


class _Receipt:
    """The note that the server took a mail, until the database knows it too."""

    def __init__(self, name: str) -> None:
        self._path = Path(settings.DATA) / "mail-receipts" / name

    def there(self) -> bool:
        return self._path.exists()

    def write(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.touch()

    def remove(self) -> None:
        self._path.unlink(missing_ok=True)


def forget_receipt(name: str) -> None:
    """After the database knows that the mail was sent."""
    _Receipt(name).remove()


def _write_once(path: Path, content: bytes) -> None:
    """The whole file under its name, or nothing; a file that is there already stays as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        return
    with NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".part", delete=False) as part:
        part.write(content)
        part.flush()
        os.fsync(part.fileno())
    try:
        os.link(part.name, path)
    except FileExistsError:  # another worker was first
        pass
    finally:
        Path(part.name).unlink(missing_ok=True)
