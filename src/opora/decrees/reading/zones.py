"""The parts of a document: heading, body, signature, annexes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from opora.decrees.model import Signatory, Source
from opora.decrees.reading.columns import columns_of
from opora.decrees.reading.names import ALONE_RE, NAME, NAME_RE
from opora.decrees.reading.nodes import Grid, Node, Para

POINT = re.compile(r"^(\d{1,2}(?:\.\d{1,2}){0,4})(?:[.)]\s*|\s+)(?=\S)(?!\d)")
_DAY = re.compile(
    r"^\d{1,2}\s+(?:январ|феврал|март|апрел|ма[йя]|июн|июл|август|сентябр|октябр|ноябр|декабр|час|год|\d)", re.I
)
_BODY = re.compile(
    r"^(?:в\s+(?:целях|соответствии|связи|рамках|исполнение|целью)|во\s+исполнение|на\s+основании|с\s+целью|в\s+связи"
    r"|заслушав|обсудив|рассмотрев|по\s+итогам|уважаем|руководствуясь|учитывая|присутств|повестка|слушали|выступ|решили"
    r"|постановил|приказываю|обязываю|председательств|направля|министерство\s+\S+.*(?:направля|сообща|информиру)"
    r"|департамент\s+\S+.*(?:направля|сообща|информиру))",
    re.IGNORECASE,
)
_ORDERING = re.compile(
    r"(?:приказываю|обязываю|постановля\w+|решил[аи]?|поручаю|р\s*е\s*ш\s*и\s*л\s*и|п\s*р\s*и\s*к\s*а\s*з\s*ы\s*в\s*а\s*ю)\s*:?$",
    re.I,
)
_ANNEX = re.compile(r"^приложени[ея](?:\s*№?\s*\d+)?\b(?!\s*:)(?!.*\bв\s+электронн)", re.IGNORECASE)
_ANNEX_TITLE = re.compile(
    r"^(?:лист\s+согласования|дорожная\s+карта|план\b(?!\w)|состав\s+\S+|муниципальная\s+дорожная|региональная\s+дорожная"
    r"|решение$|решение\s+совещания|протокол$|комплекс\s+мер|перечень|график|положение|список)",
    re.IGNORECASE,
)
POSITION = (
    r"(?:начальник|директор|министр|заместитель|первый\s+заместитель|руководитель|председатель|глава|ректор|и\.\s?о\.|исполняющ\w+"
    r"|врио|вр\.\s?и\.\s?о\.|советник|заведующ\w+|проректор|губернатор|статс-секретарь|ведущий|секретарь|президент|управляющ\w+)"
)
_POSITION = re.compile(rf"^{POSITION}(?!\w)", re.IGNORECASE)
_SIGNED = re.compile(
    rf"^(?P<position>{POSITION}(?!\w).{{0,260}}?)[\s_/]+(?P<name>{NAME})[\s_]*$", re.IGNORECASE | re.DOTALL
)
_NAME_AT_END = re.compile(rf"(?P<name>{NAME})[\s_]*$")
_REST_OF_POSITION = re.compile(
    r"^(?:[а-яё]|Управлени|Министерств|Министр\b|Правительств|Департамент|Комитет|Администраци"
    r"|[А-ЯЁ][а-яё]+\s+(?:области|края|района|округа))[^\d.:;]*,?$"
)
_DIGITS = r"(?:(?:тел|т)\.?\s*[.:]?\s*)?(?:\+?[78]\s*)?\(?\d[\d\s()–-]{4,20}"
_PHONE = re.compile(rf"^{_DIGITS}$", re.IGNORECASE)
_PERFORMER = re.compile(rf"^(?:исп(?:олнитель|олн)?\.?\s*:?\s*)?{NAME},?$", re.IGNORECASE)
_PERFORMER_LINE = re.compile(rf"^(?:исп(?:олнитель|олн)?\.?\s*:?\s*)?{NAME},?\s+{_DIGITS}$", re.IGNORECASE)


@dataclass(slots=True)
class Zones:
    heading: list[Para] = field(default_factory=list)
    body: list[Node] = field(default_factory=list)
    annexes: list[Node] = field(default_factory=list)
    signatory: Signatory | None = None
    signature: Source | None = None


def split(nodes: list[Node]) -> Zones:
    """Heading up to the preamble or first point, body up to the signature, annexes behind it."""
    zones = Zones()
    place = "heading"
    flat = _flattened(nodes)
    skipped = 0
    for index, node in enumerate(flat):
        if index < skipped:
            continue
        if isinstance(node, Grid):
            place = "body" if place == "heading" else place
            (zones.body if place == "body" else zones.annexes).append(node)
            continue
        if place == "heading" and begins_body(node.text):
            place = "body"
        if place == "body":
            signed = _signature(flat, index)
            if signed is not None and zones.body:
                zones.signatory, zones.signature = signed, node.source
                _take_back(zones.body, signed)
                skipped = _rest_of_position(flat, index + 1, signed)
                place = "annexes"
                continue
            if _begins_annex(node, zones):
                place = "annexes"
        if place == "heading":
            zones.heading.append(node)
        elif place == "body":
            zones.body.append(node)
        else:
            zones.annexes.append(node)
    zones.annexes = _without_performer(zones.annexes)
    return zones


def _rest_of_position(nodes: list[Node], index: int, signed: Signatory) -> int:
    """The lines of a position that stand below the name, as a cell of several lines beside it gives: where they end."""
    while index < len(nodes) and isinstance(node := nodes[index], Para) and not node.gap and signed.position:
        if len(node.text) > 60 or not _REST_OF_POSITION.match(_plain(node.text)) or NAME_RE.search(node.text):
            break
        signed.position = f"{signed.position} {node.text}"
        index += 1
    return index


def _without_performer(annexes: list[Node]) -> list[Node]:
    """«Иванова Анна Ивановна, 8 (3452) 55-55-55» at the foot of a page says who typed the document."""
    found: list[Node] = []
    for node in annexes:
        if isinstance(node, Para) and _PHONE.match(node.text):
            if found and isinstance(before := found[-1], Para) and _PERFORMER.match(before.text):
                found.pop()
        elif not (isinstance(node, Para) and _PERFORMER_LINE.match(node.text)):
            found.append(node)
    return found


def begins_body(text: str) -> bool:
    point = POINT.match(text)
    if point and not _DAY.match(text) and "." in text[: point.end()].strip() + ".":
        return not re.match(r"^\d{1,2}\.\d{1,2}\.\d{4}", text)
    return bool(_BODY.match(text) or _ORDERING.search(text))


def _begins_annex(node: Para, zones: Zones) -> bool:
    """An annex that no signature stands before: a stamp «Приложение», or a title of its own after a gap."""
    if _ANNEX.match(node.text) and len(node.text) < 200 and zones.body:
        return True
    return bool(
        zones.body
        and node.gap
        and _ANNEX_TITLE.match(node.text)
        and not node.text.rstrip().endswith((":", ";"))
        and any(isinstance(n, Para) and POINT.match(n.text) for n in zones.body)
        and not POINT.match(node.text)
    )


def is_annex_stamp(text: str) -> bool:
    return bool(_ANNEX.match(text)) and len(text) < 300


def _signature(nodes: list[Node], index: int) -> Signatory | None:
    """The one who signs, if this paragraph is a name alone below a position, or both in one line."""
    node = nodes[index]
    if not isinstance(node, Para):
        return None
    flat = " ".join(node.text.split())
    alone = ALONE_RE.match(flat)
    if alone:
        return Signatory(_clean_name(alone.group(1)), _position_before(nodes, index))
    lines = node.text.split("\n")
    signed = _SIGNED.match(flat)
    one_line = signed and not NAME_RE.search(signed["position"]) and not POINT.match(flat) and len(lines) < 6
    if signed and one_line and ":" not in signed["position"] and re.search(rf"\b{NAME}", signed["name"]):
        return Signatory(_clean_name(signed["name"]), " ".join(signed["position"].split()).rstrip(" ,"))
    at_end = _NAME_AT_END.search(flat)
    if at_end and flat[: at_end.start()].strip():
        position = _position_before(nodes, index)
        first = flat[: at_end.start()].strip(" _")
        if position and len(flat) < 120 and not re.search(r"[.:;(\d]", _plain(first)):
            return Signatory(_clean_name(at_end["name"]), f"{position} {first}")
    return None


def _plain(text: str) -> str:
    """The text without the points of «г.», «обл.», which end no sentence."""
    return re.sub(r"\b(?:г|обл|им|р|с|пос)\.", "", text)


def _clean_name(name: str) -> str:
    return re.sub(r"(?<=\.)\s(?=[А-ЯЁ]\.)", "", " ".join(name.split()))


def _position_before(nodes: list[Node], index: int) -> str | None:
    """The lines above a name that tell a position: back to the first that begins one."""
    lines: list[str] = []
    for node in reversed(nodes[max(0, index - 6) : index]):
        if not isinstance(node, Para) or node.text.endswith((".", ";", ":")) or POINT.match(node.text):
            break
        if re.match(r"^[-–—•]", node.text) or len(node.text) > 220:
            break
        lines.insert(0, node.text)
        if _POSITION.match(node.text) and (node.gap or len(lines) > 1):
            before = nodes[nodes.index(node) - 1] if nodes.index(node) else None
            if node.gap or not (isinstance(before, Para) and before.text.endswith(",")):
                break
    while lines and not _POSITION.match(lines[0]):
        lines.pop(0)
    return " ".join(" ".join(lines).split()) or None


def _take_back(body: list[Node], signed: Signatory) -> None:
    """Lines of the position that were taken for body go."""
    position = " ".join((signed.position or "").split())
    while body and isinstance(body[-1], Para):
        text = " ".join(body[-1].text.split())
        if not position.endswith(text) or not text:
            return
        position = position[: -len(text)].rstrip()
        body.pop()


def _flattened(nodes: list[Node]) -> list[Node]:
    """Tables that only place things side by side (date and number, position and name, a stamp) become paragraphs."""
    found: list[Node] = []
    for node in nodes:
        if isinstance(node, Grid) and _is_frame(node):
            for row in node.rows:
                texts = ["\n".join(row.cells[c]) for c in row.filled]
                if len(texts) == 2 and ALONE_RE.match(texts[1].strip()) and len(texts[0]) < 250:
                    found.append(Para(f"{texts[0]} {texts[1].strip()}", row.source, True))
                else:
                    found += [Para(text, row.source, True) for text in texts]
        else:
            found.append(node)
    return found


def _is_frame(grid: Grid) -> bool:
    if len(grid.rows) > 6 or grid.width > 4 or columns_of(grid) is not None:
        return False
    if any(len(row.filled) > 2 and re.fullmatch(r"«?\d{1,3}(?:\.\d{1,3})*\.?", row.text(0)) for row in grid.rows):
        return False  # a row of a road map, as an amendment gives it: its number stands in front
    text = " ".join(row.text(c) for row in grid.rows for c in row.filled)
    stamped = re.search(r"УТВЕРЖД|СОГЛАСОВАН|Приложение", text)
    dated = len(text) < 120 and re.search(r"№|\d{1,2}[.\s]\S+[.\s]\d{4}", text)
    signed = any(ALONE_RE.match(row.text(c).strip()) for row in grid.rows for c in row.filled)
    return bool(stamped or dated or (signed and len(grid.rows) <= 3 and _POSITION.match(text)))
