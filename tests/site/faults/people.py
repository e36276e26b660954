"""People who work on the served site over HTTP, and send a form again and again until it is answered.

What the site has answered as done they keep: it must be found afterwards, once.
"""

from __future__ import annotations

import hashlib
import os
import queue
import re
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

PAUSE = 0.2  # seconds between two deeds of a person
PATIENCE = 120  # seconds in which a person gets an answer, whatever is killed meanwhile
AWAY = 503  # the database is away: the page asks to send the form again
DIGEST = re.compile(r'name="digest" value="(\w+)"')
STOP_POLLING = 286
DEEDS = ("reported", "accepted", "exported", "imported", "sendings", "uploaded")
NEW = "с"  # how the codes of imported organisations begin


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def place(self) -> str:
        """Where it leads."""
        return self.headers.get("Location", "")

    def __str__(self) -> str:
        return f"{self.status} {self.place}"


class Person:
    """The browser of one signed-in person."""

    def __init__(self, port: int, session: str) -> None:
        self.port, self.token = port, secrets.token_hex(16)
        self.cookies = f"sessionid={session}; csrftoken={self.token}"
        self.cut = 0  # requests that were begun and not answered

    def get(self, path: str, **headers: str) -> Answer:
        return self._until_answered("GET", path, b"", headers)

    def send(self, path: str, **fields: Any) -> Answer:
        """Send a form, the same one until it is answered."""
        from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

        body = encode_multipart(BOUNDARY, {"once": secrets.token_urlsafe(16), **fields})
        return self._until_answered("POST", path, body, {"Content-Type": MULTIPART_CONTENT})

    def _until_answered(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                answer = self._ask(method, path, body, headers)
                if answer.status != AWAY or time.monotonic() > until:
                    return answer
            except (OSError, HTTPException) as error:
                self.cut += not isinstance(error, ConnectionRefusedError)
                if time.monotonic() > until:
                    raise
            time.sleep(0.2)

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(
                method,
                path,
                body,
                {"Cookie": self.cookies, "X-CSRFToken": self.token, "Connection": "close", **headers},
            )
            response = connection.getresponse()
            return Answer(response.status, dict(response.headers), response.read())
        finally:
            connection.close()


@dataclass
class Crowd:
    """Several people at their work, each in a thread, until `over`; `done` is what was answered as done."""

    port: int
    sessions: list[str]
    folder: Path
    organisation: str  # public id of the one that uploads
    above: str  # code of the organisation that gets the new ones
    works: queue.SimpleQueue[str]  # assignments to report on
    roadmaps: queue.SimpleQueue[str]  # road maps to send
    over: threading.Event = field(default_factory=threading.Event)
    findings: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    handed_in: queue.SimpleQueue[str] = field(default_factory=queue.SimpleQueue)
    reported: dict[str, tuple[str, str]] = field(default_factory=dict)  # assignment: what was written, sha256 of proof
    accepted: set[str] = field(default_factory=set)
    sent: set[str] = field(default_factory=set)
    copies: list[str] = field(default_factory=list)  # sha256
    imported: set[str] = field(default_factory=set)  # first part of the codes
    uploaded: dict[str, str] = field(default_factory=dict)  # file name: address
    threads: list[threading.Thread] = field(default_factory=list)

    def begin(self) -> None:
        deeds = (self.report, self.report, self.decide, self.export, self.take_in, self.send, self.upload)
        for number, deed in enumerate(deeds):
            person = Person(self.port, self.sessions[number % len(self.sessions)])
            self.threads.append(threading.Thread(target=self._work, args=(person, deed, number), daemon=True))
            self.threads[-1].start()

    def end(self) -> None:
        """Let each thing be done once at least, however slow the machine is, and everybody finish what he has begun."""
        until = time.monotonic() + PATIENCE
        while not (self.findings or all(self.counts[deed] for deed in DEEDS)) and time.monotonic() < until:
            time.sleep(PAUSE)
        self.over.set()
        for thread in self.threads:
            thread.join(2 * PATIENCE)
            if thread.is_alive():
                self.findings.append("somebody still waits for an answer")

    def _work(self, person: Person, deed: Callable[[Person, str], None], number: int) -> None:
        turn = 0
        try:
            while not self.over.is_set():
                turn += 1
                deed(person, f"{number}-{turn}")
                time.sleep(PAUSE)
        except Exception as error:
            self.findings.append(f"{deed.__name__}: {error!r}")
        self.counts["requests cut"] += person.cut

    def _well(self, what: str, answer: Answer, place: str) -> bool:
        """Was it answered as done?"""
        if answer.status == 302 and answer.place.startswith(place):
            self.counts[what] += 1
            return True
        self.findings.append(f"{what}: {answer}")
        return False

    # -- deeds ----------------------------------------------------------------------

    def report(self, person: Person, name: str) -> None:
        work = _next(self.works)
        if not work:
            return
        proof, text = b"%PDF-1.7 " + os.urandom(100_000), f"Сделано {name}"
        page = f"/assignments/{work}/"
        file = _file(f"{name}.pdf", proof)
        if self._well("reported", person.send(f"{page}report/", do="submit", text=text, attached=file), page):
            self.reported[work] = text, hashlib.sha256(proof).hexdigest()
            self.handed_in.put(work)

    def decide(self, person: Person, name: str) -> None:
        work = _next(self.handed_in)
        if not work:
            return
        page = f"/assignments/{work}/"
        if self._well("accepted", person.send(f"{page}decide/", do="accept", comment=name), page):
            self.accepted.add(work)

    def export(self, person: Person, name: str) -> None:
        answer = person.get("/organisations/?to=xlsx")
        if answer.status != 200:
            self.findings.append(f"exported: {answer}")
        else:
            self.copies.append(hashlib.sha256(answer.body).hexdigest())
            self.counts["exported"] += 1

    def take_in(self, person: Person, name: str) -> None:
        head = "код;вид;полное наименование;краткое наименование;подчинена (код)"
        rows = [f"{NEW}{name}-{n};другое;Центр {name} {n};Центр {name} {n};{self.above}" for n in range(40)]
        table = "\r\n".join([head, *rows]).encode("utf-8-sig")
        seen = person.send("/registry/import/", file=_file("р.csv", table))
        if seen.status != 302:
            self.findings.append(f"imported: {seen}")
            return
        digest = DIGEST.search(person.get(seen.place).body.decode())
        done = person.send(seen.place, digest=digest[1] if digest else "")
        if self._well("imported", done, "/organisations/"):
            self.imported.add(f"{NEW}{name}-")

    def send(self, person: Person, name: str) -> None:
        """Send a road map and look at its job until it is done; where it was given up, send again."""
        roadmap = _next(self.roadmaps)
        while roadmap:
            answer = person.send(f"/road-maps/{roadmap}/send/")
            if answer.status == 409 and "уже разосланы" in answer.body.decode():
                break
            if not self._well("sendings", answer, "/tasks/"):
                return
            state = person.get(answer.place, **{"HX-Target": "job"})
            while state.status == 200:
                time.sleep(0.3)
                state = person.get(answer.place, **{"HX-Target": "job"})
            if state.status != STOP_POLLING:
                self.findings.append(f"job: {state}")
            if state.status != STOP_POLLING or "HX-Redirect" in state.headers:
                break
        if roadmap:
            self.sent.add(roadmap)

    def upload(self, person: Person, name: str) -> None:
        from tests.browser import directive

        path = directive.make(self.folder / f"{name}.docx", name, f"О плане {name}", "Совет")
        file = _file(path.name, path.read_bytes())
        answer = person.send("/documents/upload/", documents=file, organisation=self.organisation)
        if self._well("uploaded", answer, "/documents/"):
            self.uploaded[path.name] = answer.place
        time.sleep(1)  # one is read meanwhile


def _next(things: queue.SimpleQueue[str]) -> str:
    try:
        return things.get_nowait()
    except queue.Empty:
        return ""


def _file(name: str, content: bytes) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile(name, content)
