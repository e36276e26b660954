"""Abbreviations: legends and «(далее – МОУО)», short -> long, the long form in the nominative where it can be."""

from __future__ import annotations

import re
from collections.abc import Iterable

from opora.decrees.reading.cases import nominative

_LATER = re.compile(r"\(\s*\*?далее\*?\s*(?:по\s+тексту\s*)?[-–—:]+\s*(?P<short>[^()]{2,120}?)\s*\)", re.IGNORECASE)
_LEGEND_HEAD = re.compile(
    r"(?i)^(?:\*?\s*)?(?:условные\s+обозначения|принятые\s+сокращения|используемые\s+сокращения|список\s+сокращений|сокращения|обозначения)"
)
_LEGEND = re.compile(
    r"^\W*(?P<short>[А-ЯЁ][А-ЯЁа-яё\d-]*(?:\s[А-ЯЁ]{2,})?)\s*(?:\s[-–—]|[-–—]\s|[:=])\s*(?P<long>[а-яёА-ЯЁ«][^\n]{5,300})$"
)
_HEADS = re.compile(
    r"(?<![\w«-])(?:[Мм]униципальн\w+|[Оо]бщеобразовательн\w+|[Оо]бразовательн\w+|[Пп]рофессиональн\w+|[Дд]ошкольн\w+|[Оо]бластн\w+|[Гг]осударственн\w+|[Кк]раев\w+|[Рр]еспубликанск\w+"
    r"|[Бб]юджетн\w+|[Фф]едеральн\w+|[Мм]инистерств\w+|[Дд]епартамент\w*|[Уу]правлени\w+|[Кк]омитет\w*|[Ии]нститут\w*|[Цц]ентр\w*|[Шш]кол\w*|[Оо]рган\w*|[Рр]егиональн\w+|[Ии]нформационн\w+"
    r"|[Уу]чреждени\w+|[Оо]рганизаци\w+|[Рр]абоч\w+\s+групп\w*|[Пп]лан\w*|[Дд]орожн\w+|[Пп]рограмм\w*|[Пп]роект\w*|[Вв]сероссийск\w+|[Ее]дин\w+|[Сс]истем\w*|[Мм]ониторинг\w*|[Сс]лужб\w*|[Кк]онкурс\w*|[Аа]втономн\w+)"
)
_GOVERNED = re.compile(
    r"(?<!\w)(?:в|во|на|с|со|о|об|по|к|для|при|за|от|из)\s+(?:[а-яё-]+(?:ыми|ими|ых|их|ым|им|ой|ей|ого|его|ому|ему|ую|юю)\s+)*$"
)
_STOP_POSITION = re.compile(
    r"(?i)(?:ректор|директор|начальник|руководител|председател|министр|заместител|специалист|координатор)\w*\s+"
)


def abbreviations_in(texts: Iterable[str]) -> dict[str, str]:
    """All abbreviations that the texts explain, in order."""
    found: dict[str, str] = {}
    for text in texts:
        flat = " ".join(text.split())
        for match in _LATER.finditer(flat):
            short = match["short"].strip(" «»*;,")
            if "," in short or len(short) > 80:
                continue
            long = _before(flat[: match.start()], short)
            if long:
                found.setdefault(short, long)
    return found


def legend_of(lines: list[str]) -> dict[str, str]:
    """The lines of a legend: below its head, or «ДОН – департамент…» twice in a row."""
    found: dict[str, str] = {}
    inside = False
    run: dict[str, str] = {}
    for line in lines:
        flat = " ".join(line.split())
        if _LEGEND_HEAD.match(flat):
            inside = True
            flat = re.sub(r"^[^:]*:\s*", "", flat)
            if not flat:
                continue
        parts = re.split(r";\s*(?=[А-ЯЁ]{2,})", flat)
        entries = [match for part in parts if (match := _LEGEND.match(part.strip(" .;")))]
        good = [m for m in entries if sum(c.isupper() for c in m["short"]) >= 2 and len(m["short"]) <= 20]
        if good and len(good) == len(parts):
            for match in good:
                run[match["short"]] = match["long"].strip(" .;")
        else:
            if inside or len(run) >= 2 or _sure(run):
                found.update(run)
            run, inside = {}, inside and not run
    if inside or len(run) >= 2 or _sure(run):
        found.update(run)
    return found


def _sure(run: dict[str, str]) -> bool:
    """A legend of one line: its words begin with the letters of the abbreviation."""
    return len(run) == 1 and all(_makes(long, [c.lower() for c in short if c.isalpha()]) for short, long in run.items())


def _before(text: str, short: str) -> str | None:
    """The phrase that an abbreviation stands for: back to where its noun phrase begins."""
    text = text.rstrip(" ,")
    if not short.isupper() and (named := _named(text, short)):
        return named
    sentence = re.split(
        r"(?<=[.;:])(?<!\bг\.)(?<!\bс\.)(?<!\bим\.)(?<!\bобл\.)(?<!\b[А-ЯЁ]\.)\s+(?=[А-ЯЁ«])|;\s+|:\s+|\n",
        _masked(text),
    )
    start = len(text) - len(sentence[-1])
    phrase = text[start:]
    masked = _masked(phrase)
    if phrase.endswith("»"):
        opened = _opening(phrase)
        head = phrase[:opened]
        begins = [m.start() for m in _HEADS.finditer(head)]
        cut = _chain_start(head, begins)
        return nominative(phrase[cut:].strip()) or None
    clusters = _clusters(masked)
    if not clusters:
        tail = re.split(r"(?:^|[\s,(])(?:в|на|с|о|об|по|к|для|при|и)\s", phrase)[-1].strip(" ,(")
        return nominative(tail) if 3 < len(tail) < 200 else None
    return nominative(phrase[_chosen(phrase, clusters, short) :].strip())


def _named(text: str, short: str) -> str | None:
    """«дорожную карту поддержки школ (далее – дорожная карта)»: from where the words of the short form stand."""
    stems = [re.escape(word[: max(4, len(word) - 3)]) for word in short.lower().split()]
    found = list(re.finditer(r"(?<!\w)" + r"\w*\s+".join(stems) + r"\w*", text, re.IGNORECASE))
    if len(stems) > 3 or not found or found[-1].end() == len(text) or re.search(r"[.;:]\s", text[found[-1].start() :]):
        return None
    return nominative(text[found[-1].start() :].strip())


def _masked(text: str) -> str:
    return re.sub(r"«[^«»]*»|\([^()]*\)", lambda m: "·" * len(m.group()), text)


def _opening(phrase: str) -> int:
    """Where the quotation that ends the phrase begins."""
    depth = 0
    for index in range(len(phrase) - 1, -1, -1):
        depth += (phrase[index] == "»") - (phrase[index] == "«")
        if depth == 0:
            return index
    return phrase.find("«")


def _chain_start(head: str, begins: list[int]) -> int:
    """The first of the adjectives that lead up to a quotation without a comma, behind a position such as «Ректору»."""
    comma = max(head.rfind(","), head.rfind(")")) + 1
    position = [m.end() for m in _STOP_POSITION.finditer(head)]
    floor = max([comma, *position]) if position else comma
    inside = [b for b in begins if b >= floor]
    return inside[0] if inside else floor


def _clusters(text: str) -> list[int]:
    """Where words that name organisations begin; adjacent ones are one beginning."""
    starts: list[int] = []
    end = -2
    for match in _HEADS.finditer(text):
        if text[end : match.start()].strip() or end < 0:
            starts.append(match.start())
        end = match.end()
    return starts


def _chosen(phrase: str, clusters: list[int], short: str) -> int:
    """The beginning whose first letters make the abbreviation; else the last that no preposition governs."""
    letters = [c.lower() for c in short if c.isalpha()] if short.isupper() else []
    if letters:
        heads = [m.start() for m in _HEADS.finditer(phrase)]
        exact = [begin for begin in heads if _initials(phrase[begin:])[: len(letters)] == letters]
        made = exact or [begin for begin in clusters if _makes(phrase[begin:], letters)]
        if made:
            return made[-1]
    free = [begin for begin in clusters if not _GOVERNED.search(phrase[:begin])]
    return free[-1] if free else clusters[0]


def _makes(phrase: str, letters: list[str]) -> bool:
    """Whether the first letters of the words give the abbreviation in order, beginning with the first word."""
    initials = _initials(phrase)
    if initials[:1] != letters[:1]:
        return False
    rest = iter(initials)
    return all(letter in rest for letter in letters)


def _initials(phrase: str) -> list[str]:
    return [word[0].lower() for word in re.findall(r"[А-Яа-яЁё]+", phrase)]
