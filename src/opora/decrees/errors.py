"""What goes wrong with a document, said so that the person who brought it knows what to do."""

from __future__ import annotations


class Unreadable(Exception):
    """The file cannot be read: what is wrong, what to do about it, and where (the file's name, a page, a sheet)."""

    def __init__(self, what: str, advice: str = "", *, where: str = "") -> None:
        super().__init__(what, advice, where)
        self.what = what
        self.advice = advice
        self.where = where

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text} {self.advice}".strip()
