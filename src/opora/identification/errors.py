"""What goes wrong with data, a rule or a parameter, said so that the person who brought it knows what to do."""

from __future__ import annotations


class Unfit(Exception):
    """Nothing can be computed: what is wrong, what to do about it, and where (a file, a rule, a parameter)."""

    def __init__(self, what: str, advice: str = "", *, where: str = "") -> None:
        super().__init__(what, advice, where)
        self.what = what
        self.advice = advice
        self.where = where

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text} {self.advice}".strip()
