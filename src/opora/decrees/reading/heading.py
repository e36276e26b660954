"""The heading: kind, number, date, issuer, title, place, addressees, the stamp «УТВЕРЖДАЮ»."""

from __future__ import annotations

import re
from itertools import groupby

from opora.decrees.model import Decree
from opora.decrees.reading.lines import NAMES_PLAN, TITLE, Line, kind_of, lines_of, unspaced
from opora.decrees.reading.nodes import Para
from opora.decrees.reading.references import DATE, date_of
from opora.decrees.reading.stamps import read_stamps

_NUMBER = re.compile(r"№\s*(?!_|\s*от)([A-Za-zА-Яа-яЁё]{0,6}-?\d[\w/.\-–]*(?:\s?-\s?[а-яё]{1,3})?)")
_ADDRESS = re.compile(
    r"\bул\.|\bтел\b|тел\.|факс|@|\bОКПО|\bОГРН|\bИНН|\b\d{6}\b|e-mail|https?:|www\.|\bпр(?:осп|-т)\b|пл\.\s",
    re.IGNORECASE,
)
_PLACE = re.compile(r"^(?:г(?:ород)?\.?|с\.|п\.|пгт\.?|р\.?\s?п\.|ст-ца)\s*([А-ЯЁ][\w-]+(?:\s[А-ЯЁ][\w-]+)?)$")
_PLACE_WITHIN = re.compile(r"\sг\.\s*([А-ЯЁ][\w-]+)$")
_PLACE_BEFORE = re.compile(r"^г\.\s*([А-ЯЁ][\w-]+)\s+(?=\W?\d|от\s)")
_TOWN = re.compile(r"[А-ЯЁ][а-яё]+(?:-[А-ЯЁа-яё]+)*")
_ADDRESSEE = re.compile(
    r"^(?:Руководител\w+|Директор(?:ам|у)|Начальник(?:ам|у)|Глав(?:ам|е)|Министру|Ректор(?:ам|у)|Заместител(?:ям|ю)"
    r"|Председател(?:ям|ю)|Муниципальным\s|Органам\s|Специалистам\s|Координаторам\s)"
)
_DATE_LINE = re.compile(rf"^(?:от\s+)?{DATE}", re.IGNORECASE)
_BLANK = re.compile(r"^(?:На\s+№|№\s*_+|_+|«_+»)")
_PLACES = re.compile(r"^(?:област|кра[яйею]\b|район|город|округ|республик|федераци)", re.IGNORECASE)


def read_heading(paras: list[Para], decree: Decree) -> None:
    """Fill what the heading states into the decree."""
    lines = lines_of(paras)
    stamp = read_stamps(lines, decree)
    lines = [line for index, line in enumerate(lines) if index not in stamp]
    kind_at = next((i for i, line in enumerate(lines) if kind_of(line.text)), None)
    rest = ""
    if kind_at is not None:
        found = kind_of(lines[kind_at].text)
        if found:
            decree.kind, rest = found
            decree.sources["kind"] = lines[kind_at].para.source
    _number_and_date(lines, decree)
    letter = kind_at is None and any(_ADDRESSEE.match(line.text) for line in lines)
    if kind_at is None and not letter and any(NAMES_PLAN.match(line.text) for line in lines):
        decree.kind = "plan"
    if letter:
        decree.kind = "letter"
        _addressees(lines, decree)
    named_at = next((i for i, line in enumerate(lines) if NAMES_PLAN.match(line.text)), None)
    above = kind_at if kind_at is not None else named_at if decree.kind == "plan" else None
    if decree.issuer is None:
        _issuer(lines[:above], decree)
    _title(lines, kind_at, rest, decree)
    _place(lines, kind_at, decree)
    if kind_at is None and not letter and decree.title and decree.kind == "other" and decree.number:
        decree.kind = "letter" if any(_BLANK.match(line.text) for line in lines) else "other"


def _number_and_date(lines: list[Line], decree: Decree) -> None:
    for line in lines:
        text = line.text
        if _BLANK.match(text) and not date_of(text):
            continue
        if len(text) > 90 or TITLE.match(text) or re.match(r"^[Кк]\s+(?:приказу|распоряжению|письму|протоколу)", text):
            continue
        day = date_of(text)
        if day and decree.date is None and (_DATE_LINE.match(text) or "№" in text or kind_of(text) or len(text) < 40):
            decree.date = day
            decree.sources["date"] = line.para.source
        number = _NUMBER.search(text)
        if number and decree.number is None and not _ADDRESS.search(text) and "СОШ" not in text:
            decree.number = re.sub(r"\s", "", number.group(1)).rstrip(".,-")
            decree.sources["number"] = line.para.source


def _is_data(text: str) -> bool:
    """A line of the heading that is no name of an issuer."""
    return bool(
        _ADDRESS.search(text)
        or _BLANK.match(text)
        or (date_of(text) and len(text) < 60)
        or re.match(r"^(?:от\b|№)", text)
        or re.match(r"^\d", text)
        or _ADDRESSEE.match(text)
    )


def _issuer(lines: list[Line], decree: Decree) -> None:
    """The lines above the kind, or at the head of a letter, up to its address."""
    taken: list[Line] = []
    for line in lines:
        if TITLE.match(line.text) or _is_data(line.text):
            if taken:
                break
            continue
        if re.match(r"^РОССИЙСКАЯ ФЕДЕРАЦИЯ$|^Приложение|^\(.*\)$", line.text):
            continue
        taken.append(line)
        if len(taken) >= 6:
            break
    if taken:
        cased = groupby((unspaced(line.text) for line in taken), key=str.isupper)
        decree.issuer = " ".join(sentence_case(" ".join(texts)) for _, texts in cased)
        decree.sources["issuer"] = taken[0].para.source


def sentence_case(text: str) -> str:
    """«ДЕПАРТАМЕНТ ОБРАЗОВАНИЯ ТОМСКОЙ ОБЛАСТИ» as «Департамент образования Томской области»."""
    text = " ".join(unspaced(text).split()).strip(" ,")
    letters = [c for c in text if c.isalpha()]
    if not letters or sum(c.isupper() for c in letters) < 0.8 * len(letters):
        return text
    words = text.lower().split()
    for index, word in enumerate(words):
        following = words[index + 1] if index + 1 < len(words) else ""
        previous = words[index - 1] if index else ""
        named = _PLACES.match(following) or previous in ("г.", "города", "республики") or word.startswith("росси")
        if named and not re.match(r"^(?:муниципальн|городск|автономн|администрац|управлен|образован)", word):
            words[index] = "-".join(part.capitalize() for part in word.split("-"))
        if word.startswith(("«", '"')):
            words[index] = word[0] + word[1:].capitalize()
    return " ".join(words)[:1].upper() + " ".join(words)[1:]


def _title(lines: list[Line], kind_at: int | None, rest: str, decree: Decree) -> None:
    """«Об утверждении …»; of a protocol, decision or plan what follows its kind."""
    start, text = None, ""
    if kind_at is not None and rest and not _NUMBER.match(rest) and not re.match(r"^от\s", rest):
        start, text = kind_at, rest
    else:
        for index in range(kind_at + 1 if kind_at is not None else 0, len(lines)):
            first = lines[index].text
            follows = kind_at is not None and decree.kind in ("protocol", "decision", "plan")
            names = kind_at is None and decree.kind == "plan" and NAMES_PLAN.match(first)
            if names or TITLE.match(first) or (follows and not _is_data(first) and not _PLACE.match(first)):
                start, text = index, first
                break
    if start is None:
        return
    source = lines[start].para.source
    for line in lines[start + 1 :]:
        if line.gap and not line.text[:1].islower() and not text.endswith((",", "-", "–")):
            break
        if _DATE_LINE.match(line.text) or _PLACE.match(line.text) or (_is_data(line.text) and line.gap):
            break
        text += " " + line.text
    kind_word = {"decision": "Решение ", "plan": "План "}.get(decree.kind, "")
    if (
        kind_at is not None
        and start >= kind_at
        and kind_word
        and not text.lower().startswith(kind_word.strip().lower())
        and not TITLE.match(text)
    ):
        own = unspaced(lines[kind_at].text)
        kind_word = (
            own.split()[0].capitalize() + " "
            if decree.kind == "decision"
            else ("План " if own.startswith("ПЛАН") else own[: len(own) - len(rest)].strip().capitalize() + " ")
        )
        text = kind_word + text
    decree.title = " ".join(text.split()).rstrip(".")
    decree.sources["title"] = source


def _place(lines: list[Line], kind_at: int | None, decree: Decree) -> None:
    """The place stands behind the kind, alone or at the end of a line of data; above it a town is the issuer's."""
    if kind_at is None:
        return
    for line in lines[kind_at + 1 :]:
        if TITLE.match(line.text):
            return
        match = _PLACE.match(line.text)
        data = _DATE_LINE.match(line.text) or "№" in line.text
        within = _PLACE_BEFORE.match(line.text) or (_PLACE_WITHIN.search(line.text) if data else None)
        alone = _TOWN.fullmatch(line.text) and line.text != decree.title
        address = re.match(r"^(?:ул\.|пр\.|пл\.|г\.\s*[А-ЯЁ][\w-]+,\s*(?:ул|пр|пл))", line.text)
        place = match.group(1) if match else within.group(1) if within else line.text if alone or address else None
        if place:
            decree.place = place
            decree.sources["place"] = line.para.source
            return


def _addressees(lines: list[Line], decree: Decree) -> None:
    current: list[str] = []
    for line in lines:
        if _ADDRESSEE.match(line.text):
            if current:
                decree.addressees.append(" ".join(current))
            current = [line.text]
        elif current and not line.gap and not kind_of(line.text) and not TITLE.match(line.text):
            current.append(line.text)
        elif current:
            decree.addressees.append(" ".join(current))
            current = []
    if current:
        decree.addressees.append(" ".join(current))
