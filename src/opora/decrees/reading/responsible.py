"""A cell of responsible ones, taken apart: groups, organisations, people, positions, glued or enumerated."""

from __future__ import annotations

import re
from collections.abc import Collection

from opora.decrees.model import Responsible
from opora.decrees.reading.cases import is_plural
from opora.decrees.reading.names import people_in

ROLES = ("утверждение", "согласование")
_ABBREVIATION = r"[А-ЯЁ]{2,}[А-ЯЁа-яё-]*"
_LEGAL = re.compile(
    r"^(?:[ОГМФКЧ]{0,2}[БКАО]?[ОДПУ]{0,3}У(?:ДПО|ДО)?|ГБУ|МБУ|МАУ|ГАУ|ГКУ|МКУ|ГБОУ|МБОУ|МАОУ|МКОУ|МОБУ|МОУ|АНО|ФГБУ|ОГБУ|ГАОУ)$"
)
_MANY = frozenset(("МОУО", "ОО", "ОУ", "МО", "ПОО", "ММС", "ШНОР", "ШНСУ", "ШНОР и ШНСУ", "УО"))
_POSITION = re.compile(
    r"^(?:муниципальн\w+\s+|региональн\w+\s+|школьн\w+\s+)?(?:директор|начальник|руководител|заместител|специалист|методист"
    r"|координатор|ректор|проректор|председател|куратор|учител|педагог|главный|ведущий|заведующ|советник|тьютор)"
)
_SHORT_ALONE = frozenset("ОО ОУ УО МО ДО РО".split())
_HEAD_STEMS = (
    "муниципальн", "образовательн", "общеобразовательн", "дошкольн", "профессиональн", "региональн", "руководител",
    "директор", "министерств", "департамент", "управлени", "отдел", "институт", "центр", "школ", "рабоч", "методическ",
    "администраци", "комитет", "кафедр", "куратор", "тьютор", "педагог", "заместител", "начальник", "специалист",
    "методист", "наставник", "координатор", "учител", "орган", "организаци", "учреждени", "служб", "комисси", "группа",
    "ректор", "председател", "главн", "ведущ", "органы", "совет", "ассоциаци", "член", "эксперт", "команд", "психолог",
    "логопед", "социальн", "классн", "ресурсн", "опорн", "базов", "межшкольн", "районн", "городск", "областн", "краев",
    "государственн", "бюджетн", "автономн", "территориальн", "общественн", "родител", "курируем", "оргкомитет",
    "дирекци", "лица", "сотрудник", "работник", "разработчик", "операторы", "оператор", "курсы", "вуз", "колледж",
    "лице", "гимнази",
)  # fmt: skip
_PARTICIPLE = re.compile(
    r"^(?:\w+(?:ющ|ящ|ущ|ащ|вш)\w+|\w+(?:енн|анн|янн)ые|\w+мые|расположенн\w+|созданн\w+|действующ\w+)$"
)
_JOINERS = ("а также", "в том числе", "включая", "в лице", "при участии", "совместно", "по согласованию")
_GENITIVE_PLACES = re.compile(r"^(?:област|кра[яйею]|район|город|округ|республик|федераци|поселени)")

# «Луговой район», «Озёрная область», «город Томск» and nothing more: where an organisation is, not who.
_PLACE = re.compile(
    r"(?:[А-ЯЁ][а-яё-]+(?:ий|ый|ой|ая|ое)(?:\s+(?:муниципальн|городск|сельск)\w+)?\s+"
    r"(?:район|округ|область|край|поселение)|[Рр]еспублика\s+[А-ЯЁ][а-яё-]+"
    r"|(?:г\.|город|пос\.|пос[её]лок|с\.|село)\s*[А-ЯЁ][а-яё-]+(?:\s+[А-ЯЁ][а-яё-]+)?)"
)


def read_responsible(fragments: list[str], known: Collection[str] = ()) -> list[Responsible]:
    """Each one named in a cell. `fragments` are its paragraphs; `known` the abbreviations of the document."""
    return [made(piece) for group in grouped(fragments, known) for piece in group]


def grouped(fragments: list[str], known: Collection[str] = ()) -> list[list[str]]:
    """The same as texts; people linked by commas stand together: they share one item of a parallel enumeration."""
    text = _whole(fragments)
    if not text:
        return []
    if people_in(text):
        return _people(text, known)
    return [[piece] for part in _parts(fragments) for piece in _organisations(part, known)]


def _whole(fragments: list[str]) -> str:
    return tidy(" ".join(fragments))


def tidy(text: str) -> str:
    """A text lifted from lines: no bullets, word parts divided at a line's end put together."""
    text = re.sub(r"^\s*[-–—•▪]\s+", "", text)
    text = re.sub(r"(?<=[а-яё])- (?!и |или |а )(?=[а-яё])", "-", text)
    return " ".join(text.split())


def _parts(fragments: list[str]) -> list[str]:
    """Fragments that begin a new one; a line that starts in lower case, or inside brackets, goes on."""
    parts: list[str] = []
    for fragment in fragments:
        fresh = re.match(r"^[-–—•▪]\s|^\d+[.)]\s", fragment)
        opened = parts and (parts[-1].count("(") > parts[-1].count(")") or parts[-1].count("«") > parts[-1].count("»"))
        fragment = fragment if opened else re.sub(r"^(?:[-–—•▪]|\d+[.)])\s+", "", fragment).strip()
        if not fragment:
            continue
        continues = parts and (opened or (not fresh and (fragment[0].islower() or fragment[0] == "(")))
        if continues or (parts and parts[-1].endswith("-")):
            parts[-1] = tidy(f"{parts[-1]} {fragment}")
        else:
            parts.append(fragment)
    return [tidy(part) for part in parts]


def _people(text: str, known: Collection[str]) -> list[list[str]]:
    """«Баркалова Е.В., координатор Земляненко Н.В., директор»: cut before each name."""
    starts = [match.start() for match in people_in(text) if not _bracketed(text, match.start())]
    if not starts:
        return [[piece] for piece in _organisations(text, known)]
    groups: list[list[str]] = []
    before = text[: starts[0]].strip(" ,;–-")
    position_first = bool(before) and _is_position(before)
    if before and not position_first:
        groups += [[piece] for piece in _organisations(before, known)]
    if position_first:
        return _positions_before(text, starts)
    for index, start in enumerate(starts):
        end = starts[index + 1] if index + 1 < len(starts) else len(text)
        piece = text[start:end].strip()
        head, *others = [part.strip() for part in piece.split(";")]
        linked = index > 0 and text[:start].rstrip().endswith(",")
        person = head.rstrip(" ,;")
        if linked:
            groups[-1].append(person)
        else:
            groups.append([person])
        groups += [[one] for other in others if other for one in _organisations(other, known)]
    return groups


def _positions_before(text: str, starts: list[int]) -> list[list[str]]:
    """«директор Иванова А.А., методист Петров П.П.»: each ends with its name."""
    ends = [match.end() for match in people_in(text) if match.start() in starts]
    pieces, last = [], 0
    for end in ends:
        pieces.append([text[last:end].strip(" ,;")])
        last = end
    rest = text[last:].strip(" ,;.")
    if rest:
        pieces[-1][0] = f"{pieces[-1][0]} {rest}" if rest.startswith("(") else pieces[-1][0]
        if not rest.startswith("("):
            pieces.append([rest])
    return pieces


def _bracketed(text: str, place: int) -> bool:
    return text[:place].count("(") > text[:place].count(")")


def _organisations(text: str, known: Collection[str]) -> list[str]:
    """Cut at semicolons, at commas and spaces before a new head, and between abbreviations."""
    pieces: list[str] = []
    current = ""
    tokens = re.findall(r"\S+", text)
    depth = 0
    for index, token in enumerate(tokens):
        if current and depth == 0 and _begins(tokens, index, current, known):
            pieces.append(current)
            current = ""
            if token.lower() in ("и", "и/или"):
                continue
        current = f"{current} {token}".strip()
        depth += token.count("(") + token.count("«") - token.count(")") - token.count("»")
        depth = max(depth, 0)
        if depth == 0 and token.endswith(";"):
            pieces.append(current)
            current = ""
    pieces.append(current)
    cleaned = (_cleaned(piece) for piece in pieces)
    return [piece for piece in cleaned if piece]


def _cleaned(piece: str) -> str:
    piece = piece.strip(" ,;:/")
    return piece if re.search(r"\b(?:г|им|р|обл)\.$", piece) else piece.rstrip(".")


def _begins(tokens: list[str], index: int, current: str, known: Collection[str]) -> bool:
    """Whether a new one begins at this token."""
    token, after_comma = tokens[index], current.endswith((",", ";"))
    bare = token.strip("«»(),.;:")
    rest = " ".join(tokens[index:]).lower()
    if rest.startswith(_JOINERS) or token.startswith("(") or (token.startswith("«") and not after_comma):
        return False
    if token.lower() in ("и", "и/или") and index + 1 < len(tokens):
        following = tokens[index + 1].strip("«»(),.;:")
        sure = _is_abbreviation(current.split()[-1].strip("(),;")) and _is_abbreviation(following)
        return sure or (following[:1].isupper() and _is_head(following) and not _is_abbreviation(following))
    if _is_abbreviation(bare):
        return after_comma or _starts_abbreviation(bare, current, known)
    if after_comma:
        if current.endswith(",") and _is_place_of(current, " ".join(tokens[index:])):
            return False
        return (_is_head(bare) and not _PARTICIPLE.match(bare.lower())) or bare[:1].isupper()
    previous = current.split()[-1]
    if current.endswith(("»", ")")) and _is_head(bare):
        return True
    return bare[:1].isupper() and _is_head(bare) and _nominative_start(bare, previous, tokens, index)


def _is_place_of(current: str, rest: str) -> bool:
    """«Управление образования, Луговой район» is one; of places in a row, «…, Луговой район, Полевой район», each is
    one of its own.
    """
    first, *others = [part.strip() for part in re.split(r"[,;]", rest)]
    before = re.split(r"[,;]", current.rstrip(", "))[-1].strip()
    in_a_row = _PLACE.fullmatch(before) or (others and _PLACE.fullmatch(others[0]))
    return bool(_PLACE.fullmatch(first.rstrip(".")) and not in_a_row)


def _nominative_start(bare: str, previous: str, tokens: list[str], index: int) -> bool:
    """A capital after a finished phrase: «… результатами Муниципальные службы», not «начальник Управления»."""
    word = bare.lower()
    if re.search(r"(?:ого|его|ому|ему|ой|ей|ым|им|ых|их|ую|юю|ами|ями|ов|ев)$", word) and not word.endswith(
        ("ректор",)
    ):
        return False
    if word.startswith(("управлени", "министерств", "департамент", "комитет", "администраци", "отдел", "институт")):
        return word.endswith(("ие", "во", "нт", "ет", "ия", "ел", "ут"))
    following = tokens[index + 1].lower() if index + 1 < len(tokens) else ""
    return not _GENITIVE_PLACES.match(following)


def _starts_abbreviation(bare: str, current: str, known: Collection[str]) -> bool:
    """«ДОО ТО ТОИПКРО» are two: a two-letter end belongs to the abbreviation before it, unless it is known."""
    last = current.split()[-1].strip("(),;")
    if _LEGAL.match(last) or last.startswith("№"):
        return False
    if _is_abbreviation(last):
        if f"{last} {bare}" in known:
            return False
        return bare in known or bare in _SHORT_ALONE or len(bare) > 2 or last in _SHORT_ALONE
    if any(
        stem in last.lower()
        for stem in ("директор", "завуч", "учител", "руководител", "специалист", "методист", "начальник")
    ):
        return False
    return (
        not re.match(r"^(?:в|на|по|с|и|при|для|из|от|к|о)$", last.lower()) and len(bare) > 2 and not _LEGAL.match(bare)
    )


def _is_abbreviation(word: str) -> bool:
    return bool(re.fullmatch(_ABBREVIATION, word)) and sum(c.isupper() for c in word) >= 2


def _is_head(word: str) -> bool:
    folded = word.lower().replace("ё", "е")
    return folded.startswith(_HEAD_STEMS) or _is_abbreviation(word)


def _is_position(text: str) -> bool:
    return bool(
        re.search(
            r"(?:директор|начальник|заведующ\w+|руководител\w+|специалист|методист|координатор|ректор|председател\w+"
            r"|заместител\w+|министр|куратор|тьютор|педагог|учител\w+|эксперт|консультант|советник)[^.;]*$",
            text.lower(),
        )
    )


def made(text: str) -> Responsible:
    role = next((part for part in ROLES if f"({part}" in text.lower()), None)
    name = next(iter(people_in(text)), None)
    if name and not _bracketed(text, name.start()):
        return Responsible(text, "person", " ".join(name.group().split()), role)
    bare = re.sub(r"\s*\([^)]*\)", "", text).strip()
    return Responsible(text, _kind(bare), None, role)


def _kind(text: str) -> str:
    folded = text.lower().replace("ё", "е")
    if re.search(r"рабоч\w+ групп|комисси|совет\b", folded):
        return "group"
    if text.split() and _is_abbreviation(text.split()[0]):
        return "group" if text in _MANY else "organisation"
    if is_plural(text):
        return "group"
    return "position" if _POSITION.match(folded) else "organisation"
