"""What one person does, for Locust: about four fifths of the requests read, one fifth writes, with pauses.

A task that writes reads before: the list, then the page with the form.
"""

from __future__ import annotations

import json
import os
import random
import re
import time
from itertools import count
from pathlib import Path
from typing import Any

from locust import FastHttpUser, between, task

CARD = re.compile(r'href="(/assignments/[0-9a-z]{26}/)"')
MAP = re.compile(r'href="(/road-maps/[0-9a-z]{26}/)"')
VERSION = re.compile(r'name="version"[^>]*value="([^"]*)"')
WORDS = ("мониторинг", "семинар", "программа", "школа", "отчёт", "план")
SUBMIT = 'name="do" value="submit"'
REASON = re.compile(r'role="alert"[^>]*>(.{0,400})', re.DOTALL)
MEANWHILE = ("Пока вы писали", "Пока вы работали", "Отчёт сейчас не составляют", "сейчас невозможно: состояние")
ACCOUNTS: list[dict[str, Any]] = json.loads(Path(os.environ["OPORA_LOAD_ACCOUNTS"]).read_text(encoding="utf-8"))
_next = count()


class Person(FastHttpUser):
    """One signed-in person; accounts are handed out in turn."""

    wait_time = between(3, 12)
    network_timeout = connection_timeout = 30.0

    def on_start(self) -> None:
        account = ACCOUNTS[next(_next) % len(ACCOUNTS)]
        self.role: str = account["role"]
        self.token: str = account["csrf"]
        self.cookies = f"sessionid={account['session']}; csrftoken={self.token}"
        self.cards: list[str] = []
        self.maps: list[str] = []
        self.home()

    def read(self, url: str, name: str) -> str:
        with self.client.get(url, name=name, headers={"Cookie": self.cookies}, catch_response=True) as answer:
            if answer.status_code != 200:
                answer.failure(f"{answer.status_code}")
                return ""
            return str(answer.text)

    def write(self, url: str, name: str, **fields: str) -> str:
        """Send a form: what was answered. A colleague may have been first, which is told apart, not a failure."""
        headers = {"Cookie": self.cookies, "X-CSRFToken": self.token}
        with self.client.post(
            url, name=name, data=fields, headers=headers, catch_response=True, allow_redirects=False
        ) as answer:
            text = str(answer.text)
            if answer.status_code in (200, 422) and any(words in text for words in MEANWHILE):
                answer.request_meta["name"] = f"{name}, коллега был первым"
            elif answer.status_code not in (200, 302):
                answer.failure(f"{answer.status_code}: {' '.join(REASON.findall(text))[:300] or answer.error}")
                return ""
            answer.success()
            return text

    # -- reading ---------------------------------------------------------------------------------------

    @task(18)
    def home(self) -> None:
        self.cards = CARD.findall(self.read("/", "Мои дела")) or self.cards

    @task(15)
    def assignments(self) -> None:
        page = random.choice(("", "?page=2", "?sort=-due", "?state=sent"))
        self.cards = CARD.findall(self.read(f"/assignments/{page}", "Поручения")) or self.cards

    @task(20)
    def card(self) -> None:
        if self.cards:
            self.read(random.choice(self.cards), "Поручение")

    @task(7)
    def roadmaps(self) -> None:
        self.maps = MAP.findall(self.read("/road-maps/", "Дорожные карты")) or self.maps

    @task(8)
    def roadmap(self) -> None:
        if self.maps:
            tab = random.choice(("", "municipalities/"))
            self.read(random.choice(self.maps) + tab, "Дорожная карта")

    @task(6)
    def search(self) -> None:
        self.read(f"/search/?q={random.choice(WORDS)}", "Поиск")

    @task(4)
    def organisations(self) -> None:
        self.read("/organisations/", "Организации")

    @task(2)
    def copy(self) -> None:
        if self.role in ("regional_coordinator", "municipal_coordinator"):
            self.read("/assignments/?to=xlsx", "Поручения, Excel")

    # -- writing ---------------------------------------------------------------------------------------

    @task(60)
    def report(self) -> None:
        """One of one's own assignments: a text typed, saved at every pause, and half the time handed in."""
        found = CARD.findall(self.read("/assignments/?whose=mine&state=open", "Поручения"))
        random.shuffle(found)
        for url in found[:2]:
            page = self.read(url, "Поручение")
            if 'id="report"' in page:
                self.hand_in(url, VERSION.findall(page), may_submit=SUBMIT in page)
                return

    def hand_in(self, url: str, version: list[str], *, may_submit: bool) -> None:
        """The page saves what is typed after each pause; the last press is that of a button the page has."""
        words = ["Сделано."]
        for _ in range(random.randrange(1, 4)):
            words += random.choices(WORDS, k=10)
            saved = self.write(f"{url}draft/", "Отчёт: набирают", **_typed(words, version))
            version = VERSION.findall(saved) or version
            time.sleep(random.uniform(1, 4))
        if may_submit and random.random() < 0.5:
            self.write(f"{url}report/", "Отчёт: сдан", do="submit", **_typed(words, version))
        else:
            self.write(f"{url}report/", "Отчёт: черновик", do="draft", **_typed(words, version))

    @task(24)
    def decide(self) -> None:
        if not self.role.endswith("_coordinator"):
            return self.report()
        found = CARD.findall(self.read("/assignments/?whose=controlled&state=reported", "Поручения"))
        if not found:
            return None
        url = random.choice(found)
        if 'id="decide"' in self.read(url, "Поручение"):
            done = random.choice(("accept", "accept", "return"))
            self.write(f"{url}decide/", "Решение", do=done, comment="Укажите число участников.")
        return None


def _typed(words: list[str], version: list[str]) -> dict[str, str]:
    fields = {"text": " ".join(words), "figures": "", "link": ""}
    return fields | ({"version": version[0]} if version else {})
