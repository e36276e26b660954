"""Workers killed at random points while they send: every notice arrives, in one mail, and every mail once."""

from __future__ import annotations

import email
import email.policy
import json
import os
import socket
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import psycopg
import pytest
from aiosmtpd.controller import Controller

from tests import migrated

pytestmark = pytest.mark.engine
ROOT = Path(__file__).parents[2]
ROUNDS = 25
DATABASE = "opora_killed"


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A database of its own: embedded, or beside that of the suite."""
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    kept |= {
        "OPORA_DATA": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "opora.site.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }
    server = os.environ.get("DATABASE_URL")
    if not server:
        migrated.put_into(tmp_path)
        yield kept
        return
    name = f"{DATABASE}_{uuid.uuid4().hex[:8]}"
    yield kept | {"DATABASE_URL": migrated.create(server, name)}
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def kill_again_and_again(environment: dict[str, str], seed: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.notices.killing", str(ROUNDS), str(seed)]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, check=False, timeout=540)
    assert done.returncode == 0, done.stderr.decode()[-4000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def carried(messages: dict[str, EmailMessage], told: dict[str, Any]) -> Counter[str]:
    """In how many mails each notice arrived."""
    bodies = [str(one.get_body(("plain",)).get_content()) for one in messages.values()]  # type: ignore[union-attr]
    return Counter({text: sum(text in body for body in bodies) for text, _ in told["notices"]})


def check(messages: dict[str, EmailMessage], told: dict[str, Any]) -> None:
    assert len(told["notices"]) == ROUNDS * 4 + 1
    assert {state for _, state, _ in told["mails"]} == {"sent"}
    assert set(messages) == {name for name, _, _ in told["mails"]}
    assert set(carried(messages, told).values()) == {1}
    assert max(attempts for _, _, attempts in told["mails"]) > 1, "nobody was killed in the middle: no proof"


def test_files_arrive_once(environment: dict[str, str], tmp_path: Path) -> None:
    told = kill_again_and_again(environment, seed=1)
    files = sorted((tmp_path / "mail").glob("*.eml"))
    read = {one.stem: email.message_from_bytes(one.read_bytes(), policy=email.policy.default) for one in files}
    check(read, told)  # type: ignore[arg-type]


class Mailbox:
    """A mail server that keeps what it took."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:  # noqa: N802
        self.taken.append(email.message_from_bytes(envelope.content, policy=email.policy.default))  # type: ignore[arg-type]
        return "250 OK"


@pytest.mark.enable_socket
def test_a_mail_server_gets_each_mail_once(environment: dict[str, str]) -> None:
    """Whatever a killed worker handed over again has the same Message-ID, by which a mailbox shows it once."""
    mailbox = Mailbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        told = kill_again_and_again(environment | {"EMAIL_URL": f"smtp://127.0.0.1:{port}"}, seed=2)
    finally:
        controller.stop()
    names = [str(one["Message-ID"]).strip("<>").partition("@")[0] for one in mailbox.taken]
    check(dict(zip(names, mailbox.taken, strict=True)), told)
    again = [name for name, count in Counter(names).items() if count > 1]
    attempts = {name: tried for name, _, tried in told["mails"]}
    assert all(attempts[name] > 1 for name in again)  # only where a worker died over it
    assert len(again) <= ROUNDS // 5  # the moment between the server's word and the receipt is short
