"""The heading: kind, number, date, issuer, title, place, addressees, the stamp «УТВЕРЖДАЮ»."""

from __future__ import annotations

import re
from dataclasses import dataclass

from opora.decrees.model import Decree, Signatory
from opora.decrees.reading.names import NAME_RE
from opora.decrees.reading.nodes import Para
from opora.decrees.reading.references import DATE, date_of

KINDS = {
    "РАСПОРЯЖЕНИЕ": "directive",
    "ПРИКАЗ": "order",
    "ПРОТОКОЛ": "protocol",
    "РЕШЕНИЕ": "decision",
    "ПОСТАНОВЛЕНИЕ": "other",
    "ПЛАН": "plan",
    "КОМПЛЕКСНЫЙ ПЛАН": "plan",
    "ДОРОЖНАЯ КАРТА": "plan",
    "МУНИЦИПАЛЬНАЯ ДОРОЖНАЯ КАРТА": "plan",
    "РЕГИОНАЛЬНАЯ ДОРОЖНАЯ КАРТА": "plan",
    "КОМПЛЕКС МЕР": "plan",
    "ПИСЬМО": "letter",
}
_KIND = re.compile(rf"^({'|'.join(sorted(KINDS, key=len, reverse=True))})(?=\W|$)")
_LINE_KIND = re.compile(rf"^({'|'.join(sorted(KINDS, key=len, reverse=True))})$", re.IGNORECASE)
_NUMBER = re.compile(r"№\s*(?!_|\s*от)([A-Za-zА-Яа-яЁё]{0,6}-?\d[\w/.\-–]*(?:\s?-\s?[а-яё]{1,3})?)")
_ADDRESS = re.compile(
    r"\bул\.|\bтел\b|тел\.|факс|@|\bОКПО|\bОГРН|\bИНН|\b\d{6}\b|e-mail|https?:|www\.|\bпр(?:осп|-т)\b|пл\.\s",
    re.IGNORECASE,
)
_PLACE = re.compile(r"^(?:г(?:ород)?\.?|с\.|п\.|пгт\.?|р\.?\s?п\.|ст-ца)\s*([А-ЯЁ][\w-]+(?:\s[А-ЯЁ][\w-]+)?)$")
_PLACE_WITHIN = re.compile(r"\sг\.\s*([А-ЯЁ][\w-]+)$")
_TOWN = re.compile(r"[А-ЯЁ][а-яё]+(?:-[А-ЯЁа-яё]+)*")
_TITLE = re.compile(r"^(?:Об?|О\s+внесении)\s+\S")
_ADDRESSEE = re.compile(
    r"^(?:Руководител\w+|Директор(?:ам|у)|Начальник(?:ам|у)|Глав(?:ам|е)|Министру|Ректор(?:ам|у)|Заместител(?:ям|ю)"
    r"|Председател(?:ям|ю)|Муниципальным\s|Органам\s|Специалистам\s|Координаторам\s)"
)
_DATE_LINE = re.compile(rf"^(?:от\s+)?{DATE}", re.IGNORECASE)
_BLANK = re.compile(r"^(?:На\s+№|№\s*_+|_+|«_+»)")
_STAMP = re.compile(r"^(?:УТВЕРЖД(?:АЮ|ЕН[АОЫ]?)|Утвержд(?:аю|ен[аоы]?))\b:?")
_PLACES = re.compile(r"^(?:област|кра[яйею]\b|район|город|округ|республик|федераци)", re.IGNORECASE)


@dataclass(slots=True)
class Line:
    text: str
    para: Para
    gap: bool


def lines_of(paras: list[Para]) -> list[Line]:
    return [
        Line(text.strip(), para, para.gap and index == 0)
        for para in paras
        for index, text in enumerate(para.text.split("\n"))
        if text.strip()
    ]


def unspaced(text: str) -> str:
    """«П Р И К А З» as a word."""
    return re.sub(r"(?<![А-ЯЁа-яё])((?:[А-ЯЁ]\s){3,}[А-ЯЁ])(?![А-ЯЁа-яё])", lambda m: m.group().replace(" ", ""), text)


def kind_of(text: str) -> tuple[str, str] | None:
    """(kind, what follows it in the line) of a line that names the kind of a document."""
    text = unspaced(text)
    match = _KIND.match(text) or _LINE_KIND.match(text.rstrip(" :."))
    if not match:
        return None
    return KINDS[match.group(1).upper()], text[match.end() :].strip(" .")


def read_heading(paras: list[Para], decree: Decree) -> None:
    """Fill what the heading states into the decree."""
    lines = lines_of(paras)
    stamp = _approval_stamp(lines, decree)
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
    if letter:
        decree.kind = "letter"
        _addressees(lines, decree)
    _issuer(lines[:kind_at] if kind_at is not None else lines, decree)
    _title(lines, kind_at, rest, decree)
    _place(lines, kind_at, decree)
    if kind_at is None and not letter and decree.title and decree.kind == "other" and decree.number:
        decree.kind = "letter" if any(_BLANK.match(line.text) for line in lines) else "other"


def _approval_stamp(lines: list[Line], decree: Decree) -> set[int]:
    """«УТВЕРЖДАЮ», position, name and date of the one who approves: he is the signatory."""
    start = next((i for i, line in enumerate(lines) if _STAMP.match(line.text)), None)
    if start is None:
        return set()
    taken = {start}
    position: list[str] = []
    rest = _STAMP.sub("", lines[start].text).strip()
    if rest:
        position.append(rest)
    for index in range(start + 1, min(start + 9, len(lines))):
        text = lines[index].text
        if kind_of(text) or _TITLE.match(text):
            break
        taken.add(index)
        name = NAME_RE.search(text)
        if name:
            before = text[: name.start()].strip(" _/,")
            position += [before] if before else []
            decree.signatory = Signatory(" ".join(name.group().split()), " ".join(position) or None)
            decree.sources["signatory"] = lines[index].para.source
            following = index + 1
            if (
                following < len(lines)
                and re.search(r"20\d\d|_{2,}", lines[following].text)
                and len(lines[following].text) < 50
            ):
                taken.add(following)
                decree.date = decree.date or date_of(lines[following].text)
            break
        dated = re.search(
            rf"^(?:приказом|распоряжением|постановлением)?.*?от\s+({DATE})\s*№\s*(\S+)", text, re.IGNORECASE
        )
        if dated:
            decree.date, decree.number = date_of(dated.group(1)), dated.group(2).rstrip(".,")
            break
        position.append(text)
    return taken


def _number_and_date(lines: list[Line], decree: Decree) -> None:
    for line in lines:
        text = line.text
        if _BLANK.match(text) and not date_of(text):
            continue
        if len(text) > 90 or _TITLE.match(text) or re.match(r"^[Кк]\s+(?:приказу|распоряжению|письму|протоколу)", text):
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
        if _TITLE.match(line.text) or _is_data(line.text):
            if taken:
                break
            continue
        if re.match(r"^РОССИЙСКАЯ ФЕДЕРАЦИЯ$|^Приложение", line.text):
            continue
        taken.append(line)
        if len(taken) >= 6:
            break
    if taken:
        decree.issuer = sentence_case(" ".join(line.text for line in taken))
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
            if _TITLE.match(first) or (follows and not _is_data(first) and not _PLACE.match(first)):
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
        if _TITLE.match(line.text):
            return
        match = _PLACE.match(line.text)
        within = _PLACE_WITHIN.search(line.text) if _DATE_LINE.match(line.text) or "№" in line.text else None
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
        elif current and not line.gap and not kind_of(line.text):
            current.append(line.text)
        elif current:
            decree.addressees.append(" ".join(current))
            current = []
    if current:
        decree.addressees.append(" ".join(current))
