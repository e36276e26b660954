"""Nominative of a phrase: «Федеральной службы по надзору» -> «Федеральная служба по надзору»."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

_HEADS = {
    "руководителям": "руководители",
    "начальникам": "начальники",
    "директорам": "директора",
    "заместителям": "заместители",
    "специалистам": "специалисты",
    "методистам": "методисты",
    "координаторам": "координаторы",
    "председателям": "председатели",
    "органам": "органы",
    "организациям": "организации",
    "учреждениям": "учреждения",
    "школам": "школы",
    "службам": "службы",
    "ректору": "ректор",
    "директору": "директор",
    "начальнику": "начальник",
    "руководителю": "руководитель",
    "специалисту": "специалист",
    "председателю": "председатель",
    "заместителю": "заместитель",
    "министерству": "министерство",
    "департаменту": "департамент",
    "управлению": "управление",
    "отделу": "отдел",
    "комитету": "комитет",
    "институту": "институт",
    "центру": "центр",
    "координатору": "координатор",
    "методисту": "методист",
}
_WORD = re.compile(r"[А-Яа-яЁё-]+")


@cache
def _analyser() -> Any:
    import pymorphy3

    return pymorphy3.MorphAnalyzer()


def nominative(phrase: str) -> str:
    """The phrase with its head noun and the adjectives before it in the nominative; the rest as it stands."""
    match = _WORD.match(phrase)
    if match and match.group().lower() in _HEADS:
        return _like(match.group(), _HEADS[match.group().lower()]) + phrase[match.end() :]
    words = list(_WORD.finditer(phrase))
    changed: list[tuple[int, int, str]] = []
    for word in words[:6]:
        if changed and phrase[changed[-1][1] : word.start()].strip():
            break
        parsed = _best(word.group())
        if parsed is None:
            break
        number = parsed.tag.number or "sing"
        form = parsed.inflect({"nomn", number})
        if form is None:
            break
        changed.append((word.start(), word.end(), _like(word.group(), form.word)))
        if parsed.tag.POS == "NOUN":
            break
    else:
        changed = []
    if not changed or _best(phrase[changed[-1][0] : changed[-1][1]]) is None:
        return phrase
    for start, end, text in reversed(changed):
        phrase = phrase[:start] + text + phrase[end:]
    return phrase


def _best(word: str) -> Any:
    """The likeliest adjective, participle or noun reading of a word."""
    return next((p for p in _analyser().parse(word) if p.tag.POS in ("ADJF", "PRTF", "NOUN")), None)


def _like(word: str, form: str) -> str:
    return form.capitalize() if word[:1].isupper() else form
