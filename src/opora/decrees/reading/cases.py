"""Nominative of a phrase: «Федеральной службы по надзору» -> «Федеральная служба по надзору»."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

_WORD = re.compile(r"[А-Яа-яЁё]+(?:-[А-Яа-яЁё]+)*")
_LINK = re.compile(r"(?:,\s*|\s+и\s+|,\s+и\s+|\s+или\s+)(?=[а-яёА-ЯЁ])")
_MASKED = re.compile(r"«[^»]*»?|\([^)]*\)?")
_AS_NOUN = re.compile(r"^(?:заведующ|управляющ|исполняющ|обучающ|учащ|служащ)")
_MAX_ADJECTIVES = 7
_SHORT = 3  # letters of an abbreviation such as «ОО», which has no cases

Form = tuple[str, str]  # case, number


@dataclass(frozen=True, slots=True)
class _Chain:
    """The adjectives at the head of a phrase and the noun they lead to, with the forms that all of them share."""

    words: tuple[tuple[int, int, str], ...]
    forms: dict[Form, float]

    @property
    def end(self) -> int:
        return self.words[-1][1]


@cache
def analyser() -> Any:
    import pymorphy3

    return pymorphy3.MorphAnalyzer()


@cache
def _readings(word: str) -> tuple[Any, ...]:
    parsed = analyser().parse(word)
    if parsed[0].tag.POS in ("PREP", "CONJ", "PRCL", "ADVB"):
        return ()
    return tuple(p for p in parsed if p.tag.POS in ("ADJF", "PRTF", "NOUN") and "Name" not in p.tag)


def nominative(phrase: str) -> str:
    """The phrase with its head noun, what agrees with it and what is put beside it in the nominative."""
    chain = _chain(phrase, 0)
    form = _likeliest(chain) if chain else None
    if chain is None or form is None or form[0] == "nomn":
        return phrase
    parts, done = [_inflected(phrase, chain, form)], chain.end
    masked = _MASKED.sub(lambda m: "·" * len(m.group()), phrase)
    for link in _LINK.finditer(masked, done):
        beside = _chain(phrase, link.end())
        same = _beside(form, beside, adjacent=not phrase[done : link.start()].strip())
        if beside and same and link.start() >= done:
            parts += [phrase[done : link.end()], _inflected(phrase, beside, same)]
            done = beside.end
    return "".join(parts) + phrase[done:]


def is_plural(phrase: str) -> bool:
    """Whether a phrase in the nominative names many: «образовательные организации», not «учреждение Омской области»."""
    chain = _chain(phrase, 0)
    return chain is not None and ("nomn", "plur") in chain.forms and ("nomn", "sing") not in chain.forms


def _beside(form: Form, chain: _Chain | None, *, adjacent: bool) -> Form | None:
    """The form of what is put beside the head; where a dative may be another case, it must be adjacent."""
    if chain is None or form[0] != "datv":
        return None
    forms = [found for found in chain.forms if found[0] == "datv"]
    sure = adjacent or not any(case in ("gent", "nomn", "loct") for case, _ in chain.forms)
    return forms[0] if forms and sure else None


def begins_dative(phrase: str) -> bool:
    """Whether the phrase begins with someone told to do something: «Муниципальным координаторам», «МОУО», «Школе»."""
    first = _WORD.match(phrase.lstrip("«"))
    if first is None:
        return False
    if first.group().isupper():
        return len(first.group()) >= 2
    chain = _chain(phrase, 0)
    return chain is not None and any(case == "datv" for case, _ in chain.forms)


def _chain(phrase: str, start: int) -> _Chain | None:
    words: list[tuple[int, int, str]] = []
    forms: dict[Form, float] | None = None
    place = start
    while len(words) <= _MAX_ADJECTIVES and (match := _WORD.match(phrase, place)):
        word = match.group()
        readings = _readings(word.lower())
        if not readings or (word.isupper() and len(word) >= min(_SHORT, 2)):
            break
        nouns, adjectives = _forms(readings, noun=True), _forms(readings, noun=False)
        shared_noun, shared_adjective = _shared(forms, nouns), _shared(forms, adjectives)
        words.append((*match.span(), word))
        if shared_noun and not (shared_adjective and _leads_on(phrase, match.end())):
            return _Chain(tuple(words), shared_noun)
        if not shared_adjective:
            return None
        if _AS_NOUN.match(word.lower()) and not _leads_on(phrase, match.end(), _governing(shared_adjective)):
            return _Chain(tuple(words), shared_adjective)
        forms = shared_adjective
        place = match.end() + _blank(phrase, match.end())
        if place == match.end():
            break
    return None


def _leads_on(phrase: str, end: int, forms: dict[Form, float] | None = None) -> bool:
    """Whether the noun is still to come behind a word that may be one itself («рабочей группы», «заведующему»)."""
    beyond = end + _blank(phrase, end)
    following = _chain(phrase, beyond) if beyond > end else None
    return following is not None and (forms is None or bool(_shared(forms, following.forms)))


def _governing(forms: dict[Form, float]) -> dict[Form, float]:
    """«Заведующей кафедрой»: the noun behind such a word is its object, not its head."""
    return {form: score for form, score in forms.items() if form[0] != "ablt"}


def _blank(phrase: str, place: int) -> int:
    return len(phrase[place:]) - len(phrase[place:].lstrip())


def _forms(readings: tuple[Any, ...], *, noun: bool) -> dict[Form, float]:
    """Forms of a word with their likelihood, as noun or as adjective."""
    found: dict[Form, float] = {}
    for reading in readings:
        if (reading.tag.POS == "NOUN") is noun and reading.tag.case:
            form = (str(reading.tag.case), str(reading.tag.number or "sing"))
            found[form] = max(found.get(form, 0.0), float(reading.score))
    return found


def _shared(before: dict[Form, float] | None, now: dict[Form, float]) -> dict[Form, float]:
    if before is None:
        return now
    return {form: before[form] * now[form] for form in now if form in before}


def _likeliest(chain: _Chain) -> Form | None:
    """What can be nominative is; of a noun alone («управления») the likelier of its forms."""
    forms = chain.forms
    if ("nomn", "sing") in forms:
        return ("nomn", "sing")
    if ("nomn", "plur") in forms and (len(chain.words) > 1 or forms["nomn", "plur"] >= forms.get(("gent", "sing"), 0)):
        return ("nomn", "plur")
    if ("datv", "plur") in forms:
        return ("datv", "plur")
    oblique = {form: score for form, score in forms.items() if form[0] not in ("accs", "voct")}
    return max(oblique or forms, key=lambda form: forms[form], default=None)


def _inflected(phrase: str, chain: _Chain, form: Form) -> str:
    """The words of a chain in the nominative; in the singular its adjectives take the gender of its noun."""
    text = phrase[chain.words[0][0] : chain.end]
    offset = chain.words[0][0]
    gender = None
    for start, end, word in reversed(chain.words):
        reading = _reading(word, form, gender)
        inflected = reading.inflect({"nomn", form[1]}) if reading else None
        gender = gender or (str(reading.tag.gender) if reading and form[1] == "sing" else None)
        if inflected:
            text = text[: start - offset] + _like(word, str(inflected.word)) + text[end - offset :]
    return text


def _reading(word: str, form: Form, gender: str | None) -> Any:
    """The reading of a word in the form that was chosen: of the last word its noun, if it has one."""
    readings = [p for p in _readings(word.lower()) if (str(p.tag.case), str(p.tag.number or "sing")) == form]
    if gender is None:
        return next(iter(sorted(readings, key=lambda p: p.tag.POS != "NOUN")), None)
    return next((p for p in readings if p.tag.POS != "NOUN" and p.tag.gender in (gender, None)), None)


def _like(word: str, form: str) -> str:
    form = {"учители": "учителя"}.get(form, form)
    return form[:1].upper() + form[1:] if word[:1].isupper() else form
